"""The shipped policies, to be read: every number with its reason."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.faces import COMPONENTS, Component
from secondlook.domain.policy import Policy
from secondlook.domain.review import ORIGIN_LABELS
from secondlook.ui.context import Context
from secondlook.ui.policy_rules import headline, limit_text, rules
from secondlook.ui.theme import SPACE, Role, fixed_font
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import (
    Elided,
    IconLabel,
    Muted,
    Pill,
    Subheading,
    Text,
    Title,
    line,
)

READING_WIDTH = 920
"""Longer lines are hard to read."""


class PolicyView(QWidget):
    """One policy, whole."""

    def __init__(self, policy: Policy, *, default: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "page")
        self.setMaximumWidth(READING_WIDTH)
        self.policy = policy
        self.copy = Button(self.tr("Copy SHA-256"), "quiet", "paste")
        self.copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(policy.sha256))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[4], SPACE[3], SPACE[4], SPACE[4])
        column.setSpacing(SPACE[3])
        column.addLayout(self._head(default))
        column.addWidget(self._figures())
        column.addWidget(self._purposes())
        column.addWidget(self._rules())
        column.addWidget(self._limits())
        column.addWidget(self._origins())
        column.addWidget(self._identity())
        column.addStretch(1)

    def _head(self, default: bool) -> QVBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(SPACE[2])
        head.addWidget(Title(self.policy.title))
        if default:
            head.addWidget(Pill(self.tr("Default"), "info"))
        if not self.policy.accepts:
            head.addWidget(Pill(self.tr("Never accepts"), "warning"))
        head.addStretch(1)
        column = QVBoxLayout()
        column.setSpacing(SPACE[1])
        column.addLayout(head)
        column.addWidget(Text(self.policy.summary, wrap=True))
        return column

    def _figures(self) -> QWidget:
        policy = self.policy
        accepted = f"{policy.accept_confidence:g} %" if policy.accepts else "–"
        people = self.tr("examiner") if policy.examiners == 1 else self.tr("examiners")
        figures = (
            (accepted, self.tr("confidence to accept")),
            (f"{policy.lead_confidence:g} %", self.tr("confidence to be offered")),
            (str(policy.examiners), people),
            (str(policy.max_candidates), self.tr("candidates at most")),
        )
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(SPACE[4])
        for value, text in figures:
            figure = Text(value)
            figure.setProperty("kind", "figure")
            cell = QVBoxLayout()
            cell.setSpacing(0)
            cell.addWidget(figure)
            cell.addWidget(Muted(text))
            cell.addStretch(1)
            row.addLayout(cell, 1)
        card.body.addLayout(row)
        return card

    def _purposes(self) -> QWidget:
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(SPACE[4])
        for title, texts, icon, role in (
            (self.tr("May be used for"), self.policy.permitted_purposes, "check", Role.SUCCESS),
            (
                self.tr("May not be used for"),
                self.policy.prohibited_purposes,
                "cross",
                Role.DANGER,
            ),
        ):
            cell = QVBoxLayout()
            cell.setSpacing(SPACE[0])
            cell.addWidget(Subheading(title))
            for text in texts:
                cell.addWidget(IconLabel(icon, text, role, wrap=True))
            cell.addStretch(1)
            row.addLayout(cell, 1)
        card.body.addLayout(row)
        return card

    def _rules(self) -> QWidget:
        card = Card(self.tr("What it asks for, and why"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE[3])
        grid.setVerticalSpacing(SPACE[1])
        grid.setColumnStretch(0, 1)
        top = Qt.AlignmentFlag.AlignTop
        for index, rule in enumerate(rules(self.policy)):
            value = Subheading(rule.value, wrap=True)
            value.setFixedWidth(176)
            said = QVBoxLayout()
            said.setSpacing(2)
            said.addWidget(Text(rule.title))
            if rule.why:
                said.addWidget(Muted(rule.why))
            grid.addWidget(line(), index * 2, 0, 1, 2)
            grid.addLayout(said, index * 2 + 1, 0)
            grid.addWidget(value, index * 2 + 1, 1, top)
        card.body.addLayout(grid)
        return card

    def _limits(self) -> QWidget:
        card = Card(self.tr("Quality limits"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE[4])
        grid.setVerticalSpacing(SPACE[0])
        grid.setColumnStretch(3, 1)
        right = Qt.AlignmentFlag.AlignRight
        for column, text in enumerate((self.tr("Probe"), self.tr("Reference")), 1):
            grid.addWidget(Muted(text, wrap=False), 0, column, right)
        limits = (self.policy.probe_limits, self.policy.reference_limits)
        for row, component in enumerate(Component, 1):
            grid.addWidget(Text(COMPONENTS[component].label), row, 0)
            for column, floor in enumerate(limits, 1):
                figure = Text(limit_text(component, floor.get(component)))
                grid.addWidget(figure, row, column, right)
        card.body.addLayout(grid)
        for field in ("probe_limits", "reference_limits"):
            why = self.policy.rationale.get(field)
            if why:
                card.body.addWidget(Muted(why))
        return card

    def _origins(self) -> QWidget:
        card = Card(self.tr("Probes it refuses"))
        labels = (ORIGIN_LABELS[origin] for origin in self.policy.blocked_origins)
        card.body.addWidget(Text(" · ".join(labels), wrap=True))
        why = self.policy.rationale.get("blocked_origins")
        if why:
            card.body.addWidget(Muted(why))
        return card

    def _identity(self) -> QWidget:
        card = Card(self.tr("Identity"))
        version = self.tr("{}, version {}").format(self.policy.id, self.policy.version)
        card.body.addWidget(Text(version))
        digest = Elided(self.policy.sha256, mode=Qt.TextElideMode.ElideMiddle)
        digest.setFont(fixed_font())
        row = QHBoxLayout()
        row.addWidget(digest, 1)
        row.addWidget(self.copy)
        card.body.addLayout(row)
        text = self.tr(
            "SHA-256 of its canonical form. A case keeps a full copy; changing a policy makes a "
            "new version and leaves open cases as they are."
        )
        card.body.addWidget(Muted(text))
        return card


class PoliciesScreen(QWidget):
    """List left, policy right."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._policies: list[Policy] = []
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Policies"))
        self.list.setProperty("kind", "plain")
        self.list.setFixedWidth(272)
        self.list.setSpacing(2)
        self.list.currentRowChanged.connect(self._show)
        self.setFocusProxy(self.list)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setProperty("kind", "reading")
        self.area.setAccessibleName(self.tr("Policy"))
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._arrange()
        app = context.app
        context.bridge.run(
            app.lanes.storage,
            lambda: (app.policies.shipped(), app.policies.default()),
            self._fill,
            owner=self,
        )

    def _fill(self, found: tuple[list[Policy], Policy]) -> None:
        self._policies, default = found
        self._default = default.id
        for policy in self._policies:
            item = QListWidgetItem()
            item.setSizeHint(QSize(0, 56))
            text = f"{policy.title}. {headline(policy)}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
            self.list.addItem(item)
            self.list.setItemWidget(item, _entry(policy))
        ids = [policy.id for policy in self._policies]
        self.list.setCurrentRow(ids.index(default.id))

    def _show(self, row: int) -> None:
        if 0 <= row < len(self._policies):
            policy = self._policies[row]
            self.area.setWidget(PolicyView(policy, default=policy.id == self._default))

    def _arrange(self) -> None:
        left = QVBoxLayout()
        left.setContentsMargins(SPACE[4], SPACE[3], 0, SPACE[4])
        left.setSpacing(SPACE[2])
        left.addWidget(Title(self.tr("Policies")))
        hint = Muted(self.tr("A case is under one policy. Nothing here can be changed."))
        hint.setFixedWidth(264)
        left.addWidget(hint)
        left.addWidget(self.list, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addLayout(left)
        row.addWidget(self.area, 1)


def _entry(policy: Policy) -> QWidget:
    """A policy in the list."""
    entry = QWidget()
    entry.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    column = QVBoxLayout(entry)
    column.setContentsMargins(SPACE[1], SPACE[1], SPACE[1], SPACE[1])
    column.setSpacing(2)
    column.addWidget(Elided(policy.title, kind="subheading"))
    column.addWidget(Muted(headline(policy), wrap=False))
    return entry
