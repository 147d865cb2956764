"""The policies, to be read: every number with its reason, and whether it can be trusted."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QListWidgetItem,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.faces import COMPONENTS, Component
from secondlook.domain.policy import Policy
from secondlook.domain.records import Operator
from secondlook.domain.review import ORIGIN_LABELS
from secondlook.domain.trust import Trust
from secondlook.services.approvals import Trusted
from secondlook.services.loosening import LetsThrough
from secondlook.ui.approval import texts
from secondlook.ui.approval.dialog import ApproveDialog
from secondlook.ui.approval.panel import TrustCard
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

    approve_wanted = Signal()

    def __init__(
        self,
        policy: Policy,
        trusted: Trusted,
        operator: Operator,
        *,
        default: bool,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.policy, self.trusted = policy, trusted
        self.trust: TrustCard | None = None
        self.digest = Digest(policy.sha256)
        column = self.column
        column.addLayout(self._head(default))
        if trusted.trust is not Trust.SHIPPED:
            says = texts.policy_trust(trusted.trust)
            self.trust = TrustCard(says, trusted.standing, operator)
            self.trust.approve_wanted.connect(self.approve_wanted)
            column.addWidget(self.trust)
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
        head.addWidget(Pill(*texts.trust_word(self.trusted.trust)))
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
        for title, purposes, icon, role in (
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
            for text in purposes:
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
        hint = self.tr(
            "A case is under one policy. What does not ship with the program needs two people's "
            "approval before anybody can accept under it."
        )
        super().__init__(self.tr("Policies"), hint, self.tr("Policy"), parent)
        self._context = context
        self._policies: list[tuple[Policy, Trusted]] = []
        self._default = ""
        self.dialog: ApproveDialog | None = None
        self.list.currentRowChanged.connect(self._show)
        self.refresh()

    def refresh(self) -> None:
        app = self._context.app

        def read() -> tuple[list[tuple[Policy, Trusted]], Policy]:
            return app.approvals.policies(app.policies.shipped()), app.policies.default()

        self._context.bridge.run(app.lanes.storage, read, self._fill, owner=self, key="policies")

    def _fill(self, found: tuple[list[tuple[Policy, Trusted]], Policy]) -> None:
        shown = self._shown()
        self._policies, default = found
        self._default = default.sha256
        self.list.blockSignals(True)
        self.list.clear()
        for policy, trusted in self._policies:
            item = QListWidgetItem()
            item.setSizeHint(QSize(0, 56))
            word, _ = texts.trust_word(trusted.trust)
            text = f"{policy.title}. {headline(policy)}. {word}"
            item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
            self.list.addItem(item)
            self.list.setItemWidget(item, _entry(policy, trusted.trust))
        self.list.blockSignals(False)
        hashes = [policy.sha256 for policy, _ in self._policies]
        self.list.setCurrentRow(hashes.index(shown if shown in hashes else self._default))

    def _shown(self) -> str:
        page = self.area.widget()
        return page.policy.sha256 if isinstance(page, PolicyView) else ""

    def _show(self, row: int) -> None:
        if 0 <= row < len(self._policies):
            policy, trusted = self._policies[row]
            default = policy.sha256 == self._default
            view = PolicyView(policy, trusted, self._context.operator, default=default)
            view.approve_wanted.connect(partial(self._ask, policy))
            self.area.setWidget(view)

    # Approving

    def _ask(self, policy: Policy) -> None:
        """What it lets through is read first: nobody approves without having seen it."""
        app = self._context.app

        def read() -> LetsThrough:
            instead_of = app.approvals.instead_of(policy, app.policies.shipped())
            return app.approvals.lets_through(instead_of, policy)

        self._context.bridge.run(app.lanes.storage, read, self._open, owner=self)

    def _open(self, found: LetsThrough) -> None:
        app, operator = self._context.app, self._context.operator
        self.dialog = ApproveDialog(
            self._context,
            self.tr("Approve {}?").format(found.new.title),
            self.tr("From then on acceptances may rest on it, in every case that is under it."),
            lambda reason: app.approvals.approve_policy(operator, found.new, found.old, reason),
            self,
            lets_through=found,
        )
        self.dialog.approved.connect(lambda _: self.refresh())
        self.dialog.open()


def _entry(policy: Policy, trust: Trust) -> QWidget:
    """A policy in the list; what ships needs no word."""
    entry = QWidget()
    entry.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    column = QVBoxLayout(entry)
    column.setContentsMargins(SPACE[1], SPACE[1], SPACE[1], SPACE[1])
    column.setSpacing(2)
    head = QHBoxLayout()
    head.setSpacing(SPACE[1])
    head.addWidget(Elided(policy.title, kind="subheading"), 1)
    if trust is not Trust.SHIPPED:
        head.addWidget(Pill(*texts.trust_word(trust)))
    column.addLayout(head)
    column.addWidget(Muted(headline(policy), wrap=False))
    return entry
