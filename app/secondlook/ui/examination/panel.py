"""Committed examinations: who, what they concluded, and where they differ."""

from collections import Counter

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from secondlook.domain.findings import component_notes
from secondlook.domain.records import Examination
from secondlook.domain.review import CHECKLIST, Finding
from secondlook.services.review import VisibleExaminations
from secondlook.ui.examination.dossier import Dossier
from secondlook.ui.examination.texts import (
    conclusion_text,
    disagreements,
    finding_label,
    local_time,
    time_on_task,
    tr,
    used_adjustments,
)
from secondlook.ui.theme import Role
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import (
    Elided,
    IconLabel,
    Muted,
    Pill,
    Subheading,
    Text,
)

MOST = 320
"""px that the panel asks for; beyond it scrolls."""


class ExaminationCard(Card):
    """One examination, as committed. ``here``: it compared the pictures that are on the screen."""

    def __init__(self, examination: Examination, *, own: bool, here: bool) -> None:
        super().__init__(margin=12)
        self.setAccessibleName(f"{examination.operator}: {conclusion_text(examination.conclusion)}")
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Elided(examination.operator, kind="subheading"), 1)
        if own:
            head.addWidget(Pill(self.tr("You"), "info"))
        self.body.addLayout(head)
        self.body.addWidget(Text(conclusion_text(examination.conclusion), wrap=True))
        if not here:
            other = self.tr("Of other pictures than these two: counts against a lead, not for it")
            self.body.addWidget(Muted(other, wrap=True))
        self.body.addWidget(Muted(_counts(examination)))
        if examination.notes.strip():
            self.body.addWidget(Text(examination.notes.strip(), wrap=True))
        facts = [
            self.tr("Committed {when}").format(when=local_time(examination.committed_at)),
            time_on_task(examination),
        ]
        used = used_adjustments(examination.view)
        self.body.addWidget(Muted(" · ".join(facts + ([used] if used else []))))


class Differences(Card):
    """The components on which two people did not find the same."""

    def __init__(self, examinations: list[Examination]) -> None:
        super().__init__(margin=12)
        keys = disagreements(examinations)
        self.body.addWidget(
            Subheading(
                self.tr("Findings differ on {n} of {total} components").format(
                    n=len(keys), total=len(CHECKLIST)
                )
                if keys
                else self.tr("The findings are the same on all components"),
                wrap=True,
            )
        )
        if keys:
            self.body.addLayout(self._table(examinations, keys))

    def _table(self, examinations: list[Examination], keys: list[str]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        for column, examination in enumerate(examinations, start=1):
            grid.addWidget(Elided(examination.operator, kind="muted"), 0, column)
            grid.setColumnStretch(column, 1)
        labels = {item.key: item.label for item in CHECKLIST}
        for row, key in enumerate(keys, start=1):
            grid.addWidget(Elided(labels[key]), row, 0)
            for column, examination in enumerate(examinations, start=1):
                finding = examination.findings.get(key)
                text = finding_label(finding) if finding else self.tr("blank")
                grid.addWidget(Elided(text), row, column)
        grid.setColumnStretch(0, 1)
        return grid


class ExaminationsPanel(QScrollArea):
    """All that this operator may see; ``above`` scrolls along."""

    def __init__(self, *above: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(self.tr("Examinations"))
        page = QWidget()
        page.setProperty("kind", "page")
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        for widget in above:
            self._column.addWidget(widget)
        self._cards = QWidget()
        self._column.addWidget(self._cards)
        self._column.addStretch(1)
        self.setWidget(page)

    def show_dossier(self, dossier: Dossier) -> None:
        before, self._cards = self._cards, self._laid_out(dossier)
        self._column.replaceWidget(before, self._cards)
        self._cards.show()  # at once: a layout shows it later, and until then leaves it no room
        before.hide()
        before.deleteLater()
        self.updateGeometry()

    def _laid_out(self, dossier: Dossier) -> QWidget:
        cards = QWidget()
        column = QVBoxLayout(cards)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        visible = dossier.visible
        of_these = [e for e in visible.shown if e.id in visible.here]
        of_others = [e for e in visible.shown if e.id not in visible.here]
        if len(of_these) > 1:  # first: it is what both together say
            column.addWidget(Differences(of_these))
        for examination in of_these + of_others:
            own = examination.operator_id == dossier.operator.id
            here = examination.id in visible.here
            column.addWidget(ExaminationCard(examination, own=own, here=here))
        if visible.masked:
            column.addWidget(IconLabel("eye-off", masked_text(visible), Role.MUTED, wrap=True))
        elif not visible.shown:
            column.addWidget(Muted(self.tr("Nobody has examined this candidate yet.")))
        return cards

    def sizeHint(self) -> QSize:
        """As high as what it shows, up to a limit."""
        height = self._column.totalHeightForWidth(self.viewport().width())
        return QSize(super().sizeHint().width(), min(height, MOST))


def masked_text(visible: VisibleExaminations) -> str:
    """What a blind examiner is told of the others: nothing, and that it is nothing."""
    if visible.elsewhere:
        return tr(
            "You have compared other pictures of these two. What anybody concluded from these is "
            "shown once you commit."
        )
    return tr("Whether others have examined it, and what they concluded, is shown once you commit.")


def _counts(examination: Examination) -> str:
    """14 similar · 2 different · …; the components found different by name."""
    counts = Counter(examination.findings.values())
    parts = [f"{counts[f]} {finding_label(f).lower()}" for f in Finding if counts[f]]
    blanks = len(CHECKLIST) - len(examination.findings)
    if blanks:
        parts.append(tr("{n} blank").format(n=blanks))
    notes = component_notes(examination)
    different = [
        f"{item.label.lower()} ({note})" if (note := notes.get(item.key)) else item.label.lower()
        for item in CHECKLIST
        if examination.findings.get(item.key) is Finding.DIFFERENT
    ]
    text = " · ".join(parts)
    return f"{text}\n" + tr("Different: {}").format(", ".join(different)) if different else text
