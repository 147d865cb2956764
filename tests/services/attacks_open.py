"""What the program's own acts still let through: each says what should hold, and fails today."""

import json
import shutil
from pathlib import Path

import pytest

from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.photographs import Verdict
from secondlook.domain.records import (
    Candidate,
    Case,
    ExaminationDraft,
    GallerySummary,
    Operator,
    Probe,
)
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, Outcome, ProbeOrigin
from secondlook.services.application import Application
from tests.services.fake import FakeEngine, FakeEngines, people, picture
from tests.services.steps import (
    declared,
    declared_file,
    enrol,
    examine,
    exclude,
    prepare,
    run,
    search,
)
from tests.services.test_bound import in_between, searched
from tests.services.test_copies import accept, placed, refused
from tests.services.test_one_person import case_under
from tests.services.test_photographs import photo


@pytest.fixture
def two_pictures(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> tuple[GallerySummary, Candidate]:
    """An old picture of p007, which a search showed; ``better`` enrols another one."""
    source = people(tmp_path / "people", 40, first=50)
    photo(source / "p007" / "old.png", 1, (7, 40, 80))
    gallery = enrol(app, ada, source)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    assert found.person_key == "p007"
    return gallery, found


def better(
    app: Application, who: Operator, gallery: GallerySummary, old: Candidate, folder: Path
) -> Candidate:
    """The same person by another picture of theirs, which scores higher."""
    photo(folder / "more" / "p007" / "frame.png", 2, (7, 2, 80))
    app.galleries.extend(who, gallery.id, folder / "more")
    run(app, who, gallery.id)
    probe_id = app.review.result(old.search_id).search.probe_id
    found = app.identify.search(who, probe_id, gallery.id).candidates[0]
    assert found.person_key == "p007"
    assert found.reference_sha256 != old.reference_sha256
    return found


def test_the_old_candidate_does_not_tell_what_others_concluded_of_the_new_picture(
    app: Application, ada: Operator, ben: Operator, two_pictures: tuple[GallerySummary, Candidate],
    tmp_path: Path,
) -> None:  # fmt: skip
    """Who is blind for the new picture reads it all on the old one, a click away."""
    gallery, old = two_pictures
    examine(app, ada, old)
    new = better(app, ada, gallery, old, tmp_path)
    given = examine(app, ben, new)
    assert app.review.examinations(ada, new.id).masked
    assert given.id not in {e.id for e in app.review.examinations(ada, old.id).shown}


def test_who_read_an_opinion_on_these_pictures_first_does_not_count_as_blind(
    app: Application, ada: Operator, ben: Operator, cal: Operator,
    two_pictures: tuple[GallerySummary, Candidate], tmp_path: Path,
) -> None:  # fmt: skip
    """ada commits on the old picture, reads what ben concluded of the new one, and agrees to it."""
    gallery, old = two_pictures
    examine(app, ada, old)
    new = better(app, ada, gallery, old, tmp_path)
    given = examine(app, ben, new)
    seen = {e.id for e in app.review.examinations(ada, old.id).shown}
    examine(app, ada, new)
    if given.id in seen:
        refused(app, cal, new)
    assert app.record.verify().sound


def test_a_third_who_read_all_opinions_on_these_pictures_is_no_third_of_them(
    app: Application, ada: Operator, ben: Operator, eve: Operator, dan: Operator,
    two_pictures: tuple[GallerySummary, Candidate], tmp_path: Path,
) -> None:  # fmt: skip
    """They examine the old picture as the third, are told everything, and then the new one."""
    gallery, old = two_pictures
    new = better(app, ada, gallery, old, tmp_path)
    examine(app, ada, new)
    exclude(app, ben, new)
    examine(app, eve, old)
    told = {e.candidate_id for e in app.review.examinations(eve, old.id).shown}
    examine(app, eve, new)
    assert app.record.verify().sound
    if new.id in told:
        refused(app, dan, new)


def test_the_log_tells_nobody_who_has_examined_the_new_picture_before_their_own(
    app: Application, ada: Operator, ben: Operator, two_pictures: tuple[GallerySummary, Candidate],
    tmp_path: Path,
) -> None:  # fmt: skip
    gallery, old = two_pictures
    examine(app, ada, old)
    new = better(app, ada, gallery, old, tmp_path)
    examine(app, ben, new)
    assert app.review.examinations(ada, new.id).masked
    told = [json.loads(e.payload) for e in app.record.latest(viewer=ada) if e.act == "examination"]
    assert new.id not in {payload["candidate"] for payload in told}


def test_insufficient_quality_of_one_picture_is_not_for_good(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator,
    two_pictures: tuple[GallerySummary, Candidate], tmp_path: Path,
) -> None:  # fmt: skip
    """Two others agree on a better picture; nothing lifts what somebody said of the poor one."""
    gallery, old = two_pictures
    examine(app, cal, old, Conclusion.INSUFFICIENT_QUALITY)
    new = better(app, ada, gallery, old, tmp_path)
    for who in (ada, ben, cal):
        examine(app, who, new)
    accept(app, eve, new)


def test_an_unknown_enrolled_in_every_folder_keeps_who_it_was_compared_with(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """The gallery is gone through with the unknown in it; then a copy of its picture is put into
    everybody's folder, who all are the unknown itself from then on."""
    asked = photo(tmp_path / "x" / "x.png", 300, (250, 0, 80))
    app.galleries.extend(ada, gallery.id, tmp_path / "x")
    run(app, ada, gallery.id)
    search(app, ada, case, gallery, tmp_path / "other.png", (3, 1, 80))
    for number in range(1, 41):
        inner = tmp_path / "more" / f"p{number:03}"
        photo(inner / "u.png", 300, (250, 0, 80), brightness=1 - number / 400)
    app.galleries.extend(ada, gallery.id, tmp_path / "more")
    assert run(app, ada, gallery.id).enrolled == 40
    search(app, ada, case, gallery, tmp_path / "third.png", (4, 1, 80))
    app.galleries.remove(ada, gallery.id)
    small = enrol(app, ada, people(tmp_path / "small", 2, first=100), "small")
    probe = declared_file(app, ada, case, asked)
    app.identify.search(ada, probe.id, small.id)
    assert app.record.verify().sound
    assert app.identify.compared(ada, probe.id, None).now >= 42


def test_another_frame_that_was_enrolled_brings_its_comparisons_along(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Two frames of one person: one is enrolled and named beside its best stranger, the other one
    is searched among a few."""
    picture(tmp_path / "x" / "x.png", (250, 1, 80))
    app.galleries.extend(ada, gallery.id, tmp_path / "x")
    run(app, ada, gallery.id)
    search(app, ada, case, gallery, tmp_path / "other.png", (3, 1, 80))
    row = next(p for p in app.galleries.persons(gallery.id) if p.key == "x")
    app.galleries.remove_person(ada, row.id)
    small = enrol(app, ada, people(tmp_path / "small", 2, first=100), "small")
    probe = declared(app, ada, case, tmp_path / "b.png", (250, 2, 80))
    app.identify.search(ada, probe.id, small.id)
    assert app.identify.compared(ada, probe.id, None).now >= 42


def test_another_frame_that_was_rehearsed_brings_its_comparisons_along(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """A rehearsal names who is most like the other frame."""
    source = people(tmp_path / "absent", 40, first=100)
    picture(source / "frame.png", (250, 1, 80))
    planned = app.rehearse.start(ada, gallery.id, source)
    app.rehearse.run(ada, planned.id, CancelToken(), ignore_progress)
    small = enrol(app, ada, people(tmp_path / "small", 2, first=200), "small")
    probe = declared(app, ada, case, tmp_path / "b.png", (250, 2, 80))
    app.identify.search(ada, probe.id, small.id)
    assert app.identify.compared(ada, probe.id, None).now >= 42


def test_who_is_searched_for_after_the_unknown_counts_at_the_decision(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """The unknown is searched, and enrolled; then others are searched for among whom it is."""
    asked = picture(tmp_path / "x" / "x.png", (250, 0, 80))
    probe = declared_file(app, ada, case, asked)
    app.identify.search(ada, probe.id, gallery.id)
    app.galleries.extend(ada, gallery.id, tmp_path / "x")
    run(app, ada, gallery.id)
    bench = case_under(app, ada, "demonstration")
    for number in range(101, 111):
        search(app, ada, bench, gallery, tmp_path / f"{number}.png", (number, 0, 80))
    assert app.identify.compared(ada, probe.id, None).now >= 50


def test_a_rehearsal_after_the_unknown_was_searched_counts_at_the_decision(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    asked = picture(tmp_path / "x" / "x.png", (250, 0, 80))
    probe = declared_file(app, ada, case, asked)
    app.identify.search(ada, probe.id, gallery.id)
    app.galleries.extend(ada, gallery.id, tmp_path / "x")
    run(app, ada, gallery.id)
    planned = app.rehearse.start(ada, gallery.id, people(tmp_path / "absent", 40, first=100))
    app.rehearse.run(ada, planned.id, CancelToken(), ignore_progress)
    assert app.identify.compared(ada, probe.id, None).now >= 80


def test_several_frames_of_one_person_searched_for_are_one_try(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Ten frames that share N are searched for where the unknown is enrolled."""
    asked = picture(tmp_path / "x" / "x.png", (250, 0, 80))
    app.galleries.extend(ada, gallery.id, tmp_path / "x")
    run(app, ada, gallery.id)
    for frame in range(1, 11):
        search(app, ada, case, gallery, tmp_path / f"f{frame}.png", (200, frame, 80))
    probe = declared_file(app, ada, case, asked)
    app.identify.search(ada, probe.id, gallery.id)
    assert app.identify.compared(ada, probe.id, None).now <= 42


@pytest.mark.parametrize("strangers", [3, 70])
def test_however_many_unknowns_there_are_two_frames_of_one_person_share_n(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch, strangers: int,
) -> None:  # fmt: skip
    """Where the model has no reference curve, and the gallery can tell no finer (3: it holds)."""
    monkeypatch.setattr(app.engines.fake, "curve", None)  # type: ignore[attr-defined]
    for number in range(100, 100 + strangers):
        search(app, ada, case, gallery, tmp_path / f"{number}.png", (number, 0, 80))
    others = enrol(app, ada, people(tmp_path / "others", 40, first=200), "others")
    search(app, ada, case, gallery, tmp_path / "one.png", (250, 1, 80))
    second = search(app, ada, case, others, tmp_path / "two.png", (250, 2, 80)).search
    assert app.identify.compared(ada, second.probe_id, None).now >= 80


def test_points_beside_faces_link_no_strangers(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    others = enrol(app, ada, people(tmp_path / "others", 40, first=100), "others")
    one = photo(tmp_path / "one.png", 300, (200, 1, 80), hidden=99)
    two = photo(tmp_path / "two.png", 301, (201, 1, 80), hidden=99)
    for path, among in ((one, gallery), (two, others)):
        made = placed(app, ada, case, path)
        app.identify.search(ada, made.id, among.id)
        app.identify.choose_face(ada, made.id, 0)
        app.identify.search(ada, made.id, among.id)
    assert app.identify.compared(ada, made.id, None).now == 40


def test_what_two_call_another_photograph_lends_no_tries(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path
) -> None:
    """A picture that only seems to be the probe was looked at among many: two people say so."""
    big = people(tmp_path / "big", 40, first=100)
    photo(big / "z.png", 1, (7, 2, 80))
    enrolled = enrol(app, ada, big, "big")
    search(app, ada, case, enrolled, tmp_path / "other.png", (3, 1, 80))
    little = people(tmp_path / "little", 10, first=200)
    shutil.copy(big / "z.png", little / "z.png")
    gallery = enrol(app, ada, little, "little")
    probe = declared_file(app, ada, case, photo(tmp_path / "a.png", 1, (7, 1, 80), brightness=0.9))
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    assert found.person_key == "z"
    assert app.identify.compared(ada, probe.id, None).now > 11
    for who in (ada, ben):
        app.questions.judge_photograph(who, found.id, Verdict.DIFFERENT, "The hand has moved.")
    assert app.identify.compared(ada, probe.id, None).now == 11


def test_a_frame_searched_with_another_model_shares_n(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Templates of two models are not compared: the best stranger, alone with another model."""
    search(app, ada, case, gallery, tmp_path / "one.png", (250, 1, 80))
    assert isinstance(app.engines, FakeEngines)
    app.engines.fake = FakeEngine("fake-two", 2)
    small = enrol(app, ada, people(tmp_path / "small", 2, first=200), "small")
    second = search(app, ada, case, small, tmp_path / "two.png", (250, 2, 80)).search
    assert app.record.verify().sound
    assert app.identify.compared(ada, second.probe_id, None).now >= 42


def test_the_strongest_other_person_is_not_made_the_same_one_by_one_file(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case, tmp_path: Path
) -> None:
    """Two persons of two galleries are as like the unknown; a picture of the other one is put into
    the folder of this one, and there is no other any more."""
    source = people(tmp_path / "people", 40, first=50)
    picture(source / "p007" / "own.png", (7, 2, 80))
    gallery = enrol(app, ada, source)
    twin = people(tmp_path / "others", 40, first=100)
    picture(twin / "twin" / "t.png", (7, 4, 80))
    other = enrol(app, ada, twin, "others")
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, first.search.probe_id, other.id)
    for who in (ada, ben):
        examine(app, who, first.candidates[0])
    assert "margin" in refused(app, ada, first.candidates[0])
    (tmp_path / "more" / "p007").mkdir(parents=True)
    shutil.copy(twin / "twin" / "t.png", tmp_path / "more" / "p007" / "t.png")
    machine = app.accounts.command_line()
    app.galleries.extend(machine, gallery.id, tmp_path / "more")
    run(app, machine, gallery.id)
    assert app.record.verify().sound
    assert "margin" in refused(app, ada, first.candidates[0])


def test_a_third_who_left_does_not_block_a_question_for_good(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, dan: Operator,
    two_pictures: tuple[GallerySummary, Candidate], tmp_path: Path,
) -> None:  # fmt: skip
    """The third agreed, on the old picture, and has left: nobody can be the third for a new one."""
    gallery, old = two_pictures
    examine(app, ada, old)
    exclude(app, ben, old)
    examine(app, cal, old)
    app.accounts.set_active(ada, cal.id, False)
    new = better(app, ada, gallery, old, tmp_path)
    for who in (ada, eve):
        examine(app, who, new)
    app.review.adjudicate(dan, new.id)
    unmet = {r.name for r in app.review.assessment(dan, new.id, "A witness.").unmet}
    assert unmet == set(), "only that the third has not compared these pictures"
    accept(app, dan, new)


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
    app.questions.correct_origin(ada, made.id, ProbeOrigin.PHOTOGRAPH, "It is a photograph.")
    app.identify.declare(ada, made.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
    found = app.identify.search(ada, made.id, gallery.id).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    assert app.record.verify().sound
    assert "probe_origin" in refused(app, ben, found)


def bare(app: Application, who: Operator, case: Case, gallery: GallerySummary, path: Path) -> Probe:
    """Searched without anybody's analysis, where the policy asks for none."""
    probe = app.identify.add_probe(who, case.id, path)
    probe = app.identify.declare(who, probe.id, ProbeOrigin.PHOTOGRAPH, "")
    found = app.identify.search(who, probe.id, gallery.id).candidates[0]
    few = {item.key: Finding.NOT_VISIBLE for item in CHECKLIST}
    few |= dict.fromkeys(list(few)[:4], Finding.SIMILAR)
    app.review.show(who, found.search_id)
    draft = ExaminationDraft(few, Conclusion.SAME_STRONG, "What can be seen is alike.")
    app.review.commit(who, found.id, draft)
    return probe


@pytest.mark.parametrize("policy", ["demonstration", "archive-newsroom"])
def test_an_examination_under_a_laxer_policy_does_not_block_a_stricter_one_for_good(
    app: Application, ada: Operator, ben: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path, policy: str,
) -> None:  # fmt: skip
    """eve, in training or in the archive, did all that was asked of him there. Two others do all
    that is asked here, and nothing that anybody could do makes a lead of it any more."""
    path = picture(tmp_path / "a.png", (7, 1, 80))
    bare(app, eve, case_under(app, ada, policy), gallery, path)
    probe = declared_file(app, ada, case, path)
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    for who in (ada, ben, eve):
        examine(app, who, found)
    unmet = {r.name for r in app.review.assessment(ada, found.id, "A witness.").unmet}
    assert unmet == set()
    accept(app, ada, found)


def test_a_number_too_large_to_keep_is_refused_with_a_message(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    with pytest.raises(InputError):
        app.questions.declare_tries(ada, probe.id, 10**30, "Counted by hand.")


def test_the_command_line_tells_no_opinion_that_the_window_would_note_as_seen(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """The unknown was first searched under a policy that is not blind; ``search --json`` prints
    under it what the first examiner of a blind case concluded, and nobody has seen anything."""
    lax = case_under(app, ada, "archive-newsroom")
    first = search(app, eve, lax, gallery, tmp_path / "a.png", (7, 1, 80))
    probe = declared_file(app, ada, case, tmp_path / "a.png")
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    examine(app, ada, found)
    prepare(app, ben, found)
    assert app.review.examinations(ben, found.id).masked
    machine = app.accounts.command_line()
    printed = app.identify.search(machine, first.search.probe_id, gallery.id)
    app.review.show(machine, printed.search.id)
    judged = app.review.assessment(machine, printed.candidates[0].id).requirements
    told = next(r.present for r in judged if r.name == "conclusions")
    examine(app, ben, found)
    assert app.record.verify().sound
    if told.get("conclusions"):
        refused(app, cal, found)


def test_a_third_after_a_withdrawal_has_compared_these_pictures(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, dan: Operator,
    two_pictures: tuple[GallerySummary, Candidate], tmp_path: Path,
) -> None:  # fmt: skip
    """They looked at the old picture, and the lead on the new one is back."""
    gallery, old = two_pictures
    new = better(app, ada, gallery, old, tmp_path)
    for who in (ada, ben):
        examine(app, who, new)
    accept(app, ada, new)
    app.questions.withdraw(cal, new.id, "The witness took it back.")
    app.questions.reopen(dan, new.id, "There is another witness.")
    examine(app, eve, old)
    probe_id = app.review.result(old.search_id).search.probe_id
    found = app.identify.search(ada, probe_id, gallery.id).candidates[0]
    assert found.reference_sha256 == new.reference_sha256
    refused(app, ada, found)


def test_an_analysis_of_what_only_resembles_the_probe_is_none_of_it(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """Pictures in between join two photographs; who analysed one is never asked for the other."""
    one, other = (photo(tmp_path / f"{look}.png", look, (7, 1, 80)) for look in (301, 302))
    first = app.identify.search(ada, declared_file(app, ada, case, one).id, gallery.id)
    app.review.analyse(ben, first.search.id, "Frontal, sharp.")
    searched(app, gallery, in_between(tmp_path, one, other))
    probe = declared_file(app, cal, case, other)
    found = app.identify.search(cal, probe.id, gallery.id).candidates[0]
    asked = app.review.must_analyse(ben, found.search_id)
    for who in (ben, cal):
        examine(app, who, found)
    assert app.record.verify().sound
    if not asked:
        assert "probe_analysis" in refused(app, ben, found)


def test_a_case_does_not_close_over_a_new_picture_that_nobody_looked_at(
    app: Application, ada: Operator, two_pictures: tuple[GallerySummary, Candidate], tmp_path: Path
) -> None:
    """The old one was of no use; the best candidate of the last search is passed over."""
    gallery, old = two_pictures
    examine(app, ada, old, Conclusion.INSUFFICIENT_QUALITY)
    app.review.decide(ada, old.id, Outcome.INCONCLUSIVE, "", "Too blurred.")
    new = better(app, ada, gallery, old, tmp_path)
    for number in (old.search_id, new.search_id):
        for c in app.review.result(number).candidates:
            if c.offered and c.person_key != "p007":
                examine(app, ada, c, Conclusion.INCONCLUSIVE)
                app.review.decide(ada, c.id, Outcome.INCONCLUSIVE, "", "Nobody.")
    with pytest.raises(PolicyRefusal):
        app.cases.close(ada, app.review.result(new.search_id).search.case_id)
