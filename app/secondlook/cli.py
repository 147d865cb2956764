"""The command line: the same services without a window.

Exit status: 0 done; 1 it could not be done (the reason is on standard error); 2 wrong usage;
3 the check that was asked for failed (``audit verify``, ``models verify``); 130 interrupted;
141 nobody reads the output any more. Results go to standard output, everything else does not.
"""

import argparse
import io
import os
import shlex
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from secondlook import paths
from secondlook.cli_console import counted as _counted
from secondlook.cli_console import print_json as _print
from secondlook.cli_console import say as _say
from secondlook.cli_console import show_progress as _progress
from secondlook.cli_evaluate import EVALUATIONS, add_evaluate
from secondlook.cli_hygiene import add_check
from secondlook.cli_rehearse import add_rehearse
from secondlook.domain.confidence import format_expected
from secondlook.domain.errors import Cancelled, InputError, SecondLookError
from secondlook.domain.policy import Policy
from secondlook.domain.records import Case, EnrolmentStatus, Operator, Probe
from secondlook.domain.review import LEAD_ONLY, ProbeOrigin
from secondlook.services.application import Application
from secondlook.services.enrol import EnrolmentReport
from secondlook.services.identify import SearchResult
from secondlook.vision.decode import read_original
from secondlook.vision.models import ModelStatus, ModelStore

DONE, FAILED, CHECK_FAILED, INTERRUPTED, UNREAD = 0, 1, 3, 130, 141

OpenApplication = Callable[[argparse.Namespace], Application]
OpenModels = Callable[[argparse.Namespace], ModelStore]


def build_parser() -> argparse.ArgumentParser:
    """Options that every command takes may stand before or after it."""
    but_recogniser = argparse.ArgumentParser(add_help=False, argument_default=argparse.SUPPRESS)
    but_recogniser.add_argument("--db", type=Path, metavar="FILE", help="the database file")
    but_recogniser.add_argument("--models", type=Path, metavar="DIR", help="where model files are")
    but_recogniser.add_argument("--detector", metavar="NAME", help="the detector to use, by card")
    everywhere = argparse.ArgumentParser(
        add_help=False, argument_default=argparse.SUPPRESS, parents=[but_recogniser]
    )
    everywhere.add_argument("--recogniser", metavar="NAME", help="the recogniser, by card")
    parser = argparse.ArgumentParser(
        "secondlook", parents=[everywhere], description="Without a command, the window opens."
    )
    parser.add_argument("--demo", action="store_true", help="open the demonstration")
    parser.add_argument(
        "--screenshots", type=Path, metavar="DIR", help="drive the window by itself, save pictures"
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    def add(
        group: Any, name: str, text: str, action: Callable[..., int]
    ) -> argparse.ArgumentParser:
        made: argparse.ArgumentParser = group.add_parser(name, help=text, parents=[everywhere])
        made.set_defaults(action=action)
        return made

    def group(name: str, text: str) -> Any:
        made = commands.add_parser(name, help=text, parents=[everywhere])
        return made.add_subparsers(dest=f"{name}_command", required=True, metavar="COMMAND")

    _gallery_parsers(add, group("gallery", "enrol and list galleries"))
    _search_parser(add(commands, "search", "search a gallery for a probe", search))
    policies = group("policy", "read the policies")
    _json(add(policies, "list", "all policies, strictest first", policy_list))
    show = add(policies, "show", "one policy with the source of each number", policy_show)
    show.add_argument("id")
    _json(show)
    audit = group("audit", "check the record")
    _json(add(audit, "verify", "walk the hash chain and compare the record", audit_verify))
    _model_parsers(add, group("models", "models, their cards and files"))
    add_rehearse(add, commands)
    add_evaluate(commands, but_recogniser)
    return parser


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def _gallery_parsers(add: Callable[..., argparse.ArgumentParser], group: Any) -> None:
    create = add(group, "create", "enrol a folder or a CSV", gallery_create)
    create.add_argument("name")
    create.add_argument("path", type=Path)
    _json(create)
    _json(add(group, "list", "all galleries", gallery_list))
    for name, text, action in (
        ("resume", "go on with an interrupted enrolment", gallery_resume),
        ("errors", "images that could not be enrolled, with the reason", gallery_errors),
        ("retry", "try the images with errors again", gallery_retry),
        ("rebuild", "make all templates anew with the model in use", gallery_rebuild),
    ):
        parser = add(group, name, text, action)
        parser.add_argument("name")
        _json(parser)
    add_check(add, group)


def _search_parser(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--gallery", required=True, metavar="NAME")
    parser.add_argument("--probe", required=True, type=Path, metavar="FILE")
    parser.add_argument("--policy", required=True, metavar="ID")
    parser.add_argument("--case", required=True, metavar="REF", help="opened if it is new")
    parser.add_argument("--purpose", default="", help="for a new case; see: policy show ID")
    parser.add_argument("--authorisation", default="", metavar="REF", help="for a new case")
    parser.add_argument(
        "--origin",
        type=ProbeOrigin,
        default=ProbeOrigin.UNDECLARED,
        metavar="ORIGIN",
        help=f"where the probe comes from: {', '.join(ProbeOrigin)}",
    )
    parser.add_argument("--analysis", default="", metavar="TEXT", help="what the probe shows")
    parser.add_argument("--face", type=int, metavar="N", help="which face; else the largest")
    _json(parser)


def _model_parsers(add: Callable[..., argparse.ArgumentParser], group: Any) -> None:
    _json(add(group, "list", "all cards, and which files are here", models_list))
    _json(add(group, "verify", "compare every file with its card", models_verify))
    choose = add(group, "choose", "use these two from now on, by their cards", models_choose)
    choose.add_argument("use_detector", metavar="DETECTOR")
    choose.add_argument("use_recogniser", metavar="RECOGNISER")
    _json(choose)
    fetch = add(group, "fetch", "download a model from its upstream address", models_fetch)
    fetch.add_argument("name")
    _json(fetch)
    text = "install a model file that a card names, or a card with its model beside it"
    install = add(group, "add", text, models_add)
    install.add_argument("file", type=Path)
    _json(install)


def run(
    arguments: argparse.Namespace, open_application: OpenApplication, open_models: OpenModels
) -> int:
    """Carry out a parsed command. Errors that are told go to standard error."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")  # names are written whole, on any system
    try:
        status = _act(arguments, open_application, open_models)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # Python flushes once more at its exit, and would complain there.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return UNREAD
    except SecondLookError as error:
        _say(f"secondlook: {error}")
        return FAILED
    except (KeyboardInterrupt, Cancelled):
        _say("secondlook: interrupted; nothing that was saved is lost.")
        return INTERRUPTED


def _act(
    arguments: argparse.Namespace, open_application: OpenApplication, open_models: OpenModels
) -> int:
    if arguments.action in WITHOUT_DATABASE:
        return int(arguments.action(arguments, open_models(arguments)))
    app = open_application(arguments)
    try:
        return int(arguments.action(arguments, app))
    finally:
        app.close()


# Galleries


def gallery_create(arguments: argparse.Namespace, app: Application) -> int:
    operator = app.accounts.command_line()
    gallery = app.galleries.create(operator, arguments.name, arguments.path)
    return _enrol(arguments, app, operator, gallery.id)


def gallery_resume(arguments: argparse.Namespace, app: Application) -> int:
    operator = app.accounts.command_line()
    return _enrol(arguments, app, operator, app.galleries.by_name(arguments.name).id)


def gallery_retry(arguments: argparse.Namespace, app: Application) -> int:
    operator = app.accounts.command_line()
    gallery = app.galleries.by_name(arguments.name)
    app.galleries.retry(operator, gallery.id)
    return _enrol(arguments, app, operator, gallery.id)


def _enrol(
    arguments: argparse.Namespace, app: Application, operator: Operator, gallery_id: int
) -> int:
    with _progress() as (cancel, progress):
        report = app.enrolment.run(operator, gallery_id, cancel, progress)
    faults = app.galleries.fault_counts(gallery_id)
    gallery = app.galleries.summary(gallery_id)
    if arguments.json:
        counts = {str(fault): count for fault, count in faults.items()}
        _print({"gallery": gallery.name, "persons": gallery.persons, **asdict(report)}
               | {"errors": counts})  # fmt: skip
    else:
        print(f"{gallery.name}: {_counted(gallery.persons, 'person')}; {_report_text(report)}")
        for fault, count in faults.items():
            print(f"  {fault}: {count}")
    name = shlex.quote(gallery.name)
    if faults:
        _say(f"Which images, and why: secondlook gallery errors {name}")
    if not (cancel.cancelled and report.pending):
        return DONE if gallery.references else FAILED
    _say(f"secondlook: interrupted. Go on with: secondlook gallery resume {name}")
    return INTERRUPTED


def _report_text(report: EnrolmentReport) -> str:
    text = f"{_counted(report.enrolled, 'image')} enrolled, {report.failed} with errors"
    return text + (f", {report.pending} still to do" if report.pending else "")


def gallery_list(arguments: argparse.Namespace, app: Application) -> int:
    found = app.galleries.summaries()
    if arguments.json:
        _print({"galleries": [asdict(g) for g in found]})
        return DONE
    if not found:
        print("No galleries yet. Create one: secondlook gallery create NAME PATH")
    for g in found:
        state = f", {_counted(g.pending, 'image')} still to enrol" if g.pending else ""
        state += f", {g.failed} with errors" if g.failed else ""
        state += f", {_counted(g.stale, 'template')} to rebuild" if g.stale else ""
        persons, references = _counted(g.persons, "person"), _counted(g.references, "reference")
        print(f"{g.name}: {persons}, {references}, {g.model.name}{state}")
    return DONE


def gallery_errors(arguments: argparse.Namespace, app: Application) -> int:
    gallery = app.galleries.by_name(arguments.name)
    items = app.galleries.items(gallery.id, EnrolmentStatus.FAILED)
    if arguments.json:
        _print({"errors": [{"path": i.path, "person": i.person_key, "reason": i.fault,
                            "detail": i.detail} for i in items]})  # fmt: skip
    else:
        for item in items:
            print(f"{item.fault}: {item.detail}")
        if not items:
            _say("No image of this gallery has an error.")
    return DONE


def gallery_rebuild(arguments: argparse.Namespace, app: Application) -> int:
    operator = app.accounts.command_line()
    gallery = app.galleries.by_name(arguments.name)
    with _progress() as (cancel, progress):
        count = app.enrolment.rebuild(operator, gallery.id, cancel, progress)
    model = app.galleries.summary(gallery.id).model.name
    if arguments.json:
        _print({"gallery": gallery.name, "templates": count, "model": model})
    else:
        print(f"{gallery.name}: {_counted(count, 'template')} made with {model}")
    return DONE


# Searching


def search(arguments: argparse.Namespace, app: Application) -> int:
    operator = app.accounts.command_line()
    gallery = app.galleries.by_name(arguments.gallery)
    if gallery.pending:
        _say(f"secondlook: {_counted(gallery.pending, 'image')} of it are not enrolled yet.")
    policy = app.policies.get(arguments.policy)
    read_original(arguments.probe)  # before a case is opened for a file that is not there
    case = _case(arguments, app, operator, policy)
    probe = app.identify.add_probe(operator, case.id, arguments.probe)
    probe = _choose(app, operator, probe, arguments.face)
    app.identify.declare(operator, probe.id, arguments.origin, arguments.analysis)
    result = app.identify.search(operator, probe.id, gallery.id)
    if arguments.json:
        _print(search_document(app, operator, probe, result))
    else:
        _print_search(result)
    return DONE


def _case(
    arguments: argparse.Namespace, app: Application, operator: Operator, policy: Policy
) -> Case:
    case = app.cases.by_reference(arguments.case)
    if case is None:
        return app.cases.open(
            operator, arguments.case, arguments.purpose, arguments.authorisation, policy
        )
    if case.policy.id != policy.id:
        raise InputError(
            f"Case {case.reference} is under the policy {case.policy.id}, not {policy.id}.",
            remedy="Search under its own policy, or move the case in the window.",
        )
    for name, given, held in (
        ("purpose", arguments.purpose, case.purpose),
        ("authorisation", arguments.authorisation, case.authorisation),
    ):
        if given and given != held:
            raise InputError(
                f"Case {case.reference} has the {name} “{held}”, not “{given}”.",
                remedy=f"Leave --{name} out: it is for new cases.",
            )
    return case


def _choose(app: Application, operator: Operator, probe: Probe, number: int | None) -> Probe:
    """The face asked for; else the only one, or the largest with a word about the others."""
    if number is not None:
        return app.identify.choose_face(operator, probe.id, number - 1)
    if probe.chosen is None and probe.faces:
        sizes = [face.inter_eye for face in probe.faces]
        largest = sizes.index(max(sizes))
        _say(
            f"secondlook: {probe.source_name} shows {len(probe.faces)} faces; the largest is "
            f"searched, number {largest + 1}. Choose another with --face N."
        )
        return app.identify.choose_face(operator, probe.id, largest)
    return probe


def search_document(
    app: Application, operator: Operator, probe: Probe, result: SearchResult
) -> dict[str, Any]:
    """What ``search --json`` prints."""
    found = result.search
    return {
        "search": found.id,
        "gallery": {"name": found.gallery_name, "persons": found.gallery_persons},
        "model": found.model["name"],
        "model_sha256": found.model["sha256"],
        "detector": found.model["detector"],
        "provider": found.provider,
        "policy": {
            "id": found.policy.id,
            "version": found.policy.version,
            "sha256": found.policy.sha256,
        },
        "probe": {
            "faces": len(probe.faces),
            "chosen": app.identify.probe(probe.id).chosen,
            "quality": found.probe_quality.to_dict(),
        },
        "calibration": {
            "source": found.calibration.source,
            "comparisons": found.calibration.comparisons,
            "ceiling": found.calibration.ceiling,
        },
        "notice": LEAD_ONLY,
        "candidates": [
            {
                "rank": c.rank,
                "person": c.person_key,
                "reference": app.galleries.reference(c.reference_id).source_path,
                "score": c.score,
                "confidence": c.confidence.value,
                "confidence_status": c.confidence.status.value,
                "expected_false_candidates": c.confidence.expected_false_candidates,
                "offered": c.offered,
                "requirements": [
                    {"name": r.name, "met": r.met, "needed": r.needed, "found": r.found}
                    for r in app.review.assessment(operator, c.id).requirements
                ],
            }
            for c in result.candidates
        ],
    }


def _print_search(result: SearchResult) -> None:
    found = result.search
    note = found.calibration
    print(
        f"{found.gallery_name}: {_counted(found.gallery_persons, 'person')}, {found.policy.title}"
    )
    print(f"Calibrated on {_counted(note.comparisons, 'comparison')} ({note.source})")
    for c in result.candidates:
        if c.offered:
            expected = format_expected(c.confidence.expected_false_candidates)
            print(
                f"{c.rank:3}  {c.display_name:<32} {c.confidence!s:>16}  {c.score:.3f}  {expected}"
            )
    hidden = sum(not c.offered for c in result.candidates)
    if hidden == len(result.candidates):
        print("No candidate reaches the policy's lead line.")
    if hidden:
        print(f"Below the lead line, recorded and not offered: {hidden}.")
    print(LEAD_ONLY)


# Policies, record, models


def policy_list(arguments: argparse.Namespace, app: Application) -> int:
    found = app.policies.shipped()
    if arguments.json:
        _print({"policies": [{"id": p.id, "version": p.version, "title": p.title,
                              "sha256": p.sha256} for p in found]})  # fmt: skip
    else:
        for p in found:
            print(f"{p.id:<18} v{p.version}  {p.title}")
    return DONE


def policy_show(arguments: argparse.Namespace, app: Application) -> int:
    policy = app.policies.get(arguments.id)
    document = {**policy.model_dump(mode="json"), "sha256": policy.sha256}
    if arguments.json:
        _print(document)
        return DONE
    for name, value in document.items():
        if name != "rationale":
            text = ", ".join(map(str, value)) if isinstance(value, list) else value
            print(f"{name}: {text}")
            if name in policy.rationale:
                print(f"    {policy.rationale[name]}")
    return DONE


def audit_verify(arguments: argparse.Namespace, app: Application) -> int:
    found = app.record.verify()
    if arguments.json:
        _print({"sound": found.sound, **asdict(found)})
    else:
        print(found)
    return DONE if found.sound else CHECK_FAILED


def models_list(arguments: argparse.Namespace, app: Application) -> int:
    found = app.model_choice.overview()
    if arguments.json:
        _print({"models": [{**_model_document(s), "status": s.card.status,
                            "in_use": found.uses(s.card.name)} for s in found.statuses],
                "chosen": found.chosen})  # fmt: skip
        return DONE
    for s in found.statuses:
        _print_model(s, "*" if found.uses(s.card.name) else " ")
    print("* in use, chosen" if found.chosen and not found.named else "* in use")
    if found.problem:
        _say(f"secondlook: {found.problem}")
    return DONE


def models_verify(arguments: argparse.Namespace, models: ModelStore) -> int:
    """Needs no database, and fails when a file is altered."""
    found = models.statuses()
    if arguments.json:
        _print({"models": [_model_document(s) for s in found]})
    else:
        for s in found:
            _print_model(s)
    return CHECK_FAILED if any(s.state == "altered" for s in found) else DONE


def _model_document(s: ModelStatus) -> dict[str, Any]:
    return {"name": s.card.name, "task": s.card.task, "licence": s.card.licence,
            "state": s.state, "path": str(s.path or ""), "problem": s.problem}  # fmt: skip


def _print_model(s: ModelStatus, mark: str = " ") -> None:
    print(f"{mark} {s.card.name:<24} {s.card.task:<11} {s.state:<9} {s.path or ''}")
    if s.state == "altered":
        print(f"      {s.problem}")


def models_choose(arguments: argparse.Namespace, app: Application) -> int:
    operator = app.accounts.command_line()
    pair = app.model_choice.choose(operator, arguments.use_detector, arguments.use_recogniser)
    others = app.model_choice.out_of_date()
    if arguments.json:
        _print({"detector": pair.detector.name, "recogniser": pair.recogniser.name,
                "galleries_of_another_model": [gallery.name for gallery in others]})  # fmt: skip
        return DONE
    print(f"In use from now on: {pair.detector.name} and {pair.recogniser.name}")
    for gallery in others:
        _say(
            f"{gallery.name} holds templates of {gallery.model.name} and cannot be searched until: "
            f"secondlook gallery rebuild {shlex.quote(gallery.name)}"
        )
    return DONE


def models_fetch(arguments: argparse.Namespace, models: ModelStore) -> int:
    with _progress() as (cancel, progress):
        made = models.fetch(arguments.name, paths.user_models(), progress, cancel)
    return _print_path(arguments, made)


def models_add(arguments: argparse.Namespace, models: ModelStore) -> int:
    card = models.install(arguments.file, paths.user_models())
    return _print_path(arguments, paths.user_models() / card.file)


WITHOUT_DATABASE = (models_verify, models_fetch, models_add, *EVALUATIONS)
"""Commands that work where there is no database, or none that opens."""


def _print_path(arguments: argparse.Namespace, path: Path) -> int:
    if arguments.json:
        _print({"path": str(path)})
    else:
        print(path)
    return DONE
