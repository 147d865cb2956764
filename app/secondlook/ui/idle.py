"""Nobody at the window: after a while it asks again who is there."""

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

HANDS = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TabletPress,
    }
)
"""What only a person does."""


class IdleWatch(QObject):
    """Emits ``idle`` once nobody has touched any window of the program for so many minutes."""

    idle = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.minutes = 0.0
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)

    def start(self, minutes: float) -> None:
        self.minutes = minutes
        self._timer.setInterval(round(minutes * 60_000))
        self.resume()

    def resume(self) -> None:
        self._timer.start()
        application = QApplication.instance()
        if application:
            application.removeEventFilter(self)
            application.installEventFilter(self)

    def stop(self) -> None:
        self._timer.stop()
        application = QApplication.instance()
        if application:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in HANDS and self._timer.isActive():
            self._timer.start()
        return super().eventFilter(watched, event)
