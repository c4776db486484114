"""What every answer carries, whoever made it: a page, a file, a download, a redirect, a refusal, an error."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Nothing in a practice's pages wants to be found, heard, paid or measured by a browser's devices; passkeys are ours alone.
FEATURES = (
    "accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation",
    "gyroscope", "hid", "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment", "picture-in-picture",
    "screen-wake-lock", "serial", "usb", "xr-spatial-tracking", "browsing-topics",
)  # fmt: skip
PERMISSIONS = ", ".join(
    [f"{name}=()" for name in FEATURES] + ["publickey-credentials-get=(self)", "publickey-credentials-create=(self)"]
)
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "Permissions-Policy": PERMISSIONS,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Permitted-Cross-Domain-Policies": "none",
}
UNKEPT = "no-store, private"


class HeadersMiddleware:
    """Outermost but for the log, so that no answer of another layer goes out without them.

    Whatever is not one of our own files stays out of every cache: a page read by the next person at a shared computer, or
    by a proxy, would be a disclosure, and nothing that we say to somebody signed out is worth keeping either.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in ALWAYS.items():
            response.headers[name] = value
        if not (_is_a_file(request) and response.status_code in (200, 206, 304)):
            response.headers["Cache-Control"] = UNKEPT
        return response


def _is_a_file(request: HttpRequest) -> bool:
    return request.path_info.startswith(f"/{settings.STATIC_URL.strip('/')}/")
