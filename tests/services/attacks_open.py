"""What the program's own acts still let through: each test says what should hold. Gravest first."""

import shutil
from pathlib import Path

import pytest

from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import PolicyRefusal
from secondlook.domain.records import (
    Case,
    ExaminationDraft,
    GallerySummary,
    Operator,
    Role,
)
from secondlook.domain.rehearsal import Mark, Pair
from secondlook.domain.review import Conclusion, Finding, Outcome, ProbeOrigin
from secondlook.services.application import Application
from secondlook.services.people import unit_of_two
from secondlook.storage import database
from tests.people import account, vouch
from tests.services.fake import people, picture
from tests.services.steps import (
    PASSWORD,
    SEEN,
    declared,
    declared_file,
    engine_of,
    enrol,
    examine,
    exclude,
    moved,
    prepare,
    run,
    search,
)
from tests.services.test_bound import in_between, searched
from tests.services.test_copies import accept, placed, refused
from tests.services.test_one_person import case_under
from tests.services.test_photographs import photo

EVIDENCE = "A witness names the same person."


def second_account(app: Application, ada: Operator) -> tuple[Operator, Operator]:
    """An administrator whom somebody vouched for, and an account that they made for themselves."""
    one = account(app, ada, "cato", "Cato Brandt", PASSWORD, Role.ADMINISTRATOR)
    vouch(app, ada, PASSWORD)
    return one, account(app, one, "zoe", "Zoe Quill", PASSWORD)


def pairs_of(app: Application, who: Operator, folder: Path, *sources: Path) -> GallerySummary:
    """A folder of people, each with a picture of one person of each source."""
    for source in sources:
        for number, path in enumerate(sorted(source.iterdir())):
            inner = folder / f"x{number:03}"
            inner.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, inner / f"{source.name}-{path.name}")
    return enrol(app, who, folder, folder.name)


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is behind the record: every act has the time of the last one before that."""
    monkeypatch.setattr(database, "wall_clock", lambda: "2031-01-01T00:00:00.000+00:00")


@pytest.fixture
def turned(app: Application, ada: Operator, tmp_path: Path) -> tuple[GallerySummary, Path]:
    """The picture of an unknown, enrolled among others, before it is the probe of any case."""
    asked = picture(tmp_path / "turned" / "x.png", (200, 0, 80))
    people(tmp_path / "turned", 20, first=100)
    return enrol(app, ada, tmp_path / "turned", "turned"), asked


def n_afterwards(app: Application, who: Operator, case: Case, asked: Path, folder: Path) -> int:
    """N once the unknown is searched among two people."""
    small = enrol(app, who, people(folder / "small", 2, first=240), "small")
    probe = declared_file(app, who, case, asked)
    app.identify.search(who, probe.id, small.id)
    return app.identify.compared(who, probe.id, None).now


def test_pictures_in_between_do_not_lend_opinions_to_another_photograph(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """Two agree on one photograph; of the other, which only resembles it, nobody says anything."""
    one, other = (photo(tmp_path / f"{look}.png", look, (7, 1, 80)) for look in (301, 302))
    probe = declared_file(app, ada, case, one)
    first = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    for who in (ada, ben):
        examine(app, who, first)
    searched(app, gallery, in_between(tmp_path, one, other))
    probe = declared_file(app, cal, case, other)
    found = app.identify.search(cal, probe.id, gallery.id).candidates[0]
    assert "examiners" in refused(app, cal, found)


def test_an_opinion_on_one_person_does_not_count_for_one_of_another_gallery(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Nobody ever examined the stranger."""
    case = case_under(app, ada, "archive-newsroom")
    people(tmp_path / "others", 40, first=100)
    other = enrol(app, ada, tmp_path / "others", "others")
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    examine(app, ada, app.identify.search(ada, probe.id, gallery.id).candidates[0])
    pairs_of(app, ada, tmp_path / "x", tmp_path / "people", tmp_path / "others")
    found = app.identify.search(ada, probe.id, other.id).candidates
    stranger = next(c for c in found if c.person_key == "p106")
    assert not app.review.states(ada, stranger.search_id)[stranger.id].examined_by_me
    assert "conclusions" in refused(app, ada, stranger)


def test_a_folder_does_not_make_one_of_people_of_two_galleries(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Eighty people compared, and one folder from the command line makes forty of them."""
    case = case_under(app, ada, "archive-newsroom")
    people(tmp_path / "others", 40, first=100)
    other = enrol(app, ada, tmp_path / "others", "others")
    probe = declared(app, ada, case, tmp_path / "absent.png", (200, 0, 80))
    for one in (gallery, other):
        app.identify.search(ada, probe.id, one.id)
    assert app.identify.compared(ada, probe.id, None).now == 80
    machine = app.accounts.command_line()
    made = pairs_of(app, machine, tmp_path / "x", tmp_path / "people", tmp_path / "others")
    app.galleries.remove(ada, made.id)
    assert app.identify.compared(ada, probe.id, None).now >= 80


def test_who_has_seen_the_first_opinion_is_no_second_examiner_where_the_policy_is_blind(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """One decides "inconclusive", the other reads what they concluded, and examines after that."""
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    examine(app, ada, first.candidates[0])
    app.review.decide(ada, first.candidates[0].id, Outcome.INCONCLUSIVE, "", "Another day.")
    assert app.review.examinations(ben, first.candidates[0].id).shown  # on record as seen
    found = app.identify.search(ada, first.search.probe_id, gallery.id).candidates[0]
    examine(app, ben, found)
    refused(app, cal, found)


def test_who_has_seen_opinions_is_no_third_by_another_account(
    app: Application, ada: Operator, ben: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """Nobody says that the account and who made it are two people."""
    cato, zoe = second_account(app, ada)
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    examine(app, ada, first.candidates[0])
    app.review.decide(ada, first.candidates[0].id, Outcome.INCONCLUSIVE, "", "Another day.")
    assert app.review.examinations(cato, first.candidates[0].id).shown
    found = app.identify.search(ada, first.search.probe_id, gallery.id).candidates[0]
    exclude(app, ben, found)
    examine(app, zoe, found)
    refused(app, eve, found)


def test_who_saw_candidates_first_has_not_analysed_first_by_another_account(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """They look at the candidates, and analyse the probe with the account that they made."""
    cato, zoe = second_account(app, ada)
    found = search(app, cato, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ben, found)
    examine(app, zoe, found)
    refused(app, ben, found)


def test_who_sends_everybody_else_away_is_no_unit_of_two(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """An administrator deactivates the others, declares a unit with an account of their own,
    accepts, and lets the others in again."""
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    zoe = account(app, ada, "zoe", "Zoe Quill", PASSWORD)
    others = [o for o in app.accounts.operators() if o.examines and o.id not in (ada.id, zoe.id)]
    for who in others:
        app.accounts.set_active(ada, who.id, False)
    unit = app.people.declare_unit(ada, zoe.id, "We are all there is.")
    app.people.sign_unit(zoe, unit.id)
    for who in (ada, zoe):
        examine(app, who, found)
    refused(app, ada, found)


def test_a_question_is_not_examined_anew_before_it_was_reopened_where_time_stands_still(
    app: Application, still: None, ada: Operator, ben: Operator, cal: Operator, eve: Operator,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """Who examined after the exclusion, and before it was reopened, is no third since then."""
    case = case_under(app, ada, "archive-newsroom")
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    exclude(app, ben, first.candidates[0])
    app.review.decide(ben, first.candidates[0].id, Outcome.EXCLUDED, "", "The ears.")
    found = app.identify.search(ada, first.search.probe_id, gallery.id).candidates[0]
    examine(app, eve, found)
    app.questions.reopen(cal, first.candidates[0].id, "Another print turned up.")
    refused(app, ada, found)


def test_candidates_seen_before_the_analysis_were_seen_before_where_time_stands_still(
    app: Application, still: None, ada: Operator, ben: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """The list on the command line, and an analysis after it."""
    machine = app.accounts.command_line()
    probe = app.identify.add_probe(machine, case.id, photo(tmp_path / "a.png", 300, (7, 1, 80)))
    shown = app.identify.search(machine, probe.id, gallery.id)
    app.review.show(machine, shown.search.id)
    app.identify.declare(ada, probe.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    refused(app, ada, found)


def test_people_who_are_searched_for_among_them_are_compared_with_the_unknown(
    app: Application, ada: Operator, case: Case, turned: tuple[GallerySummary, Path],
    tmp_path: Path,
) -> None:  # fmt: skip
    """The gallery turned round: its people are the probes, and the unknown is enrolled."""
    gallery, asked = turned
    bench = case_under(app, ada, "demonstration")
    for number in range(1, 11):
        path = tmp_path / "people" / f"p{number:03}.png"
        search(app, ada, bench, gallery, path, (number, 0, 80))
    app.galleries.remove(ada, gallery.id)
    assert n_afterwards(app, ada, case, asked, tmp_path) >= 12


def test_a_rehearsal_compares_its_people_with_an_unknown_that_is_enrolled(
    app: Application, ada: Operator, case: Case, turned: tuple[GallerySummary, Path],
    tmp_path: Path,
) -> None:  # fmt: skip
    """It lists those who reached a line with the unknown, with their pictures."""
    gallery, asked = turned
    source = people(tmp_path / "people", 40)
    picture(source / "like.png", (200, 3, 80))
    planned = app.rehearse.start(ada, gallery.id, source)
    app.rehearse.run(ada, planned.id, CancelToken(), ignore_progress)
    pairs = app.rehearsal_results.result(planned.id).pairs
    assert [p.name for p in pairs if p.found.person_key == "x"] == ["like"]
    app.galleries.remove(ada, gallery.id)
    assert n_afterwards(app, ada, case, asked, tmp_path) >= 20 + 2 + 40


def test_a_pair_that_a_search_names_was_looked_at(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """The unknown enrolled, named beside its best stranger by the search of another probe, and
    removed again: whom it was compared with counts."""
    unknown = picture(tmp_path / "x" / "x.png", (7, 12, 80))
    app.galleries.extend(ada, gallery.id, tmp_path / "x")
    run(app, ada, gallery.id)
    other = search(app, ada, case, gallery, tmp_path / "b.png", (3, 1, 80)).search
    limit = other.calibration.limit
    assert limit is not None
    assert "x" in {n for p in limit.pairs for n in (p.name, p.other_name)}
    row = next(p for p in app.galleries.persons(gallery.id) if p.key == "x")
    app.galleries.remove_person(ada, row.id)
    small = enrol(app, ada, people(tmp_path / "small", 2, first=100), "small")
    probe = declared_file(app, ada, case, unknown)
    app.identify.search(ada, probe.id, small.id)
    assert app.identify.compared(ada, probe.id, None).now >= 42


def test_a_first_search_with_points_beside_the_face_does_not_hide_whom_it_shows(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Two frames of one person share N, although the first template of one was of nothing."""
    other = enrol(app, ada, people(tmp_path / "others", 40, first=100), "others")
    path = photo(tmp_path / "one.png", 300, (200, 1, 80), hidden=99)
    first = placed(app, ada, case, path)
    app.identify.search(ada, first.id, gallery.id)
    app.identify.choose_face(ada, first.id, 0)
    app.identify.search(ada, first.id, gallery.id)
    second = search(app, ada, case, other, tmp_path / "two.png", (200, 1, 80)).search
    assert app.identify.compared(ada, second.probe_id, None).now >= 80


def test_opinions_do_not_count_for_a_picture_that_none_of_them_saw(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case, tmp_path: Path
) -> None:
    """Another frame of the unknown, enrolled for the person afterwards, carries the score."""
    source = people(tmp_path / "people", 40, first=50)
    photo(source / "p007" / "old.png", 1, (7, 40, 80))
    gallery = enrol(app, ada, source)
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    first_of = first.candidates[0]
    assert not first_of.confidence.reaches(99)
    for who in (ada, ben):
        examine(app, who, first_of)
    machine = app.accounts.command_line()
    photo(tmp_path / "more" / "p007" / "frame.png", 2, (7, 2, 80))
    app.galleries.extend(machine, gallery.id, tmp_path / "more")
    run(app, machine, gallery.id)
    found = app.identify.search(ada, first.search.probe_id, gallery.id).candidates[0]
    assert found.confidence.reaches(99)
    refused(app, cal, found)


def test_two_frames_share_n_where_no_reference_curve_is_known(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Sixty people resolve 90 %, but not the one in 10,000 from which two frames are linked."""
    engine_of(app).curve = None
    search(app, ada, case, gallery, tmp_path / "one.png", (200, 1, 80))
    other = enrol(app, ada, people(tmp_path / "others", 60, first=100), "others")
    found = search(app, ada, case, other, tmp_path / "two.png", (200, 2, 80)).search
    assert found.calibration.scores_at["90"] is not None
    assert app.identify.compared(ada, found.probe_id, None).now >= 100


@pytest.mark.parametrize("act", ["reset", "confirmed"])
def test_a_gallery_is_searched_after_who_judged_its_pairs_counts_anew(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path,
    act: str,
) -> None:  # fmt: skip
    """ "Search again", it says, to everybody and every time, until the program is started anew."""
    other = ben if act == "reset" else account(app, ada, "zoe", "Zoe Quill", PASSWORD)
    one, two = (p.id for p in app.galleries.persons(gallery.id)[:2])
    for who in (ada, other):
        app.hygiene.mark(who, gallery.id, Pair.of(one, two), Mark.SAME)
    case = case_under(app, ada, "missing-person" if act == "reset" else "archive-newsroom")
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, probe.id, gallery.id)
    if act == "reset":
        app.accounts.reset(ada, ben.id)  # who forgot the password
    else:
        vouch(app, ada, PASSWORD)
    app.identify.search(ada, probe.id, gallery.id)


def test_a_dissent_beyond_a_wrong_folder_can_be_overcome(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, dan: Operator,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """A third reaches the line and somebody else decides, as with any other dissent."""
    case = case_under(app, ada, "missing-person")
    mixed = people(tmp_path / "again", 40, first=100) / "x"
    mixed.mkdir()
    for number in (6, 7):  # two people in one folder, by mistake
        shutil.copy(tmp_path / "people" / f"p{number:03}.png", mixed)
    other = enrol(app, ada, tmp_path / "again", "again")
    first = search(app, ada, case, other, tmp_path / "a.png", (7, 1, 80))
    assert first.candidates[0].person_key == "x"
    exclude(app, ben, first.candidates[0])
    found = app.identify.search(ada, first.search.probe_id, gallery.id).candidates[0]
    for who in (ada, ben, cal, eve):  # the one who dissented there agrees here
        examine(app, who, found)
    accept(app, dan, found)


def test_who_looks_after_their_own_commit_had_seen_nothing_where_time_stands_still(
    app: Application, still: None, ada: Operator, ben: Operator, cal: Operator, eve: Operator,
    case: Case, gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """Honest work: the third commits, and reads what the others concluded."""
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, found)
    exclude(app, ben, found)
    examine(app, cal, found)
    assert app.review.examinations(cal, found.id).shown
    app.review.adjudicate(eve, found.id)
    accept(app, eve, found)


def test_two_who_lower_their_opinion_to_an_exclusion_exclude(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Each names a decisive difference, with a note; it is in what they committed last."""
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    for who in (ada, ben):
        exclude(app, who, found)
    app.review.decide(ada, found.id, Outcome.EXCLUDED, "", "The ears.")


def test_a_lowered_opinion_excludes_by_its_own_difference(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """A difference that somebody explained away behind "same" is no decisive one afterwards."""
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    seen = SEEN | {"scars": Finding.DIFFERENT}
    view = {"component_notes": {"scars": "A scratch on the print."}}
    for who in (ada, ben):
        prepare(app, who, found)
        same = ExaminationDraft(seen, Conclusion.SAME_STRONG, "As alike as can be.", view)
        app.review.commit(who, found.id, same)
        lower = ExaminationDraft(SEEN, Conclusion.DIFFERENT_SUPPORT, "I am not sure any more.")
        app.review.commit(who, found.id, lower)
    with pytest.raises(PolicyRefusal):
        app.review.decide(ada, found.id, Outcome.EXCLUDED, "", "No difference is named.")


def test_a_dissent_after_a_lead_contests_it_where_time_stands_still(
    app: Application, still: None, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """Every screen says so of a lead that is contested since."""
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    for who in (ada, ben):
        examine(app, who, first.candidates[0])
    accept(app, ada, first.candidates[0])
    again = app.identify.search(ada, first.search.probe_id, gallery.id).candidates[0]
    exclude(app, cal, again)
    assert app.review.states(ada, first.search.id)[first.candidates[0].id].contested


def test_what_a_unit_of_two_accepted_stays_sound_and_says_so_when_a_third_joins(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """A lead is judged by the facts up to it; and every report says that it rests on a unit."""
    zoe = account(app, ada, "zoe", "Zoe Quill", PASSWORD)
    unit = app.people.declare_unit(ada, zoe.id, "We are all there is.")
    app.people.sign_unit(zoe, unit.id)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ada, zoe):
        examine(app, who, found)
    accept(app, ada, found)
    both = {ada.id, zoe.id}
    assert app.record.verify().sound
    assert unit_of_two(app.store.read(), both)
    account(app, ada, "tom", "Tom Third", PASSWORD)
    assert app.record.verify().sound
    assert unit_of_two(app.store.read(), both)


def test_the_score_waits_for_the_examination_where_what_binds_the_unknown_asks_it(
    app: Application, ada: Operator, ben: Operator, tmp_path: Path, gallery: GallerySummary
) -> None:
    """First searched where the score is shown after the examination, then where it always is."""
    strict = app.policies.get("missing-person").model_copy(
        update={"score_shown_after_examination": True}
    )
    case = app.cases.open(ada, "strict", strict.permitted_purposes[0], "Order 1", strict)
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, probe.id, gallery.id)
    lax = case_under(app, ada, "archive-newsroom")
    probe = declared_file(app, ada, lax, tmp_path / "a.png")
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    judged = app.review.assessment(ben, found.id).requirements
    assert next(r for r in judged if r.name == "confidence").hidden


def test_a_case_that_moved_says_what_keeps_it_from_closing(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """What was searched before asks for every candidate; a refusal of the file names no cure."""
    search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    lax = case.policy.model_copy(update={"all_candidates_reviewed": False})
    moved(app, ada, ben, case, lax)
    with pytest.raises(PolicyRefusal):
        app.cases.close(ada, case.id)


def test_a_search_says_what_its_gallery_is_called(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """It was renamed since the last search of this program."""
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, probe.id, gallery.id)
    app.galleries.rename(ada, gallery.id, "renamed")
    found = app.identify.search(ada, probe.id, gallery.id).search
    assert found.gallery_name == "renamed"
