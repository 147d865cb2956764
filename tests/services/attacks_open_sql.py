"""Plain SQL on the program's own file between two honest acts: every sequence has to be refused, by
the statement itself or by the acceptance, or be shown by the check of the record. None is yet.

No guard is dropped here, no entry of the log is forged.

Not collected: ``python -m pytest -n 0 tests/services/attacks_open_sql.py``.
"""

import dataclasses
import sqlite3
from pathlib import Path

import numpy as np
import pytest

from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import InputError
from secondlook.domain.facts import MetCalibration
from secondlook.domain.fingerprints import METHOD
from secondlook.domain.impostors import ImpostorCounts
from secondlook.domain.photographs import Photograph
from secondlook.domain.records import (
    Case,
    GallerySummary,
    Operator,
    Probe,
)
from secondlook.domain.review import Outcome, ProbeOrigin
from secondlook.services.application import Application
from secondlook.storage import questions
from secondlook.vision.fingerprint import fingerprint
from tests.photograph import face_at, texture
from tests.services.by_sql import (
    AGES_AGO,
    EVIDENCE,
    WEAK,
    Sql,
    accepting,
    accepting_anew,
    caught,
    unmet,
)
from tests.services.fake import people, picture
from tests.services.steps import (
    declared,
    declared_file,
    examine,
    exclude,
    search,
)
from tests.services.test_photographs import gallery_of, photo

# 1: who is one person


def test_people_are_not_one_person_on_the_word_of_a_row(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """Everybody in the gallery shares a photograph that nobody enrolled: N is 1."""
    weak = search(app, ada, case, gallery, tmp_path / "probe.png", (7, WEAK, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, weak)
    assert unmet(app, ada, weak) == ("confidence",)
    assert caught(
        app,
        lambda: sql(
            "INSERT INTO person_photographs SELECT id, 'no such photograph', '{}', 1.0, 1.0, 9.0 "
            "FROM persons",
            "UPDATE identities SET identity_id = (SELECT min(person_id) FROM identities)",
        ),
        accepting(app, ada, weak),
        lambda: sql("UPDATE identities SET identity_id = person_id"),
    )


# 2: which photographs are one


def test_a_question_does_not_borrow_the_opinions_on_another_photograph(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """Two people examined one picture; nobody examined the other, whose lead is accepted."""
    one = search(app, ada, case, gallery, tmp_path / "one.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, one)
    other = search(app, ada, case, gallery, tmp_path / "other.png", (7, 9, 80)).candidates[0]
    assert "examiners" in unmet(app, ada, other)
    assert caught(
        app,
        lambda: sql(
            "UPDATE unknown_groups SET photograph_id = (SELECT u.unknown_id FROM search_unknowns u "
            "WHERE u.search_id = :one) WHERE unknown_id = (SELECT u.unknown_id "
            "FROM search_unknowns u WHERE u.search_id = :other)",
            one=one.search_id, other=other.search_id,
        ),
        accepting(app, ada, other),
        lambda: sql("UPDATE unknown_groups SET photograph_id = unknown_id"),
    )  # fmt: skip


# 3: which faces are one unknown


def test_one_face_of_one_picture_does_not_become_another_unknown(
    app: Application, ada: Operator, ben: Operator, cal: Operator, dan: Operator,
    case: Case, gallery: GallerySummary, tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """Two unknowns of a pixel each, beside each other in the face that the detector finds: who was
    excluded as the one is nobody's opinion on the other."""
    probe = app.identify.add_probe(ada, case.id, picture(tmp_path / "probe.png", (7, 1, 80)))
    assert probe.face is not None
    box = probe.face.box
    x = box.x + box.width / 2
    at = {"x": x, "y": box.y + box.height / 2, "sha": probe.original_sha256}
    plant = "INSERT INTO unknowns VALUES (:id, :sha, :x, :y, 1.0, :at)"

    def first() -> None:
        sql(plant, id=1000, at=AGES_AGO, **(at | {"x": x - 5}))
        app.identify.declare(ada, probe.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
        excluded = app.identify.search(ada, probe.id, gallery.id).candidates[0]
        for who in (ada, ben):
            exclude(app, who, excluded)
        app.review.decide(ada, excluded.id, Outcome.EXCLUDED, "", "Other ears.")

    def second() -> None:
        sql("INSERT INTO unknowns VALUES (:id, :sha, :x, :y, 1.0, :at)", id=500, at=AGES_AGO,
            **(at | {"x": x + 5}))  # fmt: skip
        app.identify.declare(cal, probe.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
        again = app.identify.search(cal, probe.id, gallery.id).candidates[0]
        for who in (cal, dan):
            examine(app, who, again)
        app.review.decide(cal, again.id, Outcome.ACCEPTED, EVIDENCE, "")

    assert caught(app, first, second)


# 4: what people did, when, by rows that nobody sealed


# 5: what the program reads instead of measuring


def test_a_calibration_that_was_written_into_the_file_is_not_counted(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """Every impostor comparison above 0.2 moved to 0.0, in the counts kept with the gallery: what
    reads below 99 % in the first test of this file is accepted."""
    probe = declared(app, ada, case, tmp_path / "p.png", (7, WEAK, 80))

    def forge() -> None:
        db = sqlite3.connect(app.store.path, isolation_level=None)
        (blob,) = db.execute("SELECT histogram FROM calibrations").fetchone()
        counts = ImpostorCounts.from_bytes(blob)
        assert counts is not None
        rows = counts.rows.copy()
        rows[:, 1000] += rows[:, 1200:].sum(axis=1, dtype=np.int32)
        rows[:, 1200:] = 0
        forged = dataclasses.replace(counts, rows=rows).to_bytes()
        db.execute("UPDATE calibrations SET histogram = ?", [forged])
        db.close()
        app.identify._matrices._loaded = None  # as after the next start of the program

    assert caught(app, forge, accepting_anew(app, ada, probe, gallery, ada, ben))


def test_a_calibration_gets_no_step_before_its_search(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """A step for a search that is still to come is sealed with it: what that search's calibration
    says of the question is nothing ever after."""
    met: list[MetCalibration] = []

    def searched_twice() -> None:
        probe = declared(app, ada, case, tmp_path / "probe.png", (7, WEAK, 80))
        for _ in range(2):
            lead = app.identify.search(ada, probe.id, gallery.id).candidates[0]
        met.extend(questions.met_calibrations(app.store.read(), lead.id))
        if met[0].fmr_upper == pytest.approx(lead.confidence.fmr_upper, rel=0.2):
            raise InputError("What the earlier calibration says counts.")

    assert caught(app, lambda: sql("INSERT INTO calibration_steps VALUES (1, -1.0, 0.0)"),
                  searched_twice)  # fmt: skip


def test_a_template_that_was_written_into_the_file_is_nobodys(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """A stranger's probe, and the template of that search given to somebody of the gallery."""
    probe = declared(app, ada, case, tmp_path / "probe.png", (200, 1, 80))
    before = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    assert not before.offered

    def forge() -> None:
        sql("UPDATE templates SET vector = (SELECT vector FROM unknown_templates) "
            "WHERE reference_id = :reference", reference=before.reference_id)  # fmt: skip
        app.identify._matrices._loaded = None

    assert caught(app, forge, accepting_anew(app, ada, probe, gallery, ada, ben))


def test_a_fingerprint_that_was_written_into_the_file_clears_no_copy(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """The probe is a copy of an enrolled picture, under a fingerprint that is nobody's."""
    pictures = gallery_of(app, ada, tmp_path / "enrolled")
    copy = photo(tmp_path / "copy.png", 7, (7, 0, 80), brightness=0.8)
    probe = declared_file(app, ada, case, copy)
    assert probe.face is not None
    key = Photograph(probe.original_sha256, probe.face).key[1]
    assert caught(
        app,
        lambda: sql(
            "INSERT INTO fingerprints (original_sha256, face, method, fingerprint, made_at) "
            "VALUES (:sha, :face, :method, :nothing, :at)",
            sha=probe.original_sha256, face=key, method=METHOD, at=AGES_AGO,
            nothing=fingerprint_of_nothing(),
        ),
        accepting_anew(app, ada, probe, pictures, ada, ben),
    )  # fmt: skip


def textured(
    app: Application, who: Operator, case: Case, path: Path, look: int, face: tuple[int, int, int]
) -> Probe:
    """``declared``, of pictures that do not look like one photograph."""
    return declared_file(app, who, case, photo(path, look, face))


def fingerprint_of_nothing() -> bytes:
    pixels = texture(999)
    return fingerprint(pixels, face_at(120, 140, 40))


def test_a_template_that_was_written_into_the_file_hides_no_other_picture(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path, sql: Sql
) -> None:  # fmt: skip
    """Two pictures of one unknown share N; a template that is nobody's keeps them apart."""
    one = textured(app, ada, case, tmp_path / "one.png", 41, (7, 1, 80))
    other = textured(app, ada, case, tmp_path / "other.png", 42, (7, 2, 80))

    def plant() -> None:
        sql(
            "INSERT INTO unknown_templates SELECT id, :model, :nobody FROM unknowns "
            "WHERE original_sha256 = :sha",
            model=app.engines.identity().sha256, sha=one.original_sha256,
            nobody=np.eye(1, 64, dtype=np.float32).tobytes(),
        )  # fmt: skip

    def one_person() -> None:
        for probe in (one, other):
            app.identify.search(ada, probe.id, gallery.id)
        shown = {r["shown_id"] for r in app.store.read().query("SELECT * FROM unknown_groups")}
        if len(shown) == 1:
            raise InputError("They are one unknown all the same.")

    assert caught(app, plant, one_person)


def test_a_rehearsal_counts_only_what_was_searched(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path, sql: Sql
) -> None:
    """Thirty people who were never searched, written into a rehearsal before it is finished."""
    planned = app.rehearse.start(ada, gallery.id, people(tmp_path / "absent", 3, first=101))
    assert caught(
        app,
        lambda: sql(
            "WITH n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 30) "
            "INSERT INTO rehearsal_searches (rehearsal_id, probe, person, absent, mated, groups) "
            "SELECT 1, i, 'nobody ' || i, 1, 0, '{}' FROM n",
            "UPDATE rehearsal_searches SET status = 'searched', candidates = '[]' "
            "WHERE person LIKE 'nobody%'",
        ),
        lambda: app.rehearse.run(ada, planned.id, CancelToken(), ignore_progress),
    )


# 6: who acts


# 7: clocks
