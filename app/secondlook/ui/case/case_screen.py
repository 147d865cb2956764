"""One case: its head, its four steps, and what is selected in it."""

from dataclasses import replace

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from secondlook.domain.records import Case
from secondlook.services.searching import SearchResult
from secondlook.ui.case.candidates_step import CandidatesStep
from secondlook.ui.case.case_data import CaseData, SearchRow, load_case
from secondlook.ui.case.case_dialogs import AuthoriseDialog, MovePolicyDialog
from secondlook.ui.case.case_header import CaseHeader
from secondlook.ui.case.flow import Step, StepState, steps
from secondlook.ui.case.move_bar import MoveBar
from secondlook.ui.case.probe_step import ProbeStep
from secondlook.ui.case.step_bar import StepBar
from secondlook.ui.context import Context
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.dialogs import FormDialog, confirm
from secondlook.ui.widgets.empty import EmptyState
from secondlook.ui.widgets.screen import Screen


class CaseScreen(Screen):
    """Holds what is selected (probe, search, candidate); the steps show it and ask for changes."""

    step_changed = Signal(int)

    def __init__(
        self, context: Context, case_id: int | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._context = context
        self._case_id: int | None = None
        self._data: CaseData | None = None
        self._probe_id: int | None = None
        self._search_id: int | None = None
        self._candidate = 0
        self._seen: set[int] = set()
        self.dialog: FormDialog | None = None
        self.header = CaseHeader()
        self.move_bar = MoveBar(context)
        self.bar = StepBar(context.theme)
        self.probe_step = ProbeStep(context)
        self.candidates_step = CandidatesStep(context)
        self.stack = QStackedWidget()
        self._late: dict[Step, QWidget] = {}
        self.problem = self._problem_page()
        self._arrange()
        self._connect()
        if case_id is not None:
            self.open_case(case_id)

    # Opening and reloading

    def open_case(self, case_id: int) -> None:
        """Show a case from its start: its newest search, or the probe that still needs one."""
        self._case_id, self._data = case_id, None
        self._probe_id = self._search_id = None
        self._candidate = 0
        self.probe_step.clear()
        self.reload()

    def reload(self) -> None:
        case_id = self._case_id
        if case_id is None:
            return
        app, operator = self._context.app, self._context.operator
        self._context.bridge.run(
            app.lanes.storage,
            lambda: load_case(app, operator, case_id),
            self._show,
            lambda error: self._fail(str(error)),
            owner=self,
            key="case",
        )

    @property
    def step(self) -> Step:
        for step, page in self._late.items():
            if self.stack.currentWidget() is page:
                return step
        on_candidates = self.stack.currentWidget() is self.candidates_step
        return Step.CANDIDATES if on_candidates else Step.PROBE

    def focus_part(self) -> QWidget | None:
        return self.stack.currentWidget()

    def go(self, step: Step) -> None:
        """Enter a step if it is not locked."""
        if self.bar.info(step).state is StepState.LOCKED:
            return
        page = self._page(step)
        self.stack.setCurrentWidget(page)
        if step in (Step.EXAMINATION, Step.DECISION):
            self._show_candidate(step)
        self._show_steps()
        self._note_seen()
        page.setFocus()
        self.step_changed.emit(int(step))

    def _show(self, data: CaseData) -> None:
        first = self._data is None
        before = self._shown_candidate()
        self._data = data
        self._keep_candidate(before)
        if first:
            newest = data.results[0].search if data.results else None
            self._search_id = newest.id if newest else None
            last = data.probes[-1].id if data.probes else None
            self._probe_id = newest.probe_id if newest else last
        elif data.probe(self._probe_id) is None and data.probes:
            self._probe_id = data.probes[-1].id
        self.header.show_case(data.case)
        self.header.show_trust(data.trusted)
        self.move_bar.show_move(data.pending)
        self._show_selection()
        if first:
            self.stack.setCurrentWidget(self.probe_step)
            self.go(Step.PROBE if self._search_id is None else Step.CANDIDATES)

    def _show_selection(self) -> None:
        if self._data is None:
            return
        self.probe_step.show_case(self._data, self._probe_id)
        probe, result = self._data.probe(self._probe_id), self._result()
        self.candidates_step.show_search(self._data, probe, result)
        self._show_steps()
        self._note_seen()

    def _shown_candidate(self) -> int | None:
        result = self._result()
        offered = result.offered if result else []
        return offered[self._candidate].id if self._candidate < len(offered) else None

    def _keep_candidate(self, candidate_id: int | None) -> None:
        """The reveal orders the list anew: whoever was shown stays shown."""
        result = self._result()
        ids = [c.id for c in result.offered] if result else []
        if candidate_id in ids and ids.index(candidate_id) != self._candidate:
            self._candidate = ids.index(candidate_id)
            self.candidates_step.select(self._candidate)
            if self.step in self._late:
                self._show_candidate(self.step)

    def _note_seen(self) -> None:
        """That this person was shown the candidates is kept once they are on the screen."""
        result = self._result()
        if result is None or result.locked or self.step is Step.PROBE:
            return
        search_id = result.search.id
        if search_id in self._seen:
            return
        self._seen.add(search_id)
        app, operator = self._context.app, self._context.operator
        self._context.bridge.run(
            app.lanes.storage, lambda: app.review.show(operator, search_id), owner=self
        )

    def _show_steps(self) -> None:
        if self._data is not None:
            probe = self._data.probe(self._probe_id)
            self.bar.show_steps(steps(probe, self._result()), self.step)

    def _result(self) -> SearchRow | None:
        return self._data.result(self._search_id) if self._data else None

    def _fail(self, message: str) -> None:
        if self._data is not None:
            self._context.notify(message, "error")
            return
        self.problem.text.setText(message)
        self.stack.setCurrentWidget(self.problem)

    # The steps of the other package, made when they are first entered

    def _page(self, step: Step) -> QWidget:
        if step is Step.PROBE:
            return self.probe_step
        if step is Step.CANDIDATES:
            return self.candidates_step
        if step not in self._late:
            from secondlook.ui.examination import DecisionStep, ExaminationStep

            kind = ExaminationStep if step is Step.EXAMINATION else DecisionStep
            page = kind(self._context)
            page.candidate_changed.connect(self._select_candidate)
            page.state_changed.connect(self._changed)
            self._late[step] = page
            self.stack.addWidget(page)
        return self._late[step]

    def _show_candidate(self, step: Step) -> None:
        result = self._result()
        if result and result.offered:
            self._candidate = min(self._candidate, len(result.offered) - 1)
            page = self._late[step]
            page.show_candidate(result.search, result.offered, self._candidate)  # type: ignore[attr-defined]

    # What the steps ask for

    def _select_probe(self, probe_id: int) -> None:
        self._probe_id = probe_id
        newest = self._data.newest_result(probe_id) if self._data else None
        self._search_id = newest.search.id if newest else None
        self._candidate = 0
        self._show_selection()

    def _select_search(self, search_id: int) -> None:
        self._search_id = search_id
        result = self._result()
        if result:
            self._probe_id = result.search.probe_id
        self._candidate = 0
        self._show_selection()

    def _select_candidate(self, index: int) -> None:
        self._candidate = index
        self.candidates_step.select(index)

    def _added(self, probe_id: int) -> None:
        self._probe_id, self._search_id, self._candidate = probe_id, None, 0
        self._changed()

    def _searched(self, result: SearchResult) -> None:
        """Show the new search as soon as it is loaded with everything else."""
        self._probe_id, self._search_id = result.search.probe_id, result.search.id
        self._candidate = 0
        if self._data is not None:
            fresh = SearchRow(
                result.search,
                result.candidates,
                operator_id=self._context.operator.id,
                bound_by=result.bound_by,
            )
            self._data = replace(self._data, results=[fresh, *self._data.results])
            self._show_selection()
            self.go(Step.CANDIDATES)
        self._changed()

    def _examine(self, index: int) -> None:
        self._candidate = index
        self.go(Step.EXAMINATION)

    def _changed(self) -> None:
        """Something of this case was written: everybody who shows it reads it again."""
        if self._case_id is not None:
            self._context.changed.case_changed.emit(self._case_id)

    def _case_changed(self, case_id: int) -> None:
        if case_id == self._case_id:
            self.reload()

    # What can be done to the case

    def _authorise(self) -> None:
        if self._data:
            dialog = AuthoriseDialog(self._context, self._data.case, self)
            dialog.changed.connect(self._changed)
            self._ask(dialog)

    def _move(self) -> None:
        if self._data:
            dialog = MovePolicyDialog(self._context, self._data.case, self)
            dialog.changed.connect(self._changed)
            self._ask(dialog)

    def _ask(self, dialog: FormDialog) -> None:
        self.dialog = dialog
        dialog.open()

    def _close(self) -> None:
        self.dialog = confirm(
            self,
            self.tr("Close this case?"),
            self.tr("A closed case can be read, and nothing can be added to it any more."),
            self.tr("Close the case"),
            self._really_close,
            danger=True,
        )

    def _really_close(self) -> None:
        app, operator, case_id = self._context.app, self._context.operator, self._case_id
        if case_id is None:
            return

        def closed(case: Case) -> None:
            text = self.tr("Case {reference} is closed.").format(reference=case.reference)
            self._context.notify(text, "success")
            self._changed()

        self._context.bridge.run(
            app.lanes.storage, lambda: app.cases.close(operator, case_id), closed, owner=self
        )

    # Putting it together

    def _problem_page(self) -> EmptyState:
        again = Button(self.tr("All cases"), icon="arrow-left")
        again.clicked.connect(lambda: self._context.navigate("cases"))
        return EmptyState("warning", self.tr("This case cannot be shown"), "", again)

    def _connect(self) -> None:
        self.header.back.connect(lambda: self._context.navigate("cases"))
        self.header.authorise_wanted.connect(self._authorise)
        self.header.move_wanted.connect(self._move)
        self.header.close_wanted.connect(self._close)
        self.move_bar.changed.connect(self._changed)
        self.bar.wanted.connect(lambda step: self.go(Step(step)))
        self.bar.refused.connect(lambda why: self._context.notify(why, "info"))
        self.probe_step.probe_selected.connect(self._select_probe)
        self.probe_step.probe_added.connect(self._added)
        self.probe_step.probe_changed.connect(self._changed)
        self.probe_step.searched.connect(self._searched)
        self.candidates_step.search_selected.connect(self._select_search)
        self.candidates_step.candidate_selected.connect(self._remember_candidate)
        self.candidates_step.analysed.connect(self._changed)
        self.candidates_step.examine.connect(self._examine)
        self.candidates_step.search_again.connect(lambda: self.go(Step.PROBE))
        self._context.changed.case_changed.connect(self._case_changed)
        self._context.changed.galleries_changed.connect(self.probe_step.reload_galleries)

    def _remember_candidate(self, index: int) -> None:
        self._candidate = index

    def _arrange(self) -> None:
        self.stack.addWidget(self.probe_step)
        self.stack.addWidget(self.candidates_step)
        self.stack.addWidget(self.problem)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[3], SPACE[2], SPACE[3], SPACE[3])
        column.setSpacing(SPACE[1])
        column.addWidget(self.header)
        column.addWidget(self.move_bar)
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)

    def sizeHint(self) -> QSize:
        return QSize(1100, 720)
