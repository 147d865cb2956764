"""Worlds of plain SQL below the policy, and worlds exactly at its limits."""

import json

from secondlook.domain.review import ProbeOrigin

from .arranged import (
    LENIENT_CLOSING,
    OLD_ENOUGH,
    OTHER,
    POLICY,
    REHEARSED,
    SEEN_BY_CAL,
    TOO_OLD,
    TWICE,
    WITHOUT_EARS,
    Try,
    by,
    called_one,
    declaration,
    enrolled_in,
    findings,
    judgement,
    link,
    pair,
    second,
)
from .plain_sql import (
    ANA,
    BEN,
    CAL,
    DAN,
    EVE,
    FINDINGS,
    MODELS,
    PROBE_IMAGE,
    SEARCH,
    below,
    candidate_row,
    examination_row,
    moved,
    search_row,
    unknown_row,
)

TRIES = (
    Try(
        "open_case",
        "after closing",
        policy=LENIENT_CLOSING,
        before=("UPDATE cases SET closed_at = '2031-06-01T00:00:00.000+00:00'",),
    ),
    Try(
        "policy_of_search",
        "another policy's copy",
        decision={"policy_sha256": OTHER.sha256},
    ),
    Try(
        "policy_of_case",
        "moved to a softer policy",
        before=moved(POLICY, OTHER),
    ),
    Try("accepting_policy", "a policy that never accepts", policy={"accepts": False}),
    Try("purpose", "another purpose", case={"purpose": "Curiosity"}),
    Try("one_to_one", "one face against one", search={"gallery_persons": 1}),
    Try("purpose", "no purpose", case={"purpose": ""}),
    Try("authorisation", "no authorisation", case={"authorisation": ""}),
    Try("authorisation", "a blank one", case={"authorisation": "\t\u00a0\n"}),
    Try("authorisation", "one without a time", case={"authorised_at": None}),
    Try(
        "authorisation",
        "one at no time, in a file from before times had one form",
        before=(
            "DROP TRIGGER cases_authorised_at_written_update",
            "DROP TRIGGER cases_authorised_once",
            "UPDATE cases SET authorised_at = 'soon'",
        ),
    ),
    Try(
        "authorisation",
        "48 hours and a millisecond later",
        case={"authorised_at": "2031-05-03T08:00:00.001+00:00"},
    ),
    *(
        Try("probe_origin", origin.value, search={"probe_origin": origin.value})
        for origin in POLICY.blocked_origins
    ),
    Try("probe_analysis", "no note", search={"probe_analysis": ""}),
    Try("probe_analysis", "only blanks", search={"probe_analysis": " \n "}),
    *(
        Try(
            "probe_quality",
            component.value,
            search={"probe_quality": below(POLICY.probe_limits, component)},
        )
        for component in POLICY.probe_limits
    ),
    Try("probe_quality", "not measured", search={"probe_quality": "{}"}),
    *(
        Try(
            "reference_quality",
            component.value,
            candidate={"reference_quality": below(POLICY.reference_limits, component)},
        )
        for component in POLICY.reference_limits
    ),
    *(
        Try("minimum_model", label, search={"model": json.dumps(model)})
        for label, model in (
            ("for evaluation", MODELS | {"status": "evaluation"}),
            ("a detector for evaluation", MODELS | {"detector_status": "evaluation"}),
            ("no status", {k: v for k, v in MODELS.items() if k != "status"}),
            ("no detector's status", {k: v for k, v in MODELS.items() if k != "detector_status"}),
            ("no value", MODELS | {"status": None}),
            ("spelled differently", MODELS | {"status": "Full"}),
        )
    ),
    Try(
        "minimum_model",
        "another minimum than there is",
        policy={"minimum_model": "any"},
        search={"model": json.dumps(MODELS | {"status": "any"})},
    ),
    *(
        Try("trusted_model", label, search={"model": json.dumps(model)})
        for label, model in (
            ("another recogniser", MODELS | {"sha256": "7" * 64}),
            ("another detector", MODELS | {"detector_sha256": "7" * 64}),
            ("no recogniser", {k: v for k, v in MODELS.items() if k != "sha256"}),
        )
    ),
    Try("tries_counted", "a model that is a list", search={"model": json.dumps([MODELS])}),
    Try(
        "tries_counted",
        "a search whose people were not counted",
        acts=(
            ("searches", search_row(POLICY, id=2)),
            ("search_unknowns", {"search_id": 2, "unknown_id": 2}),
        ),
        linked=True,
    ),
    Try(
        "identities_true",
        "two persons said to be one without a reason",
        acts=enrolled_in(2, 3)[:4],
        before=("UPDATE identities SET identity_id = 7 WHERE person_id = 8",),
    ),
    Try(
        "identities_true",
        "two persons who count as one without a reason",
        acts=enrolled_in(2, 3)[:4],
        before=("UPDATE identities SET counted_id = 7 WHERE person_id = 8",),
    ),
    Try(
        "identities_true",
        "two persons of one photograph said to be judged one",
        acts=enrolled_in(2, 3),
        before=(
            "UPDATE identities SET identity_id = 7, judged_id = 7, counted_id = 7 "
            "WHERE person_id = 8",
        ),
    ),
    Try(
        "identities_true",
        "two persons whom two people called one kept apart, but counted as one",
        acts=(*enrolled_in(2, 2)[:3], *(("marks", called_one(who)) for who in (ANA, BEN))),
        before=("UPDATE identities SET judged_id = 7, counted_id = 7 WHERE person_id = 8",),
    ),
    Try(
        "identities_true",
        "two persons of one gallery said to be one by their photograph",
        acts=enrolled_in(2, 2),
        before=("UPDATE identities SET identity_id = 7 WHERE person_id = 8",),
    ),
    Try(
        "identities_true",
        "two persons of one gallery said to be one by way of a third",
        acts=enrolled_in(2, 2, 3),
        before=("UPDATE identities SET identity_id = 7",),
    ),
    Try(
        "identities_true",
        "two persons whom two people called one kept apart",
        acts=(*enrolled_in(2, 2)[:3], *(("marks", called_one(who)) for who in (ANA, BEN))),
    ),
    Try(
        "identities_true",
        "two persons of one photograph kept apart",
        acts=enrolled_in(2, 3),
    ),
    Try(
        "unknowns_true",
        "an unknown that borrows the opinions on another",
        acts=(("unknowns", unknown_row(id=2, x=900.0)),),
        before=("UPDATE unknown_groups SET photograph_id = 1, shown_id = 1 WHERE unknown_id = 2",),
    ),
    Try(
        "unknowns_true",
        "an unknown that has the tries of another",
        acts=(("unknowns", unknown_row(id=2, x=900.0)),),
        before=("UPDATE unknown_groups SET shown_id = 1 WHERE unknown_id = 2",),
    ),
    Try(
        "unknowns_true",
        "a link that the groups do not know",
        acts=(
            ("unknowns", unknown_row(id=2, x=900.0)),
            ("unknown_links", link(1, 2)),
        ),
    ),
    Try(
        "unknowns_true",
        "another picture of the person that borrows the opinions on this one",
        acts=(
            ("unknowns", unknown_row(id=2, x=900.0)),
            ("unknown_links", link(1, 2)),
        ),
        before=("UPDATE unknown_groups SET photograph_id = 1, shown_id = 1 WHERE unknown_id = 2",),
    ),
    Try(
        "unknowns_true",
        "a picture that nobody called the same photograph",
        acts=(("unknowns", unknown_row(id=2, x=900.0)),),
        before=("UPDATE unknown_groups SET called_id = 1 WHERE unknown_id = 2",),
    ),
    Try("trusted_policy", "nobody approved it", policy={"min_margin": 0.06}, approved=False),
    Try("different_photographs", "one file", candidate={"reference_sha256": PROBE_IMAGE}),
    *(
        Try(
            "different_photographs",
            label,
            acts=(("photograph_suspicions", pair(likeness=0.9, mirrored=0, method="m")), *judged),
        )
        for label, judged in (
            ("suspected", ()),
            ("one says no", (judgement(ANA, "different"),)),
            ("two say yes", (judgement(ANA, "same"), judgement(BEN, "same"))),
        )
    ),
    Try("confidence", "just below", candidate={"fmr_upper": 2.0001e-5}),
    Try(
        "confidence",
        "extrapolated",
        policy={"allow_reference_calibration": False},
        candidate={"confidence_status": "extrapolated"},
    ),
    Try("confidence", "somebody more was tried", candidate={"fmr_upper": 2e-5}, tried=(501,)),
    Try(
        "confidence",
        "another calibration says less",
        acts=(
            ("searches", search_row(POLICY, id=2, gallery_persons=0)),
            ("search_unknowns", {"search_id": 2, "unknown_id": 1}),
            ("candidates", candidate_row(id=9, search_id=2)),
            ("calibration_steps", {"search_id": 2, "score": 0.7, "fmr_upper": 3e-5}),
        ),
    ),
    Try("margin", "nobody else there", candidate={"margin": None}, alone=True),
    Try(
        "margin",
        "another person on another search",
        acts=(
            ("searches", search_row(POLICY, id=2, gallery_persons=0)),
            ("search_unknowns", {"search_id": 2, "unknown_id": 1}),
            ("candidates", candidate_row(id=9, search_id=2, person_id=8, score=0.70)),
        ),
    ),
    Try(
        "probe_origin",
        "declared a sketch by somebody",
        acts=(("origin_declarations", declaration(ANA, "sketch")),),
    ),
    Try(
        "probe_origin",
        "corrected by whoever declared it",
        acts=(
            ("origin_declarations", declaration(ANA, "sketch")),
            ("origin_declarations", declaration(ANA, "photograph", "sketch")),
        ),
    ),
    Try(
        "probe_analysis",
        "candidates were shown to everybody first",
        acts=(
            (
                "sightings",
                {"search_id": SEARCH, "operator_id": None, "at": "2031-01-01T00:00:00.000+00:00"},
            ),
        ),
    ),
    Try(
        "probe_analysis",
        "an examiner who analysed nothing",
        examinations=(examination_row(ANA), examination_row(EVE)),
    ),
    *(
        Try(
            "adjudication",
            label,
            examinations=tuple(
                examination_row(who, id=who, conclusion=c)
                for who, c in zip((ANA, BEN, CAL, DAN), given, strict=False)
            ),
            policy={} if blind else {"blind_verification": False},
            decision={"operator_id": decider},
            acts=acts,
        )
        for label, given, decider, blind, acts in (
            ("an examiner decides", (3, -1, 3), ANA, True, ()),
            ("the third dissents, a fourth agrees", (3, -1, -1, 3), EVE, True, ()),
            ("the third had seen it", (3, -1, 3), EVE, False, (SEEN_BY_CAL,)),
        )
    ),
    *(
        Try("findings", label, examinations=second(**changes))
        for label, changes in (
            ("nothing similar", {"findings": findings(dict.fromkeys(FINDINGS, "not_visible"))}),
            ("a difference without a note", {"findings": findings({"nose": "different"})}),
            ("no note", {"notes": "\u2800\u200b"}),
            (
                "a note that shows nothing",
                {
                    "findings": findings({"nose": "different"}),
                    "view": json.dumps({"component_notes": {"nose": "\u2060"}}),
                },
            ),
        )
    ),
    *(
        Try("standing_outcome", label, earlier=(outcome, *more))
        for label, outcome, more in (
            ("excluded", "excluded", ()),
            ("unresolved", "unresolved", ()),
            ("reopened, and no third", "excluded", (("reopenings", by(BEN)),)),
            ("withdrawn", "accepted_as_lead", (("lead_withdrawals", by(BEN)),)),
        )
    ),
    Try(
        "confidence",
        "not measurable",
        candidate={"confidence": None, "confidence_status": "not_measurable"},
    ),
    Try(
        "confidence",
        "from the model's curve",
        policy={"allow_reference_calibration": False},
        candidate={"confidence_status": "reference"},
    ),
    Try("margin", "too near", candidate={"margin": 0.0499}),
    Try("margin", "behind another", candidate={"margin": -0.2}),
    Try("examiners", "nobody", examinations=()),
    Try("examiners", "one person", examinations=(examination_row(ANA),)),
    Try("conclusions", "weaker support", examinations=second(conclusion=1)),
    Try("examiners", "one of two says different people", examinations=second(conclusion=-3)),
    Try("conclusions", "inconclusive", examinations=second(conclusion=0)),
    Try("conclusions", "insufficient quality", examinations=second(conclusion=-9)),
    Try(
        "checklist",
        "a blank",
        examinations=second(findings=json.dumps(WITHOUT_EARS)),
    ),
    Try("checklist", "empty", examinations=second(findings="{}")),
    Try("checklist", "a list", examinations=second(findings='["similar"]')),
    Try(
        "checklist",
        "no finding",
        examinations=second(findings=findings({"ears": "fine"})),
    ),
    Try("checklist", "a group twice instead", examinations=second(findings=TWICE)),
    Try(
        "checklist",
        "an invented group instead",
        examinations=second(findings=json.dumps(WITHOUT_EARS | {"aura": "similar"})),
    ),
    Try(
        "checklist",
        "an invented group besides",
        examinations=second(findings=findings({"aura": "similar"})),
    ),
    Try("rehearsal", "none at all", policy=REHEARSED),
    *(
        Try("rehearsal", label, policy=REHEARSED, rehearsal=rehearsal)
        for label, rehearsal in (
            ("an old one", {"finished_at": TOO_OLD}),
            ("one after the decision", {"finished_at": "2031-05-01T08:00:00.001+00:00"}),
            ("of too few people", {"people": 29}),
            ("of another gallery", {"gallery_id": 2}),
            ("of another model", {"model_sha256": "6" * 64}),
        )
    ),
    Try("corroboration", "none", decision={"corroboration": ""}),
    Try("corroboration", "only blanks", decision={"corroboration": "\n\u2003\t"}),
)


ALLOWED = (
    Try(
        "",
        "authorised exactly at the deadline",
        case={"authorised_at": "2031-05-03T08:00:00.000+00:00"},
    ),
    Try(
        "",
        "at a deadline that is no whole number of days",
        policy={"authorisation_deadline_hours": 49},
        case={
            "opened_at": "2031-01-17T04:58:01.603+00:00",
            "authorised_at": "2031-01-19T05:58:01.603+00:00",
        },
    ),
    Try("", "authorised before opening", case={"authorised_at": "2031-04-30T08:00:00.000+00:00"}),
    Try("", "at the line exactly", candidate={"fmr_upper": 2e-5, "margin": 0.05}),
    Try(
        "",
        "any model",
        policy={"minimum_model": None},
        search={"model": json.dumps(MODELS | {"status": "evaluation"})},
    ),
    Try(
        "",
        "a model whose status was not recorded",
        policy={"minimum_model": None},
        search={"model": json.dumps({k: MODELS[k] for k in ("sha256", "detector_sha256")})},
    ),
    Try("", "rehearsed just in time", policy=REHEARSED, rehearsal={"finished_at": OLD_ENOUGH}),
    Try(
        "",
        "rehearsed after the search",
        policy=REHEARSED,
        rehearsal={"finished_at": "2031-05-02T08:00:00.000+00:00"},
        decision={"decided_at": "2031-05-03T08:00:00.000+00:00"},
    ),
    Try("", "nobody else in its own search", candidate={"margin": None}),
    *(
        Try("", origin.value, search={"probe_origin": origin.value})
        for origin in ProbeOrigin
        if origin not in POLICY.blocked_origins
    ),
    Try(
        "",
        "a sketch that somebody else corrected",
        acts=(
            ("origin_declarations", declaration(ANA, "sketch")),
            ("origin_declarations", declaration(BEN, "photograph", "sketch")),
        ),
    ),
    Try(
        "",
        "a suspicion that two people cleared",
        acts=(
            ("photograph_suspicions", pair(likeness=0.9, mirrored=0, method="m")),
            judgement(ANA, "different"),
            judgement(BEN, "different"),
        ),
    ),
    Try("", "extrapolated, where allowed", candidate={"confidence_status": "extrapolated"}),
    Try(
        "",
        "a dissent, a third, and somebody else who decides",
        examinations=tuple(
            examination_row(who, conclusion=c) for who, c in ((ANA, 3), (BEN, -2), (CAL, 2))
        ),
        decision={"operator_id": EVE},
    ),
    Try(
        "",
        "excluded, reopened by another, and a third reached the line",
        earlier=("excluded", ("reopenings", by(DAN))),
    ),
    Try("", "the model's curve allowed", candidate={"confidence_status": "reference"}),
    Try("", "a third who agrees", examinations=(*second(), examination_row(5, conclusion=2))),
)
