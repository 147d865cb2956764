"""From nothing to a window, and to the end of its event loop."""

import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler
from types import TracebackType

from PySide6.QtCore import (
    QCoreApplication,
    QMessageLogContext,
    QSocketNotifier,
    Qt,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication, QIcon
from PySide6.QtWidgets import QApplication

from secondlook.paths import resources, user_data
from secondlook.services.application import Application
from secondlook.texts.translate import install
from secondlook.ui.preferences import Preferences
from secondlook.ui.shell import MainWindow
from secondlook.ui.theme import Theme

log = logging.getLogger(__name__)

LEVELS = {
    QtMsgType.QtDebugMsg: logging.DEBUG,
    QtMsgType.QtInfoMsg: logging.INFO,
    QtMsgType.QtWarningMsg: logging.WARNING,
    QtMsgType.QtCriticalMsg: logging.ERROR,
    QtMsgType.QtFatalMsg: logging.CRITICAL,
}


OFFSCREEN_NOISE = "This plugin does not support propagateSizeHints()"
"""Said by Qt's offscreen platform for each dialog; there is nothing to do about it."""


def tune_interpreter() -> None:
    """Let the UI thread have its turn after 0.5 ms instead of 5 while other threads compute."""
    sys.setswitchinterval(0.0005)


def make_application() -> QApplication:
    """The one ``QApplication``, with its names, icon and look."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    qInstallMessageHandler(_log_message)
    install(QCoreApplication.translate)
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(
        Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    )
    application = QApplication(sys.argv[:1])
    application.setApplicationName("Second Look")
    application.setOrganizationName("SecondLook")
    application.setDesktopFileName("secondlook")
    application.setWindowIcon(QIcon(str(resources() / "icons" / "secondlook.svg")))
    return application


def run_window(app: Application, *, after_start: Callable[[MainWindow], None] | None = None) -> int:
    """Show the window until it is closed; the caller closes ``app``. Gives the exit status.

    ``after_start`` is called once the window is shown, for example to prepare a demonstration.
    """
    tune_interpreter()
    application = make_application()
    preferences = Preferences()
    Theme.current().set_mode(preferences.appearance)
    if preferences.models_folder:
        app.models.folders.append(preferences.models_folder)
    window = MainWindow(app, preferences)
    window.asks_for_models = after_start is None  # a demonstration asks nothing
    with _keeping_log(), _telling(window), _closing_on_signals(window):
        window.show()
        window.verify_models()
        if after_start:
            after_start(window)
        return application.exec()


@contextmanager
def _keeping_log() -> Iterator[None]:
    """What went wrong, in a file beside the database; never what is on the pictures."""
    folder = user_data()
    folder.mkdir(parents=True, exist_ok=True)
    file = RotatingFileHandler(
        folder / "secondlook.log", maxBytes=2**20, backupCount=1, encoding="utf-8", delay=True
    )
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.getLogger().addHandler(file)
    try:
        yield
    finally:
        logging.getLogger().removeHandler(file)
        file.close()


@contextmanager
def _telling(window: MainWindow) -> Iterator[None]:
    """An exception that nobody caught is logged, and told in the window."""

    def hook(
        kind: type[BaseException], error: BaseException, traceback: TracebackType | None
    ) -> None:
        log.critical("Uncaught exception", exc_info=(kind, error, traceback))
        if window.context:
            text = window.tr("Something went wrong in Second Look ({}). Details are in the log.")
            window.context.notify(text.format(str(error) or kind.__name__), "error")

    before, sys.excepthook = sys.excepthook, hook
    try:
        yield
    finally:
        sys.excepthook = before


@contextmanager
def _closing_on_signals(window: MainWindow) -> Iterator[None]:
    """Ctrl+C in the terminal, and the system's request to end, close the window as its cross does.

    Python runs its handlers only between its own instructions, of which an idle window executes
    none: the socket that the signal writes to wakes it.
    """
    mine, theirs = socket.socketpair()
    for end in (mine, theirs):
        end.setblocking(False)
    notifier = QSocketNotifier(mine.fileno(), QSocketNotifier.Type.Read)
    notifier.activated.connect(lambda: mine.recv(64))
    woken = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    signals = (signal.SIGINT, signal.SIGTERM)
    before = [signal.signal(each, lambda *_: window.close_now()) for each in signals]
    try:
        yield
    finally:
        for each, handler in zip(signals, before, strict=True):
            signal.signal(each, handler)
        signal.set_wakeup_fd(woken)
        notifier.setEnabled(False)
        mine.close()
        theirs.close()


def _log_message(kind: QtMsgType, _: QMessageLogContext, text: str) -> None:
    if text == OFFSCREEN_NOISE:
        return
    log.log(LEVELS.get(kind, logging.WARNING), "Qt: %s", text)
