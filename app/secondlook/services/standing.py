"""How a question stands, for the step on which it is decided: what is open, what came before."""

from dataclasses import dataclass

from secondlook.domain import approval, photographs
from secondlook.domain.approval import ApprovalKind, unknown_subject
from secondlook.domain.outcomes import OutcomeRefusal, conflict
from secondlook.domain.policy import Policy
from secondlook.domain.records import Operator
from secondlook.domain.review import Outcome
from secondlook.services.decide import Stored
from secondlook.services.masking import adjudicates, told
from secondlook.storage import approvals, questions, reviews
from secondlook.storage.database import Connection, Store
from secondlook.storage.photographs import Judgement, PhotographPair, judgements

ENDINGS = tuple(outcome for outcome in Outcome if outcome is not Outcome.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Earlier:
    """One search that asked the question, and how it was decided there; ``own``: this one.

    withdrawn, reopened: who, when and why; None where nobody did.
    """

    own: bool
    case: str
    at: str
    outcome: Outcome | None
    decider: str
    reason: str
    withdrawn: tuple[str, str, str] | None
    reopened: tuple[str, str, str] | None


@dataclass(frozen=True, slots=True)
class Binding:
    """policy: under which the unknown was first searched, or a copy of its photograph, and which
    binds it. unknown_id: which of them. lifting: how far two people have come who lift it for that
    one. copy_in: the case in which it was first searched; empty for the unknown itself."""

    policy: Policy
    unknown_id: int
    lifting: approval.Standing
    copy_in: str = ""


@dataclass(frozen=True, slots=True)
class PairJudged:
    """Whether probe and reference are one photograph, and what people said of it.

    raised: somebody has judged the pair. own: the viewer's last judgement. others: the last one of
    each other person, shown after the viewer's own so that it does not sway them.
    """

    standing: photographs.Standing = photographs.Standing.NONE
    raised: bool = False
    own: Judgement | None = None
    others: tuple[Judgement, ...] = ()


@dataclass(frozen=True, slots=True)
class Standing:
    """refusals: why an outcome is not open, by each; empty for who may not know yet.

    excluding, needed: people who exclude, and how many it takes. conflict, heard: examiners
    contradict each other; a third has examined. adjudicates: the viewer may take on to decide.
    contested_since: a dissent or an exclusion came after the lead. history: oldest first.
    reopens, withdraws: whether the viewer could. bound: by earlier policies, the earliest first.
    photographs: hidden from nobody but for what others said.
    """

    known: bool = False
    refusals: dict[Outcome, OutcomeRefusal | None] | None = None
    excluding: int = 0
    needed: int = 1
    conflict: bool = False
    heard: bool = False
    adjudicates: bool = False
    contested_since: str | None = None
    history: tuple[Earlier, ...] = ()
    reopens: bool = False
    withdraws: bool = False
    bound: tuple[Binding, ...] = ()
    photographs: PairJudged = PairJudged()


def standing(store: Store, viewer: Operator, candidate_id: int) -> Standing:
    """All of it after the viewer's own commit, or where nothing is hidden; else only whether they
    may decide between others."""
    db = store.read()
    stored = Stored(db, candidate_id)
    if not told(store, viewer, candidate_id):
        return Standing(
            adjudicates=adjudicates(db, viewer, candidate_id),
            photographs=_judged(db, viewer, stored),
        )
    facts = stored.facts(stored.policy, "", viewer.id)
    decision = reviews.decision(db, candidate_id)
    lead = decision if decision and decision.outcome is Outcome.ACCEPTED else None
    needed = stored.examiners
    ended = questions.ended(db, candidate_id)
    return Standing(
        known=True,
        refusals={outcome: stored.refusal(outcome, facts) for outcome in ENDINGS},
        excluding=stored.excluding(facts),
        needed=needed,
        conflict=conflict(facts.opinions),
        heard=facts.people > needed,
        contested_since=(
            questions.contested_since(db, candidate_id, lead.decided_at) if lead else None
        ),
        history=_history(db, candidate_id),
        reopens=bool(ended) and questions.ended_by_others(db, ended, viewer.id),
        withdraws=lead is not None and lead.withdrawn is None,
        bound=_bound(db, stored),
        photographs=_judged(db, viewer, stored),
    )


def _bound(db: Connection, stored: Stored) -> tuple[Binding, ...]:
    """By other policies than the search's own, which nobody lifts."""
    asked = questions.question(db, stored.candidate.id)
    return tuple(
        Binding(
            each.policy,
            each.unknown_id,
            _lifting(db, each.unknown_id),
            "" if each.unknown_id == asked["unknown_id"] else each.case,
        )
        for each in questions.binding(db, asked["photograph_id"])
        if each.policy.sha256 != stored.policy.sha256
    )


def _lifting(db: Connection, unknown_id: int) -> approval.Standing:
    subject = unknown_subject(unknown_id)
    lifting = approvals.standing(db, ApprovalKind.UNBIND, subject)
    if lifting.granted:  # before a search that bound it again: two people lift that one anew
        return approval.Standing(ApprovalKind.UNBIND, subject)
    return lifting


def _judged(db: Connection, viewer: Operator, stored: Stored) -> PairJudged:
    if stored.photograph is photographs.Standing.CERTAIN:
        return PairJudged(stored.photograph)
    last = {j.operator_id: j for j in judgements(db, PhotographPair.of(*stored.pair))}
    own = last.get(viewer.id)
    others = tuple(j for j in last.values() if j is not own) if own else ()
    return PairJudged(stored.photograph, bool(last), own, others)


def _history(db: Connection, candidate_id: int) -> tuple[Earlier, ...]:
    def act(who: str | None, at: str, why: str) -> tuple[str, str, str] | None:
        return None if who is None else (who, at, why)

    return tuple(
        Earlier(
            row["candidate_id"] == candidate_id,
            row["reference"],
            row["decided_at"] or row["at"],
            Outcome(row["outcome"]) if row["outcome"] else None,
            row["decider"] or "",
            row["reason"] or "",
            act(row["withdrew"], row["withdrawn_at"], row["withdrawn"]),
            act(row["reopener"], row["reopened_at"], row["reopened"]),
        )
        for row in questions.history(db, candidate_id)
    )
