"""Examinations, and what may be seen of them."""

import json
from dataclasses import dataclass

from secondlook.domain.blank import is_blank
from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.policy import Policy
from secondlook.domain.records import Candidate, Decision, Examination, ExaminationDraft, Operator
from secondlook.domain.requirements import RULE, Assessment, Hidden
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, Outcome, checklist_complete
from secondlook.services import declarations
from secondlook.services.authority import Act, require
from secondlook.services.decide import Stored, decide
from secondlook.services.open_cases import require_open
from secondlook.services.searching import SearchResult
from secondlook.storage import acts, cases, log, questions, reviews, searches, unknowns
from secondlook.storage.database import Connection, Store


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
        """As recorded. Whoever puts it before a person calls ``show``."""
        db = self._store.read()
        return SearchResult(searches.get(db, search_id), searches.candidates(db, search_id))

    def must_analyse(self, operator: Operator, search_id: int) -> bool:
        """Whether this person has to analyse the probe before its candidates may be shown."""
        db = self._store.read()
        if not searches.get(db, search_id).policy.probe_analysis_first:
            return False
        photograph = unknowns.of_search(db, search_id).photograph
        return not questions.analysed_at_all(db, photograph, operator.id)

    def analyse(self, operator: Operator, search_id: int, text: str) -> None:
        """Keep what this person found in the probe of a search, as it was searched.

        Also in a closed case: the same photograph can be asked about in another one. Raises
        ``InputError`` for a text in which nothing can be seen.
        """
        if is_blank(text):
            raise InputError("Write down what the probe shows.")
        with self._store.write() as db:
            require(db, operator, Act.EXAMINE)
            unknown = unknowns.of_search(db, search_id)
            declarations.keep_analysis(db, operator, unknown.id, text.strip())

    def show(self, operator: Operator, search_id: int) -> SearchResult:
        """The candidates, for this person to see; that they were seen is kept.

        Raises ``PolicyRefusal`` while the person has not analysed the probe and the policy asks
        for it first.
        """
        if operator.examines and self.must_analyse(operator, search_id):
            raise PolicyRefusal(
                "Analyse the probe first: its candidates are shown afterwards.",
                unmet=("probe_analysis",),
            )
        with self._store.write() as db:
            acts.candidates_shown(db, search_id, operator.id if operator.examines else None)
        return self.result(search_id)

    def candidate(self, candidate_id: int) -> Candidate:
        return searches.candidate(self._store.read(), candidate_id)

    def states(self, operator: Operator, search_id: int) -> dict[int, CandidateState]:
        """By candidate id: of the whole question, but for what this person may not know yet."""
        db = self._store.read()
        require(db, operator, Act.LOOK)
        policy = searches.get(db, search_id).policy
        states = {}
        for row in reviews.progress(db, search_id):
            examiners = json.loads(row["examiners"])
            mine = operator.id in examiners
            outcome = Outcome(row["outcome"]) if row["outcome"] else None
            masked = not mine and outcome is None and self._blind(db, row["id"], policy)
            states[row["id"]] = CandidateState(0 if masked else len(examiners), mine, outcome)
        return states

    def assessment(
        self, viewer: Operator, candidate_id: int, corroboration: str = ""
    ) -> Assessment:
        """Every requirement as it stands, but for what this viewer must not be told yet: that
        is withheld and counts as unmet. What others concluded is told after one's own examination
        where the policy is blind, the score where it is shown only then."""
        db = self._store.read()
        require(db, viewer, Act.LOOK)
        stored = Stored(db, candidate_id)
        whole = stored.assessment(corroboration, viewer.id)
        if self._may_know(db, viewer, candidate_id):
            return whole
        masked: set[Hidden] = set()
        if self._blind(db, candidate_id, stored.policy):
            masked.add(Hidden.OPINIONS)
        if stored.policy.score_shown_after_examination:
            masked.add(Hidden.SCORE)
        return Assessment(
            tuple(r.withheld() if RULE[r.name].hidden in masked else r for r in whole.requirements)
        )

    @staticmethod
    def _may_know(db: Connection, viewer: Operator, candidate_id: int) -> bool:
        """After one's own commit on the question, or once it is decided here."""
        own = viewer.id in questions.examiners(db, candidate_id)
        return own or reviews.decision(db, candidate_id) is not None

    @staticmethod
    def _blind(db: Connection, candidate_id: int, policy: Policy) -> bool:
        """Where examiners contradict each other, a third one sees nothing under any policy."""
        bound = questions.bound_by(db, candidate_id)
        asked = policy.blind_verification or (bound is not None and bound.blind_verification)
        return asked or bool(questions.opinions(db, candidate_id, policy).dissenting)

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

        Somebody who examined the question before, on another search, can only lower their opinion,
        and says why. Raises ``InputError`` for a missing conclusion, note or answer, a candidate
        that is decided, not offered, in a closed case or examined by this person already, and
        ``NotPermitted`` for whoever cannot examine.
        """
        with self._store.write() as db:
            require(db, operator, Act.EXAMINE)
            candidate = searches.candidate(db, candidate_id)
            search = searches.get(db, candidate.search_id)
            require_open(cases.get(db, search.case_id))
            if not candidate.offered:
                raise InputError("This candidate is below the lead line and not offered.")
            _require_findings(draft, search.policy)
            if any(e.operator_id == operator.id for e in reviews.examinations(db, candidate_id)):
                raise InputError("You have examined this candidate already.")
            if reviews.decision(db, candidate_id):
                raise InputError("This candidate is decided already.")
            examination = reviews.commit(db, candidate_id, operator, draft)
            # Everybody may read the log: it seals the conclusion by its digest and does not tell it
            payload = {"case": search.case_id, "candidate": candidate_id}
            log.record(db, operator.username, "examination", examination.id, payload)
            return examination

    def examinations(self, operator: Operator, candidate_id: int) -> VisibleExaminations:
        """All of the question, whichever search they were made on, unless this operator's own is
        still to come and must not be swayed. What is shown of others is noted as seen."""
        db = self._store.read()
        require(db, operator, Act.LOOK)
        policy = searches.get(db, searches.candidate(db, candidate_id).search_id).policy
        every = questions.examinations(db, candidate_id)
        if not self._may_know(db, operator, candidate_id) and self._blind(db, candidate_id, policy):
            return VisibleExaminations([], len(every))
        others = [e.id for e in every if e.operator_id != operator.id]
        if operator.examines and others:
            with self._store.write() as tx:
                for examination_id in others:
                    acts.examination_shown(tx, examination_id, operator.id)
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


def _require_findings(draft: ExaminationDraft, policy: Policy) -> None:
    """Raises ``InputError``: what a conclusion has to bring along."""
    if draft.conclusion is None:
        raise InputError("Choose a conclusion first.")
    excludes = draft.conclusion in DISSENTS and Finding.DIFFERENT in draft.findings.values()
    if policy.checklist_required and not excludes and not checklist_complete(draft.findings):
        blanks = [c.label for c in CHECKLIST if c.key not in draft.findings]
        raise InputError(f"The checklist has blanks: {', '.join(blanks)}.")
    if draft.conclusion in STRONG and is_blank(draft.notes):
        raise InputError("A strong conclusion needs a note: say what it rests on.")


DISSENTS = (
    Conclusion.DIFFERENT_SUPPORT,
    Conclusion.DIFFERENT_STRONG,
    Conclusion.DIFFERENT_EXTREMELY_STRONG,
)
STRONG = (
    Conclusion.DIFFERENT_EXTREMELY_STRONG,
    Conclusion.DIFFERENT_STRONG,
    Conclusion.SAME_STRONG,
    Conclusion.SAME_EXTREMELY_STRONG,
)
