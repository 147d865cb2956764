"""Step one: bring in a probe, choose its face, say what it is, and search."""

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import (
    QDragEnterEvent,
    QDragLeaveEvent,
    QDropEvent,
    QGuiApplication,
    QHideEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
)
from PySide6.QtWidgets import QApplication, QFileDialog, QHBoxLayout, QStackedWidget, QWidget

from secondlook.domain.cancel import CancelToken
from secondlook.domain.errors import SecondLookError
from secondlook.domain.pictures import Note
from secondlook.domain.records import Probe
from secondlook.services.measure import looks_old
from secondlook.services.searching import SearchResult
from secondlook.ui.case.case_data import CaseData
from secondlook.ui.case.drop_zone import DropZone, Trouble, Working
from secondlook.ui.case.origin_history import CorrectOriginDialog
from secondlook.ui.case.page_dialog import PageDialog, Several
from secondlook.ui.case.placement import Landmarks
from secondlook.ui.case.probe_canvas import ProbeCanvas
from secondlook.ui.case.probe_list import ProbeList
from secondlook.ui.case.probe_panel import ProbePanel
from secondlook.ui.case.same_person import SamePersonDialog, TellApartDialog
from secondlook.ui.case.sources import (
    IMAGE_FILTER,
    Source,
    file_source,
    sources_of,
)
from secondlook.ui.case.tries_elsewhere import ElsewhereDialog
from secondlook.ui.context import Context
from secondlook.ui.drops import Dropped, dropped, offers, take_a_copy
from secondlook.ui.examination.pyramid import Pyramid, build
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.reason import ReasonDialog
from secondlook.ui.widgets.screen import Screen

NARROW = 980
"""px of width below which the list of probes is slimmer."""
PANEL = 352
"""px: the table of quality needs as much for figures of four digits, and beside the scroll bar."""
SMALLEST = QSize(732, 420)
"""Said to the window instead of what the columns take while there is room."""


@dataclass(frozen=True, slots=True)
class LoadedPicture:
    sha256: str
    pyramid: Pyramid
    notes: tuple[Note, ...]


class ProbeStep(Screen):
    probe_selected = Signal(int)
    probe_added = Signal(int)
    probe_changed = Signal()
    searched = Signal(object)  # SearchResult

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._data: CaseData | None = None
        self._probe: Probe | None = None
        self._picture: LoadedPicture | None = None
        self._generation = 0
        self._adding = False
        self._measured: set[int] = set()
        self._entry: QWidget | None = None
        self._token = CancelToken()
        self.probes = ProbeList(context)
        self.drop_zone = DropZone(self.choose_file, self.paste)
        self.working = Working()
        self.trouble = Trouble(self.choose_file, self._leave_trouble)
        self.view = ProbeCanvas(context)
        self.panel = ProbePanel()
        self.panel.setFixedWidth(PANEL)
        self.pages = QStackedWidget()
        self.file_dialog: QFileDialog | None = None
        self.dialog: ReasonDialog | None = None
        self.page_dialog: PageDialog | None = None
        self._several: list[Several] = []
        self._arrange()
        self._connect()
        self.reload_galleries()

    # What is shown

    def minimumSizeHint(self) -> QSize:
        return SMALLEST

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The picture keeps the room it needs; the list beside it gives way."""
        narrow = event.size().width() < NARROW
        self.probes.setFixedWidth(144 if narrow else 192)
        super().resizeEvent(event)

    def focus_part(self) -> QWidget | None:
        return self._entry

    def _turn(self, page: QWidget, focus: QWidget | None = None) -> None:
        """Show a page; the keyboard goes where there is something to do."""
        before = QApplication.focusWidget()
        had_focus = before is None or self.pages.isAncestorOf(before)
        self.pages.setCurrentWidget(page)
        self._entry = focus or page
        if had_focus:
            (focus or page).setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        self.keep_declaration()
        super().hideEvent(event)

    def clear(self) -> None:
        """Another case is coming: nothing of the one before may stay or arrive."""
        self._generation += 1
        self._context.bridge.generation(self, "picture")
        self._token.cancel()
        self._data = self._probe = self._picture = None
        self._adding = False
        self._several.clear()
        if self.page_dialog is not None:
            self.page_dialog.reject()
        self.panel.set_searching(False)
        self.panel.hide()
        self.probes.hide()
        self.working.tell(self.tr("Opening the case…"), "")
        self._turn(self.working)

    def show_case(self, data: CaseData, probe_id: int | None) -> None:
        self._data = data
        self.setAcceptDrops(not data.case.closed_at)
        self.probes.button.setVisible(not data.case.closed_at)
        self.probes.show_probes(data, None if self._adding else probe_id)
        self.probes.setVisible(bool(data.probes))
        if self._adding or self.pages.currentWidget() is self.trouble:
            return
        self._probe = data.probe(probe_id)
        self._show_probe()

    def reload_galleries(self) -> None:
        app = self._context.app
        self._context.bridge.run(
            app.lanes.storage,
            app.galleries.summaries,
            self.panel.show_galleries,
            owner=self,
            key="galleries",
        )

    def keep_declaration(self) -> None:
        """Store what was declared and not stored yet."""
        probe = self._probe
        if probe is None or not self.panel.dirty or (self._data and self._data.case.closed_at):
            return
        app, operator = self._context.app, self._context.operator
        declare, lane = app.identify.declare, app.lanes.storage
        # Not over the bridge: what was typed is stored also while the person signs out.
        entry = lane.submit(declare, operator, probe.id, *self.panel.declaration)
        self._context.bridge.run(lane, entry.result, self._declared, self._refused, owner=self)

    def _refused(self, error: SecondLookError) -> None:
        """What stands is blocked: it takes another person to correct it."""
        self.panel.take_back_origin()
        self._context.notify(str(error), "warning")
        self._read_more()

    def _read_more(self) -> None:
        """What the picture was declared to be before, and whom its face was compared with."""
        probe, data, app = self._probe, self._data, self._context.app
        if probe is None or data is None:
            return
        operator, gallery = self._context.operator, self.panel.gallery.currentData()
        run, lane = self._context.bridge.run, app.lanes.storage
        policy, history = data.case.policy, self.panel.declared_before
        run(
            lane,
            lambda: app.questions.origins(operator, probe.id),
            lambda found: history.show_declared(found, policy, operator),
            owner=self,
            key="origins",
        )
        if probe.face is None or data.case.closed_at:
            self._context.bridge.generation(self, "compared")
            self.panel.show_compared(None)
            return
        run(
            lane,
            lambda: app.identify.compared(operator, probe.id, gallery),
            self.panel.show_compared,
            lambda _: self.panel.show_compared(None),  # no model is here: the search says so
            owner=self,
            key="compared",
        )

    def _correct_origin(self) -> None:
        if self._probe is not None and self._data is not None:
            dialog = CorrectOriginDialog(self._context, self._data.case, self._probe, self)
            self._open(dialog)

    def _declare_elsewhere(self) -> None:
        if self._probe is not None:
            declared = self.panel.declared_elsewhere
            self._open(ElsewhereDialog(self._context, self._probe, declared, self))

    def _two_probes(
        self, kind: type[SamePersonDialog] | type[TellApartDialog], probe_id: int
    ) -> None:
        probe = self._data.probe(probe_id) if self._data else None
        if probe is not None and self._data is not None:
            others = [other for other in self._data.probes if other.id != probe_id]
            self._open(kind(self._context, probe, others, self))

    def _open(self, dialog: ReasonDialog) -> None:
        dialog.done_.connect(self.probe_changed)
        self.dialog = dialog
        dialog.open()

    def _show_probe(self) -> None:
        probe, data = self._probe, self._data
        self.panel.setVisible(probe is not None)
        if data is None:
            return
        if probe is None:
            self._turn(self.drop_zone, self.drop_zone.open)
            return
        self.panel.show_probe(data.case, probe)
        self._read_more()
        self._measure_again(probe)
        if self._picture is None or self._picture.sha256 != probe.original_sha256:
            self._load_picture(probe)
            return
        self.view.show_probe(probe, editable=not data.case.closed_at)
        self._turn(self.view)

    def _load_picture(self, probe: Probe) -> None:
        identify, sha256 = self._context.app.identify, probe.original_sha256

        def job() -> LoadedPicture:
            pixels = identify.original_image(sha256)
            pyramid = build(pixels.rgb, pixels.width, pixels.height)
            return LoadedPicture(sha256, pyramid, pixels.notes)

        self.working.tell(self.tr("Reading the picture…"), probe.source_name)
        self._turn(self.working)
        self._context.bridge.run(
            self._context.app.lanes.io,
            job,
            self._picture_loaded,
            self._fail,
            owner=self,
            key="picture",
        )

    def _picture_loaded(self, picture: LoadedPicture) -> None:
        self._picture = picture
        self.view.show_picture(picture.pyramid)
        self.panel.show_picture(picture.pyramid.width, picture.pyramid.height, picture.notes)
        if not self._adding:
            self._show_probe()

    def _fail(self, error: SecondLookError) -> None:
        self.trouble.text.setText(str(error))
        self.trouble.back.setVisible(bool(self._data and self._data.probes))
        self.panel.hide()
        self._turn(self.trouble, self.trouble.choose)

    def _leave_trouble(self) -> None:
        self._turn(self.working)
        if self._probe is None and self._data and self._data.probes:
            self._probe = self._data.probes[-1]
        if self._data:
            self.show_case(self._data, self._probe.id if self._probe else None)

    # Bringing in a probe

    def add_sources(self, sources: list[Source]) -> None:
        """Analyse them in order; the last one is shown, whatever else was under way."""
        case_id = self._data.case.id if self._data else None
        if not sources or case_id is None:
            return
        self.keep_declaration()
        for source in sources:
            self._generation += 1
            self._context.bridge.run(
                self._context.app.lanes.inference,
                partial(_add, self._context, case_id, source),
                partial(self._added, self._generation),
                partial(self._not_added, self._generation),
                owner=self,
            )
        self._adding = True
        self.panel.hide()
        self.probes.list.clearSelection()
        self.working.tell(self.tr("Reading the picture, looking for faces…"), sources[-1].name)
        self._turn(self.working)

    def choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("Open a probe"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        images, every = self.tr("Images"), self.tr("All files")
        dialog.setNameFilters([f"{images} ({IMAGE_FILTER})", f"{every} (*)"])
        dialog.fileSelected.connect(lambda path: self.add_sources([file_source(Path(path))]))
        self.file_dialog = dialog
        dialog.open()

    def paste(self) -> None:
        found = dropped(QGuiApplication.clipboard().mimeData())
        nothing = found.problem or self.tr("There is no image on the clipboard.")
        if not (self._data and self._data.case.closed_at):
            self._take(found, nothing)
        elif not sources_of(found):
            self._context.notify(nothing, "info")

    def _take(self, found: Dropped, nothing: str) -> None:
        if sources := sources_of(found):
            self.add_sources(sources)
        elif nothing:
            self._context.notify(nothing, "info")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if offers(event.mimeData()):
            self.drop_zone.set_hot(True)
            take_a_copy(event)

    def dragLeaveEvent(self, _: QDragLeaveEvent) -> None:
        self.drop_zone.set_hot(False)

    def dropEvent(self, event: QDropEvent) -> None:
        self.drop_zone.set_hot(False)
        take_a_copy(event)
        found = dropped(event.mimeData())
        self._take(found, found.problem)

    def _ask_which(self) -> None:
        """One file after the other. Who cancels brings nothing in."""
        if self.page_dialog is not None or not self._several:
            return
        dialog = PageDialog(self._context, self._several.pop(0), self)
        self.page_dialog = dialog

        def closed(result: int) -> None:
            self.page_dialog = None
            if result == PageDialog.DialogCode.Accepted:
                self.add_sources([dialog.chosen])
            elif not self._several:
                self._adding = False
                self._leave_trouble()
            self._ask_which()

        dialog.finished.connect(closed)
        dialog.open()

    def _added(self, generation: int, probe: Probe | Several) -> None:
        """An older one is in the list of probes; only the newest takes the screen."""
        if isinstance(probe, Several):
            self._several.append(probe)
            self._ask_which()
            return
        if generation != self._generation:
            self.probe_changed.emit()
            return
        self._adding = False
        self.working.tell(self.tr("Reading the picture…"), probe.source_name)
        self.probe_added.emit(probe.id)

    def _not_added(self, generation: int, error: SecondLookError) -> None:
        if generation != self._generation:
            self._context.notify(str(error), "error")
            return
        self._adding = False
        self._fail(error)

    def _select(self, probe_id: int) -> None:
        """Choosing a probe from the list puts aside what is being added: it joins the list."""
        self.keep_declaration()
        self._generation += 1
        self._adding = False
        self._turn(self.working)
        self.probe_selected.emit(probe_id)

    # Its face

    def _choose_face(self, index: int) -> None:
        probe, app, operator = self._probe, self._context.app, self._context.operator
        if probe is not None:
            self._context.bridge.run(
                app.lanes.storage,
                lambda: app.identify.choose_face(operator, probe.id, index),
                self._stored,
                owner=self,
                key="face",
            )

    def _place_face(self, landmarks: Landmarks) -> None:
        probe, app, operator = self._probe, self._context.app, self._context.operator
        if probe is None:
            return

        def placed(fresh: Probe) -> None:
            self.view.canvas.stop_placing()
            self._stored(fresh)

        def failed(error: SecondLookError) -> None:
            self.view.canvas.undo_point()
            self._context.notify(str(error), "error")

        self._context.bridge.run(
            app.lanes.inference,
            lambda: app.identify.place_face(operator, probe.id, landmarks),
            placed,
            failed,
            owner=self,
        )

    def _turn_probe(self, turn: int) -> None:
        """Faces are looked for that way up; where there is none the picture is shown so, and
        points can be placed."""
        probe, app, operator = self._probe, self._context.app, self._context.operator
        if probe is None:
            return

        def failed(error: SecondLookError) -> None:
            self.view.canvas.show_turned(turn)
            self._context.notify(str(error), "error")

        self._context.bridge.run(
            app.lanes.inference,
            lambda: app.identify.turn(operator, probe.id, turn),
            self._stored,
            failed,
            owner=self,
            key="face",
        )

    def _measure_again(self, probe: Probe) -> None:
        """What an earlier version measured, with less than a policy can ask today; once a visit."""
        app, operator = self._context.app, self._context.operator
        closed = self._data is None or self._data.case.closed_at
        if closed or probe.id in self._measured or not looks_old(probe):
            return
        self._measured.add(probe.id)

        def measured(fresh: Probe) -> None:
            if (fresh.faces, fresh.qualities) != (probe.faces, probe.qualities):
                self._stored(fresh)

        self._context.bridge.run(
            app.lanes.inference,
            lambda: app.measurements.probe(operator, probe.id),
            measured,
            lambda _: self._measured.discard(probe.id),  # "not measured" stands there, and why
            owner=self,
        )

    def _declared(self, probe: Probe) -> None:
        if self._probe is not None and self._probe.id == probe.id:
            self._probe = probe
        self._stored(probe)

    def _stored(self, probe: Probe) -> None:
        """The probe as it is now, at once; the rest of the case follows."""
        if self._probe is not None and self._probe.id == probe.id and self._data:
            # What somebody else found is not this person's; of another face they found nothing yet
            own = self._probe.analysis if probe.chosen == self._probe.chosen else ""
            probe = replace(probe, analysis=own)
            self._probe = probe
            self.panel.show_probe(self._data.case, probe)
            self.view.show_probe(probe, editable=not self._data.case.closed_at)
        self.probe_changed.emit()

    # The search

    def _search(self, gallery_id: int) -> None:
        probe, app, operator = self._probe, self._context.app, self._context.operator
        if probe is None:
            return
        self._token = token = CancelToken()
        dirty, declaration = self.panel.dirty, self.panel.declaration

        def job() -> SearchResult:
            if dirty:
                app.identify.declare(operator, probe.id, *declaration)
            return app.identify.search(operator, probe.id, gallery_id, token)

        def failed(error: SecondLookError) -> None:
            self.panel.set_searching(False)
            self._context.notify(str(error), "error")

        self.panel.set_searching(True)
        self._context.bridge.run(
            app.lanes.inference, job, self._search_done, failed, owner=self, key="search"
        )

    def _search_done(self, result: SearchResult) -> None:
        self.panel.set_searching(False)
        self.searched.emit(result)

    def _cancel_search(self) -> None:
        self._token.cancel()
        self._context.bridge.generation(self, "search")
        self.panel.set_searching(False)
        self.probe_changed.emit()

    # Putting it together

    def _connect(self) -> None:
        self.probes.selected.connect(self._select)
        self.probes.add.connect(self.choose_file)
        self.view.face_chosen.connect(self._choose_face)
        self.view.landmarks_placed.connect(self._place_face)
        self.view.turn_wanted.connect(self._turn_probe)
        self.panel.declared.connect(self.keep_declaration)
        self.panel.search.connect(self._search)
        self.panel.cancelled.connect(self._cancel_search)
        self.panel.gallery_chosen.connect(self._read_more)
        self.panel.elsewhere_wanted.connect(self._declare_elsewhere)
        self.panel.declared_before.wanted.connect(self._correct_origin)
        self.probes.same_wanted.connect(partial(self._two_probes, SamePersonDialog))
        self.probes.apart_wanted.connect(partial(self._two_probes, TellApartDialog))
        self.panel.galleries_wanted.connect(lambda: self._context.navigate("galleries"))
        paste = QShortcut(QKeySequence(QKeySequence.StandardKey.Paste), self)
        paste.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        paste.activated.connect(self.paste)
        choose = QShortcut(QKeySequence(QKeySequence.StandardKey.Open), self)
        choose.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        choose.activated.connect(self.choose_file)

    def _arrange(self) -> None:
        for page in (self.drop_zone, self.working, self.trouble, self.view):
            self.pages.addWidget(page)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE[2])
        self.pages.setMinimumWidth(240)  # the widest page would squeeze the panel
        row.addWidget(self.probes)
        row.addWidget(self.pages, 1)
        row.addWidget(self.panel)
        self.probes.hide()
        self.panel.hide()


def _add(context: Context, case_id: int, source: Source) -> Probe | Several:
    """In the inference lane: a pasted picture is encoded here, not on the UI thread."""
    identify, payload = context.app.identify, source.payload()
    if source.page is None and source.may_hold_several:
        pages = identify.pages(payload)
        if pages > 1:
            return Several(source, pages)
    page = source.page or 0
    return identify.add_probe(context.operator, case_id, payload, source.name, page)
