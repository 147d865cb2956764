"""What a search proves that found nobody: the gallery's own second photographs, as poor as it."""

from pathlib import Path

import pytest

from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import Cancelled, InputError
from secondlook.domain.faces import Component, Face, Quality
from secondlook.domain.proof import Proof
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.services import proof
from secondlook.services.application import Application
from secondlook.texts.proof import proof_text
from secondlook.vision.decode import Pixels
from tests.services.fake import people, picture
from tests.services.steps import enrol, search

SECOND = 10
"""People with a second photograph."""


@pytest.fixture
def twice(app: Application, ada: Operator, tmp_path: Path) -> GallerySummary:
    """Forty people, ten of them on two different photographs."""
    source = tmp_path / "twice"
    for person in range(1, 41):
        picture(source / f"p{person}" / "a.png", (person, 0, 80))
        if person <= SECOND:
            picture(source / f"p{person}" / "b.png", (person, 1, 80))
    return enrol(app, ada, source)


def spoilt_by(monkeypatch: pytest.MonkeyPatch, variation: int) -> list[Quality]:
    """Spoiling makes a fake picture another variation of its person; gives what was asked for."""
    asked: list[Quality] = []

    def spoil(pixels: Pixels, face: Face, quality: Quality) -> Pixels:
        asked.append(quality)
        spoilt = pixels.copy()
        spoilt[0, 1, 1] = variation
        return spoilt

    monkeypatch.setattr(proof, "as_poor_as", spoil)
    return asked


def weigh(app: Application, who: Operator, search_id: int) -> Proof:
    return app.proofs.of_search(who, search_id, CancelToken(), ignore_progress)


def nobody(app: Application, who: Operator, case: Case, gallery: GallerySummary, file: Path) -> int:
    return search(app, who, case, gallery, file, (200, 0, 80)).search.id


@pytest.mark.parametrize(("variation", "found"), [(2, SECOND), (250, 0)])
def test_so_many_of_those_with_a_second_photograph_would_have_been_found(
    app: Application,
    ada: Operator,
    case: Case,
    twice: GallerySummary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variation: int,
    found: int,
) -> None:
    asked = spoilt_by(monkeypatch, variation)
    made = nobody(app, ada, case, twice, tmp_path / "probe.png")
    assert weigh(app, ada, made) == Proof(made, found, SECOND)
    assert set(asked) == {app.review.result(made).search.probe_quality}
    assert f"{found} of {SECOND} people" in proof_text(weigh(app, ada, made))


def test_it_counts_no_try_and_is_logged(
    app: Application,
    ada: Operator,
    case: Case,
    twice: GallerySummary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spoilt_by(monkeypatch, 2)
    result = search(app, ada, case, twice, tmp_path / "probe.png", (200, 0, 80))
    before = app.identify.compared(ada, result.search.probe_id, twice.id)
    weigh(app, ada, result.search.id)
    assert app.identify.compared(ada, result.search.probe_id, twice.id) == before
    entry = app.record.latest()[0]
    assert (entry.act, entry.subject) == ("search weighed", f"search {result.search.id}")
    assert app.record.verify().sound


def test_without_second_photographs_it_is_not_known(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    made = nobody(app, ada, case, gallery, tmp_path / "probe.png")
    told = weigh(app, ada, made)
    assert told == Proof(made, 0, 0)
    assert not told.known
    assert "not known" in proof_text(told)


def test_a_face_that_is_not_seen_any_more_would_not_have_been_found(
    app: Application,
    ada: Operator,
    case: Case,
    twice: GallerySummary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = nobody(app, ada, case, twice, tmp_path / "probe.png")

    def blank(pixels: Pixels, face: Face, quality: Quality) -> Pixels:
        spoilt = pixels.copy()
        spoilt[0, 0, 2] = 0  # faces
        return spoilt

    monkeypatch.setattr(proof, "as_poor_as", blank)
    assert weigh(app, ada, made) == Proof(made, 0, SECOND)


def test_a_picture_that_is_enrolled_twice_is_no_second_photograph(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    source = people(tmp_path / "people", 20)
    for person in range(1, 21):
        folder = source / f"x{person}"
        picture(folder / "a.png", (person + 40, 0, 80))
        (folder / "b.png").write_bytes((folder / "a.png").read_bytes())
    gallery = enrol(app, ada, source)
    assert not weigh(app, ada, nobody(app, ada, case, gallery, tmp_path / "p.png")).known


def test_what_could_not_be_imitated_is_named() -> None:
    told = proof_text(Proof(1, 3, 10, (Component.YAW, Component.UNIFORMITY)))
    assert "3 of 10 people" in told
    assert "turned aside, lit from one side" in told


def test_cancelled_it_says_nothing(
    app: Application, ada: Operator, case: Case, twice: GallerySummary, tmp_path: Path
) -> None:
    made = nobody(app, ada, case, twice, tmp_path / "probe.png")
    stopped = CancelToken()
    stopped.cancel()
    with pytest.raises(Cancelled):
        app.proofs.of_search(ada, made, stopped, ignore_progress)
    assert app.record.latest()[0].act != "search weighed"


def test_a_gallery_that_is_gone_cannot_be_asked(
    app: Application, ada: Operator, case: Case, twice: GallerySummary, tmp_path: Path
) -> None:
    made = nobody(app, ada, case, twice, tmp_path / "probe.png")
    app.galleries.remove(ada, twice.id)
    with pytest.raises(InputError, match="no gallery 1 any more"):
        weigh(app, ada, made)
