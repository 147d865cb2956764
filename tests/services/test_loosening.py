"""What a laxer policy lets through is counted in the last rehearsal, before anybody approves it."""

import csv
import json
from pathlib import Path

import pytest

from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.policy import Policy
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.services.application import Application
from tests.services.fake import people, picture
from tests.services.steps import enrol, search


@pytest.fixture
def lax(app: Application) -> Policy:
    return app.policies.get("archive-newsroom").model_copy(update={"accept_confidence": 70.0})


def rehearse(app: Application, who: Operator, gallery: GallerySummary, source: Path) -> int:
    planned = app.rehearse.start(who, gallery.id, source)
    app.rehearse.run(who, planned.id, CancelToken(), ignore_progress)
    return planned.id


def absent(folder: Path) -> Path:
    """Forty people who are not enrolled: some of the older ones look a little like one who is."""
    people(folder, 30, first=150)
    for number in range(1, 11):
        picture(folder / f"like{number}.png", (number, 40 + 2 * number, 80))
    table = folder / "people.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["path", "person", "identity", "age"])
        for number, path in enumerate(sorted(folder.glob("*.png"))):
            writer.writerow([path.name, "", path.stem, "old" if number < 30 else "young"])
    return table


def test_without_a_rehearsal_it_says_so(app: Application, ada: Operator, lax: Policy) -> None:
    found = app.approvals.lets_through(app.policies.default(), lax)
    assert (found.rehearsal, found.shown) == (None, ())
    assert "accept_confidence" in found.fields


def test_extra_false_candidates_are_counted_by_group(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path, lax: Policy
) -> None:
    rehearsal = rehearse(app, ada, gallery, absent(tmp_path / "absent"))
    strict = app.policies.default()
    found = app.approvals.lets_through(strict, lax)
    assert found.rehearsal is not None
    assert found.rehearsal.id == rehearsal
    everybody, old, young = found.shown
    assert (everybody.group, everybody.people) == (None, 40)
    assert everybody.extra is not None
    assert everybody.extra > 0
    assert (old.group, old.people) == (("age", "old"), 30)
    assert old.extra == everybody.extra
    assert (young.group, young.before, young.after) == (("age", "young"), None, None)
    never = strict.model_copy(update={"accepts": False})
    assert app.approvals.lets_through(never, lax).shown[0].before == 0
    assert app.approvals.lets_through(lax, strict).shown[0].extra == -everybody.extra


def test_the_gallery_of_the_case_counts_and_what_was_shown_is_kept(
    app: Application,
    ada: Operator,
    case: Case,
    gallery: GallerySummary,
    tmp_path: Path,
) -> None:
    search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80))
    mine = rehearse(app, ada, gallery, people(tmp_path / "absent", 31, first=150))
    other = enrol(app, ada, people(tmp_path / "others", 40, first=50), "others")
    newer = rehearse(app, ada, other, people(tmp_path / "absent", 31, first=150))
    missing = app.policies.get("missing-person")
    assert app.approvals.lets_through(case.policy, missing).rehearsal.id == newer  # type: ignore[union-attr]
    app.cases.move_policy(ada, case.id, missing, "lower stakes")
    row = next(app.store.read().query("SELECT shown FROM approvals"))
    shown = json.loads(row["shown"])
    assert shown["rehearsal"] == mine
    assert shown["false_candidates"][0]["people"] == 31
