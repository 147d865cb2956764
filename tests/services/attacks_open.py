"""Ways past the policy that are still open. Each states what should hold, and fails now.

Not collected with the tests: ``python -m pytest -n 0 tests/services/attacks_open.py``. One that is
mended moves to ``test_attacks.py``; when none is left, this file goes.
"""

import shutil
from pathlib import Path
from typing import Any

import pytest

from secondlook import bootstrap
from secondlook.__main__ import main
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.records import (
    Candidate,
    Case,
    ExaminationDraft,
    GallerySummary,
    Operator,
)
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, Outcome
from secondlook.services import evaluate
from secondlook.services.application import Application
from tests.people import account
from tests.services.fake import FakeEngine, people, picture
from tests.services.steps import (
    PASSWORD,
    declared_file,
    enrol,
    examine,
    exclude,
    run,
    search,
)
from tests.services.test_photographs import photo

EVIDENCE = "A witness names the same person."
INVISIBLE = "\u200b\u2800\u2060"


def case_under(app: Application, who: Operator, policy: str) -> Case:
    chosen = app.policies.get(policy)
    return app.cases.open(who, policy, chosen.permitted_purposes[0], "Order 1", chosen)


def refused(app: Application, who: Operator, candidate: Candidate) -> None:
    with pytest.raises(PolicyRefusal):
        app.review.decide(who, candidate.id, Outcome.ACCEPTED, EVIDENCE, "")


def accepted(app: Application, who: Operator, candidate: Candidate) -> None:
    app.review.decide(who, candidate.id, Outcome.ACCEPTED, EVIDENCE, "")


def everybody_as_one(app: Application, who: Operator, source: Path, folder: Path) -> GallerySummary:
    """One folder too deep, by mistake or not: all pictures of a gallery as those of one person."""
    inner = folder / "everybody"
    inner.mkdir(parents=True)
    for path in source.iterdir():
        shutil.copy(path, inner / path.name)
    return enrol(app, who, folder, folder.name)


def photos(folder: Path, count: int) -> Path:
    for person in range(1, count + 1):
        photo(folder / f"p{person:03}.png", person, (person, 0, 80))
    return folder


# 1. A folder of everybody


# 2. One person takes back what two judged


# 3. People, not accounts


# 4. Seen without having been seen to


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


# 5. Honest work that ends nowhere


def test_an_opinion_can_be_lowered_where_it_was_given(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    exclude(app, ben, found)  # "You have examined this candidate already."
    refused(app, ada, found)


# 6. What binds is asked too late


def test_a_bound_unknown_is_analysed_before_its_candidates_are_shown(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Afterwards it cannot be put right, and the lead asks for it."""
    path = picture(tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, declared_file(app, ada, case, path).id, gallery.id)
    lax = case_under(app, ada, "archive-newsroom")
    made = app.identify.search(ada, declared_file(app, ada, lax, path).id, gallery.id)
    assert app.review.must_analyse(ben, made.search.id)


# 7. Looking first


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


# 8. Told too early


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


# 9. Small ones


def test_reasons_in_invisible_characters_are_none(
    app: Application, ada: Operator, ben: Operator, cal: Operator
) -> None:
    zoe = account(app, ada, "zoe", "Zoe Quill", PASSWORD)
    tie = next(t.tie for t in app.people.ties() if zoe.id in (t.tie.account_id, t.tie.other_id))
    with pytest.raises(InputError):
        app.people.confirm(cal, tie.id, INVISIBLE)


def test_findings_that_what_binds_finds_too_few_are_asked_for_at_the_commit(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Accepted there, refused at the decision, and it can be given only once."""
    path = picture(tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, declared_file(app, ada, case, path).id, gallery.id)
    lax = case_under(app, ada, "archive-newsroom")
    found = app.identify.search(ada, declared_file(app, ada, lax, path).id, gallery.id).candidates[
        0
    ]
    seen = {
        item.key: Finding.SIMILAR if place < 4 else Finding.UNDETERMINED
        for place, item in enumerate(CHECKLIST)
    }
    app.review.show(ada, found.search_id)
    try:
        app.review.commit(ada, found.id, ExaminationDraft(seen, Conclusion.SAME_STRONG, "Ears."))
    except InputError:
        return  # told in time
    judged = app.review.assessment(ada, found.id, EVIDENCE).requirements
    assert next(r for r in judged if r.name == "findings").met
