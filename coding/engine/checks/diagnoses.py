"""Checks of what a bill points to."""

from collections.abc import Iterator, Sequence

from coding.engine.checks.case import Case, Concern, lasting
from coding.engine.checks.regions import covers
from coding.engine.diagnosis_places import may_be_in, places_of
from coding.engine.facts import AdjustmentFacts, DiagnosisFacts, EpisodeFacts
from coding.engine.modifiers import listed
from coding.engine.reading.lexicon import tells
from coding.engine.reading.normalise import tokens
from coding.engine.vocabulary import PayerKind, Region, Side

SUBLUXATION = tuple(f"M990{level}" for level in range(6))  # head to pelvis; the limbs and ribs are no spinal levels


def line_points_to_a_diagnosis(case: Case) -> Iterator[Concern]:
    """Every service points to a diagnosis; told once for a bill (CMS-1500, item 24E)."""
    for ledger in case.ledgers:
        bare = [row for row in ledger.rows if not row.diagnosis_ids]
        if bare:
            yield Concern(
                f"{bare[0].code.title} points to no diagnosis.",
                "Add a diagnosis to the episode.",
                field="diagnoses",
                payer=ledger.payer,
            )


def subluxation_diagnosis_comes_first(case: Case) -> Iterator[Concern]:
    """Medicare wants the subluxation's level first, then the condition (CMS MLN SE1601)."""
    codes = {diagnosis.id: diagnosis.code for episode in case.visit.episodes for diagnosis in episode.diagnoses}
    for ledger in case.ledgers:
        for row in ledger.rows:
            first = codes.get(row.diagnosis_ids[0], "") if row.diagnosis_ids else ""
            spinal = row.code.is_adjustment and case.rules.payer(PayerKind.MEDICARE).pays_for(row.code.code)
            if spinal and first and not first.replace(".", "").upper().startswith(SUBLUXATION):
                yield Concern(
                    f"The adjustment points to {first} first.",
                    "Put the subluxation of the adjusted level before the condition, in the diagnoses of the episode.",
                    row.about[0],
                    "diagnoses",
                    ledger.payer,
                )


def adjusted_region_has_a_diagnosis(case: Case) -> Iterator[Concern]:
    """Every adjusted region has a diagnosis that may be of it; told once for a region and payer (Health Network Solutions).

    Not told where there is no diagnosis at all: that is asked for already.
    """
    for row, region in case.adjusted:
        pointed = _pointed(case, row)
        if pointed and not any(may_be_in(diagnosis, region) for diagnosis in pointed):
            yield Concern(
                f"None of the diagnoses is of the adjusted region: {region.label}.",
                "Add the diagnosis of this region to the episode, or mark the adjustment as record only.",
                row.id,
                "diagnoses",
                case.payer(row.episode_id),
                where=region.label,
            )


def regions_do_not_share_one_diagnosis(case: Case) -> Iterator[Concern]:
    """No two adjusted regions rest on one and the same diagnosis alone; told once for an episode."""
    told: set[str] = set()
    resting: dict[tuple[str, str], Region] = {}
    for row, region in case.adjusted:
        episode = case.episode(row.episode_id)
        fitting = [diagnosis for diagnosis in _pointed(case, row) if may_be_in(diagnosis, region)]
        if len(fitting) != 1 or episode.id in told:
            continue
        other = resting.setdefault((episode.id, fitting[0].id), region)
        if other is not region:
            told.add(episode.id)
            yield Concern(
                f"{fitting[0].code} is the only diagnosis of two adjusted regions: {listed([other, region])}.",
                "Add what is wrong in each of them to the diagnoses of the episode.",
                row.id,
                "diagnoses",
                case.payer(row.episode_id),
                where=region.label,
                lasts=lasting(episode, fitting[0].code, *sorted([other, region])),
            )


def diagnosis_rests_on_a_finding(case: Case) -> Iterator[Concern]:
    """At an examination, every diagnosis has a finding where it is; told once for an episode (CMS LCD L37254).

    Between examinations a visit looks at what is treated, and nothing is said of the rest. Nor is it told again that an
    examination found nothing at all, or that an adjusted region was not examined.
    """
    examined = case.examined
    adjusted = frozenset(region for _, region in case.adjusted)
    for episode in _examined_episodes(case) if examined else ():
        without = [row for row in episode.diagnoses if places_of(row) and not _found(row, examined | adjusted)]
        if without:
            yield Concern(
                f"Nothing was found where {_codes(without)} {'is' if len(without) == 1 else 'are'}.",
                "Add what the examination found there, or end the diagnosis if it no longer holds.",
                about=episode.id,
                field="findings",
                payer=episode.payer,
                lasts=lasting(episode, *sorted(row.code for row in without)),
            )


def diagnosis_is_as_specific_as_the_findings(case: Case) -> Iterator[Concern]:
    """At an examination, a diagnosis names the side or the level that the findings name; told once for an episode."""
    for episode in _examined_episodes(case):
        wide = [row for row in episode.diagnoses if _is_wider(case, row)]
        if wide:
            yield Concern(
                f"The findings say more than {_codes(wide)}: the side or the level is known.",
                "Choose the code of that side or level, if it fits.",
                about=episode.id,
                field="diagnoses",
                payer=episode.payer,
                lasts=lasting(episode, *sorted(row.code for row in wide)),
            )


def _pointed(case: Case, row: AdjustmentFacts) -> Sequence[DiagnosisFacts]:
    """Return the diagnoses that an adjustment names, or all of its episode."""
    theirs = case.episode(row.episode_id).diagnoses
    return [diagnosis for diagnosis in theirs if diagnosis.id in row.diagnosis_ids] or theirs


def _examined_episodes(case: Case) -> list[EpisodeFacts]:
    """Return the episodes in which an examination was picked."""
    exams = [service for service in case.visit.services if case.rules.code(service.code).exam]
    return list({episode.id: episode for episode in (case.episode(exam.episode_id) for exam in exams)}.values())


def _found(diagnosis: DiagnosisFacts, looked_at: frozenset[Region]) -> bool:
    return any(covers(looked_at, place) for place in places_of(diagnosis))


def _is_wider(case: Case, diagnosis: DiagnosisFacts) -> bool:
    places, title = places_of(diagnosis), tokens(diagnosis.title)
    if tells("no_site", title):
        return any(finding.region and finding.region.is_spinal for finding in case.visit.findings)
    sided = [row.region for row in case.visit.findings if row.region and row.side in (Side.LEFT, Side.RIGHT)]
    return tells("no_side", title) and any(covers(sided, place) for place in places)


def _codes(diagnoses: Sequence[DiagnosisFacts]) -> str:
    return " and ".join(diagnosis.code for diagnosis in diagnoses)
