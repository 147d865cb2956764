"""Examinations, and what may be seen of them."""

import json
from dataclasses import dataclass

from secondlook.domain.blank import is_blank
from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.findings import Missing, missing, similar_needed
from secondlook.domain.opinions import lowers
from secondlook.domain.outcomes import RESTS_ON_OPINIONS
from secondlook.domain.policy import Policy
from secondlook.domain.records import Candidate, Decision, Examination, ExaminationDraft, Operator
from secondlook.domain.requirements import Assessment, Hidden
from secondlook.domain.review import CHECKLIST, Outcome
from secondlook.services import declarations
from secondlook.services.authority import Act, require
from secondlook.services.decide import Stored, decide
from secondlook.services.masking import adjudicates, masked, may_know, note_seen, told
from secondlook.services.open_cases import require_open
from secondlook.services.searching import SearchResult, result_of
from secondlook.storage import acts, cases, log, questions, reviews, searches, unknowns
from secondlook.storage.database import Connection, Store


@dataclass(frozen=True, slots=True)
class VisibleExaminations:
    """``hidden`` counts the examinations of others that a blind examiner may not see yet, which
    they are not told either: they are told that they would not be shown (``masked``). ``here``:
    ids of those that compared the very pictures of this candidate. ``elsewhere``: this person has
    compared other pictures of the two."""

    shown: list[Examination]
    hidden: int
    masked: bool = False
    here: frozenset[int] = frozenset()
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class CandidateState:
    """withdrawn, contested, unit_of_two: of a lead. adjudicates: examiners contradict each
    other, a third has examined, and it is for this person to decide."""

    examinations: int
    examined_by_me: bool
    outcome: Outcome | None
    withdrawn: bool = False
    contested: bool = False
    unit_of_two: bool = False
    adjudicates: bool = False


class Review:
    def __init__(self, store: Store) -> None:
        self._store = store

    def result(self, search_id: int) -> SearchResult:
        """As recorded. Whoever puts it before a person calls ``show``."""
        db = self._store.read()
        return result_of(db, search_id)

    def must_analyse(self, operator: Operator, search_id: int) -> bool:
        """Whether this person has to analyse the probe before its candidates may be shown."""
        db = self._store.read()
        require(db, operator, Act.LOOK)
        unknown = unknowns.of_search(db, search_id)
        own = searches.get(db, search_id).policy
        bound = questions.binding_policies(db, unknown.photograph)
        if not any(policy.probe_analysis_first for policy in (own, *bound)):
            return False
        return questions.first_analysis(db, operator.id, called=unknown.called) is None

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
        states = {}
        for row in reviews.progress(db, search_id):
            examiners = json.loads(row["examiners"])
            mine = operator.id in examiners
            outcome = Outcome(row["outcome"]) if row["outcome"] else None
            knows = not masked(db, operator, row["id"])
            if outcome in RESTS_ON_OPINIONS:
                note_seen(self._store, operator, row["id"], until=row["decided_at"])
            lead = row["id"] if outcome is Outcome.ACCEPTED else None
            states[row["id"]] = CandidateState(
                len(examiners) if knows else 0,
                mine,
                outcome,
                *_lead_state(db, lead, knows=knows),
                outcome is None and not mine and adjudicates(db, operator, row["id"]),
            )
        return states

    def assessment(
        self, viewer: Operator, candidate_id: int, corroboration: str = ""
    ) -> Assessment:
        """Every requirement as it stands, but for what this viewer must not be told yet: that
        is withheld and counts as unmet. What others concluded, and that they searched on, is told
        after one's own examination where the policy is blind, the score where it is shown only
        then."""
        db = self._store.read()
        require(db, viewer, Act.LOOK)
        stored = Stored(db, candidate_id)
        knows = told(self._store, viewer, candidate_id)
        shown = (
            stored.assessment(corroboration, viewer.id) if knows else stored.withheld(corroboration)
        )
        late = any(p.score_shown_after_examination for p in self.policies(candidate_id))
        if late and not may_know(db, viewer, candidate_id):
            return shown.withheld(Hidden.SCORE)
        return shown

    def policies(self, candidate_id: int) -> tuple[Policy, ...]:
        """By whose rules findings are judged: the case's own, and what binds the unknown."""
        db = self._store.read()
        own = searches.get(db, searches.candidate(db, candidate_id).search_id).policy
        return (own, *questions.bound_by(db, candidate_id))

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

        Somebody who examined the question before can only lower their opinion, and says why.
        Raises ``InputError`` for a missing conclusion, note or answer, a candidate that is decided,
        not offered or in a closed case, and one that this person has examined already unless the
        opinion is lowered; ``NotPermitted`` for whoever cannot examine.
        """
        with self._store.write() as db:
            require(db, operator, Act.EXAMINE)
            candidate = searches.candidate(db, candidate_id)
            search = searches.get(db, candidate.search_id)
            require_open(cases.get(db, search.case_id))
            if not candidate.offered:
                raise InputError("This candidate is below the lead line and not offered.")
            _require_findings(draft, self.policies(candidate_id))
            _require_lower(db, operator, candidate_id, draft)
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
        every = questions.examinations(db, candidate_id)
        if not told(self._store, operator, candidate_id):
            elsewhere = any(e.operator_id == operator.id for e in every)
            return VisibleExaminations([], len(every), masked=True, elsewhere=elsewhere)
        here = frozenset(questions.examinations_here(db, candidate_id))
        return VisibleExaminations(every, 0, here=here)

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


def _lead_state(
    db: Connection, candidate_id: int | None, *, knows: bool
) -> tuple[bool, bool, bool]:
    """Of an accepted candidate: is the lead withdrawn, is it contested by what came later (for who
    may know that), and did it rest on a unit of two?"""
    decision = reviews.decision(db, candidate_id) if candidate_id else None
    if candidate_id is None or decision is None:
        return False, False, False
    contested = knows and questions.contested(db, candidate_id, decision.decided_at)
    return decision.withdrawn is not None, contested, decision.unit_of_two


def _require_lower(
    db: Connection, operator: Operator, candidate_id: int, draft: ExaminationDraft
) -> None:
    """Raises ``InputError``: what was given on this candidate stays, or is lowered with a reason.
    On another search of the question a further opinion that is not lower has no effect."""
    if not any(e.operator_id == operator.id for e in reviews.examinations(db, candidate_id)):
        return
    every = questions.examinations(db, candidate_id)
    given = [e.conclusion for e in every if e.operator_id == operator.id]
    if draft.conclusion is None or not lowers(draft.conclusion, given):
        raise InputError(
            "You have examined this candidate already: your opinion can only be lowered."
        )
    if is_blank(draft.notes):
        raise InputError("Say in the notes why you lower your opinion: it is part of the record.")


def _require_findings(draft: ExaminationDraft, policies: tuple[Policy, ...]) -> None:
    """Raises ``InputError``: what a conclusion has to bring along."""
    lacking = missing(draft, *policies)
    if Missing.CONCLUSION in lacking:
        raise InputError("Choose a conclusion first.")
    if Missing.ANSWERS in lacking:
        blanks = [c.label for c in CHECKLIST if c.key not in draft.findings]
        raise InputError(f"The checklist has blanks: {', '.join(blanks)}.")
    if Missing.NOTES in lacking:
        raise InputError("A strong conclusion needs a note: say what it rests on.")
    if Missing.SUPPORT in lacking:
        similar = similar_needed(draft, *policies)
        raise InputError(
            f"This conclusion needs {similar} similar components, and a note for every difference.",
            remedy="Conclude what the findings carry: it is given once, and can only be lowered.",
        )
