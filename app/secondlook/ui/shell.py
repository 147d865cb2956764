"""The window: sign-in first, then the workspace of whoever signed in."""

import logging
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QMainWindow, QStackedWidget, QWidget

from secondlook.domain.errors import SecondLookError
from secondlook.domain.records import Operator, Role
from secondlook.services.application import Application
from secondlook.ui.background import background_of
from secondlook.ui.bridge import Bridge
from secondlook.ui.context import Context
from secondlook.ui.idle import IdleWatch
from secondlook.ui.preferences import Preferences
from secondlook.ui.sign_in import SignIn
from secondlook.ui.theme import Theme
from secondlook.ui.widgets.dialogs import confirm
from secondlook.ui.workspace import Workspace

if TYPE_CHECKING:
    from secondlook.ui.models.actions import Situation
    from secondlook.ui.models.first import ModelsDialog

log = logging.getLogger(__name__)

SIGN_OUT_S = 3


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
        self.asks_for_models = True
        """Once a start, until an administrator has chosen; never in a demonstration."""
        self.models_dialog: ModelsDialog | None = None
        self._leaving = False
        self.idle = IdleWatch(self)
        self.idle.idle.connect(self.lock)
        self._hidden: list[QDialog] = []
        self.pages = QStackedWidget()
        self.pages.addWidget(self.sign_in)
        self.setCentralWidget(self.pages)
        self.setWindowTitle(self.tr("Second Look"))
        self.setMinimumSize(960, 620)
        self.resize(1280, 800)
        self.restoreGeometry(self.preferences.geometry)
        self.sign_in.signed_in.connect(self._signed_in)

    @property
    def context(self) -> Context | None:
        return self.workspace.context if self.workspace else None

    def _signed_in(self, operator: Operator) -> None:
        if self.workspace and self.workspace.context.operator.id == operator.id:
            self._unlock(self.workspace)
            return
        self.enter(operator)
        if self.asks_for_models and operator.role is Role.ADMINISTRATOR and self.workspace:
            from secondlook.ui.models.actions import read

            self.asks_for_models = False
            app = self.app
            self.bridge.run(
                app.lanes.io, lambda: read(app), self._ask_for_models, owner=self.workspace
            )

    def _ask_for_models(self, found: "Situation") -> None:
        if found.overview.chosen or found.overview.named or not self.workspace:
            return
        from secondlook.ui.models.first import ModelsDialog

        self.models_dialog = ModelsDialog(self.workspace.context, found, self.workspace)
        self.models_dialog.finished.connect(self._asked)
        self.models_dialog.open()

    def _asked(self) -> None:
        self.models_dialog = None

    def verify_models(self) -> None:
        """Compare every installed file with its card, while the person signs in."""
        self.bridge.run(
            self.app.lanes.io,
            self.app.model_choice.verify,
            failed=lambda error: log.error("The models could not be verified: %s", error),
            owner=self,
        )

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
        self._watch(context)
        self.entered.emit(context)

    def _watch(self, context: Context) -> None:
        """Lock after as many minutes as the administrator set."""
        context.changed.idle_minutes_changed.connect(self.idle.start)
        accounts = self.app.accounts
        context.bridge.run(
            self.app.lanes.storage, accounts.idle_minutes, self.idle.start, owner=self
        )

    def lock(self) -> None:
        """Nobody is here: ask who it is. What was under way waits, dialogs included."""
        workspace = self.workspace
        if workspace is None or self.pages.currentWidget() is self.sign_in:
            return
        self.idle.stop()
        self._hidden = [d for d in workspace.findChildren(QDialog) if d.isVisible()]
        for dialog in self._hidden:
            dialog.hide()
        operator, app = workspace.context.operator, self.app
        self.setWindowTitle(self.tr("Second Look"))
        self.sign_in.show_locked(operator.username)
        self.pages.setCurrentWidget(self.sign_in)
        self.bridge.run(app.lanes.storage, lambda: app.accounts.lock(operator), owner=self)

    def _unlock(self, workspace: Workspace) -> None:
        self.pages.setCurrentWidget(workspace)
        context = workspace.context
        self.setWindowTitle(self.tr("Second Look – {}").format(context.operator.display_name))
        for dialog in self._hidden:
            dialog.show()
        self._hidden = []
        self.idle.resume()

    def leave(self) -> None:
        """Sign out. An enrolment goes on: it belongs to the database, not to who looks at it."""
        context = self.context
        if context is None:
            return
        app, operator = self.app, context.operator
        self._drop_workspace()
        self.setWindowTitle(self.tr("Second Look"))
        self.pages.setCurrentWidget(self.sign_in)
        self.bridge.run(app.lanes.storage, lambda: app.accounts.sign_out(operator), owner=self)
        self.sign_in.refresh()

    def closeEvent(self, event: QCloseEvent) -> None:
        background = background_of(self.app)
        if any(work.asks_first for work in background) and not self._leaving:
            event.ignore()
            text = self.tr("It stops after the images in hand and can be continued later.")
            title = self.tr("Stop the enrolment and close?")
            confirm(self, title, text, self.tr("Stop and close"), self.close_now)
            return
        self.preferences.geometry = self.saveGeometry()
        for work in background:
            work.close()
        if context := self.context:
            context.close()
            self._sign_out(context.operator)
        self.bridge.close()
        super().closeEvent(event)

    def _sign_out(self, operator: Operator) -> None:
        """Wait for it, but not for long: closing drops what still waits in the lane."""
        self.hide()
        entry = self.app.lanes.storage.submit(self.app.accounts.sign_out, operator)
        try:
            entry.result(SIGN_OUT_S)
        except (TimeoutError, SecondLookError):
            log.exception("The sign-out is not on record")

    def close_now(self) -> None:
        """Close without a question; what an enrolment has left to do can be continued later."""
        self._leaving = True
        self.close()

    def _drop_workspace(self) -> None:
        self.idle.stop()
        self._hidden = []
        workspace, self.workspace = self.workspace, None
        if workspace is not None:
            workspace.context.close()
            self.pages.removeWidget(workspace)
            _close_dialogs(workspace)
            workspace.deleteLater()


def _close_dialogs(workspace: QWidget) -> None:
    """Nothing of one person may stay open over the sign-in of the next."""
    for dialog in workspace.findChildren(QDialog):
        dialog.close()
