"""What a policy asks of the case and of the probe."""

import math

from secondlook.domain.blank import is_blank
from secondlook.domain.faces import Component, Quality, shortfalls
from secondlook.domain.facts import Facts
from secondlook.domain.policy import Policy
from secondlook.domain.requirements.base import Judgement, Rule, carried


def _accepting(policy: Policy, _: Facts) -> Judgement | None:
    return None if policy.accepts else (False, {}, {"policy": policy.title})


def _trusted_policy(_: Policy, facts: Facts) -> Judgement:
    """It ships with the program, or two people approved it."""
    return facts.policy_trust.trusted, {}, {"trust": facts.policy_trust.value}


def _purpose(policy: Policy, facts: Facts) -> Judgement:
    permitted = list(policy.permitted_purposes)
    return facts.purpose in permitted, {"permitted": permitted}, {"purpose": facts.purpose}


def _authorisation(policy: Policy, facts: Facts) -> Judgement | None:
    if not policy.authorisation_required:
        return None
    hours, delay = policy.authorisation_deadline_hours, facts.authorisation_delay_hours
    given = not is_blank(facts.authorisation)
    present = {
        "reference": facts.authorisation if given else "",
        "delay_hours": None if math.isinf(delay) else delay,
    }
    return given and delay <= hours, {"hours": hours}, present


def _probe_origin(policy: Policy, facts: Facts) -> Judgement:
    blocked = set(policy.blocked_origins)
    met = bool(facts.origins) and not blocked.intersection(facts.origins)
    present = {"origins": [origin.value for origin in facts.origins]}
    return met, {"blocked": [origin.value for origin in policy.blocked_origins]}, present


def _probe_analysis(policy: Policy, facts: Facts) -> Judgement | None:
    """Before the search, and by those who agree, as many as the policy needs, before any candidate
    was shown to them."""
    if not policy.probe_analysis_first:
        return None
    written = not is_blank(facts.probe_analysis)
    agreeing = facts.opinions.agreeing(policy.min_conclusion)
    analysed = sum(o.analysed for o in agreeing)
    present = {"written": written, "analysed": analysed, "examiners": len(agreeing)}
    met = written and carried(analysed, len(agreeing), policy, facts)
    return met, {"examiners": policy.examiners}, present


def _quality(quality: Quality, limits: dict[Component, float]) -> Judgement | None:
    if not limits:
        return None
    missed = shortfalls(quality, limits)
    present = {
        "missed": [
            {"component": s.component.value, "needed": s.needed, "value": s.found} for s in missed
        ]
    }
    return not missed, {"limits": {c.value: v for c, v in limits.items()}}, present


def _probe_quality(policy: Policy, facts: Facts) -> Judgement | None:
    return _quality(facts.probe_quality, policy.probe_limits)


def _reference_quality(policy: Policy, facts: Facts) -> Judgement | None:
    return _quality(facts.reference_quality, policy.reference_limits)


def _corroboration(policy: Policy, facts: Facts) -> Judgement | None:
    if not policy.corroboration_required:
        return None
    stated = not is_blank(facts.corroboration)
    return stated, {}, {"stated": stated}


ACCEPTING = Rule("accepting_policy", _accepting, "accepts", binds=False)
TRUSTED_POLICY = Rule("trusted_policy", _trusted_policy, binds=False)
PURPOSE = Rule("purpose", _purpose, "permitted_purposes", binds=False)
AUTHORISATION = Rule("authorisation", _authorisation, "authorisation_required")
PROBE_ORIGIN = Rule("probe_origin", _probe_origin, "blocked_origins")
PROBE_ANALYSIS = Rule("probe_analysis", _probe_analysis, "probe_analysis_first")
PROBE_QUALITY = Rule("probe_quality", _probe_quality, "probe_limits")
REFERENCE_QUALITY = Rule("reference_quality", _reference_quality, "reference_limits")
CORROBORATION = Rule("corroboration", _corroboration, "corroboration_required")
