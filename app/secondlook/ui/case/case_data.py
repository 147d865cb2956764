"""All that the case screens show of one case, read at once in the storage lane."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from secondlook.domain.audit import sha256_text
from secondlook.domain.policy import Policy
from secondlook.domain.records import Candidate, Case, Operator, Probe, Search
from secondlook.services.application import Application
from secondlook.services.approvals import Trusted
from secondlook.services.cases import PendingMove
from secondlook.services.review import CandidateState

FRESH = CandidateState(0, False, None)


@dataclass(frozen=True, slots=True)
class SearchRow:
    """One search with its candidates by rank, and how far the review of each is.

    ``locked``: the operator has to analyse the probe first; until then there are no candidates.
    ``bound_by``: what binds the unknown besides the policy of the search.
    """

    search: Search
    candidates: list[Candidate]
    states: dict[int, CandidateState] = field(default_factory=dict)
    locked: bool = False
    operator_id: int = 0
    bound_by: tuple[Policy, ...] = ()

    @property
    def offered(self) -> list[Candidate]:
        """By rank; before the reveal in an order of the operator's own, always the same."""
        listed = [c for c in self.candidates if c.offered]
        if self.revealed:
            return listed
        return sorted(listed, key=lambda c: _shuffled(self.operator_id, c))

    @property
    def revealed(self) -> bool:
        """Where a policy hides scores, names and ranks wait for the last examination too."""
        policies = (self.search.policy, *self.bound_by)
        return revealed(self.candidates, self.states, late=score_late(policies))

    def state(self, candidate: Candidate) -> CandidateState:
        return self.states.get(candidate.id, FRESH)

    @property
    def reaches_line(self) -> bool | None:
        """Whether any candidate is at the policy's line; None while scores are hidden."""
        if not self.revealed:
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
    results = [_row(app, operator, search) for search in app.cases.searches(case_id)]
    probes = [app.identify.as_seen_by(operator, probe) for probe in app.cases.probes(case_id)]
    case = app.cases.get(case_id)
    trusted, pending = app.approvals.of_policy(case.policy), app.cases.pending_move(case_id)
    return CaseData(case, probes, results, trusted, pending)


def _row(app: Application, operator: Operator, search: Search) -> SearchRow:
    """That the candidates were seen is kept when a step shows them (``Review.show``)."""
    if app.review.must_analyse(operator, search.id):
        return SearchRow(search, [], locked=True)
    found = app.review.result(search.id)
    states = app.review.states(operator, search.id)
    return SearchRow(
        search, found.candidates, states, operator_id=operator.id, bound_by=found.bound_by
    )


def score_late(policies: Iterable[Policy | None]) -> bool:
    """Whether the case's own policy, or what binds the unknown, shows the score only later."""
    return any(policy and policy.score_shown_after_examination for policy in policies)


def revealed(candidates: list[Candidate], states: dict[int, CandidateState], *, late: bool) -> bool:
    """Has this operator nothing left to examine that they must not know more of yet?"""
    if not late:
        return True
    seen = (states.get(c.id, FRESH) for c in candidates if c.offered)
    return all(state.examined_by_me or state.outcome is not None for state in seen)


def _shuffled(operator_id: int, candidate: Candidate) -> str:
    return sha256_text(f"{operator_id}/{candidate.search_id}/{candidate.id}")
