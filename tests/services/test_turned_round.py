"""Whom an unknown was compared with the other way round, and where its first template is no use."""

from pathlib import Path

import pytest

from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.domain.review import ProbeOrigin
from secondlook.services.application import Application
from tests.services.fake import people, picture
from tests.services.steps import declared_file, enrol, run, search
from tests.services.test_copies import askew, placed
from tests.services.test_one_person import case_under
from tests.services.test_photographs import photo


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
    assert n_afterwards(app, ada, case, asked, tmp_path) >= 20 + 2 + 10


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


def test_a_gallery_that_can_tell_nothing_does_not_make_one_of_everybody(
    app: Application, ada: Operator, case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two people, and a model without a reference curve: every score says the same."""
    monkeypatch.setattr(app.engines.fake, "curve", None)  # type: ignore[attr-defined]
    two = enrol(app, ada, people(tmp_path / "two", 2, first=200), "two")
    for number in range(100, 104):
        search(app, ada, case, two, tmp_path / f"{number}.png", (number, 0, 80))
    query = "SELECT count(DISTINCT shown_id) AS n FROM unknown_groups"
    assert next(app.store.read().query(query))["n"] == 4


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


def test_who_is_seen_only_later_is_known_by_what_is_seen_then(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """The first template is of points placed by hand, where an earlier detector saw nothing."""
    other = enrol(app, ada, people(tmp_path / "others", 40, first=100), "others")
    path = photo(tmp_path / "one.png", 300, (200, 1, 80), hidden=99)
    points = askew(app.identify.add_probe(ada, case.id, path))
    with monkeypatch.context() as earlier:
        earlier.setattr(app.engines.current(), "faces", lambda *_, **__: [])
        blind = app.identify.add_probe(ada, case.id, path)
        app.identify.place_face(ada, blind.id, points)
        app.identify.declare(ada, blind.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
        app.identify.search(ada, blind.id, gallery.id)
    app.identify.search(ada, declared_file(app, ada, case, path).id, gallery.id)
    second = search(app, ada, case, other, tmp_path / "two.png", (200, 1, 80)).search
    assert app.identify.compared(ada, second.probe_id, None).now >= 80


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
