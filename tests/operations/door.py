"""A way to the database that can be shut: connections break, and new ones are refused, as when its server stops."""

import socket
import threading
from contextlib import suppress


class Door:
    """Passes what comes to its own port on to the database's, while it is open."""

    def __init__(self, host: str, port: int) -> None:
        self.behind = (host, port)
        self.port = 0
        self._passing: list[socket.socket] = []
        self.open()

    def open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._let_in, args=(self._listener,), daemon=True).start()

    def shut(self) -> None:
        for one in (self._listener, *self._passing):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()
        self._passing.clear()

    def _let_in(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                inside, _ = listener.accept()
                beyond = socket.create_connection(self.behind)
                self._passing += [inside, beyond]
                for here, there in ((inside, beyond), (beyond, inside)):
                    threading.Thread(target=self._pass, args=(here, there), daemon=True).start()

    @staticmethod
    def _pass(here: socket.socket, there: socket.socket) -> None:
        with suppress(OSError):
            while data := here.recv(65536):
                there.sendall(data)
        with suppress(OSError):
            there.shutdown(socket.SHUT_RDWR)
