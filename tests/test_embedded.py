"""What the program can do with nothing but itself: its own models, on people who do not exist."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from secondlook import paths
from secondlook.__main__ import main
from secondlook.bootstrap import open_application, open_models
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.domain.review import Conclusion, Outcome, ProbeOrigin
from secondlook.services.application import Application
from secondlook.services.searching import SearchResult
from tests.people import second_examiner
from tests.services.steps import PASSWORD, examine

RECOGNISER, DETECTOR = "secondlook-mini", "secondlook-mini-detector"
DEMO = paths.resources() / "demo"
MB = 10**6


def pictures(role: str) -> list[tuple[Path, str]]:
    """The demonstration pictures of a role, each with the person on it."""
    with (DEMO / "manifest.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["role"] == role]
    return [(DEMO / row["path"], row["person"]) for row in rows]


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    opened = open_application(
        tmp_path_factory.mktemp("embedded") / "secondlook.db",
        detector=DETECTOR,
        recogniser=RECOGNISER,
    )
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def ada(app: Application) -> Operator:
    return app.accounts.create_first("ada", "Ada Lovelace", PASSWORD)


@pytest.fixture(scope="module")
def gallery(app: Application, ada: Operator) -> GallerySummary:
    made = app.galleries.create(ada, "Demonstration people", DEMO / "gallery")
    app.enrolment.run(ada, made.id, CancelToken(), ignore_progress)
    return app.galleries.summary(made.id)


@pytest.fixture(scope="module")
def case(app: Application, ada: Operator) -> Case:
    return app.cases.open(ada, "E-1", "Missing person", "Order 1", app.policies.default())


def search(
    app: Application, who: Operator, case: Case, gallery: GallerySummary, path: Path
) -> SearchResult:
    probe = app.identify.add_probe(who, case.id, path)
    app.identify.declare(who, probe.id, ProbeOrigin.PHOTOGRAPH, "As the manifest says.")
    return app.identify.search(who, probe.id, gallery.id)


def test_models_and_people_are_here_and_small() -> None:
    models = open_models()
    for name, limit in ((RECOGNISER, 6 * MB), (DETECTOR, 0.6 * MB)):
        status = models.status(name)
        assert (status.state, status.card.status) == ("verified", "evaluation")
        assert status.card.bytes <= limit
    assert sum(file.stat().st_size for file in DEMO.rglob("*") if file.is_file()) < 4 * MB
    named = {path for role in ROLES for path, _ in pictures(role)}
    assert named == set(DEMO.rglob("*.jpg"))


ROLES = ("gallery", "mated", "degraded", "absent", "group", "no_face")


def test_everybody_is_enrolled(app: Application, gallery: GallerySummary) -> None:
    assert (gallery.pending, gallery.failed, gallery.stale) == (0, 0, 0)
    keys = {row.key for row in app.galleries.persons(gallery.id)}
    assert keys == {person for _, person in pictures("gallery")}
    assert gallery.persons >= 55


def test_mated_probes_find_their_person_first(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary
) -> None:
    for path, person in pictures("mated"):
        first = search(app, ada, case, gallery, path).candidates[0]
        assert first.person_key == person, path.name


def test_most_degraded_probes_find_their_person_first(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary
) -> None:
    probes = pictures("degraded")
    found = sum(
        search(app, ada, case, gallery, path).candidates[0].person_key == person
        for path, person in probes
    )
    assert found >= len(probes) - 1


def test_absent_people_reach_no_line_that_accepts(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary
) -> None:
    for path, _ in pictures("absent"):
        best = search(app, ada, case, gallery, path).candidates[0].confidence
        assert not best.reaches(95), path.name


def test_a_group_shows_its_faces_and_a_wall_none(
    app: Application, ada: Operator, case: Case
) -> None:
    ((group, _),) = pictures("group")[:1]
    ((wall, _),) = pictures("no_face")[:1]
    assert len(app.identify.add_probe(ada, case.id, group).faces) >= 3
    assert not app.identify.add_probe(ada, case.id, wall).faces


def test_high_stakes_refuses_on_the_embedded_models_and_nothing_else_is_missing(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary
) -> None:
    ben = second_examiner(app, ada, "ben", "Ben Lindqvist", PASSWORD)
    path, _ = pictures("mated")[0]
    first = search(app, ada, case, gallery, path).candidates[0]
    for who in (ada, ben):
        examine(app, who, first, Conclusion.SAME_STRONG)
    unmet = app.review.assessment(ada, first.id, "Other evidence.").unmet
    assert "minimum_model" in [r.name for r in unmet]
    assert {r.name for r in unmet} <= {"minimum_model", "confidence"}


def test_the_demonstration_policy_can_be_walked_to_a_decision(
    app: Application, ada: Operator, gallery: GallerySummary
) -> None:
    policy = app.policies.get("demonstration")
    case = app.cases.open(ada, "E-80", "Demonstration", "", policy)
    offered = [
        candidate
        for path, _ in pictures("absent")
        for candidate in search(app, ada, case, gallery, path).candidates
        if candidate.offered
    ]
    assert offered, "at 50 % somebody resembles one of the absent people"
    examine(app, ada, offered[0], Conclusion.DIFFERENT_STRONG)
    decision = app.review.decide(ada, offered[0].id, Outcome.EXCLUDED, "", "A stranger.")
    assert decision.outcome is Outcome.EXCLUDED
    assert app.record.verify().sound


def test_the_command_line_does_the_same(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, person = pictures("mated")[0]
    assert main(["gallery", "create", "people", str(DEMO / "gallery")]) == 0
    assert main(["search", "--gallery", "people", "--probe", str(path), "--case", "C-1",
                 "--policy", "high-stakes"]) == 0  # fmt: skip
    assert person in capsys.readouterr().out
