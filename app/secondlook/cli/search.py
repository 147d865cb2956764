"""``secondlook search``: a gallery is searched for a probe, in a case."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from secondlook.cli.console import DONE, Add, add_json, counted, print_json, say
from secondlook.domain.calibration import Moved
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.confidence import format_expected
from secondlook.domain.errors import InputError
from secondlook.domain.policy import Policy
from secondlook.domain.proof import Proof
from secondlook.domain.records import Case, Operator, Probe
from secondlook.domain.review import LEAD_ONLY, ProbeOrigin
from secondlook.services.application import Application
from secondlook.services.limits import sentence
from secondlook.services.searching import SearchResult
from secondlook.texts.pictures import note_text
from secondlook.texts.proof import proof_text
from secondlook.vision.decode import read_original


def add_search(add: Add, commands: Any) -> None:
    parser = add(commands, "search", "search a gallery for a probe", search)
    parser.add_argument("--gallery", required=True, metavar="NAME")
    parser.add_argument("--probe", required=True, type=Path, metavar="FILE")
    parser.add_argument(
        "--page", type=int, default=1, metavar="N", help="which page, frame or still of the file"
    )
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
    parser.add_argument(
        "--show-candidates",
        action="store_true",
        help="print them also where the policy withholds them or their scores; they then count as "
        "seen by everybody, and only who has analysed the probe by now can examine them",
    )
    parser.add_argument(
        "--prove",
        action="store_true",
        help="where nobody is offered, try the gallery's own second photographs, as poor as the "
        "probe, and say how many of those people would have been offered",
    )
    parser.add_argument("--face", type=int, metavar="N", help="which face; else the largest")
    add_json(parser)


def search(arguments: argparse.Namespace, app: Application) -> int:
    operator = app.accounts.command_line()
    gallery = app.galleries.by_name(arguments.gallery)
    if gallery.pending:
        say(f"secondlook: {counted(gallery.pending, 'image')} of it are not enrolled yet.")
    policy = app.policies.get(arguments.policy)
    read_original(arguments.probe)  # before a case is opened for a file that is not there
    case = _case(arguments, app, operator, policy)
    probe = app.identify.add_probe(operator, case.id, arguments.probe, page=arguments.page - 1)
    for note in app.identify.original_image(probe.original_sha256).notes:
        say(f"secondlook: {arguments.probe.name}: {note_text(note)}.")
    probe = _choose(app, operator, probe, arguments.face)
    app.identify.declare(operator, probe.id, arguments.origin, arguments.analysis)
    result = app.identify.search(operator, probe.id, gallery.id)
    first = any(examined_first(policy) for policy in result.policies)
    withheld = first and not arguments.show_candidates
    if not withheld:
        app.review.show(operator, result.search.id)
    nobody = not withheld and not any(c.offered for c in result.candidates)
    proof = _proof(app, operator, result) if arguments.prove and nobody else None
    if arguments.json:
        document = search_document(app, operator, probe, result, withheld)
        print_json(document | ({"proof": _proof_document(proof)} if proof else {}))
    else:
        _print_search(result, withheld)
        if proof:
            print(proof_text(proof))
    return DONE


def _proof(app: Application, operator: Operator, result: SearchResult) -> Proof:
    return app.proofs.of_search(operator, result.search.id, CancelToken(), ignore_progress)


def _proof_document(proof: Proof) -> dict[str, Any]:
    return {
        "status": "known" if proof.known else "not_known",
        "found": proof.found,
        "tried": proof.tried,
        "unlike": list(proof.unlike),
    }


def examined_first(policy: Policy) -> bool:
    """Whether somebody who examines under it must not know these candidates, or their scores."""
    return policy.probe_analysis_first or policy.score_shown_after_examination


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
        say(
            f"secondlook: {probe.source_name} shows {len(probe.faces)} faces; the largest is "
            f"searched, number {largest + 1}. Choose another with --face N."
        )
        return app.identify.choose_face(operator, probe.id, largest)
    return probe


def search_document(
    app: Application, operator: Operator, probe: Probe, result: SearchResult, withheld: bool = False
) -> dict[str, Any]:
    """What ``search --json`` prints. ``withheld``: candidates are counted, not shown: each
    examiner analyses the probe before seeing any."""
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
            "moved": found.calibration.moved,
            "moved_by": found.calibration.moved_by,
            "left_out": len(found.calibration.left_out),
            "left_out_by_one": found.calibration.left_out_by_one,
            "limit": asdict(found.calibration.limit) if found.calibration.limit else None,
        },
        "compared": found.calibration.compared,
        "withheld": len(result.candidates) if withheld else 0,
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
                    {"name": r.name, "met": r.met, "needed": r.needed, "found": r.present}
                    for r in app.review.assessment(operator, c.id).requirements
                ],
            }
            for c in ([] if withheld else result.candidates)
        ],
    }


def _print_search(result: SearchResult, withheld: bool) -> None:
    found = result.search
    note = found.calibration
    print(f"{found.gallery_name}: {counted(found.gallery_persons, 'person')}, {found.policy.title}")
    print(f"Calibrated on {counted(note.comparisons, 'comparison')} ({note.source})")
    if note.left_out:
        pairs = counted(len(note.left_out), "pair")
        print(f"Left out of it, as one person each: {pairs}", end="")
        print(f", {note.left_out_by_one} on one person's word" * bool(note.left_out_by_one))
    if note.moved_by == Moved.CROWD and note.moved and note.moved > 0:
        print(f"Scores count {note.moved:.3f} lower: those whom the probe resembles most resemble")
        print("others of the gallery closely.")
    policy = found.policy
    told = sentence(note.ceiling, note.scores_at, note.limit, policy.accept_confidence)
    if told:
        print(told)
        print("  In the window: the gallery, Check, Possible duplicates.")
    if withheld:
        print(
            f"Recorded, and not shown: {counted(len(result.candidates), 'candidate')}. This policy "
            "wants each examiner to analyse the probe, or to examine, first, in the window; "
            "--show-candidates prints them, and they then count as seen."
        )
        return
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
