"""Examinations and decisions: two people, each on their own, and nobody around them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import secondlook
from secondlook.domain.errors import InputError, NotPermitted, PolicyRefusal
from secondlook.domain.records import (
    Candidate,
    Case,
    ExaminationDraft,
    GallerySummary,
    Operator,
    Role,
)
from secondlook.domain.requirements import RULES, Hidden
from secondlook.domain.review import Conclusion, Finding, Outcome
from secondlook.services.application import Application
from secondlook.texts.requirements import requirement_text
from tests.services.fake import CARDS, people
from tests.services.steps import SEEN, engine_of, enrol, examine, exclude, moved, search

DRAFT = ExaminationDraft(SEEN, Conclusion.SAME_STRONG, "notes", {"left": {"turned": 90}})
EVIDENCE = "A witness names the same person."


@pytest.fixture
def lead(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> Candidate:
    """The one candidate that is offered."""
    return search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates[0]


@pytest.fixture
def below(app: Application, lead: Candidate) -> Candidate:
    return app.review.result(lead.search_id).candidates[-1]


def accept(app: Application, who: Operator, candidate: Candidate) -> None:
    app.review.decide(who, candidate.id, Outcome.ACCEPTED, EVIDENCE, "")


# Examinations


def test_a_draft_comes_back_as_it_was_and_belongs_to_one_person(
    app: Application, ada: Operator, ben: Operator, lead: Candidate
) -> None:
    assert app.review.draft(ada, lead.id) == ExaminationDraft()
    draft = ExaminationDraft(
        {"nose": Finding.DIFFERENT}, None, "½ done\n", {"zoom": 2.5}, "2031-01-01T00:00:00+00:00"
    )
    app.review.save_draft(ada, lead.id, draft)
    app.review.save_draft(ada, lead.id, replace(draft, conclusion=Conclusion.INCONCLUSIVE))
    assert app.review.draft(ada, lead.id) == replace(draft, conclusion=Conclusion.INCONCLUSIVE)
    assert app.review.draft(ben, lead.id) == ExaminationDraft()


def test_a_committed_examination_is_the_draft_and_ends_it(
    app: Application, ada: Operator, lead: Candidate
) -> None:
    app.review.save_draft(ada, lead.id, DRAFT)
    made = app.review.commit(ada, lead.id, DRAFT)
    assert (made.findings, made.conclusion, made.notes) == (SEEN, DRAFT.conclusion, "notes")
    assert (made.view, made.operator) == (DRAFT.view, "Ada Lovelace")
    assert app.review.draft(ada, lead.id) == ExaminationDraft()
    assert app.review.states(ada, lead.search_id)[lead.id].examined_by_me


def test_what_cannot_be_committed(
    app: Application, ada: Operator, lead: Candidate, below: Candidate
) -> None:
    blank = {k: v for k, v in SEEN.items() if k not in ("ears", "nose")}
    for draft, told in (
        (replace(DRAFT, conclusion=None), "conclusion"),
        (replace(DRAFT, findings=blank), "blanks: Nose, Ears"),
        (replace(DRAFT, findings={}), "blanks"),
    ):
        with pytest.raises(InputError, match=told):
            app.review.commit(ada, lead.id, draft)
    with pytest.raises(InputError, match="below the lead line"):
        app.review.commit(ada, below.id, DRAFT)
    with pytest.raises(NotPermitted):
        app.review.commit(app.accounts.command_line(), lead.id, DRAFT)
    with pytest.raises(InputError, match="no candidate"):
        app.review.commit(ada, 999, DRAFT)
    assert app.review.examinations(ada, lead.id).shown == []


def test_an_examination_is_committed_once(app: Application, ada: Operator, lead: Candidate) -> None:
    examine(app, ada, lead)
    with pytest.raises(InputError, match="already"):
        examine(app, ada, lead, Conclusion.SAME_EXTREMELY_STRONG)
    (only,) = app.review.examinations(ada, lead.id).shown
    assert only.conclusion is Conclusion.SAME_STRONG


def test_nobody_sees_another_examination_before_the_own_is_committed(
    app: Application, ada: Operator, ben: Operator, lead: Candidate
) -> None:
    examine(app, ada, lead, Conclusion.SAME_EXTREMELY_STRONG)
    blind = app.review.examinations(ben, lead.id)
    assert (blind.shown, blind.hidden) == ([], 1)
    seen = [str(e) for e in app.record.latest()]
    assert not any("conclusion" in text for text in seen)  # everybody may read the log
    examine(app, ben, lead)
    for who in (ada, ben):
        seen_now = app.review.examinations(who, lead.id)
        assert (len(seen_now.shown), seen_now.hidden) == (2, 0)


def test_the_requirements_do_not_tell_a_blind_examiner_either(
    app: Application, ada: Operator, ben: Operator, lead: Candidate
) -> None:
    examine(app, ada, lead, Conclusion.DIFFERENT_EXTREMELY_STRONG)

    def conclusions(who: Operator) -> str:
        every = app.review.assessment(who, lead.id).requirements
        return next(requirement_text(r).present for r in every if r.name == "conclusions")

    assert conclusions(ada) == "extremely strong support for different people"
    assert conclusions(ben) == "hidden until you have examined"
    examine(app, ben, lead)
    assert "different people" in conclusions(ben)


def test_a_score_shown_after_the_examination_is_not_told_by_the_requirements(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    late = app.policies.default().model_copy(update={"score_shown_after_examination": True})
    case = app.cases.open(ada, "late", late.permitted_purposes[0], "A-1", late)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]

    def told(who: Operator) -> set[str]:
        every = app.review.assessment(who, found.id).requirements
        return {r.name for r in every if r.hidden}

    opinions = {rule.name for rule in RULES if rule.hidden is Hidden.OPINIONS}
    before = {"confidence", "margin"} | (opinions - {"adjudication"})
    assert told(ada) == before
    examine(app, ada, found)
    assert told(ada) == set()
    assert told(ben) == before, "that somebody examined is not told either"


def test_a_policy_without_blindness_hides_nothing(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    policy = app.policies.get("archive-newsroom")
    case = app.cases.open(ada, "n", policy.permitted_purposes[0], "", policy)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, found)
    assert len(app.review.examinations(ben, found.id).shown) == 1


def test_once_decided_everything_is_open_and_nothing_is_added(
    app: Application, ada: Operator, ben: Operator, lead: Candidate
) -> None:
    examine(app, ada, lead)
    app.review.decide(ada, lead.id, Outcome.INCONCLUSIVE, "", "Too blurred.")
    assert len(app.review.examinations(ben, lead.id).shown) == 1
    with pytest.raises(InputError, match="decided already"):
        examine(app, ben, lead)


# Decisions


def test_two_people_accept_a_lead_end_to_end(
    app: Application, ada: Operator, ben: Operator, case: Case, lead: Candidate
) -> None:
    with pytest.raises(PolicyRefusal) as refused:
        accept(app, ada, lead)
    nobody = {"examiners", "conclusions", "checklist", "findings"}
    assert set(refused.value.unmet) == nobody | {"standing_outcome"}
    hidden = "Examined by: needs 2 different people, found hidden until you have examined"
    assert hidden in str(refused.value), "nor that nobody has: the next time somebody would have"
    examine(app, ada, lead)
    with pytest.raises(PolicyRefusal) as refused:
        accept(app, ada, lead)
    assert refused.value.unmet == ("examiners", "conclusions")
    examine(app, ben, lead)
    with pytest.raises(PolicyRefusal) as refused:
        app.review.decide(ada, lead.id, Outcome.ACCEPTED, "  ", "")
    assert refused.value.unmet == ("corroboration",)
    assert app.review.decision(lead.id) is None
    accept(app, ada, lead)
    made = app.review.decision(lead.id)
    assert made is not None
    assert (made.outcome, made.operator, made.corroboration) == (
        Outcome.ACCEPTED,
        "Ada Lovelace",
        EVIDENCE,
    )
    assert [(s.accepted, s.undecided) for s in app.cases.all()] == [(1, 0)]
    assert app.review.states(ben, lead.search_id)[lead.id].outcome is Outcome.ACCEPTED
    assert app.cases.close(ben, case.id).closed_at
    assert app.record.verify().sound


def test_two_who_disagree_cannot_accept(
    app: Application, ada: Operator, ben: Operator, lead: Candidate
) -> None:
    examine(app, ada, lead)
    examine(app, ben, lead, Conclusion.SAME_SUPPORT)
    with pytest.raises(PolicyRefusal) as refused:
        accept(app, ada, lead)
    assert refused.value.unmet == ("conclusions",)
    app.review.decide(ada, lead.id, Outcome.INCONCLUSIVE, "", "We disagree.")


def test_a_decision_stands(app: Application, ada: Operator, ben: Operator, lead: Candidate) -> None:
    for who in (ada, ben):
        exclude(app, who, lead)
    made = app.review.decide(ada, lead.id, Outcome.EXCLUDED, "", " Different ears. ")
    assert made.reason == "Different ears."
    with pytest.raises(InputError, match="never changed"):
        app.review.decide(ben, lead.id, Outcome.INCONCLUSIVE, "", "Second thoughts.")
    assert app.review.decision(lead.id) == made


def test_excluding_needs_as_many_people_as_accepting_and_a_reason(
    app: Application, ada: Operator, ben: Operator, lead: Candidate, below: Candidate
) -> None:
    with pytest.raises(InputError, match="Say why"):
        app.review.decide(ada, lead.id, Outcome.EXCLUDED, "", " ")
    for candidate in (lead, below):
        with pytest.raises(PolicyRefusal, match="as many people as accepting"):
            app.review.decide(ada, candidate.id, Outcome.EXCLUDED, "", "No.")
    exclude(app, ada, lead)
    with pytest.raises(PolicyRefusal, match="as many people as accepting"):
        app.review.decide(ada, lead.id, Outcome.EXCLUDED, "", "No.")
    exclude(app, ben, lead)
    assert app.review.decide(ada, lead.id, Outcome.EXCLUDED, "", "No.")


def test_the_command_line_and_the_deactivated_do_not_decide(
    app: Application, ada: Operator, ben: Operator, lead: Candidate
) -> None:
    examine(app, ada, lead)
    machine = app.accounts.command_line()
    app.accounts.set_active(ada, ben.id, False)
    gone = replace(ben, active=False)
    for who in (machine, gone):
        with pytest.raises(NotPermitted):
            app.review.decide(who, lead.id, Outcome.EXCLUDED, "", "No.")
    for who in (ben, replace(machine, role=Role.EXAMINER)):  # what they hold is out of date
        with pytest.raises(NotPermitted):
            app.review.decide(who, lead.id, Outcome.EXCLUDED, "", "No.")
        with pytest.raises(NotPermitted):
            examine(app, who, lead)


def test_a_lead_of_another_policy_needs_a_new_search(
    app: Application, ada: Operator, ben: Operator, case: Case, lead: Candidate
) -> None:
    for who in (ada, ben):
        examine(app, who, lead)
    moved(app, ada, ben, case, app.policies.get("missing-person"))
    with pytest.raises(PolicyRefusal, match="Search again"):
        accept(app, ada, lead)
    app.review.decide(ada, lead.id, Outcome.INCONCLUSIVE, "", "Found elsewhere.")


def test_the_demonstration_policy_never_accepts(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    policy = app.policies.get("demonstration")
    case = app.cases.open(ada, "d", policy.permitted_purposes[0], "A", policy)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    with pytest.raises(PolicyRefusal) as refused:
        accept(app, ada, found)
    assert refused.value.unmet == ("accepting_policy",)


def use_mini(app: Application, part: str) -> None:
    """From now on the models have the hashes and cards of one that ships for evaluation."""
    engine = engine_of(app)
    card = CARDS["secondlook-mini" if part == "recogniser" else "secondlook-mini-detector"]
    engine.stands_for = replace(engine.stands_for, **{part: card})
    identity = "model" if part == "recogniser" else "detector_identity"
    setattr(engine, identity, replace(getattr(engine, identity), sha256=card.sha256))


@pytest.mark.parametrize("part", ["recogniser", "detector"])
def test_a_lead_of_a_model_for_evaluation_needs_a_full_one_and_a_new_search(
    part: str,
    app: Application,
    ada: Operator,
    ben: Operator,
    case: Case,
    gallery: GallerySummary,
    tmp_path: Path,
) -> None:
    engine = engine_of(app)
    full = engine.stands_for, engine.model, engine.detector_identity
    use_mini(app, part)
    of_mini = enrol(app, ada, people(tmp_path / "again", 40), "of mini")
    mini = search(app, ada, case, of_mini, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    engine.stands_for, engine.model, engine.detector_identity = full
    again = search(app, ada, case, gallery, tmp_path / "b.png", (7, 1, 80)).candidates[0]
    for found in (mini, again):
        for who in (ada, ben):
            examine(app, who, found)
    with pytest.raises(PolicyRefusal) as refused:
        accept(app, ada, mini)
    assert refused.value.unmet == ("minimum_model",)
    named = {"recogniser": "fake-one", "detector": "fake-detector"}[part]
    assert f"{named}, for evaluation only" in str(refused.value)
    assert "secondlook models fetch" in str(refused.value)
    accept(app, ada, again)
    assert app.record.verify().sound


def test_a_policy_that_asks_for_no_full_model_accepts_a_lead_of_one_for_evaluation(
    app: Application, ada: Operator, tmp_path: Path
) -> None:
    use_mini(app, "recogniser")
    gallery = enrol(app, ada, people(tmp_path / "people", 40))
    policy = app.policies.get("archive-newsroom")
    case = app.cases.open(ada, "e", policy.permitted_purposes[0], "A", policy)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, found)
    accept(app, ada, found)
    assert app.review.result(found.search_id).search.model["status"] == "evaluation"


def test_in_a_closed_case_nothing_is_examined_or_decided(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    policy = app.policies.get("archive-newsroom")
    free = policy.model_copy(update={"all_candidates_reviewed": False})
    case = app.cases.open(ada, "n", policy.permitted_purposes[0], "A", free)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    app.cases.close(ada, case.id)
    with pytest.raises(InputError, match="closed"):
        examine(app, ada, found)
    with pytest.raises(InputError, match="closed"):
        app.review.decide(ada, found.id, Outcome.EXCLUDED, "", "No.")


def test_two_people_who_examine_at_the_same_moment(
    app: Application, ada: Operator, ben: Operator, lead: Candidate
) -> None:
    both = [app.lanes.io.submit(examine, app, who, lead) for who in (ada, ben)]
    assert {f.result(5).operator_id for f in both} == {ada.id, ben.id}
    tries = [app.lanes.io.submit(accept, app, who, lead) for who in (ada, ben)]
    assert sorted(f.exception(5) is None for f in tries) == [False, True]
    assert app.record.verify().sound


# One writer

SOURCE = Path(secondlook.__file__).parent


def holding(pattern: str) -> set[str]:
    return {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        if re.search(pattern, path.read_text(encoding="utf-8"), re.IGNORECASE)
    }


def test_only_decide_writes_decisions() -> None:
    assert holding(r"\badd_decision\b") == {"storage/reviews.py", "services/decide.py"}
    writes = r"(INSERT|REPLACE|UPDATE|DELETE)(\s+OR\s+\w+)?(\s+INTO|\s+FROM)?\s+decisions\b"
    refusing = {"storage/guards.py", "storage/migrations/m0001_first.py"}  # triggers
    assert holding(rf'{writes}(?!")') <= refusing
    tables = r"""(insert\([^)]*|\btable\(\s*)["']decisions["']"""
    assert holding(tables) == {"storage/reviews.py"}
