"""How a question stands, for the step on which it is decided: what is open, what came before."""

from dataclasses import dataclass

from secondlook.domain.outcomes import OutcomeRefusal, conflict
from secondlook.domain.records import Operator
from secondlook.domain.review import Outcome
from secondlook.services.decide import Stored
from secondlook.services.masking import adjudicates, blind, may_know
from secondlook.storage import people, questions, reviews
from secondlook.storage.database import Connection

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
class Standing:
    """refusals: why an outcome is not open, by each; empty for who may not know yet.

    excluding, needed: people who exclude, and how many it takes. conflict, heard: examiners
    contradict each other; a third has examined. adjudicates: the viewer may take on to decide.
    contested_since: a dissent or an exclusion came after the lead. history: oldest first.
    reopens, withdraws: whether the viewer could.
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


def standing(db: Connection, viewer: Operator, candidate_id: int) -> Standing:
    """All of it after the viewer's own commit, or where nothing is hidden; else only whether they
    may decide between others."""
    stored = Stored(db, candidate_id)
    if not may_know(db, viewer, candidate_id) and blind(db, candidate_id, stored.policy):
        return Standing(adjudicates=adjudicates(db, viewer, candidate_id))
    facts = stored.facts(stored.policy, "", viewer.id)
    decision = reviews.decision(db, candidate_id)
    lead = decision if decision and decision.outcome is Outcome.ACCEPTED else None
    excluding = {o.operator_id for o in facts.opinions.dissenting if o.decisive}
    needed = max(stored.policy.examiners, stored.bound_by.examiners if stored.bound_by else 1)
    ended = questions.ended(db, candidate_id)
    return Standing(
        known=True,
        refusals={outcome: stored.refusal(outcome, facts) for outcome in ENDINGS},
        excluding=people.independent(db, excluding),
        needed=needed,
        conflict=conflict(facts.opinions),
        heard=facts.people > needed,
        contested_since=(
            questions.contested_since(db, candidate_id, lead.decided_at) if lead else None
        ),
        history=_history(db, candidate_id),
        reopens=bool(ended)
        and all(viewer.id not in (d["operator_id"], d["withdrawn_by"]) for d in ended),
        withdraws=lead is not None and lead.withdrawn is None,
    )


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
