"""Ways past the policy by several accounts, and pictures and folders made up on purpose."""

import shutil
from pathlib import Path

import pytest

from secondlook.domain.errors import PolicyRefusal
from secondlook.domain.records import (
    Case,
    ExaminationDraft,
    GallerySummary,
    Operator,
    Role,
)
from secondlook.domain.review import Conclusion, Finding, Outcome
from secondlook.services.application import Application
from tests.people import account, vouch
from tests.services.fake import people
from tests.services.steps import (
    PASSWORD,
    SEEN,
    declared,
    declared_file,
    enrol,
    examine,
    exclude,
    prepare,
    search,
)
from tests.services.test_bound import in_between, searched
from tests.services.test_copies import accept, refused
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
