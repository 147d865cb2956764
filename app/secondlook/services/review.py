"""Examinations, and what may be seen of them."""

import json
from dataclasses import dataclass, replace

from secondlook.domain.errors import InputError
from secondlook.domain.policy import Assessment
from secondlook.domain.records import Candidate, Decision, Examination, ExaminationDraft, Operator
from secondlook.domain.review import CHECKLIST, Outcome, checklist_complete
from secondlook.services.authority import Act, require
from secondlook.services.cases import require_open
from secondlook.services.decide import assess_stored, decide
from secondlook.services.identify import SearchResult
from secondlook.storage import cases, log, reviews, searches
from secondlook.storage.database import Store

HIDDEN = "hidden until you have examined"


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
        require(self._store.read(), operator, Act.LOOK)
        states = {}
        for row in reviews.progress(self._store.read(), search_id):
            examiners = json.loads(row["examiners"])
            outcome = Outcome(row["outcome"]) if row["outcome"] else None
            states[row["id"]] = CandidateState(len(examiners), operator.id in examiners, outcome)
        return states

    def assessment(
        self, viewer: Operator, candidate_id: int, corroboration: str = ""
    ) -> Assessment:
        """Every requirement as it stands, but for what this viewer must not be told yet: that
        reads ``HIDDEN`` and counts as unmet. What others concluded is told after one's own
        examination where the policy is blind, the score where it is shown only then."""
        db = self._store.read()
        require(db, viewer, Act.LOOK)
        whole = assess_stored(db, candidate_id, corroboration)
        policy = searches.get(db, searches.candidate(db, candidate_id).search_id).policy
        own = any(e.operator_id == viewer.id for e in reviews.examinations(db, candidate_id))
        if own or reviews.decision(db, candidate_id):
            return whole
        masked = {"conclusions"} if self.examinations(viewer, candidate_id).hidden else set()
        if policy.score_shown_after_examination:
            masked |= {"confidence", "margin"}
        return Assessment(
            tuple(
                replace(r, met=False, found=HIDDEN) if r.name in masked else r
                for r in whole.requirements
            )
        )

    def draft(self, operator: Operator, candidate_id: int) -> ExaminationDraft:
        """What this operator had so far; empty at the start."""
        require(self._store.read(), operator, Act.LOOK)
        found = reviews.draft(self._store.read(), candidate_id, operator.id)
        return found or ExaminationDraft()

    def save_draft(self, operator: Operator, candidate_id: int, draft: ExaminationDraft) -> None:
        with self._store.write() as db:
            require(db, operator, Act.EXAMINE)
            reviews.save_draft(db, candidate_id, operator.id, draft)

    def commit(self, operator: Operator, candidate_id: int, draft: ExaminationDraft) -> Examination:
        """Seal an examination: it cannot be changed afterwards.

        Raises ``InputError`` for a missing conclusion or a blank in a required checklist,
        a candidate that is decided, not offered, in a closed case or examined by this person
        already, and ``NotPermitted`` for whoever cannot examine.
        """
        with self._store.write() as db:
            require(db, operator, Act.EXAMINE)
            candidate = searches.candidate(db, candidate_id)
            search = searches.get(db, candidate.search_id)
            policy = search.policy
            require_open(cases.get(db, search.case_id))
            if not candidate.offered:
                raise InputError("This candidate is below the lead line and not offered.")
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
        require(db, operator, Act.LOOK)
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
