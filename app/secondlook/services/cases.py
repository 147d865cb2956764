"""Cases: opened for a stated purpose, under a policy, and closed when everything is reviewed."""

from dataclasses import dataclass

from secondlook.domain.approval import ApprovalKind, Standing, move_subject
from secondlook.domain.blank import is_blank
from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.laxer import laxer_for_case
from secondlook.domain.policy import Policy
from secondlook.domain.records import Case, Operator, Probe, Search
from secondlook.services.approvals import approve
from secondlook.services.authority import Act, require
from secondlook.services.decide import close_unexamined
from secondlook.services.loosening import Loosening
from secondlook.services.open_cases import require_open, untouched
from secondlook.storage import approvals, cases, log, policies, searches
from secondlook.storage.cases import Move
from secondlook.storage.database import Connection, Store


@dataclass(frozen=True, slots=True)
class CaseSummary:
    case: Case
    probes: int
    searches: int
    undecided: int
    accepted: int


@dataclass(frozen=True, slots=True)
class PendingMove:
    """A move to a laxer policy that still needs somebody."""

    move: Move
    standing: Standing


class Cases:
    def __init__(self, store: Store, loosening: Loosening) -> None:
        self._store = store
        self._loosening = loosening

    def open(
        self,
        operator: Operator,
        reference: str,
        purpose: str,
        authorisation: str,
        policy: Policy,
        notes: str = "",
    ) -> Case:
        """Raises ``InputError`` (no reference, reference taken, purpose not permitted).

        Only the command line may leave the purpose open: its case can be searched, and the policy
        refuses every acceptance for it.
        """
        operator = require(self._store.read(), operator, Act.OPEN_CASE)
        reference = reference.strip()
        if is_blank(reference):
            raise InputError("The case needs a reference.")
        permitted = purpose in policy.permitted_purposes
        if not permitted and (operator.examines or purpose):
            raise InputError(
                f"{policy.title} does not permit the purpose “{purpose}”.",
                remedy=f"Permitted: {', '.join(policy.permitted_purposes)}.",
            )
        with self._store.write() as db:
            require(db, operator, Act.OPEN_CASE)
            if cases.by_reference(db, reference):
                raise InputError(f"There is a case {reference} already.")
            sha256 = policies.keep(db, operator.username, policy)
            case_id = cases.add(
                db, operator.id, reference, purpose, authorisation.strip(), sha256, notes
            )
            payload = {"purpose": purpose, "policy": sha256}
            given = {"authorisation": authorisation.strip()}
            states = {"case": [case_id]}
            log.append(db, operator.username, "case opened", reference, payload, given, states)
            return cases.get(db, case_id)

    def all(self) -> list[CaseSummary]:
        """Newest first."""
        db = self._store.read()
        counts = cases.counts(db)
        return [CaseSummary(case, **counts[case.id]) for case in cases.everything(db)]

    def get(self, case_id: int) -> Case:
        return cases.get(self._store.read(), case_id)

    def by_reference(self, reference: str) -> Case | None:
        return cases.by_reference(self._store.read(), reference.strip())

    def authorise(self, operator: Operator, case_id: int, authorisation: str) -> Case:
        with self._store.write() as db:
            require(db, operator, Act.AUTHORISE)
            if is_blank(authorisation):
                raise InputError("The authorisation needs a reference.")
            case = untouched(db, case_id)
            require_open(case)
            cases.authorise(db, case_id, authorisation.strip())
            given = {"authorisation": authorisation.strip()}
            states = {"case": [case_id]}
            log.append(db, operator.username, "case authorised", case.reference, {}, given, states)
            return cases.get(db, case_id)

    def move_policy(self, operator: Operator, case_id: int, policy: Policy, reason: str) -> Case:
        """Move a case to another policy, or propose it: where that one is laxer in anything the
        case stays until a second person has agreed (``approve_move``), one of the two an
        administrator.

        Searches stay under the policy they were made with: a lead needs a new search. Raises
        ``InputError`` (no reason, closed, purpose not permitted), ``NotPermitted``.
        """
        with self._store.write() as db:
            person = require(db, operator, Act.MOVE_CASE)
            if is_blank(reason):
                raise InputError("Moving a case to another policy needs a reason.")
            case = untouched(db, case_id)
            require_open(case)
            if policy.sha256 == case.policy.sha256:
                raise InputError(f"Case {case.reference} is under {policy.title} already.")
            if case.purpose not in policy.permitted_purposes:
                raise InputError(f"{policy.title} does not permit the purpose “{case.purpose}”.")
            sha256 = policies.keep(db, person.username, policy)
            move = cases.propose_move(db, person, case, sha256, reason.strip())
            if laxer_for_case(case.policy, policy):
                self._agree(db, person, move, reason)
            else:
                self._move(db, person, move)
            return cases.get(db, case_id)

    def approve_move(self, operator: Operator, move_id: int, case_id: int, reason: str) -> Case:
        """Agree to the proposal ``move_id``, which must still be the newest of the case. It moves
        when two people have, one of them an administrator.

        Raises ``InputError`` (nothing proposed, or another move by now; no reason; approved by the
        same person), ``NotPermitted``.
        """
        with self._store.write() as db:
            require(db, operator, Act.APPROVE)
            move = cases.pending_move(db, case_id)
            if move is None or move.id != move_id:
                raise InputError(
                    "This move is not proposed any more.", remedy="Look at the case again."
                )
            if self._agree(db, operator, move, reason).granted:
                self._move(db, require(db, operator, Act.MOVE_CASE), move)
            return cases.get(db, case_id)

    def pending_move(self, case_id: int) -> PendingMove | None:
        """What somebody proposed and others must still agree to."""
        db = self._store.read()
        move = cases.pending_move(db, case_id)
        if move is None:
            return None
        standing = approvals.standing(db, ApprovalKind.LAXER_POLICY, move_subject(move.id))
        return PendingMove(move, standing) if standing.approvals else None

    def _agree(self, db: Connection, operator: Operator, move: Move, reason: str) -> Standing:
        shown = self._loosening.between(move.old, move.new, move.case_id).on_record()
        subject = move_subject(move.id)
        return approve(db, operator, ApprovalKind.LAXER_POLICY, subject, reason, shown)

    @staticmethod
    def _move(db: Connection, operator: Operator, move: Move) -> None:
        reference = untouched(db, move.case_id).reference
        cases.set_policy(db, move.case_id, move.new.sha256)
        payload = {"from": move.old.sha256, "to": move.new.sha256, "move": move.id}
        states = {"case": [move.case_id]}
        log.append(db, operator.username, "case moved", reference, payload, states=states)

    def close(self, operator: Operator, case_id: int) -> Case:
        """Raises ``PolicyRefusal`` while a candidate is undecided and the policy asks for all: that
        of the case, or the one under which it was searched before the case moved.

        Where none does, what nobody looked at is put on record as just that.
        """
        with self._store.write() as db:
            require(db, operator, Act.CLOSE_CASE)
            case = untouched(db, case_id)
            require_open(case)
            if not case.policy.all_candidates_reviewed:
                close_unexamined(db, operator, case)
            _require_reviewed(db, case)
            cases.close(db, case_id)
            states = {"case": [case_id]}
            log.append(db, operator.username, "case closed", case.reference, {}, states=states)
            return cases.get(db, case_id)

    def probes(self, case_id: int) -> list[Probe]:
        return cases.probes(self._store.read(), case_id)

    def searches(self, case_id: int) -> list[Search]:
        """Newest first, those without a candidate included."""
        return searches.of_case(self._store.read(), case_id)


def _require_reviewed(db: Connection, case: Case) -> None:
    """Raises ``PolicyRefusal``. What was searched before the case moved stays asked for."""
    candidates = (searches.candidate(db, key) for key in cases.undecided(db, case.id))
    searched = [searches.get(db, candidate.search_id).policy for candidate in candidates]
    earlier = [policy for policy in searched if policy.all_candidates_reviewed]
    if searched and case.policy.all_candidates_reviewed:
        raise PolicyRefusal(
            f"{len(searched)} candidates are not decided yet.",
            remedy="This policy wants every offered candidate reviewed.",
        )
    if earlier:
        raise PolicyRefusal(
            f"{len(earlier)} candidates are not decided yet, and {earlier[0].title}, under which "
            "they were searched, wants every offered candidate reviewed.",
            remedy="Decide them, or search their probes again under the policy of the case.",
        )
