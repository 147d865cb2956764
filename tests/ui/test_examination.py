"""The Examination step, through its widgets and keys."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from math import dist

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from secondlook.bootstrap import open_application
from secondlook.domain.policy import Policy
from secondlook.domain.records import Operator
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, Outcome
from secondlook.ui.context import Context
from secondlook.ui.examination import ExaminationStep
from secondlook.ui.examination.geometry import Stage

from .examination_case import FACE, Bench, face_at, picture

Until = Callable[[Callable[[], object]], None]
Make = Callable[..., Bench]
Opener = Callable[..., ExaminationStep]
CONTROL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(qtbot: QtBot, contexts: list[Context], until: Until) -> Iterator[Opener]:
    """A step in an active window, with one candidate fully shown."""

    steps: list[ExaminationStep] = []

    def show(bench: Bench, operator: Operator | None = None, index: int = 0) -> ExaminationStep:
        contexts.append(bench.context(operator))
        step = ExaminationStep(contexts[-1])
        steps.append(step)
        qtbot.addWidget(step)
        step.resize(1080, 660)
        with qtbot.waitActive(step, timeout=10_000):
            step.show()
            step.activateWindow()
        step.show_candidate(bench.search, bench.candidates, index)
        until(lambda: shown(step))
        step.setFocus()
        return step

    yield show
    for step in steps:
        step.hide()


def shown(step: ExaminationStep) -> bool:
    return step.dossier is not None and all(pane.image for pane in step.comparison.panes)


def press(qtbot: QtBot, widget: QWidget, keys: str) -> None:
    QTest.keyClicks(widget, keys)


def fill(qtbot: QtBot, step: ExaminationStep, keys: str = "s" * 18 + "u") -> None:
    """As somebody does who looks at each component, with a note."""
    press(qtbot, step.comparison.panes[0], keys)
    took_its_time(step)
    step.notes.setPlainText("Ears and nose.")


def took_its_time(step: ExaminationStep) -> None:
    step.checklist._given = {key: 5.0 * n for n, key in enumerate(step.checklist._given)}


def test_a_letter_sets_the_finding_and_goes_on(qtbot: QtBot, bench: Bench, opened: Opener) -> None:
    step = opened(bench)
    press(qtbot, step.comparison.panes[0], "sdun")
    assert list(step.checklist.findings.values()) == [
        Finding.SIMILAR,
        Finding.DIFFERENT,
        Finding.UNDETERMINED,
        Finding.NOT_VISIBLE,
    ]
    assert step.checklist.current == 4


def test_tab_takes_both_panes_to_the_next_component_and_leaves_at_the_end(
    qtbot: QtBot, bench: Bench, opened: Opener
) -> None:
    step = opened(bench)
    pane = step.comparison.panes[0]
    for _ in range(6):
        QTest.keyClick(pane, Qt.Key.Key_Tab)
    assert CHECKLIST[step.checklist.current].key == "eyes"
    view = step.comparison.stage.view
    assert (view.x, view.y) == CHECKLIST[step.checklist.current].region[:2]
    QTest.keyClick(pane, Qt.Key.Key_Backtab)
    assert CHECKLIST[step.checklist.current].key == "eyebrows"
    for _ in range(13):
        QTest.keyClick(pane, Qt.Key.Key_Tab)
    assert pane.hasFocus()
    QTest.keyClick(pane, Qt.Key.Key_Tab)
    assert not pane.hasFocus()


def test_typing_notes_triggers_nothing(qtbot: QtBot, bench: Bench, opened: Opener) -> None:
    step = opened(bench)
    before = step.comparison.stage
    QTest.keyClicks(step.comparison.panes[0], "t")
    assert step.notes.hasFocus()
    words = "sdun 1234567 0 jk zol t +-="
    press(qtbot, step.notes, words)
    assert step.notes.toPlainText() == words
    assert step.checklist.findings == {}
    assert step.scale.conclusion is None
    assert step.comparison.stage == before
    assert step.dossier is not None
    assert step.dossier.candidate.id == bench.candidates[0].id
    QTest.keyClick(step.notes, Qt.Key.Key_Escape)
    assert step.comparison.panes[0].hasFocus()


def test_blanks_and_a_missing_conclusion_are_named_and_refused(
    qtbot: QtBot, bench: Bench, opened: Opener
) -> None:
    step = opened(bench)
    pane = step.comparison.panes[0]
    assert step.bar.hint.text() == "19 components are blank, no conclusion is chosen."
    press(qtbot, pane, "s" * 18 + "6")
    assert step.bar.hint.text() == "1 component is blank, a strong conclusion needs a note."
    QTest.keyClick(pane, Qt.Key.Key_Return, CONTROL)
    assert not step.bar.confirm.isVisible()
    assert not step.bar.button.isEnabled()
    press(qtbot, pane, "n")
    step.notes.setPlainText("Ears and nose.")
    assert step.bar.button.isEnabled()


def test_a_policy_without_a_checklist_lets_blanks_be(
    qtbot: QtBot, make: Make, opened: Opener
) -> None:
    def relaxed(policy: Policy) -> Policy:
        return policy.model_copy(update={"checklist_required": False})

    bench = make(change=relaxed)
    step = opened(bench)
    press(qtbot, step.comparison.panes[0], "4")
    assert step.bar.button.isEnabled()


@pytest.mark.parametrize(
    ("key", "conclusion"),
    [
        ("1", Conclusion.DIFFERENT_EXTREMELY_STRONG),
        ("4", Conclusion.INCONCLUSIVE),
        ("7", Conclusion.SAME_EXTREMELY_STRONG),
        ("0", Conclusion.INSUFFICIENT_QUALITY),
    ],
)
def test_a_digit_chooses_the_conclusion(
    qtbot: QtBot, bench: Bench, opened: Opener, key: str, conclusion: Conclusion
) -> None:
    step = opened(bench)
    press(qtbot, step.comparison.panes[0], key)
    assert step.scale.conclusion is conclusion


def test_committing_asks_once_more_and_then_seals(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until
) -> None:
    step = opened(bench)
    fill(qtbot, step)
    press(qtbot, step.comparison.panes[0], "6")
    QTest.keyClick(step.comparison.panes[0], Qt.Key.Key_Return, CONTROL)
    assert step.bar.confirm.isVisible()
    assert "nobody can change" in step.bar.confirm.text.text()
    QTest.keyClick(step.bar.confirm.agree, Qt.Key.Key_Escape)
    assert not step.bar.confirm.isVisible()
    step.bar.ask()
    with qtbot.waitSignal(step.state_changed, timeout=10_000):
        step.bar.confirm.agree.click()
    until(lambda: step.dossier and step.dossier.own)
    press(qtbot, step.comparison.panes[0], "d1")
    assert step.scale.conclusion is Conclusion.SAME_STRONG
    assert set(step.checklist.findings.values()) == {Finding.SIMILAR, Finding.UNDETERMINED}
    assert not step.notes.isVisible()
    assert "cannot be changed" in step.bar.sealed.text()
    kept = bench.app.review.examinations(bench.ann, bench.candidates[0].id).shown
    assert [e.conclusion for e in kept] == [Conclusion.SAME_STRONG]


def test_an_opinion_is_lowered_with_a_reason_of_its_own(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until
) -> None:
    bench.examine(bench.ann, Conclusion.SAME_STRONG)
    step = opened(bench)
    until(lambda: step.dossier and step.dossier.own)
    step.bar.revise.click()
    pane = step.comparison.panes[0]
    assert step.scale.conclusion is None
    assert set(step.checklist.findings.values()) == {Finding.SIMILAR}, "what was found stays"
    press(qtbot, pane, "7")
    assert "can only be lowered" in step.bar.hint.text()
    press(qtbot, pane, "4")
    assert "why you lower" in step.bar.hint.text()
    step.notes.setPlainText("The left ear is another.")
    step.bar.ask()
    if step.bar.doubt.isVisible():
        step.bar.doubt.agree.click()
    with qtbot.waitSignal(step.state_changed, timeout=10_000):
        step.bar.confirm.agree.click()
    until(lambda: step.dossier and len(step.dossier.visible.shown) == 2)
    assert step.dossier is not None
    assert step.dossier.own is not None
    assert step.dossier.own.conclusion is Conclusion.INCONCLUSIVE
    assert step.bar.revise.isVisible()


def test_a_decided_opinion_is_not_lowered(bench: Bench, opened: Opener, until: Until) -> None:
    bench.examine(bench.ann, Conclusion.INCONCLUSIVE)
    candidate = bench.candidates[0].id
    bench.app.review.decide(bench.ann, candidate, Outcome.INCONCLUSIVE, "", "It cannot be told.")
    step = opened(bench)
    until(lambda: step.dossier and step.dossier.own)
    assert not step.bar.revise.isVisible()


def test_an_exclusion_needs_one_difference_and_a_note_and_no_whole_checklist(
    qtbot: QtBot, bench: Bench, opened: Opener
) -> None:
    step = opened(bench)
    pane = step.comparison.panes[0]
    press(qtbot, pane, "3")
    assert step.bar.hint.text() == "19 components are blank."
    press(qtbot, pane, "d")
    assert step.bar.button.isEnabled()
    assert "only with one visible difference and a note" in step.bar.hint.text()
    step.notes.setPlainText("The left ear is another one.")
    assert step.bar.hint.text() == "Ready to commit"


def test_a_difference_has_a_note_of_its_own_that_moves_nothing(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until
) -> None:
    step = opened(bench)
    pane, note = step.comparison.panes[0], step.checklist.difference.field
    before = step.checklist._list.geometry()
    assert not note.isEnabled()
    press(qtbot, pane, "sd")
    assert note.isEnabled()
    assert step.checklist._list.geometry() == before
    press(qtbot, pane, "w")
    assert note.hasFocus()
    press(qtbot, note, "rounder, sdun 1")
    assert len(step.checklist.findings) == 2
    QTest.keyClick(note, Qt.Key.Key_Escape)
    press(qtbot, pane, "d")
    assert note.text() == "", "of the next one"
    assert step.draft.view["component_notes"] == {CHECKLIST[1].key: "rounder, sdun 1"}
    step.checklist.step(-2)
    assert note.text() == "rounder, sdun 1"
    press(qtbot, pane, "s")
    assert "component_notes" not in step.draft.view, "it is no difference any more"


def test_a_checklist_without_a_look_is_asked_about_once_and_the_answer_is_recorded(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until
) -> None:
    step = opened(bench)
    pane = step.comparison.panes[0]
    press(qtbot, pane, "s" * len(CHECKLIST) + "6")
    step.notes.setPlainText("All alike.")
    QTest.keyClick(pane, Qt.Key.Key_Return, CONTROL)
    assert step.bar.doubt.isVisible()
    assert "All 19 are marked “similar”." in step.bar.doubt.text.text()
    assert "19 components were answered in" in step.bar.doubt.text.text()
    QTest.keyClick(step.bar.doubt.back, Qt.Key.Key_Return, CONTROL)
    assert not step.bar.confirm.isVisible(), "nobody gets past it with the same keys"
    step.bar.doubt.back.click()
    step.bar.ask()
    step.bar.doubt.agree.click()
    assert step.bar.confirm.isVisible()
    step.bar.withdraw()
    step.bar.ask()
    assert step.bar.confirm.isVisible(), "asked once"
    step.bar.confirm.agree.click()
    until(lambda: step.dossier and step.dossier.own)
    (kept,) = bench.app.review.examinations(bench.ann, bench.candidates[0].id).shown
    answers = [(a["asked"], a["answer"]) for a in kept.view["confirmed"]]
    assert answers == [
        ("uniform", "no"), ("hurried", "no"), ("uniform", "yes"), ("hurried", "yes"),
    ]  # fmt: skip


def test_editing_while_asked_withdraws_the_question(
    qtbot: QtBot, bench: Bench, opened: Opener
) -> None:
    step = opened(bench)
    fill(qtbot, step)
    press(qtbot, step.comparison.panes[0], "6")
    step.bar.ask()
    press(qtbot, step.comparison.panes[0], "5")
    assert not step.bar.confirm.isVisible()


def test_a_draft_outlives_a_killed_process(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until
) -> None:
    step = opened(bench)
    press(qtbot, step.comparison.panes[0], "sd3")
    step.notes.setPlainText("A mole under the left eye.")
    step.comparison.adjustment_bar._rotation.setValue(7)
    until(lambda: step.bar.saved.text() == "Draft saved")
    draft = step.draft

    again = open_application(bench.app.store.path)  # the first one was never closed
    second = opened(replace(bench, app=again))
    assert second.draft == draft
    assert second.checklist.current == 2
    assert second.comparison.stage.adjustments.rotation == 7
    assert second.bar.saved.text() == "Draft restored"
    again.close()


def test_signing_out_in_the_middle_of_a_word_loses_nothing(
    qtbot: QtBot, bench: Bench, opened: Opener, contexts: list[Context], until: Until
) -> None:
    step = opened(bench)
    press(qtbot, step.comparison.panes[0], "sdu2")
    contexts[-1].close()
    step.hide()
    candidate = bench.candidates[0].id
    until(lambda: len(bench.app.review.draft(bench.ann, candidate).findings) == 3)


def test_every_candidate_keeps_its_own_draft(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until
) -> None:
    step = opened(bench)
    press(qtbot, step.comparison.panes[0], "dd")
    with qtbot.waitSignal(step.candidate_changed) as moved:
        press(qtbot, step.comparison.panes[0], "j")
    assert moved.args == [1]
    until(lambda: shown(step))
    assert step.checklist.findings == {}
    press(qtbot, step.comparison.panes[0], "u")
    press(qtbot, step.comparison.panes[0], "k")
    until(lambda: shown(step) and len(step.checklist.findings) == 2)
    press(qtbot, step.comparison.panes[0], "k")  # there is none before the first
    assert len(step.checklist.findings) == 2


def test_showing_the_same_candidate_again_keeps_what_is_being_typed(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until
) -> None:
    step = opened(bench)
    press(qtbot, step.comparison.panes[0], "s5")
    step.show_candidate(bench.search, bench.candidates, 0)
    press(qtbot, step.comparison.panes[0], "d")
    until(lambda: step.bar.saved.text() == "Draft saved")
    assert len(step.checklist.findings) == 2
    assert step.scale.conclusion is Conclusion.SAME_SUPPORT


def test_a_blind_examiner_sees_only_that_there_is_another(
    qtbot: QtBot, bench: Bench, opened: Opener, until: Until
) -> None:
    bench.examine(bench.ben, Conclusion.DIFFERENT_STRONG)
    step = opened(bench)
    assert step.blind.isVisible()
    assert "1" not in step.blind.label.text(), "not even how many"
    assert not step.panel.isVisible()
    assert not texts_with(step, "Ben Second")
    fill(qtbot, step)
    press(qtbot, step.comparison.panes[0], "6")
    step.bar.ask()
    step.bar.confirm.agree.click()
    until(lambda: step.dossier and step.dossier.own)
    assert not step.blind.isVisible()
    assert texts_with(step, "Ben Second")
    assert texts_with(step, "Strong support for different people")


def test_findings_that_differ_are_named(bench: Bench, opened: Opener) -> None:
    bench.examine(bench.ann, Conclusion.SAME_STRONG)
    bench.examine(bench.ben, Conclusion.SAME_STRONG, nose=Finding.DIFFERENT)
    step = opened(bench)
    assert texts_with(step, "Findings differ on 1 of 19 components")


def test_what_is_read_again_is_never_blank(bench: Bench, opened: Opener) -> None:
    """New cards are seen at once, and the column is as high as they are."""
    bench.examine(bench.ann, Conclusion.SAME_STRONG)
    step = opened(bench)
    assert step.dossier
    high = step.panel.sizeHint()
    step.panel.show_dossier(step.dossier)
    assert texts_with(step.panel, "Strong support for same person")
    assert step.panel.sizeHint() == high


def test_the_score_stays_hidden_where_the_policy_says_so(make: Make, opened: Opener) -> None:
    def late(policy: Policy) -> Policy:
        return policy.model_copy(update={"score_shown_after_examination": True})

    bench = make(change=late)
    step = opened(bench)
    assert texts_with(step, "Score hidden")
    assert texts_with(step, "Face 1 of 3")
    bench.examine(bench.ann, Conclusion.SAME_STRONG)
    for hidden in ("99.7", "Alma Berg"):
        assert not texts_with(step, hidden)
        assert not texts_with(opened(bench), hidden), "the others are still to come"
    for index in (1, 2):
        bench.examine(bench.ann, Conclusion.INCONCLUSIVE, index)
    assert texts_with(opened(bench), "99.7")
    assert texts_with(opened(bench), "Alma Berg")


def test_a_decided_candidate_cannot_be_examined(qtbot: QtBot, bench: Bench, opened: Opener) -> None:
    bench.examine(bench.ben, Conclusion.DIFFERENT_STRONG)
    bench.app.review.decide(
        bench.ben, bench.candidates[0].id, Outcome.INCONCLUSIVE, "", "Too dark."
    )
    step = opened(bench)
    press(qtbot, step.comparison.panes[0], "s6")
    assert step.checklist.findings == {}
    assert step.bar.hint.text() == "This candidate is decided; it can no longer be examined."


def test_without_candidates_the_step_says_what_to_do(
    bench: Bench, contexts: list[Context], qtbot: QtBot
) -> None:
    contexts.append(bench.context())
    step = ExaminationStep(contexts[-1])
    qtbot.addWidget(step)
    step.show()
    step.show_candidate(bench.search, [], 0)
    assert texts_with(step, "No candidate to examine")


# The panes


def test_eyes_coincide_in_both_panes_also_after_moving(
    qtbot: QtBot, make: Make, opened: Opener
) -> None:
    other = face_at((300, 410), (520, 380))
    bench = make(
        pictures=[(picture(1), FACE), (picture(2, 900, 1100), other)],
        names=("Alma Berg",),
    )
    step = opened(bench)
    probe, reference = step.comparison.panes

    def apart() -> float:
        return max(
            dist(probe.placement(a), reference.placement(b))
            for a, b in zip(FACE.landmarks[:2], other.landmarks[:2], strict=True)
        )

    assert apart() < 1.01  # the panes' widths may differ by one pixel
    probe.zoomed.emit(1.7, QPointF(40, -25))
    QTest.keyClick(probe, Qt.Key.Key_Left)
    QTest.keyClick(probe, Qt.Key.Key_Down)
    assert apart() < 1.01
    step.comparison.adjustment_bar._rotation.setValue(12)
    assert apart() < 1.01
    press(qtbot, probe, "l")
    QTest.keyClick(probe, Qt.Key.Key_Right)
    assert apart() == pytest.approx(40, abs=1.1)
    press(qtbot, probe, "lz")
    assert apart() > 1.01  # the offset outlives the lock and "fit"
    step.comparison.view_bar.realign.click()
    assert apart() < 1.01


def test_original_pixels_are_one_to_one_in_the_pane_that_is_looked_at(
    qtbot: QtBot, bench: Bench, opened: Opener
) -> None:
    step = opened(bench)
    for pane in reversed(step.comparison.panes):
        pane.setFocus()
        press(qtbot, pane, "o")
        assert pane.magnification == pytest.approx(1)
    press(qtbot, step.comparison.panes[0], "z")
    whole = Stage().looking_at((0, 0.3, 5.2), *pane_size(step)).view
    assert step.comparison.stage.view == whole


def pane_size(step: ExaminationStep) -> tuple[int, int]:
    pane = step.comparison.panes[0]
    return pane.width(), pane.height()


def test_the_mouse_drags_and_the_wheel_zooms(qtbot: QtBot, bench: Bench, opened: Opener) -> None:
    step = opened(bench)
    pane = step.comparison.panes[1]
    before = pane.placement((0, 0))
    QTest.mousePress(pane, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(pane, QPoint(130, 90))
    QTest.mouseRelease(pane, Qt.MouseButton.LeftButton, pos=QPoint(130, 90))
    after = pane.placement((0, 0))
    assert (after[0] - before[0], after[1] - before[1]) == pytest.approx((30, -10))


def test_beyond_one_to_one_no_colour_is_invented(qtbot: QtBot, make: Make, opened: Opener) -> None:
    bench = make()
    step = opened(bench)
    pane = step.comparison.panes[0]
    step.comparison.zoom(8)
    assert pane.magnification > 4
    assert pane.image is not None
    original = colours(pane.image.levels[0])
    grabbed = pane.grab().toImage().copy(4, 4, pane.width() - 8, pane.height() - 8)
    assert colours(grabbed) <= original


def colours(image: QImage) -> set[int]:
    rgb = image.convertToFormat(QImage.Format.Format_RGB32)
    return {rgb.pixel(x, y) & 0xFFFFFF for x in range(rgb.width()) for y in range(rgb.height())}


def test_brightness_changes_both_panes_and_not_the_original(
    qtbot: QtBot, bench: Bench, opened: Opener
) -> None:
    step = opened(bench)
    sha256 = bench.search.probe_sha256
    before = bench.app.identify.original_image(sha256)
    means = [mean(pane) for pane in step.comparison.panes]
    step.comparison.adjustment_bar._brightness.setValue(5)
    assert all(
        mean(pane) > old + 20 for pane, old in zip(step.comparison.panes, means, strict=True)
    )
    assert bench.app.identify.original_image(sha256) == before
    step.comparison.adjustment_bar.reset.click()
    assert [mean(pane) for pane in step.comparison.panes] == means


def mean(pane: QWidget) -> float:
    middle = pane.grab().toImage().copy(60, 60, 60, 60).scaled(1, 1)
    return middle.pixelColor(0, 0).lightnessF() * 255


def test_a_lost_original_is_told_in_its_pane(
    qtbot: QtBot, bench: Bench, contexts: list[Context], until: Until
) -> None:
    sha256 = bench.candidates[1].reference_sha256
    file = next(p for p in bench.app.store.path.parent.rglob("*") if p.name.startswith(sha256))
    file.chmod(0o600)
    file.unlink()
    contexts.append(bench.context())
    step = ExaminationStep(contexts[-1])
    qtbot.addWidget(step)
    step.show_candidate(bench.search, bench.candidates, 1)
    until(lambda: sha256[:8] in step.comparison.panes[1].message)
    until(lambda: step.comparison.panes[0].image)


def texts_with(widget: QWidget, words: str) -> list[str]:
    """Visible texts that contain ``words``."""
    labels = (label for label in widget.findChildren(QLabel) if label.isVisible())
    return [label.text() for label in labels if words in label.text()]
