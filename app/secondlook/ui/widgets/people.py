"""How a person of a gallery is called on the screen."""

from PySide6.QtCore import QCoreApplication

from secondlook.domain.records import Candidate


def person_label(candidate: Candidate) -> str:
    """The name; where the gallery knows only a key, a text that nobody takes for a name."""
    if candidate.display_name != candidate.person_key:
        return candidate.display_name
    return QCoreApplication.translate("people", "Person {key}").format(key=candidate.person_key)
