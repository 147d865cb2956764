"""The rehearsal screen over the real services, with a matcher that needs no models."""

import csv
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from secondlook import bootstrap
from secondlook.bootstrap import open_application
from secondlook.domain.errors import InputError
from secondlook.domain.marks import Standing
from secondlook.domain.records import GallerySummary, Operator
from secondlook.domain.rehearsal import Curves, Kind, Mark
from secondlook.services.application import Application
from secondlook.services.rehearse_results import RehearsalResults
from secondlook.ui.context import Context
from secondlook.ui.rehearsal.plot import RatesPlot
from secondlook.ui.rehearsal.runner import RehearsalRunner, runner_of
from secondlook.ui.rehearsal.scale import HIGH, LOW, across, at, confidence
from secondlook.ui.rehearsal.screen import RehearsalScreen
from secondlook.ui.theme import Theme
from tests.services.fake import FakeEngines, people, picture
from tests.services.steps import engine_of, enrol
from tests.ui.fitting import misfits

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    monkeypatch.setattr(bootstrap, "Engines", FakeEngines)
    app = open_application(tmp_path / "secondlook.db")
    yield app
    app.close()


@pytest.fixture
def gallery(application: Application, administrator: Operator, tmp_path: Path) -> GallerySummary:
    return enrol(application, administrator, people(tmp_path / "people", 40))


@pytest.fixture
def probes(tmp_path: Path) -> Path:
    """36 strangers, two pictures of gallery people under other names, one of nobody."""
    source = people(tmp_path / "absent", 36, first=120)
    picture(source / "double.png", (7, 1, 80))
    picture(source / "twin.png", (9, 1, 80))
    picture(source / "nobody.png")
    return source


@pytest.fixture
def runner(context: Context) -> Iterator[RehearsalRunner]:
    runner = runner_of(context)
    yield runner
    runner.close()


@pytest.fixture
def screen(
    qtbot: QtBot, context: Context, gallery: GallerySummary, runner: RehearsalRunner, until: Until
) -> RehearsalScreen:
    return opened(qtbot, context, until)


def opened(qtbot: QtBot, context: Context, until: Until) -> RehearsalScreen:
    screen = RehearsalScreen(context)
    qtbot.addWidget(screen)
    screen.resize(1092, 760)
    screen.show()
    until(lambda: screen.pages.currentIndex() > 0 and screen.header.policy)
    return screen


def rehearse(screen: RehearsalScreen, until: Until, source: Path | None = None) -> None:
    """Through the dialog, to the result."""
    before = screen.header.rehearsal_id
    dialog = screen.open_dialog()
    assert dialog
    if source:
        dialog.source.path.setText(str(source))
    else:
        dialog.left_out.click()
    dialog.primary.click()
    until(lambda: screen.header.rehearsal_id not in (None, before))
    until(
        lambda: (
            screen.view.result
            and screen.view.result.summary.id == screen.header.rehearsal_id
            and screen.view.result.summary.finished_at
            and screen.header.start.isEnabled()
        )
    )


def said(widget: QWidget | None) -> str:
    assert widget
    labels = [label for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]
    return "\n".join(label.text() for label in labels)


def test_without_a_gallery_it_says_what_to_do(
    qtbot: QtBot, context: Context, runner: RehearsalRunner, until: Until
) -> None:
    screen = opened(qtbot, context, until)
    assert screen.nothing.isVisible()
    gone: list[str] = []
    context.changed.navigated.connect(lambda place, _: gone.append(place))
    screen.to_galleries.click()
    assert gone == ["galleries"]


def test_a_gallery_that_was_never_rehearsed(screen: RehearsalScreen) -> None:
    assert screen.never.isVisible()
    assert screen.header.title.text() == "people"
    assert screen.header.start.isEnabled()
    assert not screen.header.export.isVisible()
    assert not screen.strip.isVisible()


def test_absent_people_are_searched_and_told_of_in_sentences(
    screen: RehearsalScreen, probes: Path, until: Until, notices: list[tuple[str, str]]
) -> None:
    rehearse(screen, until, probes)
    shown = said(screen.view.figures.widget())
    for part in ("80 %", "90 %", "95 %", "99 %", "of 38 people matched someone they are not",
                 "the line of High-stakes", "not known", "1 picture could not"):  # fmt: skip
        assert part in shown
    assert "Only 38" not in shown
    until(lambda: notices)
    assert notices == [("people: 38 searches made, 1 could not be searched", "success")]
    assert "38 of 39 searches" in screen.header.about.text()


def test_too_few_people_are_said_to_be_too_few(
    screen: RehearsalScreen, tmp_path: Path, until: Until
) -> None:
    rehearse(screen, until, people(tmp_path / "few", 5, first=200))
    assert "Only 5 people were searched. Below 30" in said(screen.view.figures.widget())
    assert screen.view.pairs.empty.isVisibleTo(screen.view.pairs)


def test_a_source_that_is_wrong_is_told_in_the_dialog(
    screen: RehearsalScreen, tmp_path: Path, until: Until
) -> None:
    dialog = screen.open_dialog()
    assert dialog
    dialog.primary.click()
    assert "Choose a folder or a CSV" in dialog.error.text()
    dialog.source.path.setText(str(tmp_path / "nowhere"))
    assert not dialog.error.isVisible()
    dialog.primary.click()
    until(lambda: "nowhere" in dialog.error.text())
    assert dialog.primary.isEnabled()
    dialog.reject()


def test_pause_cancel_go_on(
    screen: RehearsalScreen,
    runner: RehearsalRunner,
    application: Application,
    gallery: GallerySummary,
    probes: Path,
    until: Until,
) -> None:
    looks = 0

    def pause_early() -> None:
        nonlocal looks
        looks += 1
        if looks == 12:
            runner.active[0].token.pause()

    engine_of(application).on_faces = pause_early
    dialog = screen.open_dialog()
    assert dialog
    dialog.source.path.setText(str(probes))
    dialog.primary.click()
    until(lambda: (run := runner.run_of(gallery.id)) and run.token.paused)
    until(screen.strip.progress.isVisible)
    assert not screen.header.start.isEnabled()
    screen.strip.progress.cancel.click()
    until(lambda: runner.run_of(gallery.id) is None and screen.strip.card.isVisible())
    until(lambda: screen.unfinished)
    assert "are still to do" in screen.strip.text.label.text()
    engine_of(application).on_faces = lambda: None
    screen.strip.go_on.click()
    until(lambda: not screen.strip.isVisible() and screen.unfinished is None)
    (summary,) = application.rehearsal_results.of_gallery(gallery.id)
    assert (summary.searched, summary.failed) == (38, 1)


def test_one_that_cannot_go_on_says_why_and_is_given_up(
    screen: RehearsalScreen,
    application: Application,
    administrator: Operator,
    gallery: GallerySummary,
    probes: Path,
    until: Until,
) -> None:
    application.rehearse.start(administrator, gallery.id, probes)
    (first, *_) = application.galleries.persons(gallery.id)
    application.galleries.remove_person(administrator, first.id)
    screen.refresh()
    until(screen.strip.card.isVisible)
    screen.strip.go_on.click()
    until(screen.strip.problem.isVisible)
    assert "has changed since it was started" in screen.strip.problem.label.text()
    dialog = screen.give_up()
    assert dialog
    dialog.primary.click()
    until(lambda: screen.unfinished is None and not screen.strip.isVisible())
    assert application.rehearsal_results.of_gallery(gallery.id) == []
    assert screen.never.isVisible()


def test_false_pairs_are_marked_by_keys_and_counted_anew(
    screen: RehearsalScreen, application: Application, gallery: GallerySummary, probes: Path,
    until: Until,
) -> None:  # fmt: skip
    rehearse(screen, until, probes)
    screen.view.tabs.setCurrentWidget(screen.view.pairs)
    panel = screen.view.pairs.review
    before = len(panel.model.rows)
    first, second = panel.model.rows[:2]
    assert {first.left.name, second.left.name} == {"double", "twin"}
    until(lambda: all(side.picture.loaded for side in panel.sides))
    QTest.keyClick(panel.list, Qt.Key.Key_S)
    assert panel.list.currentRow() == 1
    until(lambda: panel.unmarked == before - 1)
    assert panel.current
    assert panel.current.id == second.id
    assert "not counted: the same person" not in said(screen.view.figures.widget())
    QTest.keyClick(panel.list, Qt.Key.Key_U)
    until(lambda: panel.unmarked == before - 2)
    panel.list.setCurrentRow(0)
    assert panel.state.text() == "Same person: needs a second opinion"
    assert panel.by.text() == "Ada Lovelace"
    panel.buttons[Mark.DIFFERENT].click()
    until(lambda: panel.model.rows[0].own is Mark.DIFFERENT)
    assert "counted although unsure" in said(screen.view.figures.widget())


def test_a_refused_mark_is_taken_back_and_told(
    screen: RehearsalScreen, probes: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise InputError("This person is gone.")

    rehearse(screen, until, probes)
    monkeypatch.setattr(RehearsalResults, "mark", refuse)
    screen.view.tabs.setCurrentWidget(screen.view.pairs)
    review = screen.view.pairs.review
    QTest.keyClick(review.list, Qt.Key.Key_S)
    assert review.model.standing(0) is Standing.BY_ONE
    until(screen.error.isVisible)
    assert "is gone" in screen.error.text()
    assert review.model.standing(0) is Standing.OPEN


def test_the_line_is_moved_by_keys_and_changes_no_policy(
    screen: RehearsalScreen, application: Application, probes: Path, until: Until
) -> None:
    rehearse(screen, until, probes)
    what_if, policy = screen.view.what_if, screen.header.policy
    assert policy
    before = policy.sha256
    assert what_if.plot.percent == policy.accept_confidence
    QTest.keyClick(what_if.plot, Qt.Key.Key_Home)
    result = screen.view.result
    assert result
    fpir = at(result.curves, result.curves.fpir, LOW)
    assert fpir is not None
    assert what_if.false.value.text() == f"{100 * fpir:.1f} in 100"
    assert what_if.missed.value.text() == "–"
    assert what_if.extra.value.text() == f"{100 * fpir * policy.examiners:.1f}"
    assert "no policy changes" in said(what_if)
    assert application.policies.get(policy.id).sha256 == before


def test_everybody_left_out_in_turn_and_compared_with_the_time_before(
    screen: RehearsalScreen, until: Until
) -> None:
    rehearse(screen, until)
    assert screen.view.result
    assert screen.view.result.summary.kind is Kind.LEAVE_ONE_OUT
    assert "There is none of this gallery" in said(screen.view.others.widget())
    assert "independent test" in said(screen.view.figures.widget())
    rehearse(screen, until)
    assert screen.header.rehearsals.count() == 2
    assert "No difference that these counts can show" in said(screen.view.others.widget())
    screen.header.rehearsals.setCurrentIndex(1)
    until(lambda: "There is none of this gallery" in said(screen.view.others.widget()))


def test_groups_have_a_rate_or_a_reason(
    screen: RehearsalScreen, tmp_path: Path, until: Until
) -> None:
    lines = ["path,person,Born"]
    for person in range(35):
        picture(tmp_path / f"a{person}.png", (person + 120, 0, 80))
        lines.append(f"a{person}.png,,{1950 if person < 31 else 1970}")
    for person in range(4):
        picture(tmp_path / f"m{person}.png", (person + 1, 1, 80))
        lines.append(f"m{person}.png,p{person + 1:03},1950")
    (tmp_path / "table.csv").write_text("\n".join(lines))
    rehearse(screen, until, tmp_path / "table.csv")
    shown = said(screen.view.others.widget())
    assert "born: 1950" in shown.lower()
    assert "of 31 people matched someone they are not" in shown
    assert "4 absent people were searched; below 30" in shown
    assert "in 100" in screen.view.what_if.missed.value.text()


def test_all_searches_are_exported(
    screen: RehearsalScreen, probes: Path, tmp_path: Path, until: Until,
    notices: list[tuple[str, str]],
) -> None:  # fmt: skip
    rehearse(screen, until, probes)
    target = tmp_path / "out.csv"
    screen.export(target)
    until(lambda: any("written to" in text for text, _ in notices))
    with target.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 39
    screen.export(tmp_path / "no folder" / "out.csv")
    until(screen.error.isVisible)
    assert "cannot be written" in screen.error.text()


def test_a_run_goes_on_while_another_screen_is_shown(
    screen: RehearsalScreen, application: Application, gallery: GallerySummary, probes: Path,
    until: Until,
) -> None:  # fmt: skip
    dialog = screen.open_dialog()
    assert dialog
    dialog.source.path.setText(str(probes))
    dialog.primary.click()
    results = application.rehearsal_results
    until(lambda: results.of_gallery(gallery.id))
    screen.hide()
    until(lambda: (found := results.of_gallery(gallery.id)) and found[0].finished_at)
    screen.show()
    until(lambda: screen.view.result and screen.view.result.summary.finished_at)


def test_one_reading_one_place() -> None:
    for percent in (LOW, 80.0, 95.0, 99.0, 99.9, HIGH):
        assert confidence(across(percent)) == pytest.approx(percent)


@pytest.fixture
def plot(qtbot: QtBot) -> RatesPlot:
    plot = RatesPlot()
    qtbot.addWidget(plot)
    plot.resize(600, 300)
    plot.show_curves(Curves((0.0, 90.0, 99.0), (0.5, 0.1, 0.0), ()), 95.0, 90.0)
    plot.show()
    return plot


def test_keys_move_the_line(plot: RatesPlot) -> None:
    moved: list[float] = []
    plot.moved.connect(moved.append)
    plot.move_to(90)
    QTest.keyClick(plot, Qt.Key.Key_Right)
    assert plot.percent == 90.1
    QTest.keyClick(plot, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert plot.percent == 89.1
    QTest.keyClick(plot, Qt.Key.Key_Home)
    assert plot.percent == LOW
    QTest.keyClick(plot, Qt.Key.Key_End)
    assert plot.percent == 90.0
    assert moved == [90.0, 90.1, 89.1, LOW, 90.0]
    assert "90 %" in plot.accessibleDescription()


def test_the_mouse_moves_the_line_and_nothing_else(plot: RatesPlot, until: Until) -> None:
    field = plot.childAt(plot.rect().center())
    assert field

    def spot(share: float) -> QPoint:
        return QPoint(round(field.width() * share), field.height() // 2)

    left, middle = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton
    before = plot.grab().toImage()
    QTest.mouseClick(field, left, pos=spot(0.5))
    halfway = plot.percent
    assert 90 < halfway < 99
    QTest.mousePress(field, left, pos=spot(0.5))
    for share in (0.55, 0.6, 0.8):
        QTest.mouseMove(field, spot(share))
        QTest.qWait(20)  # pyqtgraph leaves moves out that follow each other faster
    QTest.mouseRelease(field, left, pos=spot(0.8))
    assert plot.percent > halfway
    plot.move_to(99.0)
    for button in (middle, Qt.MouseButton.RightButton):
        QTest.mouseClick(field, button, pos=spot(0.3))
    assert plot.percent == 99.0
    assert QApplication.activePopupWidget() is None
    plot.move_to(90.0)
    plot.move_to(99.0)
    assert plot.grab().toImage() == before


def test_a_small_window_has_room_for_the_plot_and_what_it_reads(
    screen: RehearsalScreen, probes: Path, until: Until, theme: Theme
) -> None:
    rehearse(screen, until, probes)
    screen.view.tabs.setCurrentIndex(1)
    theme.set_mode("dark")
    plot = screen.view.what_if.plot
    screen.resize(1216, 760)
    until(lambda: plot.width() > 500)
    assert misfits(screen) == []
    screen.resize(880, 580)
    until(lambda: plot.width() < 400)
    QTest.qWait(50)
    assert misfits(screen) == []


def test_the_plot_takes_the_colours_of_the_window(plot: RatesPlot, theme: Theme) -> None:
    theme.set_mode("light")
    light = plot.grab().toImage()
    theme.set_mode("dark")
    dark = plot.grab().toImage()
    corner = light.rect().center()
    assert light.pixelColor(corner).lightness() > 200
    assert dark.pixelColor(corner).lightness() < 60


def test_the_plotting_library_waits_until_it_is_needed() -> None:
    """It takes longer to import than the rest of a screen, and prefers other bindings of Qt."""
    program = (
        "import sys, secondlook.__main__, secondlook.ui.run\n"
        "assert 'pyqtgraph' not in sys.modules\n"
        "import secondlook.ui.rehearsal.screen, pyqtgraph\n"
        "assert pyqtgraph.Qt.QT_LIB == 'PySide6'\n"
    )
    elsewhere = os.environ | {"PYQTGRAPH_QT_LIB": "PyQt5"}
    subprocess.run([sys.executable, "-W", "error", "-c", program], env=elsewhere, check=True)
