"""The window: sign-in first, then the workspace of whoever signed in."""

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QStackedWidget, QWidget

from secondlook.domain.records import Operator
from secondlook.services.application import Application
from secondlook.ui.bridge import Bridge
from secondlook.ui.context import Context
from secondlook.ui.preferences import Preferences
from secondlook.ui.sign_in import SignIn
from secondlook.ui.theme import Theme
from secondlook.ui.widgets.dialogs import confirm
from secondlook.ui.workspace import Workspace


class MainWindow(QMainWindow):
    """Holds no state of a person: that is in the ``Workspace``, and goes with it."""

    entered = Signal(object)
    """Somebody signed in: their ``Context``."""

    def __init__(self, app: Application, preferences: Preferences | None = None) -> None:
        super().__init__()
        self.app = app
        self.preferences = preferences or Preferences()
        self.bridge = Bridge(self)
        self.sign_in = SignIn(app, self.bridge, self.preferences.last_user)
        self.workspace: Workspace | None = None
        self._leaving = False
        self.pages = QStackedWidget()
        self.pages.addWidget(self.sign_in)
        self.setCentralWidget(self.pages)
        self.setWindowTitle(self.tr("Second Look"))
        self.setMinimumSize(960, 620)
        self.resize(1280, 800)
        self.restoreGeometry(self.preferences.geometry)
        self.sign_in.signed_in.connect(self.enter)

    @property
    def context(self) -> Context | None:
        return self.workspace.context if self.workspace else None

    def enter(self, operator: Operator) -> None:
        """Build everything anew for this person."""
        self._drop_workspace()
        self.preferences.last_user = operator.username
        context = Context(self.app, operator, Theme.current(), Bridge(self))
        self.workspace = Workspace(context, self.preferences)
        self.workspace.switch_wanted.connect(self.leave)
        self.pages.addWidget(self.workspace)
        self.pages.setCurrentWidget(self.workspace)
        self.setWindowTitle(self.tr("Second Look – {}").format(operator.display_name))
        self.entered.emit(context)

    def leave(self) -> None:
        """Sign out; asks first while images are being enrolled."""
        if self._running():
            text = self.tr("It stops after the images in hand and can be continued later.")
            title = self.tr("Stop the enrolment and sign out?")
            confirm(self, title, text, self.tr("Stop and sign out"), self._leave)
        else:
            self._leave()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._running() and not self._leaving:
            event.ignore()
            text = self.tr("It stops after the images in hand and can be continued later.")
            title = self.tr("Stop the enrolment and close?")
            confirm(self, title, text, self.tr("Stop and close"), self._close_anyway)
            return
        self.preferences.geometry = self.saveGeometry()
        context = self.context
        self._stop_runs()
        if context:
            self.app.lanes.storage.submit(self.app.accounts.sign_out, context.operator)
            context.close()
        self.bridge.close()
        super().closeEvent(event)

    def _close_anyway(self) -> None:
        self._leaving = True
        self.close()

    def _leave(self) -> None:
        context = self.context
        if context is None:
            return
        app, operator = self.app, context.operator
        self._stop_runs()
        self._drop_workspace()
        self.setWindowTitle(self.tr("Second Look"))
        self.pages.setCurrentWidget(self.sign_in)
        self.bridge.run(app.lanes.storage, lambda: app.accounts.sign_out(operator), owner=self)
        self.sign_in.refresh()

    def _drop_workspace(self) -> None:
        workspace, self.workspace = self.workspace, None
        if workspace is not None:
            workspace.context.close()
            self.pages.removeWidget(workspace)
            _close_dialogs(workspace)
            workspace.deleteLater()

    def _running(self) -> bool:
        from secondlook.ui.gallery.runner import runner_of

        return self.context is not None and bool(runner_of(self.context).active)

    def _stop_runs(self) -> None:
        from secondlook.ui.gallery.runner import runner_of

        if self.context is not None:
            runner_of(self.context).cancel_all()


def _close_dialogs(workspace: QWidget) -> None:
    """Nothing of one person may stay open over the sign-in of the next."""
    for dialog in workspace.findChildren(QDialog):
        dialog.close()
