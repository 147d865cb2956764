"""The list of cases, beginning one, and the frame of one, by keys and widgets."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from secondlook.domain.records import Operator
from secondlook.services.application import Application
from secondlook.ui.case.case_dialogs import AuthoriseDialog, MovePolicyDialog
from secondlook.ui.case.case_screen import CaseScreen
from secondlook.ui.case.cases_screen import CasesScreen
from secondlook.ui.case.flow import Step
from secondlook.ui.case.new_case import NewCaseDialog
from secondlook.ui.context import Context
from tests.ui.examination_case import Bench, open_bench

Until = Callable[[Callable[[], object]], None]
Key = Qt.Key


def visible_texts(widget: QWidget) -> str:
    return "\n".join(label.text() for label in widget.findChildren(QLabel))


@pytest.fixture
def places(context: Context) -> list[tuple[str, tuple[object, ...]]]:
    """Where somebody was sent."""
    seen: list[tuple[str, tuple[object, ...]]] = []
    context.changed.navigated.connect(lambda place, args: seen.append((place, args)))
    return seen


@pytest.fixture
def screen(qtbot: QtBot, context: Context, administrator: Operator) -> CasesScreen:
    policies = {p.id: p for p in context.app.policies.shipped()}
    for reference, purpose, name in (
        ("2026-1", "Missing person", "high-stakes"),
        ("2026-2", "Missing person", "missing-person"),
        ("T-3", "Training", "demonstration"),
    ):
        case = context.app.cases.open(administrator, reference, purpose, "", policies[name])
    context.app.cases.close(administrator, case.id)
    made = CasesScreen(context)
    qtbot.addWidget(made)
    made.resize(1000, 700)
    made.show()
    qtbot.waitUntil(lambda: made.model.rowCount() == 3)
    return made


def references(screen: CasesScreen) -> list[str]:
    rows = range(screen.filter.rowCount())
    return [screen.filter.index(row, 0).data() for row in rows]


def test_without_a_case_the_screen_says_what_to_do(qtbot: QtBot, context: Context) -> None:
    made = CasesScreen(context)
    qtbot.addWidget(made)
    qtbot.waitUntil(lambda: made.pages.currentIndex() == 1)
    assert made.new.isHidden()


def test_cases_are_listed_newest_first_and_filtered(screen: CasesScreen) -> None:
    assert references(screen) == ["T-3", "2026-2", "2026-1"]
    screen.search.setText("high")
    assert references(screen) == ["2026-1"]
    screen.search.setText("")
    screen.open_only.setChecked(True)
    assert references(screen) == ["2026-2", "2026-1"]
    assert screen.total.text() == "2 of 3 cases"
    screen.search.setText("nothing like it")
    assert screen.pages.currentIndex() == 2


def test_enter_opens_the_chosen_case(
    qtbot: QtBot, screen: CasesScreen, places: list[tuple[str, tuple[object, ...]]]
) -> None:
    screen.table.selectRow(2)
    QTest.keyClick(screen.table, Key.Key_Return)
    assert places == [("case", (1,))]


def test_a_narrow_table_gives_up_columns_before_the_reference(screen: CasesScreen) -> None:
    screen.table.resize(760, 400)
    assert screen.table.isColumnHidden(4)
    screen.table.resize(1100, 400)
    assert not screen.table.isColumnHidden(4)


@pytest.fixture
def dialog(qtbot: QtBot, context: Context, until: Until) -> NewCaseDialog:
    made = NewCaseDialog(context)
    qtbot.addWidget(made)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    made.show()
    until(lambda: made.cards.policy)
    return made


def test_a_new_case_starts_with_the_high_stakes_policy_and_what_it_prohibits(
    dialog: NewCaseDialog,
) -> None:
    assert dialog.cards.policy is not None
    assert dialog.cards.policy.id == "high-stakes"
    assert "Surveillance" in dialog.prohibited.text()
    assert "within 48 h" in dialog.deadline.text()
    dialog.cards.choose("archive-newsroom")
    assert "does not ask" in dialog.deadline.text()
    purposes = [dialog.purpose.itemText(i) for i in range(dialog.purpose.count())]
    assert "Missing person" not in purposes


def test_what_is_missing_is_told_beside_the_fields(dialog: NewCaseDialog) -> None:
    dialog.submit()
    assert dialog.error.text() == "Enter a reference. Choose the purpose."
    assert dialog.reference.property("invalid") is True
    dialog.reference.setText("A-1")
    dialog.purpose.setCurrentIndex(0)
    assert dialog.problem() == ""
    assert dialog.reference.property("invalid") is False


def test_a_reference_that_is_taken_keeps_what_was_typed(
    dialog: NewCaseDialog, context: Context, administrator: Operator, until: Until
) -> None:
    default = context.app.policies.default()
    context.app.cases.open(administrator, "A-1", "Missing person", "", default)
    dialog.reference.setText("A-1")
    dialog.purpose.setCurrentIndex(0)
    dialog.notes.setPlainText("found near the river")
    dialog.submit()
    until(lambda: "A-1 already" in dialog.error.text())
    assert dialog.notes.toPlainText() == "found near the river"
    opened: list[object] = []
    dialog.opened.connect(opened.append)
    dialog.reference.setText("A-2")
    dialog.submit()
    until(lambda: opened)
    assert [s.case.reference for s in context.app.cases.all()] == ["A-2", "A-1"]


# One case


@pytest.fixture
def bench(qtbot: QtBot, tmp_path: Path) -> Bench:
    return open_bench(tmp_path)


@pytest.fixture
def frame(qtbot: QtBot, bench: Bench, until: Until) -> CaseScreen:
    context = bench.context()
    made = CaseScreen(context, bench.search.case_id)
    qtbot.addWidget(made, before_close_func=lambda _: _end(bench.app, context))
    made.resize(1090, 740)
    made.show()
    until(lambda: made.step is Step.CANDIDATES)
    return made


def _end(app: Application, context: Context) -> None:
    context.close()
    app.close()


def at(frame: CaseScreen) -> str:
    return frame.step.name


def test_a_searched_case_opens_at_its_candidates(frame: CaseScreen) -> None:
    assert frame.header.reference.text() == "C-2026-014"
    assert frame.header.authorisation.text() == "Authorised: Order 7/2026"
    assert frame.candidates_step.heading.text() == "3 candidates in “Portraits” · 450 people"


def test_keys_reach_the_steps_and_a_locked_one_says_what_it_waits_for(
    qtbot: QtBot, frame: CaseScreen
) -> None:
    refused: list[str] = []
    frame.bar.refused.connect(refused.append)
    QTest.keyClick(frame, Key.Key_4, Qt.KeyboardModifier.AltModifier)
    assert at(frame) == "CANDIDATES"
    assert refused == ["Examine a candidate first."]
    QTest.keyClick(frame, Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert at(frame) == "PROBE"
    QTest.keyClick(frame, Key.Key_2, Qt.KeyboardModifier.AltModifier)
    assert at(frame) == "CANDIDATES"


def test_enter_on_a_candidate_opens_its_examination(
    qtbot: QtBot, frame: CaseScreen, until: Until
) -> None:
    QTest.keyClick(frame.candidates_step.list.view, Key.Key_J)
    QTest.keyClick(frame.candidates_step.list.view, Key.Key_Return)
    until(lambda: frame.step is Step.EXAMINATION)
    page: QWidget | None = frame.stack.currentWidget()
    assert page is not None
    assert type(page).__name__ == "ExaminationStep"


def test_a_case_with_undecided_candidates_is_not_closed(
    frame: CaseScreen, bench: Bench, until: Until
) -> None:
    told: list[str] = []
    frame._context.changed.noticed.connect(lambda text, _: told.append(text))
    frame.header.close_action.trigger()
    assert frame.dialog is not None
    frame.dialog.submit()
    until(lambda: told)
    assert "not decided yet" in told[0]
    assert bench.app.cases.get(bench.search.case_id).closed_at is None


def test_moving_to_another_policy_needs_a_reason_and_asks_for_a_new_search(
    frame: CaseScreen, bench: Bench, until: Until
) -> None:
    frame.header.move_action.trigger()
    dialog = frame.dialog
    assert isinstance(dialog, MovePolicyDialog)
    until(lambda: dialog.policy.count())
    dialog.policy.setCurrentIndex(dialog.policy.findText("Missing person (95 %)"))
    dialog.submit()
    assert dialog.error.text() == "Give the reason."
    until(lambda: "No rehearsal is on record" in visible_texts(dialog))
    assert dialog.primary.text() == "Propose the move"
    dialog.reason.setPlainText("The family asked.")
    dialog.submit()
    until(frame.move_bar.isVisible)
    assert "Waiting for another person" in frame.move_bar.text.text()
    assert not frame.move_bar.approve.isEnabled()
    assert frame.header.policy.text() == "High-stakes (99 %)"


def test_the_second_person_sees_what_a_laxer_policy_lets_through(
    qtbot: QtBot, bench: Bench, contexts: list[Context], until: Until
) -> None:
    case = bench.app.cases.get(bench.search.case_id)
    other = bench.app.policies.get("missing-person")
    bench.app.cases.move_policy(bench.ann, case.id, other, "The family asked.")
    contexts.append(bench.context(bench.ben))
    frame = CaseScreen(contexts[-1], case.id)
    qtbot.addWidget(frame)
    frame.show()
    until(frame.move_bar.isVisible)
    assert "Ann Examiner proposes to move this case to Missing person" in (
        frame.move_bar.text.text()
    )
    frame.move_bar.approve.click()
    until(lambda: frame.move_bar.dialog)
    dialog = frame.move_bar.dialog
    assert dialog is not None
    told = visible_texts(dialog)
    for part in ("asks for less than High-stakes", "Search confidence to accept",
                 "No rehearsal is on record"):  # fmt: skip
        assert part in told
    dialog.reason.setPlainText("I know the family.")
    dialog.submit()
    until(lambda: frame.header.policy.text() == "Missing person (95 %)")
    assert not frame.move_bar.isVisible()
    assert "search again" in frame.candidates_step.banner.label.label.text()


def test_the_authorisation_can_be_corrected_later(
    frame: CaseScreen, bench: Bench, until: Until
) -> None:
    frame.header.authorise_action.trigger()
    dialog = frame.dialog
    assert isinstance(dialog, AuthoriseDialog)
    dialog.reference.setText("")
    dialog.submit()
    assert dialog.error.text() == "Enter the reference."
    dialog.reference.setText("Order 8/2026")
    dialog.submit()
    until(lambda: frame.header.authorisation.text() == "Authorised: Order 8/2026")


def test_a_case_that_is_not_there_is_told_with_a_way_back(
    qtbot: QtBot, context: Context, until: Until
) -> None:
    made = CaseScreen(context, 77)
    qtbot.addWidget(made)
    until(lambda: made.stack.currentWidget() is made.problem)
    assert "no case 77" in made.problem.text.text()
