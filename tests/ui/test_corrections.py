"""Picking faces and correcting people in the gallery screen, without models."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from secondlook import bootstrap
from secondlook.domain.records import GallerySummary, Operator
from secondlook.services.application import Application
from secondlook.ui.context import Context
from secondlook.ui.gallery.correct import NameDialog, PersonDialog
from secondlook.ui.gallery.gallery import GalleryScreen
from secondlook.ui.widgets.dialogs import FormDialog
from tests.services.fake import FakeEngines, picture
from tests.services.steps import enrol

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def application(
    tmp_path: Path, empty_database: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Application]:
    monkeypatch.setattr(bootstrap, "Engines", FakeEngines)
    shutil.copy(empty_database, tmp_path / "secondlook.db")
    app = bootstrap.open_application(tmp_path / "secondlook.db")
    yield app
    app.close()


@pytest.fixture
def gallery(application: Application, administrator: Operator, tmp_path: Path) -> GallerySummary:
    for person, name in enumerate(("Ann/1", "Ann/2", "Bea/1", "Cid/1"), 1):
        picture(tmp_path / "g" / f"{name}.png", (person, 0, 80))
    for name in ("Dot", "Eve"):
        picture(tmp_path / "g" / name / "press.png", (8, 0, 80), (9, 0, 80))
    return enrol(application, administrator, tmp_path / "g")


@pytest.fixture
def screen(qtbot: QtBot, context: Context, gallery: GallerySummary, until: Until) -> GalleryScreen:
    made = GalleryScreen(context, gallery.id)
    qtbot.addWidget(made)
    made.resize(1100, 760)
    with qtbot.waitActive(made, timeout=10_000):
        made.show()
        made.activateWindow()
    until(lambda: made.people.model.rows)
    return made


def named(screen: GalleryScreen) -> list[str]:
    return [f"{p.display_name} {p.references}" for p in screen.people.model.rows]


def choose(screen: GalleryScreen, row: int, until: Until) -> None:
    screen.people.grid.setCurrentIndex(screen.people.model.index(row, 0))
    until(lambda: screen.people.person.reference is not None)


def shown(screen: GalleryScreen, kind: type[FormDialog], until: Until) -> FormDialog:
    until(lambda: any(d.isVisible() for d in screen.findChildren(kind)))
    return next(d for d in screen.findChildren(kind) if d.isVisible())


def test_faces_are_picked_one_picture_after_the_other(
    qtbot: QtBot, screen: GalleryScreen, until: Until
) -> None:
    assert screen.notice.text.text().startswith("2 pictures show several faces")
    assert screen.tabs.tabText(2) == "Pick faces  2"
    screen.notice.action.click()
    pick = screen.pick
    until(lambda: "1 to 2" in pick.hint.text())
    assert pick.name.text() == "Which face is Dot?"
    pick.skip.click()
    until(lambda: pick.name.text() == "Which face is Eve?" and "1 to 2" in pick.hint.text())
    QTest.keyClick(pick.canvas, Qt.Key.Key_2)
    until(lambda: "Eve 1" in named(screen))
    until(lambda: pick.name.text() == "Which face is Dot?" and "1 to 2" in pick.hint.text())
    QTest.keyClick(pick.canvas, Qt.Key.Key_2)  # who is enrolled already, for Eve
    until(lambda: "enrolled already, for Eve" in pick.error.text())
    QTest.keyClick(pick.canvas, Qt.Key.Key_1)
    until(lambda: "Dot 1" in named(screen))
    until(lambda: not screen.notice.isVisible())


def test_a_picture_is_moved_to_somebody_new_and_that_is_undone(
    qtbot: QtBot, screen: GalleryScreen, until: Until
) -> None:
    choose(screen, 0, until)
    screen.people.person.move_picture.trigger()
    dialog = shown(screen, PersonDialog, until)
    assert isinstance(dialog, PersonDialog)
    dialog.search.setText("Fay")
    assert dialog.chosen == "Fay"
    dialog.submit()
    until(lambda: "Fay 1" in named(screen))
    assert "Ann 1" in named(screen)
    assert screen.corrected.text.text() == "1.png is a picture of Fay now."
    screen.corrected.action.click()
    until(lambda: "Ann 2" in named(screen) and "Fay 1" not in named(screen))


def test_people_are_merged_after_a_question(screen: GalleryScreen, until: Until) -> None:
    choose(screen, 1, until)
    screen.people.person.merge.trigger()
    dialog = shown(screen, PersonDialog, until)
    assert isinstance(dialog, PersonDialog)
    dialog.search.setText("nobody")
    assert dialog.chosen is None  # nobody new is merged into
    dialog.submit()
    assert dialog.isVisible()
    dialog.search.setText("ann")
    dialog.submit()
    until(lambda: not dialog.isVisible())
    shown(screen, FormDialog, until).submit()
    until(lambda: named(screen) == ["Ann 3", "Cid 1"])
    screen.corrected.action.click()
    until(lambda: named(screen) == ["Ann 2", "Bea 1", "Cid 1"])


def test_a_person_is_renamed_and_a_picture_removed(screen: GalleryScreen, until: Until) -> None:
    choose(screen, 2, until)
    screen.people.person.rename.trigger()
    dialog = shown(screen, NameDialog, until)
    assert isinstance(dialog, NameDialog)
    dialog.name.setText("Cid Moor")
    dialog.submit()
    until(lambda: "Cid Moor 1" in named(screen))
    screen.people.person.remove_picture.trigger()
    question = shown(screen, FormDialog, until)
    question.submit()  # it was the only one, so that was asked first
    until(lambda: named(screen) == ["Ann 2", "Bea 1"])
    screen.corrected.action.click()
    until(lambda: "Cid Moor 1" in named(screen))
