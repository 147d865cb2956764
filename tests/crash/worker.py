"""Does one kind of work over and over until somebody kills it: ``worker.py KIND DB PROBES``."""

import itertools
import sys
from pathlib import Path

from secondlook.bootstrap import open_application
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.records import ExaminationDraft, Operator
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, Outcome, ProbeOrigin
from secondlook.services.application import Application
from secondlook.services.searching import SearchResult

PASSWORD = "a password for crashes"
EVERYTHING_SEEN = {item.key: Finding.SIMILAR for item in CHECKLIST}


def enrol(app: Application, people: list[Operator], _: Path) -> None:
    gallery = app.galleries.summaries()[0]
    app.enrolment.run(people[0], gallery.id, CancelToken(), ignore_progress)


def search(app: Application, people: list[Operator], probes: Path) -> None:
    case = app.cases.by_reference("crash")
    assert case
    gallery = app.galleries.summaries()[0]
    for path in itertools.cycle(sorted(probes.glob("*.jpg"))):
        _search(app, people[0], case.id, gallery.id, path)


def _search(
    app: Application, who: Operator, case_id: int, gallery_id: int, path: Path
) -> SearchResult:
    probe = app.identify.add_probe(who, case_id, path)
    app.identify.declare(who, probe.id, ProbeOrigin.PHOTOGRAPH, "frontal, sharp")
    return app.identify.search(who, probe.id, gallery_id)


def decide(app: Application, people: list[Operator], probes: Path) -> None:
    case = app.cases.by_reference("crash")
    assert case
    gallery = app.galleries.summaries()[0]
    for path in itertools.cycle(sorted(probes.glob("*.jpg"))):
        for candidate in _search(app, people[0], case.id, gallery.id, path).candidates:
            if candidate.offered:
                _examine_and_decide(app, people, candidate.id)


def _examine_and_decide(app: Application, people: list[Operator], candidate_id: int) -> None:
    draft = ExaminationDraft(EVERYTHING_SEEN, Conclusion.SAME_STRONG, "notes")
    for person in people:
        app.review.save_draft(person, candidate_id, draft)
        app.review.commit(person, candidate_id, draft)
    acceptable = app.review.assessment(people[0], candidate_id, "seen elsewhere").acceptable
    outcome = Outcome.ACCEPTED if acceptable else Outcome.INCONCLUSIVE
    app.review.decide(people[0], candidate_id, outcome, "seen elsewhere", "a reason")


KINDS = {"enrol": enrol, "search": search, "decide": decide}


def main() -> None:
    kind, database, probes = sys.argv[1:]
    app = open_application(Path(database))
    people = [app.accounts.sign_in(name, PASSWORD) for name in ("anna", "ben")]
    app.lanes.inference.submit(app.engines.current).result()
    print("ready", flush=True)
    KINDS[kind](app, people, Path(probes))
    print("done", flush=True)
    app.close()


if __name__ == "__main__":
    main()
