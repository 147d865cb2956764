"""Beside the probe: what it is, how good it is, what is declared about it, and the search."""

from dataclasses import replace

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QPlainTextEdit,
    QProgressBar,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from secondlook.domain.pictures import Note
from secondlook.domain.records import Case, GallerySummary, Probe
from secondlook.domain.review import ProbeOrigin
from secondlook.services.identify import Compared, Identify
from secondlook.texts.pictures import note_texts
from secondlook.ui.case.origin_box import OriginBox
from secondlook.ui.case.origin_history import OriginHistory
from secondlook.ui.case.texts import compared_text, count, placed_by, quality_verdict, short_title
from secondlook.ui.theme import SPACE, Role, fixed_font
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.labels import Elided, IconLabel, Muted, Subheading
from secondlook.ui.widgets.quality import QualityTable

SAVE_AFTER_MS = 2000
"""A note that rests this long is kept, so that a killed process loses little of it."""


class ProbePanel(QWidget):
    """Emits ``declared`` when origin or note should be stored, ``search`` for a gallery's id."""

    declared = Signal()
    search = Signal(int)
    cancelled = Signal()
    galleries_wanted = Signal()
    elsewhere_wanted = Signal()
    """People were looked through before the probe came here."""
    gallery_chosen = Signal()
    """Another one, or none."""

    def __init__(self) -> None:
        super().__init__()
        self._case: Case | None = None
        self._probe: Probe | None = None
        self._galleries: list[GallerySummary] | None = None
        self._compared: Compared | None = None
        self._searching = False
        self._rest = QTimer(self, interval=SAVE_AFTER_MS, singleShot=True)
        self._rest.timeout.connect(self._settled)
        self.name = Elided(mode=Qt.TextElideMode.ElideMiddle, kind="subheading")
        self.pixels = Muted(wrap=False)
        self.sha = Elided(kind="muted")
        self.notes = Muted()
        self.verdict = IconLabel("check", "", Role.SUCCESS, wrap=True)
        self.placed = Muted()
        self.quality = QualityTable()
        self.origin = OriginBox()
        self.declared_before = OriginHistory()
        self.compared = Muted()
        self.elsewhere = Button(self.tr("People looked through elsewhere…"), "link")
        self.analysis = QPlainTextEdit()
        self.analysis_hint = Muted()
        self.gallery = QComboBox()
        self.no_gallery = Button(self.tr("Go to galleries"), "link", "arrow-right")
        self.missing = Muted()
        self.button = Button(self.tr("Search"), "primary", "search")
        self.cancel = Button(self.tr("Cancel"))
        self.busy = QProgressBar()
        self._arrange()
        self._connect()

    # What is shown

    def show_probe(self, case: Case, probe: Probe) -> None:
        """A reload of the same probe leaves alone what the person is typing."""
        same = self._probe is not None and self._probe.id == probe.id
        typed = same and self.dirty
        same_policy = self._case is not None and self._case.policy == case.policy
        kept = self.origin.origin
        self._case = case
        if not typed:
            self._rest.stop()
            if self.analysis.toPlainText() != probe.analysis:
                self.analysis.setPlainText(probe.analysis)
            self.origin.show_origin(case.policy, probe.origin)
        elif not same_policy:
            self.origin.show_origin(case.policy, kept)
        if not same:
            self.pixels.setText("")
            self.notes.hide()
        self._probe = probe
        self.name.setText(probe.source_name)
        self.sha.setText(f"SHA-256 {probe.original_sha256}")
        self._show_quality(case, probe)
        self._show_hint(case)
        self._update()

    def show_picture(self, width: int, height: int, notes: tuple[Note, ...]) -> None:
        """Known once the picture is decoded."""
        self.pixels.setText(f"{count(width)} × {count(height)} px")
        self.notes.setText("\n".join(note_texts(notes)))
        self.notes.setVisible(bool(notes))

    def show_galleries(self, galleries: list[GallerySummary]) -> None:
        """Keeps the choice; a gallery that is alone is chosen."""
        before = self.gallery.currentData()
        self._galleries = galleries
        self.gallery.clear()
        for one in galleries:
            people = self.tr("{n} people").format(n=count(one.persons))
            self.gallery.addItem(f"{one.name} · {people}", one.id)
        alone = 0 if len(galleries) == 1 else -1
        self.gallery.setCurrentIndex(self.gallery.findData(before) if before else alone)
        self._update()

    def show_compared(self, compared: Compared | None) -> None:
        """What N is made of before a search adds to it, and what is asked of the unknown."""
        self._compared = compared
        self.compared.setText(compared_text(compared) if compared else "")
        self.compared.setVisible(compared is not None)
        self._update()

    @property
    def declared_elsewhere(self) -> int:
        """People that somebody says the face was compared with elsewhere."""
        return self._compared.elsewhere if self._compared else 0

    def take_back_origin(self) -> None:
        """The origin as stored: another was refused. What was typed stays."""
        if self._case and self._probe:
            self.origin.show_origin(self._case.policy, self._probe.origin)

    def set_searching(self, searching: bool) -> None:
        self._searching = searching
        self._update()

    # What is declared

    @property
    def dirty(self) -> bool:
        """Whether something is declared here that is not stored."""
        probe = self._probe
        return probe is not None and (
            self.origin.origin is not probe.origin or self.analysis.toPlainText() != probe.analysis
        )

    @property
    def declaration(self) -> tuple[ProbeOrigin, str]:
        return self.origin.origin, self.analysis.toPlainText()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.analysis and event.type() is QEvent.Type.FocusOut:
            self._settled()
        return super().eventFilter(watched, event)

    def _settled(self) -> None:
        self._rest.stop()
        if self.dirty:
            self.declared.emit()

    def _typed(self) -> None:
        if self.dirty:
            self._rest.start()
        self._update()

    # Whether a search may start

    def what_is_missing(self) -> list[str]:
        """The texts of ``identify.what_is_missing`` for what is declared here, and the gallery."""
        if self._case is None or self._probe is None:
            return []
        origin, analysis = self.declaration
        probe = replace(self._probe, origin=origin, analysis=analysis)
        first = self._compared is not None and self._compared.analysis_first
        missing = Identify.what_is_missing(self._case, probe, analysis_first=first)
        if self._galleries is None or self._case.closed_at:
            return missing
        if not self._galleries:
            missing.append(self.tr("There is no gallery to search yet."))
        elif self.gallery.currentIndex() < 0:
            missing.append(self.tr("Choose the gallery."))
        elif not self._galleries[self.gallery.currentIndex()].persons:
            missing.append(self.tr("Nobody is enrolled in this gallery."))
        return missing

    def _update(self) -> None:
        missing = self.what_is_missing()
        closed = self._case is not None and self._case.closed_at is not None
        self.missing.setText("\n".join(f"•  {text}" for text in missing))
        self.missing.setVisible(bool(missing) and not self._searching)
        self.button.setEnabled(not missing and not self._searching and self._probe is not None)
        self.button.setText(self.tr("Searching…") if self._searching else self.tr("Search"))
        self.button.setToolTip("\n".join(missing))
        self.cancel.setVisible(self._searching)
        self.busy.setVisible(self._searching)
        self.no_gallery.setVisible(self._galleries == [] and not closed)
        self.gallery.setVisible(self._galleries != [])
        faced = self._probe is not None and self._probe.face is not None
        self.elsewhere.setVisible(faced and not closed)
        for field in (self.origin, self.gallery):
            field.setEnabled(not closed and not self._searching)
        self.analysis.setReadOnly(closed or self._searching)

    def _show_quality(self, case: Case, probe: Probe) -> None:
        self.quality.show_quality(probe.quality, case.policy.probe_limits)
        placed = placed_by(probe.face) if probe.face else ""
        self.placed.setText(placed)
        self.placed.setVisible(bool(placed))
        if probe.quality is None:
            faces = self.tr("Choose a face to see its quality.")
            self.verdict.label.setText(faces if probe.faces else self.tr("No face found."))
            self.verdict.icon.show_icon("info", Role.MUTED)
            return
        met, text = quality_verdict(probe.quality, case.policy)
        if not met:
            missed = len(self.quality.causes)
            one = missed == 1
            text = self.tr("1 limit missed") if one else self.tr("{n} limits missed")
            text = text.format(n=missed)
        self.verdict.label.setText(text)
        self.verdict.icon.show_icon("check" if met else "warning", _role(met))

    def _show_hint(self, case: Case) -> None:
        first = case.policy.probe_analysis_first
        self.analysis_hint.setText(
            self.tr("{policy} asks for it before any candidate is seen.").format(
                policy=short_title(case.policy)
            )
            if first
            else self.tr("Optional under this policy.")
        )

    # Putting it together

    def _connect(self) -> None:
        self.origin.changed.connect(self._update)
        self.origin.changed.connect(self._settled)
        self.analysis.textChanged.connect(self._typed)
        self.analysis.installEventFilter(self)
        self.gallery.currentIndexChanged.connect(self._update)
        self.gallery.currentIndexChanged.connect(lambda _: self.gallery_chosen.emit())
        self.no_gallery.clicked.connect(self.galleries_wanted)
        self.button.clicked.connect(lambda: self.search.emit(self.gallery.currentData()))
        self.cancel.clicked.connect(self.cancelled)
        self.elsewhere.clicked.connect(self.elsewhere_wanted)

    def _arrange(self) -> None:
        self.sha.setFont(fixed_font())
        self.notes.hide()
        self.placed.hide()
        self.analysis.setTabChangesFocus(True)
        self.analysis.setFixedHeight(84)
        self.analysis.setAccessibleName(self.tr("Analysis of the probe"))
        self.analysis.setPlaceholderText(
            self.tr("What it shows: light, pose, what is covered, age, marks, what cannot be seen")
        )
        self.gallery.setAccessibleName(self.tr("Gallery to search"))
        self.gallery.setPlaceholderText(self.tr("Choose a gallery"))
        self.gallery.setMinimumContentsLength(12)
        self.busy.setRange(0, 0)
        self.busy.setTextVisible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[1])
        self._lower = QVBoxLayout()
        self._lower.setContentsMargins(0, 0, 0, 0)
        self._lower.addWidget(self._search_card())
        column.addWidget(self._scrolled(), 1)
        column.addLayout(self._lower)
        self._update()

    def _scrolled(self) -> QScrollArea:
        page = QWidget()
        page.setProperty("kind", "page")
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[1])
        image = Card(margin=SPACE[2])
        image.body.setSpacing(SPACE[0])
        for label in (self.name, self.pixels, self.sha, self.notes):
            image.body.addWidget(label)
        declared = Card(margin=SPACE[2])
        declared.body.addWidget(Subheading(self.tr("Origin")))
        declared.body.addWidget(self.origin)
        declared.body.addWidget(self.declared_before)
        declared.body.addSpacing(SPACE[0])
        declared.body.addWidget(Subheading(self.tr("Analysis of the probe")))
        declared.body.addWidget(self.analysis)
        declared.body.addWidget(self.analysis_hint)
        quality = Card(margin=SPACE[2])
        quality.body.addWidget(Subheading(self.tr("Quality")))
        quality.body.addWidget(self.verdict)
        quality.body.addWidget(self.placed)
        quality.body.addWidget(self.quality)
        for card in (image, declared, quality):
            column.addWidget(card)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        bar = area.verticalScrollBar()
        bar.rangeChanged.connect(
            # All cards end at the same edge, whether or not the bar is there.
            lambda _, most: self._lower.setContentsMargins(0, 0, bar.width() if most else 0, 0)
        )
        return area

    def _search_card(self) -> Card:
        card = Card(margin=SPACE[2])
        buttons = QHBoxLayout()
        buttons.setSpacing(SPACE[1])
        buttons.addWidget(self.button, 1)
        buttons.addWidget(self.cancel)
        card.body.addWidget(Subheading(self.tr("Search in")))
        card.body.addWidget(self.gallery)
        card.body.addWidget(self.no_gallery, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addWidget(self.compared)
        card.body.addWidget(self.elsewhere, 0, Qt.AlignmentFlag.AlignLeft)
        card.body.addWidget(self.missing)
        card.body.addWidget(self.busy)
        card.body.addLayout(buttons)
        return card


def _role(met: bool) -> Role:
    return Role.SUCCESS if met else Role.DANGER
