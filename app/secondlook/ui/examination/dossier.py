"""What is stored about one candidate, read in one go, and what of it this operator may see."""

from dataclasses import dataclass
from pathlib import PurePath

from secondlook.domain.errors import SecondLookError
from secondlook.domain.policy import Policy
from secondlook.domain.records import (
    Candidate,
    Case,
    Decision,
    Examination,
    ExaminationDraft,
    Operator,
    Search,
)
from secondlook.services.application import Application
from secondlook.services.review import VisibleExaminations
from secondlook.services.standing import Standing
from secondlook.ui.case.case_data import revealed, score_late


@dataclass(frozen=True, slots=True)
class Dossier:
    """``reference_file`` is empty when the reference has left the gallery.

    ``revealed``: the operator has nothing left to examine in the search before names, ranks and
    scores may be shown. ``standing``: of the question, as far as they may know. ``policies``: by
    whose rules findings are judged.
    """

    case: Case
    policy: Policy
    operator: Operator
    candidate: Candidate
    probe_file: str
    reference_file: str
    draft: ExaminationDraft
    visible: VisibleExaminations
    decision: Decision | None
    revealed: bool
    standing: Standing
    policies: tuple[Policy, ...]

    @property
    def own(self) -> Examination | None:
        """The signed-in operator's committed examination of these pictures: the last, which
        lowered any before."""
        mine = [e for e in self._here if e.operator_id == self.operator.id]
        return mine[-1] if mine else None

    @property
    def examined(self) -> int:
        """Examiners of these pictures whose opinions this operator may see."""
        return len({e.operator_id for e in self._here})

    @property
    def _here(self) -> list[Examination]:
        return [e for e in self.visible.shown if e.id in self.visible.here]

    @property
    def score_hidden(self) -> bool:
        """A policy shows what the machine found only to whoever has examined."""
        return score_late(self.policies) and self.own is None and self.decision is None


def read_dossier(
    app: Application, operator: Operator, search: Search, candidate: Candidate
) -> Dossier:
    """From the database: call in the storage lane."""
    probes = app.cases.probes(search.case_id)
    policies = app.review.policies(candidate.id)
    return Dossier(
        case=app.cases.get(search.case_id),
        policy=search.policy,
        operator=operator,
        candidate=candidate,
        probe_file=next((p.source_name for p in probes if p.id == search.probe_id), ""),
        reference_file=_reference_file(app, candidate),
        draft=app.review.draft(operator, candidate.id),
        visible=app.review.examinations(operator, candidate.id),
        decision=app.review.decision(candidate.id),
        revealed=revealed(
            app.review.result(search.id).candidates,
            app.review.states(operator, search.id),
            late=score_late(policies),
        ),
        standing=app.questions.standing(operator, candidate.id),
        policies=policies,
    )


def _reference_file(app: Application, candidate: Candidate) -> str:
    try:
        references = app.galleries.references(candidate.person_id)
    except SecondLookError:
        return ""
    path = next((r.source_path for r in references if r.id == candidate.reference_id), "")
    return PurePath(path).name
