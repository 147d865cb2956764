"""Sequences of acts that the program offers, by which somebody could get around the policy.

Each ends in an acceptance that the service refuses with its sentence, and the file with its name.
"""

import sqlite3
from pathlib import Path
from typing import Any

import pytest

from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.policy import Policy
from secondlook.domain.records import Candidate, Case, ExaminationDraft, GallerySummary, Operator
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, Outcome, ProbeOrigin
from secondlook.services.application import Application
from secondlook.services.searching import SearchResult
from secondlook.storage import cases, log, reviews
from secondlook.texts.requirements import requirement_line
from tests.people import second_examiner
from tests.services.fake import people, picture
from tests.services.steps import PASSWORD, SEEN, declared, declared_file, enrol, examine, search
from tests.storage.plain_sql import accept as accept_by_sql
from tests.storage.plain_sql import shell

SAME, DIFFERENT = Conclusion.SAME_STRONG, Conclusion.DIFFERENT_STRONG
EVIDENCE = "A witness names the same person."
INVISIBLE = "\u200b\u2800\u2060"
UNLIKE = {**SEEN, "nose": Finding.DIFFERENT}


@pytest.fixture
def probe(tmp_path: Path) -> Path:
    return picture(tmp_path / "probe.png", (7, 1, 80))


def again(
    app: Application, who: Operator, case: Case, gallery: GallerySummary, path: Path
) -> SearchResult:
    """The picture as it lies there, searched once more."""
    made = declared_file(app, who, case, path)
    return app.identify.search(who, made.id, gallery.id)


def differs(app: Application, who: Operator, candidate: Candidate) -> None:
    """Different people, with the one difference that shows it."""
    search_id = candidate.search_id
    if app.review.must_analyse(who, search_id):
        app.review.analyse(who, search_id, "Frontal, sharp.")
    app.review.show(who, search_id)
    app.review.commit(who, candidate.id, ExaminationDraft(UNLIKE, DIFFERENT, "The nose."))


def refused(app: Application, who: Operator, candidate: Candidate, *names: str) -> None:
    with pytest.raises(PolicyRefusal) as refusal:
        app.review.decide(who, candidate.id, Outcome.ACCEPTED, EVIDENCE, "")
    assert set(names) <= set(refusal.value.unmet)
    unmet = {r.name: r for r in app.review.assessment(who, candidate.id, EVIDENCE).unmet}
    assert all(requirement_line(unmet[name]) for name in names)
    policy = app.review.result(candidate.search_id).search.policy
    by_sql(app, who, candidate, policy)


def by_sql(app: Application, who: Operator, candidate: Candidate, policy: Policy) -> None:
    db = shell(app.store.path)
    row: dict[str, Any] = {
        "candidate_id": candidate.id, "operator_id": who.id, "corroboration": EVIDENCE
    }  # fmt: skip
    with pytest.raises(sqlite3.IntegrityError, match="acceptance refused"):
        accept_by_sql(db, policy, **row, decided_at="2041-05-01T08:00:00.000+00:00")
    db.close()


def accepted(app: Application, who: Operator, candidate: Candidate) -> None:
    app.review.decide(who, candidate.id, Outcome.ACCEPTED, EVIDENCE, "")
    assert app.record.verify().sound


def test_searching_again_does_not_wash_a_dissent_away(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, probe: Path,
) -> None:  # fmt: skip
    first = again(app, ada, case, gallery, probe).candidates[0]
    examine(app, ada, first)
    examine(app, ben, first, DIFFERENT)
    second = again(app, ada, case, gallery, probe).candidates[0]
    for who in (ada, cal):
        examine(app, who, second)
    refused(app, ada, second, "adjudication")
    examine(app, ben, second)  # changes nothing: an opinion can only be lowered
    refused(app, ada, second, "adjudication")


def test_an_exclusion_outlives_those_who_made_it(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, probe: Path,
) -> None:  # fmt: skip
    first = again(app, ada, case, gallery, probe).candidates[0]
    for who in (ada, ben):
        differs(app, who, first)
    app.review.decide(ada, first.id, Outcome.EXCLUDED, "", "Another nose.")
    second = again(app, cal, case, gallery, probe).candidates[0]
    for who in (cal, eve):
        examine(app, who, second)
    refused(app, cal, second, "standing_outcome")


def test_a_sketch_stays_a_sketch_until_somebody_else_looks(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, probe: Path,
) -> None:  # fmt: skip
    made = app.identify.add_probe(ada, case.id, probe)
    app.identify.declare(ada, made.id, ProbeOrigin.SKETCH, "Frontal.")
    other = app.cases.open(ada, "2031/118", case.purpose, "Order 12", case.policy)
    copy = app.identify.add_probe(ada, other.id, probe)
    for one in (made, copy):
        with pytest.raises(PolicyRefusal, match="declared to be: sketch"):
            app.identify.declare(ada, one.id, ProbeOrigin.PHOTOGRAPH, "Frontal.")
    with pytest.raises(PolicyRefusal, match="cannot correct it alone"):
        app.questions.correct_origin(ada, copy.id, ProbeOrigin.PHOTOGRAPH, "A slip.")
    with app.store.write() as db:  # past the service
        cases.declare(db, copy.id, ProbeOrigin.PHOTOGRAPH, "x")
        log.append(db, ada.username, "probe sealed", "", {}, states={"probe": [copy.id]})
    found = app.identify.search(ada, copy.id, gallery.id).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    refused(app, ada, found, "probe_origin")
    app.questions.correct_origin(cal, copy.id, ProbeOrigin.PHOTOGRAPH, "It is a photograph.")
    right = app.identify.search(ada, copy.id, gallery.id).candidates[0]
    accepted(app, ada, right)


def test_the_best_stranger_alone_is_still_one_of_all_who_were_compared(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    unknown = picture(tmp_path / "absent.png", (200, 0, 80))
    first = again(app, ada, case, gallery, unknown)
    best = first.candidates[0]
    picture(tmp_path / "alone" / "x.png", (int(best.person_key[1:]), 0, 80))
    alone = enrol(app, ada, tmp_path / "alone", "alone")
    second = again(app, ada, case, alone, unknown)
    assert second.search.calibration.compared == 40, "one photograph, one person"
    (only,) = second.candidates
    assert only.confidence.value is None or only.confidence.value <= 100 * (
        1 - 40 * only.confidence.fmr_upper
    )
    with app.store.write() as db:  # offered or not: as if it had been
        db.conn.execute("DROP TRIGGER candidates_not_changed")
        db.conn.execute("UPDATE candidates SET offered = 1")
    for who in (ada, ben):
        examine(app, who, only)
    refused(app, ada, only, "margin")


def test_a_laxer_policy_in_another_case_does_not_help_an_unknown_that_was_asked_about(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, probe: Path
) -> None:
    again(app, ada, case, gallery, probe)
    lax = app.policies.get("archive-newsroom")
    other = app.cases.open(ada, "n", lax.permitted_purposes[0], "A", lax)
    found = again(app, ada, other, gallery, probe).candidates[0]
    examine(app, ada, found)
    refused(app, ada, found, "examiners")


def test_candidates_on_the_command_line_spoil_an_analysis_afterwards(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    probe: Path,
) -> None:  # fmt: skip
    machine = app.accounts.command_line()
    batch = app.cases.open(machine, "batch", case.purpose, "", case.policy)
    made = app.identify.add_probe(machine, batch.id, probe)
    app.review.show(machine, app.identify.search(machine, made.id, gallery.id).search.id)
    found = again(app, ada, case, gallery, probe).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    refused(app, ada, found, "probe_analysis")


@pytest.mark.parametrize("finding", [Finding.DIFFERENT, Finding.NOT_VISIBLE])
def test_findings_have_to_carry_the_conclusion(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    probe: Path, finding: Finding,
) -> None:  # fmt: skip
    found = again(app, ada, case, gallery, probe).candidates[0]
    findings = {item.key: finding for item in CHECKLIST}
    notes = {"component_notes": dict.fromkeys(findings, "Seen.")}
    draft = ExaminationDraft(findings, Conclusion.SAME_EXTREMELY_STRONG, "Sure.", notes)
    app.review.show(ada, found.search_id)
    with pytest.raises(InputError, match="needs 6 similar components"):
        app.review.commit(ada, found.id, draft)
    with app.store.write() as db:  # as if it had been let through
        made = reviews.commit(db, found.id, ada, draft)
        log.record(db, "ada", "examination", made.id, {})
    examine(app, ben, found)
    refused(app, ada, found, "findings")


def test_invisible_characters_say_nothing(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, probe: Path
) -> None:
    policy = app.policies.default()
    case = app.cases.open(ada, "i", policy.permitted_purposes[0], INVISIBLE, policy)
    with pytest.raises(InputError, match="authorisation"):
        app.cases.authorise(ada, case.id, INVISIBLE)
    made = app.identify.add_probe(ada, case.id, probe)
    made = app.identify.declare(ada, made.id, ProbeOrigin.PHOTOGRAPH, INVISIBLE)
    with pytest.raises(PolicyRefusal, match="Write down what the probe shows"):
        app.identify.search(ada, made.id, gallery.id)
    found = again(app, ada, case, gallery, probe).candidates[0]
    with pytest.raises(InputError, match="needs a note"):
        app.review.commit(ada, found.id, ExaminationDraft(SEEN, SAME, INVISIBLE))
    for who in (ada, ben):
        examine(app, who, found)
    refused(app, ada, found, "authorisation")
    with pytest.raises(PolicyRefusal) as refusal:
        app.review.decide(ada, found.id, Outcome.ACCEPTED, INVISIBLE, "")
    assert "corroboration" in refusal.value.unmet
    with pytest.raises(InputError, match="Say why"):
        app.review.decide(ada, found.id, Outcome.INCONCLUSIVE, "", INVISIBLE)


def test_one_person_does_not_exclude(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, probe: Path,
) -> None:  # fmt: skip
    found = again(app, ada, case, gallery, probe).candidates[0]

    def excludes(who: Operator) -> str:
        with pytest.raises(PolicyRefusal) as refusal:
            app.review.decide(who, found.id, Outcome.EXCLUDED, "", "No.")
        db = shell(app.store.path)
        with pytest.raises(sqlite3.IntegrityError, match="decision refused: excluded"):
            accept_by_sql(
                db, case.policy, candidate_id=found.id, operator_id=who.id, outcome="excluded"
            )
        db.close()
        return refusal.value.unmet[0]

    assert excludes(ada) == "too_few_exclude", "unseen"
    for who in (ada, ben):
        examine(app, who, found)
    differs(app, cal, found)
    assert excludes(cal) == "conflict", "what two called the same"
    app.review.decide(eve, found.id, Outcome.EXCLUDED, "", "The nose settles it.")
    assert app.record.verify().sound


def test_who_withdrew_or_decided_does_not_reopen(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, probe: Path,
) -> None:  # fmt: skip
    found = again(app, ada, case, gallery, probe).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    accepted(app, ada, found)
    app.questions.withdraw(ben, found.id, "The witness took it back.")
    for who in (ada, ben):
        with pytest.raises(PolicyRefusal, match="does not reopen"):
            app.questions.reopen(who, found.id, "Second thoughts.")
    second = again(app, ada, case, gallery, probe).candidates[0]
    refused(app, ada, second, "standing_outcome")
    app.questions.reopen(cal, found.id, "There is another witness.")
    refused(app, ada, second, "standing_outcome")  # and a third has to examine
    assert app.record.verify().sound


def test_who_examined_is_no_adjudicator_and_a_fourth_is_no_third(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, probe: Path,
) -> None:  # fmt: skip
    found = again(app, ada, case, gallery, probe).candidates[0]
    examine(app, ada, found)
    differs(app, ben, found)
    examine(app, cal, found)
    for who in (ada, ben, cal):
        refused(app, who, found, "adjudication")
    accepted(app, eve, found)


def test_after_a_third_who_dissents_a_fourth_does_not_help(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, probe: Path,
) -> None:  # fmt: skip
    fay = second_examiner(app, ada, "fay", "Fay Mercer", PASSWORD)
    found = again(app, ada, case, gallery, probe).candidates[0]
    examine(app, ada, found)
    differs(app, ben, found)
    differs(app, cal, found)
    examine(app, eve, found)
    app.review.adjudicate(fay, found.id)
    refused(app, fay, found, "adjudication")


def test_who_has_seen_an_opinion_is_no_third(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator,
    gallery: GallerySummary, probe: Path,
) -> None:  # fmt: skip
    policy = app.policies.get("archive-newsroom")
    case = app.cases.open(ada, "n", policy.permitted_purposes[0], "", policy)
    found = again(app, ada, case, gallery, probe).candidates[0]
    examine(app, ada, found)
    assert app.review.examinations(ben, found.id).shown, "no blindness here"
    examine(app, ben, found)
    differs(app, cal, found)
    app.review.adjudicate(eve, found.id)
    refused(app, eve, found, "adjudication")


def test_unresolved_closes_the_question_for_its_case(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, probe: Path,
) -> None:  # fmt: skip
    fay = second_examiner(app, ada, "fay", "Fay Mercer", PASSWORD)
    found = again(app, ada, case, gallery, probe).candidates[0]
    examine(app, ada, found)
    differs(app, ben, found)
    examine(app, cal, found)
    app.review.decide(eve, found.id, Outcome.UNRESOLVED, "", "It cannot be told.")
    second = again(app, ada, case, gallery, probe).candidates[0]
    refused(app, fay, second, "standing_outcome")


def test_a_person_enrolled_again_from_the_same_photograph_is_the_same_question(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, probe: Path, tmp_path: Path,
) -> None:  # fmt: skip
    first = again(app, ada, case, gallery, probe).candidates[0]
    differs(app, ben, first)
    other = enrol(app, ada, people(tmp_path / "people2", 40), "again")
    second = again(app, ada, case, other, probe).candidates[0]
    assert second.person_key == first.person_key
    for who in (ada, cal):
        examine(app, who, second)
    refused(app, ada, second, "adjudication")


def test_points_placed_a_little_aside_are_the_same_unknown(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, probe: Path,
) -> None:  # fmt: skip
    first = again(app, ada, case, gallery, probe).candidates[0]
    differs(app, ben, first)
    other = app.cases.open(ada, "2031/118", case.purpose, "Order 12", case.policy)
    made = app.identify.add_probe(ada, other.id, probe)
    assert made.face is not None
    detected = made.face
    aside = [(x + 6.0, y + 6.0) for x, y in made.face.landmarks]
    made = app.identify.place_face(ada, made.id, aside)
    made = app.identify.declare(ada, made.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
    unknowns = app.store.read().execute("SELECT count(*) FROM unknowns").fetchone()
    assert unknowns == (1,)
    assert app.identify.probe(made.id).face != detected


def test_declaring_is_enough_of_an_analysis(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    """What a searcher wrote with the declaration is their own analysis."""
    made = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    row = app.store.read().execute("SELECT operator_id, text FROM analyses").fetchone()
    assert row == (ada.id, "Frontal, sharp.")
    assert made.face is not None


def test_the_honest_way_is_open(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    accepted(app, ada, found)
