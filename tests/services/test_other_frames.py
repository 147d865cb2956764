"""Another frame of somebody brings along whom they were compared with, however that was done."""

from collections.abc import Callable
from pathlib import Path

import pytest

from secondlook.domain.cancel import CancelToken, Progress, ignore_progress
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.paths import originals_of
from secondlook.services.application import Application
from secondlook.storage.originals import Originals
from tests.services.fake import FakeEngine, FakeEngines, people, picture
from tests.services.steps import declared, enrol, run, search
from tests.services.test_copies import placed
from tests.services.test_photographs import photo


def n_among_few(app: Application, who: Operator, case: Case, folder: Path) -> int:
    """N of person 250 in another frame, once it is searched for among two strangers."""
    small = enrol(app, who, people(folder / "small", 2, first=200), "small")
    probe = declared(app, who, case, folder / "b.png", (250, 2, 80))
    app.identify.search(who, probe.id, small.id)
    return app.identify.compared(who, probe.id, None).now


def everybody(_: Application, __: Operator, ___: GallerySummary) -> None:
    """The frame stays enrolled where it was looked at."""


def the_person(app: Application, who: Operator, gallery: GallerySummary) -> None:
    row = next(p for p in app.galleries.persons(gallery.id) if p.key == "x")
    app.galleries.remove_person(who, row.id)


def the_gallery(app: Application, who: Operator, gallery: GallerySummary) -> None:
    app.galleries.remove(who, gallery.id)


def the_template(app: Application, who: Operator, gallery: GallerySummary) -> None:
    """Made anew with another model; the next search is with the first one again."""
    assert isinstance(app.engines, FakeEngines)
    first = app.engines.fake
    app.engines.fake = FakeEngine("fake-two", 2)
    app.enrolment.rebuild(who, gallery.id, CancelToken(), ignore_progress)
    app.engines.fake = first


@pytest.mark.parametrize("gone", [everybody, the_person, the_gallery, the_template])
def test_another_frame_that_was_enrolled_brings_its_comparisons_along(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path,
    gone: Callable[[Application, Operator, GallerySummary], None],
) -> None:  # fmt: skip
    """Two frames of one person: one is enrolled and named beside its best stranger, the other one
    is searched among a few."""
    picture(tmp_path / "x" / "x.png", (250, 1, 80))
    app.galleries.extend(ada, gallery.id, tmp_path / "x")
    run(app, ada, gallery.id)
    search(app, ada, case, gallery, tmp_path / "other.png", (3, 1, 80))
    gone(app, ada, gallery)
    assert n_among_few(app, ada, case, tmp_path) >= 42
    assert app.record.verify().sound


@pytest.mark.parametrize("given_up", [False, True])
def test_another_frame_that_was_rehearsed_brings_its_comparisons_along(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path,
    given_up: bool,
) -> None:  # fmt: skip
    """A rehearsal names who is most like the other frame, also one that comes to no end."""
    source = people(tmp_path / "absent", 40, first=100)
    picture(source / "frame.png", (250, 1, 80))
    planned = app.rehearse.start(ada, gallery.id, source)
    token = CancelToken()

    def stop(progress: Progress) -> None:
        if given_up and progress.done:
            token.cancel()

    app.rehearse.run(ada, planned.id, token, stop)
    if given_up:
        app.rehearse.give_up(ada, planned.id)
    assert n_among_few(app, ada, case, tmp_path) >= 42


def test_whoever_is_enrolled_where_they_are_searched_costs_nothing(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Else a question of others would be a try of everybody who is rightly found."""
    for number in range(100, 110):
        search(app, ada, case, gallery, tmp_path / f"{number}.png", (number, 0, 80))
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    assert found.candidates[0].person_key == "p007"
    assert app.identify.compared(ada, found.search.probe_id, None).now == 40


def test_points_beside_a_face_are_like_nobody_who_was_looked_at(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """And nobody is like them: templates of points resemble each other, and no face that is seen
    (``domain.faces.Face.seen``)."""
    others = enrol(app, ada, people(tmp_path / "others", 40, first=100), "others")
    for number, among in ((200, gallery), (201, others)):
        path = photo(tmp_path / f"{number}.png", number, (number, 1, 80), hidden=99)
        probe = placed(app, ada, case, path)
        app.identify.search(ada, probe.id, among.id)
        assert app.identify.compared(ada, probe.id, None).now == 40


@pytest.mark.parametrize("by_hand", [False, True])
def test_a_frame_searched_with_another_model_shares_n(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path,
    by_hand: bool,
) -> None:  # fmt: skip
    """Templates of two models are not compared: the best stranger, alone with another model."""
    if by_hand:
        path = picture(tmp_path / "one.png", (99, 1, 80), hidden=250)
        app.identify.search(ada, placed(app, ada, case, path).id, gallery.id)
    else:
        search(app, ada, case, gallery, tmp_path / "one.png", (250, 1, 80))
    assert isinstance(app.engines, FakeEngines)
    app.engines.fake = FakeEngine("fake-two", 2)
    assert n_among_few(app, ada, case, tmp_path) >= 42
    assert app.record.verify().sound


def test_an_original_that_is_gone_stops_no_search_with_another_model(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    one = search(app, ada, case, gallery, tmp_path / "one.png", (250, 1, 80)).search
    Originals(originals_of(app.store.path)).path(one.probe_sha256).unlink()
    assert isinstance(app.engines, FakeEngines)
    app.engines.fake = FakeEngine("fake-two", 2)
    assert n_among_few(app, ada, case, tmp_path) == 2


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
