"""How it reads why a question may not end in a certain way yet."""

from secondlook.domain.outcomes import OutcomeRefusal
from secondlook.texts.translate import translate


def tr(text: str) -> str:
    return translate("outcomes", text)


REFUSALS: dict[OutcomeRefusal, str] = {
    OutcomeRefusal.TOO_FEW_EXCLUDE: (
        "Excluding takes as many people as accepting, each with one visible difference and a note"
    ),
    OutcomeRefusal.CONFLICT: (
        "Examiners contradict each other: a third examiner who has seen nothing examines next, "
        "then somebody else decides"
    ),
    OutcomeRefusal.NO_CONFLICT: "Only where examiners contradict each other",
    OutcomeRefusal.NOT_EXAMINED: "This policy wants every candidate examined",
    OutcomeRefusal.EXAMINED: "Somebody has examined it",
    OutcomeRefusal.NOT_SAME_PHOTOGRAPH: "Nothing shows that the two are one photograph",
}
assert set(REFUSALS) == set(OutcomeRefusal)


def with_basis(outcome: str, *, unit_of_two: bool) -> str:
    """An outcome that two people carry who are two only by their own word says so."""
    return tr("{outcome} · unit of two").format(outcome=outcome) if unit_of_two else outcome


def refusal_text(refusal: OutcomeRefusal, excluding: int, needed: int) -> str:
    """``excluding`` of ``needed``: people who exclude so far."""
    text = tr(REFUSALS[refusal])
    if refusal is OutcomeRefusal.TOO_FEW_EXCLUDE:
        so_far = tr("{n} of {needed} people exclude").format(n=excluding, needed=needed)
        return f"{so_far}. {text}."
    return f"{text}."
