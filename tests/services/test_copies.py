"""A copy of a picture, of a probe or of a person, is no way around what was concluded of it."""

import math
from pathlib import Path

import pytest

from secondlook.domain.errors import PolicyRefusal
from secondlook.domain.faces import Point
from secondlook.domain.records import Candidate, Case, GallerySummary, Operator, Probe
from secondlook.domain.review import Outcome, ProbeOrigin
from secondlook.services.application import Application
from tests.services.fake import people
from tests.services.steps import declared_file, enrol, examine, exclude, run, search
from tests.services.test_one_person import case_under
from tests.services.test_photographs import photo

EVIDENCE = "A witness names the same person."


def accept(app: Application, who: Operator, candidate: Candidate) -> None:
    app.review.decide(who, candidate.id, Outcome.ACCEPTED, EVIDENCE, "")


def refused(app: Application, who: Operator, candidate: Candidate) -> tuple[str, ...]:
    """Why the lead is refused: the names of what is not met."""
    with pytest.raises(PolicyRefusal) as refusal:
        accept(app, who, candidate)
    return refusal.value.unmet


def askew(probe: Probe) -> list[Point]:
    """The points of the detector's face turned, wider apart and aside: it is one face for it all
    the same."""
    assert probe.face is not None
    points = probe.face.landmarks
    x, y = (sum(p[axis] for p in points) / 5 for axis in (0, 1))
    c, s = 1.35 * math.cos(math.radians(26)), 1.35 * math.sin(math.radians(26))
    return [
        (x + 8 + (u - x) * c - (v - y) * s, y + 8 + (u - x) * s + (v - y) * c) for u, v in points
    ]


def placed(app: Application, who: Operator, case: Case, path: Path) -> Probe:
    """A probe with points placed by hand, on the face that the detector sees."""
    made = app.identify.add_probe(who, case.id, path)
    made = app.identify.place_face(who, made.id, askew(made))
    assert made.face is not None
    assert made.face.score > 0.9
    return app.identify.declare(who, made.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")


@pytest.mark.parametrize("shown", ["another picture", "the copy"])
def test_a_copy_of_another_picture_of_a_person_is_the_same_person(
    app: Application, ada: Operator, ben: Operator, cal: Operator, tmp_path: Path, shown: str
) -> None:  # fmt: skip
    """A gallery put together of copies that were not on the screen when somebody dissented."""
    case = case_under(app, ada, "missing-person")
    source = people(tmp_path / "people", 40, first=50)
    photo(source / "p007" / "best.png", 1, (7, 2, 80))
    photo(source / "p007" / "other.png", 2, (7, 20, 80))
    gallery = enrol(app, ada, source)
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    exclude(app, ben, first.candidates[0])
    again = people(tmp_path / "again", 40, first=150)
    if shown == "the copy":  # of the picture that the first search did not show
        photo(again / "p007" / "copy.png", 2, (7, 20, 80), brightness=0.9)
    else:  # of the one that it showed, behind a picture that scores higher
        photo(again / "p007" / "copy.png", 1, (7, 2, 80), brightness=0.9)
        photo(again / "p007" / "new.png", 3, (7, 1, 80))
    other = enrol(app, ada, again, "again")
    found = app.identify.search(ada, first.search.probe_id, other.id).candidates[0]
    assert found.person_key == "p007"
    for who in (ada, cal):
        examine(app, who, found)
    refused(app, ada, found)


@pytest.mark.parametrize("by_hand", ["the copy", "the first"])
def test_points_by_hand_on_a_copy_are_no_other_unknown(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path, by_hand: str,
) -> None:  # fmt: skip
    """The probe saved anew is a copy wherever somebody puts the points: a dissent stays one."""
    first, copy = (
        photo(tmp_path / f"{n}.png", 300, (7, 1, 80), brightness=b, hidden=7)
        for n, b in enumerate((1.0, 0.9))
    )
    ready = placed if by_hand == "the first" else declared_file
    probe = ready(app, ada, case, first)
    exclude(app, ben, app.identify.search(ada, probe.id, gallery.id).candidates[0])
    ready = placed if by_hand == "the copy" else declared_file
    probe = ready(app, ada, case, copy)
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    for who in (ada, cal):
        examine(app, who, found)
    refused(app, ada, found)


def test_a_copy_of_a_probe_that_is_searched_for_the_first_time_knows_whom_it_shows(
    app: Application, ada: Operator, ben: Operator, cal: Operator, tmp_path: Path
) -> None:
    """Probe and gallery are both put together of copies, and meet for the first time."""
    case = case_under(app, ada, "missing-person")
    source = people(tmp_path / "people", 40, first=50)
    photo(source / "p007.png", 1, (7, 2, 80))
    gallery = enrol(app, ada, source)
    first, copy = (
        photo(tmp_path / f"{n}.png", 300, (7, 1, 80), brightness=b) for n, b in enumerate((1, 0.9))
    )
    probe = declared_file(app, ada, case, first)
    exclude(app, ben, app.identify.search(ada, probe.id, gallery.id).candidates[0])
    again = people(tmp_path / "again", 40, first=150)
    photo(again / "p007.png", 1, (7, 2, 80), brightness=0.9)
    other = enrol(app, ada, again, "again")
    probe = declared_file(app, ada, case, copy)
    found = app.identify.search(ada, probe.id, other.id).candidates[0]
    assert found.person_key == "p007"
    for who in (ada, cal):
        examine(app, who, found)
    refused(app, ada, found)


def test_two_people_part_two_probes_that_only_seem_to_be_one_photograph(
    app: Application, ada: Operator, ben: Operator, cal: Operator, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Two frames of one second: what is suspected is judged by two people, reversibly."""
    case = case_under(app, ada, "missing-person")
    one, other = (
        declared_file(app, ada, case, photo(tmp_path / f"{n}.png", 300, (7, 1, 80), brightness=b))
        for n, b in enumerate((1.0, 0.9))
    )
    exclude(app, ben, app.identify.search(ada, one.id, gallery.id).candidates[0])
    found = app.identify.search(ada, other.id, gallery.id).candidates[0]
    app.questions.tell_apart(ada, one.id, other.id, "The hand has moved.")
    for who in (ada, cal):
        examine(app, who, found)
    refused(app, ada, found)  # one is not enough
    app.questions.tell_apart(ben, one.id, other.id, "The hand has moved.")
    assert app.record.verify().sound
    accept(app, ada, found)


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
    assert not app.review.states(ada, found.search_id)[found.id].examined_by_me
    examine(app, ada, found)
    refused(app, cal, found)
    examine(app, ben, found)
    accept(app, cal, found)


def test_who_looked_at_another_picture_is_blind_for_this_one(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path
) -> None:
    """What others concluded from it is told after one's own look, as with any candidate."""
    source = people(tmp_path / "people", 40, first=50)
    photo(source / "p007" / "old.png", 1, (7, 40, 80))
    gallery = enrol(app, ada, source)
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    examine(app, ada, first.candidates[0])
    photo(tmp_path / "more" / "p007" / "frame.png", 2, (7, 2, 80))
    app.galleries.extend(ada, gallery.id, tmp_path / "more")
    run(app, ada, gallery.id)
    found = app.identify.search(ada, first.search.probe_id, gallery.id).candidates[0]
    examine(app, ben, found)
    hidden = app.review.examinations(ada, found.id)
    assert (hidden.masked, hidden.elsewhere, hidden.shown) == (True, True, [])
    examine(app, ada, found)
    seen = app.review.examinations(ada, found.id)
    assert [e.operator_id for e in seen.shown] == [ada.id, ben.id, ada.id]
    assert seen.here == {e.id for e in seen.shown[1:]}
