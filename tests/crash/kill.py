"""Kill the program at random moments, and look at what it leaves behind.

    python -m tests.crash.kill FOLDER [--rounds 20] [--seed 1]

FOLDER holds gallery/ and probes/mated/. Every round starts a process that works, kills it hard
after a random time, and then checks everything that must still hold.
"""

import argparse
import hashlib
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from secondlook.bootstrap import open_application
from secondlook.domain.records import EnrolmentStatus
from secondlook.services.application import Application
from tests.crash.worker import PASSWORD
from tests.people import second_examiner

WORKER = Path(__file__).with_name("worker.py")


def make_database(database: Path, gallery: Path) -> None:
    """Two examiners, a case, and a gallery that is planned but not enrolled."""
    app = open_application(database)
    anna = app.accounts.create_first("anna", "Anna", PASSWORD)
    second_examiner(app, anna, "ben", "Ben", PASSWORD)
    app.cases.open(anna, "crash", "Missing person", "AUTH-1", app.policies.default())
    app.galleries.create(anna, "crash", gallery)
    app.close()


def kill_once(kind: str, database: Path, probes: Path, seconds: float) -> bool:
    """Start a worker and kill it ``seconds`` after it is ready. True if it was still at work."""
    with subprocess.Popen(
        [sys.executable, str(WORKER), kind, str(database), str(probes)],
        stdout=subprocess.PIPE,
        env={**os.environ, "ORT_DISABLE_TELEMETRY": "1"},
        text=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n", "the worker did not start"
        time.sleep(seconds)
        at_work = process.poll() is None
        process.kill()
    return at_work


def faults(database: Path) -> list[str]:
    """Everything that a killed process must not leave behind; empty when all is well."""
    app = open_application(database)
    try:
        db = app.store.read()
        found = [f"SQLite: {row[0]}" for row in db.conn.execute("PRAGMA integrity_check")]
        found = [fault for fault in found if fault != "SQLite: ok"]
        found += [f"dangling: {row}" for row in db.conn.execute("PRAGMA foreign_key_check")]
        verification = app.record.verify()
        if not verification.sound:
            found.append(str(verification))
        found += _half_written(app)
        return found
    finally:
        app.close()


def _half_written(app: Application) -> list[str]:
    db, found = app.store.read(), []
    gallery = app.galleries.summaries()[0]
    enrolled = app.galleries.items(gallery.id, EnrolmentStatus.ENROLLED)
    if len(enrolled) != gallery.references or gallery.stale:
        found.append(f"{len(enrolled)} enrolled, {gallery.references} references")
    for (sha256,) in db.conn.execute("SELECT sha256 FROM originals"):
        stored = app.store.path.with_name(f"{app.store.path.stem}-originals") / sha256[:2] / sha256
        if not stored.is_file() or hashlib.sha256(stored.read_bytes()).hexdigest() != sha256:
            found.append(f"original {sha256}")
    empty = db.conn.execute(
        "SELECT count(*) FROM searches WHERE id NOT IN (SELECT search_id FROM candidates)"
    ).fetchone()[0]
    if empty:
        found.append(f"{empty} searches without their candidates")
    return found


def finish_enrolment(database: Path, probes: Path) -> tuple[int, int]:
    """Run the worker to its end. Returns (references, persons) of the gallery."""
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "1"}
    command = [sys.executable, str(WORKER), "enrol", str(database), str(probes)]
    subprocess.run(command, check=True, env=environment, stdout=subprocess.PIPE)
    app = open_application(database)
    gallery = app.galleries.summaries()[0]
    app.close()
    return gallery.references, gallery.persons


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)
    gallery, probes = arguments.folder / "gallery", arguments.folder / "probes" / "mated"
    with tempfile.TemporaryDirectory() as home:
        database, number = Path(home) / "crash.db", 0
        make_database(database, gallery)
        at_work = bad = 0
        for _ in range(arguments.rounds):
            if not kill_once("enrol", database, probes, chance.uniform(0.02, 0.9)):
                print(f"  enrolled {finish_enrolment(database, probes)}; starting a new one")
                number += 1
                database = Path(home) / f"crash{number}.db"
                make_database(database, gallery)
                continue
            at_work += 1
            bad += _report("enrol", faults(database))
        print(f"enrol: killed at work {at_work} times, {bad} left something wrong")
        print(f"  resumed to (references, persons) = {finish_enrolment(database, probes)}")
        for kind in ("search", "decide"):
            bad = 0
            for _ in range(arguments.rounds):
                assert kill_once(kind, database, probes, chance.uniform(0.02, 0.9))
                bad += _report(kind, faults(database))
            print(f"{kind}: killed at work {arguments.rounds} times, {bad} left something wrong")
        _totals(database)


def _report(kind: str, found: list[str]) -> bool:
    for fault in found:
        print(f"  {kind}: {fault}")
    return bool(found)


def _totals(database: Path) -> None:
    app = open_application(database)
    tables = ("probes", "searches", "candidates", "examinations", "decisions", "audit_log")
    print({table: app.store.read().table(table).count for table in tables})
    app.close()


if __name__ == "__main__":
    main()
