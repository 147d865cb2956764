"""``secondlook search`` as a person and as a script see it."""

from collections.abc import Callable
from pathlib import Path

import pytest

from secondlook import bootstrap
from secondlook.cli.search import examined_first
from secondlook.domain.review import LEAD_ONLY
from tests.command_line import Said, on_database, parsed
from tests.services.fake import FakeEngines, people, picture
from tests.services.steps import PASSWORD, examine
from tests.storage.plain_sql import shipped

SHOWN = "--show-candidates"

ALIKE = ("p008", "p033")
"""Of the forty people, the two whose resemblance raises the score that 99 % takes."""


@pytest.fixture
def cli(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """Run a command on a database of its own, with the gallery “people” of forty."""
    monkeypatch.setattr(bootstrap, "Engines", FakeEngines)

    run = on_database(tmp_path / "a.db", capsys)
    assert run("gallery", "create", "people", people(tmp_path / "people", 40))[0] == 0
    return run


def arguments(probe: Path, *more: object) -> list[object]:
    return [
        "search", "--gallery", "people", "--probe", probe, "--policy", "high-stakes",
        "--case", "2031/117", *more,
    ]  # fmt: skip


def test_the_json_of_a_search(cli: Callable[..., Said], tmp_path: Path) -> None:
    probe = picture(tmp_path / "probe.png", (7, 1, 80))
    declared = ("--purpose", "Missing person", "--authorisation", "9")
    described = ("--origin", "photograph", "--analysis", "Frontal.")
    said = cli(*arguments(probe, "--json", SHOWN, *declared, *described))
    assert said[2] == ""
    found = parsed(said)
    assert set(found) == {
        "search", "gallery", "model", "model_sha256", "detector", "provider", "policy", "probe",
        "calibration", "compared", "withheld", "notice", "candidates",
    }  # fmt: skip
    assert found["gallery"] == {"name": "people", "persons": 40}
    assert (found["model"], found["provider"]) == ("fake-one", "FakeExecutionProvider")
    policy = parsed(cli("policy", "show", "high-stakes", "--json"))
    assert found["policy"] == {key: policy[key] for key in ("id", "version", "sha256")}
    assert found["probe"]["faces"] == 1
    assert found["probe"]["chosen"] == 0
    assert found["probe"]["quality"]["inter_eye_px"] == 48
    assert found["calibration"]["source"] == "gallery and model reference curve"
    assert found["calibration"]["comparisons"] == 780
    assert (found["calibration"]["left_out"], found["calibration"]["left_out_by_one"]) == (0, 0)
    (limiting,) = found["calibration"]["limit"]["pairs"]
    assert (limiting["name"], limiting["other_name"]) == ALIKE
    assert (found["compared"], found["withheld"]) == (40, 0)
    assert found["notice"] == LEAD_ONLY
    assert [c["rank"] for c in found["candidates"]] == list(range(1, 21))
    first = found["candidates"][0]
    assert set(first) == {
        "rank", "person", "reference", "score", "confidence", "confidence_status",
        "expected_false_candidates", "offered", "requirements",
    }  # fmt: skip
    assert first["person"] == "p007"
    assert Path(first["reference"]).name == "p007.png"
    assert first["confidence"] > 99
    assert first["confidence_status"] == "reference"
    assert all(set(r) == {"name", "met", "needed", "found"} for r in first["requirements"])
    unmet = {r["name"] for r in first["requirements"] if not r["met"]}
    assert unmet == {
        "examiners", "conclusions", "checklist", "findings", "standing_outcome", "corroboration",
    }  # fmt: skip
    again = parsed(cli(*arguments(probe, "--json")))
    assert again["compared"] == 40, "the same comparisons again are no new tries"


def test_candidates_are_withheld_where_each_examiner_analyses_first(
    cli: Callable[..., Said], tmp_path: Path
) -> None:
    probe = picture(tmp_path / "probe.png", (7, 1, 80))
    status, out, err = cli(*arguments(probe))
    assert (status, err) == (0, "")
    assert "Recorded, and not shown: 20 candidates." in out
    assert SHOWN in out
    said = cli(*arguments(probe, "--json"))
    found = parsed(said)
    assert (found["candidates"], found["withheld"], found["compared"]) == ([], 20, 40)
    for told in (out, said[1]):
        assert "p007" not in told
    lenient = ("--json", "--policy", "archive-newsroom", "--case", "2031/2")
    again = parsed(cli(*arguments(probe, *lenient)))
    assert again["candidates"] == [], "the unknown stays bound by what it was first searched under"
    found = parsed(cli(*arguments(picture(tmp_path / "other.png", (8, 1, 80)), *lenient)))
    assert (found["candidates"][0]["person"], found["withheld"]) == ("p008", 0)


def test_they_are_withheld_too_where_scores_are_shown_after_the_examination() -> None:
    lenient = shipped("archive-newsroom")
    blind = lenient.model_copy(update={"score_shown_after_examination": True})
    assert [examined_first(policy) for policy in (lenient, blind)] == [False, True]


@pytest.mark.parametrize(("more", "first"), [((), True), ((SHOWN,), False)])
def test_what_was_printed_counts_as_seen_by_everybody(
    cli: Callable[..., Said], tmp_path: Path, more: tuple[str, ...], first: bool
) -> None:
    """Whoever analyses the probe after that has not analysed it first."""
    described = ("--origin", "photograph", "--analysis", "Frontal.")
    probe = picture(tmp_path / "probe.png", (7, 1, 80))
    found = parsed(cli(*arguments(probe, "--json", *described, *more)))
    app = bootstrap.open_application(tmp_path / "a.db")
    ada = app.accounts.create_first("ada", "Ada Lovelace", PASSWORD)
    candidate = app.review.result(found["search"]).candidates[0]
    assert app.review.must_analyse(ada, found["search"])
    examine(app, ada, candidate)
    asked = {r.name: r for r in app.review.assessment(ada, candidate.id).requirements}
    assert asked["probe_analysis"].met is first
    app.close()


def test_what_is_not_measurable_is_null(
    cli: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeEngines, "curve", None)
    probe = picture(tmp_path / "probe.png", (7, 1, 80))
    first = parsed(cli(*arguments(probe, "--json", SHOWN)))["candidates"][0]
    assert (first["confidence"], first["confidence_status"]) == (None, "not_measurable")
    assert "not measurable" in cli(*arguments(probe, SHOWN))[1]


def test_a_search_in_words(cli: Callable[..., Said], tmp_path: Path) -> None:
    status, out, err = cli(*arguments(picture(tmp_path / "a.png", (7, 1, 80)), SHOWN))
    lines = out.splitlines()
    assert (status, err) == (0, "")
    assert lines[0] == "people: 40 persons, High-stakes (99 %)"
    assert lines[1].startswith("Calibrated on 780 comparisons")
    assert lines[2].startswith("99 % takes a score of ")
    assert lines[2].endswith("judge the pair.")
    assert "{} and {} look like one person".format(*ALIKE) in lines[2]
    assert lines[3].strip().startswith("In the window: ")
    assert lines[4].split()[:2] == ["1", "p007"]
    assert "about 1 in" in lines[4]
    assert lines[5:] == ["Below the lead line, recorded and not offered: 19.", LEAD_ONLY]
    _, out, _ = cli(*arguments(picture(tmp_path / "b.png", (200, 0, 80)), SHOWN))
    assert "No candidate reaches the policy's lead line." in out


def test_the_face_to_search_with(cli: Callable[..., Said], tmp_path: Path) -> None:
    probe = picture(tmp_path / "two.png", (5, 1, 60), (9, 1, 80))
    said = cli(*arguments(probe, "--json", SHOWN))
    assert "two.png shows 2 faces; the largest is searched, number 2" in said[2]
    assert parsed(said)["candidates"][0]["person"] == "p009"
    assert parsed(said)["probe"]["chosen"] == 1
    said = cli(*arguments(probe, "--json", SHOWN, "--face", 1))
    assert said[2] == ""
    assert parsed(said)["candidates"][0]["person"] == "p005"
    for wrong in (0, 3):
        status, _, err = cli(*arguments(probe, "--face", wrong))
        assert status == 1
        assert f"2 faces; there is no number {wrong}." in err
    status, _, err = cli(*arguments(picture(tmp_path / "none.png")))
    assert status == 1
    assert "none.png: no face" in err


def test_a_case_keeps_what_it_was_opened_with(cli: Callable[..., Said], tmp_path: Path) -> None:
    probe = picture(tmp_path / "a.png", (7, 1, 80))
    given = ("--purpose", "Missing person", "--authorisation", "Order 9")
    for _ in range(2):  # a script may say the same again
        assert cli(*arguments(probe, *given))[0] == 0
    for more, told in (
        (("--purpose", "Archive research"), "has the purpose “Missing person”"),
        (("--authorisation", "Order 10"), "has the authorisation “Order 9”"),
        (("--policy", "missing-person"), "is under the policy high-stakes, not missing-person"),
    ):
        status, out, err = cli(*arguments(probe, *more))
        assert (status, out) == (1, "")
        assert told in err


def test_a_probe_that_is_not_there_opens_no_case(cli: Callable[..., Said], tmp_path: Path) -> None:
    status, _, err = cli(*arguments(tmp_path / "gone.jpg"))
    assert status == 1
    assert "gone.jpg: the file is not there." in err
    app = bootstrap.open_application(tmp_path / "a.db")
    assert app.cases.all() == []
    app.close()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("--policy", "lenient"), "The policies are: archive-newsroom"),
        (("--gallery", "nobody"), "The galleries are: people."),
        (("--purpose", "Surveillance"), "Permitted: Missing person"),
        (("--case", " "), "needs a reference"),
    ],
)
def test_a_search_that_cannot_be(
    cli: Callable[..., Said], tmp_path: Path, change: tuple[str, str], told: str
) -> None:
    probe = picture(tmp_path / "a.png", (7, 1, 80))
    status, out, err = cli(*arguments(probe, *change))
    assert (status, out) == (1, "")
    assert told in err
    assert len(err.splitlines()) == 1


def test_where_nobody_is_offered_it_says_how_much_that_proves(
    cli: Callable[..., Said], tmp_path: Path
) -> None:
    """Nobody of the gallery is enrolled with a second photograph."""
    declared = ("--purpose", "Missing person", "--authorisation", "9", "--origin", "photograph")
    nobody = picture(tmp_path / "nobody.png", (200, 0, 80))
    asked = ("--analysis", "Frontal.", SHOWN, "--prove")
    found = parsed(cli(*arguments(nobody, "--json", *declared, *asked)))
    assert not any(c["offered"] for c in found["candidates"])
    assert found["proof"] == {"status": "not_known", "found": 0, "tried": 0, "unlike": []}
    assert "How much this proves is not known" in cli(*arguments(nobody, *asked))[1]
    somebody = picture(tmp_path / "somebody.png", (7, 1, 80))
    assert "proof" not in parsed(cli(*arguments(somebody, "--json", *asked)))


def test_what_is_withheld_is_not_weighed(cli: Callable[..., Said], tmp_path: Path) -> None:
    """That nobody was found would be told to whoever has to analyse the probe first."""
    declared = ("--purpose", "Missing person", "--authorisation", "9", "--origin", "photograph")
    nobody = picture(tmp_path / "nobody.png", (200, 0, 80))
    found = parsed(cli(*arguments(nobody, "--json", *declared, "--analysis", "A.", "--prove")))
    assert "proof" not in found
