"""Two pictures of one person: the old one was searched and examined before the better one came."""

from pathlib import Path

import pytest

from secondlook.domain.records import (
    Candidate,
    Case,
    ExaminationDraft,
    GallerySummary,
    Operator,
    Probe,
)
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, ProbeOrigin
from secondlook.services.application import Application
from tests.services.fake import people
from tests.services.steps import enrol, run, search
from tests.services.test_photographs import photo


@pytest.fixture
def two_pictures(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> tuple[GallerySummary, Candidate]:
    """An old picture of p007, which a search showed; ``better`` enrols another one."""
    source = people(tmp_path / "people", 40, first=50)
    photo(source / "p007" / "old.png", 1, (7, 40, 80))
    gallery = enrol(app, ada, source)
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    assert found.person_key == "p007"
    return gallery, found


def better(
    app: Application, who: Operator, gallery: GallerySummary, old: Candidate, folder: Path
) -> Candidate:
    """The same person by another picture of theirs, which scores higher."""
    photo(folder / "more" / "p007" / "frame.png", 2, (7, 2, 80))
    app.galleries.extend(who, gallery.id, folder / "more")
    run(app, who, gallery.id)
    probe_id = app.review.result(old.search_id).search.probe_id
    found = app.identify.search(who, probe_id, gallery.id).candidates[0]
    assert found.person_key == "p007"
    assert found.reference_sha256 != old.reference_sha256
    return found


def bare(app: Application, who: Operator, case: Case, gallery: GallerySummary, path: Path) -> Probe:
    """Searched without anybody's analysis, where the policy asks for none."""
    probe = app.identify.add_probe(who, case.id, path)
    probe = app.identify.declare(who, probe.id, ProbeOrigin.PHOTOGRAPH, "")
    found = app.identify.search(who, probe.id, gallery.id).candidates[0]
    few = {item.key: Finding.NOT_VISIBLE for item in CHECKLIST}
    few |= dict.fromkeys(list(few)[:4], Finding.SIMILAR)
    app.review.show(who, found.search_id)
    draft = ExaminationDraft(few, Conclusion.SAME_STRONG, "What can be seen is alike.")
    app.review.commit(who, found.id, draft)
    return probe
