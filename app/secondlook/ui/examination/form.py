"""The examination under way: findings, conclusion and notes, and whether it may be committed."""

from datetime import UTC, datetime

from PySide6.QtWidgets import QPlainTextEdit

from secondlook.domain.records import ExaminationDraft
from secondlook.domain.review import Conclusion
from secondlook.ui.examination.dossier import Dossier
from secondlook.ui.examination.texts import tr


class Notes(QPlainTextEdit):
    """Free text. Tab leaves it, so the keyboard is never caught in it."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Notes"))
        self.setPlaceholderText(self.tr("Notes: what you saw, and what you could not see"))
        self.setMinimumHeight(56)


def started(draft: ExaminationDraft) -> str:
    """When this examination began: a restored draft keeps its time."""
    return draft.started_at or datetime.now(UTC).isoformat(timespec="milliseconds")


def closed_reason(dossier: Dossier) -> str:
    """Why this candidate cannot be examined (any more); empty when it can."""
    if dossier.decision is not None:
        return tr("This candidate is decided; it can no longer be examined.")
    if dossier.case.closed_at is not None:
        return tr("The case is closed.")
    if not dossier.candidate.offered:
        return tr("Below the policy's lead line: recorded, not offered for examination.")
    if not dossier.operator.examines:
        return tr("Only an examiner can examine.")
    return ""


def obstacle(dossier: Dossier, blanks: int, conclusion: Conclusion | None) -> str:
    """Why the examination cannot be committed yet; empty when it can."""
    closed = closed_reason(dossier)
    if closed:
        return closed
    missing = []
    if blanks and dossier.policy.checklist_required:
        missing.append(
            tr("1 component is blank") if blanks == 1 else tr("{n} components are blank")
        )
    if conclusion is None:
        missing.append(tr("no conclusion is chosen"))
    text = ", ".join(missing).format(n=blanks)
    return f"{text[0].upper()}{text[1:]}." if text else ""
