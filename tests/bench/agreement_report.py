"""The tables of ``agreement.py``: shares with intervals, a verdict for each, markdown."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy.stats import beta

LINES = (80.0, 90.0, 95.0, 99.0, 99.9)

Lines = npt.NDArray[np.int64]
"""(n,): for each search, how many of ``LINES`` were reached."""


class Verdict(StrEnum):
    KEPT = ""
    ABOVE = "above its promise"
    LOW = "below a quarter"


@dataclass(frozen=True)
class Probes:
    """What was searched for where. ``good``: undegraded pictures, which caution must not cost."""

    recogniser: str
    gallery: str
    kind: str
    good: bool = False
    group: bool = False
    """Whether they are a part of other probes, chosen for what they have in common."""

    def __str__(self) -> str:
        return f"{self.recogniser} | {self.gallery} | {self.kind}"


def interval(seen: float, of: float) -> tuple[float, float]:
    """Two-sided 95 % Clopper-Pearson; ``seen`` is fractional where it is a mean over draws."""
    low = float(beta.ppf(0.025, seen, of - seen + 1)) if seen > 0 else 0.0
    high = float(beta.ppf(0.975, seen + 1, of - seen)) if seen < of else 1.0
    return low, high


def shares(lines: Lines) -> npt.NDArray[np.float64]:
    """Share of searches that reached each of ``LINES`` (5,)."""
    reached = lines[:, None] > np.arange(len(LINES))
    return np.asarray(reached.mean(axis=0), np.float64)


@dataclass
class Report:
    """Tables by title, each with its head; every verdict; single draws, and those above."""

    tables: dict[str, list[str]] = field(default_factory=dict)
    verdicts: list[tuple[Probes, float, Verdict]] = field(default_factory=list)
    single: int = 0
    single_above: int = 0

    def row(self, title: str, columns: Sequence[str], cells: Sequence[str]) -> None:
        """Added once: what is the same for several recognisers need not be said again."""
        head = [f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
        rows = self.tables.setdefault(title, head)
        if (row := f"| {' | '.join(cells)} |") not in rows:
            rows.append(row)

    def searches(self, title: str, probes: Probes, lines: Lines) -> None:
        """Searches of absent people: how many showed a false candidate."""
        cells = []
        for line, share in zip(LINES, shares(lines), strict=True):
            low, high = interval(share * len(lines), len(lines))
            verdict = self._judge(probes, line, low, high)
            cells.append(f"{100 * share:.2f} ({100 * low:.1f} to {100 * high:.1f}){verdict}")
        self._add(title, "searches", probes, len(lines), cells)

    def draws(self, title: str, probes: Probes, drawn: Sequence[Lines]) -> None:
        """The same in several galleries drawn at random: mean, spread and range over the draws.

        The verdict takes the mean for a count of one draw's searches: mostly the same people are
        searched in every draw, so their own chance does not average out. Single draws above their
        promise are counted: each gallery has bounds of its own, which hold in 95 % of galleries.
        """
        if len(drawn) == 1:
            return self.searches(title, probes, drawn[0])
        of = float(np.mean([len(lines) for lines in drawn]))
        found = np.array([shares(lines) for lines in drawn])
        cells = []
        for line, column in zip(LINES, found.T, strict=True):
            verdict = self._judge(probes, line, *interval(float(column.mean()) * of, of))
            lows = [interval(x * len(d), len(d))[0] for x, d in zip(column, drawn, strict=True)]
            above = sum(low > (100 - line) / 100 for low in lows)
            self.single += len(drawn)
            self.single_above += above
            cells.append(_spread(column, f"; {above} above" if above else "") + verdict)
        return self._add(title, "searches a draw", probes, round(of), cells)

    def misses(self, title: str, probes: Probes, drawn: Sequence[Lines]) -> None:
        """Searches for people who are there: a count, or percent over several draws."""
        if len(drawn) == 1:
            of = len(drawn[0])
            cells = [str(round(of * (1 - share))) for share in shares(drawn[0])]
        else:
            of = round(float(np.mean([len(lines) for lines in drawn])))
            cells = [_spread(c) for c in 1 - np.array([shares(lines) for lines in drawn]).T]
        self._add(title, "searches", probes, of, cells)

    def _judge(self, probes: Probes, line: float, low: float, high: float) -> str:
        promised = (100 - line) / 100
        verdict = Verdict.ABOVE if low > promised else Verdict.KEPT
        if probes.good and high < promised / 4:
            verdict = Verdict.LOW
        self.verdicts.append((probes, line, verdict))
        return f" **{verdict}**" if verdict else ""

    def _add(self, title: str, n: str, probes: Probes, of: int, cells: Sequence[str]) -> None:
        lines = [f"{line:g} %: {100 - line:.3g}" for line in LINES]
        who = (probes.recogniser, probes.gallery, probes.kind)
        self.row(title, ("recogniser", "gallery", "probes", n, *lines), (*who, f"{of:,}", *cells))

    @property
    def above(self) -> int:
        return sum(verdict is Verdict.ABOVE for _, _, verdict in self.verdicts)

    def __str__(self) -> str:
        parts = [f"## {title}\n\n" + "\n".join(rows) for title, rows in self.tables.items()]
        return "\n\n".join([*parts, f"## Verdict\n\n{self.summary()}"])

    def summary(self) -> str:
        whole = [v for p, _, v in self.verdicts if p.good and not p.group]
        parts = [v for p, _, v in self.verdicts if p.good and p.group]
        named = [f"- {v}: {p}, {line:g} %" for p, line, v in self.verdicts if v]
        text = (
            f"{self.above} of {len(self.verdicts)} cells lie above their promise. Below a quarter "
            f"of it: {whole.count(Verdict.LOW)} of {len(whole)} cells of good probes, and "
            f"{parts.count(Verdict.LOW)} of {len(parts)} of groups of them. Of the single draws "
            f"behind the means {self.single_above} of {self.single} lie above their promise."
        )
        return "\n".join([text, "", *named])


def _spread(column: npt.NDArray[np.float64], more: str = "") -> str:
    """Percent: mean (standard deviation; lowest to highest)."""
    mean, low, high = (100 * float(v) for v in (column.mean(), column.min(), column.max()))
    return f"{mean:.2f} (sd {100 * float(column.std(ddof=1)):.1f}; {low:.1f} to {high:.1f}{more})"
