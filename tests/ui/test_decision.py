"""The Decision step, through its widgets."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from secondlook.domain.policy import Policy
from secondlook.domain.records import Decision
from secondlook.domain.review import LEAD_ONLY, Conclusion, Finding, Outcome
from secondlook.services.review import VisibleExaminations
from secondlook.services.standing import Standing
from secondlook.ui.context import Context
from secondlook.ui.examination import DecisionStep
from secondlook.ui.examination.header import outcome_state
from secondlook.ui.examination.panel import masked_text
from secondlook.ui.widgets.reason import ReasonDialog
from tests.services.steps import moved

from .examination_case import Bench

Until = Callable[[Callable[[], object]], None]
Make = Callable[..., Bench]
Opener = Callable[..., DecisionStep]
STATEMENT = "A fingerprint on the letter."


def both_agree(bench: Bench) -> None:
    bench.examine(bench.ann, Conclusion.SAME_STRONG)
    bench.examine(bench.ben, Conclusion.SAME_EXTREMELY_STRONG)


def visible_texts(widget: QWidget) -> str:
    labels = (label for label in widget.findChildren(QLabel) if label.isVisible())
    return "\n".join(label.text() for label in labels)


def row(step: DecisionStep, title: str) -> str:
    """What the requirements panel says about one requirement."""
    return next(
        f"{r.accessibleName()}\n{visible_texts(r)}"
        for r in step.requirements.rows
        if r.accessibleName().startswith(title)
    )


def test_accepting_waits_for_every_requirement_and_follows_the_typing(
    bench: Bench, opened: Opener, until: Until
) -> None:
    step = opened(bench)
    assert not step.form.accept.isEnabled()
    assert step.form.accept_hint.text().startswith("6 requirements are not met: ")
    both_agree(bench)
    step.show_candidate(bench.search, bench.candidates, 0)
    until(lambda: step.form.accept_hint.text().startswith("1 requirement is not met: "))
    assert not step.form.accept.isEnabled()
    step.form.corroboration.setPlainText(STATEMENT)
    until(step.form.accept.isEnabled)
    assert LEAD_ONLY in step.form.accept_hint.text()
    step.form.corroboration.setPlainText("  ")
    until(lambda: not step.form.accept.isEnabled())


def test_what_is_missing_comes_first(bench: Bench, opened: Opener) -> None:
    step = opened(bench)
    states = [r.accessibleName().rpartition(": ")[2] for r in step.requirements.rows]
    assert states == sorted(states, key=lambda state: state == "met")


def test_accepting_takes_two_steps_and_neither_is_a_key(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until
) -> None:
    both_agree(bench)
    step = opened(bench)
    step.form.corroboration.setPlainText(STATEMENT)
    until(step.form.accept.isEnabled)
    for key in (Qt.Key.Key_A, Qt.Key.Key_Return):
        QTest.keyClick(step, key)
        QTest.keyClick(step, key, Qt.KeyboardModifier.ControlModifier)
    assert not step.form.confirm.isVisible()
    step.form.accept.click()
    assert step.form.confirm.isVisible()
    assert LEAD_ONLY in step.form.confirm.text.text()
    assert step.form.confirm.back.hasFocus()
    QTest.keyClick(step.form.confirm.back, Qt.Key.Key_Space)
    assert not step.form.confirm.isVisible()
    assert bench.app.review.decision(bench.candidates[0].id) is None
    step.form.accept.click()
    with qtbot.waitSignal(step.state_changed, timeout=10_000):
        step.form.confirm.agree.click()
    until(step.sealed.isVisible)
    assert not step.form.isVisible()
    shown = visible_texts(step.sealed)
    assert LEAD_ONLY in shown
    assert STATEMENT in shown
    assert "Ann Examiner" in shown
    decision = bench.app.review.decision(bench.candidates[0].id)
    assert decision is not None
    assert decision.outcome is Outcome.ACCEPTED


def exclude_both(bench: Bench) -> None:
    for operator in (bench.ann, bench.ben):
        bench.examine(operator, Conclusion.DIFFERENT_STRONG, ears=Finding.DIFFERENT)


@pytest.mark.parametrize("outcome", [Outcome.EXCLUDED, Outcome.INCONCLUSIVE])
def test_anything_else_needs_a_reason(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until, outcome: Outcome
) -> None:
    exclude_both(bench)
    step = opened(bench)
    form = step.form
    until(form.outcome.isEnabled)
    form.choose(outcome)
    assert not form.record.isEnabled()
    until(form.reason.isEnabled)
    QTest.keyClicks(form.reason, "jk: ears")  # no shortcut fires in a field
    assert step.dossier is not None
    assert step.dossier.candidate.id == bench.candidates[0].id
    form.record.click()
    with qtbot.waitSignal(step.state_changed, timeout=10_000):
        form.confirm.agree.click()
    until(step.sealed.isVisible)
    assert "jk: ears" in visible_texts(step.sealed)
    assert LEAD_ONLY not in visible_texts(step.sealed)
    decision = bench.app.review.decision(bench.candidates[0].id)
    assert decision is not None
    assert decision.outcome is outcome


def test_excluding_says_how_many_do_and_how_many_it_takes(
    bench: Bench, opened: Opener, until: Until
) -> None:
    bench.examine(bench.ann, Conclusion.DIFFERENT_STRONG, ears=Finding.DIFFERENT)
    step = opened(bench)
    until(step.form.outcome.isEnabled)
    step.form.choose(Outcome.EXCLUDED)
    assert step.form.reason_hint.text().startswith("1 of 2 people exclude. ")
    assert not step.form.reason.isEnabled()
    assert "not open" in step.form.outcome.currentText()
    step.form.choose(Outcome.INCONCLUSIVE)
    assert step.form.reason.isEnabled()


def test_who_has_not_examined_is_told_of_no_opinion_and_no_contradiction(
    bench: Bench, opened: Opener, until: Until
) -> None:
    bench.examine(bench.ann, Conclusion.DIFFERENT_STRONG, ears=Finding.DIFFERENT)
    step = opened(bench, bench.ben)
    until(step.form.outcome.isEnabled)
    for outcome in (Outcome.EXCLUDED, Outcome.UNRESOLVED):
        step.form.choose(outcome)
        assert step.form.reason_hint.text().startswith("Examine it yourself first")
    assert "contradict" not in visible_texts(step)


def test_a_contradiction_takes_a_third_examiner_and_somebody_else_who_decides(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until
) -> None:
    cleo, dan = (bench.another(name) for name in ("cleo", "dan"))
    bench.examine(bench.ann, Conclusion.SAME_STRONG)
    bench.examine(bench.ben, Conclusion.DIFFERENT_STRONG, ears=Finding.DIFFERENT)
    assert "a third examiner who has seen nothing" in opened(bench).second.text.text()
    masked = opened(bench, cleo)
    assert "contradict" not in visible_texts(masked)
    assert not masked.second.adjudicate.isVisible(), "there is nothing to decide between yet"
    bench.examine(cleo, Conclusion.INCONCLUSIVE)
    assert "Somebody who has not decides" in opened(bench).second.text.text()
    step = opened(bench, dan)
    assert step.second.adjudicate.isVisible()
    assert "Ben Second" not in visible_texts(step)
    step.second.adjudicate.click()
    assert step.dialog is not None
    step.dialog.primary.click()
    until(lambda: "Ben Second" in visible_texts(step.examinations))
    step.form.choose(Outcome.UNRESOLVED)
    step.form.reason.setText("They cannot be brought together.")
    until(step.form.record.isEnabled)
    step.form.record.click()
    with qtbot.waitSignal(step.state_changed, timeout=10_000):
        step.form.confirm.agree.click()
    decision = bench.app.review.decision(bench.candidates[0].id)
    assert decision is not None
    assert decision.outcome is Outcome.UNRESOLVED


def test_a_lead_can_be_withdrawn_and_reopened_by_somebody_else(
    bench: Bench, opened: Opener, until: Until
) -> None:
    both_agree(bench)
    bench.app.review.decide(bench.ann, bench.candidates[0].id, Outcome.ACCEPTED, STATEMENT, "")
    step = opened(bench)
    assert not step.sealed.reopen.isVisible()
    step.sealed.withdraw.click()
    assert isinstance(step.dialog, ReasonDialog)
    step.dialog.submit()
    assert "Say why" in step.dialog.error.text()
    step.dialog.reason.setPlainText("The witness took it back.")
    step.dialog.submit()
    until(lambda: "The witness took it back." in step.sealed.changed.label.text())
    assert step.sealed.outcome.text() == "Lead withdrawn"
    assert step.header.outcome.text() == "Lead withdrawn"
    assert not step.sealed.withdraw.isVisible()
    assert not step.sealed.reopen.isVisible(), "who decided it does not reopen it"
    other = opened(bench, bench.ben)
    until(other.sealed.reopen.isVisible)
    other.sealed.reopen.click()
    assert isinstance(other.dialog, ReasonDialog)
    other.dialog.reason.setPlainText("A new witness.")
    other.dialog.submit()
    until(lambda: "A new witness." in other.sealed.changed.label.text())


def test_a_lead_on_which_somebody_dissents_later_is_contested(
    bench: Bench, opened: Opener, until: Until
) -> None:
    both_agree(bench)
    bench.app.review.decide(bench.ann, bench.candidates[0].id, Outcome.ACCEPTED, STATEMENT, "")
    again = bench.search_again()
    cleo = bench.another("cleo")
    again.examine(cleo, Conclusion.DIFFERENT_STRONG, ears=Finding.DIFFERENT)
    step = opened(bench)
    until(lambda: step.sealed.outcome.text().startswith("Lead, contested since"))
    assert "Contested since" in step.sealed.changed.label.text()
    later = opened(again, cleo)
    assert "accepted as lead by Ann Examiner" in later.history.text.text()


def test_what_is_typed_waits_for_its_candidate(bench: Bench, opened: Opener, until: Until) -> None:
    step = opened(bench)
    step.form.corroboration.setPlainText(STATEMENT)
    step.go(1)
    until(lambda: step.dossier and step.dossier.candidate.id == bench.candidates[1].id)
    assert step.form.typed == ("", "")
    step.go(-1)
    assert step.form.typed == (STATEMENT, "")


def test_a_decision_stays_sealed_for_whoever_comes_next(bench: Bench, opened: Opener) -> None:
    both_agree(bench)
    bench.app.review.decide(bench.ann, bench.candidates[0].id, Outcome.ACCEPTED, STATEMENT, "")
    step = opened(bench, bench.ben)
    assert step.sealed.isVisible()
    assert not step.form.isVisible()
    assert LEAD_ONLY in visible_texts(step.sealed)
    assert row(step, "Corroboration").startswith("Corroboration: met")


def test_a_refusal_of_the_services_is_told_in_full(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until
) -> None:
    both_agree(bench)
    step = opened(bench)
    step.form.corroboration.setPlainText(STATEMENT)
    until(step.form.accept.isEnabled)
    app = bench.app
    case = app.cases.get(bench.search.case_id)
    moved(app, bench.ann, bench.ben, case, app.policies.get("missing-person"))
    step.form.accept.click()
    step.form.confirm.agree.click()
    until(step.form.problem.isVisible)
    assert "moved to another policy" in step.form.problem.text.text()
    assert not step.form.confirm.isVisible()
    assert app.review.decision(bench.candidates[0].id) is None


def test_a_closed_case_offers_no_act(make: Make, opened: Opener, until: Until) -> None:
    def lax(policy: Policy) -> Policy:
        return policy.model_copy(update={"all_candidates_reviewed": False})

    bench = make(change=lax)
    bench.app.cases.close(bench.ann, bench.search.case_id)
    step = opened(bench)
    until(lambda: step.form.accept_hint.text() == "The case is closed.")
    assert not step.form.reason.isEnabled()
    assert not step.form.accept.isEnabled()


def test_the_second_person_is_asked_for(
    qtbot: QtBot, bench: Bench, opened: Opener, contexts: list[Context]
) -> None:
    bench.examine(bench.ann, Conclusion.SAME_STRONG)
    step = opened(bench)
    assert "A second person must sign in" in step.second.text.text()
    with qtbot.waitSignal(contexts[-1].changed.navigated) as asked:
        step.second.switch.click()
    assert asked.args == ["sign-in", ()]


def test_nothing_gives_a_hidden_conclusion_away(bench: Bench, opened: Opener) -> None:
    bench.examine(bench.ann, Conclusion.DIFFERENT_STRONG)
    step = opened(bench, bench.ben)
    everything = visible_texts(step)
    assert "Whether others have examined it" in everything
    assert "support for different people" not in everything.lower()
    assert "hidden until you have examined" in row(step, "Conclusions agree")
    assert not step.second.switch.isVisible()


def test_a_hidden_score_shows_in_no_corner(make: Make, opened: Opener) -> None:
    def late(policy: Policy) -> Policy:
        return policy.model_copy(update={"score_shown_after_examination": True})

    bench = make(change=late)
    step = opened(bench)
    everything = visible_texts(step)
    assert "99.7" not in everything
    assert "0.61" not in everything
    assert "hidden until you have examined" in row(step, "Search confidence")


def test_the_demonstration_policy_never_accepts(make: Make, opened: Opener, until: Until) -> None:
    bench = make(policy_id="demonstration")
    bench.examine(bench.ann, Conclusion.SAME_EXTREMELY_STRONG)
    step = opened(bench)
    until(step.form.outcome.isEnabled)
    step.form.corroboration.setPlainText(STATEMENT)
    assert step.form.accept_hint.text().startswith("1 requirement is not met: ")
    assert not step.form.accept.isEnabled()


def test_a_confidence_that_cannot_be_measured_says_so(make: Make, opened: Opener) -> None:
    step = opened(make(confidence=None))
    assert "not measurable\nsearch confidence, too few comparisons" in visible_texts(step.facts)


def test_j_and_k_go_through_the_candidates(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until
) -> None:
    step = opened(bench)
    with qtbot.waitSignal(step.candidate_changed) as moved:
        QTest.keyClicks(step, "j")
    assert moved.args == [1]
    until(lambda: step.dossier and step.dossier.candidate.id == bench.candidates[1].id)
    QTest.keyClicks(step, "k")
    until(lambda: step.dossier and step.dossier.candidate.id == bench.candidates[0].id)


@pytest.mark.parametrize(
    ("withdrawn", "since", "shown"),
    [
        (None, None, "Accepted as lead · unit of two"),
        ("A slip.", None, "Lead withdrawn · unit of two"),
        (None, "2026-01-01T10:00:00.000+00:00", "unit of two"),
    ],
)
def test_a_lead_of_a_unit_of_two_says_so_whatever_came_since(
    qtbot: QtBot, withdrawn: str | None, since: str | None, shown: str
) -> None:
    at = "2026-01-01T09:00:00.000+00:00"
    lead = Decision(1, 1, "Ann", Outcome.ACCEPTED, "", "", at, withdrawn, unit_of_two=True)
    text, _ = outcome_state(lead, Standing(known=True, contested_since=since))
    assert text.endswith(shown)


def test_an_examination_of_other_pictures_says_so_and_is_compared_with_none(
    bench: Bench, opened: Opener
) -> None:
    both_agree(bench)
    step = opened(bench)
    assert step.dossier is not None
    assert "The findings are the same" in visible_texts(step.examinations)
    assert "Of other pictures" not in visible_texts(step.examinations)
    visible = step.dossier.visible
    second = visible.shown[1]
    assert second.operator_id == bench.ben.id
    of_hers = replace(visible, here=frozenset({second.id}))
    dossier = replace(step.dossier, visible=of_hers)
    assert dossier.own is None
    assert dossier.examined == 1
    step.examinations.show_dossier(dossier)
    texts = visible_texts(step.examinations)
    assert texts.index("Ben Second") < texts.index("Of other pictures"), "these two come first"
    assert "The findings are the same" not in texts


def test_who_compared_other_pictures_is_told_why_they_are_asked_again() -> None:
    hidden = VisibleExaminations([], 1, masked=True)
    assert "other pictures" not in masked_text(hidden)
    assert "other pictures" in masked_text(replace(hidden, elsewhere=True))
