"""The canvas with its tools: zoom, which face, and the guide for placing points by hand."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from secondlook.domain.records import Probe
from secondlook.ui.case.canvas import ZOOM_STEP, ImageCanvas
from secondlook.ui.case.placement import PROMPTS
from secondlook.ui.case.texts import tr
from secondlook.ui.context import Context
from secondlook.ui.examination.pyramid import Pyramid
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button, IconButton
from secondlook.ui.widgets.labels import Elided, Muted

ROOMY = 350
"""px below which the zoom is not told in figures."""


class ProbeCanvas(QWidget):
    face_chosen = Signal(int)
    landmarks_placed = Signal(object)  # Landmarks
    turn_wanted = Signal(int)  # degrees, clockwise

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.canvas = ImageCanvas(context.theme)
        self.prompt = Elided(kind="subheading")
        self.place = Button(self.tr("Place points"), icon="face")
        self.place.setToolTip(self.tr("Place the five points of a face by hand"))
        self.undo = Button(self.tr("Undo"), icon="rotate")
        self.stop = Button(self.tr("Stop"), icon="cross")
        self.undo.setToolTip(self.tr("Backspace, or the right mouse button"))
        self.stop.setToolTip(self.tr("Stop placing points (Escape)"))
        self.percent = Muted(wrap=False)
        self._probe: Probe | None = None
        self._editable = True
        self._arrange()
        self.canvas.face_chosen.connect(self._choose)
        self.canvas.landmarks_placed.connect(self.landmarks_placed)
        self.canvas.turn_wanted.connect(self._turn)
        self.canvas.placement_changed.connect(self._refresh)
        self.canvas.zoom_changed.connect(lambda z: self.percent.setText(f"{z * 100:.0f} %"))
        self.place.clicked.connect(self.canvas.start_placing)
        self.undo.clicked.connect(self.canvas.undo_point)
        self.stop.clicked.connect(self.canvas.stop_placing)
        self.setFocusProxy(self.canvas)

    def show_picture(self, picture: Pyramid | None) -> None:
        self.canvas.show_picture(picture)

    def show_probe(self, probe: Probe, *, editable: bool) -> None:
        if not probe.faces and (self._probe is None or self._probe.id != probe.id):
            self.canvas.show_turned(0)
        self._probe, self._editable = probe, editable
        self.canvas.show_faces(probe.faces, probe.chosen)
        self._refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.percent.setVisible(event.size().width() >= ROOMY)

    def _turn_on(self) -> None:
        self._turn((self.canvas.turn + 90) % 360)

    def _choose(self, index: int) -> None:
        if self._editable and self._probe and index != self._probe.chosen:
            self.face_chosen.emit(index)

    def _turn(self, turn: int) -> None:
        """Of what can be changed the faces are looked for again; what cannot is only shown so."""
        if self._editable:
            self.turn_wanted.emit(turn)
        else:
            self.canvas.show_turned(turn)

    def _refresh(self) -> None:
        placement = self.canvas.placement
        placing = placement is not None
        if placement is not None:
            step = min(len(placement.points) + 1, len(PROMPTS))
            text = self.tr("{n} of 5: {prompt}").format(n=step, prompt=tr(placement.prompt))
            self.prompt.setText(text if placement.prompt else self.tr("Measuring the face…"))
            self.undo.setEnabled(bool(placement.points))
        elif self._probe is not None:
            self.prompt.setText(self._summary(self._probe))
        self.place.setVisible(not placing and self._editable)
        for button in (self.undo, self.stop):
            button.setVisible(placing)

    def _summary(self, probe: Probe) -> str:
        faces = len(probe.faces)
        if not faces:
            return self.tr("No face found: place five points by hand")
        if probe.chosen is None:
            return self.tr("{n} faces found: click one, or press its number").format(n=faces)
        if faces == 1:
            return self.tr("One face")
        return self.tr("Face {k} of {n} chosen").format(k=probe.chosen + 1, n=faces)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(SPACE[1])
        top.addWidget(self.prompt, 1)
        top.addWidget(self.undo)
        top.addWidget(self.stop)
        tools = QHBoxLayout()
        tools.setSpacing(0)
        tools.addWidget(self.place)
        tools.addStretch(1)
        tools.addWidget(self.percent)
        tools.addSpacing(SPACE[1])
        for icon, name, act in (
            ("rotate", self.tr("Turn to the right (R; Shift+R to the left)"), self._turn_on),
            ("zoom-out", self.tr("Smaller (-)"), lambda: self.canvas.zoom(1 / ZOOM_STEP)),
            ("zoom-in", self.tr("Larger (+)"), lambda: self.canvas.zoom(ZOOM_STEP)),
            ("fit", self.tr("Fit (Z)"), self.canvas.fit),
        ):
            tool = IconButton(icon, name)
            tool.clicked.connect(act)
            tools.addWidget(tool)
        self.prompt.setMinimumHeight(self.undo.sizeHint().height())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[1])
        column.addLayout(top)
        column.addWidget(self.canvas, 1)
        column.addLayout(tools)
