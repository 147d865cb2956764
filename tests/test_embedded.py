"""What the program can do with nothing but itself: its own models, on people who do not exist."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest

from secondlook import paths
from secondlook.__main__ import main
from secondlook.bootstrap import open_application, open_models
from secondlook.domain.errors import PolicyRefusal
from secondlook.domain.photographs import Verdict
from secondlook.domain.records import Candidate, Case, GallerySummary, Operator
from secondlook.domain.review import Conclusion, Outcome, ProbeOrigin
from secondlook.services.application import Application
from secondlook.services.searching import SearchResult
from tests.people import second_examiner
from tests.services.steps import PASSWORD, enrol, examine, exclude

RECOGNISER, DETECTOR = "secondlook-mini", "secondlook-mini-detector"
DEMO = paths.resources() / "demo"
MB = 10**6


def pictures(role: str) -> list[tuple[Path, str]]:
    """The demonstration pictures of a role, each with the person on it."""
    with (DEMO / "manifest.csv").open(encoding="utf-8") as table:
        rows = [row for row in csv.DictReader(table) if row["role"] == role]
    return [(DEMO / row["path"], row["person"]) for row in rows]


def embedded(folder: Path) -> Application:
    return open_application(folder / "secondlook.db", detector=DETECTOR, recogniser=RECOGNISER)


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Application]:
    opened = embedded(tmp_path_factory.mktemp("embedded"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def ada(app: Application) -> Operator:
    return app.accounts.create_first("ada", "Ada Lovelace", PASSWORD)


@pytest.fixture(scope="module")
def ben(app: Application, ada: Operator) -> Operator:
    return second_examiner(app, ada, "ben", "Ben Lindqvist", PASSWORD)


@pytest.fixture(scope="module")
def gallery(app: Application, ada: Operator) -> GallerySummary:
    return enrol(app, ada, DEMO / "gallery")


@pytest.fixture(scope="module")
def case(app: Application, ada: Operator) -> Case:
    return app.cases.open(ada, "E-1", "Missing person", "Order 1", app.policies.default())


def search(
    app: Application, who: Operator, case: Case, gallery: GallerySummary, path: Path
) -> SearchResult:
    probe = app.identify.add_probe(who, case.id, path)
    app.identify.declare(who, probe.id, ProbeOrigin.PHOTOGRAPH, "As the manifest says.")
    return app.identify.search(who, probe.id, gallery.id)


def offered_strangers(
    app: Application, who: Operator, case: Case, gallery: GallerySummary
) -> list[Candidate]:
    """Candidates that a policy offers for people who are not in the gallery."""
    found = [search(app, who, case, gallery, path).candidates for path, _ in pictures("absent")]
    return [candidate for candidates in found for candidate in candidates if candidate.offered]


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
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary
) -> None:
    path, _ = pictures("mated")[0]
    first = search(app, ada, case, gallery, path).candidates[0]
    for who in (ada, ben):
        examine(app, who, first, Conclusion.SAME_STRONG)

    def unmet() -> set[str]:
        return {r.name for r in app.review.assessment(ada, first.id, "Other evidence.").unmet}

    # Both pictures are blends of the same parents: like copies, until two people say otherwise
    assert "different_photographs" in unmet()
    for who in (ada, ben):
        assert "different_photographs" in unmet()
        app.questions.judge_photograph(who, first.id, Verdict.DIFFERENT, "The manifest says so.")
    assert "minimum_model" in unmet()
    assert unmet() <= {"minimum_model", "confidence"}
    with pytest.raises(PolicyRefusal) as refused:
        app.review.decide(ada, first.id, Outcome.ACCEPTED, "Other evidence.", "")
    assert "minimum_model" in refused.value.unmet


def test_the_demonstration_policy_can_be_walked_to_a_decision(tmp_path: Path) -> None:
    """By one person, in a database where nothing was asked before."""
    app = embedded(tmp_path)
    ada = app.accounts.create_first("ada", "Ada Lovelace", PASSWORD)
    policy = app.policies.get("demonstration")
    case = app.cases.open(ada, "E-80", "Demonstration", "", policy)
    offered = offered_strangers(app, ada, case, enrol(app, ada, DEMO / "gallery"))
    assert offered, "at 50 % somebody resembles one of the absent people"
    with pytest.raises(PolicyRefusal, match="one visible difference"):
        app.review.decide(ada, offered[0].id, Outcome.EXCLUDED, "", "A stranger.")
    exclude(app, ada, offered[0])
    decision = app.review.decide(ada, offered[0].id, Outcome.EXCLUDED, "", "A stranger.")
    assert decision.outcome is Outcome.EXCLUDED
    assert app.record.verify().sound
    app.close()


def test_a_picture_that_high_stakes_saw_first_takes_two_people_under_any_policy(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary
) -> None:
    for path, _ in pictures("absent"):
        search(app, ada, case, gallery, path)
    policy = app.policies.get("demonstration")
    later = app.cases.open(ada, "E-81", "Demonstration", "", policy)
    stranger = offered_strangers(app, ada, later, gallery)[0]
    exclude(app, ada, stranger)
    with pytest.raises(PolicyRefusal, match="as many people as accepting"):
        app.review.decide(ada, stranger.id, Outcome.EXCLUDED, "", "A stranger.")
    exclude(app, ben, stranger)
    decision = app.review.decide(ada, stranger.id, Outcome.EXCLUDED, "", "A stranger.")
    assert decision.outcome is Outcome.EXCLUDED
    assert app.record.verify().sound


def test_the_command_line_does_the_same(own_home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, person = pictures("mated")[0]
    assert main(["gallery", "create", "people", str(DEMO / "gallery")]) == 0
    asked = ["search", "--gallery", "people", "--probe", str(path), "--case", "C-1",
             "--policy", "high-stakes"]  # fmt: skip
    assert main(asked) == 0
    assert person not in capsys.readouterr().out, "each examiner analyses the probe first"
    assert main([*asked, "--show-candidates"]) == 0
    assert person in capsys.readouterr().out
