"""All that the case screens show of one case, read at once in the storage lane."""

from dataclasses import dataclass, field

from secondlook.domain.records import Candidate, Case, Operator, Probe, Search
from secondlook.services.application import Application
from secondlook.services.approvals import Trusted
from secondlook.services.cases import PendingMove
from secondlook.services.review import CandidateState

FRESH = CandidateState(0, False, None)


@dataclass(frozen=True, slots=True)
class SearchRow:
    """One search with its candidates by rank, and how far the review of each is."""

    search: Search
    candidates: list[Candidate]
    states: dict[int, CandidateState] = field(default_factory=dict)

    @property
    def offered(self) -> list[Candidate]:
        return [c for c in self.candidates if c.offered]

    def state(self, candidate: Candidate) -> CandidateState:
        return self.states.get(candidate.id, FRESH)

    def hides(self, candidate: Candidate) -> bool:
        """Whether this operator may not see the score yet: after their examination, or once it is
        decided."""
        policy, state = self.search.policy, self.state(candidate)
        open_to_me = state.examined_by_me or state.outcome is not None
        return policy.score_shown_after_examination and not open_to_me

    @property
    def reaches_line(self) -> bool | None:
        """Whether any candidate is at the policy's line; None while any score is hidden."""
        if any(self.hides(c) for c in self.offered):
            return None
        needed = self.search.policy.accept_confidence
        return any(c.confidence.reaches(needed) for c in self.offered)


@dataclass(frozen=True, slots=True)
class CaseData:
    """``probes`` in the order they came, ``results`` newest first. ``trusted``: the policy, as it
    stands; ``pending``: the move to a laxer one that somebody proposed."""

    case: Case
    probes: list[Probe]
    results: list[SearchRow]
    trusted: Trusted | None = None
    pending: PendingMove | None = None

    def probe(self, probe_id: int | None) -> Probe | None:
        return next((p for p in self.probes if p.id == probe_id), None)

    def result(self, search_id: int | None) -> SearchRow | None:
        return next((r for r in self.results if r.search.id == search_id), None)

    def newest_result(self, probe_id: int | None) -> SearchRow | None:
        return next((r for r in self.results if r.search.probe_id == probe_id), None)


def load_case(app: Application, operator: Operator, case_id: int) -> CaseData:
    """Raises ``InputError`` for a case that is not there. Call in the storage lane."""
    results = [
        SearchRow(s, app.review.result(s.id).candidates, app.review.states(operator, s.id))
        for s in app.cases.searches(case_id)
    ]
    case = app.cases.get(case_id)
    trusted, pending = app.approvals.of_policy(case.policy), app.cases.pending_move(case_id)
    return CaseData(case, app.cases.probes(case_id), results, trusted, pending)
