"""What happens to a visit at the desk: it is expected, the patient arrives, it is done, or it does not take place."""

from django.db import transaction
from django.utils import timezone

from clinic.audit.log import record
from clinic.models import Visit
from clinic.requests.access import PracticeRequest

S = Visit.State
# From each state, where it may go. "Expected again" takes back a slip; a note's own state is not the desk's to change.
STEPS: dict[str, tuple[str, ...]] = {
    S.EXPECTED: (S.ARRIVED, S.NO_SHOW, S.CANCELLED),
    S.ARRIVED: (S.DONE, S.EXPECTED, S.CANCELLED),
    S.DONE: (S.ARRIVED,),
    S.NO_SHOW: (S.ARRIVED, S.EXPECTED),
    S.CANCELLED: (S.EXPECTED,),
}
DEEDS = {
    S.ARRIVED: "Arrived",
    S.DONE: "Done",
    S.NO_SHOW: "Did not come",
    S.CANCELLED: "Cancelled",
    S.EXPECTED: "Expected again",
}
TAKEN_BACK = {S.DONE: "Not done yet", S.NO_SHOW: "Came after all"}


class NoSuchStep(Exception):
    """The visit stands where this step does not lead from: somebody else moved it, or it never could."""


@transaction.atomic(durable=True)
def move(visit: Visit, state: str, *, request: PracticeRequest) -> Visit:
    """Take a visit to a state. Where it is already there, nothing happens: a second click has no second effect."""
    visit = Visit.objects.select_for_update(of=("self",)).select_related("patient").get(pk=visit.pk)
    if visit.state == state:
        return visit
    if state not in STEPS[visit.state]:
        raise NoSuchStep(visit.get_state_display())
    before, visit.state = visit.state, state
    if state == S.ARRIVED:
        visit.arrived_at = visit.arrived_at or timezone.now()
    elif state == S.EXPECTED:
        visit.arrived_at = None
    visit.save(update_fields=["state", "arrived_at"])
    changed = {"state": [before, state]}
    record(
        "visit-moved", by=request.member, patients=[visit.patient_id], about=visit.pk, request=request, changed=changed
    )
    return visit


def steps(visit: Visit) -> list[tuple[str, str]]:
    """Return (state, what the button says) for every step that a visit may take."""
    arrived = TAKEN_BACK.get(S(visit.state), DEEDS[S.ARRIVED])
    return [(state, arrived if state == S.ARRIVED else DEEDS[S(state)]) for state in STEPS[visit.state]]
