"""Everything about one candidate and its question that a policy can ask for, as stored."""

from dataclasses import dataclass

from secondlook.domain.confidence import Confidence
from secondlook.domain.faces import Quality
from secondlook.domain.opinions import Opinions
from secondlook.domain.photographs import Standing
from secondlook.domain.policy import Policy
from secondlook.domain.review import Outcome, ProbeOrigin
from secondlook.domain.trust import Trust

NOBODY = Opinions()

REHEARSED_PEOPLE = 30
"""Absent people that a rehearsal must have searched to count. With fewer, not even a rate of one in
ten could be ruled out by finding nothing (3 / n: Hanley & Lippman-Hand 1983)."""

MOST_ELSEWHERE = 1_000_000_000
"""People that can be declared at most to have been looked through elsewhere: more than any gallery
holds, and as many as every database and every field can keep."""


@dataclass(frozen=True, slots=True)
class ModelFact:
    """A model that a search used; ``status`` as its card had it then, empty where not recorded.

    ``trust``: of its file under the card of the search, as things stand; None where no card was
    kept with the search.
    """

    name: str
    status: str
    trust: Trust | None = Trust.SHIPPED


@dataclass(frozen=True, slots=True)
class RehearsalFact:
    """The last rehearsal of the searched gallery with the model of the search.

    ``age_days``: from its end to the search, negative where the rehearsal came later; ``people``:
    absent people searched in it; ``persons``: the gallery's then and at the search.
    """

    finished_at: str
    age_days: float
    people: int
    persons: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tries:
    """How much an unknown was compared with, over everything done with it so far.

    people: distinct people, by any model. comparisons: distinct pairs of person and model; full:
    of these by models that are full. The same comparison made again is no new try. declared: people
    who were looked through elsewhere, as an examiner said.
    """

    people: int
    comparisons: int
    full: int
    declared: int = 0

    def persons(self, policy: Policy) -> int:
        """N: a comparison by a model that the policy accepts nothing on shows a person, no more."""
        accepted = self.comparisons if policy.minimum_model is None else self.full
        return max(self.people, accepted, self.declared)


@dataclass(frozen=True, slots=True)
class MetCalibration:
    """A calibration that the question has met, of the model of this search: the upper bound of FMR
    that it gives this candidate's score, and the highest confidence (percent) that it can give."""

    ceiling: float
    fmr_upper: float


@dataclass(frozen=True, slots=True)
class Facts:
    """``authorisation_delay_hours``: hours from opening the case to recording the authorisation.

    origins: what the unknown's pictures were declared to be and nobody else has corrected.
    confidence: as recorded with the search. met: the other calibrations. calibration_stands:
    whether enough people still call one person what the calibration left out. tries: as of
    now. margin: over the best other person that any search of the unknown showed, people counted as
    for N; None where nobody else was compared. rival_shares: that one shares a photograph with this
    person, and two people have not judged the two one. standing: outcomes of the question that
    forbid a lead until somebody reopens it. shared_dissent: somebody dissented on a row of a
    gallery that shares a photograph with this person, but cannot be one with them
    (``domain.identities``).

    policy_trust: of the search's policy, as things stand. people, agreeing: as how many different
    people the examiners count, and those of them whose agreement the policy counts. unit_of_two:
    whether they would be fewer without a declared unit of two. impartial: whether who would decide
    is yet another person; None while nobody is named.
    """

    purpose: str
    authorisation: str
    authorisation_delay_hours: float
    origins: tuple[ProbeOrigin, ...]
    probe_analysis: str
    probe_quality: Quality
    reference_quality: Quality
    confidence: Confidence
    tries: Tries
    gallery_persons: int
    margin: float | None
    rival_shares: bool = False
    met: tuple[MetCalibration, ...] = ()
    calibration_stands: bool = True
    opinions: Opinions = NOBODY
    standing: tuple[Outcome, ...] = ()
    shared_dissent: bool = False
    corroboration: str = ""
    models: tuple[ModelFact, ...] = ()
    rehearsal: RehearsalFact | None = None
    policy_trust: Trust = Trust.SHIPPED
    photograph: Standing = Standing.NONE
    people: int = 0
    unit_of_two: bool = False
    agreeing: int = 0
    carrying: int = 0
    impartial: bool | None = None

    @property
    def dissent(self) -> bool:
        """What a third examiner and somebody who adjudicates have to settle."""
        return bool(self.opinions.dissenting) or self.shared_dissent

    def fmr_upper(self, percent: float) -> float:
        """The most cautious of the calibrations that can resolve a line. What cannot resolve it
        says nothing against anybody; the candidate's own always counts."""
        able = (c.fmr_upper for c in self.met if c.ceiling >= percent)
        return max([self.confidence.fmr_upper, *able])
