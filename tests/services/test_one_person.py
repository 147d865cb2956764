"""Who is one person: of galleries, of accounts. One person's act neither joins nor parts any."""

import shutil
from pathlib import Path

import pytest

from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.photographs import Verdict
from secondlook.domain.records import Candidate, Case, GallerySummary, Operator
from secondlook.domain.rehearsal import Mark, Pair
from secondlook.domain.review import Outcome
from secondlook.services.application import Application
from tests.people import account, vouch
from tests.services.fake import people, picture
from tests.services.steps import (
    PASSWORD,
    declared,
    declared_file,
    enrol,
    examine,
    exclude,
    run,
    search,
)
from tests.services.test_photographs import photo

EVIDENCE = "A witness names the same person."


def case_under(app: Application, who: Operator, policy: str) -> Case:
    chosen = app.policies.get(policy)
    return app.cases.open(who, policy, chosen.permitted_purposes[0], "Order 1", chosen)


def refused(app: Application, who: Operator, candidate: Candidate) -> None:
    with pytest.raises(PolicyRefusal):
        app.review.decide(who, candidate.id, Outcome.ACCEPTED, EVIDENCE, "")


def accepted(app: Application, who: Operator, candidate: Candidate) -> None:
    app.review.decide(who, candidate.id, Outcome.ACCEPTED, EVIDENCE, "")


def everybody_as_one(app: Application, who: Operator, source: Path, folder: Path) -> GallerySummary:
    """One folder too deep, by mistake or not: all pictures of a gallery as those of one person."""
    inner = folder / "everybody"
    inner.mkdir(parents=True)
    for path in source.iterdir():
        shutil.copy(path, inner / path.name)
    return enrol(app, who, folder, folder.name)


def photos(folder: Path, count: int) -> Path:
    for person in range(1, count + 1):
        photo(folder / f"p{person:03}.png", person, (person, 0, 80))
    return folder


def test_a_folder_of_everybody_does_not_make_everybody_one_person(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Not by one person, from a command line without signing in, and not for good."""
    case = case_under(app, ada, "archive-newsroom")
    probe = declared(app, ada, case, tmp_path / "absent.png", (200, 0, 80))
    app.identify.search(ada, probe.id, gallery.id)
    machine = app.accounts.command_line()
    made = everybody_as_one(app, machine, tmp_path / "people", tmp_path / "again")
    app.galleries.remove(ada, made.id)
    assert app.identify.compared(ada, probe.id, None).now >= 40


def test_an_absent_person_is_not_accepted_after_a_folder_of_everybody(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    case = case_under(app, ada, "archive-newsroom")
    probe = declared(app, ada, case, tmp_path / "absent.png", (200, 0, 80))
    before = app.identify.search(ada, probe.id, gallery.id)
    assert not any(c.confidence.reaches(90) for c in before.candidates)
    everybody_as_one(app, ada, tmp_path / "people", tmp_path / "again")
    after = app.identify.search(ada, probe.id, gallery.id)
    assert not any(c.offered or c.confidence.reaches(90) for c in after.candidates)
    refused(app, ada, after.candidates[0])


def test_an_opinion_on_one_person_does_not_count_for_another(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    case = case_under(app, ada, "archive-newsroom")
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    examine(app, ada, app.identify.search(ada, probe.id, gallery.id).candidates[0])
    everybody_as_one(app, ada, tmp_path / "people", tmp_path / "again")
    stranger = app.identify.search(ada, probe.id, gallery.id).candidates[1]
    assert stranger.person_key != "p007"  # whom nobody has examined
    refused(app, ada, stranger)


def test_one_persons_mark_does_not_part_a_question_from_its_exclusion(
    app: Application, ada: Operator, ben: Operator, cal: Operator, tmp_path: Path
) -> None:
    source = people(tmp_path / "people", 40, first=50)
    picture(source / "again.png", (56, 2, 80))
    gallery = enrol(app, ada, source)
    other = people(tmp_path / "others", 40, first=100)
    shutil.copy(source / "again.png", other / "again.png")
    elsewhere = enrol(app, ada, other, "elsewhere")
    ids = {p.key: p.id for p in app.galleries.persons(gallery.id)}
    pair = Pair.of(ids["p056"], ids["again"])
    for who in (ben, cal):
        app.hygiene.mark(who, gallery.id, pair, Mark.SAME)
    case = case_under(app, ada, "archive-newsroom")
    first = search(app, ada, case, gallery, tmp_path / "a.png", (56, 1, 80))
    known = next(c for c in first.candidates if c.person_key == "p056")
    exclude(app, ben, known)
    app.review.decide(ben, known.id, Outcome.EXCLUDED, "", "The ears.")
    found = app.identify.search(ada, first.search.probe_id, elsewhere.id).candidates[0]
    examine(app, ada, found)
    refused(app, ada, found)
    app.hygiene.mark(ada, gallery.id, pair, Mark.DIFFERENT)
    refused(app, ada, found)


def test_one_persons_doubt_does_not_make_two_photographs_of_what_two_called_one(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """Where no fingerprint suspected anything, which is why people were asked."""
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ben, cal):
        app.questions.judge_photograph(who, found.id, Verdict.SAME, "The same print.")
    for who in (ada, ben):
        examine(app, who, found)
    refused(app, ada, found)
    app.questions.judge_photograph(ada, found.id, Verdict.DIFFERENT, "I think not.")
    refused(app, ada, found)


def test_agreement_is_counted_in_people(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """Two dissent; the one who agrees does it twice, and is the third examiner as well."""
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    zoe = account(app, ada, "zoe", "Zoe Quill", PASSWORD)  # nobody says that they are two
    examine(app, ada, found)
    exclude(app, ben, found)
    examine(app, zoe, found)
    exclude(app, cal, found)
    refused(app, eve, found)


def test_who_reopened_is_no_third_by_another_account(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    first = search(app, ben, case, gallery, tmp_path / "a.png", (7, 1, 80))
    found = first.candidates[0]
    for who in (ben, cal):
        examine(app, who, found)
    accepted(app, ben, found)
    app.questions.withdraw(cal, found.id, "The witness took it back.")
    app.questions.reopen(ada, found.id, "There is another witness.")
    second = app.identify.search(ben, first.search.probe_id, gallery.id).candidates[0]
    examine(app, account(app, ada, "zoe", "Zoe Quill", PASSWORD), second)
    refused(app, ben, second)


def test_where_there_are_others_two_accounts_are_no_unit_of_two(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """Who makes an account, and signs for it, accepts alone; ben and cal could confirm."""
    zoe = account(app, ada, "zoe", "Zoe Quill", PASSWORD)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ada, zoe):
        examine(app, who, found)
    refused(app, ada, found)
    try:
        unit = app.people.declare_unit(ada, zoe.id, "We are all the examiners there are.")
        app.people.sign_unit(zoe, unit.id)
    except InputError:
        return
    refused(app, ada, found)


def test_enrolling_a_copy_that_was_a_probe_stops_nothing(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path
) -> None:
    """Every acceptance in the file is refused from then on, of whatever question."""
    gallery = enrol(app, ada, photos(tmp_path / "people", 40))
    copy = photo(tmp_path / "copies" / "copy.png", 7, (7, 0, 80), brightness=0.8)
    app.identify.search(ada, declared_file(app, ada, case, copy).id, gallery.id)
    enrol(app, ada, tmp_path / "copies", "copies")
    probe = declared_file(app, ada, case, photo(tmp_path / "other.png", 99, (8, 1, 80)))
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    accepted(app, ada, found)


def test_searching_with_a_copy_that_is_enrolled_elsewhere_stops_nothing(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path
) -> None:
    gallery = enrol(app, ada, photos(tmp_path / "people", 40))
    copy = photo(tmp_path / "copies" / "copy.png", 7, (7, 0, 80), brightness=0.8)
    enrol(app, ada, tmp_path / "copies", "copies")
    app.identify.search(ada, declared_file(app, ada, case, copy).id, gallery.id)
    probe = declared_file(app, ada, case, photo(tmp_path / "other.png", 99, (8, 1, 80)))
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    accepted(app, ada, found)


def test_confirming_that_two_are_two_stops_nothing(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    zoe = account(app, ada, "zoe", "Zoe Quill", PASSWORD)
    one, other = (p.id for p in app.galleries.persons(gallery.id)[:2])
    for who in (ada, zoe):
        app.hygiene.mark(who, gallery.id, Pair.of(one, other), Mark.SAME)
    vouch(app, ada, PASSWORD)
    accepted(app, ada, found)


def test_a_forgotten_password_stops_nothing(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """cal, who only judged a pair of the gallery, forgot it."""
    found = search(app, ben, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ben, eve):
        examine(app, who, found)
    one, other = (p.id for p in app.galleries.persons(gallery.id)[:2])
    for who in (ada, cal):
        app.hygiene.mark(who, gallery.id, Pair.of(one, other), Mark.SAME)
    app.accounts.reset(ada, cal.id)
    accepted(app, ben, found)


def test_probes_declared_one_person_again_share_n_again(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    one = declared(app, ada, case, tmp_path / "a.png", (201, 0, 80))
    other = declared(app, ada, case, tmp_path / "b.png", (202, 0, 80))
    app.identify.search(ada, one.id, gallery.id)
    app.questions.same_person(ada, one.id, other.id, "One event.")
    for who in (ada, ben):
        app.questions.tell_apart(who, one.id, other.id, "Another coat.")
    app.questions.same_person(ada, one.id, other.id, "It is the same coat.")
    assert app.identify.compared(ada, other.id, None).now == 40


def test_one_persons_mark_moves_no_calibration_of_an_unknown_bound_to_two_examiners(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    path = picture(tmp_path / "a.png", (7, 1, 80))
    other = enrol(app, ada, people(tmp_path / "few", 5, first=100), "few")
    app.identify.search(ada, declared_file(app, ada, case, path).id, other.id)
    pair = app.hygiene.suspicious(gallery.id, -1.0, limit=1).pairs[0].pair
    app.hygiene.mark(ada, gallery.id, pair, Mark.SAME)
    lax = case_under(app, ada, "archive-newsroom")
    found = app.identify.search(ada, declared_file(app, ada, lax, path).id, gallery.id)
    assert found.search.calibration.left_out_by_one == 1
    examine(app, ada, found.candidates[0])  # before that what binds is told to nobody
    judged = app.review.assessment(ada, found.candidates[0].id, EVIDENCE).requirements
    assert not next(r for r in judged if r.name == "confidence").met


def test_files_put_into_folders_that_were_searched_do_not_make_few_of_many(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Eighty people were compared; then each of one gallery gets the file of one of the other, and
    the other way round."""
    other = enrol(app, ada, people(tmp_path / "others", 40, first=100), "others")
    probe = declared(app, ada, case, tmp_path / "absent.png", (250, 0, 80))
    for one in (gallery, other):
        app.identify.search(ada, probe.id, one.id)
    assert app.identify.compared(ada, probe.id, None).now == 80
    machine = app.accounts.command_line()
    for at, one, source in ((0, gallery, "others"), (99, other, "people")):
        more = tmp_path / f"more from {source}"
        for number in range(1, 41):
            inner = more / f"p{number + at:03}"
            inner.mkdir(parents=True)
            shutil.copy(tmp_path / source / f"p{number + 99 - at:03}.png", inner / "b.png")
        app.galleries.extend(machine, one.id, more)
        assert run(app, machine, one.id).enrolled == 40
        assert app.identify.compared(ada, probe.id, None).now == 80
    assert app.record.verify().sound


def test_folders_that_share_one_picture_do_not_make_few_of_many(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Each person of four more galleries has, beside their own picture, one of the first gallery's;
    then each of the first gallery gets what the second one's have."""
    probe = declared(app, ada, case, tmp_path / "absent.png", (250, 0, 80))
    app.identify.search(ada, probe.id, gallery.id)
    for turn in range(1, 5):
        folder = tmp_path / f"g{turn}"
        for number in range(1, 41):
            inner = folder / f"x{number:03}"
            inner.mkdir(parents=True)
            shutil.copy(tmp_path / "people" / f"p{number:03}.png", inner / "a.png")
            picture(inner / "b.png", (number + 40 * turn, 0, 80))
        other = enrol(app, ada, folder, folder.name)
        app.identify.search(ada, probe.id, other.id)
    assert app.identify.compared(ada, probe.id, None).now == 200
    for number in range(1, 41):
        inner = tmp_path / "more" / f"p{number:03}"
        inner.mkdir(parents=True)
        shutil.copy(tmp_path / "g1" / f"x{number:03}" / "b.png", inner / "b.png")
    app.galleries.extend(ada, gallery.id, tmp_path / "more")
    assert run(app, ada, gallery.id).enrolled == 40
    assert app.identify.compared(ada, probe.id, None).now == 200
    assert app.record.verify().sound
