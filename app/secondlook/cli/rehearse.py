"""``secondlook rehearse``: people known to be absent are searched, false positives counted."""

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
from secondlook.domain.errors import InputError
from secondlook.domain.marks import Standing
from secondlook.domain.records import GallerySummary, Operator
from secondlook.domain.rehearsal import Line, Rate, Verdict
from secondlook.services.application import Application
from secondlook.services.rehearse import RehearsalReport
from secondlook.services.rehearse_results import GROUP_LINE, FalsePair, RehearsalResult
from secondlook.storage.rehearsals import RehearsalSummary


def add_rehearse(add: Add, commands: Any) -> None:
    text = "search people known to be absent, and count who is shown for them"
    parser = add(commands, "rehearse", text, rehearse)
    parser.add_argument("--gallery", required=True, metavar="NAME")
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument(
        "--probes",
        type=Path,
        metavar="PATH",
        help="a folder of absent people, or a CSV with the columns path and person (empty: absent; "
        "else the person's key in the gallery); every other column is a group",
    )
    who.add_argument("--leave-one-out", action="store_true", help="everybody against the others")
    who.add_argument("--resume", action="store_true", help="go on with the unfinished one")
    who.add_argument("--show", action="store_true", help="only read the last one")
    parser.add_argument("--discard", action="store_true", help="give up an unfinished one first")
    parser.add_argument("--policy", metavar="ID", help="count at its accept line too")
    parser.add_argument(
        "--group-line", type=float, default=GROUP_LINE, metavar="PERCENT",
        help=f"where groups are counted; else {GROUP_LINE:g}",
    )  # fmt: skip
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write every search there")
    add_json(parser)


def rehearse(arguments: argparse.Namespace, app: Application) -> int:
    operator = app.accounts.command_line()
    gallery = app.galleries.by_name(arguments.gallery)
    policy = app.policies.get(arguments.policy) if arguments.policy else None
    planned = _planned(arguments, app, operator, gallery)
    if planned.finished_at is None and not arguments.show:
        with show_progress() as (cancel, progress):
            report = app.rehearse.run(operator, planned.id, cancel, progress)
        if report.pending:
            return _interrupted(gallery, report)
    result = app.rehearsal_results.result(planned.id, policy, arguments.group_line)
    if arguments.csv:
        app.rehearsal_results.export(planned.id, arguments.csv)
    if arguments.json:
        print_json(document(result))
    else:
        _print(result)
    return DONE if result.summary.searched else FAILED


def _planned(
    arguments: argparse.Namespace, app: Application, operator: Operator, gallery: GallerySummary
) -> RehearsalSummary:
    """The rehearsal to go on with, to read, or a new one."""
    if arguments.show:
        made = app.rehearsal_results.of_gallery(gallery.id)
        if not made:
            raise InputError("This gallery was never rehearsed.", subject=gallery.name)
        return made[0]
    unfinished = app.rehearse.unfinished(gallery.id)
    name = shlex.quote(gallery.name)
    if arguments.resume:
        if unfinished is None:
            raise InputError("No rehearsal of this gallery is unfinished.", subject=gallery.name)
        return unfinished
    if unfinished and not arguments.discard:
        done = unfinished.total - unfinished.pending
        raise InputError(
            f"A rehearsal is unfinished: {done} of {unfinished.total} done.",
            subject=gallery.name,
            remedy=f"Go on with: secondlook rehearse --gallery {name} --resume; or give it up with "
            "--discard.",
        )
    if unfinished:
        app.rehearse.give_up(operator, unfinished.id)
    return app.rehearse.start(operator, gallery.id, arguments.probes)


def _interrupted(gallery: GallerySummary, report: RehearsalReport) -> int:
    say(
        f"secondlook: interrupted; {report.pending} still to be searched. Go on "
        f"with: secondlook rehearse --gallery {shlex.quote(gallery.name)} --resume"
    )
    return INTERRUPTED


# As JSON


def document(result: RehearsalResult) -> dict[str, Any]:
    """What ``rehearse --json`` prints; shares are 0..1, confidences in percent."""
    return {
        "rehearsal": asdict(result.summary),
        "lines": [_line(now) for now in result.lines],
        "failures": {str(fault): n for fault, n in result.failures.items()},
        "left_out": {str(fault): n for fault, n in result.left_out.items()},
        "group_line": result.group_line,
        "groups": [
            {
                "column": g.column, "value": g.value, "people": g.people, "refusal": g.refusal,
                "line": _line(g.line) if g.line else None,
            }
            for g in result.groups
        ],
        "previous": result.previous.id if result.previous else None,
        "changes": [asdict(c) | {"text": str(c)} for c in result.changes],
        "curves": asdict(result.curves),
        "pairs": [_pair(pair) for pair in result.pairs],
        "notes": list(result.notes),
    }  # fmt: skip


def _line(now: Line) -> dict[str, Any]:
    return {
        "confidence": now.percent,
        "promised": now.promised,
        "verdict": now.verdict.value,
        "fpir": _rate(now.false_matches),
        "people": now.people,
        "people_matched": now.people_matched,
        "marked_same": now.same,
        "marked_unsure": now.unsure,
        "fnir": _rate(now.misses) if now.misses else None,
    }


def _rate(rate: Rate) -> dict[str, Any]:
    low, high = rate.interval
    return {
        "count": rate.count, "of": rate.of, "rate": rate.value if rate.of else None,
        "low": low, "high": high, "independent": rate.independent,
    }  # fmt: skip


def _pair(pair: FalsePair) -> dict[str, Any]:
    return {
        "search": pair.search.id,
        "probe": pair.search.probe,
        "person": pair.search.person,
        "shown": pair.found.person_key,
        "shown_name": pair.found.display_name,
        "score": pair.found.score,
        "confidence": pair.found.confidence,
        "standing": pair.marks.standing.value,
    }


# As text


def _print(result: RehearsalResult) -> None:
    summary = result.summary
    who = f"probes of {summary.source}" if summary.source else "everybody against the others"
    print(f"{summary.gallery_name}, {counted(summary.gallery_persons, 'person')}: {who}")
    print(f"Searches made: {summary.searched}; absent people among them: {summary.people}")
    for fault, number in result.failures.items():
        print(f"  could not be searched, {fault}: {number}")
    for now in result.lines:
        print(_told(now))
    for group in result.groups:
        figures = _told(group.line) if group.line else f"no rate: {group.refusal}"
        print(f"{group.column} {group.value}: {figures}")
    if result.previous:
        print(f"Since the rehearsal of {(result.previous.finished_at or '')[:10]}:")
    for change in result.changes:
        print(f"  {change}")
    open_pairs = sum(pair.marks.standing is Standing.OPEN for pair in result.pairs)
    if result.pairs:
        print(f"Pairs to look at from 80 % up: {len(result.pairs)}, {open_pairs} not marked yet")
    for note in result.notes:
        print(f"Note: {note}")


def _told(now: Line) -> str:
    if now.verdict is Verdict.NOT_MEASURABLE:
        return f"{now.percent:g} % is not measurable in this gallery"
    low, high = now.false_matches.interval
    text = f"{now}: {100 * low:.1f} to {100 * high:.1f} %, {now.verdict}"
    if now.misses is None:
        return text
    low, high = now.misses.interval
    return (
        f"{text}; {now.misses.count} of {now.misses.of} present were missed "
        f"({100 * low:.1f} to {100 * high:.1f} %)"
    )
