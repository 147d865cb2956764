"""The whole main job through the real window: first start to the decisions."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QDialog

from secondlook import paths
from secondlook.bootstrap import open_application
from secondlook.domain.review import Outcome
from secondlook.services.application import Application
from secondlook.services.demonstration import ABSENT, ENROLLED
from secondlook.ui.driver import Driver
from secondlook.ui.tour import take_tour

from .fitting import SMALLEST, misfits

Open = Callable[[Path | None], Application]


@pytest.fixture
def opened(tmp_path: Path, qapp: object) -> Iterator[Open]:
    apps: list[Application] = []

    def open_one(models: Path | None) -> Application:
        apps.append(open_application(tmp_path / "tour.db", models))
        return apps[-1]

    yield open_one
    for app in apps:
        app.close()


@pytest.fixture
def cut(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What does not fit, at every stop of a walk."""
    found: list[str] = []
    shoot = Driver.shoot

    def look(drive: Driver, name: str, dialog: QDialog | None = None) -> None:
        shoot(drive, name, dialog)
        found.extend(f"{name}: {misfit}" for misfit in misfits(dialog or drive.window))

    monkeypatch.setattr(Driver, "shoot", look)
    return found


def walk(app: Application, folder: Path, size: tuple[int, int] = (1280, 800)) -> None:
    take_tour(app, folder, sizes=(size,), modes=("light",))


def outcomes(app: Application, reference: str) -> list[Outcome]:
    case = app.cases.by_reference(reference)
    assert case
    decided = (
        app.review.decision(candidate.id)
        for search in app.cases.searches(case.id)
        for candidate in app.review.result(search.id).candidates
    )
    return [decision.outcome for decision in decided if decision]


def acts(app: Application, act: str) -> list[str]:
    """Who did this, one after the other."""
    entries = reversed(app.record.latest())
    return [entry.actor for entry in entries if entry.act == act]


def test_the_tour_of_the_embedded_models_ends_with_a_refusal_and_an_exclusion(
    tmp_path: Path, opened: Open, cut: list[str]
) -> None:
    """In the smallest window, which shows everything."""
    app = opened(None)
    walk(app, tmp_path / "pictures", SMALLEST)
    assert not cut, "\n".join(cut)
    assert outcomes(app, ENROLLED.reference) == []
    assert outcomes(app, ABSENT.reference) == [Outcome.EXCLUDED]
    assert app.record.verify().sound
    shown = {picture.name[3:].split("-960")[0] for picture in (tmp_path / "pictures").iterdir()}
    assert {"first-models", "gallery-check", "candidates", "decision-refused"} <= shown
    assert "decision-excluded" in shown


@pytest.mark.shared
def test_the_tour_goes_on_with_full_models_to_an_accepted_lead(
    tmp_path: Path, shared_models: Path, opened: Open, cut: list[str]
) -> None:
    """In the window of a small laptop. What two people found of a question holds for a second
    search: nobody examines or judges twice."""
    app = opened(shared_models)
    walk(app, tmp_path / "pictures", (1366, 768))
    assert not cut, "\n".join(cut)
    assert outcomes(app, ENROLLED.reference) == [Outcome.ACCEPTED]
    assert acts(app, "search") == ["anna", "anna", "anna"], "one is of the other case"
    assert acts(app, "photograph judgement") == ["anna", "ben"]
    assert acts(app, "examination") == ["anna", "ben", "anna"], "the last one as well"
    assert app.model_choice.out_of_date() == []
    assert app.record.verify().sound


def test_without_models_and_people_the_window_says_what_is_missing(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    opened: Open,
) -> None:
    app = opened(None)
    app.models.folders[:] = [tmp_path / "none"]
    monkeypatch.setenv("SECONDLOOK_DEMO", str(tmp_path / "nobody"))
    walk(app, tmp_path / "pictures")
    assert "no demonstration people" in capsys.readouterr().out
    assert paths.demonstration() is None
