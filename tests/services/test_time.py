"""The order of acts is on record where the clock is behind: each is later than the one before."""

from pathlib import Path

import pytest

from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.domain.review import Outcome, ProbeOrigin
from secondlook.services.application import Application
from secondlook.storage import database, log
from tests.services.by_sql import EVIDENCE
from tests.services.steps import examine, exclude, search
from tests.services.test_masking import refused
from tests.services.test_one_person import case_under
from tests.services.test_photographs import photo


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is behind the record, and shows one and the same time."""
    monkeypatch.setattr(database, "wall_clock", lambda: "2031-01-01T00:00:00.000+00:00")


def test_a_question_is_not_examined_anew_before_it_was_reopened_where_time_stands_still(
    app: Application, still: None, ada: Operator, ben: Operator, cal: Operator, eve: Operator,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """Who examined after the exclusion, and before it was reopened, is no third since then."""
    case = case_under(app, ada, "archive-newsroom")
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    exclude(app, ben, first.candidates[0])
    app.review.decide(ben, first.candidates[0].id, Outcome.EXCLUDED, "", "The ears.")
    found = app.identify.search(ada, first.search.probe_id, gallery.id).candidates[0]
    examine(app, eve, found)
    app.questions.reopen(cal, first.candidates[0].id, "Another print turned up.")
    refused(app, ada, found)


def test_candidates_seen_before_the_analysis_were_seen_before_where_time_stands_still(
    app: Application, still: None, ada: Operator, ben: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """The list on the command line, and an analysis after it."""
    machine = app.accounts.command_line()
    probe = app.identify.add_probe(machine, case.id, photo(tmp_path / "a.png", 300, (7, 1, 80)))
    shown = app.identify.search(machine, probe.id, gallery.id)
    app.review.show(machine, shown.search.id)
    app.identify.declare(ada, probe.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    refused(app, ada, found)


def test_who_looks_after_their_own_commit_had_seen_nothing_where_time_stands_still(
    app: Application, still: None, ada: Operator, ben: Operator, cal: Operator, eve: Operator,
    case: Case, gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """Honest work: the third commits, and reads what the others concluded."""
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, found)
    exclude(app, ben, found)
    examine(app, cal, found)
    assert app.review.examinations(cal, found.id).shown
    app.review.adjudicate(eve, found.id)
    app.review.decide(eve, found.id, Outcome.ACCEPTED, EVIDENCE, "")


def test_a_dissent_after_a_lead_contests_it_where_time_stands_still(
    app: Application, still: None, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """Every screen says so of a lead that is contested since."""
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    for who in (ada, ben):
        examine(app, who, first.candidates[0])
    app.review.decide(ada, first.candidates[0].id, Outcome.ACCEPTED, EVIDENCE, "")
    again = app.identify.search(ada, first.search.probe_id, gallery.id).candidates[0]
    exclude(app, cal, again)
    assert app.review.states(ada, first.search.id)[first.candidates[0].id].contested


def test_what_one_transaction_writes_has_one_time_and_the_next_is_later(
    app: Application, still: None, ada: Operator, ben: Operator
) -> None:
    times = []
    for who in (ada, ben):
        with app.store.write() as db:
            times.append({database.now() for _ in range(3)})
            log.append(db, who.username, "signed out", who.username, {})
    (first,), (second,) = times
    assert first < second
    assert [entry.at for entry in app.record.latest(2)] == [second, first]
