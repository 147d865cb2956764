"""The examination under way: findings, conclusion and notes, and whether it may be committed."""

from datetime import UTC, datetime

from PySide6.QtWidgets import QPlainTextEdit

from secondlook.domain.blank import is_blank
from secondlook.domain.findings import Doubt, Missing, decisive, missing, similar_needed
from secondlook.domain.opinions import dissents, lowers
from secondlook.domain.records import ExaminationDraft
from secondlook.domain.review import CHECKLIST
from secondlook.ui.examination.dossier import Dossier
from secondlook.ui.examination.texts import finding_label, tr


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


def obstacle(dossier: Dossier, draft: ExaminationDraft) -> str:
    """Why the examination cannot be committed yet; empty when it can."""
    closed = closed_reason(dossier)
    if closed:
        return closed
    if dossier.own and draft.conclusion is not None:
        if not lowers(draft.conclusion, [dossier.own.conclusion]):
            return tr("Your opinion can only be lowered: choose a lower conclusion.")
        if is_blank(draft.notes):
            return tr("Say in the notes why you lower your opinion.")
    lacking = missing(draft, *dossier.policies)
    blanks = len(CHECKLIST) - len(draft.findings)
    texts = {
        Missing.ANSWERS: tr("1 component is blank")
        if blanks == 1
        else tr("{n} components are blank"),
        Missing.CONCLUSION: tr("no conclusion is chosen"),
        Missing.NOTES: tr("a strong conclusion needs a note"),
        Missing.SUPPORT: tr(
            "this conclusion needs {similar} similar components, and a note for every difference"
        ),
    }
    similar = similar_needed(draft, *dossier.policies)
    text = ", ".join(texts[one] for one in lacking).format(n=blanks, similar=similar)
    return f"{text[0].upper()}{text[1:]}." if text else ""


def advice(draft: ExaminationDraft) -> str:
    """What may be committed as it is, and would not count for what it concludes."""
    conclusion = draft.conclusion
    if conclusion is None or not dissents(conclusion) or decisive(draft):
        return ""
    return tr("Excludes only with one visible difference and a note.")


def doubt_text(asked: tuple[Doubt, ...], draft: ExaminationDraft, seconds: float | None) -> str:
    """The question that is asked once about a checklist that looks as if nobody had looked."""
    count, parts = len(CHECKLIST), []
    if Doubt.UNIFORM in asked:
        finding = next(iter(draft.findings.values()))
        text = tr("All {n} are marked “{finding}”.")
        parts.append(text.format(n=count, finding=finding_label(finding).lower()))
    if Doubt.HURRIED in asked and seconds is not None:
        text = tr("{n} components were answered in {seconds} s.")
        parts.append(text.format(n=count, seconds=max(1, round(seconds))))
    return " ".join([*parts, tr("Is that what you see?")])
