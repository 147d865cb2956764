"""What the case screens decide without a widget: steps, points by hand, texts, the score axis."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF

from secondlook.domain.confidence import Confidence, ConfidenceStatus
from secondlook.domain.policy import Policy, parse_policy
from secondlook.domain.records import CalibrationNote, Case, Probe
from secondlook.domain.review import Outcome, ProbeOrigin
from secondlook.paths import resources
from secondlook.services.review import CandidateState
from secondlook.ui.case import texts
from secondlook.ui.case.case_data import SearchRow
from secondlook.ui.case.case_header import authorisation_state
from secondlook.ui.case.flow import Step, StepInfo, StepState, steps
from secondlook.ui.case.placement import Placement
from secondlook.ui.case.score_axis import ScoreAxis, score_at
from secondlook.ui.case.viewport import LARGEST, Viewport
from tests.ui.examination_case import FACE, GOOD, open_bench

OPENED = "2026-03-01T08:00:00+00:00"
PROBE = Probe(1, 1, "a" * 64, "p.jpg", (FACE,), (GOOD,), 0, ProbeOrigin.PHOTOGRAPH, "note", OPENED)
NOTE = CalibrationNote(
    "gallery",
    450,
    101_025,
    99.9,
    "7,773 legislators, one picture each: many of them old",
    {"80": 0.4, "99": None},
    tuple(0.02 if i < 70 else 0.0 for i in range(100)),
)


def policy(name: str) -> Policy:
    return parse_policy((resources() / "policies" / f"{name}.toml").read_text(), source=name)


@pytest.fixture
def row(tmp_path: Path) -> SearchRow:
    bench = open_bench(tmp_path)
    bench.app.close()
    return SearchRow(bench.search, bench.candidates)


def states_of(probe: Probe | None, row: SearchRow | None) -> list[StepState]:
    return [info.state for info in steps(probe, row).values()]


def test_before_a_search_everything_after_the_probe_is_locked_and_says_why() -> None:
    infos = steps(None, None)
    assert infos[Step.PROBE].state is StepState.OPEN
    assert infos[Step.CANDIDATES].why == "Add a probe first."
    assert steps(PROBE, None)[Step.CANDIDATES].why == "Search a gallery first."
    assert infos[Step.DECISION].state is StepState.LOCKED


def test_a_search_opens_candidates_and_examination_and_an_examination_the_decision(
    row: SearchRow,
) -> None:
    done, open_, locked = StepState.DONE, StepState.OPEN, StepState.LOCKED
    assert states_of(PROBE, row) == [done, open_, open_, locked]
    first = row.candidates[0].id
    row = replace(row, states={first: CandidateState(1, True, None)})
    assert states_of(PROBE, row) == [done, open_, open_, open_]
    every = {c.id: CandidateState(2, True, Outcome.EXCLUDED) for c in row.candidates}
    assert states_of(PROBE, replace(row, states=every)) == [done] * 4


def test_a_search_that_offered_nobody_is_finished(row: SearchRow) -> None:
    nobody = replace(row, candidates=[replace(c, offered=False) for c in row.candidates])
    infos = steps(PROBE, nobody)
    assert infos[Step.CANDIDATES].state is StepState.DONE
    assert infos[Step.EXAMINATION].why == "This search offered no candidate to examine."


def test_names_ranks_and_scores_wait_for_the_last_examination_where_the_policy_hides_them(
    row: SearchRow,
) -> None:
    late = row.search.policy.model_copy(update={"score_shown_after_examination": True})
    row = replace(row, search=replace(row.search, policy=late), operator_id=1)
    assert not row.revealed
    assert row.reaches_line is None
    orders = {tuple(c.id for c in replace(row, operator_id=n).offered) for n in range(20)}
    assert len(orders) > 1, "everybody has an order of their own"
    assert row.offered == replace(row).offered, "which stays"
    *most, last = row.candidates
    states = {c.id: CandidateState(1, True, None) for c in most}
    assert not replace(row, states=states).revealed
    row = replace(row, states=states | {last.id: CandidateState(1, True, None)})
    assert row.revealed
    assert row.offered == row.candidates


def test_before_the_own_analysis_only_that_is_open(row: SearchRow) -> None:
    infos = steps(PROBE, SearchRow(row.search, [], locked=True))
    assert infos[Step.CANDIDATES].state is StepState.OPEN
    for step in (Step.EXAMINATION, Step.DECISION):
        assert infos[step] == StepInfo(
            StepState.LOCKED, "Analyse the probe first: step Candidates."
        )


def test_points_are_placed_in_order_and_taken_back() -> None:
    placement = Placement()
    for x in range(4):
        placement = placement.placed((x, x))
    whole = placement.undone().placed((9, 9)).placed((5, 5))
    expected = ((0, 0), (1, 1), (2, 2), (9, 9), (5, 5))
    assert [p.landmarks for p in (placement, whole)] == [None, expected]
    assert whole.placed((7, 7)) == whole
    assert (placement.prompt, whole.prompt) == ("click the right mouth corner", "")


def test_authorisation_is_due_overdue_late_or_given() -> None:
    case = Case(1, "R", "P", "", None, "", policy("high-stakes"), "Ann", OPENED, None)
    opened = texts.moment(OPENED)
    due, tone = authorisation_state(case, opened + timedelta(hours=20))
    assert (due, tone) == ("Authorisation due in 28 h", "warning")
    assert authorisation_state(case, opened + timedelta(hours=49))[1] == "error"
    given = replace(case, authorisation="Order 7", authorised_at="2026-03-02T08:00:00+00:00")
    assert authorisation_state(given, opened) == ("Authorised: Order 7", "success")
    late = replace(given, authorised_at="2026-03-04T08:00:00+00:00")
    assert authorisation_state(late, opened) == ("Authorised late", "error")
    free = replace(case, policy=policy("demonstration"))
    assert authorisation_state(free, opened)[0] == ""


def test_the_calibration_line_says_what_counts_and_the_ceiling_on_record() -> None:
    line = texts.calibration_line(NOTE)
    assert line.startswith("101,025 comparisons among 450 people")
    assert "beyond them the model's reference curve (7,773 legislators)" in line
    assert line.endswith("confidence ceiling 99.90 %")
    alone = texts.calibration_line(replace(NOTE, comparisons=0, ceiling=0.0))
    assert alone.startswith("No comparisons")
    assert "only the model's reference curve" in alone
    assert "ceiling" not in alone


def test_policies_read_as_one_line() -> None:
    line = texts.policy_line(policy("high-stakes"))
    assert "99\N{NO-BREAK SPACE}%" in line
    assert "2 independent examiners" in line
    assert texts.policy_line(policy("demonstration")).startswith("Never accepts")


def test_the_axis_puts_scores_lines_and_distribution_on_one_scale() -> None:
    axis = ScoreAxis.of(NOTE, policy("high-stakes"), 0.93)
    bar = QRectF(100, 0, 190, 30)
    assert axis.high == pytest.approx(0.95)
    assert axis.x(0, bar) == 100
    assert axis.x(2, bar) == 290
    assert axis.lead == 0.4
    assert axis.line is None
    assert score_at(NOTE, 42) is None
    assert bar.contains(axis.outline(bar).boundingRect().adjusted(0.5, 0.5, -0.5, -0.5))
    assert max(axis.heights()) == 1.0
    assert min(axis.heights()) == 0.0


def test_an_unmeasurable_confidence_is_never_a_number(row: SearchRow) -> None:
    none = Confidence(None, ConfidenceStatus.NOT_MEASURABLE, 1.0, 450.0)
    unmeasured = replace(row, candidates=[replace(row.candidates[0], confidence=none)])
    assert str(unmeasured.candidates[0].confidence) == "not measurable"
    assert unmeasured.reaches_line is False


def test_the_viewport_keeps_the_point_under_the_mouse_and_refits_when_resized() -> None:
    view = Viewport.fit(QSizeF(1000, 500), QSizeF(500, 500))
    assert view.scale == 0.5
    at = QPointF(100, 200)
    closer = view.zoomed(4, at)
    assert closer.to_image(at) == view.to_image(at)
    assert closer.zoomed(1000, at).scale == LARGEST
    assert view.resized(QSizeF(250, 250)).scale == 0.25
    assert not closer.resized(QSizeF(250, 250)).fitted
