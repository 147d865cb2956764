"""Where the first probe lands, and what the middle shows while there is no picture to show."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from secondlook.domain.formats import MAX_BYTES
from secondlook.ui.case.texts import tr
from secondlook.ui.theme import SPACE, Role, Theme
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.labels import Elided, Heading

Align = Qt.AlignmentFlag


class DropZone(EmptyState):
    """A dashed field to drop on, with the two other ways in."""

    def __init__(self, choose: Callable[[], None], paste: Callable[[], None]) -> None:
        self.open = Button(tr("Open…"), "primary", "open")
        self.open.clicked.connect(choose)
        self.paste = Button(tr("Paste"), icon="paste")
        self.paste.clicked.connect(paste)
        self._hot = False
        text = tr(
            "The image whose identity is asked: JPEG, HEIC, PNG, TIFF, raw, a page of a PDF, a "
            "still of a video and more, up to {n} MB. The file is kept as it is and never changed."
        ).format(n=MAX_BYTES // 1_000_000)
        super().__init__("face", tr("Drop the probe here"), text, self.open, self.paste)

    def set_hot(self, hot: bool) -> None:
        """Whether something that could be dropped hovers over it."""
        if hot != self._hot:
            self._hot = hot
            self.update()

    def paintEvent(self, _: QPaintEvent) -> None:
        theme = Theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(theme.color(Role.ACCENT if self._hot else Role.MUTED), 1.5)
        pen.setStyle(Qt.PenStyle.CustomDashLine)
        pen.setDashPattern([5, 4])
        painter.setPen(pen)
        painter.setBrush(theme.color(Role.ACCENT_SOFT if self._hot else Role.SURFACE))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 8, 8)


class Working(QWidget):
    """Reading a picture and looking for faces: what is being done, to which file."""

    def __init__(self) -> None:
        super().__init__()
        self.title = Heading()
        self.name = Elided(kind="muted", mode=Qt.TextElideMode.ElideMiddle)
        self.name.setFixedWidth(360)
        self.name.setAlignment(Align.AlignCenter)
        bar = QProgressBar()
        bar.setRange(0, 0)
        bar.setTextVisible(False)
        bar.setFixedWidth(240)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE[2])
        column.addStretch(2)
        column.addWidget(self.title, 0, Align.AlignHCenter)
        column.addWidget(self.name, 0, Align.AlignHCenter)
        column.addWidget(bar, 0, Align.AlignHCenter)
        column.addStretch(3)

    def tell(self, title: str, name: str) -> None:
        self.title.setText(title)
        self.name.setText(name)


class Trouble(EmptyState):
    """A file that gave no probe: what is wrong with it, and the ways on."""

    def __init__(self, choose: Callable[[], None], back: Callable[[], None]) -> None:
        self.choose = Button(tr("Choose another image…"), "primary", "open")
        self.choose.clicked.connect(choose)
        self.back = Button(tr("Back"), icon="arrow-left")
        self.back.clicked.connect(back)
        title = tr("This image cannot be used")
        super().__init__("warning", title, "", self.back, self.choose, role=Role.DANGER)
        self.text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
