"""What one signed-in person works in: rail, notices, screens, status line."""

from typing import Any, cast

from PySide6.QtCore import QCoreApplication, QTimer, Signal
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from secondlook.services.models import Overview
from secondlook.ui.accounts import AccountsDialog, PasswordForm
from secondlook.ui.context import Context, Place
from secondlook.ui.explanation import open_explanation
from secondlook.ui.preferences import Preferences
from secondlook.ui.rail import PLACES, Rail, StatusLine
from secondlook.ui.screens import FACTORIES
from secondlook.ui.shortcuts import ShortcutsSheet
from secondlook.ui.theme import SPACE, Mode
from secondlook.ui.widgets.notice import NoticeBar

ENGINE_CHECK_MS = 1500
"""How often the status line looks whether the model is loaded, until it is."""

ROOMY = 1180
"""px of width below which the rail is slim, so that the screens keep theirs."""


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
            app.lanes.io, app.model_choice.overview, self._show_models, owner=self, key="models"
        )

    def _show_models(self, found: Overview) -> None:
        if found.problem:
            self.status.model.setText(self.tr("No model"))
            first = self.tr("Nobody can be enrolled or searched for yet.")
            self.models_notice.tell(
                f"{first}\n{_what_is_wrong(found)}",
                "warning",
                self.tr("Open Models"),
                lambda: self.go("models"),
            )
            self.models_notice.show()
            return
        self.models_notice.hide()
        assert found.pair
        self.status.model.setText(
            self.tr("{} · loads when needed").format(found.pair.recogniser.name)
        )
        self._engine_timer.start()
        self._look_at_engine()

    def _models_changed(self) -> None:
        self.check_models()
        self.context.changed.galleries_changed.emit()

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
        signals.models_changed.connect(self._models_changed)
        signals.navigated.connect(lambda place, args: self.go(place, *args))
        self.rail.chosen.connect(lambda place: self.go(cast(Place, place)))
        person = self.rail.operator
        person.accounts_wanted.connect(lambda: AccountsDialog(self.context, self).open())
        person.password_wanted.connect(lambda: PasswordForm(self.context, self).open())
        person.switch_wanted.connect(self.switch_wanted)
        person.keys_wanted.connect(self.show_keys)
        person.meaning_wanted.connect(self.show_meaning)
        person.appearance_wanted.connect(lambda mode: self._set_appearance(cast(Mode, mode)))

    def _set_appearance(self, mode: Mode) -> None:
        self._preferences.appearance = mode
        self.context.theme.set_mode(mode)

    def _add_shortcuts(self) -> None:
        for number, place in enumerate(PLACES, 1):
            keys = QShortcut(QKeySequence(f"Ctrl+{number}"), self)
            keys.activated.connect(lambda place=place: self.go(place))
        QShortcut(QKeySequence("Ctrl+L"), self).activated.connect(self.switch_wanted)
        QShortcut(QKeySequence("F1"), self).activated.connect(self.show_meaning)
        QShortcut(QKeySequence("Shift+F1"), self).activated.connect(self.show_keys)

    def show_keys(self) -> None:
        ShortcutsSheet(self).open()

    def show_meaning(self) -> None:
        open_explanation(self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.rail.set_compact(event.size().width() < ROOMY)
        super().resizeEvent(event)

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


def _what_is_wrong(found: Overview) -> str:
    """In short: the Models screen has the hashes."""
    if found.pair is None:
        return "\n".join(line[:1].upper() + line[1:] for line in found.problem.splitlines())
    texts = {
        "altered": tr("{title} is altered: {file} is not the file that its card names."),
        "missing": tr("{title} was chosen, but {file} is not here."),
    }
    statuses = [found.status(card.name) for card in found.pair.cards]
    told = [
        texts[s.state].format(title=s.card.title, file=s.path or s.card.file)
        for s in statuses
        if s.state != "verified"
    ]
    return "\n".join([*told, tr("Fetch it under Models, or choose the right file there.")])


def tr(text: str) -> str:
    return QCoreApplication.translate("workspace", text)
