"""How it reads what a search proves that found nobody."""

from secondlook.domain.faces import COMPONENTS
from secondlook.domain.proof import Proof
from secondlook.texts.translate import translate


def tr(text: str) -> str:
    return translate("proof", text)


def proof_text(proof: Proof) -> str:
    if not proof.known:
        return tr(
            "How much this proves is not known: nobody in this gallery is enrolled with a second, "
            "different photograph to try it on."
        )
    text = tr(
        "On a picture as small, blurred, compressed and covered as this one, {found} of {tried} "
        "people who are enrolled with a second photograph would have been offered."
    ).format(found=proof.found, tried=proof.tried)
    if proof.unlike:
        causes = ", ".join(COMPONENTS[component].cause for component in proof.unlike)
        text += " " + tr(
            "This face is also {causes}, which could not be put on their photographs: fewer would "
            "have been."
        ).format(causes=causes)
    return text
