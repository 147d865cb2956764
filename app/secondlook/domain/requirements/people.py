"""What a policy asks of the people who examined, and of what was decided before."""

from secondlook.domain.facts import Facts
from secondlook.domain.policy import Policy
from secondlook.domain.requirements.base import Hidden, Judgement, Rule, carried


def _examiners(policy: Policy, facts: Facts) -> Judgement:
    """Two accounts of which one made the other count as one person until a third one confirms."""
    needed = policy.examiners + facts.dissent  # a dissent needs a third
    present = {"people": facts.people, "accounts": len(facts.opinions.each)}
    present |= {"unit_of_two": facts.unit_of_two}  # whoever shows a lead has to say so
    return facts.people >= needed, {"examiners": needed}, present


def _conclusions(policy: Policy, facts: Facts) -> Judgement:
    """Enough people reach the line, under a blind policy without knowing what another concluded,
    and nobody stays in between. Dissents are for ``adjudication``."""
    opinions, line = facts.opinions, policy.min_conclusion
    agreed = opinions.agreeing(line)
    met = facts.agreeing >= policy.examiners and not opinions.undecided(line)
    present = {
        "conclusions": [int(o.conclusion) for o in opinions.each],
        "agreeing": facts.agreeing,
        "uncounted": len(agreed) - len(opinions.counted(policy)),
    }
    return met, {"least": line, "examiners": policy.examiners}, present


def _adjudication(policy: Policy, facts: Facts) -> Judgement | None:
    """A dissent needs a third examiner who reached the line, and somebody else who decides. One on
    another row with the same photograph is not passed over."""
    opinions = facts.opinions
    if not facts.dissent:
        return None
    third = opinions.third(policy)
    present = {
        "dissents": len(opinions.dissenting),
        "shared_dissent": facts.shared_dissent,
        "third": third,
        "impartial": facts.impartial,
    }
    return third and facts.impartial is True, {}, present


def _checklist(policy: Policy, facts: Facts) -> Judgement | None:
    """Of those who agree, as many as the policy needs: who excludes needs one decisive difference,
    not all answers."""
    if not policy.checklist_required:
        return None
    agreeing = facts.opinions.agreeing(policy.min_conclusion)
    complete = sum(o.checklist_complete for o in agreeing)
    present = {"complete": complete, "examinations": len(agreeing)}
    met = bool(agreeing) and carried(complete, len(agreeing), policy, facts)
    return met, {"examiners": policy.examiners}, present


def _findings(policy: Policy, facts: Facts) -> Judgement | None:
    if policy.min_similar_components is None:
        return None
    agreeing = facts.opinions.agreeing(policy.min_conclusion)
    supported = sum(o.supported for o in agreeing)
    present = {"supported": supported, "examinations": len(agreeing)}
    needed = {"similar": policy.min_similar_components, "examiners": policy.examiners}
    return bool(agreeing) and carried(supported, len(agreeing), policy, facts), needed, present


def _standing(_: Policy, facts: Facts) -> Judgement | None:
    """An exclusion sticks, and so does a withdrawal, until the question is reopened."""
    return not facts.standing, {}, {"outcomes": [outcome.value for outcome in facts.standing]}


EXAMINERS = Rule("examiners", _examiners, hidden=Hidden.OPINIONS)
CONCLUSIONS = Rule("conclusions", _conclusions, "min_conclusion", Hidden.OPINIONS)
ADJUDICATION = Rule("adjudication", _adjudication, "min_conclusion", Hidden.OPINIONS)
CHECKLIST = Rule("checklist", _checklist, "checklist_required", Hidden.OPINIONS)
FINDINGS = Rule("findings", _findings, "min_similar_components", Hidden.OPINIONS)
STANDING = Rule("standing_outcome", _standing, hidden=Hidden.OPINIONS)
