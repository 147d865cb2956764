"""Whether the findings of an examination carry its conclusion."""

from secondlook.domain.blank import is_blank
from secondlook.domain.records import Examination
from secondlook.domain.review import CHECKLIST, Conclusion, Finding

GROUPS = frozenset(item.key for item in CHECKLIST)

STRONG = Conclusion.SAME_STRONG
"""From here on a conclusion of "same" needs a note, from its mirror image one of "different"."""


def component_notes(examination: Examination) -> dict[str, str]:
    """Notes on single component groups, by key."""
    notes = examination.view.get("component_notes", {})
    if not isinstance(notes, dict):
        return {}
    return {key: note for key, note in notes.items() if isinstance(note, str)}


def _groups(examination: Examination, finding: Finding) -> set[str]:
    """Component groups of the checklist with that finding; an invented one shows nothing."""
    return {k for k, v in examination.findings.items() if v is finding and k in GROUPS}


def supported(examination: Examination, similar: int) -> bool:
    """For a conclusion of "same": so many visible similar components, a note for every difference,
    and a note on the whole for a strong conclusion."""
    seen = len(_groups(examination, Finding.SIMILAR))
    notes = component_notes(examination)
    explained = all(
        not is_blank(notes.get(key, ""))
        for key, finding in examination.findings.items()
        if finding is Finding.DIFFERENT
    )
    noted = examination.conclusion < STRONG or not is_blank(examination.notes)
    return seen >= similar and explained and noted


def decisive(examination: Examination) -> bool:
    """For an exclusion: one visible difference, and a note."""
    return bool(_groups(examination, Finding.DIFFERENT)) and not is_blank(examination.notes)
