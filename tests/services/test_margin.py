"""The margin is over the best other person: a file in a folder makes nobody's rival the same."""

import shutil
from pathlib import Path

import pytest

from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.marks import Standing
from secondlook.domain.records import Candidate, Case, GallerySummary, Operator
from secondlook.domain.rehearsal import Mark, Pair
from secondlook.services.application import Application
from tests.services.fake import people, picture
from tests.services.steps import enrol, examine, run, search
from tests.services.test_copies import accept, refused


@pytest.fixture
def twins(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path
) -> tuple[Candidate, GallerySummary]:
    """Two persons of two galleries, as like the unknown; p007 was examined, twin was not."""
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
    return first.candidates[0], other


def put_the_file(app: Application, found: Candidate, folder: Path) -> int:
    """The picture of the other one into the folder of this one, on a command line."""
    more = folder / "more" / "p007"
    more.mkdir(parents=True)
    shutil.copy(folder / "others" / "twin" / "t.png", more / "t.png")
    machine, gallery_id = app.accounts.command_line(), gallery_of(app, found)
    app.galleries.extend(machine, gallery_id, folder / "more")
    assert run(app, machine, gallery_id).enrolled == 1
    return gallery_id


def gallery_of(app: Application, found: Candidate) -> int:
    gallery_id = app.review.result(found.search_id).search.gallery_id
    assert gallery_id is not None
    return gallery_id


def rivals(app: Application, who: Operator, gallery_id: int) -> list[Pair]:
    found = app.hygiene.suspicious(gallery_id, viewer=who).pairs
    return [pair.pair for pair in found if pair.score is None]


def test_the_strongest_other_person_is_not_made_the_same_one_by_one_file(
    app: Application, ada: Operator, twins: tuple[Candidate, GallerySummary], tmp_path: Path
) -> None:
    found, _ = twins
    put_the_file(app, found, tmp_path)
    assert app.record.verify().sound
    with pytest.raises(PolicyRefusal, match="two people say so in the check of the gallery"):
        accept(app, ada, found)


def test_nor_in_a_gallery_made_of_both_files(
    app: Application, ada: Operator, twins: tuple[Candidate, GallerySummary], tmp_path: Path
) -> None:
    found, _ = twins
    source = people(tmp_path / "anew", 40, first=150)
    (source / "p007").mkdir()
    shutil.copy(tmp_path / "people" / "p007" / "own.png", source / "p007" / "own.png")
    shutil.copy(tmp_path / "others" / "twin" / "t.png", source / "p007" / "t.png")
    probe_id = app.review.result(found.search_id).search.probe_id
    made = enrol(app, ada, source, "anew")
    again = app.identify.search(ada, probe_id, made.id).candidates[0]
    assert again.person_key == "p007"
    assert "margin" in refused(app, ada, again)


@pytest.mark.parametrize("gone", [False, True])
def test_two_people_judge_the_two_one_in_the_check_of_either_gallery(
    app: Application, ada: Operator, ben: Operator, cal: Operator,
    twins: tuple[Candidate, GallerySummary], tmp_path: Path, gone: bool,
) -> None:  # fmt: skip
    """The other gallery may be gone: what was shown of its people still counts."""
    found, other = twins
    gallery_id = put_the_file(app, found, tmp_path)
    if gone:
        app.galleries.remove(ada, other.id)
    (pair,) = rivals(app, ben, gallery_id)
    shown = app.hygiene.suspicious(gallery_id).pairs[0]
    own, theirs = shown.first, shown.second
    assert (own.source_path.endswith("own.png"), theirs.person_key) == (True, "twin")
    app.hygiene.mark(ben, gallery_id, pair, Mark.SAME)
    assert "margin" in refused(app, ada, found)
    second = gallery_id if gone else other.id
    assert rivals(app, cal, second) == [pair]
    app.hygiene.mark(cal, second, pair, Mark.SAME)
    settled = app.hygiene.suspicious(second).pairs[0]
    assert (settled.pair, settled.marks.standing) == (pair, Standing.CONFIRMED)
    accept(app, ada, found)
    assert app.record.verify().sound


def test_people_of_two_galleries_who_share_nothing_are_not_judged(
    app: Application, ben: Operator, twins: tuple[Candidate, GallerySummary]
) -> None:
    found, other = twins
    twin = next(p.id for p in app.galleries.persons(other.id) if p.key == "twin")
    assert rivals(app, ben, other.id) == []
    with pytest.raises(InputError):
        app.hygiene.mark(ben, other.id, Pair.of(found.person_id, twin), Mark.SAME)
