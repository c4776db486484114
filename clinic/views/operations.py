"""What machines ask: whether the process is alive, and whether it can do its work."""

from ipaddress import ip_address

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from clinic.operations.readiness import readiness


@require_safe
@login_not_required
def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the process is alive. Takes no database connection."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
@login_not_required
def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 where pages can be answered, 503 otherwise. How, only this machine learns."""
    found = readiness()
    told = found.told(in_detail=_is_of_this_machine(request))
    return JsonResponse(told, status=200 if found.is_ready else 503, json_dumps_params={"indent": 1})


def _is_of_this_machine(request: HttpRequest) -> bool:
    """Whether it was asked here, and not by way of a proxy that runs here too."""
    if "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
