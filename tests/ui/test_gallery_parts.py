"""The parts of the gallery screens that need no model and no portraits."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication, QCheckBox, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from secondlook.bootstrap import open_application
from secondlook.domain.errors import ImageFault
from secondlook.domain.matching import ModelIdentity
from secondlook.domain.records import EnrolmentItem, EnrolmentStatus, GallerySummary
from secondlook.services.application import Application
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.create import SourceDialog
from secondlook.ui.gallery.errors import ErrorsPanel
from secondlook.ui.gallery.faults import FaultModel, detail
from secondlook.ui.gallery.galleries import GalleriesScreen
from secondlook.ui.gallery.runner import EnrolmentRunner, runner_of
from secondlook.ui.gallery.state import Need, state_of
from secondlook.ui.widgets.flow import FlowLayout
from secondlook.ui.widgets.labels import Elided
from secondlook.ui.widgets.rows import Index, RowModel, spans

MODEL = ModelIdentity("alpha", "1", "a" * 64)
OTHER = ModelIdentity("beta", "2", "b" * 64)


class Numbers(RowModel[tuple[int, str]]):
    def __init__(self) -> None:
        super().__init__(lambda row: row[0])

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        return self.rows[index.row()][1] if role == Qt.ItemDataRole.DisplayRole else None


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    """On a machine without any model, whatever the environment names."""
    (tmp_path / "no models").mkdir()
    app = open_application(tmp_path / "bare.db", tmp_path / "no models")
    app.models.folders[:] = [tmp_path / "no models"]
    yield app
    app.close()


@pytest.fixture(autouse=True)
def runner(context: Context) -> Iterator[EnrolmentRunner]:
    runner = runner_of(context)
    yield runner
    runner.close()


def summary(**changes: object) -> GallerySummary:
    facts: dict[str, object] = {
        "id": 1, "name": "Gallery", "source": "/portraits", "model": MODEL,
        "created_at": "2026-04-03T10:00:00+00:00", "revision": 1, "persons": 10, "references": 12,
        "pending": 0, "failed": 0, "stale": 0,
    }  # fmt: skip
    return GallerySummary(**(facts | changes))  # type: ignore[arg-type] # plain keywords


def item(number: int, fault: ImageFault, text: str = "") -> EnrolmentItem:
    path = f"/portraits/{number}.jpg"
    status = EnrolmentStatus.FAILED
    return EnrolmentItem(number, 1, path, "P", f"Person {number}", {}, status, fault, text)


@pytest.mark.parametrize(
    ("positions", "expected"),
    [([], []), ([4], [(4, 4)]), ([1, 2, 3, 7], [(1, 3), (7, 7)]), ([0, 2], [(0, 0), (2, 2)])],
)
def test_spans_join_neighbours(positions: list[int], expected: list[tuple[int, int]]) -> None:
    assert list(spans(positions)) == expected


ROWS = st.lists(st.tuples(st.integers(0, 12), st.sampled_from("ab")), unique_by=lambda r: r[0])


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(steps=st.lists(ROWS, max_size=5))
def test_a_row_model_always_ends_at_what_it_was_given(
    qtbot: QtBot, steps: list[list[tuple[int, str]]]
) -> None:
    model = Numbers()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    for rows in steps:
        model.show(rows)
        assert model.rows == rows
    del tester


def test_rows_that_stay_keep_their_index(qtbot: QtBot) -> None:
    model = Numbers()
    resets: list[None] = []
    model.modelReset.connect(lambda: resets.append(None))
    model.show([(1, "a"), (3, "c"), (5, "e")])
    kept = QPersistentModelIndex(model.index(1, 0))
    model.show([(2, "b"), (3, "C"), (4, "d"), (5, "e"), (6, "f")])
    assert kept.isValid()
    assert kept.data() == "C"
    assert kept.row() == 1
    assert not resets


@pytest.mark.parametrize(
    ("changes", "in_use", "need", "words"),
    [
        ({}, MODEL, Need.NOTHING, ""),
        ({"pending": 312}, MODEL, Need.RESUME, "312 images"),
        ({"pending": 312}, OTHER, Need.REBUILD, "alpha 1"),
        ({"stale": 1}, MODEL, Need.REBUILD, "1 reference"),
        ({"persons": 0, "references": 0}, OTHER, Need.NOTHING, ""),
        ({"pending": 3}, None, Need.RESUME, "3 images"),
    ],
)
def test_what_a_gallery_needs_next(
    changes: dict[str, object], in_use: ModelIdentity | None, need: Need, words: str
) -> None:
    state = state_of(summary(**changes), in_use)
    assert state.need is need
    assert words in state.sentence
    assert bool(state.action) == (need is not Need.NOTHING)


def test_outcome_names_errors_and_what_is_left() -> None:
    assert texts.outcome(448, 2, 0) == "448 enrolled, 2 with errors — see Errors"
    assert texts.outcome(0, 0, 0) == "Nothing new to enrol."
    assert texts.outcome(1000, 0, 12) == "1,000 enrolled, 12 still to go"


def test_every_fault_has_a_name() -> None:
    assert len({texts.fault(fault) for fault in ImageFault}) == len(ImageFault)


def test_an_error_does_not_repeat_its_path() -> None:
    failed = item(1, ImageFault.NO_FACE, "/portraits/1.jpg: no face was found. Take another.")
    assert detail(failed) == "No face was found. Take another."


def test_errors_are_counted_filtered_and_sorted(qtbot: QtBot, context: Context) -> None:
    panel = ErrorsPanel(context)
    qtbot.addWidget(panel)
    QAbstractItemModelTester(panel.model, panel)
    panel.show_items(
        [item(n, ImageFault.NO_FACE) for n in (3, 1, 2)] + [item(9, ImageFault.UNREADABLE)]
    )
    assert panel.filter.rowCount() == 4
    no_face = panel.chips.chip(ImageFault.NO_FACE)
    assert no_face is not None
    assert no_face.text().endswith("3")
    no_face.click()
    assert panel.filter.rowCount() == 3
    panel.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert [panel.filter.index(n, 0).data() for n in range(3)] == ["3.jpg", "2.jpg", "1.jpg"]
    panel.table.selectRow(0)
    assert [found.id for found in panel.selected()] == [3]


def test_a_filter_whose_last_error_is_mended_gives_way_to_all(
    qtbot: QtBot, context: Context
) -> None:
    panel = ErrorsPanel(context)
    qtbot.addWidget(panel)
    panel.show_items([item(1, ImageFault.NO_FACE), item(2, ImageFault.UNREADABLE)])
    chip = panel.chips.chip(ImageFault.NO_FACE)
    assert chip is not None
    chip.click()
    panel.show_items([item(2, ImageFault.UNREADABLE)])
    assert panel.chips.reason is None
    assert panel.filter.rowCount() == 1


def test_retry_says_why_it_is_not_possible_now(qtbot: QtBot, context: Context) -> None:
    panel = ErrorsPanel(context)
    qtbot.addWidget(panel)
    panel.show_items([item(1, ImageFault.NO_FACE)])
    assert panel.retry_all.isEnabled()
    panel.block_retry("Wait for the run to end.")
    assert not panel.retry_all.isEnabled()
    assert panel.retry_all.toolTip() == "Wait for the run to end."


def test_fault_model_heads_its_columns(qtbot: QtBot) -> None:
    model = FaultModel()
    heads = [model.headerData(n, Qt.Orientation.Horizontal) for n in range(model.columnCount())]
    assert heads == ["Image", "Person", "Reason", "Detail"]
    assert model.columnCount(QModelIndex()) == 4


def test_flow_layout_breaks_lines(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    flow = FlowLayout(widget, 8)
    buttons = [QPushButton(f"Reason {n}") for n in range(6)]
    for button in buttons:
        flow.addWidget(button)
    one_line = flow.heightForWidth(5000)
    assert flow.heightForWidth(buttons[0].sizeHint().width() * 2 + 20) > 2 * one_line
    widget.resize(buttons[0].sizeHint().width() * 2 + 20, 400)
    widget.show()
    assert buttons[2].y() > buttons[0].y()
    assert buttons[1].y() == buttons[0].y()


def test_without_a_model_nothing_can_be_made_and_the_reason_is_said(
    qtbot: QtBot, context: Context
) -> None:
    screen = GalleriesScreen(context)
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(lambda: not screen.new_first.isEnabled())
    assert "installed" in screen.new_first.toolTip()
    assert "secondlook models fetch" in screen.new_first.toolTip()


@pytest.fixture
def dialog(qtbot: QtBot, context: Context) -> SourceDialog:
    dialog = SourceDialog(context)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(dialog)
    dialog.open()
    return dialog


def test_what_is_wrong_takes_no_room_from_the_form(qtbot: QtBot, dialog: SourceDialog) -> None:
    QApplication.processEvents()
    before = dialog.card.height()
    dialog.submit()
    QApplication.processEvents()
    assert dialog.error.isVisible()
    assert dialog.card.height() >= before
    dialog.name.setText("Portraits")
    assert not dialog.error.isVisible()


def test_preview_of_a_folder(qtbot: QtBot, dialog: SourceDialog, tmp_path: Path) -> None:
    for name in ("Jane Doe/1.jpg", "Jane Doe/2.png", "John Roe.jpg", "notes.txt"):
        (tmp_path / "people" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "people" / name).write_bytes(b"")
    dialog.set_source(str(tmp_path / "people"))
    qtbot.waitUntil(lambda: dialog.preview is not None)
    assert dialog.card.headline.text() == "2 persons, 3 images"
    assert "Not images by their names: notes.txt (notes)" in dialog.card.notes.text()
    assert dialog.name.text() == "people"


def test_preview_of_a_table(qtbot: QtBot, dialog: SourceDialog, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    table.write_text("person,path,display_name,party\nD1,a.jpg,Jane Doe,X\nD1,b.jpg,Jane Doe,X\n")
    (tmp_path / "a.jpg").write_bytes(b"")
    dialog.name.setText("Mine")
    dialog.set_source(str(table))
    qtbot.waitUntil(lambda: dialog.preview is not None)
    assert dialog.card.headline.text() == "1 person, 2 images"
    assert "party" in dialog.card.notes.text()
    assert dialog.card.missing.label.text().endswith("1 image.")
    assert dialog.name.text() == "Mine"
    assert "Read as UTF-8, separated by commas" in dialog.card.notes.text()
    shown = [label.text() for label in dialog.card.findChildren(Elided) if label.isVisible()]
    assert shown[:7] == ["person", "path", "display_name", "party", "D1", "a.jpg", "Jane Doe"]


def test_nearly_equal_names_are_asked_for_before_anything_is_enrolled(
    qtbot: QtBot, dialog: SourceDialog, tmp_path: Path
) -> None:
    for name in ("Iain/1.jpg", "lain/1.jpg", "Ann/1.jpg"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"")
    dialog.set_source(str(tmp_path))
    qtbot.waitUntil(lambda: dialog.preview is not None)
    boxes = dialog.card.alike.findChildren(QCheckBox)
    assert [box.text() for box in boxes] == ["“Iain”, “lain”"]
    assert dialog.card.alike.one_person == []
    boxes[0].click()
    assert dialog.card.alike.one_person == [("Iain", "lain")]
    dialog.set_source(str(tmp_path / "Ann"))
    qtbot.waitUntil(lambda: dialog.card.alike.isHidden())


def test_a_table_without_the_column_cannot_be_submitted(
    qtbot: QtBot, dialog: SourceDialog, tmp_path: Path
) -> None:
    (tmp_path / "bad.csv").write_text("name,file\na,b\n")
    dialog.set_source(str(tmp_path / "bad.csv"))
    qtbot.waitUntil(lambda: not dialog.primary.isEnabled())
    assert "person" in dialog.card.problem.label.text()
    dialog.set_source("")
    assert dialog.primary.isEnabled()
    dialog.submit()
    assert "folder or a CSV" in dialog.error.text()


def test_creating_without_a_model_tells_the_remedy_in_the_dialog(
    qtbot: QtBot, dialog: SourceDialog, tmp_path: Path
) -> None:
    (tmp_path / "Jane.jpg").write_bytes(b"")
    dialog.set_source(str(tmp_path))
    qtbot.waitUntil(lambda: dialog.preview is not None)
    dialog.submit()
    qtbot.waitUntil(lambda: bool(dialog.error.text()))
    assert "secondlook models fetch" in dialog.error.text()
    assert dialog.primary.isEnabled()
