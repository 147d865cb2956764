"""What can be done to a question besides examining it: reopen, withdraw, correct, tell apart."""

from secondlook.domain.blank import is_blank
from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.facts import MOST_ELSEWHERE
from secondlook.domain.photographs import Verdict
from secondlook.domain.records import Operator, Probe
from secondlook.domain.review import Outcome, ProbeOrigin
from secondlook.services import declarations
from secondlook.services.authority import Act, require
from secondlook.services.decide import Stored
from secondlook.services.open_cases import log_probe, untouched_probe
from secondlook.services.photographs import SamePhotographs, judge
from secondlook.services.standing import Standing, standing
from secondlook.storage import (
    acts,
    cases,
    log,
    photographs,
    questions,
    reviews,
    tries,
    unknowns,
)
from secondlook.storage import people as independent
from secondlook.storage.acts import Declared
from secondlook.storage.database import Connection, Store


class Questions:
    def __init__(self, store: Store, same: SamePhotographs) -> None:
        self._store = store
        self._same = same

    def standing(self, viewer: Operator, candidate_id: int) -> Standing:
        """See ``services.standing``."""
        db = self._store.read()
        require(db, viewer, Act.LOOK)
        return standing(self._store, viewer, candidate_id)

    def reopen(self, operator: Operator, candidate_id: int, reason: str) -> None:
        """Take up a question again that was excluded, or whose lead was withdrawn.

        Raises ``PolicyRefusal`` where nothing of the kind stands, and for whoever decided it: it
        takes another person, and then a third one who examines.
        """
        _require_reason(reason)
        with self._store.write() as db:
            require(db, operator, Act.REOPEN)
            ended = questions.ended(db, candidate_id)
            if not ended:
                raise PolicyRefusal("Nothing stands here that could be reopened.")
            if not questions.ended_by_others(db, ended, operator.id):
                raise PolicyRefusal(
                    "Who decided a question, or withdrew its lead, does not reopen it.",
                    unmet=("standing_outcome",),
                    remedy="Ask another person.",
                )
            for decision in ended:
                key = acts.reopen(db, decision["id"], operator.id, reason)
                payload = {"candidate": decision["candidate_id"]}
                log.record(db, operator.username, "reopening", key, payload)

    def withdraw(self, operator: Operator, candidate_id: int, reason: str) -> None:
        """Take a lead back: shown wherever it appears, and it forbids another until reopened."""
        _require_reason(reason)
        with self._store.write() as db:
            require(db, operator, Act.WITHDRAW)
            decision = reviews.decision(db, candidate_id)
            if decision is None or decision.outcome is not Outcome.ACCEPTED:
                raise InputError("Only a lead can be withdrawn.")
            if decision.withdrawn:
                raise InputError("This lead is withdrawn already.")
            acts.withdraw(db, decision.id, operator.id, reason)
            payload = {"candidate": candidate_id}
            log.record(db, operator.username, "lead withdrawal", decision.id, payload)

    def judge_photograph(
        self, operator: Operator, candidate_id: int, verdict: Verdict, note: str
    ) -> Verdict | None:
        """Say whether probe and reference are one photograph; what two people agree on by now.

        Raises ``InputError`` without a note, and where both are one file.
        """
        db = self._store.read()
        require(db, operator, Act.JUDGE_PHOTOGRAPHS)
        _require_reason(note)
        pair = Stored(db, candidate_id).pair
        return self._same.judge(operator, *pair, verdict, note)

    def origins(self, viewer: Operator, probe_id: int) -> list[Declared]:
        """Everything that a probe's picture was declared to be, oldest first."""
        db = self._store.read()
        require(db, viewer, Act.LOOK)
        return acts.every_origin(db, cases.probe(db, probe_id).original_sha256)

    def correct_origin(
        self, operator: Operator, probe_id: int, origin: ProbeOrigin, reason: str
    ) -> Probe:
        """A second person, who sees the picture, says that its declared origin was wrong. Where it
        was declared on the command line it takes two; after the first the probe is as it was."""
        _require_reason(reason)
        with self._store.write() as db:
            require(db, operator, Act.CORRECT_ORIGIN)
            probe = untouched_probe(db, probe_id)
            if declarations.correct_origin(db, operator, probe, origin, reason):
                cases.declare(db, probe_id, origin, probe.analysis)
                log_probe(db, operator, "probe corrected", probe_id, {})
            return cases.probe(db, probe_id)

    def same_person(self, operator: Operator, probe_id: int, other_id: int, reason: str) -> None:
        """Declare that two probes show one unknown: from now on they share N."""
        _require_reason(reason)
        with self._store.write() as db:
            require(db, operator, Act.LINK_PROBES)
            one, other = (_unknown(db, operator, p) for p in (probe_id, other_id))
            if one == other:
                raise InputError("These are one face of one picture.")
            _link(db, operator, (one, other), "declared", reason)

    def declare_tries(self, operator: Operator, probe_id: int, people: int, reason: str) -> None:
        """Say how many people the unknown was compared with elsewhere; N is never less from now on,
        unless another person corrects it.

        What a person or another program looked through before it came here is a try all the same.
        """
        _require_reason(reason)
        _require_people(people)
        with self._store.write() as db:
            person = require(db, operator, Act.PREPARE_PROBE)
            key = tries.declare(db, _unknown(db, operator, probe_id), people, person.id, reason)
            log.record(db, person.username, "declared tries", key, {"people": people})

    def correct_tries(self, operator: Operator, probe_id: int, people: int, reason: str) -> None:
        """Say that more people were declared than the unknown was compared with elsewhere. All of
        it stays on record; what was declared on the command line counts until two have said so.

        Raises ``InputError`` where nobody declared more, ``PolicyRefusal`` where oneself did: it
        takes another person to say that a number was wrong.
        """
        _require_reason(reason)
        _require_people(people)
        with self._store.write() as db:
            person = require(db, operator, Act.CORRECT_TRIES)
            shown = unknowns.get(db, _unknown(db, operator, probe_id)).shown
            wrong = [d for d in tries.declarations(db, shown) if d["people"] > people]
            if not wrong:
                raise InputError("Nobody declared more people than that.")
            said = [acts.spoken_of_tries(db, d["id"]) for d in wrong]
            if not all(independent.adds(db, person.id, who) for who in said):
                raise PolicyRefusal(
                    "Who declared a number does not correct it alone.",
                    unmet=("confidence",),
                    remedy="Ask another person, who knows what was looked through.",
                )
            for one in wrong:
                unknown, key = one["unknown_id"], one["id"]
                made = tries.declare(db, unknown, people, person.id, reason, corrects=key)
                payload = {"people": people, "corrects": key}
                log.record(db, person.username, "declared tries", made, payload)

    def tell_apart(self, operator: Operator, probe_id: int, other_id: int, reason: str) -> None:
        """Say that two unknowns are not one, and their pictures not one photograph, wherever
        anything says so: it takes two people to undo what stands."""
        _require_reason(reason)
        with self._store.write() as db:
            require(db, operator, Act.LINK_PROBES)
            one, other = (_unknown(db, operator, p) for p in (probe_id, other_id))
            linked = unknowns.linked(db, one, other)
            copies = photographs.pairs_between(db, one, other)
            if not linked and not copies:
                raise InputError("Nothing says that these two belong together.")
            if linked:
                _link(db, operator, (one, other), "judged_apart", reason)
            judge(db, operator, copies, Verdict.DIFFERENT, reason)


def _link(db: Connection, operator: Operator, pair: tuple[int, int], basis: str, why: str) -> None:
    unknowns.link(db, *pair, basis, operator.username, operator.id, why)


def _unknown(db: Connection, operator: Operator, probe_id: int) -> int:
    return declarations.unknown_of(db, operator, cases.probe(db, probe_id)).id


def _require_reason(reason: str) -> None:
    if is_blank(reason):
        raise InputError("Say why: the reason is part of the record.")


def _require_people(people: int) -> None:
    if not 1 <= people <= MOST_ELSEWHERE:
        raise InputError(f"Give the number of people, at least 1 and at most {MOST_ELSEWHERE:,}.")
