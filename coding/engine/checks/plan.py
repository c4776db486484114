"""Checks of the plan of care: how often, how long, towards what, and with which services."""

from collections.abc import Iterator

from coding.engine.checks.case import Case, Coded, Concern, lasting
from coding.engine.facts import EpisodeFacts
from coding.engine.vocabulary import CarePhase, Family, ServiceKind

KINDS = {
    "97110": ServiceKind.EXERCISE,
    "97113": ServiceKind.EXERCISE,
    "97112": ServiceKind.CONTROL,
    "97116": ServiceKind.GAIT,
    "97530": ServiceKind.TASK,
    "97535": ServiceKind.SELF_CARE,
}
OF_FAMILY = {Family.HANDS: ServiceKind.HANDS_ON, Family.AGENT: ServiceKind.MODALITY}


def plan_of_care_is_complete(case: Case) -> Iterator[Concern]:
    """The plan says how often, for how long and towards what; told once for an episode (CMS Benefit Policy Manual ch. 15
    §240.1.2). Maintenance has no end to plan for.
    """
    for episode in _planned_for(case):
        missing = list(_missing(case, episode))
        if missing:
            *others, last = missing
            yield Concern(
                f"The plan of care{_of(episode)} does not say {f'{", ".join(others)} and {last}' if others else last}.",
                "Complete the plan on the page of the episode.",
                about=episode.id,
                field="care_plan",
                payer=episode.payer,
                lasts=lasting(episode, *missing),
            )


def service_is_in_the_plan(case: Case) -> Iterator[Concern]:
    """Every kind of service that is billed stands in the plan; told once for an episode.

    A plan that lists no services is not asked here; where the services are done is left to the clinician.
    """
    for episode in _planned_for(case):
        foreseen = {service.kind for service in episode.planned}
        others = [kind for kind in _done(case, episode) if kind not in foreseen]
        if foreseen and others:
            yield Concern(
                f"The plan of care{_of(episode)} does not foresee: {', '.join(kind.label for kind in others)}.",
                "Add the service to the plan on the page of the episode, or mark it as record only.",
                about=episode.id,
                field="care_plan",
                payer=episode.payer,
                lasts=lasting(episode, *sorted(others)),
            )


def _planned_for(case: Case) -> list[EpisodeFacts]:
    """Return the episodes of active care in which something is billed to somebody who pays for it."""
    if case.visit.care_phase is CarePhase.MAINTENANCE:
        return []
    adjusted = [case.episode(row.episode_id) for row, _ in case.adjusted]
    treated = [case.episode(coded.activity.episode_id) for coded in _paid(case)]
    return list({episode.id: episode for episode in (*adjusted, *treated)}.values())


def _missing(case: Case, episode: EpisodeFacts) -> Iterator[str]:
    """Yield what the plan lacks. Goals are asked for by the services that need one, where there are any."""
    if not episode.frequency.strip():
        yield "how often"
    if not episode.duration.strip():
        yield "for how long"
    if not episode.goals and not _of_episode(case, episode):
        yield "towards which goal"


def _done(case: Case, episode: EpisodeFacts) -> list[ServiceKind]:
    """Return the kinds of service that are billed in an episode; a group may be of any kind."""
    adjusted = any(case.episode(row.episode_id).id == episode.id for row, _ in case.adjusted)
    kinds = [_kind(coded) for coded in _of_episode(case, episode)]
    first = [ServiceKind.ADJUSTMENT] if adjusted else []
    return list(dict.fromkeys([*first, *(kind for kind in kinds if kind)]))


def _kind(coded: Coded) -> ServiceKind | None:
    return KINDS.get(coded.code.code) or OF_FAMILY.get(coded.code.family)


def _of_episode(case: Case, episode: EpisodeFacts) -> list[Coded]:
    return [coded for coded in _paid(case) if case.episode(coded.activity.episode_id).id == episode.id]


def _paid(case: Case) -> list[Coded]:
    """Return the activities to be billed for which their payer pays a chiropractor at all."""
    kinds = {coded.activity.id: case.payer(coded.activity.episode_id).kind for coded in case.coded}
    return [coded for coded in case.coded if case.rules.payer(kinds[coded.activity.id]).pays_for(coded.code.code)]


def _of(episode: EpisodeFacts) -> str:
    return f" of “{episode.complaint}”" if episode.complaint else ""
