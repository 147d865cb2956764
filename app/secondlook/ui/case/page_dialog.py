"""Which picture of a file is meant: a page of a scan, a frame, the moment of a video."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QSpinBox, QWidget

from secondlook.domain.errors import SecondLookError
from secondlook.services.images import PixelData
from secondlook.texts.pictures import note_texts
from secondlook.ui.case.sources import Source
from secondlook.ui.case.texts import count, tr
from secondlook.ui.context import Context
from secondlook.ui.widgets.dialogs import FormDialog
from secondlook.ui.widgets.labels import Muted

SIDE = 360
PAUSE_MS = 150
"""The file is read when the person pauses, not at every step of the slider."""


@dataclass(frozen=True, slots=True)
class Several:
    """A file that was brought, of which one picture has to be chosen."""

    source: Source
    pages: int


class PageDialog(FormDialog):
    """Shows each picture that is chosen; it can be added once it was seen."""

    def __init__(self, context: Context, found: Several, parent: QWidget | None = None) -> None:
        text = tr(
            "“{name}” holds {n} pictures. Choose the one that shows the person: it becomes the "
            "probe, and which one it was goes on record."
        )
        super().__init__(
            tr("Choose the picture"),
            text.format(name=found.source.name, n=count(found.pages)),
            tr("Take this one"),
            parent,
        )
        self._context, self._found = context, found
        self.view = QLabel()
        self.view.setFixedSize(SIDE, SIDE)
        self.view.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.about = Muted()
        self.number, self.slider = QSpinBox(), QSlider(Qt.Orientation.Horizontal)
        for control in (self.number, self.slider):
            control.setRange(1, found.pages)
        self.number.setSuffix(tr(" of {n}").format(n=count(found.pages)))
        self.number.valueChanged.connect(self.slider.setValue)
        self.slider.valueChanged.connect(self.number.setValue)
        self.slider.setAccessibleName(tr("Picture"))
        self.slider.setMinimumHeight(self.number.sizeHint().height())  # its handle is not cut
        self._pause = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._pause.timeout.connect(self._read)
        self.number.valueChanged.connect(self._changed)
        self.submitted.connect(self.accept)
        self._put_together()
        self._changed()

    @property
    def chosen(self) -> Source:
        """The file with the page that was chosen."""
        return self._found.source.with_page(self.number.value() - 1)

    def _put_together(self) -> None:
        self.add_field(tr("Picture"), self.number)
        self.add_row(self.slider)
        row = QWidget()
        middle = QHBoxLayout(row)
        middle.setContentsMargins(0, 0, 0, 0)
        middle.addWidget(self.view)
        self.add_row(row)
        self.add_row(self.about)

    def _changed(self) -> None:
        self.set_busy(True)
        self.error.tell("")
        self._pause.start()

    def _read(self) -> None:
        app, data = self._context.app, self._found.source.data
        assert isinstance(data, Path)  # a picture from the clipboard is one
        self._context.bridge.run(
            app.lanes.io,
            partial(app.identify.page, data, self.number.value() - 1),
            self._show,
            self._failed,
            owner=self,
            key="page",
        )

    def _show(self, pixels: PixelData) -> None:
        shape = pixels.width, pixels.height, 3 * pixels.width
        image = QImage(pixels.rgb, *shape, QImage.Format.Format_RGB888)
        keep, smooth = (
            Qt.AspectRatioMode.KeepAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )
        self.view.setPixmap(QPixmap.fromImage(image).scaled(SIDE, SIDE, keep, smooth))
        self.about.setText("\n".join(note_texts(pixels.notes)))
        self.set_busy(False)

    def _failed(self, error: SecondLookError) -> None:
        self.view.clear()
        self.about.setText("")
        self.tell(error)
        self.primary.setEnabled(False)
