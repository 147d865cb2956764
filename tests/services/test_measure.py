"""What was measured before a component existed is measured again: galleries and probes."""

import json
from pathlib import Path

import pytest

from secondlook import paths
from secondlook.domain.cancel import CancelToken, Progress, ignore_progress
from secondlook.domain.faces import Component, Face, Quality, shortfalls
from secondlook.domain.records import Case, GallerySummary, Operator, Probe
from secondlook.services.application import Application
from secondlook.services.measure import BATCH, MeasureReport
from secondlook.storage.galleries import references
from secondlook.texts.requirements import requirement_text
from tests.services.fake import people, picture
from tests.services.steps import declared, engine_of, enrol, search
from tests.storage.plain_sql import seal_all

EFFECTIVE = {Component.EFFECTIVE: 20.0}


def forget(app: Application, table: str = "reference_images") -> None:
    """As it was stored before there was an effective resolution."""
    column = {"reference_images": "quality", "probes": "qualities"}[table]
    path = "$.effective_eye_px" if table == "reference_images" else "$[0].effective_eye_px"
    with app.store.write() as db:
        db.conn.execute(f"UPDATE {table} SET {column} = json_remove({column}, '{path}')")
        seal_all(db)


def measure(app: Application, who: Operator, gallery_id: int) -> MeasureReport:
    return app.measurements.gallery(who, gallery_id, CancelToken(), ignore_progress)


def qualities(app: Application, gallery_id: int) -> list[Quality]:
    people = app.galleries.persons(gallery_id)
    return [r.quality for p in people for r in references(app.store.read(), p.id)]


def test_old_references_read_not_measured_until_they_are_measured_again(
    app: Application, ada: Operator, gallery: GallerySummary
) -> None:
    before = qualities(app, gallery.id)
    forget(app)
    (missed,) = shortfalls(qualities(app, gallery.id)[0], EFFECTIVE)
    assert "not measured" in str(missed)
    assert app.measurements.unmeasured(gallery.id) == 40
    assert measure(app, ada, gallery.id) == MeasureReport(40, 0, 0)
    assert qualities(app, gallery.id) == before
    assert measure(app, ada, gallery.id) == MeasureReport(0, 0, 0)
    entry = next(e for e in app.record.latest() if e.act == "gallery measured")
    assert (entry.actor, entry.subject) == ("ada", gallery.name)
    assert app.record.verify().sound


def test_a_reference_that_is_not_measured_again_is_not_accepted(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    forget(app)
    for measured in (False, True):
        if measured:
            measure(app, ada, gallery.id)
        found = search(app, ada, case, gallery, tmp_path / f"{measured}.png", (7, 1, 80))
        unmet = {r.name: r for r in app.review.assessment(ada, found.candidates[0].id).unmet}
        assert ("reference_quality" in unmet) != measured
        if not measured:
            assert "measure again" in requirement_text(unmet["reference_quality"]).present


@pytest.mark.parametrize("looks", [0, 1, BATCH, BATCH + 3])
def test_cancelled_and_begun_again_nothing_is_measured_twice(
    app: Application,
    ada: Operator,
    gallery: GallerySummary,
    monkeypatch: pytest.MonkeyPatch,
    looks: int,
) -> None:
    before = qualities(app, gallery.id)
    forget(app)
    cancel, engine, calls = CancelToken(), engine_of(app), [0]
    plain = engine.quality

    def counting(pixels: object, face: Face) -> Quality:
        calls[0] += 1
        if calls[0] >= looks:
            cancel.cancel()
        return plain(pixels, face)  # type: ignore[arg-type]

    if not looks:
        cancel.cancel()
    monkeypatch.setattr(type(engine), "quality", lambda _, pixels, face: counting(pixels, face))
    report = app.measurements.gallery(ada, gallery.id, cancel, ignore_progress)
    assert report == MeasureReport(looks, 0, 40 - looks)
    assert measure(app, ada, gallery.id) == MeasureReport(40 - looks, 0, 0)
    assert calls[0] == 40
    assert qualities(app, gallery.id) == before


def test_progress_counts_up_to_everything(
    app: Application, ada: Operator, gallery: GallerySummary
) -> None:
    forget(app)
    seen: list[Progress] = []
    app.measurements.gallery(ada, gallery.id, CancelToken(), seen.append)
    assert [p.done for p in seen] == [16, 32, 40]
    assert {p.total for p in seen} == {40}


def test_an_original_that_is_gone_does_not_stop_the_others(
    app: Application, ada: Operator, tmp_path: Path
) -> None:
    made = enrol(app, ada, people(tmp_path / "p", 3))
    forget(app)
    original = min(p for p in paths.originals_of(app.store.path).rglob("*") if p.is_file())
    original.chmod(0o600)
    original.unlink()
    assert measure(app, ada, made.id) == MeasureReport(2, 1, 1)


def test_a_probe_is_measured_again_once(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    forget(app, "probes")
    again = app.measurements.probe(ada, probe.id)
    assert again == probe
    app.measurements.probe(ada, probe.id)
    acts = [e.act for e in app.record.latest()]
    assert acts.count("probe measured") == 1


def test_a_probe_of_a_closed_case_stays_as_it_is(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    forget(app, "probes")
    app.cases.close(ada, case.id)
    old = app.measurements.probe(ada, probe.id)
    assert old.qualities[0].unmeasured == (Component.EFFECTIVE,)


def placed_long_ago(app: Application, probe: Probe) -> None:
    """As points placed by hand were stored before the record told them apart: certain of a face."""
    with app.store.write() as db:
        faces = [f.to_dict() | {"score": 1.0} for f in probe.faces]
        for face in faces:
            face.pop("placement", None)
        values = [q.to_dict() | {"detector_score": 1.0} for q in probe.qualities]
        db.conn.execute(
            "UPDATE probes SET faces = ?, qualities = ? WHERE id = ?",
            [json.dumps(faces), json.dumps(values), probe.id],
        )
        seal_all(db)


def test_points_placed_before_there_was_a_status_get_it_from_the_log(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path
) -> None:
    points = [(20.0, 40.0), (60.0, 40.0), (40.0, 62.0), (24.0, 86.0), (56.0, 86.0)]
    probe = app.identify.add_probe(ada, case.id, picture(tmp_path / "a.png", hidden=7))
    probe = app.identify.place_face(ben, probe.id, points)
    placed_long_ago(app, probe)
    old = app.identify.probe(probe.id)
    assert old.face is not None
    assert (old.face.score, old.face.placement) == (1.0, None)
    again = app.measurements.probe(ada, probe.id)
    assert again == probe
    assert again.face is not None
    assert again.face.placement is not None
    assert (again.face.placement.by, again.face.score) == ("ben", 0.0)
    assert again.quality is not None
    assert again.quality.detector_score == 0
