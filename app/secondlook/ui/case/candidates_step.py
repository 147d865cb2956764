"""Step two: who the search returned, how strong, and what the policy still asks for."""

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from secondlook.domain.cancel import CancelToken, Progress
from secondlook.domain.confidence import ConfidenceStatus
from secondlook.domain.errors import SecondLookError
from secondlook.domain.proof import Proof
from secondlook.domain.records import Probe
from secondlook.domain.review import LEAD_ONLY
from secondlook.texts.proof import proof_text
from secondlook.ui.case.analysis_page import AnalysisPage
from secondlook.ui.case.candidate_list import CandidateList
from secondlook.ui.case.case_data import CaseData, SearchRow
from secondlook.ui.case.search_column import SearchColumn
from secondlook.ui.case.texts import calibration_line, count, limit_line, percent
from secondlook.ui.context import Context
from secondlook.ui.explanation import MeaningLink
from secondlook.ui.theme import SPACE, Role
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.cards import Card
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.labels import Heading, IconLabel, Muted, Tone, restyle
from secondlook.ui.widgets.notice import NoticeBar
from secondlook.ui.widgets.requirements import RequirementsPanel
from secondlook.ui.widgets.screen import Screen

NARROW = 980
"""px of width below which the columns at the sides are slimmer."""
WIDE = 1400
"""px of width from which they have more than the list needs."""
SMALLEST = QSize(732, 420)
"""Said to the window instead of what the columns take while there is room."""


class CandidatesStep(Screen):
    search_selected = Signal(int)
    candidate_selected = Signal(int)
    examine = Signal(int)
    search_again = Signal()
    analysed = Signal()
    """The operator has analysed the probe: its candidates may be shown."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._result: SearchRow | None = None
        self._index = 0
        self._proof: Proof | None = None
        self.column = SearchColumn(context)
        self.heading = Heading(wrap=True)
        self.calibration = Muted()
        self.meaning = MeaningLink()
        self.banner = Banner()
        self.limit = NoticeBar()
        self.limit.close_button.hide()
        self.analysis = AnalysisPage(context)
        self._pages = QStackedWidget()
        self.reveal = IconLabel("eye-off", "", Role.MUTED, wrap=True)
        self.list = CandidateList(context)
        again = Button(self.tr("Back to the probe"), icon="arrow-left")
        again.clicked.connect(self.search_again)
        self.prove = Button(self.tr("What does this prove?"), icon="info")
        self.prove.clicked.connect(self._prove)
        self.empty = EmptyState(
            "search", self.tr("No candidate above the lead line. Recorded."), "", again, self.prove
        )
        self.requirements = RequirementsPanel()
        self.button = Button(self.tr("Examine"), "primary", "eye")
        self.footer = IconLabel("shield", LEAD_ONLY, Role.MUTED, wrap=True)
        self._arrange()
        self.column.selected.connect(self.search_selected)
        self.list.selected.connect(self._selected)
        self.list.opened.connect(self._open)
        self.list.folded.connect(self._folded)
        self.button.clicked.connect(lambda: self._open(self._index))
        self.analysis.committed.connect(self.analysed)

    def show_search(self, data: CaseData, probe: Probe | None, result: SearchRow | None) -> None:
        """Nothing to show before a search: the step is locked then."""
        before = self._result.search.id if self._result else None
        self._result = result
        if result is None:
            return
        if before != result.search.id:
            self._index = 0
        self.column.show_search(data, probe, result)
        if result.locked:
            self.analysis.show_search(result.search)
            self._pages.setCurrentWidget(self.analysis)
            return
        self._pages.setCurrentIndex(0)
        self._show_head(result)
        self._show_banner(data, result)
        self.list.show_search(result, self._index)
        self._folded(False)
        self.side.setVisible(bool(result.offered) and result.revealed)
        self.reveal.setVisible(not result.revealed)
        self._assess()

    def select(self, index: int) -> None:
        self._index = index
        self.list.select(index)

    def minimumSizeHint(self) -> QSize:
        return SMALLEST

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The list keeps the room it needs; the columns beside it give way."""
        width, height = event.size().width(), event.size().height()
        self.column.set_width(140 if width < NARROW else 220 if width < WIDE else 300, height)
        self.meaning.setVisible(width >= NARROW)  # F1 stays
        self.side.setFixedWidth(300 if width < NARROW else 308 if width < WIDE else 360)
        super().resizeEvent(event)

    def _show_head(self, result: SearchRow) -> None:
        search, offered = result.search, len(result.offered)
        found = self.tr("1 candidate") if offered == 1 else self.tr("{n} candidates")
        if not offered:
            found = self.tr("No candidate")
        where = self.tr("{found} in “{gallery}” · {people} people").format(
            found=found.format(n=offered),
            gallery=search.gallery_name,
            people=count(search.gallery_persons),
        )
        compared = search.calibration.compared
        if compared is not None and compared != search.gallery_persons:
            where += self.tr(" · N = {n} by then").format(n=count(compared))
        self.heading.setText(where)
        self.calibration.setText(calibration_line(search.calibration))
        self.calibration.setToolTip(search.calibration.reference_cohort)
        limit = limit_line(search.calibration, search.policy.accept_confidence)
        self.limit.hide()
        if limit and search.gallery_id is not None:
            judge = partial(self._judge, search.gallery_id)
            self.limit.tell(limit, "warning", self.tr("Judge the pair"), judge)

    def _judge(self, gallery_id: int) -> None:
        self.limit.show()  # this search stays as it was
        self._context.navigate("gallery-check", gallery_id)

    def _show_banner(self, data: CaseData, result: SearchRow) -> None:
        search = result.search
        line = percent(search.policy.accept_confidence)
        offered = [c.confidence.status for c in result.offered]
        text = ""
        if data.case.policy.sha256 != search.policy.sha256:
            text = self.tr(
                "This search was made under {old}. The case is now under {new}: search again for "
                "a lead under it."
            ).format(old=search.policy.title, new=data.case.policy.title)
        elif offered and set(offered) == {ConfidenceStatus.NOT_MEASURABLE}:
            text = self.tr(
                "Confidence is not measurable here: {n} comparisons cannot resolve {line}. "
                "Nothing can be accepted."
            ).format(n=count(search.calibration.comparisons), line=line)
        elif offered and result.reaches_line is False:
            text = self.tr("No candidate reaches the policy's line of {line}.").format(line=line)
        self.banner.tell(text, "warning")
        self.prove.setVisible(search.gallery_id is not None)
        self.prove.setEnabled(True)
        if not offered and result.candidates:
            best = result.candidates[0].confidence
            self.empty.text.setText(
                self.tr(
                    "The strongest of {people} people has a confidence of {best}; candidates are "
                    "offered from {lead}. The search stays in the record."
                ).format(
                    people=count(search.gallery_persons),
                    best=best,
                    lead=percent(search.policy.lead_confidence),
                )
            )
        if self._proof:
            self._proved(self._proof)

    def _prove(self) -> None:
        """Try the gallery's own second photographs, as poor as this probe; half a minute or so."""
        if self._result is None:
            return
        self.prove.setEnabled(False)
        app, operator, search = self._context.app, self._context.operator, self._result.search.id
        bridge, token = self._context.bridge, CancelToken()
        self.destroyed.connect(token.cancel)
        report = bridge.progress(self, self._proving)
        bridge.run(
            app.lanes.background,
            lambda: app.proofs.of_search(operator, search, token, report),
            self._proved,
            failed=self._not_proved,
            owner=self,
            key="proof",
        )

    def _proving(self, progress: Progress) -> None:
        if not self.prove.isEnabled():
            text = self.tr("Trying {done} of {total} second photographs …")
            self.empty.text.setText(text.format(done=progress.done, total=progress.total))

    def _proved(self, proof: Proof) -> None:
        self._proof = proof
        if self._result and self._result.search.id == proof.search_id:
            self.prove.hide()
            self.empty.text.setText(proof_text(proof))

    def _not_proved(self, error: SecondLookError) -> None:
        self.prove.setEnabled(True)
        self.empty.text.setText(str(error))

    def _selected(self, index: int) -> None:
        self._index = index
        self.candidate_selected.emit(index)
        self._assess()

    def _open(self, index: int) -> None:
        if self._result and index < len(self._result.offered):
            self.examine.emit(index)

    def _folded(self, unfolded: bool) -> None:
        nothing = self._result is not None and not self._result.offered
        self.empty.setVisible(nothing and not unfolded)
        self._middle.setStretchFactor(self.list, 0 if nothing and not unfolded else 1)
        if nothing:
            note = self.tr("No candidate above the lead line. Recorded.") if unfolded else ""
            self.banner.tell(note, "info")

    def _assess(self) -> None:
        result = self._result
        if result is None or not result.offered or not result.revealed:
            return
        self._index = min(self._index, len(result.offered) - 1)
        candidate, review = result.offered[self._index], self._context.app.review
        operator = self._context.operator
        self._context.bridge.run(
            self._context.app.lanes.storage,
            lambda: review.assessment(operator, candidate.id),
            lambda assessment: self.requirements.show_assessment(result.search.policy, assessment),
            owner=self,
            key="assessment",
        )

    def focus_part(self) -> QWidget:
        return self.analysis if self._pages.currentWidget() is self.analysis else self.list

    def _arrange(self) -> None:
        self.button.setToolTip(self.tr("Enter, or a double click on a candidate"))
        self.reveal.label.setText(
            self.tr(
                "In an order of your own, without name, rank or score: they are shown once you "
                "have examined the last one."
            )
        )
        self.side = Card(margin=SPACE[2])
        self.side.body.addWidget(self.requirements, 1)
        self.side.body.addWidget(self.button)
        foot = QHBoxLayout()
        foot.addWidget(self.footer, 1, Qt.AlignmentFlag.AlignVCenter)
        foot.addWidget(self.meaning)
        self._middle = QVBoxLayout()
        middle = self._middle
        middle.setSpacing(SPACE[0])
        middle.addWidget(self.heading)
        middle.addWidget(self.calibration)
        middle.addWidget(self.banner)
        middle.addWidget(self.limit)
        middle.addWidget(self.reveal)
        middle.addWidget(self.empty, 1)
        middle.addWidget(self.list, 1)
        middle.addLayout(foot)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE[2])
        found = QWidget()
        columns = QHBoxLayout(found)
        columns.setContentsMargins(0, 0, 0, 0)
        columns.setSpacing(SPACE[2])
        columns.addLayout(middle, 1)
        columns.addWidget(self.side)
        self._pages.addWidget(found)
        self._pages.addWidget(self.analysis)
        row.addWidget(self.column)
        row.addWidget(self._pages, 1)


class Banner(QFrame):
    """A fact about the whole list that must not be overlooked, and cannot be closed."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("kind", "notice")
        self.label = IconLabel("warning", "", Role.WARNING, wrap=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(SPACE[2], SPACE[1], SPACE[2], SPACE[1])
        row.addWidget(self.label)
        self.hide()

    def tell(self, text: str, tone: Tone) -> None:
        """Empty hides it."""
        self.setVisible(bool(text))
        self.label.label.setText(text)
        self.setAccessibleName(text)
        warning = tone == "warning"
        self.label.icon.show_icon(
            "warning" if warning else "info", Role.WARNING if warning else Role.ACCENT
        )
        restyle(self, tone=tone)
