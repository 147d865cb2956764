"""Examinations, and what may be seen of them."""

import json
from dataclasses import dataclass

from secondlook.domain.blank import is_blank
from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.findings import Missing, missing
from secondlook.domain.policy import Policy
from secondlook.domain.records import Candidate, Decision, Examination, ExaminationDraft, Operator
from secondlook.domain.requirements import RULE, Assessment, Hidden
from secondlook.domain.review import CHECKLIST, Outcome
from secondlook.services import declarations
from secondlook.services.authority import Act, require
from secondlook.services.decide import Stored, decide
from secondlook.services.masking import adjudicates, blind, may_know
from secondlook.services.open_cases import require_open
from secondlook.services.searching import SearchResult
from secondlook.storage import acts, cases, log, questions, reviews, searches, unknowns
from secondlook.storage.database import Connection, Store


@dataclass(frozen=True, slots=True)
class VisibleExaminations:
    """``hidden`` counts the examinations of others that a blind examiner may not see yet, which
    they are not told either: they are told that they would not be shown (``masked``)."""

    shown: list[Examination]
    hidden: int
    masked: bool = False


@dataclass(frozen=True, slots=True)
class CandidateState:
    """withdrawn, contested: of a lead. adjudicates: examiners contradict each other, a third has
    examined, and it is for this person to decide."""

    examinations: int
    examined_by_me: bool
    outcome: Outcome | None
    withdrawn: bool = False
    contested: bool = False
    adjudicates: bool = False


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
        require(db, operator, Act.LOOK)
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
        operator = require(self._store.read(), operator, Act.LOOK)
        if operator.examines and self.must_analyse(operator, search_id):
            raise PolicyRefusal(
                "Analyse the probe first: its candidates are shown afterwards.",
                unmet=("probe_analysis",),
            )
        with self._store.write() as db:
            acts.candidates_shown(db, search_id, operator)
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
            masked = not mine and outcome is None and blind(db, row["id"], policy)
            lead = row["id"] if outcome is Outcome.ACCEPTED else None
            withdrawn, contested = _lead_state(db, lead)
            states[row["id"]] = CandidateState(
                0 if masked else len(examiners),
                mine,
                outcome,
                withdrawn,
                contested,
                outcome is None and not mine and adjudicates(db, operator, row["id"]),
            )
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
        if may_know(db, viewer, candidate_id):
            return whole
        masked: set[Hidden] = set()
        if blind(db, candidate_id, stored.policy):
            masked.add(Hidden.OPINIONS)
        if stored.policy.score_shown_after_examination:
            masked.add(Hidden.SCORE)
        return Assessment(
            tuple(r.withheld() if RULE[r.name].hidden in masked else r for r in whole.requirements)
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
        if not may_know(db, operator, candidate_id) and blind(db, candidate_id, policy):
            return VisibleExaminations([], len(every), masked=True)
        others = [e.id for e in every if e.operator_id != operator.id]
        if operator.examines and others:
            with self._store.write() as tx:
                for examination_id in others:
                    acts.examination_shown(tx, examination_id, operator.id)
        return VisibleExaminations(every, 0)

    def adjudicate(self, operator: Operator, candidate_id: int) -> None:
        """Show what everybody concluded to somebody who has not examined, so that they decide.

        Raises ``PolicyRefusal`` where there is nothing to adjudicate, or not yet.
        """
        with self._store.write() as db:
            require(db, operator, Act.DECIDE)
            if not adjudicates(db, operator, candidate_id):
                raise PolicyRefusal(
                    "There is nothing here for you to decide between examiners.",
                    unmet=("adjudication",),
                    remedy="Examine the candidate yourself.",
                )
            for examination in questions.examinations(db, candidate_id):
                acts.examination_shown(db, examination.id, operator.id)

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


def _lead_state(db: Connection, candidate_id: int | None) -> tuple[bool, bool]:
    """Of an accepted candidate: is the lead withdrawn, and contested by what came later?"""
    decision = reviews.decision(db, candidate_id) if candidate_id else None
    if candidate_id is None or decision is None:
        return False, False
    contested = questions.contested(db, candidate_id, decision.decided_at)
    return decision.withdrawn is not None, contested


def _require_findings(draft: ExaminationDraft, policy: Policy) -> None:
    """Raises ``InputError``: what a conclusion has to bring along."""
    lacking = missing(draft, policy)
    if Missing.CONCLUSION in lacking:
        raise InputError("Choose a conclusion first.")
    if Missing.ANSWERS in lacking:
        blanks = [c.label for c in CHECKLIST if c.key not in draft.findings]
        raise InputError(f"The checklist has blanks: {', '.join(blanks)}.")
    if Missing.NOTES in lacking:
        raise InputError("A strong conclusion needs a note: say what it rests on.")
