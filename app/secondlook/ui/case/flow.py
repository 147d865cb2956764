"""Which of the four steps of a case are done, open or locked, and why. No widgets."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from secondlook.domain.records import Probe, Search
from secondlook.services.review import CandidateState
from secondlook.ui.case.case_data import SearchRow
from secondlook.ui.case.texts import tr


class Step(IntEnum):
    PROBE = 0
    CANDIDATES = 1
    EXAMINATION = 2
    DECISION = 3


class StepState(StrEnum):
    OPEN = "open"
    DONE = "done"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class StepInfo:
    """``why``: what a locked step waits for, or what makes a step done."""

    state: StepState
    why: str = ""


def steps(probe: Probe | None, result: SearchRow | None) -> dict[Step, StepInfo]:
    """The state of every step for the probe and the search that are shown."""
    found = [result.state(c) for c in result.offered] if result else []
    search = result.search if result else None
    if result and result.locked:
        first = StepInfo(StepState.LOCKED, tr("Analyse the probe first: step Candidates."))
        return {
            Step.PROBE: _probe(probe, search),
            Step.CANDIDATES: StepInfo(StepState.OPEN),
            Step.EXAMINATION: first,
            Step.DECISION: first,
        }
    return {
        Step.PROBE: _probe(probe, search),
        Step.CANDIDATES: _candidates(probe, search, found),
        Step.EXAMINATION: _examination(search, found),
        Step.DECISION: _decision(search, found),
    }


def _probe(probe: Probe | None, search: Search | None) -> StepInfo:
    if probe and search:
        return StepInfo(StepState.DONE, tr("Searched"))
    return StepInfo(StepState.OPEN)


def _candidates(
    probe: Probe | None, search: Search | None, found: list[CandidateState]
) -> StepInfo:
    if search is None:
        why = tr("Add a probe first.") if probe is None else tr("Search a gallery first.")
        return StepInfo(StepState.LOCKED, why)
    if all(review.outcome for review in found):
        why = tr("Every candidate is decided") if found else tr("No candidate: recorded")
        return StepInfo(StepState.DONE, why)
    return StepInfo(StepState.OPEN)


def _examination(search: Search | None, found: list[CandidateState]) -> StepInfo:
    if search is None:
        return StepInfo(StepState.LOCKED, tr("There are no candidates before a search."))
    if not found:
        return StepInfo(StepState.LOCKED, tr("This search offered no candidate to examine."))
    if all(review.examinations >= search.policy.examiners for review in found):
        return StepInfo(StepState.DONE, tr("Every candidate is examined"))
    return StepInfo(StepState.OPEN)


def _decision(search: Search | None, found: list[CandidateState]) -> StepInfo:
    if search is None:
        return StepInfo(StepState.LOCKED, tr("There are no candidates before a search."))
    if not found:
        return StepInfo(StepState.LOCKED, tr("This search offered no candidate to decide on."))
    if all(review.outcome for review in found):
        return StepInfo(StepState.DONE, tr("Every candidate is decided"))
    if not any(review.examinations or review.outcome for review in found):
        return StepInfo(StepState.LOCKED, tr("Examine a candidate first."))
    return StepInfo(StepState.OPEN)
