"""Copies of enrolled pictures and of cases' probes, through the services that people use."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import ImageFault, NotPermitted
from secondlook.domain.faces import Point
from secondlook.domain.photographs import Photograph, SamePhotograph, Standing, Verdict
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.domain.rehearsal import SearchStatus
from secondlook.paths import originals_of
from secondlook.services.application import Application
from secondlook.services.images import Images
from secondlook.services.photographs import Copy, SamePhotographs
from secondlook.services.rehearse_results import RehearsalResult
from secondlook.storage import galleries, log, photographs, rehearsals
from secondlook.storage.originals import Originals
from tests.photograph import texture
from tests.services.fake import Shown, picture
from tests.services.steps import enrol

MANY = 35


def photo(path: Path, look: int, *faces: Shown, brightness: float = 1.0, hidden: int = 0) -> Path:
    """What ``picture`` makes, with detail below the row that says who it is: ``look`` names the
    exposure, ``brightness`` makes another file of it."""
    picture(path, *faces, hidden=hidden)
    pixels = np.asarray(Image.open(path)).copy()
    pixels[1:] = texture(look, pixels.shape[1], pixels.shape[0])[1:] * brightness
    Image.fromarray(pixels).save(path, "PNG")
    return path


def gallery_of(app: Application, who: Operator, folder: Path) -> GallerySummary:
    for person in range(1, MANY + 1):
        photo(folder / f"p{person:03}.png", person, (person, 0, 80))
    return enrol(app, who, folder)


@pytest.fixture
def gallery(app: Application, ada: Operator, tmp_path: Path) -> GallerySummary:
    return gallery_of(app, ada, tmp_path / "people")


@pytest.fixture
def same(app: Application) -> SamePhotographs:
    return SamePhotographs(
        app.store, Images(app.store, Originals(originals_of(app.store.path)), app.decoder)
    )


def rehearse(
    app: Application, who: Operator, gallery: GallerySummary, source: Path | None
) -> RehearsalResult:
    planned = app.rehearse.start(who, gallery.id, source)
    app.rehearse.run(who, planned.id, CancelToken(), ignore_progress)
    return app.rehearsal_results.result(planned.id)


def copies(
    app: Application,
    same: SamePhotographs,
    case: Case,
    who: Operator,
    path: Path,
    points: tuple[Point, ...] = (),
) -> tuple[Photograph, list[Copy]]:
    probe = app.identify.add_probe(who, case.id, path)
    if points:
        probe = app.identify.place_face(who, probe.id, points)
    assert probe.face
    matrix = app.enrolment._matrices.get(app.galleries.summaries()[0].id).matrix
    pixels = app.identify._images.picture(probe.original_sha256).pixels
    template = app.engines.current().template(pixels, probe.face)
    seen = same.fingerprinted(Photograph(probe.original_sha256, probe.face), pixels)
    scores = matrix.scores(template, matrix.model)
    return seen, same.copies(probe, pixels, matrix, scores)


def test_a_copy_is_found_and_judged(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    same: SamePhotographs, tmp_path: Path,
) -> None:  # fmt: skip
    path = photo(tmp_path / "copy.png", 7, (7, 0, 80), brightness=0.8)
    probe, (found,) = copies(app, same, case, ada, path)
    assert found.found.status is SamePhotograph.SUSPECTED
    matrix = app.enrolment._matrices.get(gallery.id).matrix
    with app.store.write() as db:
        key = photographs.suspect(db, probe, found.reference, found.found, matrix.model)
        assert key is not None
        log.record(db, ada.username, "photograph suspicion", key, {})
        assert photographs.suspect(db, probe, found.reference, found.found, matrix.model) is None
    assert same.standing(probe, found.reference) is Standing.SUSPECTED
    assert same.judge(ada, probe, found.reference, Verdict.SAME, "Seen.") is None
    assert same.judge(ada, probe, found.reference, Verdict.SAME, "Seen.") is None
    assert same.judge(ben, found.reference, probe, Verdict.SAME, "Seen.") is Verdict.SAME
    assert same.standing(probe, found.reference) is Standing.SAME
    assert same.judge(ben, probe, found.reference, Verdict.DIFFERENT, "The tie.") is None
    assert same.standing(probe, found.reference) is Standing.SUSPECTED
    assert [j.operator_id for j in same.judgements(probe, found.reference)] == [
        ada.id, ada.id, ben.id, ben.id,
    ]  # fmt: skip
    app.accounts.set_active(ada, ben.id, False)
    for who in (app.accounts.command_line(), ben):
        with pytest.raises(NotPermitted):
            same.judge(who, probe, found.reference, Verdict.SAME, "Seen.")
    assert app.record.verify().sound


def test_points_placed_far_off_hide_no_copy(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, same: SamePhotographs,
    tmp_path: Path,
) -> None:  # fmt: skip
    path = photo(tmp_path / "copy.png", 7, (7, 0, 80), brightness=0.8, hidden=7)
    wide = ((2.0, 20.0), (90.0, 20.0), (45.0, 60.0), (15.0, 95.0), (80.0, 95.0))
    probe, (found,) = copies(app, same, case, ada, path, wide)
    assert probe.face.placement is not None, "placed by hand"
    assert found.found.status is SamePhotograph.SUSPECTED
    alone = same.of_references(
        probe,
        app.enrolment._matrices.get(gallery.id).matrix,
        np.ones(MANY, np.float32),
    )
    assert alone == [], "by the placed points alone it would not be seen"


def test_the_very_file_is_certain(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, same: SamePhotographs,
    tmp_path: Path,
) -> None:  # fmt: skip
    probe, (found,) = copies(app, same, case, ada, tmp_path / "people" / "p003.png")
    assert found.found.status is SamePhotograph.CERTAIN
    assert same.standing(probe, found.reference) is Standing.CERTAIN


def test_another_photograph_of_the_person_is_no_copy(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, same: SamePhotographs,
    tmp_path: Path,
) -> None:  # fmt: skip
    path = photo(tmp_path / "later.png", 500, (7, 1, 80))
    assert copies(app, same, case, ada, path)[1] == []


def test_a_gallery_from_before_gets_its_fingerprints_when_they_are_needed(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, same: SamePhotographs,
    tmp_path: Path,
) -> None:  # fmt: skip
    with app.store.write() as db:
        db.conn.execute("DROP TRIGGER fingerprints_not_deleted")
        db.conn.execute("DELETE FROM fingerprints")
    path = photo(tmp_path / "copy.png", 7, (7, 0, 80), brightness=0.8)
    assert len(copies(app, same, case, ada, path)[1]) == 1
    count = app.store.read().conn.execute("SELECT count(*) FROM fingerprints").fetchone()
    assert count[0] == 2, "of the probe, and of the one reference that could be a copy"


def test_copies_are_left_out_of_a_rehearsal_neither_hit_nor_miss(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    app.identify.add_probe(ada, case.id, photo(tmp_path / "unknown.png", 300, (90, 0, 80)))
    lines = ["path,person"]
    for name, look, face, person in (
        ("mate", 601, (1, 1, 80), "p001"),
        ("copy of a mate", 2, (2, 0, 80), "p002"),
        ("absent", 602, (120, 0, 80), ""),
        ("copy under another name", 3, (3, 0, 80), ""),
        ("unknown of a case", 300, (90, 0, 80), ""),
        ("copy of the unknown", 300, (90, 1, 80), ""),
    ):
        brightness = 0.8 if "copy" in name else 1.0
        photo(tmp_path / f"{name}.png", look, face, brightness=brightness)
        lines.append(f"{name}.png,{person}")
    (tmp_path / "t.csv").write_text("\n".join(lines))
    result = rehearse(app, ada, gallery, tmp_path / "t.csv")
    made = {Path(s.probe).stem: s for s in rehearsals.searches(app.store.read(), result.summary.id)}
    assert {name: s.fault for name, s in made.items()} == {
        "mate": None,
        "copy of a mate": ImageFault.SAME_PHOTOGRAPH,
        "absent": None,
        "copy under another name": ImageFault.SAME_PHOTOGRAPH,
        "unknown of a case": ImageFault.CASE_PROBE,
        "copy of the unknown": ImageFault.CASE_PROBE,
    }
    assert result.left_out == {ImageFault.SAME_PHOTOGRAPH: 2, ImageFault.CASE_PROBE: 2}
    assert result.failures == {}
    assert result.lines[0].misses is not None
    assert (result.lines[0].misses.count, result.lines[0].misses.of) == (0, 1)
    assert result.lines[0].people == 1
    assert result.notes[:2] == (
        "Left out, as the same photograph as a reference: 2.",
        "Left out, as the probe of a case: 2.",
    )
    assert "seems to be the photograph that is enrolled for p002" in made["copy of a mate"].detail
    assert app.record.verify().sound


def test_one_photograph_enrolled_twice_and_one_of_a_case_are_left_out_one_by_one(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    folder = tmp_path / "people"
    photo(folder / "twice.png", 7, (7, 0, 80), brightness=0.8)
    gallery = gallery_of(app, ada, folder)
    app.identify.add_probe(ada, case.id, folder / "p009.png")
    result = rehearse(app, ada, gallery, None)
    made = rehearsals.searches(app.store.read(), result.summary.id)
    left_out = {s.person: s.fault for s in made if s.status is SearchStatus.FAILED}
    assert left_out == {
        "twice": ImageFault.SAME_PHOTOGRAPH,
        "p007": ImageFault.SAME_PHOTOGRAPH,
        "p009": ImageFault.CASE_PROBE,
    }
    assert result.summary.searched == MANY - 2


def test_a_lost_original_is_no_reason_to_stop(
    app: Application, gallery: GallerySummary, same: SamePhotographs
) -> None:
    person = app.galleries.persons(gallery.id)[0]
    (row,) = galleries.references(app.store.read(), person.id)
    gone = Photograph("0" * 64, row.face)
    assert same.fingerprinted(gone) is gone
