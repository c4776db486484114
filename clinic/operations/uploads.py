"""Files that are sent: none. What a practice loads comes by commands, so nothing that arrives may fill memory or disk."""

from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler


class TakesNoFiles(FileUploadHandler):
    """Ends the reading of a request at its first file, or before it begins where the whole is too much.

    Django reads a form before it knows who sent it, so without this anybody could have a file of any size written to disk. A page
    that is to take files gives its request a handler of its own, with a bound.
    """

    def handle_raw_input(self, input_data: Any, META: Any, content_length: int, *args: Any, **kwargs: Any) -> None:  # noqa: N803
        if content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig("More than a request may hold.")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        raise RequestDataTooBig("No page takes files.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        return None

    def file_complete(self, file_size: int) -> None:
        return None
