"""Words of the screen that checks a gallery."""

from collections import Counter
from datetime import date

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from secondlook.domain.faces import COMPONENTS, Component
from secondlook.domain.policy import Policy
from secondlook.services.hygiene import LIMIT, BelowLimits, Expiry, SuspiciousPairs
from secondlook.ui.gallery.texts import counted, number, references


def tr(text: str) -> str:
    return QCoreApplication.translate("hygiene", text)


def date_text(day: date) -> str:
    return QLocale().toString(QDate(day.year, day.month, day.day), "d MMM yyyy")


# Possible duplicates


def why(found: SuspiciousPairs) -> str:
    """What the line is."""
    if found.line is None:
        return tr(
            "Nothing says from which score on a pair is suspicious: {}. These are the {} highest, "
            "and most of them are different people."
        ).format(found.reason, number(len(found.pairs)))
    return tr("The line is a score of {:.3f}: {}.").format(found.line, found.reason)


def figure(score: float | None) -> str:
    """How alike two are, but for rivals that are listed because they share a photograph."""
    return "–" if score is None else f"{score:.3f}"


def rivals(found: SuspiciousPairs) -> str:
    """Why they come first; empty where there are none."""
    if all(pair.score is not None for pair in found.pairs):
        return ""
    return tr(
        "First come people of two galleries, or who have left, who share a photograph but not all, "
        "and whom an unknown was compared with. Each is the other's rival in the margin until two "
        "people call them one person."
    )


def curve(found: SuspiciousPairs) -> str:
    """What the line rests on."""
    return tr("The curve was measured on {}").format(found.cohort) if found.cohort else ""


def more(found: SuspiciousPairs) -> str:
    """Empty where all are listed."""
    if found.line is None or not found.more:
        return ""
    return tr(
        "{} the line; {} open ones are listed at a time. Mark these, and check again."
    ).format(counted(found.more, tr("more pair reaches"), tr("more pairs reach")), LIMIT)


def no_pairs(found: SuspiciousPairs) -> str:
    if found.line is None:
        return tr("There are no two people in this gallery to compare.")
    return tr(
        "No two people score {:.3f} or more. That is the line: {}.\n\nSomebody who was enrolled "
        "twice with two very unlike pictures may still score below it."
    ).format(found.line, found.reason)


def marks_mean() -> str:
    return tr(
        "Compare them as you would in a case. “Same person” is a person under two names: once a "
        "second person says so too, and nobody says “different”, the two are no longer compared as "
        "different people when confidences are worked out. What others found of a pair is shown "
        "when you have judged it. Everybody's last mark counts, and earlier ones stay on record."
    )


def if_same() -> str:
    return tr(
        "A search shows this person under both names, each the other's rival. To keep one: open "
        "the other, remove it there, and add its images again under the name that stays."
    )


# Expired


def expiry_heading(found: Expiry) -> str:
    parts = [
        counted(len(found.expired), tr("reference past its date"), tr("references past their date"))
    ]
    if found.unreadable:
        parts.append(
            counted(len(found.unreadable), tr("date cannot be read"), tr("dates cannot be read"))
        )
    return " · ".join(parts)


def expiry_hint() -> str:
    return tr(
        "By the column expires or valid_until of the table a person was enrolled from. A search "
        "still finds them: replace the reference, or remove the person."
    )


def nothing_expired(found: Expiry) -> tuple[str, str]:
    """Title and text."""
    if not found.dated:
        return tr("Nobody has a date of expiry"), tr(
            "A gallery made from a CSV table can say until when a reference may be used, in a "
            "column expires or valid_until, as 2030-12-31. This gallery has no such dates."
        )
    return tr("No date has passed"), tr(
        "{} with a date of expiry: all can be read, and none has passed."
    ).format(references(found.dated))


# Below limits


def limits_heading(found: tuple[BelowLimits, ...], total: int) -> str:
    text = tr("{} of {} could not be accepted as a lead")
    return text.format(number(len(found)), references(total))


def limits_counts(found: tuple[BelowLimits, ...]) -> str:
    """How many miss what: "Eye distance 12 · Sharpness 3"."""
    counts = Counter(missed.component for each in found for missed in each.shortfalls)
    named = [f"{COMPONENTS[c].label} {number(counts[c])}" for c in Component if counts[c]]
    return " · ".join(named)


def none_below(policy: Policy, total: int) -> tuple[str, str]:
    """Title and text."""
    if not policy.reference_limits:
        return tr("No limits"), tr("{} sets no limits for references.").format(policy.title)
    return tr("Every reference meets the limits"), tr(
        "{}: none misses what {} asks of a reference."
    ).format(references(total), policy.title)
