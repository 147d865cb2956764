"""Acts on a probe besides searching: tries elsewhere, its origin corrected, two of one person."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from secondlook.domain.errors import PolicyRefusal
from secondlook.domain.records import Operator
from secondlook.domain.review import ProbeOrigin
from secondlook.storage import cases
from secondlook.ui.case.case_screen import CaseScreen
from secondlook.ui.case.flow import Step
from secondlook.ui.case.origin_history import CorrectOriginDialog
from secondlook.ui.case.probe_step import ProbeStep
from secondlook.ui.case.same_person import SamePersonDialog, TellApartDialog
from secondlook.ui.case.tries_elsewhere import ElsewhereDialog
from secondlook.ui.context import Context
from secondlook.ui.widgets.reason import ReasonDialog
from tests.storage.plain_sql import seal_all

from .examination_case import FACE, GOOD, Bench

Until = Callable[[Callable[[], object]], None]
Opened = Callable[[Operator], ProbeStep]


@pytest.fixture
def probe_step(qtbot: QtBot, bench: Bench, contexts: list[Context], until: Until) -> Opened:
    def show(operator: Operator) -> ProbeStep:
        contexts.append(bench.context(operator))
        frame = CaseScreen(contexts[-1], bench.search.case_id)
        qtbot.addWidget(frame)
        frame.resize(1090, 740)
        frame.show()
        until(lambda: frame.step is Step.CANDIDATES)
        frame.go(Step.PROBE)
        step = frame.probe_step
        until(lambda: step.pages.currentWidget() is step.view)
        return step

    return show


def send(step: ProbeStep, reason: str, until: Until) -> None:
    dialog = step.dialog
    assert isinstance(dialog, ReasonDialog)
    dialog.reason.setPlainText(reason)
    done: list[bool] = []
    dialog.done_.connect(lambda: done.append(True))
    dialog.submit()
    until(lambda: done)


def test_people_looked_through_elsewhere_raise_n(
    bench: Bench, probe_step: Opened, until: Until
) -> None:
    step = probe_step(bench.ann)
    panel = step.panel
    until(lambda: "450 people" in panel.compared.text())
    QTest.keyClick(panel.elsewhere, Qt.Key.Key_Space)
    dialog = step.dialog
    assert isinstance(dialog, ElsewhereDialog)
    dialog.reason.setPlainText("A newspaper searched its archive.")
    dialog.submit()
    assert dialog.error.text() == "Give the number of people."
    dialog.people.setValue(12_000)
    dialog.reason.setPlainText(" ")
    dialog.submit()
    assert "Say why" in dialog.error.text()
    send(step, "A newspaper searched its archive.", until)
    until(lambda: "looked through elsewhere: 12,000." in panel.compared.text())
    probe = bench.search.probe_id
    assert bench.app.identify.compared(bench.ann, probe, None).now == 12_000
    bench.app.questions.declare_tries(bench.ben, probe, 3, "Fewer.")
    assert bench.app.identify.compared(bench.ann, probe, None).now == 12_000


def test_a_second_person_corrects_how_many_were_looked_through(
    bench: Bench, probe_step: Opened, until: Until
) -> None:
    probe = bench.search.probe_id
    bench.app.questions.declare_tries(bench.ann, probe, 450_000, "A register of 4500.")
    step = probe_step(bench.ben)
    until(lambda: "450,000" in step.panel.compared.text())
    step.panel.elsewhere.click()
    dialog = step.dialog
    assert isinstance(dialog, ElsewhereDialog)
    assert "450,000" in dialog.corrects.text()
    dialog.people.setValue(4_500)
    dialog.corrects.setChecked(True)
    send(step, "Ann typed two zeros too many.", until)
    until(lambda: "looked through elsewhere: 4,500." in step.panel.compared.text())


def test_only_a_second_person_corrects_a_blocked_origin(
    bench: Bench, probe_step: Opened, until: Until
) -> None:
    app, probe = bench.app, bench.search.probe_id
    app.identify.declare(bench.ann, probe, ProbeOrigin.SKETCH, "Frontal.")
    history = probe_step(bench.ann).panel.declared_before
    until(history.isVisible)
    assert not history.button.isVisible()
    assert "another person corrects it" in history.text.text()
    with pytest.raises(PolicyRefusal):
        app.identify.declare(bench.ben, probe, ProbeOrigin.PHOTOGRAPH, "Frontal.")
    step = probe_step(bench.ben)
    until(step.panel.declared_before.button.isVisible)
    step.panel.declared_before.button.click()
    assert isinstance(step.dialog, CorrectOriginDialog)
    step.dialog.submit()
    assert step.dialog.error.text() == "Choose what the picture is."
    step.dialog.origin.choose(ProbeOrigin.PHOTOGRAPH)
    send(step, "A photograph of the person, not a sketch.", until)
    until(lambda: "Corrected to" in step.panel.declared_before.text.text())
    assert step.panel.origin.origin is ProbeOrigin.PHOTOGRAPH


def test_what_the_command_line_declared_is_corrected_by_two(
    bench: Bench, probe_step: Opened, until: Until
) -> None:
    app, probe = bench.app, bench.search.probe_id
    app.identify.declare(app.accounts.command_line(), probe, ProbeOrigin.SKETCH, "")
    history = probe_step(bench.ann).panel.declared_before
    until(history.button.isVisible)
    assert "corrected by two people" in history.text.text()
    app.questions.correct_origin(bench.ann, probe, ProbeOrigin.PHOTOGRAPH, "Not a sketch.")
    history = probe_step(bench.ann).panel.declared_before
    until(lambda: "Corrected to" in history.text.text())
    assert not history.button.isVisible()
    assert "another person corrects it" in history.text.text()
    history = probe_step(bench.ben).panel.declared_before
    until(history.button.isVisible)
    assert "another person corrects it" not in history.text.text()


def test_two_probes_are_declared_one_person_and_told_apart_again(
    bench: Bench, probe_step: Opened, until: Until
) -> None:
    other = bench.candidates[0].reference_sha256
    with bench.app.store.write() as db:
        case, name = bench.search.case_id, "second.png"
        second = cases.add_probe(db, case, bench.ann.id, other, name, [FACE], [GOOD])
        seal_all(db)
    step = probe_step(bench.ann)
    until(step.probes.more.isVisible)
    step.probes.list.setCurrentRow(0)
    until(lambda: step.pages.currentWidget() is step.view)
    step.probes.same.trigger()
    assert isinstance(step.dialog, SamePersonDialog)
    send(step, "The same jacket, a minute later.", until)

    def shared() -> int:
        return bench.app.identify.compared(bench.ann, second, None).now

    assert shared() == 450
    for who in (bench.ann, bench.ben):
        again = probe_step(who)
        until(again.probes.more.isVisible)
        again.probes.apart.trigger()
        assert isinstance(again.dialog, TellApartDialog)
        send(again, "Another man: the ears differ.", until)
    assert shared() == 0
