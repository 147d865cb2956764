"""The policy's requirements for accepting a candidate: met or not, needed, found, and why."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.policy import Policy
from secondlook.domain.requirements import Assessment, Requirement
from secondlook.texts.requirements import RequirementText, requirement_text
from secondlook.ui.theme import SPACE, Role
from secondlook.ui.widgets.buttons import IconButton
from secondlook.ui.widgets.labels import Heading, Icon, Muted, Small, Subheading, restyle


class RequirementRow(QWidget):
    """One requirement. What is met is one line; the rest of it, and the reason, unfolds."""

    def __init__(self, requirement: Requirement, parent: QWidget | None = None):
        super().__init__(parent)
        met, text = requirement.met, requirement_text(requirement)
        state = self.tr("met") if met else self.tr("not met")
        self.setAccessibleName(f"{text.title}: {state}")
        self.setToolTip(requirement.why)
        self.icon = Icon(
            "check" if met else "cross", Role.SUCCESS if met else Role.DANGER, name=state
        )
        self.more = IconButton(
            "chevron-right",
            self.tr("More about “{}”").format(text.title),
            checkable=True,
        )
        self.more.setFixedHeight(28)
        if not requirement.why and not met:
            self.more.hide()
        self._met = met
        self.more.toggled.connect(self._unfold)
        self.why = Muted(requirement.why)
        self._folded: list[QWidget] = [self.why]
        self._arrange(requirement.met, text)
        self._unfold(False)

    def _unfold(self, unfolded: bool) -> None:
        self.more.set_icon("chevron-down" if unfolded else "chevron-right")
        for part in self._folded:
            part.setVisible(unfolded)
        self.setContentsMargins(0, 0, 0, SPACE[1] if unfolded or not self._met else 0)

    def _arrange(self, met: bool, text: RequirementText) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(SPACE[1])
        grid.setVerticalSpacing(2)
        grid.setColumnMinimumWidth(1, 44)
        grid.setColumnStretch(2, 1)
        middle = Qt.AlignmentFlag.AlignVCenter
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(self.icon, 0, 0, middle)
        grid.setRowMinimumHeight(0, 28)
        grid.addWidget(Subheading(text.title, wrap=True), 0, 1, 1, 2, middle)
        grid.addWidget(self.more, 0, 3, middle)
        for row, (label, shown) in enumerate(
            ((self.tr("Needs"), text.needed), (self.tr("Found"), text.present)), 1
        ):
            name, value = Muted(label, wrap=False), Muted(shown) if row == 1 else Small(shown)
            grid.addWidget(name, row, 1, top)
            grid.addWidget(value, row, 2, 1, 2, top)
            if met:
                self._folded += [name, value]
        grid.addWidget(self.why, 3, 1, 1, 3)


class RequirementsPanel(QWidget):
    """All requirements of one assessment under "9 of 12 requirements met", the unmet ones first."""

    def __init__(self, parent: QWidget | None = None):
        super().__init__(parent)
        self.policy = Muted()
        self.heading = Heading()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(self.tr("Requirements met"))
        self.rows: list[RequirementRow] = []
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[1])
        column.addWidget(self.policy)
        column.addWidget(self.heading)
        column.addWidget(self.bar)
        column.addWidget(self._area, 1)
        self.clear()

    def clear(self, text: str = "") -> None:
        """No candidate is chosen."""
        self.policy.setText("")
        self.heading.setText(text or self.tr("No candidate chosen"))
        self.bar.hide()
        self._show_rows([])

    def show_assessment(self, policy: Policy, assessment: Assessment) -> None:
        unfolded = {
            row.accessibleName().partition(":")[0] for row in self.rows if row.more.isChecked()
        }
        total = len(assessment.requirements)
        met = total - len(assessment.unmet)
        self.policy.setText(self.tr("Policy: {}").format(policy.title))
        self.heading.setText(self.tr("{} of {} requirements met").format(met, total))
        self.bar.show()
        self.bar.setRange(0, max(total, 1))
        self.bar.setValue(met)
        restyle(self.bar, tone="success" if assessment.acceptable else "accent")
        ordered = sorted(assessment.requirements, key=lambda r: r.met)
        self._show_rows(ordered)
        for row, requirement in zip(self.rows, ordered, strict=True):
            row.more.setChecked(requirement_text(requirement).title in unfolded)

    def _show_rows(self, requirements: list[Requirement]) -> None:
        page = QWidget()
        page.setProperty("kind", "page")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.rows = [RequirementRow(requirement) for requirement in requirements]
        for index, row in enumerate(self.rows):
            if index:
                rule = QFrame()
                rule.setProperty("kind", "line")
                column.addWidget(rule)
            column.addWidget(row)
        column.addStretch(1)
        self._area.setWidget(page)
