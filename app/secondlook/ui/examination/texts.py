"""Words of the review that several of its parts show."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from PySide6.QtCore import QCoreApplication

from secondlook.domain.records import Examination
from secondlook.domain.review import CHECKLIST, CONCLUSION_LABELS, Conclusion, Finding
from secondlook.ui.examination.geometry import TONE_STEPS

SCALE: tuple[Conclusion, ...] = tuple(Conclusion(value) for value in range(-3, 4))
"""Different people .. same person; the keys 1 to 7 in this order, 0 for insufficient quality."""


def tr(text: str) -> str:
    return QCoreApplication.translate("review", text)


def finding_label(finding: Finding) -> str:
    return {
        Finding.SIMILAR: tr("Similar"),
        Finding.DIFFERENT: tr("Different"),
        Finding.UNDETERMINED: tr("Undetermined"),
        Finding.NOT_VISIBLE: tr("Not visible"),
    }[finding]


def strength(conclusion: Conclusion) -> str:
    """The short word on a step of the scale; its side says the rest."""
    return {
        3: tr("Extremely strong"),
        2: tr("Strong"),
        1: tr("Support"),
        0: tr("Inconclusive"),
    }.get(abs(conclusion), tr("Insufficient quality"))


def signed(conclusion: Conclusion) -> str:
    """−3 .. +3, with a real minus; nothing where the quality did not suffice."""
    if conclusion is Conclusion.INSUFFICIENT_QUALITY:
        return "–"
    return f"+{conclusion}" if conclusion > 0 else str(int(conclusion)).replace("-", "−")


def conclusion_text(conclusion: Conclusion) -> str:
    """−2 · Strong support for different people."""
    label = tr(CONCLUSION_LABELS[conclusion])
    if conclusion is Conclusion.INSUFFICIENT_QUALITY:
        return label
    return f"{signed(conclusion)} · {label}"


def local_time(stamp: str) -> str:
    """A stored UTC time as the machine's own, to the minute."""
    return datetime.fromisoformat(stamp).astimezone().strftime("%Y-%m-%d %H:%M")


def time_on_task(examination: Examination) -> str:
    start, end = (
        datetime.fromisoformat(t) for t in (examination.started_at, examination.committed_at)
    )
    minutes = round((end - start).total_seconds() / 60)
    if minutes > 180:  # laid aside in between: the span says nothing about the work
        return tr("begun {when}").format(when=local_time(examination.started_at))
    return tr("less than a minute") if minutes < 1 else tr("{n} min").format(n=minutes)


def used_adjustments(view: dict[str, Any]) -> str:
    """The adjustments under which an examination was committed; empty for none."""
    used = view.get("adjustments", {})
    parts = [tr("rotation {:+g}°").format(used["rotation"])] if used.get("rotation") else []
    for key, name in (("brightness", tr("brightness")), ("contrast", tr("contrast"))):
        if used.get(key):
            parts.append(f"{name} {used[key] * TONE_STEPS:+g}")
    if view and any(o != {"x": 0.0, "y": 0.0, "ratio": 1.0} for o in view.get("offsets", [])):
        parts.append(tr("moved by hand"))
    return ", ".join(parts)


def disagreements(examinations: Iterable[Examination]) -> list[str]:
    """Keys of the components on which not everyone found the same, in the checklist's order."""
    found = [e.findings for e in examinations]
    return [item.key for item in CHECKLIST if len({f.get(item.key) for f in found}) > 1]
