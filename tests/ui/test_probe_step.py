"""The Probe step with real models on real portraits."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from secondlook.bootstrap import open_application
from secondlook.domain.cancel import CancelToken
from secondlook.domain.records import Operator
from secondlook.domain.review import ProbeOrigin
from secondlook.services.application import Application
from secondlook.ui.case.case_screen import CaseScreen
from secondlook.ui.case.flow import Step
from secondlook.ui.case.probe_step import ProbeStep
from secondlook.ui.case.sources import Source, file_source
from secondlook.ui.context import Context
from secondlook.ui.theme import Theme
from tests.storage.plain_sql import seal_all

pytestmark = pytest.mark.shared
Until = Callable[[Callable[[], object]], None]
Key = Qt.Key
PEOPLE = 30


@pytest.fixture(scope="module")
def portraits(shared_faces: Path) -> list[Path]:
    return sorted((shared_faces / "congress" / "gallery").glob("*.jpg"))


@pytest.fixture(scope="module")
def opened(
    tmp_path_factory: pytest.TempPathFactory, shared_models: Path, portraits: list[Path]
) -> Iterator[tuple[Application, Operator]]:
    """One application with a small gallery; every test opens a case of its own."""
    folder = tmp_path_factory.mktemp("probe")
    people = folder / "people"
    people.mkdir()
    for portrait in portraits[:PEOPLE]:
        shutil.copy(portrait, people)
    app = open_application(folder / "case.db", shared_models)
    ann = app.accounts.create_first("ann", "Ann Examiner", "a long password")
    gallery = app.galleries.create(ann, "Congress", people)
    app.enrolment.run(ann, gallery.id, CancelToken(), lambda _: None)
    yield app, ann
    app.close()


@pytest.fixture
def context(qtbot: QtBot, opened: tuple[Application, Operator]) -> Iterator[Context]:
    made = Context(opened[0], opened[1], Theme.current())
    yield made
    made.close()
    for lane in (made.app.lanes.inference, made.app.lanes.io, made.app.lanes.storage):
        lane.submit(int).result()  # nothing of this test may run on into the next


@pytest.fixture
def frame(
    qtbot: QtBot, context: Context, request: pytest.FixtureRequest, until: Until
) -> CaseScreen:
    app, ann = context.app, context.operator
    policy = app.policies.default()
    case = app.cases.open(ann, request.node.name, "Missing person", "Order 7", policy)
    made = CaseScreen(context, case.id)
    qtbot.addWidget(made)
    made.resize(1090, 740)
    made.show()
    until(lambda: made.probe_step.pages.currentWidget() is made.probe_step.drop_zone)
    return made


@pytest.fixture
def step(frame: CaseScreen) -> ProbeStep:
    return frame.probe_step


@pytest.fixture
def group(tmp_path: Path, portraits: list[Path]) -> Path:
    """Three people beside each other."""
    picture = Image.new("RGB", (900, 400), (90, 90, 90))
    for index, path in enumerate(portraits[3:6]):
        with Image.open(path) as portrait:
            picture.paste(portrait.convert("RGB").resize((280, 360)), (10 + 300 * index, 20))
    picture.save(tmp_path / "group.png")
    return tmp_path / "group.png"


def shown(step: ProbeStep, name: str) -> bool:
    on_screen = step.pages.currentWidget() is step.view
    return on_screen and step.panel.name.text() == name


def drop(step: ProbeStep, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    step.dropEvent(
        QDropEvent(
            QPoint(50, 50),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )


def test_a_dropped_portrait_is_analysed_and_the_search_says_what_it_waits_for(
    step: ProbeStep, portraits: list[Path], until: Until
) -> None:
    drop(step, portraits[0])
    assert step.pages.currentWidget() is step.working
    until(lambda: shown(step, portraits[0].name))
    assert step.view.canvas.chosen == 0
    assert "quality limits met" in step.panel.verdict.label.text()
    until(lambda: step.panel.gallery.count())
    assert not step.panel.button.isEnabled()
    assert step.panel.what_is_missing() == [
        "Declare where the probe comes from.",
        "Write down what the probe shows, before candidates are seen.",
    ]
    step.panel.origin.choose(ProbeOrigin.PHOTOGRAPH)
    step.panel.analysis.setPlainText("Frontal, even light.")
    assert step.panel.button.isEnabled()


def test_from_a_probe_to_its_candidates(
    qtbot: QtBot, frame: CaseScreen, step: ProbeStep, portraits: list[Path], until: Until
) -> None:
    drop(step, portraits[2])
    until(lambda: shown(step, portraits[2].name) and step.panel.gallery.count())
    step.panel.origin.choose(ProbeOrigin.VIDEO_FRAME)
    step.panel.analysis.setPlainText("Frontal, even light.")
    QTest.mouseClick(step.panel.button, Qt.MouseButton.LeftButton)
    assert step.panel.busy.isVisible()
    until(lambda: frame.step is Step.CANDIDATES)
    first = frame.candidates_step.list.rows.candidates()[0].candidate
    assert first.person_key == portraits[2].stem
    until(lambda: frame.candidates_step.column.picture.loaded)
    frame.go(Step.PROBE)
    until(lambda: "1 search" in step.probes.list.item(0).text())


def test_a_blocked_origin_is_marked_before_and_after_it_is_chosen(
    step: ProbeStep, portraits: list[Path], until: Until
) -> None:
    blocked = portraits[9]  # one that no other test declares
    drop(step, blocked)
    until(lambda: shown(step, blocked.name))
    box = step.panel.origin.box
    labels = [box.itemText(i) for i in range(box.count())]
    assert "Sketch or painting · blocked" in labels
    assert "Identity document" in labels
    assert not step.panel.origin.warning.isVisible()
    step.panel.origin.choose(ProbeOrigin.SKETCH)
    assert step.panel.origin.warning.isVisible()


def test_what_is_declared_is_stored_without_being_asked(
    frame: CaseScreen, step: ProbeStep, context: Context, portraits: list[Path], until: Until
) -> None:
    drop(step, portraits[0])
    until(lambda: shown(step, portraits[0].name))
    probe = frame._data.probes[0] if frame._data else None
    assert probe is not None
    step.panel.origin.choose(ProbeOrigin.DOCUMENT)
    until(lambda: context.app.identify.probe(probe.id).origin is ProbeOrigin.DOCUMENT)
    step.panel.analysis.setPlainText("A passport.")
    frame.hide()
    until(lambda: context.app.identify.probe(probe.id).analysis == "A passport.")


def test_typing_is_not_disturbed_by_a_reload(
    frame: CaseScreen, step: ProbeStep, context: Context, portraits: list[Path], until: Until
) -> None:
    drop(step, portraits[0])
    until(lambda: shown(step, portraits[0].name))
    step.panel.analysis.setPlainText("Half a sent")
    before = frame._data
    frame.reload()
    until(lambda: frame._data is not before)
    assert step.panel.analysis.toPlainText() == "Half a sent"


def test_several_faces_are_numbered_and_one_is_chosen_by_key_or_click(
    qtbot: QtBot, step: ProbeStep, group: Path, until: Until
) -> None:
    drop(step, group)
    until(lambda: shown(step, "group.png"))
    canvas = step.view.canvas
    assert canvas.chosen is None
    assert step.view.prompt.text().startswith("3 faces found")
    assert "Pick the face to search with." in step.panel.what_is_missing()
    QTest.keyClick(canvas, Key.Key_2)
    until(lambda: canvas.chosen == 1)
    assert step._probe is not None
    box = step._probe.faces[2].box
    middle = canvas.screen_point(box.x + box.width / 2, box.y + box.height / 2).toPoint()
    QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, middle)
    until(lambda: canvas.chosen == 2)


def test_five_points_are_placed_by_hand_with_undo_and_escape(
    qtbot: QtBot, step: ProbeStep, tmp_path: Path, portraits: list[Path], until: Until
) -> None:
    Image.new("RGB", (400, 400), (90, 120, 90)).save(tmp_path / "grass.png")
    drop(step, tmp_path / "grass.png")
    until(lambda: shown(step, "grass.png"))
    assert step.view.prompt.text().startswith("No face found")
    canvas = step.view.canvas
    QTest.mouseClick(step.view.place, Qt.MouseButton.LeftButton)
    assert step.view.prompt.text() == "1 of 5: click the eye at the left"

    def click(x: float, y: float) -> None:
        QTest.mouseClick(
            canvas,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            canvas.screen_point(x, y).toPoint(),
        )

    click(150, 150)
    click(20, 20)
    QTest.keyClick(canvas, Key.Key_Backspace)
    assert step.view.prompt.text() == "2 of 5: click the eye at the right"
    QTest.keyClick(canvas, Key.Key_Escape)
    assert canvas.placement is None
    QTest.mouseClick(step.view.place, Qt.MouseButton.LeftButton)
    for point in ((150, 150), (250, 150), (200, 200), (160, 250), (240, 250)):
        click(*point)
    until(lambda: canvas.chosen == 0)
    assert canvas.placement is None
    assert step._probe is not None
    assert step._probe.faces[0].landmarks[1] == pytest.approx((250, 150), abs=1)
    assert step.panel.placed.isVisible()
    assert step.panel.placed.text() == "Placed by hand by ann. The detector sees no face here."
    assert step.panel.verdict.label.text().endswith("missed")


def test_a_bad_file_is_named_with_its_cure_and_nothing_is_lost(
    qtbot: QtBot, step: ProbeStep, tmp_path: Path, portraits: list[Path], until: Until
) -> None:
    drop(step, portraits[0])
    until(lambda: shown(step, portraits[0].name))
    bad = tmp_path / "holiday.jpg"
    bad.write_bytes(b"\xff\xd8\xff\xe0 not much")
    drop(step, bad)
    until(lambda: step.pages.currentWidget() is step.trouble)
    message = step.trouble.text.text()
    assert "holiday.jpg" in message
    assert message.endswith(".")
    QTest.mouseClick(step.trouble.back, Qt.MouseButton.LeftButton)
    until(lambda: shown(step, portraits[0].name))
    assert step.probes.list.count() == 1


def test_a_second_drop_wins_and_the_first_is_kept_in_the_list(
    step: ProbeStep, portraits: list[Path], until: Until
) -> None:
    drop(step, portraits[0])
    drop(step, portraits[1])
    names: list[str] = []
    step.pages.currentChanged.connect(lambda _: names.append(step.panel.name.text()))
    until(lambda: shown(step, portraits[1].name))
    assert portraits[0].name not in names
    until(lambda: step.probes.list.count() == 2)
    assert step.probes.list.currentRow() == 1
    step.probes.list.setCurrentRow(0)
    until(lambda: shown(step, portraits[0].name))


def test_a_picture_on_the_clipboard_becomes_a_probe(
    qtbot: QtBot, step: ProbeStep, portraits: list[Path], until: Until
) -> None:
    QGuiApplication.clipboard().setImage(QImage(str(portraits[1])))
    QTest.keyClick(step, Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    until(lambda: shown(step, "Pasted picture.png"))
    assert step.view.canvas.chosen == 0


def test_what_decoding_decided_is_noted(step: ProbeStep, tmp_path: Path, until: Until) -> None:
    frames = [Image.new("RGB", (60, 60), (i * 80, 0, 0)) for i in range(3)]
    frames[0].save(tmp_path / "moving.tif", save_all=True, append_images=frames[1:])
    drop(step, tmp_path / "moving.tif")
    until(lambda: step.page_dialog and step.page_dialog.primary.isEnabled())
    assert step.page_dialog is not None
    step.page_dialog.primary.click()
    until(lambda: shown(step, "moving.tif"))
    assert step.panel.notes.text() == "Picture 1 of 3 in the file"
    assert step.panel.pixels.text() == "60 × 60 px"


def test_a_closed_case_can_be_read_and_nothing_added(
    frame: CaseScreen, step: ProbeStep, context: Context, portraits: list[Path], until: Until
) -> None:
    drop(step, portraits[0])
    until(lambda: shown(step, portraits[0].name) and step.panel.gallery.count())
    assert frame._case_id is not None
    context.app.cases.close(context.operator, frame._case_id)
    frame.reload()
    until(lambda: frame.header.closed.isVisible())
    assert not step.acceptDrops()
    assert step.panel.what_is_missing()[0] == "The case is closed."
    assert not step.panel.origin.isEnabled()
    assert step.panel.analysis.isReadOnly()


def test_a_source_is_a_file_or_png_bytes(portraits: list[Path]) -> None:
    assert file_source(portraits[0]).payload() == portraits[0]
    data = Source(QImage(str(portraits[0])), "x").payload()
    assert isinstance(data, bytes)
    assert data.startswith(b"\x89PNG")


def test_a_probe_of_an_earlier_version_is_measured_again_when_it_is_opened(
    step: ProbeStep, portraits: list[Path], until: Until
) -> None:
    drop(step, portraits[0])
    until(lambda: shown(step, portraits[0].name))
    app, probe = step._context.app, step._probe
    assert probe is not None
    assert not step.panel.placed.isVisible()
    with app.store.write() as db:
        db.conn.execute(
            "UPDATE probes SET qualities = json_remove(qualities, '$[0].effective_eye_px')"
            " WHERE id = ?",
            [probe.id],
        )
        seal_all(db)
    old = app.identify.probe(probe.id)
    assert old.qualities[0].unmeasured
    step._probe = old
    step._show_probe()
    until(lambda: step._probe is not None and not step._probe.qualities[0].unmeasured)
    assert app.identify.probe(probe.id).qualities == probe.qualities


@pytest.fixture
def scan(tmp_path: Path, portraits: list[Path]) -> Path:
    """Two pages, the photograph on the second."""
    with Image.open(portraits[7]) as portrait:
        photograph = portrait.convert("RGB")
    blank = Image.new("RGB", photograph.size, "white")
    blank.save(tmp_path / "scan.tif", save_all=True, append_images=[photograph])
    return tmp_path / "scan.tif"


def test_the_page_of_a_scan_is_chosen_before_it_is_a_probe(
    step: ProbeStep, scan: Path, until: Until
) -> None:
    drop(step, scan)
    until(lambda: step.page_dialog)
    dialog = step.page_dialog
    assert dialog is not None
    assert dialog.number.suffix() == " of 2"
    until(dialog.primary.isEnabled)
    assert dialog.view.pixmap().toImage().pixelColor(20, 20) == "white"
    dialog.slider.setValue(2)
    assert not dialog.primary.isEnabled()  # nobody takes what they have not seen
    until(dialog.primary.isEnabled)
    assert "Picture 2 of 2" in dialog.about.text()
    dialog.primary.click()
    until(lambda: shown(step, "scan.tif, 2/2"))
    assert "Picture 2 of 2" in step.panel.notes.text()
    assert step.page_dialog is None


def test_who_chooses_no_page_brings_nothing_in(step: ProbeStep, scan: Path, until: Until) -> None:
    drop(step, scan)
    until(lambda: step.page_dialog)
    assert step.page_dialog is not None
    step.page_dialog.reject()
    until(lambda: step.pages.currentWidget() is step.drop_zone)
    assert step.page_dialog is None


def test_two_files_of_several_pages_are_asked_one_after_the_other(
    step: ProbeStep, scan: Path, tmp_path: Path, until: Until
) -> None:
    other = tmp_path / "other.tif"
    shutil.copy(scan, other)
    step.add_sources([file_source(scan), file_source(other)])
    for name in ("scan.tif, 2/2", "other.tif, 2/2"):
        until(lambda: step.page_dialog)
        dialog = step.page_dialog
        assert dialog is not None
        dialog.number.setValue(2)
        until(dialog.primary.isEnabled)
        dialog.primary.click()
        if name.startswith("other"):
            until(lambda: shown(step, "other.tif, 2/2"))
