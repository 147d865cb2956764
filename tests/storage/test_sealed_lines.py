"""A line that nobody sealed is found, and a migration that was cut off leaves nothing behind."""

from pathlib import Path

import pytest

from secondlook import bootstrap
from secondlook.storage import derived, log
from secondlook.storage.database import Store

from . import test_migrations, test_seals
from .plain_sql import CASE, enrolled, log_trust, seal_all, shell

path = test_migrations.path
store = test_seals.store


def test_a_line_that_no_entry_sealed_is_found_though_another_came_later(store: Store) -> None:
    """``sealed_states`` is tried only where a line is the last of its subject: what was planted
    beside an entry that seals nothing goes unseen once an act seals the subject anew."""
    with store.write() as db:
        seal_all(db)
        log_trust(db.conn)
        log.record(db, "ana", "policy", test_seals.POLICY.sha256, {})
        log.append(db, "ana", "signed out", "", {})
    assert log.first_altered_record(store.read()) is None
    raw = shell(store.path)
    raw.execute(
        "INSERT INTO sealed_states SELECT 'case', ?, max(seq), ? FROM audit_log",
        [CASE, "f" * 64],
    )
    raw.close()
    with store.write() as db:
        log.append(db, "ana", "case authorised", "2031/117", {}, states={"case": [CASE]})
    assert log.first_altered_record(store.read()) is not None


def test_a_file_knows_who_is_one_person_though_it_was_killed_after_the_migration(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The steps and what follows from them are one transaction."""
    raw = shell(path)
    for person, gallery in ((1001, 1), (1002, 2)):
        enrolled(raw, person, gallery, "2" * 64)
    raw.close()

    def killed(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as power_cut:
        power_cut.setattr(derived, "refresh", killed)
        with pytest.raises(KeyboardInterrupt):
            bootstrap.open_application(path)
    app = bootstrap.open_application(path)
    query = "SELECT identity_id FROM identities WHERE person_id IN (1001, 1002)"
    known = {row[0] for row in app.store.read().execute(query)}
    app.close()
    assert known == {1001}
