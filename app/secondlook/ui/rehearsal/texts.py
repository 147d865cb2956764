"""Words and numbers of the rehearsal screen."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from secondlook.domain.facts import REHEARSED_PEOPLE
from secondlook.domain.rehearsal import Kind, Rate, Verdict
from secondlook.storage.rehearsals import RehearsalSummary
from secondlook.ui.gallery.texts import counted, day
from secondlook.ui.widgets.labels import Tone

if TYPE_CHECKING:
    from secondlook.services.rehearse import RehearsalReport


def tr(text: str) -> str:
    return QCoreApplication.translate("rehearsal", text)


VERDICT_TONES: dict[Verdict, Tone] = {
    Verdict.HELD: "success",
    Verdict.OPEN: "info",
    Verdict.BROKEN: "error",
    Verdict.NOT_MEASURABLE: "neutral",
}


def verdict(found: Verdict) -> str:
    return {
        Verdict.HELD: tr("Within the promise"),
        Verdict.OPEN: tr("Too few to tell"),
        Verdict.BROKEN: tr("More than promised"),
        Verdict.NOT_MEASURABLE: tr("Not measurable"),
    }[found]


def percent(share: float) -> str:
    """0..1 as "0.4 %", "12 %": two digits that mean something."""
    value = 100 * share
    digits = 0 if value >= 10 or value == 0 else 1 if value >= 1 else 2
    return f"{value:.{digits}f} %"


def interval(rate: Rate) -> str:
    low, high = rate.interval
    return tr("{} to {}").format(percent(low), percent(high))


def people(value: int) -> str:
    return counted(value, tr("person"), tr("people"))


def searches(value: int) -> str:
    return counted(value, tr("search"), tr("searches"))


def kind(found: Kind) -> str:
    if found is Kind.LEAVE_ONE_OUT:
        return tr("Everybody left out in turn")
    return tr("People known to be absent")


def when(summary: RehearsalSummary) -> str:
    """For the list of rehearsals."""
    state = "" if summary.finished_at else tr(", unfinished")
    return f"{day(summary.started_at)} · {kind(summary.kind)}{state}"


def about(summary: RehearsalSummary) -> str:
    """Who was searched, with what, by whom."""
    parts = [
        tr("{} of {}").format(f"{summary.searched:,}", searches(summary.total)),
        tr("gallery of {}").format(people(summary.gallery_persons)),
        str(summary.model["name"]),
        summary.operator,
    ]
    if summary.failed:
        parts.insert(1, tr("{} could not be searched").format(f"{summary.failed:,}"))
    return " · ".join(parts)


def too_few(summary: RehearsalSummary) -> str:
    """Empty where there were enough people to say something."""
    if summary.people >= REHEARSED_PEOPLE or not summary.searched:
        return ""
    return tr(
        "Only {} were searched. Below {} a rehearsal says next to nothing, and no policy takes it "
        "as one."
    ).format(people(summary.people), REHEARSED_PEOPLE)


def outcome(report: "RehearsalReport") -> str:
    parts = [tr("{} made").format(searches(report.searched))]
    if report.failed:
        parts.append(tr("{} could not be searched").format(f"{report.failed:,}"))
    if report.pending:
        parts.append(tr("{} left to do").format(f"{report.pending:,}"))
    return ", ".join(parts)
