"""The left rail: where to go, and who is signed in."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMenu,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.records import Operator
from secondlook.domain.records import Role as OperatorRole
from secondlook.ui.accounts import ROLE_LABELS
from secondlook.ui.context import Place
from secondlook.ui.theme import SPACE, Mode, Role, Theme
from secondlook.ui.widgets.labels import Elided, Icon, Subheading, restyle

PLACES: dict[Place, tuple[str, str]] = {
    "cases": ("cases", "Cases"),
    "galleries": ("galleries", "Galleries"),
    "policies": ("policies", "Policies"),
    "rehearsal": ("rehearsal", "Rehearsal"),
    "audit": ("audit", "Audit"),
    "models": ("models", "Models"),
}
"""Icon and label; the order is that of the rail and of Ctrl+1 to Ctrl+6."""

PARENT: dict[Place, Place] = {"case": "cases", "gallery": "galleries", "gallery-check": "galleries"}

WIDTH = 188
COMPACT_WIDTH = 92


class RailButton(QToolButton):
    """An icon and a label; the icon takes the accent while its place is shown."""

    def __init__(self, icon: str, text: str, tip: str = "", *, checkable: bool = True) -> None:
        super().__init__()
        self._icon = icon
        self._gap = SPACE[1]
        self.setText(text)
        self.setToolTip(tip)
        self.setAccessibleName(text)
        self.setProperty("kind", "rail")
        self.setCheckable(checkable)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.toggled.connect(self._draw)
        Theme.current().changed.connect(self._draw)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """The label under the icon instead of beside it."""
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(
            style.ToolButtonTextUnderIcon if compact else style.ToolButtonTextBesideIcon
        )
        self._gap = 0 if compact else SPACE[1]
        self.setIconSize(QSize(20 + self._gap, 20))
        restyle(self, compact=compact)
        self._draw()

    def _draw(self) -> None:
        role = Role.ACCENT if self.isChecked() else Role.MUTED
        self.setIcon(Theme.current().icon(self._icon, role, 20, gap=self._gap))


class OperatorButton(RailButton):
    """Who is signed in; the menu holds what concerns them and the look of the window."""

    accounts_wanted = Signal()
    password_wanted = Signal()
    switch_wanted = Signal()
    appearance_wanted = Signal(str)
    meaning_wanted = Signal()
    keys_wanted = Signal()

    def __init__(self, operator: Operator, mode: Mode) -> None:
        self._operator = operator
        super().__init__("account", operator.display_name, checkable=False)
        self.setAccessibleName(self.tr("Signed in: {}").format(operator.display_name))
        self.setToolTip(f"{operator.display_name} ({operator.username})")
        self.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(self)
        manages = operator.role is OperatorRole.ADMINISTRATOR
        who = self.tr("Accounts…") if manages else self.tr("Examiners…")
        menu.addAction(who, self.accounts_wanted.emit)
        menu.addAction(self.tr("Change password…"), self.password_wanted.emit)
        menu.addMenu(self._appearance(mode))
        meaning = menu.addAction(self.tr("What 99 % means"), self.meaning_wanted.emit)
        keys = menu.addAction(self.tr("Keys"), self.keys_wanted.emit)
        menu.addSeparator()
        switch = menu.addAction(self.tr("Switch person…"), self.switch_wanted.emit)
        for action, key in ((meaning, "F1"), (keys, "Shift+F1"), (switch, "Ctrl+L")):
            action.setShortcut(key)
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # the window listens
        self.setMenu(menu)

    def set_compact(self, compact: bool) -> None:
        super().set_compact(compact)
        name, room = self._operator.display_name, COMPACT_WIDTH - 24 if compact else WIDTH - 84
        words = name.split()[:1] if compact else [name]
        shown = self.fontMetrics().elidedText("".join(words), Qt.TextElideMode.ElideRight, room)
        self.setText(shown if compact else f"{shown}\n{ROLE_LABELS[self._operator.role]}")

    def _appearance(self, mode: Mode) -> QMenu:
        menu = QMenu(self.tr("Appearance"), self)
        group = QActionGroup(menu)
        labels: dict[Mode, str] = {
            "system": self.tr("As the system"),
            "light": self.tr("Light"),
            "dark": self.tr("Dark"),
        }
        for value, label in labels.items():
            action = QAction(label, menu)
            action.setCheckable(True)
            action.setChecked(value == mode)
            action.setData(value)
            group.addAction(action)
            menu.addAction(action)
        group.triggered.connect(lambda action: self.appearance_wanted.emit(action.data()))
        return menu


class Rail(QFrame):
    """Emits ``chosen`` with a place."""

    chosen = Signal(str)

    def __init__(self, operator: Operator, mode: Mode, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "rail")
        self._compact: bool | None = None
        self.buttons: dict[Place, RailButton] = {}
        self.operator = OperatorButton(operator, mode)
        name = QHBoxLayout()
        name.setContentsMargins(SPACE[1], SPACE[1], SPACE[1], SPACE[3])
        name.setSpacing(SPACE[1])
        name.addWidget(Icon("secondlook", Role.ACCENT, 26))
        self.name = Subheading(self.tr("Second Look"))
        name.addWidget(self.name, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[1], SPACE[1], SPACE[1], SPACE[1])
        column.setSpacing(SPACE[0])
        column.addLayout(name)
        for number, (place, (icon, label)) in enumerate(PLACES.items(), 1):
            button = RailButton(icon, self.tr(label), f"{self.tr(label)} (Ctrl+{number})")
            button.clicked.connect(lambda _=False, place=place: self.chosen.emit(place))
            self.buttons[place] = button
            column.addWidget(button)
        column.addStretch(1)
        column.addWidget(self.operator)
        self.set_compact(False)

    def set_compact(self, compact: bool) -> None:
        """Slim, for a window whose screens need the room."""
        if compact == self._compact:
            return
        self._compact = compact
        self.setFixedWidth(COMPACT_WIDTH if compact else WIDTH)
        self.name.setVisible(not compact)
        for button in (*self.buttons.values(), self.operator):
            button.set_compact(compact)

    def show_place(self, place: Place) -> None:
        """Mark it. No button group does this: Tab would stop at one button of a group only."""
        for each, button in self.buttons.items():
            button.setChecked(each == PARENT.get(place, place))


class StatusLine(QFrame):
    """At the bottom: the model in use, the database, and the promise."""

    def __init__(self, database: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "status")
        self.model = Elided(self.tr("Looking for models…"), kind="muted")
        self.database = Elided(database, mode=Qt.TextElideMode.ElideMiddle, kind="muted")
        self.database.setAlignment(Qt.AlignmentFlag.AlignCenter)
        promise = Elided(self.tr("Nothing leaves this machine"), kind="muted")
        promise.setMinimumWidth(promise.sizeHint().width())
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE[2], SPACE[0], SPACE[2], SPACE[0])
        row.setSpacing(SPACE[1])
        row.addWidget(Icon("face", Role.MUTED, 14))
        row.addWidget(self.model, 2)
        row.addWidget(self.database, 3)
        row.addSpacing(SPACE[3])
        row.addWidget(Icon("shield", Role.MUTED, 14))
        row.addWidget(promise)
