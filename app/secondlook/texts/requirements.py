"""How a requirement reads: its title, what it needs, what is there."""

from collections.abc import Callable
from dataclasses import dataclass

from secondlook.domain.confidence import format_percent, search_confidence
from secondlook.domain.faces import COMPONENTS, Bound, Component
from secondlook.domain.photographs import Standing
from secondlook.domain.requirements import Requirement, Values
from secondlook.domain.review import (
    CONCLUSION_LABELS,
    ORIGIN_LABELS,
    OUTCOME_LABELS,
    Conclusion,
    Outcome,
    ProbeOrigin,
)
from secondlook.domain.trust import Trust
from secondlook.texts.translate import translate


def tr(text: str) -> str:
    return translate("requirements", text)


@dataclass(frozen=True, slots=True)
class RequirementText:
    title: str
    needed: str
    present: str


Side = Callable[[Values], str]


def requirement_text(requirement: Requirement) -> RequirementText:
    title, needed, present = TEXTS[requirement.name]
    if requirement.hidden:
        there = tr("hidden until you have examined")
    else:
        there = present(requirement.present)
    asked = needed(requirement.needed)
    if requirement.name in CURES and not requirement.met and not requirement.hidden:
        asked += f" ({tr(CURES[requirement.name])})"
    return RequirementText(tr(title), asked, there)


def requirement_line(requirement: Requirement) -> str:
    """For a message: "Margin to the next person: needs at least 0.05, found 0.013"."""
    text = requirement_text(requirement)
    return tr("{title}: needs {needed}, found {found}").format(
        title=text.title, needed=text.needed, found=text.present
    )


CURES = {
    "minimum_model": ("get one under Models, or with secondlook models fetch; then search again"),
    "rehearsal": "rehearse the gallery; the search need not be made again",
}


def _constant(text: str) -> Side:
    return lambda _: tr(text)


def _purpose(v: Values) -> str:
    return str(v["purpose"]) or tr("not stated")


def _authorisation(v: Values) -> str:
    if not v["reference"]:
        return tr("none recorded")
    late = v["delay_hours"]
    return str(v["reference"]) + (
        tr(", recorded {:.0f} h after opening").format(late) if late else ""
    )


def _origins(codes: list[str]) -> str:
    return ", ".join(tr(ORIGIN_LABELS[ProbeOrigin(c)]).lower() for c in codes)


def _analysis(v: Values) -> str:
    if not v["written"]:
        return tr("none")
    if v["analysed"] < v["examiners"]:
        return tr("{} of {} examiners analysed it first").format(v["analysed"], v["examiners"])
    return tr("written")


def _limits(v: Values) -> str:
    return tr("{} quality limits").format(len(v["limits"]))


def _shortfall(missed: Values) -> str:
    info = COMPONENTS[Component(missed["component"])]
    if missed["value"] is None:
        return tr("{}: not measured, measure again").format(tr(info.label))
    unit = f" {info.unit}" if info.unit.isalpha() else info.unit
    digits = info.digits  # as many as tell the two apart
    while round(missed["value"], digits) == round(missed["needed"], digits) and digits < 4:
        digits += 1
    value, needed = (f"{missed[k]:.{digits}f}{unit}" for k in ("value", "needed"))
    form = (
        tr("{cause}: {label} is {value}, policy needs {needed}")
        if info.bound is Bound.FLOOR
        else tr("{cause}: {label} is {value}, policy allows {needed}")
    )
    return form.format(
        cause=tr(info.cause), label=tr(info.label).lower(), value=value, needed=needed
    )


def _missed(v: Values) -> str:
    return "; ".join(map(_shortfall, v["missed"])) or tr("all met")


def _models(v: Values) -> str:
    def one(model: Values) -> str:
        status = {
            "evaluation": tr("for evaluation only"), "": tr("status not recorded")
        }.get(model["status"], model["status"])  # fmt: skip
        return f"{model['name']}, {status}"

    return "; ".join(map(one, v["models"])) or tr("not recorded")


TRUST_LABELS = {
    Trust.SHIPPED: "ships with the program",
    Trust.APPROVED: "approved by two people",
    Trust.ALTERED: "altered",
    Trust.UNVERIFIED: "unverified",
}


def _trusts(v: Values) -> str:
    def one(model: Values) -> str:
        trust = model["trust"]
        label = tr(TRUST_LABELS[Trust(trust)]) if trust else tr("no card kept: search again")
        return f"{model['name']}: {label}"

    return "; ".join(map(one, v["models"]))


def _rehearsal_needed(v: Values) -> str:
    return tr(
        "one of this gallery with this model, of at least {people} absent people, "
        "not more than {days} days before the search"
    ).format(**v)


def _rehearsal(v: Values) -> str:
    if not v:
        return tr("none")
    text = tr("{day}, {people} absent people").format(day=v["finished_at"][:10], people=v["people"])
    if v["persons_then"] == v["persons_searched"]:
        return text
    return text + tr(", in a gallery of {then} persons that had {now} at this search").format(
        then=v["persons_then"], now=v["persons_searched"]
    )


PHOTOGRAPHS = {
    Standing.CERTAIN: "the same file",
    Standing.SUSPECTED: "they look like one photograph: two people judge it",
    Standing.SAME: "one photograph, as two people judged",
    Standing.DIFFERENT: "two photographs, as two people judged",
    Standing.NONE: "two photographs",
}


def _confidence_needed(v: Values) -> str:
    text = tr("at least {} %").format(format_percent(v["percent"]))
    return text + (tr(", measured in this gallery") if v["counted"] else "")


BEYOND_COUNTS = {
    "reference": ", from the model's reference curve",
    "extrapolated": ", extrapolated beyond what was counted",
}


def _confidence(v: Values) -> str:
    """With every try counted; the figure of the search beside it where it was another."""
    if not v["calibration_stands"]:
        return tr("pairs that its calibration left out are not called one person any more")
    if v["status"] == "not_measurable":
        return tr("not measurable: too few comparisons to resolve it")
    value = format_percent(search_confidence(v["fmr_upper"], v["persons"]))
    text = tr("{value} %, compared with {persons:,} in all").format(
        value=value, persons=v["persons"]
    )
    if v["searched"] is not None and format_percent(v["searched"]) != value:
        text += tr(" ({} % at the search)").format(format_percent(v["searched"]))
    return text + tr(BEYOND_COUNTS.get(v["status"], ""))


def _margin(v: Values) -> str:
    """What was recorded before rivals could share a photograph does not say whether one did."""
    if v["score"] is None:
        return tr("nobody else was compared")
    if not v.get("rival_shares", False):
        return f"{v['score']:.3f}"
    return tr(
        "{score:.3f}, to an entry that shares only some pictures with this one: if they are one "
        "person, two people say so in the check of the gallery"
    ).format(score=v["score"])


def _examiners_needed(v: Values) -> str:
    return (
        tr("1 examiner") if v["examiners"] == 1 else tr("{examiners} different people").format(**v)
    )


def _examiners(v: Values) -> str:
    if not v["accounts"]:
        return tr("nobody yet")
    text = str(v["people"])
    if v["people"] != v["accounts"]:
        text = tr("{accounts} accounts that count as {people}").format(**v)
    if v.get("unit_of_two"):
        text += tr(" (a declared unit of two)")
    return text


def _conclusion(code: int) -> str:
    return tr(CONCLUSION_LABELS[Conclusion(code)]).lower()


def _conclusions_needed(v: Values) -> str:
    return tr("every examiner: {}, or more").format(_conclusion(v["least"]))


def _conclusions(v: Values) -> str:
    """What was recorded before people were counted does not say how many they are."""
    each = "; ".join(map(_conclusion, v["conclusions"])) or tr("none yet")
    if v.get("uncounted", 0):
        each += tr(
            "; not counted, because another opinion was seen first or other pictures than these "
            "two were compared: {uncounted}"
        ).format(**v)
    if v.get("agreeing", 0) == 1 and len(v["conclusions"]) > 1:
        return each + tr("; of these one person agrees")
    return each


def _adjudication(v: Values) -> str:
    parts = [tr("{dissents} dissent").format(**v)]
    if v.get("shared_dissent"):
        parts.append(tr("a dissent on another entry that holds the same photograph"))
    parts.append(tr("a third examiner agrees") if v["third"] else tr("no third examiner agrees"))
    if v["impartial"] is False:
        parts.append(tr("you examined it yourself"))
    return "; ".join(parts)


def _of_examinations(part: str) -> Side:
    def text(v: Values) -> str:
        if not v["examinations"]:
            return tr("none yet")
        return tr("{done} of {all} examinations").format(done=v[part], all=v["examinations"])

    return text


def _standing(v: Values) -> str:
    labels = (tr(OUTCOME_LABELS[Outcome(code)]).lower() for code in v["outcomes"])
    return ", ".join(labels) or tr("none stands")


def _stated(v: Values) -> str:
    return tr("stated") if v["stated"] else tr("none yet")


TEXTS: dict[str, tuple[str, Side, Side]] = {
    "accepting_policy": (
        "Policy that accepts",
        _constant("a policy that allows acceptance"),
        lambda v: tr("{policy} never accepts").format(**v),
    ),
    "trusted_policy": (
        "Trusted policy",
        _constant("one that ships, or that two people approved"),
        lambda v: tr(TRUST_LABELS[Trust(v["trust"])]),
    ),
    "purpose": (
        "Permitted purpose",
        lambda v: tr("one of: {}").format(", ".join(v["permitted"])),
        _purpose,
    ),
    "authorisation": (
        "Authorisation",
        lambda v: tr("a reference, within {hours} h of opening the case").format(**v),
        _authorisation,
    ),
    "probe_origin": (
        "Probe origin",
        lambda v: tr("none of: {}").format(_origins(v["blocked"])),
        lambda v: _origins(v["origins"]) or tr("not declared"),
    ),
    "probe_analysis": (
        "Probe analysed first",
        _constant("a note on the probe by every examiner, before candidates are seen"),
        _analysis,
    ),
    "probe_quality": ("Probe quality", _limits, _missed),
    "reference_quality": ("Reference quality", _limits, _missed),
    "trusted_model": (
        "Trusted models",
        _constant("models and cards that ship, or that two people approved"),
        _trusts,
    ),
    "minimum_model": ("Model", _constant("a full model"), _models),
    "rehearsal": ("Rehearsal", _rehearsal_needed, _rehearsal),
    "different_photographs": (
        "Two photographs",
        _constant("probe and reference that are not one photograph"),
        lambda v: tr(PHOTOGRAPHS[Standing(v["standing"])]),
    ),
    "confidence": ("Search confidence", _confidence_needed, _confidence),
    "one_to_one": (
        "More than one person compared",
        _constant("a gallery of more than one person, or a policy that permits 1:1"),
        _constant("1 person"),
    ),
    "margin": (
        "Margin to the next person",
        lambda v: tr("at least {score:.2f} in score").format(**v),
        _margin,
    ),
    "examiners": ("Examined by", _examiners_needed, _examiners),
    "conclusions": ("Conclusions agree", _conclusions_needed, _conclusions),
    "adjudication": (
        "Contradiction settled",
        _constant("a third examiner who agrees, and somebody else who decides"),
        _adjudication,
    ),
    "checklist": (
        "Checklist complete",
        _constant("all 19 component groups in the examinations that count"),
        _of_examinations("complete"),
    ),
    "findings": (
        "Findings support it",
        lambda v: tr("{similar} similar components, and notes").format(**v),
        _of_examinations("supported"),
    ),
    "standing_outcome": (
        "No outcome against it",
        _constant("no exclusion or withdrawal that stands"),
        _standing,
    ),
    "corroboration": (
        "Corroboration",
        _constant("a statement of the evidence other than the face"),
        _stated,
    ),
}
