"""What the program's own acts still let through: each says what should hold, and fails today."""

import shutil
from pathlib import Path

import pytest

from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import PolicyRefusal
from secondlook.domain.photographs import Verdict
from secondlook.domain.records import (
    Candidate,
    Case,
    GallerySummary,
    Operator,
)
from secondlook.domain.review import Conclusion, Outcome
from secondlook.services.application import Application
from tests.services.fake import FakeEngine, FakeEngines, people, picture
from tests.services.steps import (
    declared,
    declared_file,
    enrol,
    examine,
    run,
    search,
)
from tests.services.test_copies import accept, placed
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


@pytest.mark.parametrize("misread", ["the first frame", "the second frame"])
def test_points_placed_well_where_the_detector_sees_badly_are_known_by_what_they_show(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path,
    misread: str,
) -> None:  # fmt: skip
    """A frame turned by 45 degrees, say: its search is by the points, and shows the other frame's
    person; the detector's own template there resembles nobody, and N begins anew."""
    small = enrol(app, ada, people(tmp_path / "small", 2, first=200), "small")
    for among, is_misread in (
        (gallery, misread == "the first frame"), (small, misread == "the second frame")
    ):  # fmt: skip
        path = tmp_path / f"{among.name}.png"
        if is_misread:
            probe = placed(app, ada, case, picture(path, (99, 1, 80), hidden=250))
        else:
            probe = declared(app, ada, case, path, (250, 1, 80))
        app.identify.search(ada, probe.id, among.id)
    assert app.identify.compared(ada, probe.id, None).now >= 42


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
