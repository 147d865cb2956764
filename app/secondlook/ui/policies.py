"""The shipped policies, to be read: every number with its reason."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.faces import COMPONENTS, Component
from secondlook.domain.policy import Policy
from secondlook.domain.review import ORIGIN_LABELS
from secondlook.ui.context import Context
from secondlook.ui.policy_rules import headline, limit_text, rules
from secondlook.ui.theme import SPACE, Role
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import (
    Elided,
    IconLabel,
    Muted,
    Pill,
    Subheading,
    Text,
    Title,
)
from secondlook.ui.widgets.reading import (
    Digest,
    Facts,
    Figures,
    ReadingPage,
    ReadingScreen,
)


class PolicyView(ReadingPage):
    """One policy, whole."""

    def __init__(self, policy: Policy, *, default: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.policy = policy
        self.digest = Digest(policy.sha256)
        column = self.column
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
        return Figures(figures)

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
        facts = [(rule.title, rule.why, rule.value) for rule in rules(self.policy)]
        return Facts(self.tr("What it asks for, and why"), facts, 176)

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
        card.body.addWidget(self.digest)
        text = self.tr(
            "SHA-256 of its canonical form. A case keeps a full copy; changing a policy makes a "
            "new version and leaves open cases as they are."
        )
        card.body.addWidget(Muted(text))
        return card


class PoliciesScreen(ReadingScreen):
    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        hint = self.tr("A case is under one policy. Nothing here can be changed.")
        super().__init__(self.tr("Policies"), hint, self.tr("Policy"), parent)
        self._context = context
        self._policies: list[Policy] = []
        self.list.currentRowChanged.connect(self._show)
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
