"""A picture saved anew, and a better one, wash no opinion away and end nobody's work."""

from pathlib import Path

import pytest

from secondlook.domain.errors import PolicyRefusal
from secondlook.domain.records import (
    Candidate,
    Case,
    GallerySummary,
    Operator,
)
from secondlook.domain.review import Conclusion, Outcome
from secondlook.services.application import Application
from tests.services.fake import people, picture
from tests.services.steps import (
    declared_file,
    enrol,
    examine,
    exclude,
    search,
)
from tests.services.test_copies import accept, refused
from tests.services.test_one_person import case_under
from tests.services.test_photographs import photo
from tests.services.two_pictures import better


def saved_twice(folder: Path) -> tuple[Path, Path]:
    """One photograph of the unknown, and the same saved anew: two people have not called it so."""
    one, other = (
        photo(folder / f"{n}.png", 300, (7, 1, 80), brightness=b) for n, b in enumerate((1.0, 0.9))
    )
    return one, other


def compared_once(app: Application, who: Operator, case: Case, folder: Path) -> Candidate:
    """The only picture of p007, found."""
    source = people(folder / "people", 40, first=50)
    photo(source / "p007" / "a.png", 1, (7, 2, 80))
    made = enrol(app, who, source)
    return search(app, who, case, made, folder / "a.png", (7, 1, 80)).candidates[0]


def reference_saved_anew(
    app: Application, who: Operator, old: Candidate, folder: Path
) -> Candidate:
    """The same question over a re-saved copy of the reference, put into another gallery."""
    again = people(folder / "again", 40, first=150)
    photo(again / "p007" / "copy.png", 1, (7, 2, 80), brightness=0.9)
    made = enrol(app, who, again, "again")
    probe_id = app.review.result(old.search_id).search.probe_id
    found = app.identify.search(who, probe_id, made.id).candidates[0]
    assert found.person_key == "p007"
    assert found.reference_sha256 != old.reference_sha256
    return found


def test_one_examiner_does_not_raise_an_opinion_by_saving_the_probe_anew(
    app: Application, ben: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Inconclusive, told who it is and how it scored; then the same picture as another file."""
    one, other = saved_twice(tmp_path)
    case = case_under(app, ben, "archive-newsroom")
    probe = declared_file(app, ben, case, one)
    old = app.identify.search(ben, probe.id, gallery.id).candidates[0]
    examine(app, ben, old, Conclusion.INCONCLUSIVE)
    refused(app, ben, old)
    probe = declared_file(app, ben, case, other)
    found = app.identify.search(ben, probe.id, gallery.id).candidates[0]
    examine(app, ben, found)
    refused(app, ben, found)


def test_saving_the_probe_anew_does_not_pass_over_who_did_not_agree(
    app: Application, ada: Operator, ben: Operator, cal: Operator, dan: Operator, eve: Operator,
    case: Case, gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """No agreement on the picture blocks; two others take a copy of it, under the 99 % policy."""
    one, other = saved_twice(tmp_path)
    probe = declared_file(app, ada, case, one)
    old = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    examine(app, ben, old, Conclusion.INCONCLUSIVE)
    for who in (ada, cal):
        examine(app, who, old)
    assert refused(app, ada, old) == ("conclusions",)
    probe = declared_file(app, dan, case, other)
    found = app.identify.search(dan, probe.id, gallery.id).candidates[0]
    for who in (dan, eve):
        examine(app, who, found)
    refused(app, dan, found)


@pytest.mark.parametrize("by", ["the same examiner", "another one"])
def test_saving_the_reference_anew_does_not_pass_over_who_did_not_agree(
    app: Application, ada: Operator, ben: Operator, cal: Operator, tmp_path: Path, by: str
) -> None:
    """A copy of the reference is suspected to be one, and is one person with it; it is no other
    picture that could be judged otherwise."""
    old = compared_once(app, ada, case_under(app, ada, "missing-person"), tmp_path)
    examine(app, ben, old, Conclusion.INCONCLUSIVE)
    for who in (ada, cal):
        examine(app, who, old)
    assert refused(app, ada, old) == ("conclusions",)
    found = reference_saved_anew(app, ada, old, tmp_path)
    for who in (ada, ben if by == "the same examiner" else cal):
        examine(app, who, found)
    refused(app, ada, found)


def test_a_third_who_did_not_reach_the_line_does_not_on_a_copy_of_the_reference(
    app: Application, ada: Operator, ben: Operator, cal: Operator, dan: Operator, eve: Operator,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Then the adjudicator could not accept; over the copy the same third makes it possible."""
    old = compared_once(app, ada, case_under(app, ada, "missing-person"), tmp_path)
    examine(app, ada, old)
    exclude(app, ben, old)
    examine(app, cal, old, Conclusion.INCONCLUSIVE)
    examine(app, eve, old)
    app.review.adjudicate(dan, old.id)
    assert refused(app, dan, old) == ("conclusions", "adjudication")
    found = reference_saved_anew(app, ada, old, tmp_path)
    for who in (ada, cal):
        examine(app, who, found)
    app.review.adjudicate(dan, found.id)
    refused(app, dan, found)


def test_a_copy_of_the_reference_makes_no_third_after_a_withdrawal(
    app: Application, ada: Operator, ben: Operator, cal: Operator, dan: Operator, tmp_path: Path
) -> None:
    """ben examined before the lead was accepted and withdrawn: he is no third who came since."""
    old = compared_once(app, ada, case_under(app, ada, "missing-person"), tmp_path)
    for who in (ada, ben):
        examine(app, who, old)
    accept(app, ada, old)
    app.questions.withdraw(cal, old.id, "The witness took it back.")
    app.questions.reopen(dan, old.id, "There is another witness.")
    found = reference_saved_anew(app, ada, old, tmp_path)
    for who in (ada, ben):
        examine(app, who, found)
    assert refused(app, ada, found) == ("standing_outcome",)


def test_a_better_copy_of_the_probe_does_not_end_the_work_of_two_examiners(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Both analysed the photograph first; nobody can call two probes the same photograph, and who
    saw candidates of one has never analysed the other first."""
    one, other = saved_twice(tmp_path)
    probe = declared_file(app, ada, case, one)
    old = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    for who in (ada, ben):
        examine(app, who, old)
    probe = declared_file(app, ada, case, other)
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    accept(app, ada, found)


def test_a_list_that_tells_of_a_lead_tells_nothing_of_a_new_picture(
    app: Application, ada: Operator, ben: Operator, tmp_path: Path
) -> None:
    """Opening the case, which lists the lead, counts as having seen what ada said of the picture
    that came afterwards; it shows nothing of it, and ben never counts as blind for it."""
    case = case_under(app, ada, "missing-person")
    source = people(tmp_path / "people", 40, first=50)
    photo(source / "p007" / "old.png", 1, (7, 20, 80))
    gallery = enrol(app, ada, source)
    old = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, old)
    accept(app, ada, old)
    new = better(app, ada, gallery, old, tmp_path)
    examine(app, ada, new)
    app.review.states(ben, old.search_id)
    assert app.review.examinations(ben, old.id).masked
    examine(app, ben, new)
    accept(app, ada, new)


def test_who_hesitates_over_a_better_picture_afterwards_has_lowered_their_opinion(
    app: Application, ada: Operator, ben: Operator, tmp_path: Path
) -> None:
    """ada agreed on the old one, and not any more once she saw the new one: the lead is accepted
    on the old one, a row above. What she said first of a poor picture would be another matter."""
    case = case_under(app, ada, "missing-person")
    source = people(tmp_path / "people", 40, first=50)
    photo(source / "p007" / "old.png", 1, (7, 20, 80))
    gallery = enrol(app, ada, source)
    old = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, old)
    new = better(app, ada, gallery, old, tmp_path)
    examine(app, ada, new, Conclusion.INCONCLUSIVE)
    examine(app, ben, old)
    refused(app, ben, old)


def test_a_search_under_a_laxer_policy_does_not_tell_what_a_blind_case_waits_for(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """The archive asked first. Its candidate tells ben, who is to examine blind in the other case,
    what ada concluded there; and he never counts any more."""
    lax = case_under(app, ada, "archive-newsroom")
    path = picture(tmp_path / "a.png", (7, 1, 80))
    first = declared_file(app, ada, lax, path)
    first_found = app.identify.search(ada, first.id, gallery.id).candidates[0]
    probe = declared_file(app, ada, case, path)
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    examine(app, ada, found)
    assert app.review.examinations(ben, found.id).masked
    assert app.review.examinations(ben, first_found.id).masked


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


@pytest.mark.parametrize("agreeing", [1, 2])
def test_who_found_a_picture_insufficient_does_not_count_on_a_better_one(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator,
    two_pictures: tuple[GallerySummary, Candidate], tmp_path: Path, agreeing: int,
) -> None:  # fmt: skip
    """They know from there who it is and how it scored."""
    gallery, old = two_pictures
    examine(app, cal, old, Conclusion.INSUFFICIENT_QUALITY)
    new = better(app, ada, gallery, old, tmp_path)
    for who in (ada, ben)[:agreeing]:
        examine(app, who, new)
    assert "conclusions" in refused(app, eve, new)
    examine(app, cal, new)
    if agreeing == 2:
        accept(app, eve, new)
    else:
        assert "conclusions" in refused(app, eve, new)


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
    examine(app, ada, new, Conclusion.INCONCLUSIVE)
    app.review.decide(ada, new.id, Outcome.INCONCLUSIVE, "", "It is too small.")
    app.cases.close(ada, app.review.result(new.search_id).search.case_id)
