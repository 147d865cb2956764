"""What others concluded is masked until one's own commit, and who was told has seen it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from secondlook.domain.errors import PolicyRefusal
from secondlook.domain.records import Candidate, Case, GallerySummary, Operator
from secondlook.domain.requirements import Requirement
from secondlook.domain.review import Outcome
from secondlook.services.application import Application
from tests.services.fake import people
from tests.services.steps import enrol, examine, exclude, search

EVIDENCE = "A witness names the same person."


def case_under(app: Application, who: Operator, policy: str) -> Case:
    chosen = app.policies.get(policy)
    return app.cases.open(who, policy, chosen.permitted_purposes[0], "Order 1", chosen)


def refused(app: Application, who: Operator, candidate: Candidate) -> tuple[str, ...]:
    with pytest.raises(PolicyRefusal) as refusal:
        app.review.decide(who, candidate.id, Outcome.ACCEPTED, EVIDENCE, "")
    return refusal.value.unmet


def requirement(app: Application, who: Operator, candidate: Candidate, name: str) -> Requirement:
    judged = app.review.assessment(who, candidate.id, EVIDENCE).requirements
    return next(r for r in judged if r.name == name)


def test_who_was_told_on_a_decided_candidate_is_no_third_who_has_seen_nothing(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    found = first.candidates[0]
    examine(app, ada, found)
    app.review.decide(cal, found.id, Outcome.INCONCLUSIVE, "", "Another day.")
    second = app.identify.search(ada, first.search.probe_id, gallery.id).candidates[0]
    exclude(app, ben, second)
    told = {r.name: r for r in app.review.assessment(cal, found.id).requirements}
    examine(app, cal, second)
    if told["conclusions"].present:  # [2, -2]: what both concluded
        refused(app, eve, second)


@pytest.mark.parametrize(
    ("outcome", "before"), [(Outcome.ACCEPTED, ()), (Outcome.EXCLUDED, ("ben",))]
)
def test_a_refusal_tells_a_blind_examiner_nothing_of_what_others_concluded(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path, outcome: Outcome, before: tuple[str, ...],
) -> None:  # fmt: skip
    told = []
    for number, last in ((7, examine), (8, exclude)):
        path = tmp_path / f"{number}.png"
        found = search(app, ada, case, gallery, path, (number, 1, 80)).candidates[0]
        for _ in before:
            examine(app, ben, found)
        last(app, ada, found)
        with pytest.raises(PolicyRefusal) as refusal:
            app.review.decide(cal, found.id, outcome, EVIDENCE, "No.")
        told.append((str(refusal.value), refusal.value.unmet))
    assert told[0] == told[1]


def test_the_log_tells_a_third_nothing_where_one_examiner_is_enough(
    app: Application, ada: Operator, ben: Operator, cal: Operator, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    case = case_under(app, ada, "archive-newsroom")
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    exclude(app, ben, found)
    assert app.review.examinations(cal, found.id).masked
    assert "examination" not in {e.act for e in app.record.latest(viewer=cal)}


def test_a_blind_examiner_is_not_told_that_others_searched_on(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    app.review.analyse(ben, first.search.id, "Sharp.")
    app.review.show(ben, first.search.id)

    def told() -> Any:
        judged = app.review.assessment(ben, first.candidates[0].id).requirements
        return next(r.present for r in judged if r.name == "confidence")

    before = told()
    more = enrol(app, ada, people(tmp_path / "more", 5, first=100), "more")
    app.identify.search(ada, first.search.probe_id, more.id)
    assert told() == before


def inconclusive(
    app: Application, ada: Operator, cal: Operator, case: Case, gallery: GallerySummary, path: Path
) -> Candidate:
    """Whom ada called the same, and cal closed as inconclusive."""
    found = search(app, ada, case, gallery, path, (7, 1, 80)).candidates[0]
    examine(app, ada, found)
    app.review.decide(cal, found.id, Outcome.INCONCLUSIVE, "", "Another day.")
    return found


def again(app: Application, who: Operator, found: Candidate, gallery: GallerySummary) -> Candidate:
    probe_id = app.review.result(found.search_id).search.probe_id
    return app.identify.search(who, probe_id, gallery.id).candidates[0]


@pytest.mark.parametrize("look", ["examinations", "assessment", "standing"])
def test_what_a_decided_candidate_tells_has_been_seen(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path, look: str,
) -> None:  # fmt: skip
    """Nothing waits there any more, so all of it is shown; who looked is no third afterwards."""
    found = inconclusive(app, ada, cal, case, gallery, tmp_path / "a.png")
    told: dict[str, Callable[[], object]] = {
        "examinations": lambda: app.review.examinations(cal, found.id).shown,
        "assessment": lambda: requirement(app, cal, found, "conclusions").present["conclusions"],
        "standing": lambda: app.questions.standing(cal, found.id).known,
    }
    assert told[look]()
    second = again(app, ada, found, gallery)
    exclude(app, ben, second)
    examine(app, cal, second)
    app.review.adjudicate(eve, second.id)
    assert "adjudication" in refused(app, eve, second)


def test_who_saw_nothing_of_it_is_a_third(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    found = inconclusive(app, ada, cal, case, gallery, tmp_path / "a.png")
    second = again(app, ada, found, gallery)
    app.review.states(cal, found.search_id)  # that it ended inconclusive tells of no opinion
    exclude(app, ben, second)
    examine(app, cal, second)
    app.review.decide(eve, second.id, Outcome.ACCEPTED, EVIDENCE, "")


def test_a_decided_candidate_tells_nothing_while_its_question_waits_elsewhere(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """The second examination would not be blind, with the first one a click away."""
    found = inconclusive(app, ada, cal, case, gallery, tmp_path / "a.png")
    second = again(app, ada, found, gallery)
    assert app.review.examinations(ben, found.id).masked
    assert not app.questions.standing(ben, found.id).known
    assert requirement(app, ben, found, "conclusions").hidden
    assert app.review.states(ben, found.search_id)[found.id].examinations == 0
    assert "examination" not in {e.act for e in app.record.latest(viewer=ben)}
    examine(app, ben, second)
    assert app.review.examinations(ben, found.id).shown


def test_an_outcome_that_rests_on_opinions_tells_them(
    app: Application, ada: Operator, ben: Operator, cal: Operator, eve: Operator,
    gallery: GallerySummary, tmp_path: Path,
) -> None:  # fmt: skip
    """That somebody was excluded, in a list, is what its examiner concluded."""
    case = case_under(app, ada, "archive-newsroom")
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    exclude(app, ada, found)
    app.review.decide(ada, found.id, Outcome.EXCLUDED, "", "The ears.")
    second = again(app, ada, found, gallery)
    app.review.states(cal, found.search_id)
    app.questions.reopen(eve, found.id, "There is another witness.")
    examine(app, cal, second)
    app.review.adjudicate(ben, second.id)
    assert "adjudication" in refused(app, ben, second)


def test_a_blind_examiner_is_not_told_that_somebody_dissents(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Neither by a requirement that only applies then, nor by how many people it takes."""
    told = []
    for number, act in ((7, examine), (8, exclude)):
        path = tmp_path / f"{number}.png"
        found = search(app, ada, case, gallery, path, (number, 1, 80)).candidates[0]
        act(app, ada, found)
        judged = app.review.assessment(ben, found.id).requirements
        told.append([(r.name, r.needed, r.hidden) for r in judged])
        assert requirement(app, ben, found, "probe_analysis").present["examiners"] == 0
    assert told[0] == told[1]
