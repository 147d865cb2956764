"""Acts of the Decision step besides deciding: one photograph or two, bound or lifted."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from secondlook.domain.photographs import Standing, Verdict
from secondlook.domain.review import Conclusion, Outcome
from secondlook.ui.approval.dialog import ApproveDialog
from secondlook.ui.examination import DecisionStep
from tests.people import account
from tests.services.steps import moved

from .examination_case import Bench

Until = Callable[[Callable[[], object]], None]
Opener = Callable[..., DecisionStep]
TITLE = "Two photographs"


def texts(step: DecisionStep) -> str:
    labels = step.photographs.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisibleTo(step.photographs))


def unmet(step: DecisionStep) -> str:
    return step.form.accept_hint.text()


def say(step: DecisionStep, verdict: Verdict, note: str, until: Until) -> None:
    card = step.photographs
    until(card.form.isVisible)
    card.note.setText(note)
    button = card.same if verdict is Verdict.SAME else card.different
    button.click()
    until(lambda: note in texts(step))


def test_two_people_judge_whether_it_is_one_photograph(
    bench: Bench, opened: Opener, until: Until
) -> None:
    bench.suspect()
    bench.examine(bench.ann, Conclusion.SAME_STRONG)
    step = opened(bench)
    assert TITLE in unmet(step)
    assert "They look like one photograph: two people judge it." in texts(step)
    card = step.photographs
    assert not card.same.isEnabled(), "the note is part of the record"
    card.note.setText(" \u200b")
    assert not card.same.isEnabled()
    say(step, Verdict.SAME, "The same tear in the corner.", until)
    assert "Another person judges it next." in texts(step)
    assert "Ann Examiner: one photograph" in texts(step)
    assert TITLE in unmet(step)
    step.form.choose(Outcome.SAME_PHOTOGRAPH)
    assert "not open" in step.form.outcome.currentText()

    other = opened(bench, bench.ben)
    until(other.photographs.form.isVisible)
    assert "Ann" not in texts(other), "nobody's answer sways the next one's"
    assert "tear" not in texts(other)
    say(other, Verdict.SAME, "Every hair is in its place.", until)
    assert "The same tear in the corner." in texts(other)
    assert "One photograph, as two people judged." in texts(other)
    bench.examine(bench.ben, Conclusion.SAME_STRONG)
    other.show_candidate(bench.search, bench.candidates, 0)
    other.form.choose(Outcome.SAME_PHOTOGRAPH)
    until(other.form.reason.isEnabled)
    assert "not open" not in other.form.outcome.currentText()
    assert TITLE in unmet(other)


def test_two_people_who_see_two_photographs_meet_the_requirement_again(
    bench: Bench, opened: Opener, until: Until
) -> None:
    bench.suspect()
    for who in (bench.ann, bench.ben):
        step = opened(bench, who)
        assert TITLE in unmet(step)
        say(step, Verdict.DIFFERENT, "The light comes from another side.", until)
    until(lambda: TITLE not in unmet(step))
    assert step.dossier is not None
    assert step.dossier.standing.photographs.standing is Standing.DIFFERENT
    step.photographs.again.click()
    say(step, Verdict.SAME, "I was wrong: it is mirrored.", until)
    until(lambda: TITLE in unmet(step))


def test_a_copy_that_only_a_person_sees_can_be_judged_and_the_next_is_asked(
    bench: Bench, opened: Opener, until: Until
) -> None:
    step = opened(bench)
    card = step.photographs
    assert not card.form.isVisible()
    assert TITLE not in unmet(step)
    QTest.keyClick(card.again, Qt.Key.Key_Space)
    assert card.note.hasFocus()
    say(step, Verdict.SAME, "The same picture, repainted.", until)
    other = opened(bench, bench.ben)
    until(other.photographs.form.isVisible)
    assert "Ann" not in texts(other)
    say(other, Verdict.SAME, "The same.", until)
    until(lambda: TITLE in unmet(other))


def test_one_person_at_two_accounts_settles_nothing(
    bench: Bench, opened: Opener, until: Until
) -> None:
    bench.suspect()
    other = account(bench.app, bench.ann, "anna", "Anna Twice", "a long password")
    for who in (bench.ann, other):
        step = opened(bench, who)
        say(step, Verdict.DIFFERENT, "It is another photograph.", until)
    assert "these accounts count as one person" in texts(step)
    assert TITLE in unmet(step)


def test_a_note_waits_for_its_candidate_and_a_reload_leaves_it_alone(
    bench: Bench, opened: Opener, until: Until
) -> None:
    bench.suspect(0)
    bench.suspect(1)
    step = opened(bench)
    step.photographs.note.setText("half")
    step.show_candidate(bench.search, bench.candidates, 0)
    step.go(1)
    until(lambda: step.dossier and step.dossier.candidate.id == bench.candidates[1].id)
    assert step.photographs.note.text() == ""
    step.go(-1)
    assert step.photographs.note.text() == "half"


def bound(bench: Bench) -> Bench:
    """Searched under the strict policy first, then under another one of the same case."""
    other = bench.app.policies.get("missing-person")
    case = bench.app.cases.get(bench.search.case_id)
    moved(bench.app, bench.ann, bench.ben, case, other)
    return bench.search_again(other)


def lift(step: DecisionStep, reason: str, until: Until) -> None:
    step.binding.lift.click()
    assert isinstance(step.dialog, ApproveDialog)
    step.dialog.submit()
    assert "reason" in step.dialog.error.text()
    step.dialog.reason.setPlainText(reason)
    gone: list[object] = []
    step.dialog.approved.connect(gone.append)
    step.dialog.submit()
    until(lambda: gone)


def test_two_people_lift_what_a_face_is_bound_by(
    bench: Bench, opened: Opener, until: Until
) -> None:
    strict = bench.search.policy.title
    again = bound(bench)
    masked = opened(again)
    assert not masked.binding.isVisible(), "who has not examined knows of no search before"
    again.examine(again.ann, Conclusion.SAME_STRONG)
    again.examine(again.ben, Conclusion.SAME_STRONG)
    step = opened(again)
    until(step.binding.isVisible)
    assert step.binding.text.text() == f"Bound by {strict} (first searched under it)."
    lift(step, "The first policy was chosen by mistake.", until)
    until(lambda: not step.binding.lift.isVisible())
    assert "Ann Examiner (administrator)" in step.binding.lifting.text()
    other = opened(again, again.ben)
    until(other.binding.lift.isVisible)
    lift(other, "I agree.", until)
    until(lambda: not other.binding.isVisible())
    assert other.dossier is not None
    assert other.dossier.standing.needed == other.dossier.policy.examiners
    step.show_candidate(again.search, again.candidates, 0)
    until(lambda: not step.binding.isVisible())


def test_a_search_after_the_lifting_binds_again_and_is_lifted_anew(
    bench: Bench, opened: Opener, until: Until
) -> None:
    app, people = bench.app, (bench.ann, bench.ben)
    again = bound(bench)
    for who in people:
        again.examine(who, Conclusion.SAME_STRONG)
        lift(opened(again, who), "A mistake.", until)
    lifted = again.search_again(again.search.policy)
    assert not app.questions.standing(bench.ann, lifted.candidates[0].id).bound
    third = again.search.policy.model_copy(update={"id": "third", "title": "A third policy"})
    app.cases.move_policy(bench.ann, bench.search.case_id, third, "a stricter one came")
    newest = again.search_again(third)
    step = opened(newest)
    until(step.binding.lift.isVisible)
    assert again.search.policy.title in step.binding.text.text()
    for who in people:
        lift(opened(newest, who), "That was another mistake.", until)
    assert not app.questions.standing(bench.ann, newest.candidates[0].id).bound
