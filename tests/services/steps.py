"""What many tests do on their way, in one line each."""

from pathlib import Path

from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.policy import Policy
from secondlook.domain.records import (
    Candidate,
    Case,
    Examination,
    ExaminationDraft,
    GallerySummary,
    Operator,
    Probe,
)
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, ProbeOrigin
from secondlook.services.application import Application
from secondlook.services.enrol import EnrolmentReport
from secondlook.services.searching import SearchResult
from tests.services.fake import FakeEngine, FakeEngines, Shown, picture

PASSWORD = "a password to test with"
SEEN = {item.key: Finding.SIMILAR for item in CHECKLIST}


def engine_of(app: Application) -> FakeEngine:
    assert isinstance(app.engines, FakeEngines)
    return app.engines.fake


def run(app: Application, who: Operator, gallery_id: int) -> EnrolmentReport:
    return app.enrolment.run(who, gallery_id, CancelToken(), ignore_progress)


def enrol(app: Application, who: Operator, source: Path, name: str = "people") -> GallerySummary:
    made = app.galleries.create(who, name, source)
    run(app, who, made.id)
    return app.galleries.summary(made.id)


def declared(app: Application, who: Operator, case: Case, path: Path, *faces: Shown) -> Probe:
    """A probe, painted here, that is ready to be searched."""
    return declared_file(app, who, case, picture(path, *faces))


def declared_file(app: Application, who: Operator, case: Case, path: Path) -> Probe:
    """The same of a picture that lies there."""
    probe = app.identify.add_probe(who, case.id, path)
    return app.identify.declare(who, probe.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")


def search(
    app: Application, who: Operator, case: Case, gallery: GallerySummary, path: Path, *faces: Shown
) -> SearchResult:
    probe = declared(app, who, case, path, *faces)
    return app.identify.search(who, probe.id, gallery.id)


def moved(app: Application, first: Operator, second: Operator, case: Case, policy: Policy) -> Case:
    """To a laxer policy: one proposes, the other agrees; one of them is the administrator."""
    app.cases.move_policy(first, case.id, policy, "lower stakes")
    pending = app.cases.pending_move(case.id)
    assert pending is not None
    return app.cases.approve_move(second, pending.move.id, case.id, "agreed")


def exclude(app: Application, who: Operator, candidate: Candidate) -> Examination:
    """One visible difference, with a note: no whole checklist."""
    prepare(app, who, candidate)
    seen = {"ears": Finding.DIFFERENT}
    draft = ExaminationDraft(seen, Conclusion.DIFFERENT_STRONG, "The lobes are attached.")
    return app.review.commit(who, candidate.id, draft)


def prepare(app: Application, who: Operator, candidate: Candidate) -> None:
    """One's own analysis of the probe, and then a look at the candidates."""
    search = app.review.result(candidate.search_id).search
    if app.review.must_analyse(who, search.id):
        app.review.analyse(who, search.id, "Frontal, sharp.")
    app.review.show(who, search.id)


def examine(
    app: Application,
    who: Operator,
    candidate: Candidate,
    conclusion: Conclusion = Conclusion.SAME_STRONG,
) -> Examination:
    prepare(app, who, candidate)
    return app.review.commit(who, candidate.id, ExaminationDraft(SEEN, conclusion, "notes"))
