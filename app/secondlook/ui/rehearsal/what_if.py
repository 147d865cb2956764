"""What another line would cost: a line over the plot, and what to read at it. Changes nothing."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from secondlook.domain.policy import Policy
from secondlook.domain.rehearsal import Rate
from secondlook.services.rehearse_results import RehearsalResult
from secondlook.ui.gallery.texts import counted
from secondlook.ui.rehearsal import texts
from secondlook.ui.rehearsal.plot import RatesPlot
from secondlook.ui.rehearsal.scale import at
from secondlook.ui.theme import SPACE, Role, Theme
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import IconLabel, Muted, Subheading, Text, line

VOLUMES = (100, 1_000, 10_000)
"""Searches to count the work for."""
READING, SLIM_READING, NARROW = 292, 212, 720
"""Width of the readings, in px, and where the card is narrower than the third of them."""


class Reading(QWidget):
    """A figure, what it is, and how sure it is."""

    def __init__(self, title: str, role: Role | None = None) -> None:
        super().__init__()
        self.value = Text()
        self.value.setProperty("kind", "figure")
        self.note = Muted()
        self._role = role
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Text(title, wrap=True))
        column.addWidget(self.value)
        column.addWidget(self.note)
        Theme.current().changed.connect(self._colour)
        self._colour()

    def tell(self, value: str, note: str) -> None:
        self.value.setText(value)
        self.note.setText(note)
        self.setAccessibleName(f"{value}. {note}")

    def _colour(self) -> None:
        if self._role:
            colour = Theme.current().color(self._role).name()
            self.value.setStyleSheet(f"color: {colour};")


class WhatIf(Card):
    """Of a result and the policy whose line is drawn beside the one that moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(self.tr("What if the line stood elsewhere?"))
        self._result: RehearsalResult | None = None
        self._policy: Policy | None = None
        self.plot = RatesPlot()
        self.plot.setAccessibleName(self.tr("Shown by mistake and missed, against confidence"))
        self.line = Subheading()
        self.false = Reading(self.tr("Searches of absent people that show somebody"), Role.ACCENT)
        self.missed = Reading(self.tr("People in the gallery who are missed"), Role.WARNING)
        self.extra = Reading(self.tr("Extra examinations for the team"))
        self.volume = QComboBox()
        for count in VOLUMES:
            self.volume.addItem(texts.searches(count), count)
        self.volume.setAccessibleName(self.tr("Searches of absent people"))
        self.plot.moved.connect(self._read)
        self.volume.currentIndexChanged.connect(self._read)
        self._arrange()

    def show_result(self, result: RehearsalResult, policy: Policy) -> None:
        """The line stays where a person has put it, unless another policy is drawn."""
        other = self._policy is None or self._policy.id != policy.id
        self._result, self._policy = result, policy
        ceiling = result.summary.calibration.ceiling
        self.plot.show_curves(result.curves, ceiling, policy.accept_confidence)
        if other:
            self.plot.move_to(policy.accept_confidence)
        else:
            self._read()

    def _read(self) -> None:
        result, policy, percent = self._result, self._policy, self.plot.percent
        if result is None or policy is None:
            return
        self.line.setText(self.tr("With the line at {:g} %").format(percent))
        if percent > result.summary.calibration.ceiling:
            nothing = self.tr("No score in this gallery reaches this confidence.")
            for reading in (self.false, self.missed, self.extra):
                reading.tell("–", nothing)
            return
        self._read_false(result, policy, percent)
        missed = at(result.curves, result.curves.fnir, percent)
        told = result.lines[0].misses
        if missed is None or told is None:
            self.missed.tell("–", self.tr("Not known: nobody who is in the gallery was searched."))
        else:
            rate = Rate(round(missed * told.of), told.of, told.independent)
            self.missed.tell(
                self.tr("{:.1f} in 100").format(100 * missed),
                self.tr("{} of {}; 95 %: {}").format(rate.count, rate.of, texts.interval(rate)),
            )

    def _read_false(self, result: RehearsalResult, policy: Policy, percent: float) -> None:
        told = result.lines[0].false_matches
        fpir = at(result.curves, result.curves.fpir, percent)
        if fpir is None:
            nothing = self.tr("Nobody who is absent was searched.")
            self.false.tell("–", nothing)
            self.extra.tell("–", nothing)
            return
        rate = Rate(round(fpir * told.of), told.of, told.independent)
        self.false.tell(
            self.tr("{:.1f} in 100").format(100 * fpir),
            self.tr("{} of {}; 95 %: {}. Promised: at most {}").format(
                rate.count, rate.of, texts.interval(rate), f"{100 - percent:.4g}\u00a0%"
            ),
        )
        searches = int(self.volume.currentData())
        extra = fpir * policy.examiners * searches
        high = rate.interval[1] * policy.examiners * searches
        examiners = counted(policy.examiners, self.tr("examiner"), self.tr("examiners"))
        note = self.tr("{} for each, as {} asks; up to {:,.0f} are possible. More where a search "
                       "shows several people.")  # fmt: skip
        self.extra.tell(f"{extra:,.1f}", note.format(examiners, policy.title, high))

    def minimumSizeHint(self) -> QSize:
        """A small window may have it narrow; see ``resizeEvent``."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._side.setFixedWidth(READING if event.size().width() >= NARROW else SLIM_READING)
        super().resizeEvent(event)

    def _arrange(self) -> None:
        self._side = QWidget()
        self._side.setFixedWidth(READING)
        readings = QVBoxLayout(self._side)
        readings.setContentsMargins(0, 0, 0, 0)
        readings.setSpacing(SPACE[1])
        readings.addWidget(self.line)
        readings.addWidget(self.false)
        readings.addWidget(self.missed)
        readings.addWidget(line())
        readings.addWidget(self.extra)
        row = QHBoxLayout()
        row.addWidget(Muted(self.tr("in"), wrap=False))
        row.addWidget(self.volume)
        row.addStretch(1)
        readings.addLayout(row)
        readings.addStretch(1)
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE[3])
        grid.setVerticalSpacing(SPACE[1])
        grid.setColumnStretch(0, 1)
        grid.setRowStretch(1, 1)
        grid.addWidget(Subheading(self.tr("What if the line stood elsewhere?")), 0, 0)
        grid.addWidget(self.plot, 1, 0)
        grid.addWidget(self._side, 0, 1, 2, 1, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(grid, 1)
        text = self.tr(
            "Drag the line, or move it with the arrow keys. This only reads what was counted: no "
            "policy changes, and no case sees it."
        )
        self.body.addWidget(IconLabel("info", text, wrap=True))
