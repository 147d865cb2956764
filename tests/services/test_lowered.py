"""An opinion that was given can be lowered where it was given, and never raised."""

import sqlite3
from pathlib import Path

import pytest

from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.records import Candidate, Case, ExaminationDraft, GallerySummary, Operator
from secondlook.domain.review import Conclusion, Finding, Outcome
from secondlook.services.application import Application
from tests.services.steps import SEEN, examine, exclude, search
from tests.storage.plain_sql import shell

EVIDENCE = "A witness names the same person."
HIGH, LOW = Conclusion.SAME_EXTREMELY_STRONG, Conclusion.DIFFERENT_STRONG


def refused(app: Application, who: Operator, candidate: Candidate) -> None:
    with pytest.raises(PolicyRefusal):
        app.review.decide(who, candidate.id, Outcome.ACCEPTED, EVIDENCE, "")


def test_an_opinion_can_be_lowered_where_it_was_given(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, found)
    exclude(app, ben, found)  # "You have examined this candidate already."
    refused(app, ada, found)


@pytest.mark.parametrize("conclusion", [HIGH, Conclusion.SAME_STRONG])
def test_it_is_not_raised_and_not_given_again(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path,
    conclusion: Conclusion,
) -> None:  # fmt: skip
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, found)
    with pytest.raises(InputError, match="can only be lowered"):
        examine(app, ada, found, conclusion)
    examine(app, ada, found, Conclusion.INCONCLUSIVE)
    with pytest.raises(InputError, match="can only be lowered"):
        examine(app, ada, found, Conclusion.INSUFFICIENT_QUALITY)  # supports as much
    assert len(app.review.examinations(ada, found.id).shown) == 2, "both stay on record"


def test_lowering_says_why(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, found)
    draft = ExaminationDraft(SEEN, Conclusion.SAME_SUPPORT, "\u200b")
    with pytest.raises(InputError, match="why you lower"):
        app.review.commit(ada, found.id, draft)
    assert app.record.verify().sound


@pytest.mark.parametrize(("conclusion", "notes"), [(3, "Sure."), (2, "Sure."), (-2, "")])
def test_the_file_refuses_it_as_well(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path,
    conclusion: int, notes: str,
) -> None:  # fmt: skip
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, ada, found)
    db = shell(app.store.path)
    again = (
        "INSERT INTO examinations (candidate_id, operator_id, findings, conclusion, notes, view, "
        "started_at, committed_at) SELECT candidate_id, operator_id, findings, ?, ?, view, "
        "started_at, committed_at FROM examinations"
    )
    with pytest.raises(sqlite3.IntegrityError, match="can only be lowered"):
        db.execute(again, (conclusion, notes))
    db.execute(again, (-2, "The ears."))
    db.close()


def test_who_examined_elsewhere_lowers_it_here_too(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    examine(app, ada, first.candidates[0])
    second = app.identify.search(ada, first.search.probe_id, gallery.id).candidates[0]
    unlike = {**SEEN, "nose": Finding.DIFFERENT}
    app.review.commit(ada, second.id, ExaminationDraft(unlike, LOW, "The nose."))
    for candidate in (first.candidates[0], second):
        with pytest.raises(InputError, match="can only be lowered"):
            examine(app, ada, candidate, Conclusion.INCONCLUSIVE)
    examine(app, ben, second)
    refused(app, ben, second)
