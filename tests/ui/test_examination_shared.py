"""The whole way on real portraits: enrol, search, examine by keys, decide."""

import csv
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from secondlook.bootstrap import open_application
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.records import Operator
from secondlook.domain.review import CHECKLIST, LEAD_ONLY, Conclusion, Outcome, ProbeOrigin
from secondlook.services.application import Application
from secondlook.services.searching import SearchResult
from secondlook.ui.bridge import Bridge
from secondlook.ui.context import Context
from secondlook.ui.examination import DecisionStep, ExaminationStep
from secondlook.ui.theme import Theme

PERSONS = 8
pytestmark = pytest.mark.shared


@pytest.fixture
def app(tmp_path: Path, shared_models: Path) -> Iterator[Application]:
    made = open_application(tmp_path / "shared.db", shared_models)
    yield made
    made.close()


def few_portraits(faces: Path, folder: Path) -> tuple[Path, Path]:
    """A folder of gallery portraits, and a different photograph of one of the people in it."""
    with (faces / "congress" / "manifest.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    mated = next(r for r in rows if r["role"] == "mated" and r["different_photo"] == "yes")
    gallery = [r for r in rows if r["role"] == "gallery"]
    gallery.sort(key=lambda r: r["person"] != mated["person"])
    folder.mkdir()
    for each in gallery[:PERSONS]:
        shutil.copy(faces / "congress" / each["path"], folder / f"{each['person']}.jpg")
    return folder, faces / "congress" / mated["path"]


def searched(app: Application, ann: Operator, folder: Path, probe_file: Path) -> SearchResult:
    gallery = app.galleries.create(ann, "Portraits", folder)
    app.lanes.background.submit(
        app.enrolment.run, ann, gallery.id, CancelToken(), ignore_progress
    ).result()
    policy = app.policies.get("archive-newsroom")
    case = app.cases.open(ann, "C-1", policy.permitted_purposes[0], "Order 1", policy)
    probe = app.lanes.inference.submit(
        app.identify.add_probe, ann, case.id, probe_file, probe_file.name
    ).result()
    if probe.chosen is None:
        probe = app.identify.choose_face(ann, probe.id, 0)
    app.identify.declare(ann, probe.id, ProbeOrigin.PHOTOGRAPH, "Frontal and sharp.")
    return app.lanes.inference.submit(
        app.identify.search, ann, probe.id, gallery.id, CancelToken()
    ).result()


def test_from_real_candidates_to_a_decision(
    qtbot: QtBot,
    app: Application,
    shared_faces: Path,
    tmp_path: Path,
    until: Callable[[Callable[[], object]], None],
) -> None:
    ann = app.accounts.create_first("ann", "Ann Examiner", "a long password")
    folder, probe_file = few_portraits(shared_faces, tmp_path / "portraits")
    result = searched(app, ann, folder, probe_file)
    first = result.candidates[0]
    context = Context(app, ann, Theme.current(), Bridge())

    step = ExaminationStep(context)
    qtbot.addWidget(step)
    with qtbot.waitActive(step, timeout=10_000):
        step.show()
        step.activateWindow()
    step.show_candidate(result.search, result.candidates, 0)
    until(lambda: step.dossier and all(pane.image for pane in step.comparison.panes))
    step.setFocus()
    pane = step.comparison.panes[0]
    QTest.keyClicks(pane, "s" * len(CHECKLIST) + "7")
    step.notes.setPlainText("Every component agrees; the scar above the left brow too.")
    QTest.keyClick(pane, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert step.bar.doubt.isVisible(), "all alike, within seconds: asked about"
    step.bar.doubt.agree.click()
    step.bar.confirm.agree.click()
    until(lambda: step.dossier and step.dossier.own)

    decision = DecisionStep(context)
    qtbot.addWidget(decision)
    decision.show()
    decision.show_candidate(result.search, result.candidates, 0)
    until(lambda: decision.requirements.rows)
    assert not decision.form.accept.isEnabled(), "nothing else points to this person yet"
    decision.form.corroboration.setPlainText("The caption of the archive names this person.")
    until(decision.form.accept.isEnabled)
    decision.form.accept.click()
    decision.form.confirm.agree.click()
    until(decision.sealed.isVisible)
    stored = app.review.decision(first.id)
    assert stored is not None
    assert stored.outcome is Outcome.ACCEPTED
    assert LEAD_ONLY in {label.text() for label in decision.sealed.findChildren(QLabel)}
    assert app.review.examinations(ann, first.id).shown[0].conclusion is (
        Conclusion.SAME_EXTREMELY_STRONG
    )
    assert app.record.verify().sound
    context.close()
