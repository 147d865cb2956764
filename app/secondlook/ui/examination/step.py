"""The Examination step: one person compares one candidate, by hand, eye and keyboard."""

from collections.abc import Callable

from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from secondlook.domain.errors import SecondLookError
from secondlook.domain.findings import Doubt, doubts, notes_in
from secondlook.domain.records import Candidate, Examination, ExaminationDraft, Search
from secondlook.domain.review import CHECKLIST, Conclusion, Finding
from secondlook.ui.context import Context
from secondlook.ui.examination.candidate_step import CandidateStep
from secondlook.ui.examination.checklist import FINDING_KEYS, Checklist
from secondlook.ui.examination.commit import CommitBar
from secondlook.ui.examination.comparison import ZOOM_STEP, Comparison, Side
from secondlook.ui.examination.dossier import Dossier
from secondlook.ui.examination.drafts import DraftKeeper
from secondlook.ui.examination.form import (
    Notes,
    advice,
    closed_reason,
    doubt_text,
    obstacle,
    started,
)
from secondlook.ui.examination.header import CandidateHeader
from secondlook.ui.examination.panel import ExaminationsPanel, masked_text
from secondlook.ui.examination.pictures import Pictures
from secondlook.ui.examination.scale import QUALITY_KEY, ConclusionScale
from secondlook.ui.examination.texts import SCALE, local_time
from secondlook.ui.theme import Role
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.labels import IconLabel
from secondlook.ui.widgets.people import person_label

SIDE_SHARE, SIDE_LIMITS = 0.29, (264, 360)
"""Width of the column with checklist and notes: a share of the step, within limits in px."""


class ExaminationStep(CandidateStep):
    """Two pictures, a checklist, a conclusion, and the act that seals them."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(context, CandidateHeader(), parent)
        self._started = ""
        self._fresh = True
        self._editable = False
        self._lowering = False
        self._confirmed: list[dict[str, object]] = []
        self._keeper = DraftKeeper(context, self)
        self._pictures = Pictures(context, self)
        self.comparison = Comparison()
        self.checklist = Checklist()
        self.scale = ConclusionScale()
        self.notes = Notes()
        self.bar = CommitBar()
        self.panel = ExaminationsPanel()
        self.blind = IconLabel("eye-off", "", Role.MUTED, wrap=True)
        self._lay_out()
        self._connect()
        self._bind_keys()

    def focus_part(self) -> QWidget:
        return self.comparison.panes[0]

    def _lay_out(self) -> None:
        main = QVBoxLayout()
        main.setSpacing(8)
        main.addWidget(self.comparison, 1)
        main.addWidget(self.scale)
        self._side = QWidget()
        side = QVBoxLayout(self._side)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(8)
        side.addWidget(self.blind)
        side.addWidget(self.panel)
        side.addWidget(self.checklist, 1)
        side.addWidget(self.notes)
        self.notes.setFixedHeight(64)
        middle = QHBoxLayout()
        middle.setSpacing(16)
        middle.addLayout(main, 1)
        middle.addWidget(self._side)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.header)
        column.addLayout(middle, 1)
        column.addWidget(self.bar)
        empty = EmptyState(
            "eye",
            self.tr("No candidate to examine"),
            self.tr("Search a gallery in the Probe step; its candidates are examined here."),
        )
        self._set_pages(empty, content)

    def _connect(self) -> None:
        self.comparison.adjusted.connect(self._edited)
        self.comparison.stepped.connect(self.checklist.step)
        for pane in self.comparison.panes:
            pane.may_step = self.checklist.may_step
        self.checklist.current_changed.connect(
            lambda row: self.comparison.look_at(CHECKLIST[row].region)
        )
        self.checklist.changed.connect(self._edited)
        self.scale.chosen.connect(self._edited)
        self.notes.textChanged.connect(self._edited)
        self.bar.confirmed.connect(self._commit)
        self.bar.answered.connect(self._answered)
        self.bar.lowering.connect(self._lower)
        self._keeper.saving.connect(lambda: self.bar.saved.setText(self.tr("Saving draft…")))
        self._keeper.saved.connect(lambda: self.bar.saved.setText(self.tr("Draft saved")))

    def _bind_keys(self) -> None:
        keys: dict[str, Callable[[], None]] = {
            "Z": self.comparison.fit,
            "O": self.comparison.show_original_size,
            "L": self.comparison.toggle_lock,
            "+": lambda: self.comparison.zoom(ZOOM_STEP),
            "=": lambda: self.comparison.zoom(ZOOM_STEP),
            "-": lambda: self.comparison.zoom(1 / ZOOM_STEP),
            "T": self.notes.setFocus,
            "W": self.checklist.difference.field.setFocus,
            "Esc": self._step_back,
            "Ctrl+Return": self.bar.ask,
            "Ctrl+Enter": self.bar.ask,
            QUALITY_KEY: lambda: self._choose(Conclusion.INSUFFICIENT_QUALITY),
        }
        for number, conclusion in enumerate(SCALE, start=1):
            keys[str(number)] = lambda c=conclusion: self._choose(c)  # type: ignore[misc]
        for finding, key in FINDING_KEYS.items():
            keys[key] = lambda f=finding: self._find(f)  # type: ignore[misc]
        self._bind(keys, repeating="+=-")

    def _keep(self) -> None:
        self._keeper.flush()

    def _begin(self, search: Search, candidate: Candidate) -> None:
        self.comparison.name_side(0, Side("", "", search.probe_face))
        self.comparison.name_side(1, Side("", "", candidate.reference_face))
        self._load_pictures(search, candidate)
        self._fresh = True
        self._lowering = False
        self._enable(editable=False)
        self.blind.hide()
        self.panel.hide()
        self.bar.saved.setText("")
        self.bar.show_reason(self.tr("Loading…"))

    def _load_pictures(self, search: Search, candidate: Candidate) -> None:
        for side, sha256 in enumerate((search.probe_sha256, candidate.reference_sha256)):
            if not self._pictures.has(sha256):
                self.comparison.show_message(side, self.tr("Loading…"))
            self._pictures.get(
                sha256,
                side,
                lambda picture, s=side: self.comparison.show_image(s, picture),  # type: ignore[misc]
                lambda error, s=side: self.comparison.show_message(s, str(error)),  # type: ignore[misc]
            )

    def _show_failure(self, error: SecondLookError) -> None:
        self.bar.show_reason(str(error))

    def _show_dossier(self, search: Search, dossier: Dossier) -> None:
        own = dossier.own
        fresh, self._fresh = self._fresh, False
        if fresh:
            self._show_sides(search, dossier)
        if own is not None and not self._lowering:
            self._show_committed(own)
        elif fresh:
            self._show_draft(dossier.draft)
        self.blind.label.setText(masked_text(dossier.visible))
        self.blind.setVisible(dossier.visible.masked)
        self.panel.setVisible(own is not None)
        if own is not None:
            self.panel.show_dossier(dossier)
        open_ = own is None or self._lowering
        self._enable(editable=open_ and not closed_reason(dossier))
        self._judge()

    def _show_sides(self, search: Search, dossier: Dossier) -> None:
        candidate = dossier.candidate
        file = dossier.reference_file or self.tr("no longer in the gallery")
        named = self._named(dossier)
        name, file = (person_label(candidate), file) if named else ("", "")
        self.comparison.name_side(0, Side("", dossier.probe_file, search.probe_face))
        self.comparison.name_side(1, Side(name, file, candidate.reference_face))

    def _named(self, dossier: Dossier) -> bool:
        """The reveal comes after the last candidate of the search."""
        return dossier.revealed

    def _show_draft(self, draft: ExaminationDraft) -> None:
        self._started = started(draft)
        self.comparison.restore(draft.view)
        self._confirmed = list(draft.view.get("confirmed", []))
        notes = notes_in(draft.view)
        self._fill(draft.findings, draft.conclusion, draft.notes, notes)
        if draft != ExaminationDraft():
            self.bar.saved.setText(self.tr("Draft restored"))

    def _show_committed(self, own: Examination) -> None:
        self.comparison.restore(own.view)
        self._fill(own.findings, own.conclusion, own.notes, {})

    def _fill(
        self,
        findings: dict[str, Finding],
        conclusion: Conclusion | None,
        notes: str,
        differences: dict[str, str],
    ) -> None:
        self.checklist.show_findings(findings, differences)
        self.scale.show_conclusion(conclusion)
        self.notes.blockSignals(True)
        self.notes.setPlainText(notes)
        self.notes.blockSignals(False)

    def _enable(self, *, editable: bool) -> None:
        self._editable = editable
        self.checklist.set_read_only(not editable)
        self.scale.setEnabled(editable)
        self.notes.setReadOnly(not editable)
        self.notes.setVisible(editable)

    def _find(self, finding: Finding) -> None:
        if self._editable:
            self.checklist.set_finding(finding)

    def _choose(self, conclusion: Conclusion) -> None:
        if self._editable:
            self.scale.choose(conclusion)

    def _step_back(self) -> None:
        if self.bar.asking:
            self.bar.withdraw()
        else:
            self.comparison.panes[0].setFocus()

    @property
    def draft(self) -> ExaminationDraft:
        """The examination as it stands on the screen."""
        return ExaminationDraft(
            self.checklist.findings,
            self.scale.conclusion,
            self.notes.toPlainText(),
            self._view,
            self._started,
        )

    @property
    def _view(self) -> dict[str, object]:
        """Adjustments, notes on single components, and what was asked and answered."""
        more = {"component_notes": self.checklist.notes, "confirmed": self._confirmed}
        return self.comparison.stage.to_dict() | {k: v for k, v in more.items() if v}

    def _lower(self) -> None:
        """Another examination begins with what was found in the last, and needs its own reason."""
        if self._dossier is None or self._dossier.own is None:
            return
        own, self._lowering = self._dossier.own, True
        self._started = started(ExaminationDraft())
        self._fill(own.findings, None, "", notes_in(own.view))
        self._enable(editable=True)
        self._judge()

    def _edited(self) -> None:
        if not self._editable or self._dossier is None:
            return
        self._keeper.edit(self._dossier.candidate.id, self.draft)
        self._judge()

    def _judge(self) -> None:
        """Say whether this can be committed, why not, or that it has been."""
        if self._dossier is None:
            return
        own = self._dossier.own
        if own is not None and not self._lowering:
            text = self.tr(
                "You committed this examination on {when}. It cannot be changed; a lower opinion "
                "can follow it."
            )
            lowest = own.conclusion is Conclusion.DIFFERENT_EXTREMELY_STRONG
            can_lower = not lowest and not closed_reason(self._dossier)
            when = local_time(own.committed_at)
            self.bar.show_sealed(text.format(when=when), can_lower=can_lower)
            return
        draft = self.draft
        self.bar.show_reason(obstacle(self._dossier, draft), advice(draft), self._doubt(draft))

    def _doubts(self, draft: ExaminationDraft) -> tuple[Doubt, ...]:
        """Asked once: not what was answered with yes for these very findings."""
        agreed = {
            str(answer["asked"])
            for answer in self._confirmed
            if answer["answer"] == "yes" and answer["findings"] == dict(draft.findings)
        }
        found = doubts(draft.findings, self.checklist.seconds)
        return tuple(doubt for doubt in found if doubt not in agreed)

    def _doubt(self, draft: ExaminationDraft) -> str:
        asked = self._doubts(draft)
        return doubt_text(asked, draft, self.checklist.seconds) if asked else ""

    def _answered(self, yes: bool) -> None:
        """What was asked and answered goes on record with the examination."""
        draft = self.draft
        findings = {key: finding.value for key, finding in draft.findings.items()}
        self._confirmed = self._confirmed + [
            {"asked": doubt.value, "answer": "yes" if yes else "no", "findings": findings}
            for doubt in self._doubts(draft)
        ]
        if self._dossier is not None:
            self._keeper.edit(self._dossier.candidate.id, self.draft)

    def _commit(self) -> None:
        if self._dossier is None or not self._editable:
            return
        draft, candidate_id = self.draft, self._dossier.candidate.id
        app, operator = self._context.app, self._context.operator
        self._keeper.drop()
        self._enable(editable=False)
        self.bar.show_reason(self.tr("Committing…"))
        self._context.bridge.run(
            app.lanes.storage,
            lambda: app.review.commit(operator, candidate_id, draft),
            self._committed,
            lambda error: self._refused(candidate_id, draft, error),
            owner=self,
        )

    def _committed(self, _: Examination) -> None:
        self._lowering = False
        self.state_changed.emit()
        self._read()

    def _refused(self, candidate_id: int, draft: ExaminationDraft, error: SecondLookError) -> None:
        self._keeper.edit(candidate_id, draft)
        self._context.notify(str(error), "error")
        self._read()

    def resizeEvent(self, event: QResizeEvent) -> None:
        low, high = SIDE_LIMITS
        self._side.setFixedWidth(max(low, min(high, round(SIDE_SHARE * self.width()))))
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._dossier is not None:
            self.comparison.panes[0].setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        self._keeper.flush()
        super().hideEvent(event)
