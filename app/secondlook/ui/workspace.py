"""What one signed-in person works in: rail, notices, screens, status line."""

from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from secondlook.domain.errors import ModelError
from secondlook.services.application import Application
from secondlook.ui.accounts import AccountsDialog, PasswordForm
from secondlook.ui.context import Context, Place
from secondlook.ui.preferences import Preferences
from secondlook.ui.rail import PLACES, Rail, StatusLine
from secondlook.ui.screens import FACTORIES
from secondlook.ui.shortcuts import ShortcutsSheet
from secondlook.ui.theme import SPACE, Mode
from secondlook.ui.widgets.notice import NoticeBar

ENGINE_CHECK_MS = 1500
"""How often the status line looks whether the model is loaded, until it is."""


class Workspace(QWidget):
    """Made when a person signs in, thrown away when they leave."""

    switch_wanted = Signal()

    def __init__(
        self, context: Context, preferences: Preferences, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.context = context
        self._preferences = preferences
        self._screens: dict[Place, tuple[tuple[Any, ...], QWidget]] = {}
        self.place: Place = "cases"
        self.rail = Rail(context.operator, context.theme.mode)
        self.notice = NoticeBar()
        self.models_notice = NoticeBar()
        self.models_notice.close_button.hide()
        self.stack = QStackedWidget()
        self.status = StatusLine(str(context.app.store.path))
        self._engine_timer = QTimer(self)
        self._engine_timer.setInterval(ENGINE_CHECK_MS)
        self._engine_timer.timeout.connect(self._look_at_engine)
        self._arrange()
        self._connect()
        self._add_shortcuts()
        self.check_models()
        self.go("cases")

    def go(self, place: Place, *args: Any) -> None:
        """Show a place; its screen is made on the first visit, or for other arguments."""
        known = self._screens.get(place)
        if known is None or known[0] != args:
            if known is not None:
                self.stack.removeWidget(known[1])
                known[1].deleteLater()
            screen = FACTORIES[place](self.context, *args)
            self.stack.addWidget(screen)
            self._screens[place] = (args, screen)
        if place != self.place:
            self.notice.hide()  # it was about what was shown before
        self.place = place
        self.rail.show_place(place)
        screen = self._screens[place][1]
        self.stack.setCurrentWidget(screen)
        screen.setFocus()

    def check_models(self) -> None:
        """Say in the status line what will be used, or in a banner what is missing."""
        app = self.context.app
        self.context.bridge.run(
            app.lanes.io, lambda: _models_in(app), self._show_models, owner=self, key="models"
        )

    def choose_models(self) -> None:
        dialog = QFileDialog(self, self.tr("Folder that holds the model files"))
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda folder: self.use_models(Path(folder)))
        dialog.open()

    def use_models(self, folder: Path) -> None:
        """Look for models in this folder too, now and at the next start."""
        self.context.app.models.folders.insert(0, folder)
        self._preferences.models_folder = folder
        self.check_models()
        self.context.changed.galleries_changed.emit()

    def _show_models(self, found: tuple[str, str]) -> None:
        name, problem = found
        if problem:
            self.status.model.setText(self.tr("No model"))
            self.models_notice.tell(
                self.tr("Nobody can be enrolled or searched for yet.") + problem,
                "warning",
                self.tr("Choose the models' folder…"),
                self.choose_models,
            )
            self.models_notice.show()
            return
        self.models_notice.hide()
        self.status.model.setText(self.tr("{} · loads when needed").format(name))
        self._engine_timer.start()
        self._look_at_engine()

    def _look_at_engine(self) -> None:
        engines = self.context.app.engines
        description = engines.description()
        if description is None:
            return
        self._engine_timer.stop()
        self.status.model.setText(description.replace("ExecutionProvider", ""))
        self.context.bridge.run(
            self.context.app.lanes.inference,
            lambda: " ".join(engines.current().notices),
            lambda text: self.context.notify(text, "warning") if text else None,
            owner=self,
        )

    def _connect(self) -> None:
        signals = self.context.changed
        signals.noticed.connect(self.notice.tell)
        signals.navigated.connect(lambda place, args: self.go(place, *args))
        self.rail.chosen.connect(lambda place: self.go(cast(Place, place)))
        person = self.rail.operator
        person.accounts_wanted.connect(lambda: AccountsDialog(self.context, self).open())
        person.password_wanted.connect(lambda: PasswordForm(self.context, self).open())
        person.switch_wanted.connect(self.switch_wanted)
        person.keys_wanted.connect(self.show_keys)
        person.appearance_wanted.connect(lambda mode: self._set_appearance(cast(Mode, mode)))

    def _set_appearance(self, mode: Mode) -> None:
        self._preferences.appearance = mode
        self.context.theme.set_mode(mode)

    def _add_shortcuts(self) -> None:
        for number, place in enumerate(PLACES, 1):
            keys = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            keys.activated.connect(lambda place=place: self.go(place))
        QShortcut(QKeySequence("Ctrl+L"), self).activated.connect(self.switch_wanted)
        QShortcut(QKeySequence(Qt.Key.Key_F1), self).activated.connect(self.show_keys)

    def show_keys(self) -> None:
        ShortcutsSheet(self).open()

    def _arrange(self) -> None:
        notices = QVBoxLayout()
        notices.setContentsMargins(SPACE[4], 0, SPACE[4], 0)
        notices.setSpacing(0)
        for notice in (self.models_notice, self.notice):
            notice.setProperty("place", "top")
            notices.addWidget(notice)
        content = QVBoxLayout()
        content.setContentsMargins(0, 0, 0, 0)
        content.setSpacing(0)
        content.addLayout(notices)
        content.addWidget(self.stack, 1)
        content.addWidget(self.status)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.rail)
        row.addLayout(content, 1)


def _models_in(app: Application) -> tuple[str, str]:
    """The recogniser that will be used, and what is missing. Runs in a lane: files are hashed."""
    problems = []
    for task in ("detector", "recogniser"):
        try:
            app.models.best(task)
        except ModelError as error:
            text = str(error)
            problems.append(f"\n{text[:1].upper()}{text[1:]}")
    if problems:
        return "", "".join(problems)
    return app.engines.identity().name, ""
