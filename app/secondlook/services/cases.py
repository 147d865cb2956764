"""Cases: opened for a stated purpose, under a policy, and closed when everything is reviewed."""

from dataclasses import dataclass

from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.policy import Policy
from secondlook.domain.records import Case, Operator, Probe, Search
from secondlook.services.authority import Act, require
from secondlook.storage import cases, log, policies, searches
from secondlook.storage.database import Store


@dataclass(frozen=True, slots=True)
class CaseSummary:
    case: Case
    probes: int
    searches: int
    undecided: int
    accepted: int


def require_open(case: Case) -> None:
    """Raises ``InputError`` for a closed case: nothing in it may change any more."""
    if case.closed_at:
        raise InputError(f"Case {case.reference} is closed.", remedy="Open a new case.")


class Cases:
    def __init__(self, store: Store) -> None:
        self._store = store

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
        if not reference:
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
            payload = {"purpose": purpose, "authorisation": authorisation, "policy": sha256}
            log.append(db, operator.username, "case opened", reference, payload)
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
            if not authorisation.strip():
                raise InputError("The authorisation needs a reference.")
            case = cases.get(db, case_id)
            require_open(case)
            cases.authorise(db, case_id, authorisation.strip())
            payload = {"authorisation": authorisation.strip()}
            log.append(db, operator.username, "case authorised", case.reference, payload)
            return cases.get(db, case_id)

    def move_policy(self, operator: Operator, case_id: int, policy: Policy, reason: str) -> Case:
        """Searches stay under the policy they were made with: a lead needs a new search."""
        with self._store.write() as db:
            require(db, operator, Act.MOVE_CASE)
            if not reason.strip():
                raise InputError("Moving a case to another policy needs a reason.")
            case = cases.get(db, case_id)
            require_open(case)
            if case.purpose not in policy.permitted_purposes:
                raise InputError(f"{policy.title} does not permit the purpose “{case.purpose}”.")
            sha256 = policies.keep(db, operator.username, policy)
            cases.set_policy(db, case_id, sha256)
            payload = {"from": case.policy.sha256, "to": sha256, "reason": reason.strip()}
            log.append(db, operator.username, "case moved", case.reference, payload)
            return cases.get(db, case_id)

    def close(self, operator: Operator, case_id: int) -> Case:
        """Raises ``PolicyRefusal`` while a candidate is undecided and the policy asks for all."""
        with self._store.write() as db:
            require(db, operator, Act.CLOSE_CASE)
            case = cases.get(db, case_id)
            require_open(case)
            undecided = cases.counts(db)[case_id]["undecided"]
            if undecided and case.policy.all_candidates_reviewed:
                raise PolicyRefusal(
                    f"{undecided} candidates are not decided yet.",
                    remedy="This policy wants every offered candidate reviewed.",
                )
            cases.close(db, case_id)
            log.append(db, operator.username, "case closed", case.reference, {})
            return cases.get(db, case_id)

    def probes(self, case_id: int) -> list[Probe]:
        return cases.probes(self._store.read(), case_id)

    def searches(self, case_id: int) -> list[Search]:
        """Newest first, those without a candidate included."""
        return searches.of_case(self._store.read(), case_id)
