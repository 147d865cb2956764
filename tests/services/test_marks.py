"""What a mark "same person" can move, and what is said of it."""

import itertools
from pathlib import Path
from typing import Any

import pytest

from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import InputError
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.domain.rehearsal import Mark, Pair
from secondlook.services.application import Application
from secondlook.services.limits import sentence
from secondlook.services.matrices import LoadedGallery, Matrices
from secondlook.services.searching import SearchResult
from secondlook.storage import marks
from tests.people import account, vouch
from tests.services.fake import people, picture
from tests.services.steps import PASSWORD, declared, enrol, search


@pytest.fixture
def gallery(app: Application, ada: Operator, tmp_path: Path) -> GallerySummary:
    """Forty people and one of them again."""
    source = people(tmp_path / "people", 40, first=50)
    picture(source / "again.png", (56, 2, 80))
    return enrol(app, ada, source)


def case_under(app: Application, who: Operator, policy: str) -> Case:
    chosen = app.policies.get(policy)
    return app.cases.open(who, policy, chosen.permitted_purposes[0], "Order 1", chosen)


def highest(app: Application, gallery: GallerySummary, count: int) -> list[Pair]:
    return [p.pair for p in app.hygiene.suspicious(gallery.id, -1.0, limit=count).pairs[:count]]


def lines(result: SearchResult) -> dict[str, float | None]:
    return result.search.calibration.scores_at


def test_thirty_pairs_marked_by_one_examiner_move_nothing_where_two_examine(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    """And the same examiner's second mark is no second person's."""
    case = case_under(app, ada, "high-stakes")
    before = search(app, ada, case, gallery, tmp_path / "before.png", (120, 0, 80))
    for _ in range(2):
        for pair in highest(app, gallery, 30):
            app.hygiene.mark(ada, gallery.id, pair, Mark.SAME)
    after = search(app, ada, case, gallery, tmp_path / "after.png", (120, 0, 80))
    assert lines(after) == lines(before)
    shown = [c.confidence for c in after.candidates]
    assert shown == [c.confidence for c in before.candidates]
    assert after.search.calibration.left_out == ()


def test_where_one_examines_it_is_on_record_whose_word_it_was_and_that_it_was_taken_back(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    case = case_under(app, ada, "archive-newsroom")
    before = search(app, ada, case, gallery, tmp_path / "before.png", (120, 0, 80))
    pairs = highest(app, gallery, 5)
    for pair in pairs:
        app.hygiene.mark(ada, gallery.id, pair, Mark.SAME)
    app.hygiene.mark(ben, gallery.id, pairs[0], Mark.SAME)
    made = search(app, ada, case, gallery, tmp_path / "made.png", (120, 0, 80))
    note = made.search.calibration
    assert set(note.left_out) == {(pair.person_id, pair.other) for pair in pairs}
    assert note.left_out_by_one == 4
    assert lines(made) != lines(before)
    db = app.store.read()
    assert marks.no_longer_left_out(db, made.search.id, 1) == 0
    for pair in pairs[1:]:
        app.hygiene.mark(ada, gallery.id, pair, Mark.DIFFERENT)
    assert marks.no_longer_left_out(db, made.search.id, 1) == 4
    again = search(app, ada, case, gallery, tmp_path / "again.png", (120, 0, 80))
    assert (len(again.search.calibration.left_out), again.search.calibration.left_out_by_one) == (
        1, 0,
    )  # fmt: skip
    assert app.record.verify().sound


def test_the_two_calibrations_are_not_taken_for_each_other(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    (pair,) = highest(app, gallery, 1)
    app.hygiene.mark(ada, gallery.id, pair, Mark.SAME)
    fresh = Matrices(app.store)
    strict, lax = fresh.get(gallery.id), fresh.get(gallery.id, people=1)
    assert strict.calibration.pairs == lax.calibration.pairs + 1
    assert fresh.get(gallery.id) is strict
    another = Matrices(app.store)  # as after a restart, in the other order
    assert another.get(gallery.id, people=1).calibration.pairs == lax.calibration.pairs
    assert another.get(gallery.id).calibration.pairs == strict.calibration.pairs


def test_a_mark_that_is_taken_back_while_a_search_runs_stops_it(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    (pair,) = highest(app, gallery, 1)
    for who in (ada, ben):
        app.hygiene.mark(who, gallery.id, pair, Mark.SAME)
    case = case_under(app, ada, "high-stakes")
    get = Matrices.get

    def meanwhile(*args: Any) -> LoadedGallery:
        loaded = get(*args)
        app.hygiene.mark(ben, gallery.id, pair, Mark.DIFFERENT)
        return loaded

    monkeypatch.setattr(Matrices, "get", meanwhile)
    with pytest.raises(InputError, match=r"judged anew.*Search again"):
        search(app, ada, case, gallery, tmp_path / "p.png", (120, 0, 80))


def test_a_pair_nobody_has_judged_is_named_until_it_is(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    case = case_under(app, ada, "high-stakes")

    number = itertools.count()

    def told() -> str:
        path = tmp_path / f"{next(number)}.png"
        note = search(app, ada, case, gallery, path, (120, 0, 80)).search.calibration
        return sentence(note.ceiling, note.scores_at, note.limit, 99.0)

    first = told()
    assert "p056" in first
    assert "again" in first
    assert first.endswith("judge the pair.")
    pair = app.hygiene.suspicious(gallery.id).pairs[0].pair
    app.hygiene.mark(ada, gallery.id, pair, Mark.SAME)
    assert told() == first, "one person's word is not enough"
    app.hygiene.mark(ben, gallery.id, pair, Mark.SAME)
    assert told() == ""
    app.hygiene.mark(ben, gallery.id, pair, Mark.DIFFERENT)
    assert told() == "", "somebody calls them different: that is how it is"


def test_a_rehearsal_names_it_too(app: Application, ada: Operator, gallery: GallerySummary) -> None:
    planned = app.rehearse.start(ada, gallery.id)
    app.rehearse.run(ada, planned.id, CancelToken(), ignore_progress)
    (note,) = (n for n in app.rehearsal_results.result(planned.id).notes if "look like one" in n)
    assert "p056" in note
    assert "again" in note


@pytest.mark.parametrize("act", ["reset", "confirmed"])
def test_a_gallery_is_searched_after_who_judged_its_pairs_counts_anew(
    app: Application, ada: Operator, ben: Operator, gallery: GallerySummary, tmp_path: Path,
    act: str,
) -> None:  # fmt: skip
    """What its calibration leaves out changes without a mark: it is counted anew."""
    other = ben if act == "reset" else account(app, ada, "zoe", "Zoe Quill", PASSWORD)
    one, two = (p.id for p in app.galleries.persons(gallery.id)[:2])
    for who in (ada, other):
        app.hygiene.mark(who, gallery.id, Pair.of(one, two), Mark.SAME)
    case = case_under(app, ada, "missing-person" if act == "reset" else "archive-newsroom")
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, probe.id, gallery.id)
    if act == "reset":
        app.accounts.reset(ada, ben.id)  # who forgot the password
    else:
        vouch(app, ada, PASSWORD)
    app.identify.search(ada, probe.id, gallery.id)
