"""The notes of a patient, a clinician and a day: units and pointers of each on top of those signed before it."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from coding.engine.facts import DiagnosisFacts, LastUnitFacts
from coding.engine.suggest import suggest
from coding.engine.units import total_units
from coding.engine.vocabulary import Region, UnitMethod
from tests.engine.build import (
    GROUP,
    INSURER,
    MANUAL,
    PRACTISE,
    RULES,
    STRENGTHEN,
    adjustment,
    bill,
    episode,
    lines,
    visit,
    written,
)

CMS = replace(INSURER, unit_method=UnitMethod.TOTAL_TIME)


def day_of(*notes):
    """Judge notes one after the other, each on top of those before it; return the bill of each."""
    earlier, bills = (), []
    for activities, adjustments in notes:
        told = visit(CMS, activities=activities, adjustments=adjustments, same_day=earlier)
        bills.append(suggest(told, RULES).bills[0])
        earlier = (*earlier, replace(told, same_day=()))
    return bills


def units_of(bills, code):
    return sum(line.units for each in bills for line in each.lines if line.code == code)


def test_modifiers_do_not_make_more_of_a_codes_time():
    """27 minutes make two units: hands-on work 19 gets one and 4 left over, exercise 8 gets the other."""
    by_time = replace(MANUAL, id="second", regions=(Region.KNEE,), minutes=9)
    plain = day_of(((replace(MANUAL, minutes=10), by_time, replace(STRENGTHEN, minutes=8)), ()))
    notes = day_of(
        ((replace(MANUAL, minutes=10),), ()),
        ((by_time, replace(STRENGTHEN, minutes=8)), (adjustment(Region.LUMBAR),)),
    )
    assert written(notes[0].lines[0]) == "97140 x1"
    assert units_of(plain, "97140") == units_of(notes, "97140") == 1
    assert units_of(plain, "97110") == units_of(notes, "97110") == 1
    assert [written(line) for line in notes[1].unbilled] == ["97140-59 x0"]


def test_two_lines_of_a_code_share_its_units():
    class_ = replace(GROUP, minutes=25)
    elsewhere = replace(MANUAL, regions=(Region.KNEE,), minutes=20)
    x = replace(CMS, distinct_modifier="X")
    near = replace(MANUAL, id="near", regions=(Region.LUMBAR,), minutes=10)
    today = bill(x, activities=(class_, elsewhere, near), adjustments=())
    assert [written(line) for line in today.lines] == ["97150 x1", "97140-XS x1", "97140-XE x1"]
    assert today.timed_units == 2


def test_a_third_note_counts_on_top_of_what_the_first_two_were_given():
    """The second note's hands-on work is part of the first one's adjustment, so its minutes are no part of the day."""
    spine = (adjustment(Region.LUMBAR),)
    near = replace(MANUAL, regions=(Region.LUMBAR,), minutes=20)
    bills = day_of(((), spine), ((near,), ()), ((replace(STRENGTHEN, minutes=8),), ()))
    assert [written(line) for line in bills[2].lines] == ["97110 x1"]


def test_the_signer_chooses_among_tied_codes_for_one_payer():
    short = (replace(STRENGTHEN, minutes=8), replace(PRACTISE, minutes=8))
    told = visit(CMS, activities=short, adjustments=(), last_units=(LastUnitFacts(CMS.id, ("97530",)),))
    chosen = suggest(told, RULES).bills[0]
    assert ([line.code for line in chosen.lines], chosen.took_last) == (["97530"], ("97530",))
    other = replace(told, last_units=(LastUnitFacts("nobody", ("97530",)),))
    assert suggest(other, RULES).bills[0].took_last == ("97110",)
    later = replace(told, activities=(replace(STRENGTHEN, minutes=8),), last_units=(), same_day=(told,))
    assert units_of(suggest(later, RULES).bills, "97110") == 1


def test_a_line_keeps_the_diagnosis_that_one_of_its_rows_names():
    of_five = episode(diagnoses=tuple(DiagnosisFacts(each, f"M{each}") for each in "abcde"))
    rows = (STRENGTHEN, replace(STRENGTHEN, id="more", diagnosis_ids=("e",)))
    assert lines(activities=rows, episodes=(of_five,))["97110"].diagnosis_ids == ("a", "b", "c", "e")


def test_an_adjustment_points_to_the_dysfunctions_of_its_own_levels():
    levels = [("neck", "M99.01"), ("back", "M99.03"), ("pain", "M54.50"), ("knee", "M99.06")]
    of_four = episode(diagnoses=tuple(DiagnosisFacts(*each) for each in levels))
    adjusted = {region: (adjustment(region),) for region in (Region.LUMBAR, Region.THORACIC, Region.KNEE)}
    pointed = {
        region: bill(adjustments=rows, episodes=(of_four,)).lines[0].diagnosis_ids for region, rows in adjusted.items()
    }
    assert pointed[Region.LUMBAR] == ("back", "pain") and pointed[Region.KNEE] == ("pain", "knee")
    assert pointed[Region.THORACIC] == ("neck", "back", "pain", "knee")


rows_of_a_note = st.lists(
    st.builds(
        replace,
        st.sampled_from([STRENGTHEN, PRACTISE, MANUAL]),
        id=st.uuids().map(str),
        minutes=st.integers(1, 40),
        regions=st.sampled_from([(Region.LUMBAR,), (Region.KNEE,), (Region.SHOULDER,)]),
    ),
    max_size=4,
).map(tuple)
spines = st.sampled_from([(), (adjustment(Region.LUMBAR),), (adjustment(Region.CERVICAL),)])


@given(st.lists(st.tuples(rows_of_a_note, spines), max_size=3))
def test_whatever_the_modifiers_the_notes_of_a_day_never_make_more_than_its_minutes(notes):
    bills = day_of(*notes)
    units = sum(each.timed_units for each in bills)
    assert units == sum(line.units for each in bills for line in each.lines if line.minutes is not None)
    assert units <= total_units(sum(each.timed_minutes for each in bills))
    assert len(notes) != 1 or units == total_units(bills[0].timed_minutes)
