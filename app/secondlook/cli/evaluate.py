"""``secondlook evaluate``: recognisers measured on labelled data. Needs no database; where one
is there it is asked which pictures are probes of cases, and those are refused."""

import argparse
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from secondlook import paths
from secondlook.cli.console import add_json, print_json, say, show_progress
from secondlook.cli.evaluate_text import print_pairs, print_search
from secondlook.domain.errors import InputError
from secondlook.domain.matching import ModelIdentity
from secondlook.domain.measures import Share
from secondlook.jobs.lanes import Lanes
from secondlook.services import evaluate
from secondlook.services.case_probes import CaseProbes, of_database
from secondlook.services.evaluate import FaceChoice, Failure
from secondlook.services.evaluate_pairs import (
    PAIRS_FAILURES,
    Accuracy,
    PairsReport,
    TarAtFar,
    Verification,
    evaluate_pairs,
)
from secondlook.services.evaluate_pairs_file import read_pairs
from secondlook.services.evaluate_search import (
    SEARCH_FAILURES,
    ProbeSet,
    SearchPlan,
    SearchReport,
    evaluate_search,
)
from secondlook.services.evaluate_searches import Identification, Line
from secondlook.services.planning import plan
from secondlook.vision.box.decoder import Decoder
from secondlook.vision.engine import Engine
from secondlook.vision.models import ModelStore


def add_evaluate(commands: Any, everywhere: argparse.ArgumentParser) -> None:
    """``everywhere``: the options of every command, but for ``--recogniser``."""
    group = commands.add_parser(
        "evaluate", help="measure recognisers on labelled data", parents=[everywhere]
    ).add_subparsers(dest="evaluate_command", required=True, metavar="COMMAND")

    def add(name: str, text: str, action: Callable[..., int], face: FaceChoice) -> Any:
        parser = group.add_parser(name, help=text, description=text, parents=[everywhere])
        parser.set_defaults(action=action)
        parser.add_argument(
            "--recogniser",
            action="append",
            default=[],
            dest="recognisers",
            metavar="NAME",
            help="by card; give it again for several side by side; else the best present",
        )
        parser.add_argument(
            "--face",
            choices=[*map(str, FaceChoice)],
            default=str(face),
            help=f"which of several; else the {face} one",
        )
        add_json(parser)
        return parser

    text = "pairs of images, labelled same or different: accuracy, TAR at FAR, EER, DET"
    add("pairs", text, evaluate_pairs_command, FaceChoice.CENTRAL).add_argument(
        "file",
        type=Path,
        metavar="FILE.csv",
        help="image, image, same or different; one pair a line",
    )
    text = "probes searched in a gallery: rank 1, CMC, FPIR and FNIR at the confidence lines"
    search = add("search", text, evaluate_search_command, FaceChoice.LARGEST)
    for names, required, what in (
        (("--gallery", "--gallery-dir"), True, "a folder or a CSV, as for: gallery create"),
        (("--mated",), False, "probes of its people: file or sub-folder named as the person"),
        (("--absent",), False, "probes of people who are not in it"),
    ):
        search.add_argument(*names, type=Path, required=required, metavar="PATH", help=what)


def evaluate_pairs_command(
    arguments: argparse.Namespace, models: ModelStore, decoder: Decoder
) -> int:
    pairs = read_pairs(arguments.file)
    engines, cases = _engines(arguments, models), _cases(arguments, decoder)
    with closing(Lanes()) as lanes, show_progress() as (cancel, progress):
        report = evaluate_pairs(
            pairs, engines, FaceChoice(arguments.face), lanes, decoder, cancel, progress, cases
        )
    if arguments.json:
        print_json(pairs_document(report))
    else:
        print_pairs(report)
    return 0


def evaluate_search_command(
    arguments: argparse.Namespace, models: ModelStore, decoder: Decoder
) -> int:
    if arguments.mated is None and arguments.absent is None:
        raise InputError("There are no probes.", remedy="Give --mated PATH, --absent PATH or both.")
    mated, absent = (plan(p) if p else None for p in (arguments.mated, arguments.absent))
    planned = SearchPlan(plan(arguments.gallery), mated, absent)
    engines, cases = _engines(arguments, models), _cases(arguments, decoder)
    with closing(Lanes()) as lanes, show_progress() as (cancel, progress):
        report = evaluate_search(
            planned, engines, FaceChoice(arguments.face), lanes, decoder, cancel, progress, cases
        )
    if arguments.json:
        print_json(search_document(report))
    else:
        print_search(report)
    return 0


EVALUATIONS = (evaluate_pairs_command, evaluate_search_command)


def _cases(arguments: argparse.Namespace, decoder: Decoder) -> CaseProbes:
    return of_database(getattr(arguments, "db", None) or paths.default_database(), decoder)


def _engines(arguments: argparse.Namespace, models: ModelStore) -> list[Engine]:
    before = [arguments.recogniser] if hasattr(arguments, "recogniser") else []
    detector = getattr(arguments, "detector", None)
    engines = evaluate.open_engines(models, detector, before + arguments.recognisers)
    for notice in dict.fromkeys(notice for engine in engines for notice in engine.notices):
        say(f"secondlook: {notice}")
    return engines


# JSON


def pairs_document(report: PairsReport) -> dict[str, Any]:
    """What ``evaluate pairs --json`` prints."""
    pairs = report.pairs
    return {
        "evaluation": "pairs",
        "file": str(pairs.path),
        "pairs": len(pairs.same),
        "mated_pairs": report.mated.of,
        "impostor_pairs": report.impostors.of,
        "images": len(pairs.images),
        "detector": _model(report.detector),
        "face": {"choice": report.choice, "images_with_several": report.several},
        "pairs_of_an_image_with_itself": report.with_itself,
        "failures_to_acquire": {
            "images": len(report.failures),
            "mated_pairs": report.mated.of - report.mated.count,
            "impostor_pairs": report.impostors.of - report.impostors.count,
            "treatment": PAIRS_FAILURES,
            "list": _failures(report.failures),
        },
        "recognisers": [_verification(r, report) for r in report.recognisers],
    }


def _verification(found: Verification, report: PairsReport) -> dict[str, Any]:
    folds = "the column of the file" if report.pairs.named_folds else "neighbours in the file"
    return {
        **_model(found.model),
        "provider": found.provider,
        "mated_compared": report.mated.count,
        "impostors_compared": report.impostors.count,
        "accuracy": _accuracy(found.accuracy),
        "accuracy_failures_counted": _accuracy(found.accuracy_refused),
        "folds_from": folds,
        "best_threshold": found.threshold,
        "eer": found.eer,
        "tar_at_far": [_tar(t) for t in found.tars],
        "det": {
            "threshold": found.det.thresholds.tolist(),
            "far": found.det.fmr.tolist(),
            "frr": found.det.fnmr.tolist(),
        },
    }


def _accuracy(found: Accuracy | None) -> dict[str, float] | None:
    return asdict(found) if found else None


def _tar(found: TarAtFar) -> dict[str, Any]:
    point = found.point
    return {
        "far": found.far,
        "resolved": found.resolved,
        "threshold": point.threshold,
        "false_matches": point.false_matches,
        "impostors": point.impostors,
        "observed_far": point.fmr,
        "true_matches": point.true_matches,
        "mated": point.mated,
        "tar": point.tar,
        "tar_interval": found.tar.interval,
        "tar_failures_counted": found.tar_refused.rate,
    }


def search_document(report: SearchReport) -> dict[str, Any]:
    """What ``evaluate search --json`` prints."""
    return {
        "evaluation": "search",
        "detector": _model(report.detector),
        "face": report.choice,
        "gallery": {
            "persons": report.persons.count,
            "persons_named": report.persons.of,
            "references": report.references.count,
            "images": report.references.of,
            "failures_to_enrol": _failures(report.gallery_failures),
        },
        "mated": _probes(report.mated),
        "absent": _probes(report.absent),
        "treatment_of_failures": SEARCH_FAILURES,
        "notes": report.notes,
        "recognisers": [_identification(r) for r in report.recognisers],
    }


def _probes(found: ProbeSet | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "probes": found.used,
        "searched": found.searched,
        "images_with_several_faces": found.several,
        "person_not_enrolled": found.not_enrolled,
        "same_photograph_left_out": found.left_out,
        "failures_to_acquire": _failures(found.failures),
    }


def _identification(found: Identification) -> dict[str, Any]:
    return {
        **_model(found.model),
        "provider": found.provider,
        "ceiling": found.ceiling,
        "rank_1": _share(found.cmc[0] if found.cmc else None),
        "cmc": [{"rank": rank, **_counts(share)} for rank, share in enumerate(found.cmc, 1)],
        "lines": [_line(line) for line in found.lines],
        "limit": asdict(found.limit) if found.limit else None,
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "confidence": line.percent,
        "measurable": line.score is not None,
        "score": line.score,
        "promised_fpir": round(1 - line.percent / 100, 6),
        "fpir": _share(line.fpir),
        "fnir": _share(line.fnir),
    }


def _share(share: Share | None) -> dict[str, Any] | None:
    return {**_counts(share), "interval": share.interval} if share else None


def _counts(share: Share) -> dict[str, Any]:
    return {"count": share.count, "of": share.of, "rate": share.rate}


def _failures(failures: Sequence[Failure]) -> list[dict[str, str]]:
    return [{"path": f.path, "reason": f.fault, "detail": f.reason} for f in failures]


def _model(model: ModelIdentity) -> dict[str, str]:
    return {"name": model.name, "version": model.version, "sha256": model.sha256,
            "status": model.status}  # fmt: skip
