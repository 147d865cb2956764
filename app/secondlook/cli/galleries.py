"""``secondlook gallery``: enrol galleries and list them."""

import argparse
import shlex
from dataclasses import asdict
from pathlib import Path
from typing import Any

from secondlook.cli.console import (
    DONE,
    FAILED,
    INTERRUPTED,
    Add,
    add_json,
    counted,
    print_json,
    say,
    show_progress,
)
from secondlook.cli.hygiene import add_check
from secondlook.domain.errors import NOT_TRIED
from secondlook.domain.records import EnrolmentStatus, Operator
from secondlook.services.application import Application
from secondlook.services.enrol import EnrolmentReport
from secondlook.services.planning_notes import notes
from secondlook.services.prepare import Several
from secondlook.texts.planning import nothing_enrolled, waiting_for_a_pick


def add_galleries(add: Add, group: Any) -> None:
    create = add(group, "create", "enrol a folder or a CSV", gallery_create)
    create.add_argument("name")
    create.add_argument("path", type=Path)
    create.add_argument(
        "--alike",
        choices=("one", "apart"),
        help="nearly equal names (Iain and lain, José and Jose) are one person, or two",
    )
    _add_face(create)
    add_json(create)
    add_json(add(group, "list", "all galleries", gallery_list))
    for name, text, action in (
        ("resume", "go on with an interrupted enrolment", gallery_resume),
        ("errors", "images that could not be enrolled, with the reason", gallery_errors),
        ("retry", "try the images with errors again", gallery_retry),
        ("rebuild", "make all templates anew with the model in use", gallery_rebuild),
        ("measure", "measure the quality of references that lack a component", gallery_measure),
    ):
        parser = add(group, name, text, action)
        parser.add_argument("name")
        if action in (gallery_resume, gallery_retry):
            _add_face(parser)
        add_json(parser)
    add_check(add, group)


def _add_face(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--face",
        choices=[*map(str, Several)],
        default=str(Several.REFUSE),
        help="of several faces enrol the central or the largest one; else the picture waits for "
        "somebody to pick one in the window",
    )


def gallery_create(arguments: argparse.Namespace, app: Application) -> int:
    operator = app.accounts.command_line()
    if arguments.alike:
        alike = app.galleries.planned(arguments.path).alike if arguments.alike == "one" else ()
    else:
        alike = None
    gallery = app.galleries.create(operator, arguments.name, arguments.path, alike)
    for line in notes(app.galleries.planned(arguments.path)):
        say(line)
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
    with show_progress() as (cancel, progress):
        report = app.enrolment.run(operator, gallery_id, cancel, progress, Several(arguments.face))
    faults = app.galleries.fault_counts(gallery_id)
    gallery = app.galleries.summary(gallery_id)
    if arguments.json:
        counts = {str(fault): count for fault, count in faults.items()}
        print_json({"gallery": gallery.name, "persons": gallery.persons, **asdict(report)}
               | {"errors": counts})  # fmt: skip
    else:
        left_out = sum(count for fault, count in faults.items() if fault in NOT_TRIED)
        text = _report_text(report, left_out)
        print(f"{gallery.name}: {counted(gallery.persons, 'person')}; {text}")
        for fault, count in faults.items():
            print(f"  {fault}: {count}")
        if report.nothing_of:
            print(nothing_enrolled(report.nothing_of))
        if report.waiting:
            print(waiting_for_a_pick(report.waiting))
    name = shlex.quote(gallery.name)
    if faults:
        say(f"Which images, and why: secondlook gallery errors {name}")
    if not (cancel.cancelled and report.pending):
        return DONE if gallery.references else FAILED
    say(f"secondlook: interrupted. Go on with: secondlook gallery resume {name}")
    return INTERRUPTED


def _report_text(report: EnrolmentReport, left_out: int) -> str:
    text = f"{counted(report.enrolled, 'image')} enrolled, {report.failed} with errors"
    text += f", {left_out} left out" if left_out else ""
    return text + (f", {report.pending} still to do" if report.pending else "")


def gallery_list(arguments: argparse.Namespace, app: Application) -> int:
    found = app.galleries.summaries()
    if arguments.json:
        print_json({"galleries": [asdict(g) for g in found]})
        return DONE
    if not found:
        print("No galleries yet. Create one: secondlook gallery create NAME PATH")
    for g in found:
        state = f", {counted(g.pending, 'image')} still to enrol" if g.pending else ""
        state += f", {g.failed} with errors" if g.failed else ""
        state += f", {counted(g.stale, 'template')} to rebuild" if g.stale else ""
        persons, references = counted(g.persons, "person"), counted(g.references, "reference")
        print(f"{g.name}: {persons}, {references}, {g.model.name}{state}")
    return DONE


def gallery_errors(arguments: argparse.Namespace, app: Application) -> int:
    gallery = app.galleries.by_name(arguments.name)
    items = app.galleries.items(gallery.id, EnrolmentStatus.FAILED)
    if arguments.json:
        print_json({"errors": [{"path": i.path, "person": i.person_key, "reason": i.fault,
                            "detail": i.detail} for i in items]})  # fmt: skip
    else:
        for item in items:
            print(f"{item.fault}: {item.display_name}: {item.detail}")
        if not items:
            say("No image of this gallery has an error.")
    return DONE


def gallery_rebuild(arguments: argparse.Namespace, app: Application) -> int:
    operator = app.accounts.command_line()
    gallery = app.galleries.by_name(arguments.name)
    with show_progress() as (cancel, progress):
        count = app.enrolment.rebuild(operator, gallery.id, cancel, progress)
    model = app.galleries.summary(gallery.id).model.name
    if arguments.json:
        print_json({"gallery": gallery.name, "templates": count, "model": model})
    else:
        print(f"{gallery.name}: {counted(count, 'template')} made with {model}")
    return DONE


def gallery_measure(arguments: argparse.Namespace, app: Application) -> int:
    operator = app.accounts.command_line()
    gallery = app.galleries.by_name(arguments.name)
    with show_progress() as (cancel, progress):
        report = app.measurements.gallery(operator, gallery.id, cancel, progress)
    if arguments.json:
        print_json({"gallery": gallery.name, **asdict(report)})
    else:
        print(f"{gallery.name}: {counted(report.measured, 'reference')} measured")
    if report.unreadable:
        originals = counted(report.unreadable, "original")
        say(f"{originals} cannot be read any more. Which: secondlook audit verify")
    if cancel.cancelled and report.left:
        again = f"secondlook gallery measure {shlex.quote(gallery.name)}"
        say(f"secondlook: interrupted. Go on with: {again}")
        return INTERRUPTED
    return FAILED if report.unreadable else DONE
