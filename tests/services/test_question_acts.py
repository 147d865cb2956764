"""What can be done to a question besides examining it, and what of it may be known when."""

from pathlib import Path

import numpy as np
import pytest

from secondlook.domain.errors import InputError, NotPermitted, PolicyRefusal
from secondlook.domain.records import Candidate, Case, ExaminationDraft, GallerySummary, Operator
from secondlook.domain.requirements import RULE, Hidden
from secondlook.domain.review import Conclusion, Finding, Outcome, ProbeOrigin
from secondlook.services.application import Application
from secondlook.services.searching import SearchResult
from secondlook.services.standing import standing
from secondlook.storage import cases, log, unknowns
from tests.people import account, vouch
from tests.services.fake import picture
from tests.services.steps import (
    PASSWORD,
    SEEN,
    declared,
    engine_of,
    examine,
    exclude,
    moved,
    prepare,
    search,
)

EVIDENCE = "A witness names the same person."
BLANK = " \u200b"


@pytest.fixture
def lead(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> Candidate:
    return search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates[0]


@pytest.fixture
def accepted(app: Application, ada: Operator, ben: Operator, lead: Candidate) -> Candidate:
    for who in (ada, ben):
        examine(app, who, lead)
    app.review.decide(ada, lead.id, Outcome.ACCEPTED, EVIDENCE, "")
    return lead


def excluded(app: Application, candidate: Candidate, *who: Operator) -> None:
    for one in who:
        exclude(app, one, candidate)
    app.review.decide(who[0], candidate.id, Outcome.EXCLUDED, "", "Other ears.")


# Acts


def test_only_a_lead_is_withdrawn_once_and_with_a_reason(
    app: Application, ada: Operator, ben: Operator, accepted: Candidate
) -> None:
    with pytest.raises(InputError, match="Say why"):
        app.questions.withdraw(ben, accepted.id, BLANK)
    app.questions.withdraw(ben, accepted.id, "The witness took it back.")
    made = app.review.decision(accepted.id)
    assert made is not None
    assert made.withdrawn == "The witness took it back."
    with pytest.raises(InputError, match="withdrawn already"):
        app.questions.withdraw(ada, accepted.id, "Again.")
    assert app.record.verify().sound


def test_what_is_no_lead_is_not_withdrawn(
    app: Application, ada: Operator, ben: Operator, lead: Candidate
) -> None:
    with pytest.raises(InputError, match="Only a lead"):
        app.questions.withdraw(ben, lead.id, "Because.")
    excluded(app, lead, ada, ben)
    with pytest.raises(InputError, match="Only a lead"):
        app.questions.withdraw(ben, lead.id, "Because.")


def test_only_what_ended_is_reopened_once_by_another_and_with_a_reason(
    app: Application, ada: Operator, ben: Operator, cal: Operator, lead: Candidate
) -> None:
    with pytest.raises(PolicyRefusal, match="Nothing stands here"):
        app.questions.reopen(cal, lead.id, "Because.")
    excluded(app, lead, ada, ben)
    with pytest.raises(InputError, match="Say why"):
        app.questions.reopen(cal, lead.id, BLANK)
    with pytest.raises(PolicyRefusal, match="does not reopen"):
        app.questions.reopen(ada, lead.id, "I decided it.")
    app.questions.reopen(cal, lead.id, "There is a better picture.")
    with pytest.raises(PolicyRefusal, match="Nothing stands here"):
        app.questions.reopen(ben, lead.id, "Once more.")
    assert app.record.verify().sound


def test_a_lead_that_stands_is_not_reopened(
    app: Application, cal: Operator, accepted: Candidate
) -> None:
    with pytest.raises(PolicyRefusal, match="Nothing stands here"):
        app.questions.reopen(cal, accepted.id, "Because.")


def test_people_looked_through_elsewhere_are_declared_with_a_reason_and_count(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    probe = declared(app, ada, case, tmp_path / "probe.png", (7, 1, 80))
    with pytest.raises(InputError, match="Say why"):
        app.questions.declare_tries(ada, probe.id, 5, BLANK)
    for wrong in (0, -3, 10**9 + 1, 10**30):  # the last is more than a database can keep
        for act in (app.questions.declare_tries, app.questions.correct_tries):
            with pytest.raises(InputError, match="at least 1 and at most 1,000,000,000"):
                act(ada, probe.id, wrong, "Counted by hand.")
    app.questions.declare_tries(ada, probe.id, 1, "One photograph.")
    assert app.identify.search(ada, probe.id, gallery.id).search.calibration.compared == 40
    app.questions.declare_tries(ada, probe.id, 5000, "A register.")
    assert app.identify.search(ada, probe.id, gallery.id).search.calibration.compared == 5000


def test_a_second_person_corrects_how_many_were_looked_through_elsewhere(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """A slip made every acceptance impossible, for good. All that was declared stays on record."""
    found = search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    probe = app.review.result(found.search_id).search.probe_id
    app.questions.declare_tries(ada, probe, 450_000_000, "A register of 45.")
    with pytest.raises(PolicyRefusal, match="Search confidence"):
        app.review.decide(ada, found.id, Outcome.ACCEPTED, EVIDENCE, "")
    with pytest.raises(InputError, match="Say why"):
        app.questions.correct_tries(ben, probe, 45, BLANK)
    with pytest.raises(InputError, match="at least 1"):
        app.questions.correct_tries(ben, probe, 0, "Seven zeros too many.")
    with pytest.raises(InputError, match="Nobody declared more"):
        app.questions.correct_tries(ben, probe, 450_000_000, "Seven zeros too many.")
    alias = account(app, ada, "ann", "Ann Other", PASSWORD)  # nobody says that they are two
    for same in (ada, alias):
        with pytest.raises(PolicyRefusal, match="does not correct it alone"):
            app.questions.correct_tries(same, probe, 45, "Seven zeros too many.")
    with pytest.raises(NotPermitted):
        app.questions.correct_tries(app.accounts.command_line(), probe, 45, "A slip.")
    app.questions.correct_tries(ben, probe, 45, "Seven zeros too many.")
    assert app.identify.compared(ada, probe, None).elsewhere == 45
    kept = app.store.read().execute("SELECT people FROM declared_tries").fetchall()
    assert kept == [(450_000_000,), (45,)]
    app.review.decide(ada, found.id, Outcome.ACCEPTED, EVIDENCE, "")
    assert app.record.verify().sound


def test_probes_that_show_one_person_share_their_tries_until_two_say_otherwise(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path
) -> None:
    one, other = (
        declared(app, ada, case, tmp_path / f"{n}.png", (person, 1, 80))
        for n, person in enumerate((7, 200))
    )

    def together() -> bool:
        with app.store.write() as db:
            shown = {
                unknowns.note(db, p.original_sha256, p.face, "ada").shown
                for p in (one, other)
                if p.face
            }
        return len(shown) == 1

    with pytest.raises(InputError, match="Nothing says"):
        app.questions.tell_apart(ada, one.id, other.id, "Another nose.")
    with pytest.raises(InputError, match="Say why"):
        app.questions.same_person(ada, one.id, other.id, BLANK)
    with pytest.raises(InputError, match="one face of one picture"):
        app.questions.same_person(ada, one.id, one.id, "Look.")
    assert not together()
    app.questions.same_person(ada, one.id, other.id, "The same coat.")
    assert together()
    with pytest.raises(InputError, match="Say why"):
        app.questions.tell_apart(ada, one.id, other.id, BLANK)
    app.questions.tell_apart(ada, one.id, other.id, "Another nose.")
    assert together(), "one is not enough"
    app.questions.tell_apart(ben, one.id, other.id, "Another nose.")
    assert not together()
    assert app.record.verify().sound


def test_an_origin_is_corrected_by_another_person_with_a_reason(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path
) -> None:
    probe = app.identify.add_probe(ada, case.id, picture(tmp_path / "a.png", (7, 1, 80)))
    app.identify.declare(ada, probe.id, ProbeOrigin.SKETCH, "A drawing.")
    with pytest.raises(InputError, match="Say why"):
        app.questions.correct_origin(ben, probe.id, ProbeOrigin.PHOTOGRAPH, BLANK)
    with pytest.raises(PolicyRefusal, match="Nobody else declared"):
        app.questions.correct_origin(ben, probe.id, ProbeOrigin.SKETCH, "It is one.")
    made = app.questions.correct_origin(ben, probe.id, ProbeOrigin.PHOTOGRAPH, "A slip.")
    assert (made.origin, made.analysis) == (ProbeOrigin.PHOTOGRAPH, "A drawing.")


def test_who_withdrew_a_lead_is_not_offered_to_reopen_it_and_does_not(
    app: Application, ada: Operator, ben: Operator, cal: Operator, accepted: Candidate
) -> None:
    def offered(who: Operator) -> bool:
        return standing(app.store, who, accepted.id).reopens

    app.questions.withdraw(ben, accepted.id, "The witness took it back.")
    assert [offered(who) for who in (ada, ben, cal)] == [False, False, True]
    with pytest.raises(PolicyRefusal, match="does not reopen"):
        app.questions.reopen(ben, accepted.id, "I took it back.")
    app.questions.reopen(cal, accepted.id, "There is another witness.")
    assert not offered(cal)


def test_an_account_that_one_made_oneself_is_nobody_else(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case, lead: Candidate,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Neither to reopen what one ended, nor to correct what one declared."""
    mine = account(app, ada, "eda", "Eda Second", PASSWORD)
    sketch = app.identify.add_probe(ada, case.id, picture(tmp_path / "a.png", (9, 1, 80)))
    app.identify.declare(ada, sketch.id, ProbeOrigin.SKETCH, "A drawing.")
    with pytest.raises(PolicyRefusal, match="cannot correct it alone"):
        app.questions.correct_origin(mine, sketch.id, ProbeOrigin.PHOTOGRAPH, "A slip.")
    excluded(app, lead, ada, ben)
    assert not standing(app.store, mine, lead.id).reopens
    with pytest.raises(PolicyRefusal, match="does not reopen"):
        app.questions.reopen(mine, lead.id, "Second thoughts.")
    vouch(app, ada, PASSWORD)
    app.questions.correct_origin(mine, sketch.id, ProbeOrigin.PHOTOGRAPH, "A slip.")
    app.questions.reopen(mine, lead.id, "Second thoughts.")
    assert app.record.verify().sound


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.ACCEPTED])
def test_nothing_but_a_lead_is_decided_without_a_reason_that_can_be_read(
    app: Application, ada: Operator, lead: Candidate, outcome: Outcome
) -> None:
    with pytest.raises(InputError, match="Say why"):
        app.review.decide(ada, lead.id, outcome, EVIDENCE, BLANK)


# Searching


def test_two_strangers_are_not_taken_for_one_because_they_are_a_little_alike(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """As alike as the two most alike of 40 people: one pair in 780."""
    templates = engine_of(app).templates
    crops = [np.array([[[0, 0, person]]], dtype=np.uint8) for person in range(1, 41)]
    vectors = templates(crops)
    scores = vectors @ vectors.T
    np.fill_diagonal(scores, -1)
    first, second = (int(p) + 1 for p in np.unravel_index(int(scores.argmax()), scores.shape))
    for person in (first, second):
        search(app, ada, case, gallery, tmp_path / f"{person}.png", (person, 1, 80))
    query = "SELECT count(DISTINCT shown_id) AS n FROM unknown_groups"
    assert next(app.store.read().query(query))["n"] == 2
    again = search(app, ada, case, gallery, tmp_path / "again.png", (first, 2, 80))
    assert again.search.calibration.compared == 40
    assert next(app.store.read().query(query))["n"] == 2, "the same face once more is the same"


@pytest.mark.parametrize(("variation", "offered"), [(34, True), (46, False)])
def test_who_lies_between_the_lead_line_and_the_accept_line_is_offered(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path,
    variation: int, offered: bool,
) -> None:  # fmt: skip
    found = search(app, ada, case, gallery, tmp_path / "weak.png", (7, variation, 80))
    first = found.candidates[0]
    assert first.person_key == "p007"
    assert first.confidence.value is not None
    assert first.confidence.value < case.policy.accept_confidence
    assert (first.confidence.value >= case.policy.lead_confidence) == offered
    assert first.offered == offered
    unmet = {r.name for r in app.review.assessment(ada, first.id).unmet}
    assert "confidence" in unmet


def test_no_more_candidates_are_kept_than_the_policy_shows_and_the_margin_knows_one_more(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    one = app.policies.default().model_copy(update={"max_candidates": 1})
    case = app.cases.open(ada, "one", one.permitted_purposes[0], "A-1", one)
    (only,) = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates
    assert 0 < only.margin < 1


def analyses_first(app: Application, who: Operator, found: SearchResult) -> None:
    with pytest.raises(PolicyRefusal, match="Analyse the probe first"):
        app.review.show(who, found.search.id)
    with pytest.raises(InputError, match="Write down"):
        app.review.analyse(who, found.search.id, BLANK)
    app.review.analyse(who, found.search.id, " Frontal. ")
    assert app.review.show(who, found.search.id).candidates


def test_each_examiner_analyses_before_candidates_are_shown_to_them(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    assert not app.review.must_analyse(ada, found.search.id), "who searched did so before"
    assert app.review.must_analyse(ben, found.search.id)
    analyses_first(app, ben, found)
    assert not app.review.must_analyse(ben, found.search.id)
    examine(app, ada, found.candidates[0])
    examine(app, ben, found.candidates[0])
    assert {r.name for r in app.review.assessment(ada, found.candidates[0].id).unmet} == {
        "corroboration"
    }


# What may be known when


def late(app: Application, ada: Operator, base: str, **changes: bool) -> Case:
    policy = app.policies.get(base).model_copy(update=changes)
    return app.cases.open(ada, "late", policy.permitted_purposes[0], "A-1", policy)


def hidden(app: Application, who: Operator, candidate: Candidate) -> set[str]:
    return {r.name for r in app.review.assessment(who, candidate.id, EVIDENCE).requirements
            if r.hidden}  # fmt: skip


def of_kind(kind: Hidden) -> set[str]:
    return {name for name, rule in RULE.items() if rule.hidden is kind}


def test_after_the_decision_neither_score_nor_opinions_are_hidden_from_anybody(
    app: Application, ada: Operator, ben: Operator, cal: Operator, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    case = late(app, ada, "high-stakes", score_shown_after_examination=True)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    excluded(app, found, ada, ben)
    assert hidden(app, cal, found) == set()
    assert len(app.review.examinations(cal, found.id).shown) == 2
    assert app.review.states(cal, found.search_id)[found.id].examinations == 2


def test_where_only_the_score_waits_opinions_are_told(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    case = late(app, ada, "archive-newsroom", score_shown_after_examination=True)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, found)
    assert hidden(app, ben, found) <= of_kind(Hidden.SCORE)
    assert "confidence" in hidden(app, ben, found)
    assert hidden(app, ada, found) == set()


def test_a_withheld_requirement_counts_as_unmet_and_tells_nothing(
    app: Application, ada: Operator, ben: Operator, cal: Operator, lead: Candidate
) -> None:
    for who in (ada, ben):
        examine(app, who, lead)
    seen = app.review.assessment(cal, lead.id, EVIDENCE)
    assert not seen.acceptable
    assert hidden(app, cal, lead) == of_kind(Hidden.OPINIONS) - {"adjudication"}
    assert all(not r.met and not r.present for r in seen.requirements if r.hidden)
    assert app.review.assessment(ada, lead.id, EVIDENCE).acceptable


def differs(app: Application, who: Operator, candidate: Candidate) -> None:
    prepare(app, who, candidate)
    findings = {**SEEN, "nose": Finding.DIFFERENT}
    draft = ExaminationDraft(findings, Conclusion.DIFFERENT_SUPPORT, "The nose.")
    app.review.commit(who, candidate.id, draft)


def test_after_a_dissent_a_third_is_told_nothing_even_without_blindness(
    app: Application, ada: Operator, ben: Operator, cal: Operator, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """The task of a third looks like anybody's."""
    policy = app.policies.get("archive-newsroom")
    case = app.cases.open(ada, "n", policy.permitted_purposes[0], "", policy)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, found)
    assert app.review.states(cal, found.search_id)[found.id].examinations == 1
    differs(app, ben, found)
    assert app.review.examinations(cal, found.id).shown == []
    assert "conclusions" in hidden(app, cal, found)
    assert app.review.states(cal, found.search_id)[found.id].examinations == 0
    assert app.review.states(ada, found.search_id)[found.id].examinations == 2


def test_what_is_seen_of_another_is_kept_and_ones_own_is_not(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    policy = app.policies.get("archive-newsroom")
    case = app.cases.open(ada, "n", policy.permitted_purposes[0], "", policy)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, found)
    for who in (ada, ada, ben, ben):
        app.review.examinations(who, found.id)
    query = "SELECT operator_id FROM sightings WHERE examination_id IS NOT NULL"
    assert [row["operator_id"] for row in app.store.read().query(query)] == [ben.id]


def test_an_exclusion_in_the_dossier_needs_no_whole_checklist_and_support_does(
    app: Application, ada: Operator, lead: Candidate
) -> None:
    one = {"ears": Finding.DIFFERENT}
    for conclusion, findings in (
        (Conclusion.SAME_SUPPORT, one),
        (Conclusion.INCONCLUSIVE, one),
        (Conclusion.DIFFERENT_SUPPORT, {"ears": Finding.SIMILAR}),
    ):
        with pytest.raises(InputError, match="has blanks"):
            app.review.commit(ada, lead.id, ExaminationDraft(findings, conclusion, "Seen."))
    for conclusion in (Conclusion.DIFFERENT_STRONG, Conclusion.SAME_EXTREMELY_STRONG):
        with pytest.raises(InputError, match="needs a note"):
            app.review.commit(ada, lead.id, ExaminationDraft(SEEN, conclusion, BLANK))
    app.review.commit(ada, lead.id, ExaminationDraft(one, Conclusion.DIFFERENT_SUPPORT, ""))


def test_a_case_that_moved_says_what_keeps_it_from_closing(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """What was searched before asks for every candidate: they are decided, and it closes."""
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    lax = case.policy.model_copy(update={"all_candidates_reviewed": False})
    moved(app, ada, ben, case, lax)
    with pytest.raises(PolicyRefusal, match="under which they were searched"):
        app.cases.close(ada, case.id)
    for candidate in app.review.result(found.search.id).candidates:
        if candidate.offered:
            for who in (ada, ben):
                exclude(app, who, candidate)
            app.review.decide(ada, candidate.id, Outcome.EXCLUDED, "", "The ears.")
    assert app.cases.close(ada, case.id).closed_at


def test_who_declared_an_origin_on_the_command_line_does_not_correct_it_alone(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """The account of the operating system is somebody's too, and nobody says whose."""
    machine = app.accounts.command_line()
    batch = app.cases.open(machine, "batch", case.purpose, "", case.policy)
    path = picture(tmp_path / "a.png", (7, 1, 80))
    drawn = app.identify.add_probe(machine, batch.id, path)
    app.identify.declare(machine, drawn.id, ProbeOrigin.SKETCH, "")
    made = app.identify.add_probe(ada, case.id, path)
    app.identify.declare(ada, made.id, ProbeOrigin.SKETCH, "Frontal, sharp.")

    def correct(who: Operator) -> ProbeOrigin:
        reason = "It is a photograph."
        return app.questions.correct_origin(who, made.id, ProbeOrigin.PHOTOGRAPH, reason).origin

    assert correct(ada) is ProbeOrigin.SKETCH, "the first one changes nothing"
    assert [d.by_nobody for d in app.questions.origins(ada, made.id) if d.stands] == [True, False]
    with pytest.raises(PolicyRefusal, match="cannot correct it alone"):
        correct(ada)
    with pytest.raises(PolicyRefusal, match="declared to be: sketch"):
        app.identify.declare(ada, made.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
    with app.store.write() as db:  # past the service
        cases.declare(db, made.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
        log.append(db, ada.username, "probe sealed", "", {}, states={"probe": [made.id]})
    found = app.identify.search(ada, made.id, gallery.id).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    assert app.record.verify().sound
    with pytest.raises(PolicyRefusal) as refusal:
        app.review.decide(ben, found.id, Outcome.ACCEPTED, EVIDENCE, "")
    assert refusal.value.unmet == ("probe_origin",)
    assert correct(ben) is ProbeOrigin.PHOTOGRAPH
    app.review.decide(ben, found.id, Outcome.ACCEPTED, EVIDENCE, "")
    assert app.record.verify().sound


def test_how_many_were_declared_on_the_command_line_is_corrected_by_two(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path
) -> None:
    probe = declared(app, ada, case, tmp_path / "probe.png", (7, 1, 80))
    machine = app.accounts.command_line()
    app.questions.declare_tries(machine, probe.id, 450_000, "A register.")
    app.questions.correct_tries(ada, probe.id, 45, "Four zeros too many.")
    assert app.identify.compared(ada, probe.id, None).elsewhere == 450_000
    with pytest.raises(PolicyRefusal, match="does not correct it alone"):
        app.questions.correct_tries(ada, probe.id, 45, "Four zeros too many.")
    app.questions.correct_tries(ben, probe.id, 45, "Four zeros too many.")
    assert app.identify.compared(ada, probe.id, None).elsewhere == 45
    assert app.record.verify().sound


@pytest.mark.parametrize("declarer", ["ada", "the command line"])
def test_an_origin_can_be_corrected_by_who_searched_the_probe_before(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, declarer: str,
) -> None:  # fmt: skip
    """ben searched, then saw that it is no sketch. His search goes on saying so, as his own word;
    nothing stands any more that anybody could correct."""
    who = ada if declarer == "ada" else app.accounts.command_line()
    path = picture(tmp_path / "a.png", (7, 1, 80))
    probe = app.identify.add_probe(who, case.id, path)
    app.identify.declare(who, probe.id, ProbeOrigin.SKETCH, "Frontal, sharp.")
    if declarer != "ada":  # where it takes two, and the first changes nothing
        app.identify.declare(ada, probe.id, ProbeOrigin.SKETCH, "Frontal, sharp.")
        app.questions.correct_origin(ada, probe.id, ProbeOrigin.PHOTOGRAPH, "It is no sketch.")
    app.identify.declare(ben, probe.id, ProbeOrigin.SKETCH, "Frontal, sharp.")
    app.identify.search(ben, probe.id, gallery.id)
    app.questions.correct_origin(ben, probe.id, ProbeOrigin.PHOTOGRAPH, "It is no sketch.")
    found = app.identify.search(ben, probe.id, gallery.id).candidates[0]
    for examiner in (ada, ben):
        examine(app, examiner, found)
    app.review.decide(ada, found.id, Outcome.ACCEPTED, EVIDENCE, "")
