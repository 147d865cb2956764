"""One model, whole: what its card says, the state of its file, and what can be done with it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from secondlook.domain.records import Operator
from secondlook.domain.trust import Trust
from secondlook.ui.approval import texts as approval
from secondlook.ui.approval.panel import TrustCard
from secondlook.ui.models import texts
from secondlook.ui.models.actions import Situation
from secondlook.ui.models.fetching import Fetching, FetchStrip
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import (
    TONE_ICONS,
    Elided,
    ErrorText,
    IconLabel,
    Muted,
    Pill,
    Text,
    line,
)
from secondlook.ui.widgets.reading import Digest, Facts, Figures, ReadingPage
from secondlook.vision.cards import ModelCard, Task
from secondlook.vision.models import ModelStatus


class ModelView(ReadingPage):
    """``may``: whether whoever is signed in chooses and fetches models."""

    use_wanted = Signal()
    approve_wanted = Signal()
    fetch_wanted = Signal()

    def __init__(
        self,
        status: ModelStatus,
        situation: Situation,
        fetching: Fetching,
        operator: Operator,
        *,
        may: bool,
    ) -> None:
        super().__init__()
        self.status, self._situation, self._fetching, self._may = status, situation, fetching, may
        self.use = Button(self._use_text(), "primary", "check")
        self.fetch = Button(
            self.tr("Fetch {}").format(texts.size(status.card.bytes)), "primary", "download"
        )
        self.problem = ErrorText()
        self.strip = FetchStrip(fetching, [status.card.name])
        self.use.clicked.connect(self.use_wanted)
        self.fetch.clicked.connect(self.fetch_wanted)
        column = self.column
        column.addLayout(self._head())
        self.trusted = situation.overview.trusted[status.card.name]
        self.trust: TrustCard | None = None
        if self.trusted.trust is not Trust.SHIPPED:
            says = approval.model_trust(self.trusted.trust)
            self.trust = TrustCard(says, self.trusted.standing, operator)
            self.trust.line.approve.setVisible(
                status.state == "verified" and not self.trusted.standing.granted
            )
            self.trust.approve_wanted.connect(self.approve_wanted)
            column.addWidget(self.trust)
        for part in (self.strip, self.problem, self._figures(), self._known()):
            column.addWidget(part)
        if status.card.measured:
            column.addWidget(self._measured())
        if status.card.task is Task.RECOGNISER:
            column.addWidget(self._curve())
        column.addWidget(self._identity())
        column.addStretch(1)
        fetching.changed.connect(self._fetch_changed)
        self._fetch_changed()

    @property
    def card(self) -> ModelCard:
        return self.status.card

    def _use_text(self) -> str:
        if self.card.task is Task.DETECTOR:
            return self.tr("Use this detector")
        return self.tr("Use this recogniser")

    def _fetch_changed(self) -> None:
        """The problem of a download stands where it was asked for, until the next one."""
        under_way = bool(self._fetching.names)
        used = self._situation.overview.uses(self.card.name)
        verified = self.status.state == "verified"
        self.use.setVisible(verified and not used)
        self.use.setEnabled(self._may)
        self.fetch.setVisible(not verified and self.card.url is not None)
        self.fetch.setEnabled(self._may and not under_way)
        for button in (self.use, self.fetch):
            tip = "" if self._may else self.tr("An administrator chooses and fetches models.")
            button.setToolTip(tip)
        self.problem.tell("" if verified else self._fetching.problem)

    def _head(self) -> QVBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(SPACE[2])
        head.addWidget(Elided(self.card.title, kind="title"))
        if self._situation.overview.uses(self.card.name):
            head.addWidget(Pill(self.tr("In use"), "info"))
        trust = self._situation.overview.trusted[self.card.name].trust
        head.addWidget(Pill(*approval.trust_word(trust)))
        if self.card.status == "evaluation":
            head.addWidget(Pill(self.tr("For evaluation"), "warning"))
        head.addStretch(1)
        head.addWidget(self.use)
        head.addWidget(self.fetch)
        column = QVBoxLayout()
        column.setSpacing(SPACE[1])
        column.addLayout(head)
        icon, role = TONE_ICONS[texts.state(self.status)[1]]
        column.addWidget(IconLabel(icon, self._state(), role, wrap=True))
        return column

    def _state(self) -> str:
        if self.status.state == "verified":
            return self.tr("Verified: the file is the one that the card names.")
        if self.card.url is None:
            cure = self.tr("Choose the right file.")
        elif self.status.state == "altered":
            cure = self.tr("Fetch it again, or choose the right file.")
        else:
            cure = self.tr("Fetch it, or choose its file.")
        return f"{texts.state(self.status)[0]}: {self.status.problem} {cure}"

    def _figures(self) -> QWidget:
        figures = (
            (texts.task(self.card.task), self.tr("task")),
            (self.card.version, self.tr("version")),
            (texts.size(self.card.bytes), self.tr("size")),
            (self.card.licence, self.tr("licence")),
        )
        return Figures(figures)

    def _known(self) -> QWidget:
        card = Card(self.tr("What is known of it"))
        standing = texts.standing([self.card], self._situation)
        for label, text in (
            (self.tr("Under the policies"), standing),
            (self.tr("Where it comes from"), self.card.provenance),
            (self.tr("Training data"), self.card.training_data),
            (self.tr("Known limits"), self.card.known_limits),
            (self.tr("Getting the file"), self.card.url or self.card.origin),
        ):
            card.body.addWidget(line())
            card.body.addWidget(Muted(label))
            said = Text(text, wrap=True)
            said.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            if self.card.url == text:  # an address has no blanks to wrap at
                said = Elided(text, mode=Qt.TextElideMode.ElideMiddle)
            card.body.addWidget(said)
        return card

    def _measured(self) -> QWidget:
        facts = [(measured.what, measured.data, measured.value) for measured in self.card.measured]
        return Facts(self.tr("Measured results"), facts, 240)

    def _curve(self) -> QWidget:
        card = Card(self.tr("Reference curve"))
        curve = self.card.reference_curve
        if curve is None:
            text = self.tr(
                "None was measured. A gallery too small to calibrate itself then has no measurable "
                "confidence."
            )
            card.body.addWidget(Text(text, wrap=True))
            return card
        count = self.tr("{} persons, {} comparisons of different people").format(
            f"{curve.persons:,}", f"{curve.comparisons:,}"
        )
        card.body.addWidget(Text(count, wrap=True))
        card.body.addWidget(Muted(curve.cohort))
        text = self.tr("Stands in where a gallery is too small to calibrate itself.")
        card.body.addWidget(Muted(text))
        return card

    def _identity(self) -> QWidget:
        card = Card(self.tr("Identity"))
        spec = self.card.input
        shape = f"{spec.width} x {spec.height}" if spec.width else self.tr("any size")
        facts = self.tr("{}, input {} {}, opset {}").format(
            self.card.name, shape, spec.channels, self.card.opset
        )
        card.body.addWidget(Text(facts, wrap=True))
        where = str(self.status.path or self.card.file)
        card.body.addWidget(Elided(where, mode=Qt.TextElideMode.ElideMiddle, kind="muted"))
        card.body.addWidget(Digest(self.card.sha256))
        return card


class ModelEntry(QWidget):
    """A model in the list."""

    def __init__(self, status: ModelStatus, trust: Trust, *, used: bool) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        word, tone = texts.state(status)
        icon, role = TONE_ICONS[tone]
        said = IconLabel(icon if status.state != "missing" else "minus", word, role)
        said.label.setProperty("kind", "muted")
        name = Elided(status.card.title, kind="subheading")
        below = QHBoxLayout()
        below.setSpacing(SPACE[1])
        below.addWidget(said, 1)
        if trust is not Trust.SHIPPED:
            below.addWidget(Pill(*approval.trust_word(trust)))
        if used:
            below.addWidget(Pill(self.tr("In use"), "info"))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[1], SPACE[0], SPACE[1], SPACE[0])
        column.setSpacing(0)
        column.addWidget(name)
        column.addLayout(below)


def accessible(status: ModelStatus, trust: Trust, *, used: bool) -> str:
    """What a screen reader says of it in the list."""
    parts = [
        status.card.title,
        texts.task(status.card.task),
        texts.state(status)[0],
        approval.trust_word(trust)[0],
    ]
    return ", ".join([*parts, texts.tr("in use")] if used else parts)
