"""A random walk: people do whatever acts the program offers, in whatever order.

Who is who is known here, and three examiners say what is true and a fourth anything. Whatever is
accepted on the way has to be allowed by what everybody did so far, counted here by hand.

    python -m tests.walk 2000        # so many walks; each failure prints the acts that led to it
"""

import os
import shutil
import sqlite3
import sys
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TypeVar

from argon2 import PasswordHasher
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
    run_state_machine_as_test,
)

from secondlook import bootstrap
from secondlook.domain.errors import IntegrityError, SecondLookError
from secondlook.domain.policy import Policy
from secondlook.domain.records import Candidate, ExaminationDraft, Operator
from secondlook.domain.review import Conclusion, Finding, Outcome, ProbeOrigin
from secondlook.services import accounts
from secondlook.services.application import Application
from tests.people import second_examiner
from tests.services.fake import FakeEngines, people, picture
from tests.services.steps import PASSWORD, SEEN, enrol
from tests.storage.plain_sql import accept as decide_by_sql
from tests.storage.plain_sql import shell

NAMES = ("ben", "cal", "dan")
CARELESS = "cal"
EVIDENCE = "A witness names the same person."
UNLIKE = {**SEEN, "nose": Finding.DIFFERENT}
PROBES = {"a.png": 3, "b.png": 8, "absent.png": 200}
"""Whom each picture shows; 200 is nowhere enrolled."""
REACHED: Counter[str] = Counter()
"""What the walks came to: a walk that never accepts anything shows nothing."""
POLICIES = ("high-stakes", "missing-person", "archive-newsroom")


@cache
def prepared() -> Path:
    """A folder with accounts and two galleries, made once and copied for each walk."""
    home = Path(tempfile.mkdtemp(prefix="walk"))
    app = bootstrap.open_application(home / "data" / "secondlook.db")
    ada = app.accounts.create_first("ada", "Ada Lovelace", PASSWORD)
    for name in NAMES:
        second_examiner(app, ada, name, f"{name.title()} Examiner", PASSWORD)
    enrol(app, ada, people(home / "all", 30), "all")
    enrol(app, ada, people(home / "some", 6, first=1), "some")
    for name, person in PROBES.items():
        picture(home / name, (person, 1, 80))
    app.close()
    return home


T = TypeVar("T")

Question = tuple[str, str]
"""Picture of the unknown, key of the person."""


@dataclass
class Known:
    """What a person with a notebook knows of one question."""

    opinions: dict[str, list[int]] = field(default_factory=dict)
    ended: list[set[str]] = field(default_factory=list)
    """Who made each exclusion, or the lead and its withdrawal, and who reopened it."""
    since: list[set[str]] = field(default_factory=list)
    """Who gave a first opinion after each of these was reopened; None while it was not."""
    reopened: list[bool] = field(default_factory=list)

    def in_force(self) -> dict[str, int]:
        return {who: min(0 if c == -9 else c for c in cs) for who, cs in self.opinions.items()}


class Walk(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.home = Path(tempfile.mkdtemp(prefix="walk"))
        shutil.copytree(prepared(), self.home, dirs_exist_ok=True)
        self.app: Application = bootstrap.open_application(self.home / "data" / "secondlook.db")
        found = {o.username: o for o in self.app.accounts.operators()}
        self.who = {name: found[name] for name in ("ada", *NAMES)}
        self.cases: list[int] = []
        self.probes: dict[int, str] = {}
        self.searches: list[int] = []
        self.first_policy: dict[str, Policy] = {}
        self.compared: dict[str, set[str]] = {}
        self.known: dict[Question, Known] = {}
        self.accepted: list[int] = []

    def teardown(self) -> None:
        try:
            assert self.app.record.verify().sound, str(self.app.record.verify())
        finally:
            self.app.close()
            shutil.rmtree(self.home, ignore_errors=True)

    def act(self, done: Callable[[], T]) -> T | None:
        """A refusal is fine; that the database sees what the service did not is a bug."""
        try:
            return done()
        except IntegrityError as error:
            raise AssertionError(f"service and database differ: {error}") from error
        except SecondLookError:
            return None

    def question(self, candidate: Candidate) -> Question:
        probe = self.app.review.result(candidate.search_id).search.probe_id
        return self.probes[probe], candidate.person_key

    def candidates(self) -> list[Candidate]:
        """The best of every search, and whoever else is offered."""
        found = [self.app.review.result(s).candidates for s in self.searches]
        return [c for some in found for c in some if c.rank == 1 or c.offered]

    def notes(self, candidate: Candidate) -> Known:
        return self.known.setdefault(self.question(candidate), Known())

    # Acts

    @initialize(policy=st.sampled_from(POLICIES), path=st.sampled_from(sorted(PROBES)))
    def begin(self, policy: str, path: str) -> None:
        """Somebody has searched already: what comes first would rarely come about by chance."""
        self.open_case("ada", policy)
        made = self.app.identify.add_probe(self.who["ada"], self.cases[0], self.home / path)
        self.probes[made.id] = path
        self.app.identify.declare(self.who["ada"], made.id, ProbeOrigin.PHOTOGRAPH, "Frontal.")
        self._search("ada", made.id, self.app.galleries.summaries()[0].id)

    @precondition(lambda self: len(self.cases) < 3)
    @rule(name=st.sampled_from(["ada", *NAMES]), policy=st.sampled_from(POLICIES))
    def open_case(self, name: str, policy: str) -> None:
        chosen = self.app.policies.get(policy)
        reference = f"case {len(self.cases)}"
        made = self.act(
            lambda: self.app.cases.open(
                self.who[name], reference, chosen.permitted_purposes[0], "Order 12", chosen
            )
        )
        if made:
            self.cases.append(made.id)

    @precondition(lambda self: self.cases and len(self.probes) < 4)
    @rule(
        data=st.data(),
        name=st.sampled_from(["ada", *NAMES]),
        path=st.sampled_from(sorted(PROBES)),
        origin=st.sampled_from([ProbeOrigin.PHOTOGRAPH] * 3 + [ProbeOrigin.SKETCH]),
    )
    def add_probe(self, data: st.DataObject, name: str, path: str, origin: ProbeOrigin) -> None:
        case = data.draw(st.sampled_from(self.cases))
        who = self.who[name]
        made = self.act(lambda: self.app.identify.add_probe(who, case, self.home / path))
        if made:
            self.probes[made.id] = path
            self.act(lambda: self.app.identify.declare(who, made.id, origin, "Frontal, sharp."))

    @precondition(lambda self: self.probes and len(self.searches) < 5)
    @rule(data=st.data(), name=st.sampled_from(["ada", *NAMES]))
    def search(self, data: st.DataObject, name: str) -> None:
        probe = data.draw(st.sampled_from(sorted(self.probes)))
        gallery = data.draw(st.sampled_from([g.id for g in self.app.galleries.summaries()]))
        self._search(name, probe, gallery)

    def _search(self, name: str, probe: int, gallery: int) -> None:
        made = self.act(lambda: self.app.identify.search(self.who[name], probe, gallery))
        if made:
            self.searches.append(made.search.id)
            path = self.probes[probe]
            self.first_policy.setdefault(path, made.search.policy)
            keys = {p.key for p in self.app.galleries.persons(gallery)}
            self.compared.setdefault(path, set()).update(keys)

    @precondition(lambda self: self.searches and len(self.app.galleries.summaries()) < 4)
    @rule(data=st.data(), name=st.sampled_from(["ada", *NAMES]))
    def enrol_alone(self, data: st.DataObject, name: str) -> None:
        candidate = data.draw(st.sampled_from(self.candidates()))
        folder = self.home / f"alone {len(self.app.galleries.summaries())}"
        picture(folder / f"{candidate.person_key}.png", (int(candidate.person_key[1:]), 0, 80))
        self.act(lambda: enrol(self.app, self.who[name], folder, folder.name))

    @precondition(lambda self: self.searches)
    @rule(
        data=st.data(),
        names=st.lists(st.sampled_from(["ada", *NAMES]), unique=True, min_size=1, max_size=3),
        careless=st.sampled_from(sorted(Conclusion)),
        analyses=st.booleans(),
    )
    def examine(
        self, data: st.DataObject, names: list[str], careless: Conclusion, analyses: bool
    ) -> None:
        candidate = data.draw(st.sampled_from(self.candidates()))
        for name in names:
            self._examine(name, candidate, careless, analyses)

    def _examine(
        self, name: str, candidate: Candidate, careless: Conclusion, analyses: bool
    ) -> None:
        who, search = self.who[name], candidate.search_id
        path, key = self.question(candidate)
        true = PROBES[path] == int(key[1:])
        honest = Conclusion.SAME_STRONG if true else Conclusion.DIFFERENT_STRONG
        conclusion = careless if name == CARELESS else honest
        findings = SEEN if conclusion > 0 else UNLIKE
        if name != CARELESS or analyses:
            self.act(lambda: self.app.review.analyse(who, search, "Frontal, sharp."))
            self.act(lambda: self.app.review.show(who, search))
        draft = ExaminationDraft(findings, conclusion, "The nose.")
        if self.act(lambda: self.app.review.commit(who, candidate.id, draft)):
            known = self.notes(candidate)
            if name not in known.opinions:
                for since, reopened in zip(known.since, known.reopened, strict=True):
                    if reopened:
                        since.add(name)
            known.opinions.setdefault(name, []).append(int(conclusion))

    @precondition(lambda self: self.searches)
    @rule(data=st.data(), name=st.sampled_from(["ada", *NAMES]))
    def look(self, data: st.DataObject, name: str) -> None:
        candidate = data.draw(st.sampled_from(self.candidates()))
        self.act(lambda: self.app.review.examinations(self.who[name], candidate.id))
        self.act(lambda: self.app.review.assessment(self.who[name], candidate.id))

    @precondition(lambda self: self.searches)
    @rule(
        data=st.data(),
        name=st.sampled_from(["ada", *NAMES]),
        outcome=st.sampled_from([Outcome.ACCEPTED] * 3 + sorted(Outcome)),
    )
    def decide(self, data: st.DataObject, name: str, outcome: Outcome) -> None:
        self._decide(name, data.draw(st.sampled_from(self.candidates())), outcome)

    @precondition(lambda self: self.searches)
    @rule(
        data=st.data(),
        names=st.lists(st.sampled_from(["ada", *NAMES]), unique=True, min_size=2, max_size=3),
        careless=st.sampled_from(sorted(Conclusion)),
        decider=st.sampled_from(["ada", *NAMES]),
        outcome=st.sampled_from([Outcome.ACCEPTED, Outcome.EXCLUDED, Outcome.UNRESOLVED]),
    )
    def settle(
        self, data: st.DataObject, names: list[str], careless: Conclusion, decider: str,
        outcome: Outcome,
    ) -> None:  # fmt: skip
        """Some examine one candidate, and somebody decides: by chance alone that is rare."""
        candidate = data.draw(st.sampled_from(self.candidates()))
        for name in names:
            self._examine(name, candidate, careless, True)
        self._decide(decider, candidate, outcome)

    def _decide(self, name: str, candidate: Candidate, outcome: Outcome) -> None:
        who = self.who[name]
        made = self.act(
            lambda: self.app.review.decide(who, candidate.id, outcome, EVIDENCE, "Because.")
        )
        if made is None:
            self.database_refuses(who, candidate, outcome)
            return
        REACHED[outcome.value] += 1
        known = self.notes(candidate)
        if outcome is Outcome.ACCEPTED:
            self.allowed(candidate, known, name)
            self.accepted.append(candidate.id)
            event("accepted")
        if outcome is Outcome.EXCLUDED:
            known.ended.append({name})
            known.since.append(set())
            known.reopened.append(False)

    @precondition(lambda self: self.searches)
    @rule(data=st.data(), name=st.sampled_from(["ada", *NAMES]))
    def reopen(self, data: st.DataObject, name: str) -> None:
        candidate = data.draw(st.sampled_from(self.candidates()))

        def done() -> bool:
            self.app.questions.reopen(self.who[name], candidate.id, "New evidence.")
            return True

        if self.act(done):
            known = self.notes(candidate)
            for place, ended in enumerate(known.ended):
                if not known.reopened[place]:
                    assert name not in ended, "who ended it reopened it"
                    ended.add(name)
                    known.reopened[place] = True

    @precondition(lambda self: self.accepted)
    @rule(data=st.data(), name=st.sampled_from(["ada", *NAMES]))
    def withdraw(self, data: st.DataObject, name: str) -> None:
        key = data.draw(st.sampled_from(self.accepted))
        candidate = self.app.review.candidate(key)

        def done() -> bool:
            self.app.questions.withdraw(self.who[name], key, "It was wrong.")
            return True

        if self.act(done):
            decision = self.app.review.decision(key)
            assert decision is not None
            decider = next(n for n, o in self.who.items() if o.display_name == decision.operator)
            known = self.notes(candidate)
            known.ended.append({name, decider})
            known.since.append(set())
            known.reopened.append(False)

    # What must hold

    def database_refuses(self, who: Operator, candidate: Candidate, outcome: Outcome) -> None:
        policy = self.app.review.result(candidate.search_id).search.policy
        db = shell(self.app.store.path)
        db.execute("BEGIN IMMEDIATE")
        try:
            decide_by_sql(
                db, policy, candidate_id=candidate.id, operator_id=who.id, outcome=outcome.value,
                corroboration=EVIDENCE, decided_at="2099-01-01T00:00:00.000+00:00",
            )  # fmt: skip
        except sqlite3.IntegrityError:
            return
        finally:
            db.execute("ROLLBACK")
            db.close()
        raise AssertionError(f"the service refused {outcome}, the database does not")

    def allowed(self, candidate: Candidate, known: Known, decider: str) -> None:
        """By what everybody did, and nothing that the program remembers."""
        search = self.app.review.result(candidate.search_id).search
        path, key = self.question(candidate)
        rules = (search.policy, self.first_policy[path])
        needed = max(p.examiners for p in rules)
        opinions = known.in_force()
        agreeing = [c for c in opinions.values() if c >= max(p.min_conclusion for p in rules)]
        assert len(agreeing) >= needed, (needed, known)
        if any(c <= -1 for c in opinions.values()):
            assert len(opinions) > needed, "no third"
            assert decider not in opinions, "an examiner adjudicates"
            assert PROBES[path] == int(key[1:]) or CARELESS in opinions
        for ended, since, reopened in zip(known.ended, known.since, known.reopened, strict=True):
            assert reopened, "an exclusion or withdrawal stands"
            assert since - ended, "no third since it was reopened"
        persons = len(self.compared[path])
        line = max(p.accept_confidence for p in rules)
        assert persons * candidate.confidence.fmr_upper <= 1.0 - line / 100.0


def configured(walks: int, steps: int = 30) -> settings:
    return settings(
        max_examples=walks,
        stateful_step_count=steps,
        deadline=None,
        phases=(Phase.explicit, Phase.reuse, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )


def use_fakes() -> None:
    """For a run of its own; under pytest the fixtures of the services do it."""
    os.environ.setdefault("SECONDLOOK_HOME", tempfile.mkdtemp(prefix="walk"))
    quick = partial(PasswordHasher, time_cost=1, memory_cost=8, parallelism=1)
    vars(bootstrap)["Engines"] = FakeEngines
    vars(accounts)["PasswordHasher"] = quick


if __name__ == "__main__":
    use_fakes()
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    run_state_machine_as_test(Walk, settings=configured(number))
    print(f"{number} walks, and nothing was accepted that should not have been.")
    print(", ".join(f"{what}: {count}" for what, count in sorted(REACHED.items())))
