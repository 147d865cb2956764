"""The walk through the real window, from the first start to the decisions, with pictures.

What a person would type is typed into the same fields, and the same buttons are pressed. The
machine without a display, the tests and the documentation all use this one walk.
"""

import shutil
import tempfile
from pathlib import Path

from secondlook.domain.errors import SecondLookError
from secondlook.domain.review import CHECKLIST, Outcome, ProbeOrigin
from secondlook.paths import demonstration
from secondlook.services import demonstration as demo
from secondlook.services.application import Application
from secondlook.ui.audit import AuditScreen
from secondlook.ui.case.case_screen import CaseScreen
from secondlook.ui.case.cases_screen import CasesScreen
from secondlook.ui.case.flow import Step, StepState
from secondlook.ui.case.new_case import NewCaseDialog
from secondlook.ui.case.sources import file_source
from secondlook.ui.driver import MODES, SIZES, Driver
from secondlook.ui.examination import DecisionStep, ExaminationStep
from secondlook.ui.explanation import open_explanation
from secondlook.ui.gallery.galleries import GalleriesScreen
from secondlook.ui.gallery.gallery import GalleryScreen
from secondlook.ui.gallery.runner import runner_of
from secondlook.ui.models.again import EnrolAgain
from secondlook.ui.models.screen import ModelsScreen
from secondlook.ui.policies import PoliciesScreen
from secondlook.ui.rehearsal.screen import RehearsalScreen
from secondlook.ui.theme import Mode
from secondlook.vision.models import Pair

ANNA, BEN = demo.EXAMINERS
Keys = tuple[str, str]
SAME: Keys = ("S", "6")
DIFFERENT: Keys = ("D", "2")
"""The keys of a finding for every component, and of a conclusion."""


def take_tour(
    app: Application,
    folder: Path,
    sizes: tuple[tuple[int, int], ...] = SIZES,
    modes: tuple[Mode, ...] = MODES,
) -> None:
    """Walk as far as models and demonstration people allow, and say how far that was."""
    drive = Driver(app, folder, sizes, modes)
    try:
        first_start(drive)
        obstacle = _obstacle(app)
        if obstacle:
            print(obstacle)
        else:
            _main_job(drive)
        the_rest(drive)
    finally:
        drive.close()
    print(f"{drive.count} screens, each in {len(sizes) * len(modes)} pictures, are in {folder}")


def _obstacle(app: Application) -> str:
    """Why the main job cannot be shown here; empty when it can."""
    if demonstration() is None:
        return "There are no demonstration people here: only the empty program is shown."
    try:
        app.engines.identity()
    except SecondLookError as error:
        return f"The main job cannot be shown: {error}"
    return ""


def _main_job(drive: Driver) -> None:
    people = demonstration()
    assert people
    with tempfile.TemporaryDirectory() as scratch:
        source = Path(scratch) / "people"
        shutil.copytree(people / "gallery", source)
        _add_bad_files(source)
        enrol(drive, source)
    check(drive)
    rehearse(drive)
    case = open_case(drive, demo.ENROLLED)
    search(drive, case, demo.ENROLLED.probe(people))
    _two_people(drive, case)
    drive.window.leave()
    sign_in(drive, ANNA[0])
    _absent_person(drive, people)
    if full := full_models(drive):
        use_models(drive, full)
        _search_again(drive)


def _two_people(drive: Driver, case: CaseScreen) -> None:
    """High-stakes work: two people agree, and whether that is enough depends on the models."""
    examine(drive, case, SAME, "Demonstration: every component judged similar.")
    enter(drive, case, Step.DECISION)
    drive.until(lambda: drive.screen(DecisionStep).dossier, "the decision")
    drive.shoot("decision-unmet")
    judge_photographs(drive, case)
    drive.window.leave()
    sign_in(drive, BEN[0])
    case = go_to_case(drive, demo.ENROLLED)
    analyse(drive, case)
    examine(drive, case, SAME, "Demonstration: examined without seeing the first one.", who="ben")
    judge_photographs(drive, case)
    decide(drive, case, accept=True)


def enter(drive: Driver, case: CaseScreen, step: Step) -> None:
    """Once it is open: what a search or an examination opens is open when it is loaded."""
    drive.until(lambda: case.bar.info(step).state is not StepState.LOCKED, f"step {step.name}")
    case.go(step)


def analyse(drive: Driver, case: CaseScreen) -> None:
    """Each examiner describes the probe before its candidates are shown to them; once."""
    page = case.candidates_step.analysis
    drive.settle()
    if not page.isVisible():
        return
    drive.shoot("analysis-before-candidates")
    page.note.setPlainText(demo.ANALYSIS)
    page.button.click()
    drive.until(lambda: case.candidates_step.list.isVisible(), "the candidates")
    drive.shoot("candidates-blind")


def _search_again(drive: Driver) -> None:
    """The case that an evaluation model kept open, with a full one.

    Nobody examines again: what two people concluded belongs to the question, not to a search.
    """
    case = go_to_case(drive, demo.ENROLLED)
    enter(drive, case, Step.PROBE)
    button = case.probe_step.panel.button
    drive.until(button.isEnabled, "a search that may start")
    button.click()
    drive.until(lambda: case.step is Step.CANDIDATES, "the candidates")
    drive.shoot("candidates-full-model")
    decide(drive, case, accept=True)


def _absent_person(drive: Driver, people: Path) -> None:
    """What an 80 % threshold lets through: a stranger, whom the examiner excludes."""
    case = open_case(drive, demo.ABSENT)
    search(drive, case, demo.ABSENT.probe(people))
    if not drive.app.cases.all()[0].undecided:
        print("Nobody resembles the absent person at the line of 80 %: nothing to examine.")
        return
    examine(drive, case, DIFFERENT, "Demonstration: every component judged different.", who="80")
    decide(drive, case, accept=False)


def go_to_case(drive: Driver, plan: demo.CasePlan) -> CaseScreen:
    found = drive.app.cases.by_reference(plan.reference)
    assert found
    drive.context.navigate("case", found.id)
    case = drive.screen(CaseScreen)
    drive.until(lambda: case.step is Step.CANDIDATES, "the candidates of the case")
    return case


def _add_bad_files(folder: Path) -> None:
    """What every real folder holds: a damaged file, a wrong one, the same one twice."""
    good = sorted(folder.glob("*.jpg"))
    (folder / "damaged scan.jpg").write_bytes(good[0].read_bytes()[:3000])
    (folder / "not a picture.jpg").write_text("This is a text file with a wrong name.")
    shutil.copy(good[1], folder / "unsorted scan.jpg")


def first_start(drive: Driver) -> None:
    """Make the administrator in the window, and a second examiner."""
    form = drive.window.sign_in.first
    drive.until(form.isVisible, "the first account")
    drive.shoot("first-start")
    form.username.setText(ANNA[0])
    form.display_name.setText(ANNA[1])
    form.password.setText(demo.PASSWORD)
    form.again.setText(demo.PASSWORD)
    form.submitted.emit()
    drive.until(lambda: drive.window.context, "signed in")
    answer_which_models(drive)
    by = drive.context.operator
    demo.second_examiner(drive.app, by)
    drive.shoot("cases-empty")
    drive.context.navigate("galleries")
    drive.shoot("galleries-empty")


def answer_which_models(drive: Driver) -> None:
    """The question of the first start; nobody is asked where the command line names models."""
    if any(drive.app.engines.named):
        return
    drive.until(lambda: drive.window.models_dialog, "the question which models to use")
    dialog = drive.window.models_dialog
    assert dialog
    embedded = drive.app.model_choice.embedded_here()
    if embedded:
        dialog.select(embedded)
    drive.shoot("first-models", dialog)
    (dialog.primary if embedded else dialog.later).click()
    drive.until(lambda: drive.window.models_dialog is None, "an answer")


def full_models(drive: Driver) -> Pair | None:
    """Two models for casework that are here, but not in use."""
    best = drive.app.model_choice.best_here()
    in_use = drive.app.model_choice.overview().pair
    full = best and all(card.status == "full" for card in best.cards)
    return best if full and best != in_use else None


def use_models(drive: Driver, pair: Pair) -> None:
    """Choose two others, and enrol the gallery again with them."""
    drive.context.navigate("models")
    screen = drive.screen(ModelsScreen)
    drive.until(lambda: screen.situation, "the models")
    dialog = screen.open_dialog()
    assert dialog
    dialog.select(pair)
    drive.shoot("models-choose", dialog)
    dialog.primary.click()
    again = drive.screen(EnrolAgain)
    drive.shoot("enrol-again", again)
    again.submitted.emit()
    runner = runner_of(drive.context)
    drive.until(
        lambda: not runner.active and not drive.app.model_choice.out_of_date(),
        "a gallery that is enrolled again",
    )
    drive.shoot("galleries-enrolled-again")


def sign_in(drive: Driver, username: str) -> None:
    form = drive.window.sign_in.sign_in
    drive.until(lambda: form.isVisible() and form.account.findData(username) >= 0, "sign-in")
    form.account.setCurrentIndex(form.account.findData(username))
    drive.shoot("sign-in")
    form.password.setText(demo.PASSWORD)
    form.submitted.emit()
    drive.until(lambda: drive.window.context, "signed in")


def enrol(drive: Driver, source: Path) -> None:
    """Make the gallery through its dialog and wait until it is enrolled."""
    dialog = drive.screen(GalleriesScreen).open_dialog()
    dialog.name.setText(demo.GALLERY)
    dialog.set_source(str(source))
    drive.until(lambda: dialog.preview, "the preview of the source")
    drive.shoot("new-gallery", dialog)
    dialog.submitted.emit()
    screen = drive.screen(GalleryScreen)
    gallery = drive.app.galleries.summaries()[0].id
    runner = runner_of(drive.context)
    drive.until(lambda: (r := runner.run_of(gallery)) and r.progress and r.progress.done, "a start")
    runner.pause(gallery, True)
    drive.shoot("enrolment")
    runner.pause(gallery, False)
    drive.until(lambda: runner.run_of(gallery) is None, "the end of the enrolment")
    drive.shoot("gallery-people")
    screen.tabs.setCurrentIndex(1)
    drive.shoot("gallery-errors")
    drive.context.navigate("galleries")
    drive.shoot("galleries")


def check(drive: Driver) -> None:
    """Is anybody in the gallery twice, out of date, or in a picture that is too poor?"""
    drive.context.navigate("gallery", drive.app.galleries.summaries()[0].id)
    screen = drive.screen(GalleryScreen)
    screen.header.check.click()
    drive.until(lambda: screen.check.duplicates.found, "the pairs that look alike")
    drive.shoot("gallery-check")
    screen.check.tabs.setCurrentWidget(screen.check.limits)
    drive.shoot("gallery-check-limits")
    screen.check.back.click()


def rehearse(drive: Driver) -> None:
    """Everybody is left out in turn, and what came of it is read."""
    drive.context.navigate("rehearsal")
    screen = drive.screen(RehearsalScreen)
    drive.until(lambda: screen.current and screen.header.policy, "the rehearsals")
    drive.shoot("rehearsal-none")
    dialog = screen.open_dialog()
    assert dialog
    dialog.left_out.click()
    drive.shoot("new-rehearsal", dialog)
    dialog.primary.click()
    drive.until(
        lambda: (shown := screen.view.result) and shown.summary.finished_at, "the rehearsal"
    )
    for tab in range(screen.view.tabs.count()):
        screen.view.tabs.setCurrentIndex(tab)
        drive.shoot(f"rehearsal-{tab + 1}")


def open_case(drive: Driver, plan: demo.CasePlan) -> CaseScreen:
    drive.context.navigate("cases")
    drive.screen(CasesScreen).open_dialog()
    dialog = drive.window.findChildren(NewCaseDialog)[-1]
    drive.until(dialog.purpose.count, "the policies")
    dialog.reference.setText(plan.reference)
    dialog.cards.choose(plan.policy_id)
    dialog.purpose.setCurrentText(plan.purpose)
    dialog.authorisation.setText(plan.authorisation)
    drive.shoot(f"new-case-{plan.reference}", dialog)
    dialog.submitted.emit()
    return drive.screen(CaseScreen)


def search(drive: Driver, case: CaseScreen, probe: Path) -> None:
    drive.shoot("probe-empty")
    step = case.probe_step
    step.add_sources([file_source(probe)])
    drive.until(lambda: step.panel.isVisible() and step.panel.name.text(), "the probe")
    drive.shoot("probe-undeclared")
    step.panel.origin.choose(ProbeOrigin.PHOTOGRAPH)
    step.panel.analysis.setPlainText(demo.ANALYSIS)
    drive.until(step.panel.button.isEnabled, "a search that may start")
    drive.shoot("probe")
    step.panel.button.click()
    drive.until(lambda: case.step is Step.CANDIDATES, "the candidates")
    drive.shoot("candidates")


def examine(drive: Driver, case: CaseScreen, keys: Keys, notes: str, *, who: str = "anna") -> None:
    """One examination by keys, as an examiner makes it: one for each component, one to conclude."""
    enter(drive, case, Step.EXAMINATION)
    step = drive.screen(ExaminationStep)
    drive.until(lambda: step.dossier, "the examination")
    drive.shoot(f"examination-{who}")
    pane = step.comparison.panes[0]
    finding, conclusion = keys
    drive.press(finding * len(CHECKLIST), pane)
    drive.press(conclusion, pane)
    step.notes.setPlainText(notes)
    drive.until(step.bar.button.isEnabled, "an examination that can be committed")
    drive.shoot(f"examination-{who}-complete")
    step.bar.button.click()
    if step.bar.doubt.isVisible():
        drive.shoot(f"examination-{who}-asked")
        step.bar.doubt.agree.click()
    if who == "anna":
        drive.shoot("examination-confirm")
    step.bar.confirm.agree.click()
    drive.until(lambda: step.dossier and step.dossier.own, "the examination on record")
    drive.shoot(f"examination-{who}-committed")


def judge_photographs(drive: Driver, case: CaseScreen) -> None:
    """Each of two people says whether it is one photograph, where it looks like one."""
    enter(drive, case, Step.DECISION)
    step = drive.screen(DecisionStep)
    drive.until(lambda: step.dossier, "the decision")
    card = step.photographs
    if not card.form.isVisible():
        return
    card.note.setText("Demonstration: the light and the ground are others.")
    card.different.click()
    drive.until(lambda: card.answers, "the judgement on record")
    drive.shoot("decision-judged")


def decide(drive: Driver, case: CaseScreen, *, accept: bool) -> None:
    """Accept where the policy allows it; else exclude, or leave it as refused."""
    enter(drive, case, Step.DECISION)
    step = drive.screen(DecisionStep)
    drive.until(lambda: step.dossier and step.requirements.rows, "the decision")
    if accept:
        step.form.corroboration.setPlainText("Demonstration: other evidence is named here.")
        if not _may_be_accepted(drive):
            drive.settle()
            assert not step.form.accept.isEnabled()
            drive.shoot("decision-refused")
            return
        drive.until(step.form.accept.isEnabled, "an acceptance that the policy allows")
        drive.shoot("decision-ready")
        step.form.accept.click()
    else:
        drive.until(step.form.outcome.isEnabled, "an outcome")
        step.form.choose(Outcome.EXCLUDED)
        step.form.reason.setText("Demonstration: a stranger who resembles the probe.")
        drive.until(step.form.record.isEnabled, "an exclusion")
        drive.shoot("decision-not-a-lead")
        step.form.record.click()
    drive.shoot("decision-confirm")
    step.form.confirm.agree.click()
    drive.until(lambda: step.dossier and step.dossier.decision, "the decision on record")
    drive.shoot("decision-accepted" if accept else "decision-excluded")


def _may_be_accepted(drive: Driver) -> bool:
    """High-stakes work refuses a model that is for evaluation only."""
    return drive.app.engines.identity().status == "full"


def the_rest(drive: Driver) -> None:
    drive.context.navigate("cases")
    drive.shoot("cases")
    drive.context.navigate("policies")
    drive.shoot("policies")
    meaning = open_explanation(drive.screen(PoliciesScreen))
    drive.shoot("what-99-means", meaning)
    meaning.accept()
    drive.context.navigate("models")
    models = drive.screen(ModelsScreen)
    drive.until(models.list.count, "the models")
    drive.shoot("models")
    drive.context.navigate("audit")
    audit = drive.screen(AuditScreen)
    audit.verify.click()
    drive.until(audit.result.isVisible, "the verification")
    drive.shoot("audit")
