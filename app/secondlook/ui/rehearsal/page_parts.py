"""The sections of a rehearsal on paper, as HTML. Read in black and white: no colour says a thing
that words do not."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from PySide6.QtGui import QImage

from secondlook.domain.audit import LogEntry
from secondlook.domain.confidence import format_percent
from secondlook.domain.marks import Standing
from secondlook.domain.policy import Policy
from secondlook.domain.rehearsal import Kind, Line, Rate
from secondlook.services.rehearse_results import FalsePair, RehearsalResult
from secondlook.storage.rehearsals import RehearsalNote
from secondlook.ui.case.texts import day_and_time, short_title
from secondlook.ui.gallery.texts import counted, file_name
from secondlook.ui.paper import drawing, said
from secondlook.ui.rehearsal import texts
from secondlook.ui.rehearsal.figures import sentence
from secondlook.ui.rehearsal.texts import tr
from secondlook.ui.widgets.pair_list import by_whom, standing_text

IN_A_ROW, ROWS = 3, 4
"""Of false pairs."""
FACE = 84
"""Side of a face, in px."""


def head(result: RehearsalResult) -> str:
    summary = result.summary
    when = day_and_time(summary.finished_at or summary.started_at)
    made = tr("Finished {}") if summary.finished_at else tr("Unfinished, started {}")
    about = " · ".join((texts.kind(summary.kind), made.format(when), summary.operator))
    few = texts.too_few(summary)
    return (
        f"<p class='muted'>{said(tr('Rehearsal: how often somebody matches who is not there'))}</p>"
        f"<h1>{said(summary.gallery_name)}</h1><p class='muted'>{said(about)}</p>"
        + (f"<p class='strong'>{said(few)}</p>" if few else "")
    )


def facts(result: RehearsalResult, entry: LogEntry | None) -> str:
    """What would be needed to make it again, and where it is on record."""
    summary, model = result.summary, result.summary.model
    detector = f"{model['detector']}, SHA-256 {model['detector_sha256']}"
    rows = (
        (tr("Gallery"), f"{summary.gallery_name}, {texts.people(summary.gallery_persons)}"),
        (tr("Its state"), summary.gallery_state),
        (tr("Searched"), _searched(result)),
        (tr("From"), summary.source or tr("the gallery's own references")),
        (tr("Model"), f"{_model(model)}, SHA-256 {model['sha256']}"),
        (tr("Detector"), detector),
        (tr("Ran on"), summary.provider.removesuffix("ExecutionProvider")),
        (tr("Calibrated on"), _calibration(summary.calibration)),
        (tr("Begun"), f"{day_and_time(summary.started_at)}, {summary.operator}"),
        (tr("On record as"), _record(summary.id, entry)),
    )
    cells = "".join(
        f"<tr><td class='small' width='96'>{said(name)}</td>"
        f"<td class='small'>{said(value)}</td></tr>"
        for name, value in rows
    )
    return f"{_heading(tr('What was searched, with what'))}{_table(cells, 'dense')}"


def _searched(result: RehearsalResult) -> str:
    summary = result.summary
    who = (
        tr("each of {} among all the others")
        if summary.kind is Kind.LEAVE_ONE_OUT
        else tr("{} who are not in the gallery among them")
    ).format(texts.people(summary.people))
    told = [tr("{} of {}").format(f"{summary.searched:,}", texts.searches(summary.total)), who]
    for fault, count in result.failures.items():
        pictures = counted(count, tr("picture"), tr("pictures"))
        told.append(tr("{} could not be searched: {}").format(pictures, fault.value))
    return "; ".join(told)


def _model(model: dict[str, Any]) -> str:
    name, version = model["name"], model["version"]
    return name if version in name else f"{name} {version}"


def _calibration(note: RehearsalNote) -> str:
    text = tr("{}: {} comparisons of {}; the highest confidence that it can give is {} %")
    told = text.format(
        note.source,
        f"{note.comparisons:,}",
        texts.people(note.persons),
        format_percent(note.ceiling),
    )
    return f"{told} ({note.reference_cohort})" if note.reference_cohort else told


def _record(rehearsal_id: int, entry: LogEntry | None) -> str:
    if entry is None:
        return tr("rehearsal {}, not finished and not sealed yet").format(rehearsal_id)
    text = tr("rehearsal {}, sealed by entry {} of the log, {}")
    return text.format(rehearsal_id, entry.seq, entry.hash)


# Figures


def lines(result: RehearsalResult, policy: Policy) -> str:
    names = (
        (tr("At"), 8), ("", 36), (tr("of the searches"), 16), (tr("promised at most"), 11),
        (tr("missed (FNIR)"), 15), ("", 14),
    )  # fmt: skip
    rows = [
        f"<tr><td class='strong'>{said(f'{found.percent:g} %')}</td>"
        f"<td>{said(sentence(found))}{_asides(found, policy)}</td>"
        f"<td>{_rate(found, found.false_matches)}</td>"
        f"<td>{said(f'{100 - found.percent:.4g} %')}</td>"
        f"<td>{_rate(found, found.misses)}</td>"
        f"<td>{said(texts.verdict(found.verdict))}</td></tr>"
        for found in result.lines
    ]
    return _heading(tr("What was counted")) + _table(_names(names) + "".join(rows), "ruled")


def _asides(found: Line, policy: Policy) -> str:
    told = []
    if found.percent == policy.accept_confidence:
        told.append(tr("the line of {}").format(policy.title))
    if found.false_matches.of != found.people:
        rate = found.false_matches
        told.append(tr("{} of {}").format(f"{rate.count:,}", texts.searches(rate.of)))
    if found.same:
        told.append(tr("{} not counted: the same person").format(found.same))
    if found.unsure:
        told.append(tr("{} counted although unsure").format(found.unsure))
    return f"<div class='small'>{said(' · '.join(told))}</div>" if told else ""


def _rate(found: Line, rate: Rate | None) -> str:
    """The share, and its 95 % interval below."""
    if not found.measurable:
        return "–"
    if rate is None or not rate.of:
        return f"<span class='muted'>{said(tr('not known'))}</span>"
    return (
        f"{said(texts.percent(rate.value))}<div class='small'>{_whole(texts.interval(rate))}</div>"
    )


def reading(result: RehearsalResult) -> str:
    """What the figures mean, and what they do not."""
    loo = result.summary.kind is Kind.LEAVE_ONE_OUT
    notes = [
        tr("A confidence speaks of false positives in this gallery: at 99 %, at most 1 in 100 "
           "searches of people who are not in it may show anybody this strong. It is not the "
           "probability that two pictures show one person. Whoever a search shows is a lead to "
           "be examined, not an identification."),
        tr("Below each share is its 95 % interval (Clopper-Pearson). Several searches of one "
           "person are not independent, so people are counted, not searches."),
        tr("Left out in turn, two people who look alike find each other: one fact that is counted "
           "twice, so that half as many people count as independent.") if loo else
        tr("People who are not in the gallery took no part in its calibration, so this tests its "
           "confidences independently, for people and pictures of the kind that was searched."),
        *result.notes,
    ]  # fmt: skip
    items = "".join(f"<p>{said(note)}</p>" for note in notes)
    return _heading(tr("To be read with the figures")) + items


def plot(result: RehearsalResult, policy: Policy) -> str:
    known = "" if result.curves.fnir else tr(" Misses are not known: nobody who is in the gallery "
                                             "was searched.")  # fmt: skip
    text = tr("The policy's line, {:g} %, is that of {}.").format(
        policy.accept_confidence, short_title(policy)
    )
    return (
        _heading(tr("Shown by mistake and missed, against confidence"))
        + f"<p>{drawing('plot')}</p><p class='small'>{said(text + known)}</p>"
    )


def comparison(result: RehearsalResult) -> str:
    title = _heading(tr("Compared with the rehearsal before"), "page")
    before = result.previous
    if before is None:
        return title + f"<p>{said(tr('There is none of this gallery and this kind yet.'))}</p>"
    which = tr("Rehearsal {}, {}: {}").format(
        before.id, day_and_time(before.finished_at or before.started_at), texts.about(before)
    )
    points = tr("{:+.1f} points ({:+.1f} to {:+.1f})")
    rows = "".join(
        f"<tr><td>{said(_sentence(str(now)))}</td><td>"
        + said(points.format(100 * now.difference, 100 * now.low, 100 * now.high))
        + "</td></tr>"
        for now in result.changes
    )
    return f"{title}<p class='muted'>{said(which)}</p>" + (_table(rows, "ruled") if rows else "")


def groups(result: RehearsalResult) -> str:
    title = tr("Groups of the operator's table, at {:g} %").format(result.group_line)
    title = _heading(title)
    if not result.groups:
        none = tr("None were named. Groups are never inferred from a picture.")
        return f"{title}<p>{said(none)}</p>"
    names = _names((
        (tr("Group"), 27), (tr("People"), 10), (tr("Matched"), 11),
        (tr("of the searches (95 % interval)"), 32), ("", 20),
    ))  # fmt: skip
    rows = []
    why: dict[str, None] = {}  # each reason once, in order
    for group in result.groups:
        start = f"<tr><td>{said(f'{group.column}: {group.value}')}</td><td>{group.people:,}</td>"
        if found := group.line:
            rate = found.false_matches
            share = f"{texts.percent(rate.value)}  ({texts.interval(rate)})"
            rows.append(
                f"{start}<td>{found.people_matched:,}</td><td>{_whole(share)}</td>"
                f"<td>{said(texts.verdict(found.verdict))}</td></tr>"
            )
        else:
            reason, _, because = group.refusal.partition("; ")
            why[because] = None
            told = tr("No rate: {}").format(reason)
            rows.append(f"{start}<td colspan='3' class='muted'>{said(told)}</td></tr>")
    reasons = "".join(f"<p class='note'>{said(_sentence(one))}.</p>" for one in why if one)
    return title + _table(names + "".join(rows), "ruled") + reasons


# False pairs


def pairs(
    found: Sequence[FalsePair],
    faces: Sequence[tuple[QImage | None, QImage | None]],
    rows: int,
    *,
    apart: bool,
) -> str:
    """``apart``: on a new page, where all ``ROWS`` have room."""
    title = _heading(tr("False pairs, strongest first"), "page" if apart else "")
    if not found:
        none = tr("No search of an absent person found anyone at 80 % or more.")
        return f"{title}<p>{said(none)}</p>"
    shown = min(len(faces), rows * IN_A_ROW)
    cells = [_pair(n, found[n], faces[n]) for n in range(shown)]
    made = []
    for first in range(0, shown, IN_A_ROW):
        row = cells[first : first + IN_A_ROW]
        row += ["<td></td>"] * (IN_A_ROW - len(row))
        made.append(f"<tr>{''.join(row)}</tr>")
    left = len(found) - shown
    more = tr("… and {} more. The CSV export lists every search.").format(f"{left:,}")
    after = f"<p class='muted'>{said(more)}</p>" if left else ""
    return (
        f"{title}<p class='muted'>{said(_marks(found))}</p>{_table(''.join(made), 'pairs')}{after}"
    )


def _pair(number: int, pair: FalsePair, faces: tuple[QImage | None, QImage | None]) -> str:
    pictures = "&nbsp;".join(
        f"<img src='{side}{number}' width='{FACE}' height='{FACE}'>" if face
        else f"<span class='muted'>{said(tr('(no picture)'))}</span>"
        for side, face in zip(("probe", "reference"), faces, strict=True)
    )  # fmt: skip
    by = by_whom(pair.marks)
    mark = standing_text(pair.marks.standing) + (f", {by}" if by else "")
    search, confidence = pair.search, f"{pair.found.confidence or 0:.2f} %"
    name = file_name(search.probe) if search.person == search.probe else search.person
    return (
        f"<td width='33%'><div class='faces'>{pictures}</div>"
        f"<div>{said(tr('Searched: {}').format(name))}</div>"
        f"<div>{said(tr('Shown: {}').format(pair.found.display_name))}</div>"
        f"<div class='small'>{said(confidence)} · {said(mark)}</div></td>"
    )


def _marks(found: Iterable[FalsePair]) -> str:
    counts = Counter(pair.marks.standing for pair in found)
    told = ", ".join(
        f"{counts[one]:,} {standing_text(one).lower()}" for one in Standing if counts[one]
    )
    text = tr("{} from 80 % up: {}. Left: who was searched; right: who was shown.")
    return text.format(counted(counts.total(), tr("pair"), tr("pairs")), told)


# Shapes


def _heading(text: str, kind: str = "") -> str:
    """``kind`` "page" begins a page."""
    return f"<h2 class='{kind}'>{said(text)}</h2>"


def _names(columns: Iterable[tuple[str, int]]) -> str:
    """Of columns, with widths in percent; told again where a table goes on on another page."""
    cells = "".join(f"<th width='{width}%'>{said(name)}</th>" for name, width in columns)
    return f"<thead><tr>{cells}</tr></thead>"


def _table(rows: str, kind: str) -> str:
    return f"<table class='{kind}' width='100%' cellspacing='0'>{rows}</table>"


def _whole(text: str) -> str:
    """On one line."""
    return said(text).replace(" ", "\u00a0")


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
