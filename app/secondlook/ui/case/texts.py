"""How times, counts, percentages and calibrations read on the case screens."""

import re
from datetime import UTC, datetime

from PySide6.QtCore import QCoreApplication

from secondlook.domain.calibration import Moved
from secondlook.domain.confidence import ConfidenceStatus, format_percent
from secondlook.domain.faces import Face, Quality, shortfalls
from secondlook.domain.limits import in_the_way
from secondlook.domain.policy import Policy
from secondlook.domain.records import CalibrationNote, Candidate
from secondlook.services.identify import Compared
from secondlook.storage.rehearsals import RehearsalNote


def tr(text: str, disambiguation: str | None = None, n: int = -1) -> str:
    """A translated text of these screens, for code outside a QObject."""
    return QCoreApplication.translate("case", text, disambiguation, n)


def moment(stamp: str) -> datetime:
    """The local time of a stored stamp (UTC, ISO 8601)."""
    parsed = datetime.fromisoformat(stamp)
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).astimezone()


def day(stamp: str) -> str:
    return f"{moment(stamp):%Y-%m-%d}"


def day_and_time(stamp: str) -> str:
    return f"{moment(stamp):%Y-%m-%d %H:%M}"


def count(number: int) -> str:
    """Thousands set apart: 101,025."""
    return f"{number:,}"


def percent(value: float) -> str:
    """A policy's line: "99 %", without decimals it does not need."""
    return f"{value:g}\u00a0%"


def short_title(policy: Policy) -> str:
    """A policy's title without its percentage, which is shown beside it."""
    return policy.title.split(" (")[0]


def policy_line(policy: Policy) -> str:
    """What a policy asks of a candidate, in one line."""
    if not policy.accepts:
        return tr("Never accepts · line {line} · offers from {lead}").format(
            line=percent(policy.accept_confidence), lead=percent(policy.lead_confidence)
        )
    people = tr("1 examiner") if policy.examiners == 1 else tr("2 independent examiners")
    return tr("Accepts a lead from {line} · offers from {lead} · {people}").format(
        line=percent(policy.accept_confidence), lead=percent(policy.lead_confidence), people=people
    )


def calibration_line(note: CalibrationNote) -> str:
    """What a search's confidences rest on, and how high they could get, in one line."""
    parts = [tr("No comparisons in this gallery to calibrate on")]
    if note.comparisons:
        text = tr("{comparisons} comparisons among {people} people")
        parts = [text.format(comparisons=count(note.comparisons), people=count(note.persons))]
    if note.reference_cohort:
        cohort = re.split(r"[,:;] ", note.reference_cohort)[0]
        text = tr("beyond them the model's reference curve ({})")
        if not note.comparisons:
            text = tr("only the model's reference curve ({})")
        parts.append(text.format(cohort))
    if note.left_out:
        text = tr("{n} left out, called one person by two people each")
        if note.left_out_by_one:
            text = tr("{n} left out as one person each, {m} of them on one person's word")
        pairs = tr("1 pair") if len(note.left_out) == 1 else tr("{n} pairs")
        parts.append(text.format(n=pairs.format(n=len(note.left_out)), m=note.left_out_by_one))
    if note.moved_by == Moved.CROWD and note.moved and note.moved > 0:
        text = tr("scores count {} lower: those it resembles most resemble others here closely")
        parts.append(text.format(f"{note.moved:.3f}"))
    if note.ceiling > 0:
        parts.append(tr("confidence ceiling {} %").format(format_percent(note.ceiling)))
    return " · ".join(parts)


def limit_line(note: CalibrationNote | RehearsalNote, percent: float) -> str:
    """Who is in the way of a confidence, and what to do about it; empty where nobody is."""
    limit = note.limit
    lines = in_the_way(note.scores_at, limit.scores_at) if limit else []
    if limit is None or not lines:
        return ""
    line = f"{percent:g}" if f"{percent:g}" in lines else lines[-1]
    first, more = limit.pairs[0], len(limit.pairs) - 1
    who = tr("{a} and {b} look like one person").format(a=first.name, b=first.other_name)
    if more:
        others = tr("1 more pair") if more == 1 else tr("{n} more pairs").format(n=more)
        who = tr("{who}, as do {others}").format(who=who, others=others)
    score = note.scores_at[line]
    if score is None:
        text = tr("At most {ceiling} % here, because {who}: judge the pair.")
        return text.format(ceiling=format_percent(note.ceiling), who=who)
    text = tr(
        "{line} % takes a score of {now} here, and {then} without this: {who}. Judge the pair."
    )
    then = limit.scores_at[line]
    return text.format(line=line, now=f"{score:.3f}", then=f"{then:.3f}", who=who)


def compared_text(compared: Compared) -> str:
    """N of a face so far, what it is made of, and what a search of the chosen gallery adds."""
    made = ", ".join(
        tr("{n} in “{gallery}”").format(n=count(n), gallery=gallery)
        if gallery
        else tr("{n} in no gallery").format(n=count(n))
        for gallery, n in compared.galleries
    )
    parts = [] if compared.now else [tr("This face was not compared with anybody yet.")]
    if made:
        whole = compared.now > compared.elsewhere
        text = tr("Compared with {n} people so far ({made}).") if whole else tr("Compared: {made}.")
        parts.append(text.format(n=count(compared.now), made=made))
    if compared.elsewhere:
        text = tr("People looked through elsewhere: {n}. N is at least that.")
        parts.append(text.format(n=count(compared.elsewhere)))
    if compared.pictures > 1:
        parts.append(tr("{n} pictures share this.").format(n=compared.pictures))
    added = compared.after - compared.now
    if added:
        text = tr("This gallery adds {added}: N = {after}.")
        parts.append(text.format(added=count(added), after=count(compared.after)))
    elif compared.now > compared.elsewhere:
        parts.append(tr("This gallery adds nobody."))
    return " ".join(parts)


def margin(candidate: Candidate) -> str:
    """The lead over the runner-up, or the distance to the first."""
    if candidate.margin == float("inf"):
        return tr("nobody else in the gallery")
    if candidate.rank == 1:
        return tr("{margin} ahead of the runner-up").format(margin=f"{candidate.margin:.3f}")
    return tr("{margin} behind the first").format(margin=f"{-candidate.margin:.3f}")


def confidence_source(candidate: Candidate) -> str:
    """The mark beside a confidence that does not come from the gallery's own counts."""
    if candidate.confidence.status is ConfidenceStatus.REFERENCE:
        return tr("reference curve")
    if candidate.confidence.status is ConfidenceStatus.EXTRAPOLATED:
        return tr("extrapolated")
    return ""


def placed_by(face: Face) -> str:
    """Who placed the points by hand, and what the detector says there; "" where nobody did."""
    placement = face.placement
    if placement is None:
        return ""
    who = tr("Placed by hand by {name}.").format(name=placement.by)
    if placement.seen is None:
        said = tr("The detector sees no face here.")
    elif not face.score:
        said = tr("The points do not lie on the face that the detector sees here.")
    else:
        said = tr("The detector sees a face here: the worse of both is measured.")
    return f"{who} {said}"


def quality_verdict(quality: Quality, policy: Policy) -> tuple[bool, str]:
    """Whether a probe's quality meets the policy's limits, and the text that says so."""
    missed = shortfalls(quality, policy.probe_limits)
    if not policy.probe_limits:
        return True, tr("No quality limits in this policy")
    if not missed:
        return True, tr("All {n} quality limits met").format(n=len(policy.probe_limits))
    return False, "\n".join(str(one)[:1].upper() + str(one)[1:] for one in missed)
