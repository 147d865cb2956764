"""Rehearsal: absent people are searched as a case would, counted, looked at, and kept."""

import csv
import json
from dataclasses import replace
from pathlib import Path

import pytest

from secondlook.domain.cancel import CancelToken, Progress, ignore_progress
from secondlook.domain.errors import (
    ImageFault,
    InputError,
    IntegrityError,
    ModelMismatch,
    NotPermitted,
)
from secondlook.domain.marks import Standing
from secondlook.domain.policy import policy_from_document
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.domain.rehearsal import LINES, Kind, Mark, SearchStatus, Verdict
from secondlook.domain.requirements import Requirement
from secondlook.domain.review import Outcome
from secondlook.services.application import Application
from secondlook.services.rehearse import BATCH_LEFT_OUT, RehearsalReport
from secondlook.services.rehearse_results import RehearsalResult
from secondlook.storage import rehearsals
from tests.services.fake import people, picture
from tests.services.steps import engine_of, enrol, examine, run, search


def rehearse(
    app: Application, who: Operator, gallery: GallerySummary, source: Path | None = None
) -> RehearsalResult:
    planned = app.rehearse.start(who, gallery.id, source)
    app.rehearse.run(who, planned.id, CancelToken(), ignore_progress)
    return app.rehearsal_results.result(planned.id)


def strangers(folder: Path, count: int) -> Path:
    return people(folder, count, first=120)


def test_a_false_pair_names_who_was_searched_for(
    app: Application, ada: Operator, tmp_path: Path
) -> None:
    source = people(tmp_path / "people", 40)
    picture(source / "again.png", (7, 1, 80))
    rows = [f"{path.stem},{path.name},Name of {path.stem}" for path in sorted(source.iterdir())]
    (source / "t.csv").write_text("\n".join(["person,path,display_name", *rows]))
    pair = rehearse(app, ada, enrol(app, ada, source / "t.csv")).pairs[0]
    assert {pair.search.person, pair.found.person_key} == {"p007", "again"}
    assert {pair.name, pair.found.display_name} == {"Name of p007", "Name of again"}


def test_absent_people_of_a_folder(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    source = strangers(tmp_path / "absent", 30)
    for name, faces in (("nobody", ()), ("two", ((90, 0, 60), (91, 0, 60)))):
        picture(source / f"{name}.png", *faces)
    for number in range(2):
        picture(source / "Ann" / f"{number}.png", (119, number, 80))
    result = rehearse(app, ada, gallery, source)
    summary = result.summary
    assert (summary.kind, summary.finished_at is not None) == (Kind.ABSENT_PEOPLE, True)
    assert (summary.searched, summary.failed, summary.people) == (32, 2, 31)
    assert result.failures == {ImageFault.NO_FACE: 1, ImageFault.SEVERAL_FACES: 1}
    assert [now.percent for now in result.lines] == list(LINES)
    for now in result.lines:
        assert (now.people, now.false_matches.of) == (31, 32)
        assert now.misses is None
        assert now.verdict in (Verdict.HELD, Verdict.OPEN, Verdict.NOT_MEASURABLE)
    assert summary.model["sha256"] == gallery.model.sha256
    assert summary.operator == "Ada Lovelace"
    assert app.record.verify().sound


def test_a_rehearsal_searches_as_a_case_does(
    app: Application, ada: Operator, gallery: GallerySummary, case: Case, tmp_path: Path
) -> None:
    source = strangers(tmp_path / "absent", 3)
    result = rehearse(app, ada, gallery, source)
    for made in rehearsals.searches(app.store.read(), result.summary.id):
        (person,) = [int(made.person.removeprefix("p"))]
        of_case = search(app, ada, case, gallery, tmp_path / "one.png", (person, 0, 80))
        first, same = of_case.candidates[0], made.candidates[0]
        assert (same.person_id, same.reference_id) == (first.person_id, first.reference_id)
        assert (same.score, same.confidence) == (first.score, first.confidence.value)


def test_nobody_is_enrolled_and_only_false_pairs_are_kept(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    originals = "SELECT count(*) FROM originals"
    before = app.store.read().conn.execute(originals).fetchone()
    source = strangers(tmp_path / "absent", 5)
    picture(source / "double.png", (7, 1, 80))
    result = rehearse(app, ada, gallery, source)
    (pair,) = result.pairs
    assert (pair.search.person, pair.found.person_key) == ("double", "p007")
    assert app.rehearsal_results.probe_thumbnail(pair.search.id).startswith(b"\xff\xd8")
    after = app.store.read().conn.execute(originals).fetchone()
    assert after[0] == before[0] + 1
    assert app.galleries.summary(gallery.id) == gallery
    made = rehearsals.searches(app.store.read(), result.summary.id)
    with pytest.raises(IntegrityError):
        app.rehearsal_results.probe_thumbnail(next(s.id for s in made if s.person == "p121"))


def test_a_table_with_present_people_and_groups(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    lines = ["path,person,identity,Born"]
    for person in range(5):
        picture(tmp_path / f"m{person}.png", (person + 1, 1, 80))
        lines.append(f"m{person}.png,p{person + 1:03},,1950")
    for person in range(35):
        picture(tmp_path / f"a{person}.png", (person + 120, 0, 80))
        lines.append(f"a{person}.png,,who {person},{1950 if person < 31 else 1970}")
    picture(tmp_path / "none.png")
    lines.append("none.png,p009,,1950")
    (tmp_path / "t.csv").write_text("\n".join(lines))
    result = rehearse(app, ada, gallery, tmp_path / "t.csv")
    at_80 = result.lines[0]
    assert (at_80.people, at_80.false_matches.of) == (35, 35)
    assert at_80.misses is not None
    assert (at_80.misses.count, at_80.misses.of) == (1, 6), "no usable face is a miss"
    older, younger = result.groups
    assert (older.column, older.value, older.people) == ("born", "1950", 31)
    assert older.line is not None
    assert older.line.misses is not None
    assert (younger.people, younger.line) == (4, None)
    assert younger.refusal.startswith("4 absent people were searched; below 30")
    mated = [s for s in rehearsals.searches(app.store.read(), result.summary.id) if s.mated]
    assert [s.true_rank for s in mated] == [1, 1, 1, 1, 1, None]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("path\na.png", "has no column “person”"),
        ("path,person\na.png,nobody", "line 2 names “nobody”, who is not in the gallery"),
        ("path,person\n,p001", "line 2 has no path"),
        ("path,person\na.png,p001\na.png,p001", "more than once"),
        ("path,person\n", "holds no probes"),
    ],
)
def test_a_table_that_cannot_be_used(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path, table: str, told: str
) -> None:
    (tmp_path / "t.csv").write_text(table)
    with pytest.raises(InputError, match=told):
        app.rehearse.start(ada, gallery.id, tmp_path / "t.csv")
    assert app.rehearse.unfinished(gallery.id) is None


def test_the_very_picture_that_is_enrolled_is_no_probe(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    result = rehearse(app, ada, gallery, people(tmp_path / "again", 3, first=39))
    assert (result.summary.searched, result.failures) == (1, {})
    assert result.left_out == {ImageFault.DUPLICATE: 2}
    assert result.notes[0] == "Left out, as the same photograph as a reference: 2."


def test_everybody_is_left_out_in_turn(app: Application, ada: Operator, tmp_path: Path) -> None:
    source = people(tmp_path / "people", 40)
    for number in range(2):
        picture(source / "many" / f"{number}.png", (200, number, 80))
    gallery = enrol(app, ada, source)
    result = rehearse(app, ada, gallery)
    made = rehearsals.searches(app.store.read(), result.summary.id)
    assert len(made) == 42
    for one in made:
        assert one.person_id not in {c.person_id for c in one.candidates}
        assert (one.true_rank is not None) == (one.person == "many") == one.mated
    at_80 = result.lines[0]
    assert (at_80.people, at_80.false_matches.of) == (41, 42)
    assert at_80.false_matches.independent == 20.5
    assert at_80.misses is not None
    assert at_80.misses.of == 2
    assert any("independent test" in note for note in result.notes)


def test_one_person_cannot_be_left_out(app: Application, ada: Operator, tmp_path: Path) -> None:
    alone = enrol(app, ada, people(tmp_path / "p", 1))
    with pytest.raises(InputError, match="one person"):
        app.rehearse.start(ada, alone.id)


def run_until(app: Application, who: Operator, rehearsal_id: int, batches: int) -> RehearsalReport:
    cancel = CancelToken()
    seen: list[Progress] = []

    def progress(now: Progress) -> None:
        seen.append(now)
        if len(seen) == batches:
            cancel.cancel()

    return app.rehearse.run(who, rehearsal_id, cancel, progress)


def results_of(app: Application, rehearsal_id: int) -> list[object]:
    found = rehearsals.searches(app.store.read(), rehearsal_id)
    return [replace(s, id=0) for s in found]


def test_stopped_and_resumed_is_as_if_never_stopped(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    source = strangers(tmp_path / "absent", 30)
    planned = app.rehearse.start(ada, gallery.id, source)
    first = run_until(app, ada, planned.id, 1)
    assert (first.searched + first.failed + first.pending, first.searched > 0) == (30, True)
    assert first.pending > 0
    unfinished = app.rehearse.unfinished(gallery.id)
    assert unfinished is not None
    assert unfinished.pending == first.pending
    partly = app.rehearsal_results.result(planned.id)
    assert partly.notes[0].startswith("Unfinished: ")
    with pytest.raises(InputError, match=f"{first.searched} of 30 done"):
        app.rehearse.start(ada, gallery.id, source)
    second = run_until(app, ada, planned.id, 99)
    assert (second.pending, first.searched + second.searched) == (0, 30)
    whole = rehearse(app, ada, gallery, source)
    assert results_of(app, planned.id) == results_of(app, whole.summary.id)
    assert app.record.verify().sound


def test_leaving_out_is_stopped_between_batches(
    app: Application, ada: Operator, tmp_path: Path
) -> None:
    gallery = enrol(app, ada, people(tmp_path / "p", BATCH_LEFT_OUT + 5))
    planned = app.rehearse.start(ada, gallery.id)
    assert run_until(app, ada, planned.id, 1).pending == 5
    assert run_until(app, ada, planned.id, 9).pending == 0


def test_given_up_leaves_nothing(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    planned = app.rehearse.start(ada, gallery.id, strangers(tmp_path / "absent", 20))
    run_until(app, ada, planned.id, 1)
    app.rehearse.give_up(ada, planned.id)
    assert app.rehearsal_results.of_gallery(gallery.id) == []
    assert app.store.read().table("rehearsal_searches").count == 0
    assert app.record.latest(1)[0].act == "rehearsal given up"
    finished = rehearse(app, ada, gallery)
    with pytest.raises(InputError, match="stays on record"):
        app.rehearse.give_up(ada, finished.summary.id)


def test_a_gallery_that_changed_is_not_gone_on_with(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    planned = app.rehearse.start(ada, gallery.id, strangers(tmp_path / "absent", 20))
    run_until(app, ada, planned.id, 1)
    app.galleries.remove_person(ada, app.galleries.persons(gallery.id)[0].id)
    with pytest.raises(InputError, match="has changed since it was started"):
        run_until(app, ada, planned.id, 9)


def test_when_nothing_could_be_searched_it_stays_unfinished(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    picture(tmp_path / "absent" / "nobody.png")
    result = rehearse(app, ada, gallery, tmp_path / "absent")
    assert (result.summary.failed, result.summary.finished_at) == (1, None)
    assert {now.verdict for now in result.lines} <= {Verdict.OPEN, Verdict.NOT_MEASURABLE}
    assert "nothing was rehearsed" in result.notes[0]


# Marks


def test_a_pair_that_is_one_person_is_no_false_match(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    source = strangers(tmp_path / "absent", 5)
    picture(source / "double.png", (7, 1, 80))
    before = rehearse(app, ada, gallery, source)
    (pair,) = before.pairs
    assert before.lines[0].people_matched == 1

    def after(who: Operator, mark: Mark) -> RehearsalResult:
        app.rehearsal_results.mark(who, pair.search.id, pair.found.person_id, mark, "twins?")
        return app.rehearsal_results.result(before.summary.id, viewer=who)

    for who, mark, matched, unsure, same, standing in (
        (ada, Mark.UNSURE, 1, 1, 0, Standing.UNSURE),
        (ada, Mark.SAME, 1, 0, 0, Standing.BY_ONE),
        (ben, Mark.SAME, 0, 0, 1, Standing.CONFIRMED),
        (ben, Mark.DIFFERENT, 1, 0, 0, Standing.DIFFERENT),
    ):
        result = after(who, mark)
        line = result.lines[0]
        assert (line.people_matched, line.unsure, line.same) == (matched, unsure, same)
        marks = result.pairs[0].marks
        assert marks.standing is standing
        assert marks.own(who.id) is mark
        assert marks.marks[-1].note == "twins?"
    assert app.record.verify().sound
    again = rehearse(app, ada, gallery, source)
    assert again.pairs[0].marks.standing is Standing.DIFFERENT, "the picture has been looked at"


def test_where_one_examines_one_persons_word_counts_in_the_figures(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    source = picture(tmp_path / "absent" / "double.png", (7, 1, 80)).parent
    before = rehearse(app, ada, gallery, source)
    (pair,) = before.pairs
    app.rehearsal_results.mark(ada, pair.search.id, pair.found.person_id, Mark.SAME)
    for policy, matched in (("high-stakes", 1), ("archive-newsroom", 0)):
        result = app.rehearsal_results.result(before.summary.id, app.policies.get(policy))
        assert result.lines[0].people_matched == matched


def test_only_people_mark(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    picture(tmp_path / "absent" / "double.png", (7, 1, 80))
    (pair,) = rehearse(app, ada, gallery, tmp_path / "absent").pairs
    script = app.accounts.command_line()
    with pytest.raises(NotPermitted):
        app.rehearsal_results.mark(script, pair.search.id, pair.found.person_id, Mark.SAME)
    with pytest.raises(InputError, match="did not show"):
        app.rehearsal_results.mark(ada, pair.search.id, 9999, Mark.SAME)


def test_two_enrolled_people_are_one_pair(
    app: Application, ada: Operator, ben: Operator, tmp_path: Path
) -> None:
    """Found from both sides, shown once; the mark holds for both and counts in hygiene."""
    source = people(tmp_path / "people", 40)
    picture(source / "twice.png", (7, 1, 80))
    gallery = enrol(app, ada, source)
    result = rehearse(app, ada, gallery)
    (pair,) = [p for p in result.pairs if "twice" in (p.search.person, p.found.person_key)]
    counted = result.lines[0].people_matched
    for who in (ada, ben):
        app.rehearsal_results.mark(who, pair.search.id, pair.found.person_id, Mark.SAME)
    assert app.rehearsal_results.result(result.summary.id).lines[0].people_matched < counted
    first = app.hygiene.suspicious(gallery.id, limit=1).pairs[0]
    assert first.pair == pair.pair
    assert first.marks.standing is Standing.CONFIRMED


# Comparison and export


def test_compared_with_the_one_before(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    source = strangers(tmp_path / "absent", 35)
    first = rehearse(app, ada, gallery, source)
    assert (first.previous, first.changes) == (None, ())
    rehearse(app, ada, gallery)  # of another kind: not compared
    picture(source / "double.png", (7, 1, 80))
    second = rehearse(app, ada, gallery, source)
    assert second.previous == first.summary
    change = second.changes[0]
    assert (change.before.count + 1, change.now.of) == (change.now.count, 36)
    assert change.low < 0 < change.high
    assert "no difference that these counts can show" in str(change)


def test_every_search_is_exported(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    source = strangers(tmp_path / "absent", 5)
    picture(source / "nobody.png")
    result = rehearse(app, ada, gallery, source)
    path = tmp_path / "searches.csv"
    assert app.rehearsal_results.export(result.summary.id, path) == 6
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["status"] for row in rows} == {"searched", "failed"}
    for row in rows:
        assert bool(row["reason"]) == (row["status"] == "failed") == (not row["score"])


def test_progress_counts_up_to_everything(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    planned = app.rehearse.start(ada, gallery.id, strangers(tmp_path / "absent", 20))
    seen: list[Progress] = []
    app.rehearse.run(ada, planned.id, CancelToken(), seen.append)
    assert [p.done for p in seen] == [8, 16, 20]
    assert {p.total for p in seen} == {20}


def test_a_policy_adds_its_line(app: Application, ada: Operator, gallery: GallerySummary) -> None:
    planned = rehearse(app, ada, gallery).summary
    policy = app.policies.default().model_copy(update={"accept_confidence": 97.5})
    lines = app.rehearsal_results.result(planned.id, policy).lines
    assert [now.percent for now in lines] == [80.0, 90.0, 95.0, 97.5, 99.0]


def test_another_model_is_refused(app: Application, ada: Operator, gallery: GallerySummary) -> None:
    planned = app.rehearse.start(ada, gallery.id)
    engine = engine_of(app)
    engine.model = replace(engine.model, sha256="9" * 64)
    with pytest.raises(ModelMismatch):
        app.rehearse.run(ada, planned.id, CancelToken(), ignore_progress)
    found = rehearsals.searches(app.store.read(), planned.id, SearchStatus.PENDING)
    assert len(found) == 40


# A policy may demand one


def test_a_policy_may_demand_a_rehearsal(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    shipped = app.policies.get("archive-newsroom")
    assert "rehearsal_max_age_days" not in shipped.document
    policy = policy_from_document(
        json.dumps(
            json.loads(shipped.document)
            | {"rehearsal_max_age_days": 90, "minimum_model": None}
            | {"rationale": shipped.rationale | {"rehearsal_max_age_days": "Because."}}
        )
    )
    for who in (ada, ben):
        app.approvals.approve_policy(who, policy, shipped, "It asks for more.")
    case = app.cases.open(ada, "2031/9", policy.permitted_purposes[0], "Order 1", policy)
    candidate = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, candidate)

    def requirement() -> Requirement:
        found = app.review.assessment(ada, candidate.id).requirements
        return next(r for r in found if r.name == "rehearsal")

    assert (requirement().met, requirement().present) == (False, {})
    rehearse(app, ada, gallery, people(tmp_path / "few", 29, first=120))
    assert not requirement().met
    assert requirement().present["people"] == 29
    people(tmp_path / "people", 2, first=60)
    app.galleries.extend(ada, gallery.id, tmp_path / "people")
    run(app, ada, gallery.id)
    rehearse(app, ada, app.galleries.summary(gallery.id))
    assert requirement().met
    assert requirement().present["persons_then"] == 42
    assert requirement().present["persons_searched"] == 40
    assert app.review.decide(ada, candidate.id, Outcome.ACCEPTED, "A witness.", "")
    assert app.record.verify().sound
