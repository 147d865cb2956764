"""Enrolment: how every image ends, and that stopping at any moment changes nothing in the end."""

import json
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from secondlook.bootstrap import open_application
from secondlook.domain.cancel import CancelToken, Progress, ignore_progress
from secondlook.domain.errors import (
    Cancelled,
    ImageFault,
    InputError,
    ModelMismatch,
    StorageError,
)
from secondlook.domain.records import Case, EnrolmentStatus, GallerySummary, Operator
from secondlook.services.application import Application
from secondlook.services.enrol import AHEAD, BATCH
from secondlook.storage.originals import Originals
from tests.services.fake import people, picture
from tests.services.steps import engine_of, enrol, run, search
from tests.storage.plain_sql import seal_all

CAN_TAKE = 2 * BATCH + AHEAD
"""Images that a cancelled run may still finish after the cancel, plus room for one batch."""


def content(app: Application, gallery_id: int) -> list[tuple[str, ...]]:
    """What a gallery holds, ids left out."""
    return [
        tuple(map(str, row))
        for row in app.store.read().conn.execute(
            "SELECT p.key, p.display_name, p.metadata, r.original_sha256, r.face, t.model_sha256, "
            "hex(t.vector) FROM persons p JOIN reference_images r ON r.person_id = p.id "
            "JOIN templates t ON t.reference_id = r.id WHERE p.gallery_id = ? ORDER BY r.id",
            [gallery_id],
        )
    ] + [
        tuple(map(str, row))
        for row in app.store.read().conn.execute(
            "SELECT path, person_key, status, fault, detail FROM enrolments "
            "WHERE gallery_id = ? ORDER BY path",
            [gallery_id],
        )
    ]


def mixed(folder: Path) -> Path:
    """Persons with several references, duplicates and one of every fault, among good images."""
    people(folder, 30)
    for number in range(3):
        picture(folder / "many" / f"{number}.png", (200, number, 80))
    picture(folder / "x-same-as-p001.png", (1, 0, 80))
    picture(folder / "x-nobody.png")
    picture(folder / "x-two.png", (101, 0, 60), (102, 0, 60))
    picture(folder / "x-dominant.png", (103, 0, 40), (104, 0, 90))
    picture(folder / "x-tiny.png", (105, 0, 20))
    picture(folder / "x-dark.png", (106, 0, 80), exposure=20)
    (folder / "x-broken.jpg").write_bytes(b"\xff\xd8\xff\xe0" * 9)
    return folder


def test_every_image_ends_enrolled_or_with_a_reason(
    app: Application, ada: Operator, tmp_path: Path
) -> None:
    made = enrol(app, ada, mixed(tmp_path / "mixed"))
    assert (made.persons, made.references, made.pending, made.failed) == (32, 34, 0, 6)
    failed = app.galleries.items(made.id, EnrolmentStatus.FAILED)
    faults = {Path(i.path).stem.removeprefix("x-"): i.fault for i in failed}
    assert faults == {
        "same-as-p001": ImageFault.DUPLICATE,
        "nobody": ImageFault.NO_FACE,
        "two": ImageFault.SEVERAL_FACES,
        "tiny": ImageFault.TOO_SMALL,
        "dark": ImageFault.LOW_QUALITY,
        "broken": ImageFault.UNREADABLE,
    }
    assert sum(app.galleries.fault_counts(made.id).values()) == 6
    for item in failed:
        assert item.path in item.detail
    (duplicate,) = app.galleries.items(made.id, EnrolmentStatus.FAILED, ImageFault.DUPLICATE)
    assert "p001" in duplicate.detail


def test_the_larger_of_two_faces_is_taken_when_it_dominates(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    made = enrol(app, ada, mixed(tmp_path / "mixed"))
    found = search(app, ada, case, made, tmp_path / "probe.png", (104, 1, 80))
    assert found.candidates[0].person_key == "x-dominant"


def test_a_table_gives_names_and_metadata(app: Application, ada: Operator, tmp_path: Path) -> None:
    people(tmp_path, 2)
    (tmp_path / "t.csv").write_text(
        "person,path,display_name,born\nA,p001.png,Ann,1938\nA,p002.png,Ann,1938\n"
    )
    made = enrol(app, ada, tmp_path / "t.csv")
    (ann,) = app.galleries.persons(made.id)
    assert (ann.display_name, ann.references, ann.metadata) == ("Ann", 2, {"born": "1938"})
    assert app.galleries.reference_thumbnail(ann.reference_id or 0).startswith(b"\xff\xd8")


def test_progress_counts_up_to_everything(app: Application, ada: Operator, tmp_path: Path) -> None:
    made = app.galleries.create(ada, "g", mixed(tmp_path / "mixed"))
    seen: list[Progress] = []
    report = app.enrolment.run(ada, made.id, CancelToken(), seen.append)
    counts = [p.done for p in seen]
    assert counts == sorted(counts)
    assert {p.total for p in seen} == {counts[-1]} == {report.enrolled + report.failed} == {40}
    assert seen[-1].note == "6 with errors"


def _cancel_after(looks: int, app: Application) -> CancelToken:
    cancel, left = CancelToken(), iter(range(looks))
    engine_of(app).on_faces = lambda: cancel.cancel() if next(left, None) is None else None
    return cancel


@pytest.mark.parametrize("looks", [0, 1, 9, 17, 33])
def test_cancelled_and_resumed_ends_like_uninterrupted(
    app: Application, ada: Operator, tmp_path: Path, looks: int
) -> None:
    source = mixed(tmp_path / "mixed")
    whole = enrol(app, ada, source, "whole")
    cut = app.galleries.create(ada, "cut", source)
    report = app.enrolment.run(ada, cut.id, _cancel_after(looks, app), ignore_progress)
    assert report.pending > 0
    assert report.enrolled + report.failed <= looks + CAN_TAKE
    assert app.galleries.summary(cut.id).pending == report.pending
    engine_of(app).on_faces = lambda: None
    assert run(app, ada, cut.id).pending == 0
    assert content(app, cut.id) == content(app, whole.id)
    assert app.record.verify().sound


def test_a_pause_holds_the_run_and_a_resume_lets_it_go(
    app: Application, ada: Operator, tmp_path: Path
) -> None:
    made = app.galleries.create(ada, "g", people(tmp_path / "p", 60))
    cancel, held = CancelToken(), threading.Event()

    def progress(now: Progress) -> None:
        if not held.is_set():
            cancel.pause()
            held.set()

    future = app.lanes.background.submit(app.enrolment.run, ada, made.id, cancel, progress)
    assert held.wait(5)
    with pytest.raises(TimeoutError):
        future.result(0.2)
    assert 0 < app.galleries.summary(made.id).pending < 60
    cancel.resume()
    assert future.result(5).pending == 0


def test_a_paused_run_can_be_cancelled(app: Application, ada: Operator, tmp_path: Path) -> None:
    made = app.galleries.create(ada, "g", people(tmp_path / "p", 60))
    cancel = CancelToken()
    cancel.pause()
    future = app.lanes.background.submit(app.enrolment.run, ada, made.id, cancel, ignore_progress)
    cancel.cancel()
    assert future.result(5).pending == 60


def test_a_full_disk_is_told_and_the_list_stays_true(
    app: Application, ada: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = people(tmp_path / "p", 40)
    whole, made = enrol(app, ada, source, "whole"), app.galleries.create(ada, "cut", source)
    put, room = Originals.put, iter(range(21))

    def full(self: Originals, data: bytes, sha256: str) -> Path:
        if next(room, None) is None:
            raise StorageError("No space left on device.", remedy="Free some space.")
        return put(self, data, sha256)

    with monkeypatch.context() as patch:
        patch.setattr(Originals, "put", full)
        with pytest.raises(StorageError, match="space"):
            run(app, ada, made.id)
    left = app.galleries.summary(made.id)
    assert left.references == len(app.galleries.items(made.id, EnrolmentStatus.ENROLLED))
    assert left.pending == 40 - left.references > 0
    assert run(app, ada, made.id).pending == 0
    assert content(app, made.id) == content(app, whole.id)
    assert app.record.verify().sound


def test_two_programs_on_one_list_enrol_every_image_once(
    app: Application, ada: Operator, tmp_path: Path
) -> None:
    made = app.galleries.create(ada, "g", people(tmp_path / "p", 40))
    other = open_application(app.store.path)
    meet = threading.Barrier(2, timeout=5)
    for each in (app, other):
        engine_of(each).on_faces = _once(meet.wait)
    futures = [a.lanes.background.submit(run, a, ada, made.id) for a in (app, other)]
    for future in futures:
        assert future.result(20).pending == 0
    other.close()
    after = app.galleries.summary(made.id)
    assert (after.persons, after.references, after.pending) == (40, 40, 0)


def _once(act: Callable[[], object]) -> Callable[[], None]:
    """Calls ``act`` the first time only."""
    left = [act]

    def call() -> None:
        if left:
            left.pop()()

    return call


def test_a_person_removed_while_enrolling_does_not_come_back(
    app: Application, ada: Operator, tmp_path: Path
) -> None:
    """The second image of a person is under way while the person is removed."""
    source = people(tmp_path / "p", 12)
    for number in range(2):
        picture(source / "p001" / f"{number}.png", (1, number + 1, 80))
    made = app.galleries.create(ada, "g", source)
    removed: list[int] = []

    def remove(_: Progress) -> None:
        if not removed:
            person = app.galleries.persons(made.id, "p001")[0]
            app.galleries.remove_person(ada, person.id)
            removed.append(person.id)

    app.enrolment.run(ada, made.id, CancelToken(), remove)
    assert app.galleries.persons(made.id, "p001") == []
    assert app.galleries.summary(made.id).persons == 11


def test_retry_takes_up_what_was_mended(app: Application, ada: Operator, tmp_path: Path) -> None:
    source = mixed(tmp_path / "mixed")
    made = enrol(app, ada, source)
    picture(source / "x-nobody.png", (107, 0, 80))
    (item,) = app.galleries.items(made.id, EnrolmentStatus.FAILED, ImageFault.NO_FACE)
    assert app.galleries.retry(ada, made.id, [item.id]) == 1
    assert run(app, ada, made.id).enrolled == 1
    assert app.galleries.retry(ada, made.id) == 5
    assert run(app, ada, made.id).failed == 5
    assert app.galleries.persons(made.id, "x-nobody")
    enrolled = app.galleries.items(made.id, EnrolmentStatus.ENROLLED)
    assert app.galleries.retry(ada, made.id, [enrolled[0].id]) == 0


def test_extending_adds_only_what_is_new(app: Application, ada: Operator, tmp_path: Path) -> None:
    source = people(tmp_path / "p", 10)
    made = enrol(app, ada, source)
    people(source, 5, first=11)
    assert app.galleries.extend(ada, made.id, source) == 5
    run(app, ada, made.id)
    assert app.galleries.summary(made.id).persons == 15
    assert app.galleries.extend(ada, made.id, source) == 0


def test_a_removed_person_is_not_found_any_more(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    before = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    assert before.candidates[0].person_key == "p007"
    app.galleries.remove_person(ada, before.candidates[0].person_id)
    rows = app.store.read().conn.execute("SELECT count(*) FROM templates").fetchone()
    assert rows == (39,)
    after = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    assert "p007" not in {c.person_key for c in after.candidates}
    assert after.search.gallery_persons == 39
    assert after.search.gallery_state != before.search.gallery_state
    assert app.review.candidate(before.candidates[0].id).person_key == "p007"  # stays on record


def test_a_new_gallery_is_never_mistaken_for_a_removed_one(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    """An id that was once in the record never comes to mean another gallery or person."""
    old = enrol(app, ada, people(tmp_path / "old", 10), "old")
    search(app, ada, case, old, tmp_path / "a.png", (1, 1, 80))
    app.galleries.remove(ada, old.id)
    new = enrol(app, ada, people(tmp_path / "new", 10, first=50), "new")
    assert new.id != old.id
    found = search(app, ada, case, new, tmp_path / "b.png", (55, 1, 80))
    assert found.candidates[0].person_key == "p055"
    assert {c.person_key for c in found.candidates} <= {f"p{n:03}" for n in range(50, 60)}


def test_names_of_galleries(app: Application, ada: Operator, tmp_path: Path) -> None:
    source = people(tmp_path / "p", 2)
    made = enrol(app, ada, source, "Straße")
    enrol(app, ada, source, "other")
    for name in ("Straße", "STRASSE", " straße "):
        with pytest.raises(InputError, match="already"):
            app.galleries.create(ada, name, source)
    with pytest.raises(InputError, match="already"):
        app.galleries.rename(ada, made.id, "OTHER")
    with pytest.raises(InputError, match="name"):
        app.galleries.create(ada, "  ", source)
    app.galleries.rename(ada, made.id, "STRASSE")
    assert app.galleries.by_name("strasse").id == made.id
    app.galleries.remove(ada, made.id)
    with pytest.raises(InputError, match="other"):
        app.galleries.by_name("strasse")


def test_a_gallery_can_be_removed_after_it_was_searched(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    made = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    app.galleries.remove(ada, gallery.id)
    kept = app.review.result(made.search.id)
    assert kept == made
    assert app.record.verify().sound


# Another model


@pytest.fixture
def changed(app: Application, ada: Operator, gallery: GallerySummary) -> Application:
    """The database of ``gallery``, opened with the other recogniser."""
    return open_application(app.store.path, recogniser="fake-two")


def models(app: Application) -> dict[str, int]:
    return dict(
        app.store.read().conn.execute("SELECT model_sha256, count(*) FROM templates GROUP BY 1")
    )


def test_templates_of_two_models_never_meet(
    changed: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    changed.galleries.extend(ada, gallery.id, people(tmp_path / "more", 2, first=90))
    with pytest.raises(ModelMismatch, match="Rebuild"):
        run(changed, ada, gallery.id)
    with pytest.raises(ModelMismatch, match="Rebuild"):
        search(changed, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    assert len(models(changed)) == 1
    changed.close()


def test_a_rebuild_replaces_all_templates_and_may_be_cut_short(
    app: Application,
    changed: Application,
    ada: Operator,
    case: Case,
    gallery: GallerySummary,
    tmp_path: Path,
) -> None:
    cancel, seen = CancelToken(), list[Progress]()

    def progress(now: Progress) -> None:
        seen.append(now)
        if now.done == 15:
            cancel.cancel()

    with pytest.raises(Cancelled):
        changed.enrolment.rebuild(ada, gallery.id, cancel, progress)
    assert sorted(models(changed).values()) == [15, 40]
    assert app.galleries.summary(gallery.id).stale == 0  # the old model still searches
    assert search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates

    assert changed.enrolment.rebuild(ada, gallery.id, CancelToken(), seen.append) == 25
    assert [p.done for p in seen] == [*range(1, 16), *range(1, 26)]
    assert models(changed) == {changed.engines.identity().sha256: 40}
    found = search(changed, ada, case, gallery, tmp_path / "b.png", (7, 1, 80))
    assert found.candidates[0].person_key == "p007"
    assert found.search.model["name"] == "fake-two"
    with pytest.raises(ModelMismatch, match="Rebuild"):
        search(app, ada, case, gallery, tmp_path / "c.png", (7, 1, 80))
    changed.close()


def test_a_person_removed_during_a_rebuild_is_left_out(
    changed: Application, ada: Operator, gallery: GallerySummary
) -> None:
    def progress(now: Progress) -> None:
        if now.done == 10:
            person = changed.galleries.persons(gallery.id, "p040")[0]
            changed.galleries.remove_person(ada, person.id)

    changed.enrolment.rebuild(ada, gallery.id, CancelToken(), progress)
    assert models(changed) == {changed.engines.identity().sha256: 39}
    changed.close()


def test_a_gallery_with_missing_templates_is_not_searched(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    with app.store.write() as db:
        db.conn.execute("DELETE FROM templates WHERE reference_id = 3")
        seal_all(db)
    other = open_application(app.store.path)
    with pytest.raises(ModelMismatch, match="Rebuild"):
        search(other, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    assert other.enrolment.rebuild(ada, gallery.id, CancelToken(), ignore_progress) == 1
    assert search(other, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates
    other.close()


def test_searching_while_enrolling(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    probe = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).search.probe_id
    app.galleries.extend(ada, gallery.id, people(tmp_path / "more", 100, first=100))
    running = app.lanes.background.submit(run, app, ada, gallery.id)
    states = set()
    while not running.done():
        found = app.lanes.inference.submit(app.identify.search, ada, probe, gallery.id).result(10)
        assert found.candidates[0].person_key == "p007"
        states.add((found.search.gallery_state, found.search.gallery_persons))
    assert running.result().pending == 0
    assert len({persons for _, persons in states}) == len(states)
    assert app.record.verify().sound


def test_what_was_done_is_on_record(app: Application, ada: Operator, tmp_path: Path) -> None:
    made = enrol(app, ada, mixed(tmp_path / "mixed"))
    entries = [e for e in reversed(app.record.latest()) if e.subject == made.name]
    acts = [e.act for e in entries]
    assert acts == [
        "gallery created",
        "enrolment started",
        *["enrolled"] * acts.count("enrolled"),
        "enrolment ended",
        "impostors counted",
    ]
    batches = [json.loads(e.payload)["images"] for e in entries if e.act == "enrolled"]
    assert sum(batches) == 34
    assert len(batches) <= 40 / BATCH, "an entry for each batch"
    ended = next(e for e in entries if e.act == "enrolment ended")
    assert json.loads(ended.payload) == {"enrolled": 34, "failed": 6, "pending": 0}
    assert {e.actor for e in entries[:-1]} == {"ada"}
