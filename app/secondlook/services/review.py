"""Examinations, and what may be seen of them."""

import json
from dataclasses import dataclass

from secondlook.domain.errors import InputError, NotPermitted
from secondlook.domain.policy import Assessment
from secondlook.domain.records import Candidate, Decision, Examination, ExaminationDraft, Operator
from secondlook.domain.review import CHECKLIST, Outcome, checklist_complete
from secondlook.services.decide import assess_stored, decide
from secondlook.services.identify import SearchResult
from secondlook.storage import log, reviews, searches
from secondlook.storage.database import Store


@dataclass(frozen=True, slots=True)
class VisibleExaminations:
    """``hidden`` counts the examinations of others that a blind examiner may not see yet."""

    shown: list[Examination]
    hidden: int


@dataclass(frozen=True, slots=True)
class CandidateState:
    examinations: int
    examined_by_me: bool
    outcome: Outcome | None


class Review:
    def __init__(self, store: Store) -> None:
        self._store = store

    def result(self, search_id: int) -> SearchResult:
        db = self._store.read()
        return SearchResult(searches.get(db, search_id), searches.candidates(db, search_id))

    def candidate(self, candidate_id: int) -> Candidate:
        return searches.candidate(self._store.read(), candidate_id)

    def states(self, operator: Operator, search_id: int) -> dict[int, CandidateState]:
        """By candidate id."""
        states = {}
        for row in reviews.progress(self._store.read(), search_id):
            examiners = json.loads(row["examiners"])
            outcome = Outcome(row["outcome"]) if row["outcome"] else None
            states[row["id"]] = CandidateState(len(examiners), operator.id in examiners, outcome)
        return states

    def assessment(self, candidate_id: int, corroboration: str = "") -> Assessment:
        return assess_stored(self._store.read(), candidate_id, corroboration)

    def draft(self, operator: Operator, candidate_id: int) -> ExaminationDraft:
        """What this operator had so far; empty at the start."""
        found = reviews.draft(self._store.read(), candidate_id, operator.id)
        return found or ExaminationDraft()

    def save_draft(self, operator: Operator, candidate_id: int, draft: ExaminationDraft) -> None:
        with self._store.write() as db:
            reviews.save_draft(db, candidate_id, operator.id, draft)

    def commit(self, operator: Operator, candidate_id: int, draft: ExaminationDraft) -> Examination:
        """Seal an examination: it cannot be changed afterwards.

        Raises ``InputError`` for a missing conclusion or a blank in a required checklist,
        ``NotPermitted`` for whoever cannot examine, ``IntegrityError`` when this person has
        examined the candidate already or it is decided.
        """
        if not operator.examines:
            raise NotPermitted("Only a signed-in examiner can examine.")
        with self._store.write() as db:
            policy = searches.get(db, searches.candidate(db, candidate_id).search_id).policy
            if draft.conclusion is None:
                raise InputError("Choose a conclusion first.")
            if policy.checklist_required and not checklist_complete(draft.findings):
                blanks = [c.label for c in CHECKLIST if c.key not in draft.findings]
                raise InputError(f"The checklist has blanks: {', '.join(blanks)}.")
            if any(e.operator_id == operator.id for e in reviews.examinations(db, candidate_id)):
                raise InputError("You have examined this candidate already.")
            if reviews.decision(db, candidate_id):
                raise InputError("This candidate is decided already.")
            examination = reviews.commit(db, candidate_id, operator, draft)
            # Everybody may read the log: it seals the conclusion by its digest and does not tell it
            payload = {"candidate": candidate_id, "view": examination.view}
            log.record(db, operator.username, "examination", examination.id, payload)
            return examination

    def examinations(self, operator: Operator, candidate_id: int) -> VisibleExaminations:
        """All of them, unless the policy is blind and this operator's own is still to come."""
        db = self._store.read()
        policy = searches.get(db, searches.candidate(db, candidate_id).search_id).policy
        every = reviews.examinations(db, candidate_id)
        own = [e for e in every if e.operator_id == operator.id]
        decided = reviews.decision(db, candidate_id) is not None
        if policy.blind_verification and not own and not decided:
            return VisibleExaminations([], len(every))
        return VisibleExaminations(every, 0)

    def decision(self, candidate_id: int) -> Decision | None:
        return reviews.decision(self._store.read(), candidate_id)

    def decide(
        self,
        operator: Operator,
        candidate_id: int,
        outcome: Outcome,
        corroboration: str,
        reason: str,
    ) -> Decision:
        """See ``services.decide.decide``."""
        return decide(self._store, operator, candidate_id, outcome, corroboration, reason)
