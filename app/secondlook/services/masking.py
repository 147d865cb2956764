"""What a person may not know yet of a question, from when on they may, and that they were told."""

from secondlook.domain.outcomes import conflict
from secondlook.domain.policy import Policy
from secondlook.domain.records import Operator
from secondlook.storage import acts, people, questions, reviews, searches
from secondlook.storage.database import Connection, Store


def may_know(db: Connection, viewer: Operator, candidate_id: int) -> bool:
    """After one's own commit on these pictures, and on others of the question that wait and that
    others have compared; once it is decided here, unless it waits elsewhere for an examination that
    could be theirs; or once one has taken on to decide between examiners, and was shown what each
    of them concluded.
    """
    return (
        (
            viewer.id in questions.examined_here(db, candidate_id)
            and not questions.looked_at_elsewhere(db, candidate_id, viewer.id)
        )
        or (
            reviews.decision(db, candidate_id) is not None
            and not (viewer.examines and questions.waits(db, candidate_id))
        )
        or (
            not questions.unseen_by(db, candidate_id, viewer.id)
            and adjudicates(db, viewer, candidate_id)
        )
    )


def blind(db: Connection, candidate_id: int, policy: Policy) -> bool:
    """Where examiners contradict each other, a third one sees nothing under any policy; and what
    waits for a blind examination in another case is not told in this one."""
    policies = (policy, *questions.bound_by(db, candidate_id))
    asked = any(p.blind_verification for p in policies) or questions.asked_blind(db, candidate_id)
    return asked or questions.dissent(db, candidate_id)


def masked(db: Connection, viewer: Operator, candidate_id: int) -> bool:
    """Whether what others concluded must not sway this viewer. On a command line it would be told
    to whoever sits there."""
    if may_know(db, viewer, candidate_id):
        return False
    if not viewer.examines:
        return True
    policy = searches.get(db, searches.candidate(db, candidate_id).search_id).policy
    return blind(db, candidate_id, policy)


def told(store: Store, viewer: Operator, candidate_id: int) -> bool:
    """Whether this viewer is told what others concluded. That they have seen it is noted: who asks
    puts it before them, and whoever has seen an opinion is no third examiner any more."""
    if masked(store.read(), viewer, candidate_id):
        return False
    note_seen(store, viewer, candidate_id)
    return True


def note_seen(store: Store, viewer: Operator, candidate_id: int, until: str = "9999") -> None:
    """That this person has seen every opinion that others gave on the question by then."""
    if not viewer.examines:
        return
    unseen = questions.unseen_by(store.read(), candidate_id, viewer.id, until)
    if unseen:
        with store.write() as db:
            for examination_id in unseen:
                acts.examination_shown(db, examination_id, viewer.id)


def hidden_acts(db: Connection, viewer: Operator) -> set[int]:
    """Candidates of which the log must not tell this viewer that anybody examined them."""
    if not viewer.examines:
        return set()
    hidden: set[int] = set()
    for candidate_id in questions.under_way(db, viewer.id):
        if candidate_id not in hidden and masked(db, viewer, candidate_id):
            hidden.update(questions.members(db, candidate_id))
    return hidden


def adjudicates(db: Connection, viewer: Operator, candidate_id: int) -> bool:
    """Do examiners contradict each other, has a third one examined, and is the viewer none of
    these people? Before that nobody is told that there is anything to decide."""
    examiners = questions.examiners(db, candidate_id)
    policy = searches.get(db, searches.candidate(db, candidate_id).search_id).policy
    needed = max(p.examiners for p in (policy, *questions.bound_by(db, candidate_id)))
    if len(examiners) <= needed or viewer.id in examiners or not viewer.examines:
        return False
    bonds = people.bonds(db)
    independent = bonds.independent(examiners)
    another = bonds.independent(examiners | {viewer.id}) > independent
    opinions = questions.opinions(db, candidate_id, policy)
    contradicted = conflict(opinions) or questions.shared_dissent(db, candidate_id)
    return independent > needed and another and contradicted
