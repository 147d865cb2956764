"""Whether the findings of an examination carry its conclusion."""

from secondlook.domain.blank import is_blank
from secondlook.domain.records import Examination
from secondlook.domain.review import Conclusion, Finding

STRONG = Conclusion.SAME_STRONG
"""From here on a conclusion of "same" needs a note, from its mirror image one of "different"."""


def component_notes(examination: Examination) -> dict[str, str]:
    """Notes on single component groups, by key."""
    notes = examination.view.get("component_notes", {})
    return {str(k): str(v) for k, v in notes.items()} if isinstance(notes, dict) else {}


def supported(examination: Examination, similar: int) -> bool:
    """For a conclusion of "same": so many visible similar components, a note for every difference,
    and a note on the whole for a strong conclusion."""
    seen = list(examination.findings.values()).count(Finding.SIMILAR)
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
    return Finding.DIFFERENT in examination.findings.values() and not is_blank(examination.notes)
