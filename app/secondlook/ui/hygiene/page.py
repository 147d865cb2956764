"""The page that checks a gallery, reached from the gallery's own screen."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QTabWidget, QVBoxLayout, QWidget

from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback
from secondlook.domain.errors import SecondLookError
from secondlook.domain.marks import PairMarks
from secondlook.domain.policy import Policy
from secondlook.domain.records import GallerySummary, Operator
from secondlook.domain.rehearsal import Mark, Pair
from secondlook.services.application import Application
from secondlook.services.hygiene import SuspiciousPairs
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts as counts
from secondlook.ui.hygiene import findings
from secondlook.ui.hygiene.findings import Listing
from secondlook.ui.hygiene.panels import DuplicatesPanel, FindingsPanel, LimitsPanel
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button, IconButton
from secondlook.ui.widgets.labels import Elided, ErrorText
from secondlook.ui.widgets.progress import ProgressStrip
from secondlook.ui.widgets.screen import Screen


@dataclass(frozen=True, slots=True)
class References:
    """What can be said of each reference by itself."""

    summary: GallerySummary
    expired: Listing
    below: Listing


def read(app: Application, gallery_id: int, policy: Policy) -> References:
    """Runs in a lane. Raises ``InputError`` when the gallery is gone."""
    summary = app.galleries.summary(gallery_id)
    expiry = app.hygiene.expired(gallery_id, datetime.now().astimezone().date())
    below = app.hygiene.below_limits(gallery_id, policy)
    return References(
        summary,
        findings.expired(expiry),
        findings.below_limits(below, policy, summary.references),
    )


def compare(
    app: Application,
    operator: Operator,
    gallery_id: int,
    token: CancelToken,
    progress: ProgressCallback,
) -> SuspiciousPairs:
    """As ``operator`` may see them. Runs in the inference lane."""
    token.poll()
    progress(Progress(0, 0))  # its turn has come
    return app.hygiene.suspicious(gallery_id, viewer=operator, cancel=token, progress=progress)


class HygienePage(Screen):
    """Checks when it is first shown, and again when the gallery has changed. Leaving it stops the
    check."""

    closed = Signal()
    person_wanted = Signal(int)
    gone = Signal(object)
    """The ``SecondLookError``: there is no such gallery any more."""

    def __init__(self, context: Context, gallery_id: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._id = gallery_id
        self._revision: int | None = None
        """Of the gallery when its people were last compared."""
        self._token: CancelToken | None = None
        self.back = IconButton("arrow-left", self.tr("Back to the gallery (Alt+Left)"))
        self.name = Elided(kind="title")
        self.about = Elided(kind="muted")
        self.again = Button(self.tr("Check again"), icon="retry")
        self.strip = ProgressStrip(self.tr("Checking"), pausable=False)
        self.strip.hide()
        self.error = ErrorText()
        self.duplicates = DuplicatesPanel(context)
        self.expired = FindingsPanel(
            context, self.tr("Date"), self.tr("References past their date")
        )
        self.limits = LimitsPanel(context)
        self.tabs = QTabWidget()
        self._arrange()
        self._connect()

    def focus_part(self) -> QWidget:
        panel = self.tabs.currentWidget()
        if panel is self.duplicates:
            return self.duplicates.review.list if self.duplicates.review.isVisible() else self.back
        return self.expired.table if panel is self.expired else self.limits.table

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.read()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        if self._token and not event.spontaneous():
            self._token.cancel()
            self._ended()
            self._revision = None

    def check_again(self) -> None:
        """Everything, even if nothing seems to have changed."""
        self._revision = None
        self.read()

    def read(self) -> None:
        app, policy = self._context.app, self.limits.policy
        self._context.bridge.run(
            app.lanes.io,
            lambda: read(app, self._id, policy),
            self._show_references,
            self.gone.emit,
            owner=self,
            key="references",
        )

    def _show_references(self, found: References) -> None:
        summary = found.summary
        self.name.setText(self.tr("Check of {}").format(summary.name))
        facts = counts.persons(summary.persons), counts.references(summary.references)
        self.about.setText(" · ".join((*facts, counts.model(summary.model))))
        self.expired.show_listing(found.expired)
        self.limits.show_listing(found.below)
        self._show_counts()
        if self.isVisible() and self._token is None and summary.revision != self._revision:
            self._compare(summary.revision)

    def _compare(self, revision: int) -> None:
        token = self._token = CancelToken()
        self._revision = revision
        self.error.tell("")
        self.again.setEnabled(False)
        self.duplicates.wait()
        self._show_counts()
        self.strip.reset()
        self.strip.text.setText(self.tr("Waiting for another job to finish…"))
        self.strip.show()
        app, bridge, operator = self._context.app, self._context.bridge, self._context.operator
        progress = bridge.progress(self, partial(self._progressed, token))
        bridge.run(
            app.lanes.inference,
            lambda: compare(app, operator, self._id, token, progress),
            self._compared,
            self._refused,
            owner=self,
            key="pairs",
        )

    def _progressed(self, token: CancelToken, progress: Progress) -> None:
        if token is not self._token:
            return
        if progress.total:
            self.strip.set_progress(progress)
        else:
            self.strip.text.setText(self.tr("Reading the gallery…"))

    def _compared(self, found: SuspiciousPairs) -> None:
        if self._token is None:  # cancelled when it was done already
            return
        self._ended()
        self.duplicates.show_found(found)
        self._show_counts()
        if self.back.hasFocus():
            self.focus_part().setFocus()

    def _refused(self, error: SecondLookError) -> None:
        self._ended()
        self.duplicates.refuse(str(error))

    def _cancel(self) -> None:
        if self._token:
            self._token.cancel()
            self._ended()
            self.duplicates.stop()

    def _ended(self) -> None:
        self._token = None
        self.strip.hide()
        self.again.setEnabled(True)

    def _mark(self, pair: Pair, mark: Mark) -> None:
        """A mark may change the calibration, and with it the gallery's revision; the pairs stay."""
        self.error.tell("")
        app, operator = self._context.app, self._context.operator

        def job() -> tuple[PairMarks, int]:
            marked = app.hygiene.mark(operator, self._id, pair, mark)
            return marked, app.galleries.summary(self._id).revision

        def done(made: tuple[PairMarks, int]) -> None:
            marked, self._revision = made
            self.duplicates.show_mark(pair, marked)
            self._show_counts()

        def refused(error: SecondLookError) -> None:
            self.duplicates.review.refused(pair)
            self.error.tell(str(error))

        self._context.bridge.run(app.lanes.storage, job, done, refused, owner=self)

    def _show_counts(self) -> None:
        found, shown = self.duplicates.found, ""
        if found:
            more = found.more if found.line is not None else 0
            shown = counts.number(len(found.pairs) + more)
            if left := self.duplicates.review.unmarked + more:
                shown = self.tr("{} ({} open)").format(shown, counts.number(left))
        self.tabs.setTabText(0, self.tr("Possible duplicates  {}").format(shown).rstrip())
        for tab, title, panel in (
            (1, self.tr("Expired  {}"), self.expired),
            (2, self.tr("Below limits  {}"), self.limits),
        ):
            self.tabs.setTabText(tab, title.format(counts.number(len(panel.model.rows))))

    def _forget(self) -> None:
        """What was compared with another model says nothing."""
        self._revision = None

    def _connect(self) -> None:
        self.back.clicked.connect(self.closed)
        QShortcut(QKeySequence.StandardKey.Back, self).activated.connect(self.closed)
        self.again.clicked.connect(self.check_again)
        self.strip.cancelled.connect(self._cancel)
        self.duplicates.marked.connect(self._mark)
        self.duplicates.again_wanted.connect(self.check_again)
        self.duplicates.left.connect(self.closed)
        self.limits.policy_chosen.connect(self.read)
        self._context.changed.models_changed.connect(self._forget)
        for panel in (self.duplicates, self.expired, self.limits):
            panel.person_wanted.connect(self.person_wanted)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE[2])
        self.about.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        head.addWidget(self.back)
        head.addWidget(self.name)
        head.addWidget(self.about, 1)
        head.addWidget(self.again)
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.duplicates, self.tr("Possible duplicates"))
        self.tabs.addTab(self.expired, self.tr("Expired"))
        self.tabs.addTab(self.limits, self.tr("Below limits"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 16, 24, 16)
        column.setSpacing(SPACE[2])
        column.addLayout(head)
        column.addWidget(self.strip)
        column.addWidget(self.error)
        column.addWidget(self.tabs, 1)
