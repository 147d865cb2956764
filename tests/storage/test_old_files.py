"""Old files open whatever is in them, and nothing that should bind is lost; values read one way."""

import sqlite3
from pathlib import Path

import pytest
from sqlite_utils import Database

from secondlook.storage import derived, identities, log
from secondlook.storage.database import Store
from secondlook.storage.guards import INTEGRITY
from secondlook.storage.migrations import MIGRATIONS

from . import earlier, test_migrations
from .plain_sql import (
    ANA,
    BEN,
    FACE,
    LEAD,
    OPENED,
    PROBE_IMAGE,
    REFERENCE_IMAGE,
    accepted,
    candidate_row,
    fill,
    insert,
    search_row,
    shell,
    shipped,
)
from .test_migrations import OLD
from .worlds import unmet as unmet_in_both

path = test_migrations.path


def test_a_file_in_which_a_searcher_was_deactivated_can_be_migrated(path: Path) -> None:
    raw = shell(path)
    raw.execute(f"UPDATE operators SET active = 0 WHERE id = {ANA}")
    raw.close()
    store = Store(path)
    assert log.first_altered_record(store.read()) is None
    assert accepted(store.read().conn) == [LEAD]
    query = "SELECT operator_id FROM origin_declarations"
    assert store.read().conn.execute(query).fetchall() == [(ANA,)]
    query = "SELECT operator_id FROM analyses"
    assert store.read().conn.execute(query).fetchall() == [(ANA,)]
    store.close()


@pytest.mark.parametrize("text", ["\n", "\u200b", "\u00a0"])
def test_a_file_with_an_analysis_that_shows_nothing_can_be_migrated(path: Path, text: str) -> None:
    """What used to count as one."""
    raw = shell(path)
    insert(raw, "searches", search_row(OLD, id=40, operator_id=BEN, probe_analysis=text))
    earlier.record(raw, "search", 40)
    raw.close()
    store = Store(path)
    assert log.first_altered_record(store.read()) is None
    store.close()


def test_a_person_who_is_gone_refuses_no_other_lead(path: Path) -> None:
    """Two people called 7 and 8 one person, and 7 was removed before the migration."""
    raw = shell(path)
    MIGRATIONS.apply(Database(raw), stop_before="0011_questions")
    model = {"model_name": "sface", "model_version": "1", "model_sha256": "0" * 64}
    insert(raw, "galleries", model | {"id": 3, "name": "g", "source": "s", "created_at": OPENED})
    insert(raw, "persons", {"id": 8, "gallery_id": 3, "key": "8", "display_name": "8",
                            "metadata": "{}"})  # fmt: skip
    said = {"gallery_id": 3, "person_id": 7, "other_person_id": 8, "mark": "same", "note": ""}
    for who in (ANA, BEN):
        insert(raw, "marks", said | {"operator_id": who, "marked_at": OPENED})
    raw.close()
    store = Store(path)
    with store.write() as db:
        derived.refresh(db)
    query = f"SELECT 1 FROM question_facts f WHERE {INTEGRITY['identities_true']}"
    assert store.read().conn.execute(query).fetchall() == []
    store.close()


def test_what_was_declared_and_never_searched_is_carried_over(path: Path) -> None:
    """A sketch that waited for the upgrade to be declared a photograph."""
    raw = shell(path)
    raw.execute("UPDATE probes SET origin = 'sketch'")
    raw.close()
    store = Store(path)
    query = "SELECT origin FROM origin_declarations WHERE original_sha256 = ?"
    declared_so = {row[0] for row in store.read().conn.execute(query, [PROBE_IMAGE])}
    store.close()
    assert "sketch" in declared_so


def test_a_person_whose_gallery_was_removed_before_the_migration_keeps_their_picture(
    path: Path,
) -> None:
    """Enrolled again from the very file, they are the same person, and the question the same."""
    store = Store(path)
    with store.write() as db:
        raw = db.conn
        model = {"model_name": "sface", "model_version": "1", "model_sha256": "0" * 64}
        gallery_row = model | {"id": 3, "name": "again", "source": "s", "created_at": OPENED}
        insert(raw, "galleries", gallery_row)
        person = {"id": 99, "gallery_id": 3, "key": "x", "display_name": "x", "metadata": "{}"}
        insert(raw, "persons", person)
        reference = {"person_id": 99, "original_sha256": REFERENCE_IMAGE, "source_path": "",
                     "face": FACE, "quality": "{}", "added_at": OPENED}  # fmt: skip
        insert(raw, "reference_images", reference)
        identities.refresh(db)
        insert(raw, "searches", search_row(OLD, id=30))
        insert(raw, "search_unknowns", {"search_id": 30, "unknown_id": 1})
        insert(raw, "candidates", candidate_row(id=30, search_id=30, person_id=99))
        query = "SELECT member_id FROM question_members WHERE candidate_id = 30 ORDER BY 1"
        asked = [row[0] for row in raw.execute(query)]
    store.close()
    assert LEAD in asked


# 9: one definition


@pytest.mark.parametrize(
    "time",
    [
        "2031-05-01T20:00:00",
        "2031-05-03T08:00:00.0004+00:00",
        "20310501T200000Z",
        "2031-02-30T00:00:00+00:00",
        "2460000.5",
    ],
)
def test_a_time_reads_the_same_in_both_places(schema: sqlite3.Connection, time: str) -> None:
    """Or the file refuses it: the program writes one form only."""
    schema.execute("BEGIN")
    try:
        fill(schema, shipped(), case={"authorised_at": time})
        unmet_in_both(schema)
    except sqlite3.IntegrityError:
        pass
    finally:
        schema.execute("ROLLBACK")


def test_an_origin_that_is_none_is_refused_by_the_file(schema: sqlite3.Connection) -> None:
    """It stops every assessment of the question with an error of Python's."""
    schema.execute("BEGIN")
    try:
        fill(schema, shipped())
        said = {"original_sha256": PROBE_IMAGE, "origin": "Sketch", "operator_id": BEN}
        with pytest.raises(sqlite3.IntegrityError):
            insert(schema, "origin_declarations", said | {"reason": "", "at": OPENED})
    finally:
        schema.execute("ROLLBACK")
