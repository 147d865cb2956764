"""What a case shows when it is over: that it is closed, on every step, and the score of whatever
was decided."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from secondlook.domain.policy import Policy
from secondlook.domain.review import CHECKLIST, Outcome
from secondlook.services.review import CandidateState
from secondlook.ui.case.candidate_rows import rows_of
from secondlook.ui.case.case_data import SearchRow, load_case
from secondlook.ui.case.case_screen import CaseScreen
from secondlook.ui.context import Context
from secondlook.ui.examination import DecisionStep, ExaminationStep
from tests.storage.plain_sql import seal_all
from tests.ui.examination_case import Bench, open_bench

Until = Callable[[Callable[[], object]], None]
Make = Callable[..., Bench]
CLOSED = "The case is closed."


def lax(policy: Policy) -> Policy:
    """Nobody has to be examined before such a case closes; and its scores come late."""
    changes = {"all_candidates_reviewed": False, "score_shown_after_examination": True}
    return policy.model_copy(update=changes)


def over(bench: Bench) -> Bench:
    """Closed past the guard, with candidates that nobody decided: as an earlier version let it."""
    with bench.app.store.write() as db:
        db.conn.execute("DROP TRIGGER IF EXISTS cases_closing")
        db.conn.execute("UPDATE cases SET closed_at = '2031-06-01T00:00:00.000+00:00'")
        seal_all(db)
    return bench


@pytest.fixture
def closed(make: Make) -> Bench:
    return over(make(change=lax))


def test_the_head_of_a_case_says_whether_it_is_closed_and_offers_nothing_then(
    qtbot: QtBot, tmp_path: Path, until: Until
) -> None:
    bench = open_bench(tmp_path, change=lax)
    context = bench.context()
    frame = CaseScreen(context, bench.search.case_id)

    def end(_: object) -> None:
        context.close()
        bench.app.close()

    qtbot.addWidget(frame, before_close_func=end)
    frame.show()
    until(lambda: frame.header.reference.text())
    header = frame.header
    acts = (header.authorise_action, header.move_action, header.close_action)
    assert not header.closed.isVisible()
    assert all(action.isEnabled() for action in acts)
    over(bench)
    frame.reload()
    until(header.closed.isVisible)
    assert header.closed.text() == "Closed"
    assert not any(action.isEnabled() for action in acts)


def test_an_examination_in_a_closed_case_says_so_and_takes_nothing(
    qtbot: QtBot, closed: Bench, contexts: list[Context], until: Until
) -> None:
    contexts.append(closed.context())
    step = ExaminationStep(contexts[-1])
    qtbot.addWidget(step)
    step.show_candidate(closed.search, closed.candidates, 0)
    until(lambda: step.dossier is not None)
    assert step.bar.hint.text() == CLOSED
    assert not step.bar.button.isEnabled()
    assert not step.scale.isEnabled()
    step.hide()


def test_an_open_case_asks_for_the_examination_instead(
    qtbot: QtBot, bench: Bench, contexts: list[Context], until: Until
) -> None:
    contexts.append(bench.context())
    step = ExaminationStep(contexts[-1])
    qtbot.addWidget(step)
    step.show_candidate(bench.search, bench.candidates, 0)
    until(lambda: step.dossier is not None)
    assert step.bar.hint.text() == (
        f"{len(CHECKLIST)} components are blank, no conclusion is chosen."
    )
    assert step.scale.isEnabled()
    step.hide()


def test_a_decision_in_a_closed_case_says_so_and_asks_nobody_for_more(
    qtbot: QtBot, closed: Bench, contexts: list[Context], until: Until
) -> None:
    contexts.append(closed.context())
    step = DecisionStep(contexts[-1])
    qtbot.addWidget(step)
    step.resize(1080, 660)
    step.show()
    step.show_candidate(closed.search, closed.candidates, 0)
    until(lambda: step.dossier and step.requirements.rows)
    assert CLOSED in [label.text() for label in step.findChildren(QLabel)]
    assert not step.form.accept.isEnabled()
    assert not step.form.reason.isEnabled()


# The score of what is decided

NOT_YET, MINE, DECIDED = (
    CandidateState(2, False, None), CandidateState(1, True, None),
    CandidateState(2, False, Outcome.EXCLUDED),
)  # fmt: skip


def searched(bench: Bench, *states: CandidateState) -> SearchRow:
    """As Ann sees the three candidates in these states."""
    row = load_case(bench.app, bench.ann, bench.search.case_id).results[0]
    each = zip(row.candidates, states, strict=True)
    return replace(row, states={c.id: state for c, state in each})


@pytest.mark.parametrize(("states", "shown"), [
    ((NOT_YET, NOT_YET, NOT_YET), False),
    ((MINE, MINE, NOT_YET), False),
    ((MINE, DECIDED, NOT_YET), False),
    ((MINE, MINE, MINE), True),
    ((DECIDED, DECIDED, DECIDED), True),
    ((MINE, DECIDED, MINE), True),
])  # fmt: skip
def test_scores_that_wait_are_shown_when_each_is_examined_or_decided(
    make: Make, states: tuple[CandidateState, ...], shown: bool
) -> None:
    row = searched(make(change=lax), *states)
    spoken = " ".join(r.spoken for r in rows_of(row))
    assert ("99.7" in spoken) == shown
    assert ("0.61" in spoken) == shown
    assert row.reaches_line is (True if shown else None)


def test_where_scores_do_not_wait_nothing_is_hidden(make: Make) -> None:
    row = searched(make(), NOT_YET, NOT_YET, NOT_YET)
    assert "99.7" in rows_of(row)[0].spoken
    assert row.reaches_line is True
