"""What a laxer policy lets through: the false candidates that the last rehearsal would have had."""

from dataclasses import dataclass
from typing import Any

from secondlook.domain.laxer import laxer, laxer_for_case
from secondlook.domain.policy import Policy
from secondlook.domain.rehearsal import GroupLine
from secondlook.services.rehearse_results import RehearsalResult, RehearsalResults
from secondlook.storage import rehearsals
from secondlook.storage.database import Store
from secondlook.storage.rehearsals import RehearsalSummary


@dataclass(frozen=True, slots=True)
class Shown:
    """Absent people for whom somebody would have been shown strongly enough to be accepted.

    ``group``: column and value of the rehearsal's manifest, None for everybody. The counts are None
    where too few people were searched to say anything.
    """

    group: tuple[str, str] | None
    people: int
    before: int | None
    after: int | None

    @property
    def extra(self) -> int | None:
        return None if self.before is None or self.after is None else self.after - self.before


@dataclass(frozen=True, slots=True)
class LetsThrough:
    """``fields``: what the new policy asks less of; ``rehearsal``: the one that was looked at, None
    where there is none; ``shown``: everybody first, then the groups that its manifest names."""

    old: Policy
    new: Policy
    fields: tuple[str, ...]
    rehearsal: RehearsalSummary | None
    shown: tuple[Shown, ...]

    def on_record(self) -> dict[str, Any]:
        """What a person was shown before they approved."""
        return {
            "instead_of": self.old.sha256,
            "laxer": list(self.fields),
            "rehearsal": self.rehearsal.id if self.rehearsal else None,
            "false_candidates": [
                {
                    "group": list(s.group) if s.group else None,
                    "people": s.people,
                    "before": s.before,
                    "after": s.after,
                }
                for s in self.shown
            ],
        }


class Loosening:
    def __init__(self, store: Store, results: RehearsalResults) -> None:
        self._store = store
        self._results = results

    def between(self, old: Policy, new: Policy, case_id: int | None = None) -> LetsThrough:
        """``case_id``: the last rehearsal of a gallery that was searched for it counts, else the
        last of any."""
        summary = rehearsals.last_finished(self._store.read(), case_id)
        shown = self._shown(summary.id, old, new) if summary else ()
        fields = laxer(old, new) if case_id is None else laxer_for_case(old, new)
        return LetsThrough(old, new, fields, summary, shown)

    def _shown(self, rehearsal_id: int, old: Policy, new: Policy) -> tuple[Shown, ...]:
        before, after = (
            self._results.result(rehearsal_id, policy, policy.accept_confidence)
            for policy in (old, new)
        )
        groups = zip(before.groups, after.groups, strict=True)
        return (
            Shown(None, after.summary.people, _accepted(before, old), _accepted(after, new)),
            *(
                Shown((now.column, now.value), now.people, _of(was, old), _of(now, new))
                for was, now in groups
            ),
        )


def _accepted(result: RehearsalResult, policy: Policy) -> int:
    """A policy that never accepts lets nobody through."""
    line = next(line for line in result.lines if line.percent == policy.accept_confidence)
    return line.people_matched if policy.accepts else 0


def _of(group: GroupLine, policy: Policy) -> int | None:
    if group.line is None:
        return None
    return group.line.people_matched if policy.accepts else 0
