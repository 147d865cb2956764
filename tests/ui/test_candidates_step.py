"""The Candidates step over stored searches with chosen numbers."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from secondlook.domain.cancel import Progress, ProgressCallback
from secondlook.domain.confidence import Confidence, ConfidenceStatus
from secondlook.domain.errors import InputError
from secondlook.domain.faces import Component
from secondlook.domain.proof import Proof
from secondlook.domain.records import Candidate, LimitingPair, LimitNote, Search
from secondlook.domain.review import LEAD_ONLY, Conclusion
from secondlook.services.proof import Proofs
from secondlook.services.review import CandidateState
from secondlook.ui.case.candidate_delegate import shape_of
from secondlook.ui.case.candidate_rows import CandidateRole, Fold, Row
from secondlook.ui.case.candidates_step import CandidatesStep
from secondlook.ui.case.case_data import CaseData, SearchRow, load_case
from secondlook.ui.context import Context
from tests.ui.examination_case import Bench, open_bench
from tests.ui.fitting import misfits

Until = Callable[[Callable[[], object]], None]
Key = Qt.Key
BELOW = Confidence(74.3, ConfidenceStatus.MEASURED, 0.0006, 0.29)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return open_bench(tmp_path)


@pytest.fixture
def context(qtbot: QtBot, bench: Bench) -> Iterator[Context]:
    made = bench.context()
    yield made
    made.close()
    bench.app.close()


@pytest.fixture
def data(bench: Bench) -> CaseData:
    """The search as it is stored, with a distribution to draw."""
    found = load_case(bench.app, bench.ann, bench.search.case_id)
    note = replace(
        bench.search.calibration,
        reference_cohort="7,773 legislators, one picture each",
        scores_at={"80": 0.35, "99": 0.5},
        impostors=tuple(max(0.0, 0.05 - abs(i - 52) * 0.002) for i in range(100)),
    )
    row = found.results[0]
    return replace(found, results=[replace(row, search=replace(row.search, calibration=note))])


@pytest.fixture
def step(qtbot: QtBot, context: Context) -> CandidatesStep:
    made = CandidatesStep(context)
    qtbot.addWidget(made)
    made.resize(1060, 640)
    return made


def show(
    step: CandidatesStep,
    data: CaseData,
    *,
    search: Callable[[Search], Search] = lambda s: s,
    each: Callable[[Candidate], Candidate] = lambda c: c,
    states: dict[int, CandidateState] | None = None,
) -> SearchRow:
    row = data.results[0]
    row = SearchRow(search(row.search), [each(c) for c in row.candidates], states or row.states)
    step.show_search(replace(data, results=[row]), data.probes[0], row)
    step.show()
    return row


def rows(step: CandidatesStep) -> list[Row | Fold]:
    return [step.list.rows.row(i) for i in range(step.list.rows.rowCount())]


def spoken(step: CandidatesStep) -> list[str]:
    model = step.list.rows
    return [model.index(i).data(Qt.ItemDataRole.AccessibleTextRole) for i in range(len(rows(step)))]


def test_every_candidate_tells_rank_confidence_score_margin_and_review(
    step: CandidatesStep, data: CaseData, until: Until
) -> None:
    show(step, data)
    first = spoken(step)[0]
    assert first == (
        "Rank 1, Alma Berg, search confidence 99.70 %, score 0.610 · 0.100 ahead of the runner-up, "
        "false: about 1 in 333 searches, Not examined by you"
    )
    assert "0.200 behind the first" in spoken(step)[1]
    assert step.footer.label.text() == LEAD_ONLY
    until(lambda: "requirements met" in step.requirements.heading.text())


def test_a_confidence_from_the_reference_curve_is_marked(
    step: CandidatesStep, data: CaseData
) -> None:
    curve = Confidence(99.9, ConfidenceStatus.REFERENCE, 1e-6, 0.001)
    show(step, data, each=lambda c: replace(c, confidence=curve))
    assert "99.90 %, reference curve" in spoken(step)[0]


def test_j_and_k_move_and_enter_opens(
    qtbot: QtBot, step: CandidatesStep, data: CaseData, until: Until
) -> None:
    show(step, data)
    chosen: list[int] = []
    opened: list[int] = []
    step.candidate_selected.connect(chosen.append)
    step.examine.connect(opened.append)
    view = step.list.view
    for key in (Key.Key_J, Key.Key_J, Key.Key_J, Key.Key_K):
        QTest.keyClick(view, key)
    assert chosen == [1, 2, 1]
    QTest.keyClick(view, Key.Key_Return)
    QTest.mouseClick(step.button, Qt.MouseButton.LeftButton)
    assert opened == [1, 1]


def test_what_is_below_the_lead_line_is_folded_and_cannot_be_chosen(
    qtbot: QtBot, step: CandidatesStep, data: CaseData
) -> None:
    show(step, data, each=lambda c: replace(c, offered=c.rank == 1))
    assert [type(r) for r in rows(step)] == [Row, Fold]
    assert spoken(step)[1] == "2 more recorded below the lead line, not offered"
    QTest.keyClick(step.list.view, Key.Key_J)
    QTest.keyClick(step.list.view, Key.Key_Return)
    assert [type(r) for r in rows(step)] == [Row, Fold, Row, Row]
    below = step.list.rows.index(2)
    assert not below.flags() & Qt.ItemFlag.ItemIsSelectable
    assert "Recorded, not offered" in spoken(step)[2]
    step.list.view.wanted.emit(step.list.rows.index(1))
    assert len(rows(step)) == 2


def test_nobody_offered_has_a_state_of_its_own(step: CandidatesStep, data: CaseData) -> None:
    show(step, data, each=lambda c: replace(c, offered=False, confidence=BELOW))
    assert step.empty.isVisible()
    assert step.empty.title.text() == "No candidate above the lead line. Recorded."
    assert "74.3 %" in step.empty.text.text()
    assert not step.side.isVisible()
    assert "no candidate" in step.column.history.item(0).text()


def test_where_nobody_is_offered_it_can_be_asked_what_that_proves(
    step: CandidatesStep, data: CaseData, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def weighed(
        _: Proofs, who: object, search: int, cancel: object, report: ProgressCallback
    ) -> Proof:
        asked.append(search)
        report(Progress(3, 10))
        return Proof(search, 7, 10, (Component.YAW,))

    monkeypatch.setattr(Proofs, "of_search", weighed)
    row = show(step, data, each=lambda c: replace(c, offered=False, confidence=BELOW))
    step.prove.click()
    assert not step.prove.isEnabled()
    until(lambda: "7 of 10 people" in step.empty.text.text())
    assert "turned aside" in step.empty.text.text()
    assert not step.prove.isVisible()
    until(lambda: not misfits(step))
    show(step, data, each=lambda c: replace(c, offered=False, confidence=BELOW))
    assert "7 of 10 people" in step.empty.text.text()  # shown again with every refresh
    other = show(
        step,
        data,
        search=lambda s: replace(s, id=s.id + 1),
        each=lambda c: replace(c, offered=False, confidence=BELOW),
    )
    assert "7 of 10" not in step.empty.text.text()
    assert step.prove.isVisible()
    assert asked == [row.search.id] != [other.search.id]


def test_what_cannot_be_weighed_says_why_and_can_be_asked_again(
    step: CandidatesStep, data: CaseData, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuses(*_: object) -> Proof:
        raise InputError("The gallery is gone.")

    monkeypatch.setattr(Proofs, "of_search", refuses)
    show(step, data, each=lambda c: replace(c, offered=False, confidence=BELOW))
    step.prove.click()
    until(lambda: "The gallery is gone." in step.empty.text.text())
    assert step.prove.isEnabled()


def test_it_is_said_when_nobody_reaches_the_line(step: CandidatesStep, data: CaseData) -> None:
    show(step, data)
    assert not step.banner.isVisible()
    weak = Confidence(91.0, ConfidenceStatus.MEASURED, 0.0002, 0.09)
    show(step, data, each=lambda c: replace(c, confidence=weak))
    assert step.banner.label.label.text().startswith("No candidate reaches the policy's line of 99")


def test_not_measurable_is_said_once_for_the_list_and_on_every_row(
    step: CandidatesStep, data: CaseData
) -> None:
    none = Confidence(None, ConfidenceStatus.NOT_MEASURABLE, 1.0, 450.0)
    show(step, data, each=lambda c: replace(c, confidence=none))
    assert "not measurable" in step.banner.label.label.text()
    assert "search confidence not measurable, score" in spoken(step)[0]


def late(search: Search) -> Search:
    shown_later = {"score_shown_after_examination": True}
    return replace(search, policy=search.policy.model_copy(update=shown_later))


def test_names_ranks_and_scores_stay_hidden_until_the_last_examination(
    step: CandidatesStep, data: CaseData
) -> None:
    row = show(step, data, search=late)
    assert sorted(spoken(step)) == [f"Face {n}, Not examined by you" for n in (1, 2, 3)]
    assert not step.list.head.isVisible()
    assert not step.side.isVisible(), "the requirements would tell the score"
    tips = [step.list.rows.index(n).data(Qt.ItemDataRole.ToolTipRole) for n in range(3)]
    assert tips == ["Face 1", "Face 2", "Face 3"]
    states = {c.id: CandidateState(2, True, None) for c in row.candidates}
    some = dict(list(states.items())[:2])
    show(step, data, search=late, states=some)
    assert sum("Examined by you" in text for text in spoken(step)) == 2
    assert "99.7" not in " ".join(spoken(step))
    show(step, data, search=late, states=states)
    assert spoken(step)[0].startswith("Rank 1, Alma Berg, search confidence 99.70 %")


def test_nobody_sees_candidates_before_their_own_analysis(
    qtbot: QtBot, tmp_path: Path, until: Until
) -> None:
    bench = open_bench(tmp_path / "unseen", analysed=False)
    context = bench.context(bench.ben)
    step = CandidatesStep(context)
    qtbot.addWidget(step)
    step.resize(1060, 640)
    found = load_case(bench.app, bench.ben, bench.search.case_id)
    row = found.results[0]
    assert row.locked
    assert row.candidates == []
    step.show_search(found, found.probes[0], row)
    step.show()
    page = step.analysis
    assert page.isVisible()
    assert not step.list.isVisible()
    page.note.setPlainText(" \N{ZERO WIDTH SPACE}")
    assert not page.button.isEnabled()
    page.note.setPlainText("Frontal, sharp; a scar over the left eyebrow.")
    with qtbot.waitSignal(step.analysed, timeout=10_000):
        page.button.click()
    found = load_case(bench.app, bench.ben, bench.search.case_id)
    step.show_search(found, found.probes[0], found.results[0])
    assert step.list.isVisible()
    assert load_case(bench.app, bench.ann, bench.search.case_id).results[0].locked
    context.close()
    bench.app.close()


def test_a_blind_examiner_is_told_of_no_examination_of_others(
    step: CandidatesStep, data: CaseData, bench: Bench
) -> None:
    bench.examine(bench.ben, Conclusion.SAME_STRONG)
    show(step, data, states=bench.app.review.states(bench.ann, bench.search.id))
    assert spoken(step)[0].endswith("Not examined by you")


def test_a_new_state_keeps_the_selection(
    qtbot: QtBot, step: CandidatesStep, data: CaseData, bench: Bench
) -> None:
    show(step, data)
    QTest.keyClick(step.list.view, Key.Key_J)
    bench.examine(bench.ann, Conclusion.DIFFERENT_STRONG, 1)
    show(step, data, states=bench.app.review.states(bench.ann, bench.search.id))
    assert step.list.view.currentIndex().row() == 1
    assert "1 of 2 examined" in spoken(step)[1]


def test_no_score_is_called_a_match_or_a_probability(
    step: CandidatesStep, data: CaseData, until: Until
) -> None:
    show(step, data)
    until(lambda: step.requirements.rows)
    said = spoken(step) + [w.text() + w.toolTip() for w in step.findChildren(QLabel)]
    for text in said:
        assert not re.search(r"\bmatch|\bprobabilit", text, re.IGNORECASE), text


def test_rows_are_painted_in_light_and_dark_wide_and_narrow(
    step: CandidatesStep, data: CaseData, context: Context
) -> None:
    show(step, data, each=lambda c: replace(c, offered=c.rank < 3))
    for mode in ("dark", "light"):
        context.theme.set_mode(mode)
        for width in (800, 1060):
            step.resize(width, 640)
            assert not step.grab().isNull()
    assert step.list.rows.index(0).data(CandidateRole.ROW) == rows(step)[0]


def test_a_narrow_step_keeps_everything_and_gives_the_rows_the_shape_for_their_width(
    step: CandidatesStep, data: CaseData, until: Until
) -> None:
    for width in (step.minimumSizeHint().width(), 840, 1060, 1500):
        step.resize(width, 500)
        show(step, data)
        until(lambda: step.requirements.rows and not misfits(step))
        assert step.list.delegate.shape == shape_of(step.list.view.viewport().width())


def test_a_pair_in_the_way_is_named_and_leads_to_its_judgement(
    step: CandidatesStep, data: CaseData, context: Context
) -> None:
    gone: list[tuple[str, tuple[object, ...]]] = []
    context.changed.navigated.connect(lambda place, args: gone.append((place, args)))
    show(step, data)
    assert not step.limit.isVisible()
    pair = LimitingPair(3, 7, "Ida Falk", "I. Falk", 0.966)

    def limited(search: Search) -> Search:
        note = replace(
            search.calibration,
            ceiling=96.94,
            scores_at={"80": 0.35, "99": None},
            limit=LimitNote((pair,), 99.98, {"80": 0.35, "99": 0.5}),
            left_out=((1, 2), (4, 9)),
            left_out_by_one=1,
        )
        return replace(search, calibration=note)

    show(step, data, search=limited)
    assert step.limit.isVisible()
    assert step.limit.text.text() == (
        "At most 96.9 % here, because Ida Falk and I. Falk look like one person: judge the pair."
    )
    assert "2 pairs left out as one person each, 1 of them on one person's word" in (
        step.calibration.text()
    )
    step.limit.action.click()
    assert gone == [("gallery-check", (data.results[0].search.gallery_id,))]
    assert step.limit.isVisible(), "this search stays as it was"
    show(step, data)
    assert not step.limit.isVisible()
