"""Where the first probe lands, and what the middle shows while there is no picture to show."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from secondlook.ui.theme import SPACE, Role, Theme
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import Elided, Heading, Icon, Muted, Text

Align = Qt.AlignmentFlag


class DropZone(QWidget):
    """A dashed field to drop on, with the two other ways in."""

    def __init__(self, choose: Callable[[], None], paste: Callable[[], None]) -> None:
        super().__init__()
        self.open = Button(self.tr("Open…"), "primary", "open")
        self.open.clicked.connect(choose)
        self.paste = Button(self.tr("Paste"), icon="paste")
        self.paste.clicked.connect(paste)
        self._hot = False
        title = Heading(self.tr("Drop the probe here"))
        text = Muted(
            self.tr(
                "The image whose identity is asked. JPEG, PNG, WebP, TIFF or BMP, up to 50 MB. "
                "The file is kept as it is and never changed."
            )
        )
        text.setFixedWidth(420)
        text.setAlignment(Align.AlignHCenter)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE[1])
        buttons.addStretch(1)
        buttons.addWidget(self.open)
        buttons.addWidget(self.paste)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE[2])
        column.addStretch(2)
        column.addWidget(Icon("face", Role.MUTED, 56), 0, Align.AlignHCenter)
        column.addWidget(title, 0, Align.AlignHCenter)
        column.addLayout(_centred(text))
        column.addSpacing(SPACE[0])
        column.addLayout(buttons)
        column.addStretch(3)

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


class Trouble(QWidget):
    """A file that gave no probe: what is wrong with it, and the ways on."""

    def __init__(self, choose: Callable[[], None], back: Callable[[], None]) -> None:
        super().__init__()
        self.message = Text(wrap=True)
        self.message.setFixedWidth(460)
        self.message.setAlignment(Align.AlignHCenter | Align.AlignTop)
        self.message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.choose = Button(self.tr("Choose another image…"), "primary", "open")
        self.choose.clicked.connect(choose)
        self.back = Button(self.tr("Back"), icon="arrow-left")
        self.back.clicked.connect(back)
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE[1])
        buttons.addStretch(1)
        buttons.addWidget(self.back)
        buttons.addWidget(self.choose)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(SPACE[2])
        column.addStretch(2)
        column.addWidget(Icon("warning", Role.DANGER, 40), 0, Align.AlignHCenter)
        title = Heading(self.tr("This image cannot be used"))
        column.addWidget(title, 0, Align.AlignHCenter)
        column.addLayout(_centred(self.message))
        column.addSpacing(SPACE[0])
        column.addLayout(buttons)
        column.addStretch(3)


def _centred(label: QWidget) -> QHBoxLayout:
    """In the middle, at the height its lines need: an alignment would cut them off."""
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(label)
    row.addStretch(1)
    return row
