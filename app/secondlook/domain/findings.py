"""Whether the findings of an examination carry its conclusion."""

from enum import StrEnum
from typing import Any

from secondlook.domain.blank import is_blank
from secondlook.domain.opinions import dissents
from secondlook.domain.policy import Policy
from secondlook.domain.records import Examination, ExaminationDraft
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, checklist_complete

GROUPS = frozenset(item.key for item in CHECKLIST)

STRONG = Conclusion.SAME_STRONG
"""From here on a conclusion of "same" needs a note, from its mirror image one of "different"."""


def component_notes(examination: Examination) -> dict[str, str]:
    """Notes on single component groups, by key."""
    return notes_in(examination.view)


def notes_in(view: dict[str, Any]) -> dict[str, str]:
    """Of an examination, or of one under way."""
    notes = view.get("component_notes", {})
    if not isinstance(notes, dict):
        return {}
    return {key: note for key, note in notes.items() if isinstance(note, str)}


def _groups(examination: Examination | ExaminationDraft, finding: Finding) -> set[str]:
    """Component groups of the checklist with that finding; an invented one shows nothing."""
    return {k for k, v in examination.findings.items() if v is finding and k in GROUPS}


def supported(examination: Examination | ExaminationDraft, similar: int) -> bool:
    """For a conclusion of "same": so many visible similar components, a note for every difference,
    and a note on the whole for a strong conclusion."""
    seen = len(_groups(examination, Finding.SIMILAR))
    notes = notes_in(examination.view)
    explained = all(
        not is_blank(notes.get(key, ""))
        for key, finding in examination.findings.items()
        if finding is Finding.DIFFERENT
    )
    strong = examination.conclusion is not None and examination.conclusion >= STRONG
    noted = not strong or not is_blank(examination.notes)
    return seen >= similar and explained and noted


def decisive(examination: Examination | ExaminationDraft) -> bool:
    """For an exclusion: one visible difference, and a note."""
    return bool(_groups(examination, Finding.DIFFERENT)) and not is_blank(examination.notes)


class Missing(StrEnum):
    """What an examination still needs before it can be committed."""

    CONCLUSION = "conclusion"
    ANSWERS = "answers"
    """A finding for every component: but for who excludes with one visible difference."""
    NOTES = "notes"
    """Behind a strong conclusion."""
    SUPPORT = "support"
    """What a policy asks of findings behind "same": afterwards it could not be put right."""


def missing(draft: ExaminationDraft, *policies: Policy) -> tuple[Missing, ...]:
    """By the strictest of the policies that ask. What support lacks is said once the rest is there,
    which is part of it."""
    conclusion = draft.conclusion
    differs = Finding.DIFFERENT in draft.findings.values()
    excludes = conclusion is not None and dissents(conclusion) and differs
    answers = any(p.checklist_required for p in policies) and not excludes
    similar = similar_needed(draft, *policies)
    asked = {
        Missing.ANSWERS: answers and not checklist_complete(draft.findings),
        Missing.CONCLUSION: conclusion is None,
        Missing.NOTES: conclusion is not None and _strong(conclusion) and is_blank(draft.notes),
    }
    lacking = tuple(one for one, absent in asked.items() if absent)
    if lacking or similar is None or supported(draft, similar):
        return lacking
    return (Missing.SUPPORT,)


def similar_needed(draft: ExaminationDraft, *policies: Policy) -> int | None:
    """How many similar components the conclusion takes; None where it supports no lead."""
    reached = -9 if draft.conclusion is None else draft.conclusion
    asked = (p.min_similar_components for p in policies if reached >= p.min_conclusion)
    return max((n for n in asked if n is not None), default=None)


def _strong(conclusion: Conclusion) -> bool:
    return conclusion >= STRONG or -3 <= conclusion <= -STRONG


class Doubt(StrEnum):
    """What is asked about a checklist once, before it is committed."""

    UNIFORM = "uniform"
    """All components have the same finding."""
    HURRIED = "hurried"
    """It was filled in faster than it can be read."""


READING_SECONDS = 1.0
"""For one component: a look at each face takes that long at the very least."""


def doubts(findings: dict[str, Finding], seconds: float | None) -> tuple[Doubt, ...]:
    """``seconds``: in which all of them were given; None where that is not known."""
    complete = checklist_complete(findings)
    uniform = complete and len(set(findings.values())) == 1
    hurried = seconds is not None and seconds < READING_SECONDS * len(CHECKLIST)
    asked = {Doubt.UNIFORM: uniform, Doubt.HURRIED: complete and hurried}
    return tuple(one for one, doubted in asked.items() if doubted)
