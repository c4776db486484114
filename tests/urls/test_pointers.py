"""What a form points at: somebody else's object in it is refused, wherever it stands."""

import json
from types import SimpleNamespace
from typing import Any

import pytest
from django.urls import reverse

from clinic.requests.deeds import new_key
from tests.bad_input.forms import FORMS, address, whole
from tests.conftest import PASSWORD
from tests.urls.answers import found_in
from tests.world import everything, mentions, send, undone

# A form that is right but for one field, in which the id of somebody else's object stands. The last column says whose: another
# patient's, another practice's, or both are tried.
POINTERS = """
# url                       of          field           object      the rest of the form                           whose
notes:episode-serve         draft       episode         episode     -                                              both
notes:activity-add          draft       goal            goal        description=Lifts                              both
notes:activity-add          draft       episode         episode     description=Lifts                              both
notes:activity-add          draft       diagnosis_ids   diagnosis   description=Lifts                              both
notes:activity-add          draft       performer       doctor      description=Lifts                              practice
notes:activity-save         activity    goal            goal        description=Lifts                              both
notes:activity-save         activity    episode         episode     description=Lifts                              both
notes:activity-save         activity    diagnosis_ids   diagnosis   description=Lifts                              both
notes:activity-save         activity    performer       doctor      description=Lifts                              practice
notes:adjustment-add        draft       episode         episode     region=lumbar                                  both
notes:adjustment-add        draft       diagnosis_ids   diagnosis   region=lumbar                                  both
notes:adjustment-save       adjustment  episode         episode     region=lumbar                                  both
notes:adjustment-save       adjustment  diagnosis_ids   diagnosis   region=lumbar                                  both
notes:finding-add           draft       episode         episode     kind=pain&words=tender                         both
notes:finding-save          finding     episode         episode     kind=pain&words=tender                         both
notes:note-begin            planned     episodes        episode     -                                              both
notes:episode-add           patient     coverage        coverage    complaint=Neck                                 both
notes:episode-about-edit    episode     coverage        coverage    complaint=Neck                                 both
notes:service-add           episode     goal            goal        kind=exercise                                  both
clinic:visit-add            patient     coverage        coverage    when=now&clinician=doctor&location=location    both
clinic:visit-add            patient     clinician       doctor      when=now&location=location                     practice
clinic:visit-add            patient     location        location    when=now&clinician=doctor                      practice
clinic:coverage-add         patient     payer           payer       order=1&subscriber=self                        practice
clinic:coverage-edit        coverage    payer           payer       order=1&subscriber=self                        practice
coding:service-add          draft       fee             fee         units=1                                        practice
coding:service-add          draft       episode         episode     units=1&fee=fee                                both
coding:record-only          draft       row             activity    -                                              both
coding:record-only          draft       row             patient     -                                              both
coding:last-unit            draft       payer           coverage    code=97530                                     both
coding:service-add          draft       diagnosis_ids   diagnosis   units=1&fee=fee                                both
coding:acknowledge          draft       about           activity    slug=goal-is-measurable&reason=so              both
"""


@pytest.mark.parametrize("line", [line for line in POINTERS.strip().splitlines() if not line.startswith("#")])
@pytest.mark.parametrize("whose", ["patient", "practice"])
def test_a_form_that_points_at_somebody_elses_object_is_refused(
    line: str, whose: str, world: SimpleNamespace, settings: Any
) -> None:
    url, of, field, kind, rest, tried = line.split()
    if tried not in (whose, "both"):
        return
    settings.DEBUG_PROPAGATE_EXCEPTIONS = True
    own, other = world.cases["adams"], world.cases["baker" if whose == "patient" else "stranger"]
    body = {"version": own.draft.version, "key": new_key(), field: getattr(other, kind).pk} | filled(rest, own)
    with undone():
        before = mentions(getattr(other, kind).pk)
        answer = send("POST", reverse(url, kwargs={"pk": getattr(own, of).pk}), world.sessions["adams"], body)
        assert answer.status_code in (404, 409, 422)  # 409: the review is not (or no longer) as the form says
        assert found_in(answer, other.known) == []
        assert mentions(getattr(other, kind).pk) == before


def filled(rest: str, own: SimpleNamespace) -> dict[str, Any]:
    """Read the rest of a form; the name of an object stands for one's own."""
    pairs = [pair.split("=") for pair in rest.split("&") if pair != "-"]
    return {name: getattr(own, value).pk if hasattr(own, value) else value for name, value in pairs}


# Forms of whole pages, filled in as tests.bad_input fills them in: the field, what it takes, and whose is no answer to it.
ON_PAGES = """
# url                       field           object                    whose
coding:packet               note            signed.pk                 both
coding:packet               episode         episode.pk                both
notes:amendment-add         note            signed.pk                 both
coding:retract              chart           patient.chart_number      practice
clinic:member-edit          supervised_by   doctor.pk                 practice
"""


@pytest.mark.parametrize("line", [line for line in ON_PAGES.strip().splitlines() if not line.startswith("#")])
@pytest.mark.parametrize("whose", ["patient", "practice"])
def test_a_page_takes_ones_own_object_and_nobody_elses(line: str, whose: str, world: SimpleNamespace) -> None:
    url, field, path, tried = line.split()
    if tried not in (whose, "both"):
        return
    form, own = next(form for form in FORMS if form.url == url), world.cases["adams"]
    own.sessions = world.sessions
    mine, theirs = world.cases["adams" if tried == "both" else "baker"], world.cases[OTHERS[whose]]
    with undone():
        body = whole(form, own) | {field: at(path, mine)}
        assert send("POST", address(form, own), own.sessions[form.by], body).status_code == 302, "the form is wrong"
    with undone():
        body, pk = whole(form, own) | {field: at(path, theirs)}, at(f"{path.split('.')[0]}.pk", theirs)
        before = mentions(pk)
        answer = send("POST", address(form, own), own.sessions[form.by], body)
        assert (answer.status_code, mentions(pk)) == (422, before)
        assert found_in(answer, theirs.known - {str(at(path, theirs)).lower()}) == []


OTHERS = {"patient": "baker", "practice": "stranger"}


def at(path: str, case: SimpleNamespace) -> Any:
    found: Any = case
    for name in path.split("."):
        found = getattr(found, name)
    return found


# What an addendum says of a row that was forgotten: the fields have a prefix, and what was said is carried to the signature.
FORGOTTEN = {
    "activity": {"description": "Lifts"}, "adjustment": {"region": "lumbar"}, "finding": {"kind": "pain", "words": "tender"},
}  # fmt: skip
POINTED = [
    ("activity", "goal", "goal", "both"), ("activity", "episode", "episode", "both"),
    ("activity", "diagnosis_ids", "diagnosis", "both"), ("activity", "performer", "doctor", "practice"),
    ("adjustment", "episode", "episode", "both"), ("adjustment", "diagnosis_ids", "diagnosis", "both"),
    ("finding", "episode", "episode", "both"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "field", "of", "tried"), POINTED)
@pytest.mark.parametrize("whose", ["patient", "practice"])
def test_an_addendum_points_at_nothing_of_somebody_else(
    kind: str, field: str, of: str, tried: str, whose: str, world: SimpleNamespace
) -> None:
    """Neither when a row is kept on its page, nor when what was kept is sent to be signed."""
    if tried not in (whose, "both"):
        return
    own, theirs = world.cases["adams"], world.cases[OTHERS[whose]]
    page, said = reverse("coding:addendum", args=[own.signed.pk]), FORGOTTEN[kind] | {"reason": "Forgotten."}

    def keep_and_sign(points_at: Any) -> list[Any]:
        row = {f"fact-{name}": value for name, value in (said | {field: str(points_at)}).items()}
        carried = {"deed": "added", "kind": kind, "row": str(new_key()), "data": {name: [row[name]] for name in row}}
        signed = {
            "do": "sign",
            "text": "Told later.",
            "password": PASSWORD,
            "key": new_key(),
            "carried": json.dumps(carried),
        }
        bodies = [{"do": "keep", "opened": f"added {kind}", **row}, signed]
        return [send("POST", page, world.sessions["adams"], body) for body in bodies]

    with undone():
        kept, _ = keep_and_sign(getattr(own, of).pk)
        assert kept.status_code == 200, "the form is wrong"
    with undone():
        pk = getattr(theirs, of).pk
        before = mentions(pk)
        answers = keep_and_sign(pk)
        assert ([answer.status_code for answer in answers], mentions(pk)) == ([422, 409], before)
        assert [found_in(answer, theirs.known) for answer in answers] == [[], []]


@pytest.mark.parametrize(("url", "part"), [("notes:goal-progress", "goal"), ("notes:alert-answer", "alert")])
@pytest.mark.parametrize("whose", ["baker", "stranger"])
def test_a_note_takes_no_word_on_another_patients_goal_or_alert(
    url: str, part: str, whose: str, world: SimpleNamespace
) -> None:
    own, theirs = world.cases["adams"], getattr(world.cases[whose], part).pk
    body = {"version": own.draft.version, "value": "12", "text": "heeded"}
    with undone():
        before = everything()
        address = reverse(url, kwargs={"pk": own.draft.pk, part: theirs})
        assert send("POST", address, world.sessions["adams"], body).status_code == 404
        assert everything() == before


@pytest.mark.parametrize("name", ["location", "clinician", "payer"])
def test_the_day_narrowed_to_another_practices_row_shows_nothing_of_it(name: str, world: SimpleNamespace) -> None:
    theirs = world.cases["stranger"]
    pk = theirs.doctor.pk if name == "clinician" else getattr(theirs, name).pk
    answer = send("GET", f"/riverside/superbills/?{name}={pk}", world.sessions["frances"])
    assert (answer.status_code, found_in(answer, theirs.known)) == (200, [])


@pytest.mark.parametrize("page", ["", "panel/"])
def test_guidance_shows_no_revision_of_another_practice(page: str, world: SimpleNamespace) -> None:
    theirs = world.cases["stranger"].revision.pk
    answer = send("GET", f"/riverside/guidance/97530/{page}?on={theirs}", world.sessions["adams"])
    assert (answer.status_code, "elsewhere" in answer.text) == (404, False)


def test_guidance_restores_no_revision_of_another_practice(world: SimpleNamespace) -> None:
    own, theirs = (world.cases[name].revision.pk for name in ("adams", "stranger"))
    with undone():
        before, address = everything(), "/riverside/guidance/97530/restore/"
        answer = send("POST", address, world.sessions["olga"], {"on": theirs, "base": own})
        assert (answer.status_code, everything()) == (404, before)
