"""Probe and reference side by side, at equal scale, moved together. Nothing is laid over them."""

from dataclasses import dataclass

from PySide6.QtCore import QPointF, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from secondlook.domain.faces import Face
from secondlook.ui.examination.geometry import WHOLE_HEAD, Stage, eye_frame
from secondlook.ui.examination.pane import Pane
from secondlook.ui.examination.pyramid import Pyramid
from secondlook.ui.examination.toolbar import AdjustmentBar, ViewBar
from secondlook.ui.widgets.labels import Elided

ZOOM_STEP = 1.25


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two pictures: ``title`` is a person's or a file's name, ``file`` a file's."""

    title: str
    file: str
    face: Face


class Comparison(QWidget):
    """Two panes and their tools."""

    adjusted = Signal()
    """Something changed that an examination records: adjustments, offset, lock."""
    stepped = Signal(int)
    """Tab in a pane: to the next (+1) or previous (-1) component."""

    def __init__(self) -> None:
        super().__init__()
        self._stage = Stage()
        self._region: tuple[float, float, float] | None = WHOLE_HEAD
        self._active = 0
        self._sides: list[Side | None] = [None, None]
        self.panes = (
            Pane(0, self.tr("Probe picture")),
            Pane(1, self.tr("Reference picture")),
        )
        self._captions = (_Caption(self.tr("Probe")), _Caption(self.tr("Reference")))
        self.view_bar = ViewBar()
        self.adjustment_bar = AdjustmentBar()
        self.adjustment_bar.hide()
        self._lay_out()
        for index, pane in enumerate(self.panes):
            self._connect(index, pane)
        self._connect_tools()

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(4)
        grid.setVerticalSpacing(4)
        for column, (pane, caption) in enumerate(zip(self.panes, self._captions, strict=True)):
            grid.addWidget(caption.head, 0, column)
            grid.addWidget(pane, 1, column)
            grid.addWidget(caption.facts, 2, column)
            grid.setColumnStretch(column, 1)
        grid.setRowStretch(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(grid, 1)
        layout.addWidget(self.view_bar)
        layout.addWidget(self.adjustment_bar)

    def _connect(self, index: int, pane: Pane) -> None:
        pane.panned.connect(lambda dx, dy: self._move(self._stage.panned(index, dx, dy)))
        pane.zoomed.connect(lambda factor, at: self._zoom(index, factor, at))
        pane.activated.connect(lambda: self._activate(index))
        pane.stepped.connect(self.stepped)
        pane.resized.connect(self._refit)

    def _connect_tools(self) -> None:
        tools = self.view_bar
        tools.fit.clicked.connect(self.fit)
        tools.original.clicked.connect(self.show_original_size)
        tools.closer.clicked.connect(lambda: self.zoom(ZOOM_STEP))
        tools.further.clicked.connect(lambda: self.zoom(1 / ZOOM_STEP))
        tools.lock.clicked.connect(self.toggle_lock)
        tools.realign.clicked.connect(self.realign)
        tools.adjust.toggled.connect(self.adjustment_bar.setVisible)
        self.adjustment_bar.changed.connect(self._set_adjustments)

    @property
    def stage(self) -> Stage:
        return self._stage

    def name_side(self, index: int, side: Side) -> None:
        """Whose picture it is; ``show_image`` follows."""
        self._sides[index] = side
        self._captions[index].show_side(side)
        self._refresh()

    def show_image(self, index: int, image: Pyramid) -> None:
        side = self._sides[index]
        assert side is not None
        self.panes[index].show_image(image, eye_frame(side.face.landmarks))
        self._refresh()

    def show_message(self, index: int, text: str) -> None:
        """In place of a picture: that it is loading, or why there is none."""
        self.panes[index].show_message(text)
        self._refresh()

    def restore(self, record: dict[str, object]) -> None:
        """Adjustments, offset and lock of a draft or an examination; both at the whole head."""
        self._stage = self._stage.restored(record)
        self._region = WHOLE_HEAD
        self._refit()
        self._refresh()

    def look_at(self, region: tuple[float, float, float]) -> None:
        self._region = region
        self._refit()

    def fit(self) -> None:
        """The whole head: in both panes, or in the active one while unlocked."""
        if self._stage.locked:
            self.look_at(WHOLE_HEAD)
            return
        pane = self.panes[self._active]
        whole = Stage().looking_at(WHOLE_HEAD, pane.width(), pane.height()).view
        self._move(self._stage.moved(self._active, whole))

    def show_original_size(self) -> None:
        """One image pixel on one screen pixel, in the active pane; the other keeps its scale."""
        pane = self.panes[self._active]
        self._move(self._stage.native(self._active, pane.frame, pane.devicePixelRatioF()))

    def zoom(self, factor: float) -> None:
        self._zoom(self._active, factor, QPointF())

    def toggle_lock(self) -> None:
        self._record(
            Stage(
                self._stage.view,
                self._stage.offsets,
                not self._stage.locked,
                self._stage.adjustments,
            )
        )

    def realign(self) -> None:
        """Eyes on eyes again: forget the offset made by hand."""
        self._record(self._stage.realigned())

    def _zoom(self, index: int, factor: float, at: QPointF) -> None:
        self._move(self._stage.zoomed(index, factor, (at.x(), at.y())))

    def _move(self, stage: Stage) -> None:
        self._region = None
        if stage.offsets != self._stage.offsets:
            self._record(stage)
        else:
            self._stage = stage
            self._refresh()

    def _record(self, stage: Stage) -> None:
        self._stage = stage
        self._refresh()
        self.adjusted.emit()

    def _set_adjustments(self) -> None:
        stage = self._stage
        self._record(
            Stage(stage.view, stage.offsets, stage.locked, self.adjustment_bar.adjustments)
        )

    def _activate(self, index: int) -> None:
        self._active = index

    def _refit(self) -> None:
        if self._region is not None:
            pane = self.panes[0]
            self._stage = self._stage.looking_at(self._region, pane.width(), pane.height())
        self._refresh()

    def _refresh(self) -> None:
        for pane, caption in zip(self.panes, self._captions, strict=True):
            pane.show_stage(self._stage)
            caption.show_image(pane)
        self.view_bar.show_stage(self._stage)
        self.adjustment_bar.show_adjustments(self._stage.adjustments)


class _Caption:
    """Over a pane: which side, whose picture and which file. Under it: size and eye distance."""

    def __init__(self, role: str) -> None:
        self.head = QWidget()
        name = QLabel(role)
        name.setProperty("kind", "subheading")
        self._title, self._file = Elided(""), Elided("", kind="muted")
        row = QHBoxLayout(self.head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(name)
        row.addWidget(self._title)
        row.addWidget(self._file, 1)
        self.facts = Elided("", kind="muted")
        self._side: Side | None = None

    def show_side(self, side: Side) -> None:
        self._side = side
        self._title.setText(side.title)
        self._title.setVisible(bool(side.title))
        self._file.setText(side.file)
        self.facts.setText("")

    def show_image(self, pane: Pane) -> None:
        image, side = pane.image, self._side
        if image is None or side is None:
            self.facts.setText("")
            return
        between = round(side.face.inter_eye)
        self.facts.setText(
            pane.tr("{w} × {h} px · {eyes} px between the eyes · shown at {percent} %").format(
                w=image.width,
                h=image.height,
                eyes=between,
                percent=_percent(pane.magnification),
            )
        )


def _percent(magnification: float) -> str:
    value = magnification * 100
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"
