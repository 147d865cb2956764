"""What an unknown is bound by is asked for in time: before its candidates, and at the commit."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from secondlook.domain.errors import InputError, PolicyRefusal
from secondlook.domain.records import Case, ExaminationDraft, GallerySummary, Operator, Probe
from secondlook.domain.review import CHECKLIST, Conclusion, Finding, ProbeOrigin
from secondlook.services.application import Application
from secondlook.storage import questions
from secondlook.ui.case.case_data import load_case, score_late
from secondlook.ui.examination.dossier import read_dossier
from tests.services.fake import picture
from tests.services.steps import declared, declared_file, examine
from tests.services.test_copies import refused
from tests.services.test_photographs import photo

EVIDENCE = "A witness names the same person."


def case_under(app: Application, who: Operator, policy: str) -> Case:
    chosen = app.policies.get(policy)
    return app.cases.open(who, policy, chosen.permitted_purposes[0], "Order 1", chosen)


def test_a_bound_unknown_is_analysed_before_its_candidates_are_shown(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    """Afterwards it cannot be put right, and the lead asks for it."""
    path = picture(tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, declared_file(app, ada, case, path).id, gallery.id)
    lax = case_under(app, ada, "archive-newsroom")
    made = app.identify.search(ada, declared_file(app, ada, lax, path).id, gallery.id)
    assert app.review.must_analyse(ben, made.search.id)


def test_findings_that_what_binds_finds_too_few_are_asked_for_at_the_commit(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Accepted there, refused at the decision, and it can be given only once."""
    path = picture(tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, declared_file(app, ada, case, path).id, gallery.id)
    lax = case_under(app, ada, "archive-newsroom")
    found = app.identify.search(ada, declared_file(app, ada, lax, path).id, gallery.id).candidates[
        0
    ]
    seen = {
        item.key: Finding.SIMILAR if place < 4 else Finding.UNDETERMINED
        for place, item in enumerate(CHECKLIST)
    }
    app.review.show(ada, found.search_id)
    try:
        app.review.commit(ada, found.id, ExaminationDraft(seen, Conclusion.SAME_STRONG, "Ears."))
    except InputError:
        return  # told in time
    judged = app.review.assessment(ada, found.id, EVIDENCE).requirements
    assert next(r for r in judged if r.name == "findings").met


def undeclared(app: Application, who: Operator, case: Case, path: Path) -> Probe:
    """A photograph, of which nothing is written down."""
    probe = app.identify.add_probe(who, case.id, path)
    return app.identify.declare(who, probe.id, ProbeOrigin.PHOTOGRAPH, "")


def test_a_bound_unknown_is_searched_again_by_who_has_analysed_it(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    path = picture(tmp_path / "a.png", (7, 1, 80))
    lax = case_under(app, ada, "archive-newsroom")
    free = undeclared(app, ben, lax, picture(tmp_path / "b.png", (9, 1, 80)))
    assert not app.identify.compared(ben, free.id, gallery.id).analysis_first
    app.identify.search(ben, free.id, gallery.id)
    app.identify.search(ada, declared_file(app, ada, case, path).id, gallery.id)
    probe = undeclared(app, ben, lax, path)
    assert app.identify.compared(ben, probe.id, gallery.id).analysis_first
    with pytest.raises(PolicyRefusal) as refusal:
        app.identify.search(ben, probe.id, gallery.id)
    assert "Write down what the probe shows" in refusal.value.remedy
    app.identify.declare(ben, probe.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
    app.identify.search(ben, probe.id, gallery.id)


def test_what_binds_an_unknown_is_what_binds_its_candidates(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    path = picture(tmp_path / "a.png", (7, 1, 80))
    lax = case_under(app, ada, "archive-newsroom")
    app.identify.search(ada, declared_file(app, ada, case, path).id, gallery.id)
    made = app.identify.search(ada, declared_file(app, ada, lax, path).id, gallery.id)
    db, found = app.store.read(), made.candidates[0].id
    photograph = questions.question(db, found)["photograph_id"]
    (bound,) = questions.binding(db, photograph)
    assert (bound.policy,) == questions.bound_by(db, found) == (case.policy,)
    for who in (ada, ben):
        app.approvals.unbind(who, photograph, "It was a test.")
    assert not questions.binding(db, photograph)
    assert not questions.bound_by(db, found)


def test_a_weaker_conclusion_is_held_to_its_own_policy(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    path = picture(tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, declared_file(app, ada, case, path).id, gallery.id)
    lax = case_under(app, ada, "archive-newsroom")
    found = app.identify.search(ada, declared_file(app, ada, lax, path).id, gallery.id)
    four = {item.key: Finding.SIMILAR for item in CHECKLIST[:4]}
    rest = {item.key: Finding.NOT_VISIBLE for item in CHECKLIST[4:]}
    draft = ExaminationDraft(four | rest, Conclusion.SAME_STRONG, "Ears.")
    with pytest.raises(InputError, match="needs 6 similar components"):
        app.review.commit(ada, found.candidates[0].id, draft)
    weaker = ExaminationDraft(four | rest, Conclusion.SAME_SUPPORT, "Ears.")
    app.review.commit(ada, found.candidates[0].id, weaker)  # under the line of what binds


def test_the_score_waits_for_the_examination_where_what_binds_the_unknown_asks_it(
    app: Application, ada: Operator, ben: Operator, tmp_path: Path, gallery: GallerySummary
) -> None:
    """First searched where the score is shown after the examination, then where it always is."""
    strict = app.policies.get("missing-person").model_copy(
        update={"score_shown_after_examination": True}
    )
    case = app.cases.open(ada, "strict", strict.permitted_purposes[0], "Order 1", strict)
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, probe.id, gallery.id)
    lax = case_under(app, ada, "archive-newsroom")
    probe = declared_file(app, ada, lax, tmp_path / "a.png")
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    judged = app.review.assessment(ben, found.id).requirements
    assert next(r for r in judged if r.name == "confidence").hidden


def test_a_search_says_by_which_policies_its_scores_are_shown(
    app: Application, ada: Operator, tmp_path: Path, gallery: GallerySummary
) -> None:
    """The screens ask it of the search, before any candidate is read."""
    default = app.policies.default()
    strict = default.model_copy(update={"score_shown_after_examination": True})
    case = app.cases.open(ada, "strict", strict.permitted_purposes[0], "Order 1", strict)
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, probe.id, gallery.id)
    lax = case_under(app, ada, "archive-newsroom")
    probe = declared_file(app, ada, lax, tmp_path / "a.png")
    result = app.identify.search(ada, probe.id, gallery.id)
    assert not lax.policy.score_shown_after_examination
    assert score_late(result.policies)
    (row,) = load_case(app, ada, lax.id).results
    assert not row.revealed
    dossier = read_dossier(app, ada, result.search, result.candidates[0])
    assert dossier.score_hidden


def in_between(folder: Path, one: Path, other: Path) -> list[Path]:
    """Made-up pictures that lead from one to the other, each of which looks like the next."""
    first, last = (np.asarray(Image.open(path)).astype(float) for path in (one, other))
    made = []
    for step in range(1, 8):
        mixed = first * (8 - step) / 8 + last * step / 8
        spread = first[1:].std() / mixed[1:].std()
        mixed[1:] = np.clip((mixed[1:] - 128) * spread + 128, 0, 255)
        mixed[0] = first[0]
        made.append(folder / f"mixed{step}.png")
        Image.fromarray(mixed.astype(np.uint8)).save(made[-1])
    return made


def searched(app: Application, gallery: GallerySummary, paths: list[Path]) -> None:
    """From the command line, in a case of its own, under the policy that never accepts."""
    machine = app.accounts.command_line()
    bench = app.cases.open(machine, "bench", "", "", app.policies.get("demonstration"))
    for path in paths:
        made = app.identify.add_probe(machine, bench.id, path)
        app.identify.search(machine, made.id, gallery.id)


@pytest.mark.parametrize("first", ["lifted", "lax"])
def test_pictures_in_between_lift_nothing_that_binds_another_photograph(
    app: Application, ada: Operator, ben: Operator, cal: Operator, gallery: GallerySummary,
    tmp_path: Path, first: str,
) -> None:  # fmt: skip
    """Two people lifted what bound one, or it never was; the other is bound to two examiners."""
    one, other = (photo(tmp_path / f"{look}.png", look, (7, 1, 80)) for look in (301, 302))
    strict = case_under(app, ada, "missing-person")
    lax = case_under(app, ada, "archive-newsroom")
    for path, case in ((one, lax if first == "lax" else strict), (other, strict)):
        probe = declared_file(app, ada, case, path)
        app.identify.search(ada, probe.id, gallery.id)
    if first == "lifted":
        for who in (ada, ben):
            app.approvals.unbind(who, 1, "A print from an exhibition: nobody is looked for.")
    searched(app, gallery, in_between(tmp_path, one, other))
    probe = declared_file(app, cal, lax, other)
    found = app.identify.search(cal, probe.id, gallery.id).candidates[0]
    examine(app, cal, found)
    refused(app, cal, found)
