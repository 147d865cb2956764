"""The gallery screens with the real services and real portraits."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QDialog, QLabel
from pytestqt.qtbot import QtBot

from secondlook.bootstrap import open_application
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import ImageFault
from secondlook.domain.records import GallerySummary, Operator
from secondlook.services.application import Application
from secondlook.ui.context import Context
from secondlook.ui.gallery.commands import RenameDialog
from secondlook.ui.gallery.create import SourceDialog
from secondlook.ui.gallery.galleries import GalleriesScreen
from secondlook.ui.gallery.gallery import GalleryScreen
from secondlook.ui.gallery.runner import EnrolmentRunner, runner_of
from secondlook.ui.widgets.dialogs import FormDialog
from tests.storage.plain_sql import seal_all

pytestmark = pytest.mark.shared
LONG = 30_000
"""ms; a busy machine enrols slowly."""


@pytest.fixture
def application(tmp_path: Path, shared_models: Path) -> Iterator[Application]:
    app = open_application(
        tmp_path / "second look.db", shared_models, recogniser="reid-retail-0095"
    )
    yield app
    app.close()


@pytest.fixture(autouse=True)
def runner(context: Context) -> Iterator[EnrolmentRunner]:
    runner = runner_of(context)
    yield runner
    runner.close()


@pytest.fixture
def portraits(shared_faces: Path) -> list[Path]:
    return sorted((shared_faces / "congress" / "gallery").glob("*.jpg"))


@pytest.fixture
def good(tmp_path: Path, portraits: list[Path]) -> Path:
    """12 portraits of 12 persons."""
    folder = tmp_path / "good"
    folder.mkdir()
    for portrait in portraits[:12]:
        shutil.copy(portrait, folder / portrait.name)
    return folder


@pytest.fixture
def mixed(tmp_path: Path, good: Path, portraits: list[Path]) -> Path:
    """The 12, and one person with one file of each kind that fails."""
    folder = tmp_path / "mixed"
    shutil.copytree(good, folder)
    bad = folder / "Zoe Bad"
    bad.mkdir()
    (bad / "truncated.jpg").write_bytes(portraits[20].read_bytes()[:600])
    Image.new("RGB", (240, 240), (90, 120, 140)).save(bad / "wall.png")
    left, right = Image.open(portraits[21]), Image.open(portraits[22])
    group = Image.new("RGB", (left.width + right.width, max(left.height, right.height)))
    group.paste(left, (0, 0))
    group.paste(right, (left.width, 0))
    group.save(bad / "group.png")
    shutil.copy(portraits[0], bad / "same again.jpg")
    Image.open(portraits[23]).resize((30, 37)).save(bad / "tiny.png")
    return folder


@pytest.fixture
def enrolled(
    application: Application, administrator: Operator, good: Path
) -> Callable[[Path], GallerySummary]:
    def enrol(source: Path = good) -> GallerySummary:
        gallery = application.galleries.create(administrator, source.name, source)
        application.enrolment.run(administrator, gallery.id, CancelToken(), ignore_progress)
        return application.galleries.summary(gallery.id)

    return enrol


def opened(qtbot: QtBot, context: Context, gallery_id: int) -> GalleryScreen:
    screen = GalleryScreen(context, gallery_id)
    qtbot.addWidget(screen)
    screen.resize(1100, 760)
    screen.show()
    qtbot.waitUntil(lambda: screen.summary is not None)
    return screen


def idle(qtbot: QtBot, runner: EnrolmentRunner) -> None:
    qtbot.waitUntil(lambda: not runner.active, timeout=LONG)


def names(screen: GalleryScreen) -> list[str]:
    return [person.display_name for person in screen.people.model.rows]


def reasons(screen: GalleryScreen) -> dict[str, ImageFault | None]:
    return {Path(item.path).name: item.fault for item in screen.errors.model.rows}


def dialog_of(screen: GalleryScreen) -> FormDialog:
    found: FormDialog = screen.findChildren(FormDialog)[-1]
    return found


REASONS = {
    "truncated.jpg": ImageFault.UNREADABLE,
    "wall.png": ImageFault.NO_FACE,
    "group.png": ImageFault.SEVERAL_FACES,
    "same again.jpg": ImageFault.DUPLICATE,
    "tiny.png": ImageFault.TOO_SMALL,
}


def test_from_a_dropped_folder_to_people_and_reasons(
    qtbot: QtBot,
    context: Context,
    runner: EnrolmentRunner,
    mixed: Path,
    notices: list[tuple[str, str]],
) -> None:
    places: list[tuple[str, tuple[int, ...]]] = []
    context.changed.navigated.connect(lambda place, args: places.append((place, args)))
    galleries = GalleriesScreen(context)
    qtbot.addWidget(galleries)
    galleries.show()
    qtbot.waitUntil(galleries.new_first.isVisible)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(mixed))])
    drop = QDropEvent(
        QPointF(9, 9),
        Qt.DropAction.CopyAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    drop.ignore()
    galleries.dragEnterEvent(drop)  # type: ignore[arg-type] # all that it looks at is there
    assert drop.isAccepted()
    galleries.dropEvent(drop)
    dialog = galleries.findChild(SourceDialog)
    assert isinstance(dialog, SourceDialog)
    qtbot.waitUntil(lambda: dialog.preview is not None)
    assert dialog.card.headline.text() == "13 persons, 17 images"
    dialog.primary.click()
    qtbot.waitUntil(lambda: bool(places))
    place, (gallery_id,) = places[0]
    assert place == "gallery"
    screen = opened(qtbot, context, gallery_id)
    idle(qtbot, runner)
    qtbot.waitUntil(lambda: len(names(screen)) == 12)
    qtbot.waitUntil(lambda: reasons(screen) == REASONS)
    told = (
        "mixed: 12 enrolled, 5 with errors — see Errors. Nothing is enrolled of 1: Zoe Bad. "
        "1 picture shows several faces and waits for one to be picked."
    )
    qtbot.waitUntil(lambda: (told, "warning") in notices)
    qtbot.waitUntil(lambda: bool(galleries.cards))
    qtbot.waitUntil(lambda: galleries.cards[gallery_id].errors.value.text() == "5")
    assert galleries.cards[gallery_id].pill.text() == "Ready"


def test_errors_are_filtered_opened_and_retried(
    qtbot: QtBot,
    context: Context,
    runner: EnrolmentRunner,
    enrolled: Callable[[Path], GallerySummary],
    mixed: Path,
    portraits: list[Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    screen = opened(qtbot, context, enrolled(mixed).id)
    qtbot.waitUntil(lambda: reasons(screen) == REASONS)
    screen.tabs.setCurrentIndex(1)
    unreadable = screen.errors.chips.chip(ImageFault.UNREADABLE)
    assert unreadable is not None
    unreadable.click()
    assert screen.errors.filter.rowCount() == 1
    screen.errors.table.selectRow(0)
    asked: list[Path] = []

    def open_url(url: QUrl) -> bool:
        asked.append(Path(url.toLocalFile()))
        return True

    monkeypatch.setattr("secondlook.ui.gallery.errors.QDesktopServices.openUrl", open_url)
    screen.errors.open_image.click()
    screen.errors.open_folder.click()
    assert asked == [mixed / "Zoe Bad" / "truncated.jpg", mixed / "Zoe Bad"]
    assert "truncated.jpg" in screen.errors.detail.text()

    shutil.copy(portraits[20], mixed / "Zoe Bad" / "truncated.jpg")
    screen.errors.retry_selected.click()
    qtbot.waitUntil(lambda: "truncated.jpg" not in reasons(screen), timeout=LONG)
    idle(qtbot, runner)
    qtbot.waitUntil(lambda: "Zoe Bad" in names(screen))
    assert screen.errors.chips.reason is None

    screen.errors.retry_all.click()
    qtbot.waitUntil(lambda: bool(runner.active))
    idle(qtbot, runner)
    left = {name: fault for name, fault in REASONS.items() if name != "truncated.jpg"}
    qtbot.waitUntil(lambda: reasons(screen) == left)


def test_pause_leave_return_cancel_and_resume(
    qtbot: QtBot,
    context: Context,
    administrator: Operator,
    runner: EnrolmentRunner,
    tmp_path: Path,
    portraits: list[Path],
) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for portrait in portraits[:120]:
        shutil.copy(portrait, folder / portrait.name)
    gallery = context.app.galleries.create(administrator, "Many", folder)
    screen = opened(qtbot, context, gallery.id)
    assert screen.notice.action.text() == "Resume"
    screen.notice.action.click()
    qtbot.waitUntil(screen.strip.isVisible)
    screen.strip.pause.click()
    assert not screen.header.remove.isEnabled()
    run = runner.run_of(gallery.id)
    assert run is not None
    assert run.token.paused
    screen.close()

    again = opened(qtbot, context, gallery.id)
    assert again.strip.isVisible()
    assert again.strip.pause.isChecked()
    resets: list[None] = []
    again.people.model.modelReset.connect(lambda: resets.append(None))
    again.strip.pause.click()
    qtbot.waitUntil(lambda: bool(run.progress and run.progress.done > 20), timeout=LONG)
    again.strip.cancel.click()
    assert not again.strip.cancel.isEnabled()
    idle(qtbot, runner)
    qtbot.waitUntil(lambda: again.notice.isVisible() and again.notice.action.text() == "Resume")
    partial = context.app.galleries.summary(gallery.id)
    assert 0 < partial.persons < 120
    assert partial.persons + partial.pending == 120

    again.notice.action.click()
    qtbot.waitUntil(lambda: bool(runner.active))
    idle(qtbot, runner)
    qtbot.waitUntil(lambda: len(again.people.model.rows) == 120)
    assert not resets
    assert not again.notice.isVisible()


def test_a_run_that_waits_for_its_turn_can_be_cancelled_at_once(
    qtbot: QtBot, context: Context, administrator: Operator, runner: EnrolmentRunner, good: Path
) -> None:
    first = context.app.galleries.create(administrator, "First", good)
    second = context.app.galleries.create(administrator, "Second", good)
    screen = opened(qtbot, context, second.id)
    runner.enrol(administrator, first.id, "First")
    runner.pause(first.id, True)
    runner.enrol(administrator, second.id, "Second")
    assert "Waiting" in screen.strip.text.text()
    runner.enrol(administrator, second.id, "Second")  # a second click changes nothing
    assert len(runner.active) == 2
    screen.strip.cancel.click()
    assert runner.run_of(second.id) is None
    assert not screen.strip.isVisible()
    runner.pause(first.id, False)
    idle(qtbot, runner)
    assert context.app.galleries.summary(first.id).persons == 12
    assert context.app.galleries.summary(second.id).persons == 0


def test_a_person_is_shown_with_references_quality_and_details(
    qtbot: QtBot,
    context: Context,
    enrolled: Callable[[Path], GallerySummary],
    tmp_path: Path,
    portraits: list[Path],
    shared_faces: Path,
) -> None:
    older = next((shared_faces / "congress" / "probes" / "older").glob(f"{portraits[0].stem}*"))
    table = tmp_path / "table.csv"
    table.write_text(
        "person,path,display_name,party\n"
        f"P1,{portraits[0]},Maria Müller,Independent\n"
        f"P1,{older},Maria Müller,Independent\n"
        f"P2,{portraits[1]},Jo Li,\n",
        encoding="utf-8",
    )
    screen = opened(qtbot, context, enrolled(table).id)
    qtbot.waitUntil(lambda: names(screen) == ["Jo Li", "Maria Müller"])
    panel = screen.people.person
    assert not panel.isVisible()
    screen.people.grid.setCurrentIndex(screen.people.model.index(1, 0))
    assert panel.isVisible()
    qtbot.waitUntil(lambda: len(panel.model.rows) == 2)
    assert panel.name.text() == "Maria Müller"
    assert panel.key.text() == "P1"
    assert panel.metadata == {"party": "Independent"}
    assert panel.source.text() == str(portraits[0])
    assert panel.reference is not None
    first = panel.reference.quality
    panel.strip.setCurrentIndex(panel.model.index(1, 0))
    assert panel.source.text() == str(older)
    assert panel.reference.quality != first
    panel.closed.emit()
    assert not panel.isVisible()


def test_faces_arrive_in_the_grid(
    qtbot: QtBot, context: Context, enrolled: Callable[..., GallerySummary]
) -> None:
    screen = opened(qtbot, context, enrolled().id)
    qtbot.waitUntil(lambda: len(names(screen)) == 12)
    ids = [person.reference_id for person in screen.people.model.rows]
    faces = context.thumbnails

    def all_there() -> bool:
        ratio = screen.devicePixelRatioF()
        return all(faces.pixmap(("reference", n, round(104 * ratio))) is not None for n in ids)

    qtbot.waitUntil(all_there, timeout=LONG)


def test_search_narrows_and_says_when_nobody_is_found(
    qtbot: QtBot, context: Context, enrolled: Callable[..., GallerySummary]
) -> None:
    screen = opened(qtbot, context, enrolled().id)
    qtbot.waitUntil(lambda: len(names(screen)) == 12)
    one = names(screen)[3]
    screen.people.search.setText(one.lower())
    qtbot.waitUntil(lambda: names(screen) == [one])
    assert screen.people.count.text() == "1 of 12 persons"
    screen.people.search.setText("nobody has this name")
    qtbot.waitUntil(screen.people.empty.isVisible)
    screen.people.search.clear()
    qtbot.waitUntil(lambda: len(names(screen)) == 12)


def test_a_person_is_removed_only_after_confirmation(
    qtbot: QtBot, context: Context, enrolled: Callable[..., GallerySummary]
) -> None:
    gallery = enrolled()
    screen = opened(qtbot, context, gallery.id)
    qtbot.waitUntil(lambda: len(names(screen)) == 12)
    gone = names(screen)[0]
    screen.people.grid.setCurrentIndex(screen.people.model.index(0, 0))
    screen.people.person.remove.click()
    assert "Originals" in _texts(dialog_of(screen))
    dialog_of(screen).reject()
    assert context.app.galleries.summary(gallery.id).persons == 12
    screen.people.person.remove.click()
    dialog_of(screen).primary.click()
    qtbot.waitUntil(lambda: gone not in names(screen))
    assert not screen.people.person.isVisible()
    left = context.app.galleries.summary(gallery.id)
    assert (left.persons, left.references, left.stale) == (11, 11, 0)


def test_rename_and_remove_a_gallery(
    qtbot: QtBot,
    context: Context,
    administrator: Operator,
    enrolled: Callable[..., GallerySummary],
    tmp_path: Path,
    good: Path,
) -> None:
    context.app.galleries.create(administrator, "Taken", good)
    screen = opened(qtbot, context, enrolled().id)
    screen.header.rename.trigger()
    dialog = dialog_of(screen)
    assert isinstance(dialog, RenameDialog)
    dialog.name.setText("Taken")
    dialog.primary.click()
    qtbot.waitUntil(lambda: "already" in dialog.error.text())
    dialog.name.setText("Portraits of 2015")
    dialog.primary.click()
    qtbot.waitUntil(lambda: screen.header.name.text() == "Portraits of 2015")

    places: list[str] = []
    context.changed.navigated.connect(lambda place, _: places.append(place))
    screen.header.remove.trigger()
    dialog_of(screen).primary.click()
    qtbot.waitUntil(lambda: "galleries" in places)
    assert [g.name for g in context.app.galleries.summaries()] == ["Taken"]


def test_images_are_added_to_a_gallery(
    qtbot: QtBot,
    context: Context,
    runner: EnrolmentRunner,
    enrolled: Callable[..., GallerySummary],
    tmp_path: Path,
    portraits: list[Path],
) -> None:
    more = tmp_path / "more"
    more.mkdir()
    shutil.copy(portraits[30], more / "New Person.jpg")
    screen = opened(qtbot, context, enrolled().id)
    screen.header.add.trigger()
    dialog = dialog_of(screen)
    assert isinstance(dialog, SourceDialog)
    dialog.set_source(str(more))
    qtbot.waitUntil(lambda: dialog.preview is not None)
    dialog.primary.click()
    qtbot.waitUntil(lambda: "New Person" in names(screen), timeout=LONG)
    idle(qtbot, runner)


def test_templates_of_another_model_are_rebuilt_by_a_command(
    qtbot: QtBot,
    context: Context,
    administrator: Operator,
    runner: EnrolmentRunner,
    good: Path,
    shared_models: Path,
    notices: list[tuple[str, str]],
) -> None:
    path = context.app.store.path
    other = open_application(path, shared_models, recogniser="mobilefacenet-foamliu")
    gallery = other.galleries.create(administrator, "Old", good)
    other.enrolment.run(administrator, gallery.id, CancelToken(), ignore_progress)
    other.close()

    galleries = GalleriesScreen(context)
    qtbot.addWidget(galleries)
    galleries.show()
    qtbot.waitUntil(lambda: bool(galleries.cards))
    card = galleries.cards[gallery.id]
    qtbot.waitUntil(lambda: card.pill.text() == "Another model")
    assert "mobilefacenet-foamliu" in card.sentence.text()
    screen = opened(qtbot, context, gallery.id)
    qtbot.waitUntil(lambda: not screen.header.add.isEnabled())
    assert screen.header.add.toolTip().startswith("Enrol it again first")
    assert screen.header.rebuild.isEnabled()
    card.action.click()
    idle(qtbot, runner)
    qtbot.waitUntil(lambda: card.pill.text() == "Ready")
    after = context.app.galleries.summary(gallery.id)
    assert after.model.name == "reid-retail-0095"
    assert after.stale == 0
    qtbot.waitUntil(lambda: any("12 templates made" in " ".join(n) for n in notices))


def test_what_an_earlier_version_did_not_measure_is_measured_at_a_click(
    qtbot: QtBot,
    context: Context,
    enrolled: Callable[..., GallerySummary],
    runner: EnrolmentRunner,
    notices: list[tuple[str, str]],
) -> None:
    gallery, app = enrolled(), context.app
    with app.store.write() as db:
        db.conn.execute(
            "UPDATE reference_images SET quality = json_remove(quality, '$.effective_eye_px')"
        )
        seal_all(db)
    screen = opened(qtbot, context, gallery.id)
    qtbot.waitUntil(lambda: screen.notice.isVisible())
    assert "12 references" in screen.notice.text.text()
    assert screen.header.measure.isEnabled()
    assert screen.notice.action.text() == "Measure again"
    screen.notice.action.click()
    idle(qtbot, runner)
    qtbot.waitUntil(lambda: not screen.notice.isVisible())
    assert app.measurements.unmeasured(gallery.id) == 0
    assert not screen.header.measure.isEnabled()
    assert screen.header.measure.toolTip() == "Everything is measured."
    qtbot.waitUntil(lambda: any("12 references measured" in " ".join(n) for n in notices))


def test_without_its_model_a_gallery_can_be_looked_at_and_removed_only(
    qtbot: QtBot, context: Context, enrolled: Callable[..., GallerySummary], tmp_path: Path
) -> None:
    gallery = enrolled()
    context.app.models.folders[:] = [tmp_path / "nowhere"]
    screen = opened(qtbot, context, gallery.id)
    qtbot.waitUntil(lambda: "installed" in screen.header.add.toolTip())
    qtbot.waitUntil(lambda: len(names(screen)) == 12)
    assert not screen.header.add.isEnabled()
    assert not screen.notice.isVisible()  # the window says it, on every screen
    assert not screen.header.rebuild.isEnabled()
    assert screen.header.remove.isEnabled()


def test_a_gallery_that_is_gone_leads_back_to_the_list(
    qtbot: QtBot, context: Context, notices: list[tuple[str, str]]
) -> None:
    places: list[str] = []
    context.changed.navigated.connect(lambda place, _: places.append(place))
    screen = GalleryScreen(context, 404)
    qtbot.addWidget(screen)
    screen.show()
    qtbot.waitUntil(lambda: places == ["galleries"])
    assert notices


def _texts(dialog: QDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))
