"""Comparisons that no case made count for N all the same, once the picture becomes a probe."""

from pathlib import Path
from typing import Any

import pytest

from secondlook import bootstrap
from secondlook.__main__ import main
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import PolicyRefusal
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.domain.review import Outcome
from secondlook.services import evaluate
from secondlook.services.application import Application
from tests.services.fake import FakeEngine, people, picture
from tests.services.steps import PASSWORD, declared_file, enrol, examine, run, search
from tests.services.test_copies import EVIDENCE
from tests.services.test_one_person import case_under
from tests.services.test_photographs import photo


def photos(folder: Path, count: int) -> Path:
    for person in range(1, count + 1):
        photo(folder / f"p{person:03}.png", person, (person, 0, 80))
    return folder


def n_of(app: Application, who: Operator, case: Case, path: Path, folder: Path) -> int:
    """N after the picture was searched among two people."""
    small = enrol(app, who, people(folder / "small", 2, first=100), "small")
    probe = declared_file(app, who, case, path)
    app.identify.search(who, probe.id, small.id)
    return app.identify.compared(who, probe.id, None).now


def test_a_look_through_the_gallery_is_a_try(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """The unknown enrolled, its pairs listed with their scores, and removed again."""
    path = picture(tmp_path / "x" / "x.png", (201, 0, 80))
    app.galleries.extend(ada, gallery.id, tmp_path / "x")
    run(app, ada, gallery.id)
    seen = app.hygiene.suspicious(gallery.id, -1.0, limit=9999).pairs
    assert sum("x" in (p.first.person_key, p.second.person_key) for p in seen) == 40
    row = next(p for p in app.galleries.persons(gallery.id) if p.key == "x")
    app.galleries.remove_person(ada, row.id)
    small = enrol(app, ada, people(tmp_path / "small", 2, first=100), "small")
    probe = declared_file(app, ada, case, path)
    app.identify.search(ada, probe.id, small.id)
    assert app.identify.compared(ada, probe.id, None).now >= 42


def rehearsed(app: Application, who: Operator, gallery: GallerySummary, source: Path) -> None:
    planned = app.rehearse.start(who, gallery.id, source)
    app.rehearse.run(who, planned.id, CancelToken(), ignore_progress)


def test_a_rehearsed_picture_saved_anew_brings_its_comparisons_along(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    gallery = enrol(app, ada, photos(tmp_path / "people", 40))
    photo(tmp_path / "first" / "x.png", 99, (201, 0, 80))
    rehearsed(app, ada, gallery, tmp_path / "first")
    small = enrol(app, ada, people(tmp_path / "small", 2, first=100), "small")
    saved = photo(tmp_path / "saved.png", 99, (201, 0, 80), brightness=0.8)
    probe = declared_file(app, ada, case, saved)
    app.identify.search(ada, probe.id, small.id)
    assert app.identify.compared(ada, probe.id, None).now >= 42


def test_who_took_the_place_of_the_rehearsed_is_compared_too(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    path = picture(tmp_path / "first" / "x.png", (201, 0, 80))
    rehearsed(app, ada, gallery, tmp_path / "first")
    for person in app.galleries.persons(gallery.id)[:30]:
        app.galleries.remove_person(ada, person.id)
    app.galleries.extend(ada, gallery.id, people(tmp_path / "new", 30, first=100))
    run(app, ada, gallery.id)
    probe = declared_file(app, ada, case, path)
    app.identify.search(ada, probe.id, gallery.id)
    assert app.identify.compared(ada, probe.id, None).now == 70


def test_a_rehearsal_that_is_given_up_was_a_look_all_the_same(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    path = picture(tmp_path / "first" / "x.png", (201, 0, 80))
    for number in range(20):
        picture(tmp_path / "first" / f"y{number:02}.png", (202 + number, 0, 80))
    planned = app.rehearse.start(ada, gallery.id, tmp_path / "first")
    token = CancelToken()
    app.rehearse.run(ada, planned.id, token, lambda _: token.cancel())
    app.rehearse.give_up(ada, planned.id)
    assert app.store.read().execute("SELECT count(*) FROM rehearsals").fetchone() == (0,)
    assert n_of(app, ada, case, path, tmp_path) == 42


def test_a_copy_of_who_was_listed_brings_the_list_along(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    gallery = enrol(app, ada, photos(tmp_path / "people", 40))
    photo(tmp_path / "x" / "x.png", 99, (201, 0, 80))
    app.galleries.extend(ada, gallery.id, tmp_path / "x")
    run(app, ada, gallery.id)
    app.hygiene.suspicious(gallery.id)
    row = next(p for p in app.galleries.persons(gallery.id) if p.key == "x")
    app.galleries.remove_person(ada, row.id)
    saved = photo(tmp_path / "saved.png", 99, (201, 0, 80), brightness=0.8)
    assert n_of(app, ada, case, saved, tmp_path) == 42 + 1, "and the one that the copy was"


def test_a_list_that_is_looked_through_afterwards_counts_at_once(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    path = picture(tmp_path / "x" / "x.png", (201, 0, 80))
    assert n_of(app, ada, case, path, tmp_path) == 2
    app.galleries.extend(ada, gallery.id, tmp_path / "x")
    run(app, ada, gallery.id)
    probe = app.cases.probes(case.id)[0]
    assert app.identify.compared(ada, probe.id, None).now == 2, "nobody has looked"
    app.hygiene.suspicious(gallery.id)
    assert app.identify.compared(ada, probe.id, None).now == 42 + 1, "and the one that it was"


def test_looking_again_at_the_same_people_is_no_new_look(
    app: Application, gallery: GallerySummary
) -> None:
    for _ in range(2):
        app.hygiene.suspicious(gallery.id)
    assert app.store.read().execute("SELECT count(*) FROM looks").fetchone() == (1,)


def test_a_reference_that_nobody_looked_at_brings_nothing_along(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    enrolled = tmp_path / "people" / "p001.png"
    assert n_of(app, ada, case, enrolled, tmp_path) == 2


def test_an_evaluation_refuses_the_probe_of_a_case(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    def opened(*_: Any, **__: Any) -> FakeEngine:
        return FakeEngine()

    monkeypatch.setattr(evaluate, "open_engine", opened)
    app = bootstrap.open_application()
    who = app.accounts.create_first("ada", "Ada Lovelace", PASSWORD)
    case = app.cases.open(who, "1", "Missing person", "Order 12", app.policies.default())
    declared_file(app, who, case, picture(tmp_path / "asked" / "p024.png", (201, 0, 80)))
    app.close()
    source = people(tmp_path / "people", 40)
    probes = tmp_path / "asked"
    status = main(["evaluate", "search", "--gallery", str(source), "--mated", str(probes)])
    said = capsys.readouterr()
    assert status != 0, said.out  # it told the rank and the lines that were reached


def test_an_evaluation_of_pairs_refuses_a_copy_of_the_probe_of_a_case(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Of the others it says what it finds, and names the one that it left out."""

    def opened(*_: Any, **__: Any) -> FakeEngine:
        return FakeEngine()

    monkeypatch.setattr(evaluate, "open_engine", opened)
    app = bootstrap.open_application()
    who = app.accounts.create_first("ada", "Ada Lovelace", PASSWORD)
    case = app.cases.open(who, "1", "Missing person", "Order 12", app.policies.default())
    probe = declared_file(app, who, case, photo(tmp_path / "probe.png", 99, (201, 0, 80)))
    assert probe.face
    app.close()
    photo(tmp_path / "copy.png", 99, (201, 0, 80), brightness=0.8)
    people(tmp_path, 4)
    lines = ["p001.png,p001.png,same", "p001.png,p002.png,different", "copy.png,p003.png,same"]
    (tmp_path / "pairs.csv").write_text("\n".join(lines), encoding="utf-8")
    assert main(["evaluate", "pairs", str(tmp_path / "pairs.csv")]) == 0
    said = capsys.readouterr().out
    assert "copy.png" in said
    assert "probe of a case" in said


def test_an_unknown_enrolled_in_every_folder_keeps_who_it_was_compared_with(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """The gallery is gone through with the unknown in it; then a copy of its picture is put into
    everybody's folder, who all are the unknown itself from then on."""
    asked = photo(tmp_path / "x" / "x.png", 300, (250, 0, 80))
    app.galleries.extend(ada, gallery.id, tmp_path / "x")
    run(app, ada, gallery.id)
    search(app, ada, case, gallery, tmp_path / "other.png", (3, 1, 80))
    for number in range(1, 41):
        inner = tmp_path / "more" / f"p{number:03}"
        photo(inner / "u.png", 300, (250, 0, 80), brightness=1 - number / 400)
    app.galleries.extend(ada, gallery.id, tmp_path / "more")
    assert run(app, ada, gallery.id).enrolled == 40
    search(app, ada, case, gallery, tmp_path / "third.png", (4, 1, 80))
    app.galleries.remove(ada, gallery.id)
    small = enrol(app, ada, people(tmp_path / "small", 2, first=100), "small")
    probe = declared_file(app, ada, case, asked)
    app.identify.search(ada, probe.id, small.id)
    assert app.record.verify().sound
    assert app.identify.compared(ada, probe.id, None).now >= 42


def test_a_copy_that_is_looked_at_after_the_search_counts_at_the_decision(
    app: Application, ada: Operator, tmp_path: Path
) -> None:
    """It refuses the lead, and stays counted."""
    gallery = enrol(app, ada, people(tmp_path / "sixty", 60), "sixty")
    case = case_under(app, ada, "archive-newsroom")
    path = photo(tmp_path / "a.png", 99, (7, 49, 80))
    found = app.identify.search(ada, declared_file(app, ada, case, path).id, gallery.id)
    first = found.candidates[0]
    examine(app, ada, first)
    unmet = app.review.assessment(ada, first.id, EVIDENCE).unmet
    assert not unmet
    others = people(tmp_path / "others", 60, first=100)
    photo(others / "x.png", 99, (7, 47, 80), brightness=0.8)
    app.hygiene.suspicious(enrol(app, ada, others, "others").id)
    with pytest.raises(PolicyRefusal, match="Search confidence"):
        app.review.decide(ada, first.id, Outcome.ACCEPTED, EVIDENCE, "")
    assert app.identify.compared(ada, found.search.probe_id, None).now == 60 + 61
    assert app.record.verify().sound
