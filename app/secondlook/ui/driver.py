"""Lets the real window run without anybody in front of it: waits, presses, takes pictures."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QWidget

from secondlook.domain.errors import SecondLookError
from secondlook.services.application import Application
from secondlook.ui.context import Context
from secondlook.ui.run import make_application
from secondlook.ui.shell import MainWindow
from secondlook.ui.theme import Mode, Theme

W = TypeVar("W", bound=QWidget)
SIZES = ((1280, 800), (1920, 1080))
MODES: tuple[Mode, ...] = ("light", "dark")
PATIENCE = 60.0
"""Seconds until a wait is given up."""
SCRIM = QColor(0, 0, 0, 110)
SETTLE = 0.3
"""Seconds in which thumbnails and layouts come to rest before a picture."""


class NotShown(SecondLookError):  # noqa: N818
    """The window did not come to show what it should."""


class Driver:
    """One window, and a folder for its pictures in every size and mode."""

    def __init__(
        self,
        app: Application,
        folder: Path,
        sizes: tuple[tuple[int, int], ...] = SIZES,
        modes: tuple[Mode, ...] = MODES,
    ) -> None:
        make_application()
        self.app = app
        self.folder = folder
        self.sizes, self.modes = sizes, modes
        self.count = 0
        folder.mkdir(parents=True, exist_ok=True)
        self.window = MainWindow(app)
        self.window.resize(*sizes[0])
        self.window.show()

    @property
    def context(self) -> Context:
        assert self.window.context
        return self.window.context

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Let the window run until ``condition`` holds. Raises ``NotShown`` naming ``what``."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            run_events(0.01)
            if time.monotonic() > deadline:
                raise NotShown(f"The window did not come to: {what}.")

    def settle(self) -> None:
        deadline = time.monotonic() + SETTLE
        while time.monotonic() < deadline:
            run_events(0.02)

    def screen(self, kind: type[W]) -> W:
        """The widget of this kind that is shown now."""
        shown: list[W] = []

        def found() -> bool:
            shown[:] = [w for w in self.window.findChildren(kind) if w.isVisible()]
            return bool(shown)

        self.until(found, kind.__name__)
        return shown[0]

    def press(self, keys: str, widget: QWidget) -> None:
        """Press the keys of letters and digits on a widget."""
        self.window.activateWindow()
        widget.setFocus()
        run_events(0.1)
        for key in keys:
            QTest.keyClick(widget, Qt.Key(ord(key)))
            run_events(0.005)

    def shoot(self, name: str, dialog: QDialog | None = None) -> None:
        """A picture in every size and mode; a dialog is drawn over the window that it covers."""
        self.count += 1
        for width, height in self.sizes:
            self.window.resize(width, height)
            for mode in self.modes:
                Theme.current().set_mode(mode)
                self.settle()
                file = f"{self.count:02}-{name}-{width}x{height}-{mode}.png"
                self._picture(dialog).save(str(self.folder / file))

    def _picture(self, dialog: QDialog | None) -> QImage:
        picture = self.window.grab().toImage()
        if dialog:
            painter = QPainter(picture)
            painter.fillRect(picture.rect(), SCRIM)
            corner = self.window.rect().center() - dialog.rect().center()
            painter.drawPixmap(corner, dialog.grab())
            painter.end()
        return picture

    def close(self) -> None:
        self.window.close()
        self.window.deleteLater()
        self.settle()


def run_events(seconds: float) -> None:
    """A real event loop, so that widgets scheduled for deletion are deleted too."""
    loop = QEventLoop()
    QTimer.singleShot(int(seconds * 1000), loop.quit)
    loop.exec()
