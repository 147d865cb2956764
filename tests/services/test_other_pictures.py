"""Opinions rest on the pictures that were compared, and who is told of them when."""

import json
from pathlib import Path

import pytest

from secondlook.domain.records import (
    Candidate,
    Case,
    GallerySummary,
    Operator,
)
from secondlook.services.application import Application
from tests.services.fake import picture
from tests.services.steps import (
    declared_file,
    examine,
    exclude,
    prepare,
    search,
)
from tests.services.test_bound import in_between, searched
from tests.services.test_copies import accept, refused
from tests.services.test_one_person import case_under
from tests.services.test_photographs import photo
from tests.services.two_pictures import bare, better


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


def test_nothing_is_told_on_a_command_line_under_any_policy(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    lax = case_under(app, ada, "archive-newsroom")
    found = search(app, ada, lax, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, found)
    assert app.review.examinations(app.accounts.command_line(), found.id).masked
