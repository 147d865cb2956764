"""A rehearsal cannot be made another one, nor its comparisons be forgotten, in a SQLite shell."""

import hashlib
from pathlib import Path

from secondlook.domain.cancel import CancelToken, Progress, ignore_progress
from secondlook.domain.errors import InputError
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.services.application import Application
from tests.services.by_sql import Sql, accepting, caught, unmet
from tests.services.fake import people
from tests.services.steps import (
    declared_file,
    enrol,
)
from tests.services.test_evidence_by_sql import asking_for_a_rehearsal
from tests.services.test_looks import photos
from tests.services.test_photographs import photo


def test_a_rehearsal_stays_that_of_its_gallery(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path,
    sql: Sql,
) -> None:  # fmt: skip
    """Unfinished, its row is replaced by one that names another gallery; its searches are put back
    as they were."""
    lead = asking_for_a_rehearsal(app, (ada, ben), gallery, tmp_path)
    assert unmet(app, ada, lead) == ("rehearsal",)
    pair = enrol(app, ada, people(tmp_path / "pair", 2), "pair")
    source = people(tmp_path / "absent", 38, first=120)
    planned, token = app.rehearse.start(ada, pair.id, source), CancelToken()

    def stop(now: Progress) -> None:
        if now.done >= 30:
            token.cancel()

    app.rehearse.run(ada, planned.id, token, stop)
    columns = (
        "kind, source, group_columns, gallery_id, gallery_name, gallery_persons, gallery_state, "
        "model, model_sha256, provider, calibration, operator_id, started_at"
    )
    later = app.rehearse.start(ada, gallery.id, source)
    sql(f"CREATE TABLE later AS SELECT {columns} FROM rehearsals WHERE id = :id", id=later.id)
    app.rehearse.give_up(ada, later.id)
    outcome = ("status", "fault", "detail", "probe_sha256", "face", "quality", "candidates",
               "true_rank", "true_score", "true_confidence")  # fmt: skip
    planned_so = "id, rehearsal_id, probe, person, person_id, reference_id, absent, mated, groups"

    def replace() -> None:
        sql(
            "CREATE TABLE kept AS SELECT * FROM rehearsal_searches",
            "DELETE FROM rehearsals",
            "DELETE FROM rehearsal_searches",
            f"INSERT INTO rehearsals (id, {columns}) SELECT 1, {columns} FROM later",
            f"INSERT INTO rehearsal_searches ({planned_so}) SELECT {planned_so} FROM kept",
            f"UPDATE rehearsal_searches SET ({', '.join(outcome)}) = (SELECT {', '.join(outcome)} "
            "FROM kept k WHERE k.id = rehearsal_searches.id)",
            "DROP TABLE kept",
            "DROP TABLE later",
        )

    assert caught(
        app,
        replace,
        lambda: app.rehearse.run(ada, planned.id, CancelToken(), ignore_progress),
        accepting(app, ada, lead),
    )


def test_a_rehearsed_picture_saved_anew_brings_its_comparisons_along_whatever_stood_there(
    app: Application, ada: Operator, case: Case, tmp_path: Path, sql: Sql
) -> None:
    """A look and its picture, without its face, stood there before the rehearsal did."""
    gallery = enrol(app, ada, photos(tmp_path / "people", 40))
    path = photo(tmp_path / "first" / "x.png", 99, (201, 0, 80))
    planned = app.rehearse.start(ada, gallery.id, tmp_path / "first")
    small = enrol(app, ada, people(tmp_path / "small", 2, first=100), "small")

    def plant() -> None:
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        model = app.engines.identity()
        sql("INSERT INTO models_compared VALUES (900, :sha, :status)",
            sha=model.sha256, status=model.status)  # fmt: skip
        sql("INSERT INTO looks VALUES (900, :gallery, 900, '2031')", gallery=gallery.id)
        sql("INSERT INTO look_people SELECT id, 900 FROM persons WHERE gallery_id = :gallery",
            gallery=gallery.id)  # fmt: skip
        sql("INSERT INTO look_pictures VALUES (900, 900, :sha, '{}', 'none', x'')",
            sha=sha256)  # fmt: skip

    def searched() -> None:
        app.rehearse.run(ada, planned.id, CancelToken(), ignore_progress)
        saved = photo(tmp_path / "saved.png", 99, (201, 0, 80), brightness=0.8)
        probe = declared_file(app, ada, case, saved)
        app.identify.search(ada, probe.id, small.id)
        if app.identify.compared(ada, probe.id, None).now >= 42:
            raise InputError("The comparisons of the rehearsal count.")

    assert caught(app, plant, searched)
