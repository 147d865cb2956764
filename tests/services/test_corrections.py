"""Correcting a gallery, and that no correction is a way past the policy or past N."""

from collections.abc import Callable
from pathlib import Path

import pytest

from secondlook.domain.errors import InputError, IntegrityError, NotPermitted
from secondlook.domain.records import Candidate, Case, GallerySummary, Operator
from secondlook.services.application import Application
from secondlook.storage import log, questions
from tests.services.by_sql import Sql
from tests.services.fake import picture
from tests.services.steps import enrol, examine, exclude, run, search
from tests.services.test_copies import accept, refused


def keys(app: Application, gallery: GallerySummary) -> dict[str, int]:
    """Of everybody with a picture, how many they have."""
    return {p.key: p.references for p in app.galleries.persons(gallery.id)}


def number(app: Application, gallery: GallerySummary, key: str) -> int:
    return next(p.id for p in app.galleries.persons(gallery.id) if p.key == key)


def pictures(app: Application, gallery: GallerySummary, key: str) -> list[int]:
    return [r.id for r in app.galleries.references(number(app, gallery, key))]


def acts(app: Application, count: int) -> list[str]:
    entries = log.latest(app.store.read(), count + 5)
    return [entry.act for entry in entries if entry.act != "impostors counted"][:count]


@pytest.fixture
def small(app: Application, ada: Operator, tmp_path: Path) -> GallerySummary:
    for name in ("Ann/1", "Ann/2", "Bea/1", "Cid/1"):
        person = ord(name[0])
        picture(tmp_path / "small" / f"{name}.png", (person, int(name[-1]), 80))
    return enrol(app, ada, tmp_path / "small", "small")


# What can be done


def test_a_picture_moves_to_another_person_and_back(
    app: Application, ada: Operator, small: GallerySummary
) -> None:
    state = app.hygiene._matrices.get(small.id).state
    app.corrections.move(ada, pictures(app, small, "Ann")[:1], number(app, small, "Bea"))
    assert keys(app, small) == {"Ann": 1, "Bea": 2, "Cid": 1}
    assert app.hygiene._matrices.get(small.id).state != state
    assert app.hygiene._matrices.get(small.id).matrix.persons == 3
    app.corrections.undo(ada, small.id)
    assert keys(app, small) == {"Ann": 2, "Bea": 1, "Cid": 1}
    assert acts(app, 2) == ["move undone", "pictures moved"]
    assert app.record.verify().sound
    with pytest.raises(InputError, match="nothing to undo"):
        app.corrections.undo(ada, small.id)


def test_a_picture_moves_to_somebody_new(
    app: Application, ada: Operator, small: GallerySummary
) -> None:
    one = pictures(app, small, "Ann")[:1]
    with pytest.raises(InputError, match="“Bea” in this gallery already"):
        app.corrections.move_to_new(ada, one, " BEA")
    with pytest.raises(InputError, match="name that can be read"):
        app.corrections.move_to_new(ada, one, "\u200b")
    app.corrections.move_to_new(ada, one, "Dora  Lee")
    assert keys(app, small) == {"Ann": 1, "Bea": 1, "Cid": 1, "Dora Lee": 1}
    bea = number(app, small, "Bea")
    app.corrections.move_to_new(ada, pictures(app, small, "Bea"), "Bea Wood")
    assert number(app, small, "Bea Wood") == bea  # whoever has no other picture is the same person
    app.corrections.undo(ada, small.id)
    assert number(app, small, "Bea") == bea
    app.corrections.move_to_new(ada, pictures(app, small, "Ann")[:1], "Ann Wood")
    app.corrections.undo(ada, small.id)
    assert keys(app, small)["Ann"] == 1


def test_people_become_one_with_what_is_still_to_do(
    app: Application, ada: Operator, small: GallerySummary, tmp_path: Path
) -> None:
    picture(tmp_path / "more" / "Bea" / "none.png")
    app.galleries.extend(ada, small.id, tmp_path / "more")
    run(app, ada, small.id)
    ann, bea, cid = (number(app, small, key) for key in ("Ann", "Bea", "Cid"))
    app.corrections.merge(ada, ann, [bea, cid])
    assert keys(app, small) == {"Ann": 4}
    picture(tmp_path / "more" / "Bea" / "none.png", (66, 5, 80))
    app.galleries.retry(ada, small.id)
    run(app, ada, small.id)
    assert keys(app, small) == {"Ann": 5}
    app.corrections.undo(ada, small.id)
    assert keys(app, small) == {"Ann": 3, "Bea": 1, "Cid": 1}  # what was enrolled since stays
    assert app.record.verify().sound
    with pytest.raises(InputError, match="different people of one gallery"):
        app.corrections.merge(ada, ann, [ann])


def test_a_person_gets_another_name_and_keeps_the_key(
    app: Application, ada: Operator, small: GallerySummary
) -> None:
    app.corrections.rename(ada, number(app, small, "Ann"), "Anna  Berg")
    (first, *_) = app.galleries.persons(small.id)
    assert (first.key, first.display_name) == ("Ann", "Anna Berg")
    entry = log.latest(app.store.read(), 1)[0]
    assert "Anna" not in str(entry.payload)
    app.corrections.undo(ada, small.id)
    assert app.galleries.persons(small.id)[0].display_name == "Ann"
    with pytest.raises(InputError, match="name that can be read"):
        app.corrections.rename(ada, first.id, " ")
    assert app.record.verify().sound


def test_a_picture_goes_and_comes_back(
    app: Application, ada: Operator, small: GallerySummary, tmp_path: Path
) -> None:
    app.corrections.remove_picture(ada, pictures(app, small, "Ann")[0])
    assert keys(app, small)["Ann"] == 1
    app.corrections.undo(ada, small.id)
    assert keys(app, small)["Ann"] == 2
    assert app.galleries.summary(small.id).stale == 0
    app.corrections.remove_picture(ada, pictures(app, small, "Ann")[0])
    assert app.galleries.extend(ada, small.id, tmp_path / "small") == 1  # it can be enrolled again
    run(app, ada, small.id)
    assert keys(app, small)["Ann"] == 2
    with pytest.raises(InputError, match="changed since"):
        app.corrections.undo(ada, small.id)
    assert app.record.verify().sound


def test_what_was_changed_since_is_not_undone(
    app: Application, ada: Operator, small: GallerySummary
) -> None:
    app.corrections.move(ada, pictures(app, small, "Ann")[:1], number(app, small, "Bea"))
    app.galleries.remove_person(ada, number(app, small, "Bea"))
    with pytest.raises(InputError, match="changed since"):
        app.corrections.undo(ada, small.id)
    assert keys(app, small) == {"Ann": 1, "Cid": 1}


def test_only_people_correct_and_only_what_an_act_left(
    app: Application, ada: Operator, small: GallerySummary, sql: Sql
) -> None:
    one, bea = pictures(app, small, "Ann"), number(app, small, "Bea")
    nobody = app.accounts.command_line()
    for act in (
        lambda: app.corrections.move(nobody, one, bea),
        lambda: app.corrections.move_to_new(nobody, one, "Eve"),
        lambda: app.corrections.merge(nobody, bea, [number(app, small, "Ann")]),
        lambda: app.corrections.rename(nobody, bea, "Eve"),
        lambda: app.corrections.remove_picture(nobody, one[0]),
        lambda: app.corrections.undo(nobody, small.id),
    ):
        with pytest.raises(NotPermitted):
            act()
    sql("UPDATE reference_images SET source_path = 'elsewhere' WHERE id = :one", one=one[0])
    with pytest.raises(IntegrityError, match="changed around the program"):
        app.corrections.move(ada, one, bea)
    assert keys(app, small)["Ann"] == 2


# Ways past the policy

Again = Callable[[], list[Candidate]]


@pytest.fixture
def again(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> Again:
    """The same unknown, searched once more."""

    def once_more() -> list[Candidate]:
        return list(search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates)

    return once_more


def of(candidates: list[Candidate], key: str) -> Candidate:
    return next(c for c in candidates if c.person_key == key)


def test_merging_the_runner_up_into_the_candidate_makes_no_margin(
    app: Application, ada: Operator, gallery: GallerySummary, again: Again
) -> None:
    first, second = again()[:2]
    app.corrections.merge(ada, first.person_id, [second.person_id])
    now = again()[0]
    assert now.person_id == first.person_id
    model = app.galleries.summary(gallery.id).model.sha256
    rival = questions.best_rival(app.store.read(), now.id, model)
    assert rival is not None
    assert rival.score == pytest.approx(second.score, abs=1e-6)


def test_merging_people_makes_n_no_smaller(
    app: Application, ada: Operator, gallery: GallerySummary, again: Again
) -> None:
    first = again()[0]
    before = tried(app)
    others = [p.id for p in app.galleries.persons(gallery.id) if p.id != first.person_id]
    app.corrections.merge(ada, first.person_id, others[:30])
    assert tried(app) >= before
    again()
    assert tried(app) >= before
    app.corrections.undo(ada, gallery.id)
    again()
    assert tried(app) >= before


def tried(app: Application) -> int:
    """Distinct people that the first unknown was compared with."""
    db = app.store.read()
    rows = db.query(
        "SELECT count(DISTINCT coalesce(i.counted_id, t.person_id)) AS n FROM tries t "
        "LEFT JOIN identities i ON i.person_id = t.person_id WHERE t.unknown_id = 1"
    )
    return int(next(rows)["n"])


@pytest.mark.parametrize("whole", [True, False])
def test_a_dissent_follows_the_picture_to_whoever_it_is_moved_to_and_back(
    app: Application, ada: Operator, ben: Operator, cal: Operator, gallery: GallerySummary,
    again: Again, tmp_path: Path, whole: bool,
) -> None:  # fmt: skip
    """``whole``: it is the only one of the person, who is the same under another name then."""
    if not whole:
        picture(tmp_path / "more" / "p007" / "far.png", (7, 60, 80))
        app.galleries.extend(ada, gallery.id, tmp_path / "more")
        run(app, ada, gallery.id)
    first = again()[0]
    exclude(app, ben, first)
    app.corrections.move_to_new(ben, pictures(app, gallery, first.person_key)[:1], "Somebody else")
    moved = of(again(), "Somebody else")
    assert moved.person_id == (first.person_id if whole else 41)
    for who in (ada, cal):
        examine(app, who, moved)
    assert "adjudication" in refused(app, cal, moved)
    app.corrections.undo(ben, gallery.id)
    back = of(again(), first.person_key)
    for who in (ada, cal):
        examine(app, who, back)
    assert "adjudication" in refused(app, cal, back)


def test_agreement_on_a_picture_that_is_gone_is_not_lent_to_another_one_of_the_person(
    app: Application, ada: Operator, ben: Operator, cal: Operator,
    gallery: GallerySummary, again: Again, tmp_path: Path,
) -> None:  # fmt: skip
    """Two agreed on one picture; it goes, and a stranger's who was merged in takes its place."""
    picture(tmp_path / "more" / "stranger" / "a.png", (7, 60, 80))
    app.galleries.extend(ada, gallery.id, tmp_path / "more")
    run(app, ada, gallery.id)
    first = again()[0]
    for who in (ada, ben):
        examine(app, who, first)
    app.corrections.merge(ada, first.person_id, [number(app, gallery, "stranger")])
    app.corrections.remove_picture(ada, pictures(app, gallery, first.person_key)[0])
    found = of(again(), first.person_key)
    assert "examiners" in refused(app, cal, found)


def test_names_that_are_swapped_swap_no_opinions(
    app: Application, ada: Operator, ben: Operator, cal: Operator,
    gallery: GallerySummary, again: Again,
) -> None:  # fmt: skip
    first, second = again()[:2]
    exclude(app, ben, first)
    app.corrections.rename(ben, first.person_id, second.display_name)
    app.corrections.rename(ben, second.person_id, first.display_name)
    now = next(c for c in again() if c.person_id == first.person_id)
    for who in (ada, cal):
        examine(app, who, now)
    assert "adjudication" in refused(app, cal, now)


def test_a_lead_stays_as_it_was_accepted_whatever_is_corrected_or_undone_later(
    app: Application, ada: Operator, ben: Operator, cal: Operator,
    gallery: GallerySummary, again: Again,
) -> None:  # fmt: skip
    first = again()[0]
    for who in (ada, ben):
        examine(app, who, first)
    accept(app, cal, first)
    assert [use.case for use in app.corrections.open_uses([first.person_id])] == ["2031/117"]
    app.corrections.move_to_new(ada, pictures(app, gallery, first.person_key), "Somebody else")
    assert app.record.verify().sound
    app.corrections.undo(ada, gallery.id)
    app.corrections.remove_picture(ada, pictures(app, gallery, first.person_key)[0])
    assert app.record.verify().sound
    assert app.record.verify().earlier_rules == []
