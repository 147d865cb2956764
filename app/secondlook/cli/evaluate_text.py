"""An evaluation in words: one column for each recogniser."""

from collections.abc import Iterable, Sequence
from itertools import groupby

from secondlook.cli.console import counted
from secondlook.domain.measures import Share
from secondlook.services.evaluate import Failure
from secondlook.services.evaluate_pairs import PAIRS_FAILURES, Accuracy, PairsReport, TarAtFar
from secondlook.services.evaluate_search import SEARCH_FAILURES, ProbeSet, SearchReport
from secondlook.services.evaluate_searches import Line

FEW = 20
"""Failures that are named one by one; ``--json`` names all."""

_INTERVALS = (
    "In brackets: exact 95 % intervals (Clopper-Pearson), taking the trials as independent."
)


def print_pairs(report: PairsReport) -> None:
    pairs, found = report.pairs, report.recognisers
    print(
        f"{pairs.path}: {counted(len(pairs.same), 'pair')} of {counted(len(pairs.images), 'image')}"
        f", {report.mated.of:,} of one person, {report.impostors.of:,} of two"
    )
    print(f"Faces by {report.detector.name}; {_several(report.several, report.choice)}")
    if report.with_itself:
        print(f"{counted(report.with_itself, 'pair')} compare an image with itself.")
    lost = [s.of - s.count for s in (report.mated, report.impostors)]
    print(
        f"Failures to acquire: {counted(len(report.failures), 'image')}, and with them {lost[0]:,} "
        f"of the pairs of one person and {lost[1]:,} of those of two."
    )
    if report.failures:
        print(PAIRS_FAILURES)
    print()
    refused = [_accuracy(r.accuracy_refused) for r in found]
    rows = [
        ("", [r.model.name for r in found]),
        ("Accuracy", [_accuracy(r.accuracy) for r in found]),
        *([("  failures counted in", refused)] if report.failures else []),
        ("Best threshold", [f"{r.threshold:.4f}" for r in found]),
        ("EER", [_percent(r.eer) for r in found]),
    ]
    for same_rate in zip(*(r.tars for r in found), strict=True):
        far = same_rate[0].far
        rows.append((f"TAR at FAR {far:g}", [_tar(t) for t in same_rate]))
        rows.append(
            ("  at the score", [f"{t.point.threshold:.4f}, {t.point.false_matches} false"
                                for t in same_rate])
        )  # fmt: skip
        if report.failures:
            rows.append(("  failures counted in", [_rate(t.tar_refused) for t in same_rate]))
    _print_table(rows)
    print()
    print(_INTERVALS)
    if not all(t.resolved for r in found for t in r.tars):
        print(
            f"* {counted(report.impostors.count, 'pair')} of two people cannot show a rate so "
            "small: the score lies just above the highest of theirs."
        )
    _print_failures("failed", report.failures)


def print_search(report: SearchReport) -> None:
    found = report.recognisers
    print(
        f"Gallery: {report.persons.count:,} of {counted(report.persons.of, 'person')}, "
        f"{report.references.count:,} of {counted(report.references.of, 'image')} enrolled"
    )
    for probes, what in ((report.mated, "Mated"), (report.absent, "Absent")):
        if probes:
            print(f"{what} probes: {_probes(probes, report.choice)}")
    print(f"Faces by {report.detector.name}. {SEARCH_FAILURES}")
    for note in report.notes:
        print(note)
    print()
    rows = [("", [r.model.name for r in found])]
    depth = len(found[0].cmc)
    for rank in (rank for rank in (1, 2, 5, 10, 20) if rank <= depth):
        name = "Rank 1" if rank == 1 else f"Rank {rank} or better"
        rows.append((name, [_share(r.cmc[rank - 1]) for r in found]))
    for lines in zip(*(r.lines for r in found), strict=True):
        rows.append((f"{lines[0].percent:g} %: score", [_score(line) for line in lines]))
        if report.absent:
            promised = f"  FPIR, promised {100 - lines[0].percent:.3g} %"
            rows.append((promised, [_share(line.fpir) for line in lines]))
        if report.mated:
            rows.append(("  FNIR", [_share(line.fnir) for line in lines]))
    _print_table(rows)
    print()
    print(_INTERVALS)
    print("Scores are those of a usual probe; one that resembles many people needs a higher one.")
    _print_failures("not enrolled", report.gallery_failures)
    for probes in (report.mated, report.absent):
        _print_failures("failed", probes.failures if probes else ())


def _print_table(rows: Sequence[tuple[str, Sequence[str]]]) -> None:
    first = max(len(name) for name, _ in rows)
    widths = [max(len(cells[k]) for _, cells in rows) for k in range(len(rows[0][1]))]
    for name, cells in rows:
        columns = "   ".join(f"{c:<{width}}" for c, width in zip(cells, widths, strict=True))
        print(f"{name:<{first}}   {columns}".rstrip())


def _print_failures(what: str, failures: Iterable[Failure]) -> None:
    ordered = sorted(failures, key=lambda failure: failure.fault)
    for fault, group in groupby(ordered, key=lambda failure: failure.fault):
        those = list(group)
        print(f"{what}, {fault}: {len(those):,}")
        for failure in those[:FEW]:
            print(f"  {failure.path}: {failure.reason}")
        if len(those) > FEW:
            print(f"  … and {len(those) - FEW:,} more; --json names all.")


def _several(images: int, choice: str) -> str:
    return f"the {choice} one (--face) of several in {counted(images, 'image')}."


def _probes(found: ProbeSet, choice: str) -> str:
    text = f"{found.searched:,} of {found.used:,} searched"
    if found.failures:
        text += f", {len(found.failures):,} failed"
    if found.not_enrolled:
        text += f", {found.not_enrolled:,} of people who could not be enrolled"
    return f"{text}; {_several(found.several, choice)}"


def _accuracy(found: Accuracy | None) -> str:
    if found is None:
        return "too few pairs for the folds"
    error = 100 * found.standard_error
    return f"{_percent(found.mean)} ± {error:.2f} ({found.folds} folds)"


def _tar(found: TarAtFar) -> str:
    return _share(found.tar) + ("" if found.resolved else " *")


def _score(line: Line) -> str:
    return "not measurable" if line.score is None else f"{line.score:.3f}"


def _share(share: Share | None) -> str:
    if share is None:
        return "-"
    low, high = share.interval
    return f"{_rate(share)} [{100 * low:.2f} to {100 * high:.2f}]"


def _rate(share: Share) -> str:
    rate = "-" if share.rate is None else _percent(share.rate)
    return f"{rate} ({share.count:,} of {share.of:,})"


def _percent(rate: float) -> str:
    return f"{100 * rate:.2f} %"
