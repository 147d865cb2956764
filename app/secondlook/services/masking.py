"""What a person may not know yet of a question, and from when on they may."""

from secondlook.domain.outcomes import conflict
from secondlook.domain.policy import Policy
from secondlook.domain.records import Operator
from secondlook.storage import people, questions, reviews, searches
from secondlook.storage.database import Connection


def may_know(db: Connection, viewer: Operator, candidate_id: int) -> bool:
    """After one's own commit on the question, once it is decided here, or once one has taken on to
    decide between examiners."""
    return (
        viewer.id in questions.examiners(db, candidate_id)
        or reviews.decision(db, candidate_id) is not None
        or (
            questions.seen_of_others(db, candidate_id, viewer.id)
            and adjudicates(db, viewer, candidate_id)
        )
    )


def blind(db: Connection, candidate_id: int, policy: Policy) -> bool:
    """Where examiners contradict each other, a third one sees nothing under any policy."""
    bound = questions.bound_by(db, candidate_id)
    asked = policy.blind_verification or (bound is not None and bound.blind_verification)
    return asked or bool(questions.opinions(db, candidate_id, policy).dissenting)


def adjudicates(db: Connection, viewer: Operator, candidate_id: int) -> bool:
    """Do examiners contradict each other, has a third one examined, and is the viewer none of
    these people? Before that nobody is told that there is anything to decide."""
    examiners = questions.examiners(db, candidate_id)
    policy = searches.get(db, searches.candidate(db, candidate_id).search_id).policy
    bound = questions.bound_by(db, candidate_id)
    needed = max(policy.examiners, bound.examiners if bound else 1)
    if len(examiners) <= needed or viewer.id in examiners or not viewer.examines:
        return False
    independent = people.independent(db, examiners)
    another = people.independent(db, examiners | {viewer.id}) > independent
    opinions = questions.opinions(db, candidate_id, policy)
    return independent > needed and another and conflict(opinions)
