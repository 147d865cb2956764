"""The parts that screens are made of say what they should."""

from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pytest
from PIL import Image
from PySide6.QtWidgets import QLabel, QLineEdit
from pytestqt.qtbot import QtBot

from secondlook.domain.cancel import Progress
from secondlook.domain.confidence import Confidence, ConfidenceStatus
from secondlook.domain.errors import InputError
from secondlook.domain.faces import Component, Quality
from secondlook.domain.facts import Facts, Tries
from secondlook.domain.requirements import assess
from secondlook.domain.review import ProbeOrigin
from secondlook.ui.context import Context
from secondlook.ui.widgets.confidence import confidence_meaning
from secondlook.ui.widgets.dialogs import FormDialog
from secondlook.ui.widgets.progress import ProgressStrip, duration
from secondlook.ui.widgets.quality import QualityTable
from secondlook.ui.widgets.requirements import RequirementsPanel
from secondlook.ui.widgets.thumbs import Thumbnail

Until = Callable[[Callable[[], object]], None]
BLURRED = Quality(38, 0.05, 0.8, 0.5, 12, 1, 0.9)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.4, "0 s"), (14, "14 s"), (200, "3 min 20 s"), (900, "15 min"), (3900, "1 h 5 min")],
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_progress_says_how_far_how_fast_and_how_long(qtbot: QtBot) -> None:
    strip = ProgressStrip("Enrolling")
    qtbot.addWidget(strip)
    asked: list[object] = []
    strip.paused.connect(asked.append)
    strip.cancelled.connect(lambda: asked.append("cancel"))
    strip.set_progress(Progress(312, 1000, 48.0))
    assert strip.text.text() == "312 of 1,000 · 48/s · 14 s left"
    strip.pause.click()
    strip.set_progress(Progress(313, 1000, 48.0))
    assert strip.text.text() == "Paused · 313 of 1,000"
    strip.pause.click()
    strip.pause.setChecked(True)  # shows what somebody else asked for
    strip.reset()
    strip.cancel.click()
    assert asked == [True, False, "cancel"]
    assert not strip.cancel.isEnabled()


def test_requirements_are_counted_and_told_apart_without_colour(
    qtbot: QtBot, context: Context
) -> None:
    policy = context.app.policies.default()
    confidence = Confidence(99.5, ConfidenceStatus.MEASURED, 1e-6, 0.005)
    facts = Facts(
        "Missing person", "", 0, (ProbeOrigin.PHOTOGRAPH,), "ok", BLURRED, BLURRED, confidence,
        Tries(450, 450, 450), 450, 0.2,
    )  # fmt: skip
    assessment = assess(policy, facts)
    panel = RequirementsPanel()
    qtbot.addWidget(panel)
    panel.show_assessment(policy, assessment)
    total = len(assessment.requirements)
    met = total - len(assessment.unmet)
    assert panel.heading.text() == f"{met} of {total} requirements met"
    states = [row.icon.accessibleName() for row in panel.rows]
    assert states == ["not met"] * (total - met) + ["met"] * met
    panel.rows[1].more.click()
    panel.show_assessment(policy, assessment)
    assert panel.rows[1].more.isChecked(), "what was unfolded stays so"


def test_quality_names_the_cause(qtbot: QtBot, context: Context) -> None:
    table = QualityTable()
    qtbot.addWidget(table)
    table.show_quality(BLURRED, context.app.policies.default().probe_limits)
    not_measured = "Measured by an earlier version, without this: measure it again."
    limits = context.app.policies.default().probe_limits
    later = [component for component in limits if BLURRED.value(component) is None]
    assert table.causes == dict.fromkeys(later, not_measured) | {
        Component.SHARPNESS: "The face is blurred."
    }
    shown = [label.text() for label in table.findChildren(QLabel)]
    assert "not measured" in shown
    enlarged = replace(BLURRED, sharpness=0.9, effective_eye_px=12)
    table.show_quality(enlarged, context.app.policies.default().probe_limits)
    assert table.causes[Component.EFFECTIVE].endswith("blurred, or enlarged from a smaller one.")
    negative = replace(BLURRED, inversion=0.05)
    table.show_quality(negative, context.app.policies.default().probe_limits)
    assert table.causes[Component.INVERSION].startswith("This looks like a negative: invert it")


def test_thumbnails_arrive_once_and_failures_are_told(
    qtbot: QtBot, context: Context, until: Until
) -> None:
    loads: list[str] = []

    def picture() -> bytes:
        loads.append("a")
        data = BytesIO()
        Image.new("RGB", (40, 20), "red").save(data, "JPEG")
        return data.getvalue()

    def missing() -> bytes:
        raise InputError("is gone.", subject="x.jpg")

    first, second, broken = (Thumbnail(context, 64) for _ in range(3))
    for widget in (first, second, broken):
        qtbot.addWidget(widget)
    first.load("a", picture)
    second.load("a", picture)
    broken.load("b", missing)
    until(lambda: first.loaded and second.loaded and broken.toolTip())
    assert loads == ["a"]
    assert broken.toolTip() == "x.jpg: is gone."
    assert not broken.grab().isNull()


def test_a_form_starts_in_its_first_field_and_tells_what_is_wrong(qtbot: QtBot) -> None:
    class Form(FormDialog):
        def problem(self) -> str:
            return "" if field.text() else "Say something."

    field = QLineEdit()
    form = Form("Title", action="Do it")
    qtbot.addWidget(form)
    form.add_field("Field", field)
    submitted: list[bool] = []
    form.submitted.connect(lambda: submitted.append(True))
    form.open()
    assert form.focusWidget() is field
    form.submit()
    assert form.error.text() == "Say something."
    field.setText("x")
    form.submit()
    assert submitted == [True]
    assert form.error.text() == ""


def test_a_confidence_is_explained_with_its_own_figure() -> None:
    def meaning(value: float | None) -> str:
        return confidence_meaning(Confidence(value, ConfidenceStatus.MEASURED, 1e-6, 0.01))

    assert meaning(99.0) == (
        "Search confidence 99.00 %: if this person is not among the people compared, at most 1 "
        "search in 100 shows a candidate this strong."
    )
    assert "at most 1 search in 5 " in meaning(80.0)
    assert not meaning(None)
