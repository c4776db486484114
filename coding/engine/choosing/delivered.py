"""How it was given and who gave it, where the row leaves that open or says two things of it.

One to one, shared, or set up and left: that alone may decide a code. Several patients that a provider is told to have led
are a group whatever was picked (presence.py); here stand the rows in which nobody could say which of the two it was.
"""

from typing import Final

from coding.engine.choosing.case import DESCRIPTION, Case, all_because
from coding.engine.choosing.no_service import quoted
from coding.engine.choosing.passing import only_where
from coding.engine.reading.lexicon import shipped, tells
from coding.engine.results import Because, Choice
from coding.engine.vocabulary import Delivery

SHARED: Final = "how-many-is-open"
WHO: Final = "who-was-there-is-open"
FACTS: Final = frozenset({SHARED, WHO})
NOT_PICKED_AS_SHARED: Final = (None, Delivery.ONE_ON_ONE)


@only_where("heads_open", "beside_another", "for_one", "shared_floor", "sole", "only")
def how_many(case: Case) -> Choice | None:
    """Ask for the number of patients where the words leave it open, or stand against what was picked (HNS on 97150)."""
    delivery = case.activity.delivery
    because = _said(case, "heads_open", SHARED)
    if not because and delivery in NOT_PICKED_AS_SHARED:
        because = _beside_another(case) or _not_for_one(case)
    if not because and delivery is Delivery.GROUP:
        because = _came_alone(case)
    return case.ask("patients", because + case.delivery(SHARED)) if because else None


def _beside_another(case: Case) -> tuple[Because, ...]:
    """Return the words for another patient at work beside this one, where nobody is told to have led them both."""
    return () if tells("told_who", case.description) else _said(case, "beside_another", SHARED)


def _not_for_one(case: Case) -> tuple[Because, ...]:
    """Return the words for several patients, where the row says, or somebody picked, that there was one."""
    if case.activity.delivery is not Delivery.ONE_ON_ONE or tells("told_who", case.description):
        return ()
    if case.shared_words and (one := _said(case, "for_one", SHARED)):
        return one + all_because(case.shared_words, SHARED)
    return _said(case, "shared_floor", SHARED)


def _came_alone(case: Case) -> tuple[Because, ...]:
    """Return the words that one patient came, though a group was picked and nothing says that it was given singly."""
    if not case.came_alone or case.done("one_on_one", "attended", "mode_disowned"):
        return ()
    return all_because(case.done("sole"), SHARED) or _said(case, "only", SHARED)


@only_where("unsigned", "by_staff", "came_and_went")
def who_gave_it(case: Case) -> Choice | None:
    """Ask who was with the patient where staff or a student is named and the provider's part is left open (domain facts 6)."""
    if (
        case.activity.delivery not in NOT_PICKED_AS_SHARED
        or case.alone_words
        or case.done("absent")
        or case.shared_words
    ):
        return None
    because = _said(case, "unsigned", WHO) or _run_by_staff(case) or _said(case, "came_and_went", WHO)
    if not because or tells("surely_there", case.description):
        return None
    return case.ask("presence", because + case.delivery(WHO))


def _run_by_staff(case: Case) -> tuple[Because, ...]:
    """Return the words for staff at work; one to one, when it was picked, says where the provider was, unless words doubt it."""
    staff = _said(case, "by_staff", WHO)
    if not staff or case.done("set_up", "stim", "hot_cold"):
        return ()
    open_ = _said(case, "contact_open", WHO)
    return staff + open_ if open_ or case.activity.delivery is None else ()


def _said(case: Case, signal: str, rule: str) -> tuple[Because, ...]:
    found = shipped().signalled(signal, case.description)
    return quoted(case, [(DESCRIPTION, one) for one in found], rule) if found else ()
