"""Plain SQL on the program's own file between two honest acts: every sequence is refused, by the
statement itself or by an act that comes later, or is shown by the check of the record.

No guard is dropped here, no entry of the log is forged.
"""

import dataclasses
import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest

from secondlook.domain import passwords
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import InputError, IntegrityError, PolicyRefusal
from secondlook.domain.facts import MetCalibration
from secondlook.domain.fingerprints import METHOD
from secondlook.domain.impostors import ImpostorCounts
from secondlook.domain.photographs import Photograph
from secondlook.domain.records import (
    Candidate,
    Case,
    ExaminationDraft,
    GallerySummary,
    Operator,
    Probe,
)
from secondlook.domain.review import Conclusion, Outcome, ProbeOrigin
from secondlook.services.application import Application
from secondlook.storage import acts, database, log, questions
from secondlook.storage import cases as stored_cases
from secondlook.storage.migrations import MIGRATIONS
from secondlook.vision.fingerprint import fingerprint
from tests.photograph import face_at, texture
from tests.services.by_sql import (
    AGES_AGO,
    EVIDENCE,
    NEVER,
    WEAK,
    Sql,
    accepting,
    accepting_anew,
    caught,
    unmet,
)
from tests.services.fake import people, picture
from tests.services.steps import (
    PASSWORD,
    SEEN,
    declared,
    declared_file,
    examine,
    prepare,
    search,
)
from tests.services.test_photographs import gallery_of, photo


def test_an_authorisation_is_as_old_as_the_log_says(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary,
    tmp_path: Path, sql: Sql, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """Nobody authorised the case in time; a row says that somebody did at once."""
    days_ago = (datetime.now(UTC) - timedelta(days=3)).isoformat(timespec="milliseconds")
    with monkeypatch.context() as then:
        then.setattr(stored_cases, "now", lambda: days_ago)
        late = app.cases.open(ada, "2031/118", "Missing person", "", app.policies.default())
    lead = search(app, ada, late, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, lead)
    assert unmet(app, ada, lead) == ("authorisation",)
    assert caught(
        app,
        lambda: sql("UPDATE cases SET authorisation = 'Order 12', authorised_at = opened_at"),
        accepting(app, ada, lead),
    )


def test_an_analysis_is_as_old_as_the_log_says(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    lead = search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates[0]
    with app.store.write() as db:  # whoever analyses afterwards had seen them
        acts.candidates_shown(db, lead.search_id, ben)
    for who in (ada, ben):
        examine(app, who, lead)
    assert unmet(app, ada, lead) == ("probe_analysis",)
    assert caught(
        app,
        lambda: sql(
            "INSERT INTO analyses (unknown_id, operator_id, text, at) "
            "SELECT unknown_id, :ben, 'Frontal.', :at FROM search_unknowns",
            ben=ben.id, at=AGES_AGO,
        ),
        accepting(app, ada, lead),
    )  # fmt: skip


def test_an_origin_is_corrected_by_somebody_who_did_it(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """A sketch; a row says that a colleague saw the picture and called it a photograph."""
    probe = app.identify.add_probe(ada, case.id, picture(tmp_path / "probe.png", (7, 1, 80)))
    app.identify.declare(ada, probe.id, ProbeOrigin.SKETCH, "Frontal, sharp.")
    again: list[Candidate] = []

    def search_again() -> None:
        app.identify.declare(ada, probe.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
        again.append(app.identify.search(ada, probe.id, gallery.id).candidates[0])
        for who in (ada, ben):
            examine(app, who, again[0])

    with pytest.raises(PolicyRefusal):
        search_again()
    assert caught(
        app,
        lambda: sql(
            "INSERT INTO origin_declarations (original_sha256, origin, corrects, operator_id, "
            "reason, at) VALUES (:sha, 'photograph', 'sketch', :ben, 'Seen.', :at)",
            sha=probe.original_sha256, ben=ben.id, at=NEVER,
        ),
        search_again,
        lambda: app.review.decide(ada, again[0].id, Outcome.ACCEPTED, EVIDENCE, ""),
    )  # fmt: skip


def contradicted(
    app: Application,
    lead: Candidate,
    ada: Operator,
    ben: Operator,
) -> int:
    examine(app, ada, lead)
    return examine(app, ben, lead, Conclusion.DIFFERENT_SUPPORT).id


@pytest.mark.parametrize(
    "way",
    [
        "nothing",
        "a sighting after the end of time",
        "a trigger that hides itself",
        "an index that finds nothing",
    ],
)
def test_a_third_who_was_shown_the_others_is_no_third(
    app: Application, ada: Operator, ben: Operator, cal: Operator, dan: Operator,
    case: Case, gallery: GallerySummary, tmp_path: Path, sql: Sql, way: str,
) -> None:  # fmt: skip
    """The program notes a sighting only once, and ``altered_guards`` passes over one name."""
    lead = search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates[0]
    opinion = contradicted(app, lead, ada, ben)

    def plant() -> None:
        if way.startswith("a trigger"):
            sql(f'CREATE TRIGGER "{MIGRATIONS.migrations_table}" BEFORE INSERT ON sightings '
                "BEGIN SELECT RAISE(IGNORE); END")  # fmt: skip
        elif way.startswith("an index"):
            sql(
                "PRAGMA writable_schema = ON",
                "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema "
                "WHERE name = 'unknown_links_by_pair') WHERE name IN "
                "('sightings_by_examination')",
                "PRAGMA writable_schema = RESET",
            )
            app.store.close()  # and opened again
        elif way != "nothing":
            sql("INSERT INTO sightings (examination_id, operator_id, at) VALUES (:e, :cal, :at)",
                e=opinion, cal=cal.id, at=NEVER)  # fmt: skip

    def shown() -> None:
        prepare(app, cal, lead)
        with app.store.write() as db:  # as every screen does that shows an opinion
            acts.examination_shown(db, opinion, cal.id)
        examine(app, cal, lead)

    first = [shown, plant] if way.startswith("an index") else [plant, shown]
    assert caught(app, *first, accepting(app, dan, lead))


def test_a_quality_that_was_written_into_the_file_is_not_measured(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    probe = declared(app, ada, case, tmp_path / "probe.png", (7, 1, 30))
    lead = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    for who in (ada, ben):
        examine(app, who, lead)
    assert "probe_quality" in unmet(app, ada, lead)
    assert caught(
        app,
        lambda: sql(
            "UPDATE probes SET qualities = json_replace(qualities, '$[0].inter_eye_px', 120.0, "
            "'$[0].effective_eye_px', 118.0)"
        ),
        accepting_anew(app, ada, probe, gallery),
    )


def test_a_deactivated_account_stays_so(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    app.accounts.set_active(ada, ben.id, False)
    lead = search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates[0]
    assert caught(
        app,
        lambda: sql("UPDATE operators SET active = 1"),
        lambda: [examine(app, who, lead) for who in (ada, ben)],
        accepting(app, ada, lead),
    )


def test_a_code_that_nobody_made_opens_no_account(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """A recovery code in somebody's own name ties nobody to the account that it takes over."""
    lead = search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates[0]
    code = passwords.new_code(groups=6)
    hashed = app.accounts._hasher.hash(passwords.as_typed(code))
    taken: list[Operator] = []
    assert caught(
        app,
        lambda: sql(
            "INSERT INTO sign_in_codes (operator_id, issued_by, cause, code_hash, issued_at) "
            "VALUES (:ben, :ben, 'recovery', :hash, :at)", ben=ben.id, hash=hashed, at=AGES_AGO,
        ),
        lambda: taken.append(app.accounts.choose_password("ben", code, "ada knows this one too")),
        lambda: [examine(app, who, lead) for who in (ada, taken[0])],
        accepting(app, ada, lead),
    )  # fmt: skip


def test_a_password_is_set_by_whoever_the_log_names(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """Right after somebody changed theirs, the file takes any other in its place."""
    lead = search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates[0]
    app.accounts.change_password(ben, PASSWORD, "only ben knows this one")
    taken: list[Operator] = []
    assert caught(
        app,
        lambda: sql(
            "UPDATE operators SET password_hash = (SELECT password_hash FROM operators "
            "WHERE username = 'ada') WHERE username = 'ben'"
        ),
        lambda: taken.append(app.accounts.sign_in("ben", PASSWORD)),
        lambda: [examine(app, who, lead) for who in (ada, taken[0])],
        accepting(app, ada, lead),
    )


def test_a_clock_that_is_set_back_makes_nobody_a_third_who_had_seen_nothing(
    app: Application, ada: Operator, ben: Operator, cal: Operator, dan: Operator,
    case: Case, gallery: GallerySummary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """No SQL at all: whoever was shown an opinion puts the machine's clock back and commits."""
    lead = search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates[0]
    opinion = contradicted(app, lead, ada, ben)
    prepare(app, cal, lead)
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat(timespec="milliseconds")
    with monkeypatch.context() as wrong:
        for module in (acts, log):
            wrong.setattr(module, "now", lambda: later)
        with app.store.write() as db:
            acts.examination_shown(db, opinion, cal.id)
            log.append(db, cal.username, "signed out", "", {})
    app.review.commit(cal, lead.id, ExaminationDraft(SEEN, Conclusion.SAME_STRONG, "notes"))
    assert caught(app, accepting(app, dan, lead))


@pytest.mark.parametrize(
    ("change", "act"),
    [
        ("UPDATE cases SET authorised_at = '2020-01-01T00:00:00.000+00:00'", "authorise"),
        ("UPDATE operators SET role = 'administrator' WHERE username = 'ben'", "deactivate"),
        ("UPDATE probes SET qualities = replace(qualities, '1.0', '1.1')", "declare"),
    ],
)
def test_an_act_seals_nothing_that_was_changed_around_the_program(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path, sql: Sql,
    change: str, act: str,
) -> None:  # fmt: skip
    """Or the next act on the same row would put the change on record."""
    probe = declared(app, ada, case, tmp_path / "probe.png", (7, 1, 80))
    honest: dict[str, Callable[[], object]] = {
        "authorise": lambda: app.cases.authorise(ada, case.id, "Order 13"),
        "deactivate": lambda: app.accounts.set_active(ada, ben.id, False),
        "declare": lambda: app.identify.declare(ada, probe.id, ProbeOrigin.DOCUMENT, "Frontal."),
    }
    honest[act]()
    assert app.record.verify().sound
    if act == "deactivate":
        sql("DROP TRIGGER operators_roles_on_record")
    elif act == "authorise":
        sql("DROP TRIGGER cases_authorised_once")
    sql(change)
    with pytest.raises(IntegrityError, match="changed around the program"):
        honest[act]()
    broken = app.record.verify().broken
    assert broken is not None
    assert "changed around the log" in broken.problem


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
            "INSERT INTO unknown_templates (unknown_id, model_sha256, vector) "
            "SELECT id, :model, :nobody FROM unknowns "
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


def test_a_clock_that_was_ahead_stops_nobody_and_is_told(
    app: Application, ada: Operator, ben: Operator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For an hour by mistake; whoever works on meanwhile acts right after the act before."""
    ahead, later = (
        (datetime.now(UTC) + timedelta(hours=1, seconds=s)).isoformat(timespec="milliseconds")
        for s in (0, 1)
    )
    with monkeypatch.context() as wrong:
        for module in (log, database):
            wrong.setattr(module, "wall_clock", lambda: ahead)
        app.accounts.sign_out(ada)
    before = app.record.latest(1)[0]
    app.accounts.sign_in("ben", PASSWORD)
    entry = app.record.latest(1)[0]
    assert ahead == before.at < entry.at < later
    assert json.loads(entry.payload)["clock"] < ahead
    verified = app.record.verify()
    assert verified.sound
    assert verified.behind == [entry.seq]
    assert "the clock was behind the record" in str(verified)
