"""The demonstration in the window, for a person: it prepares itself and opens its case."""

from secondlook.domain.records import Case, Operator
from secondlook.domain.review import ProbeOrigin
from secondlook.paths import demonstration
from secondlook.services import demonstration as demo
from secondlook.ui.context import Context
from secondlook.ui.gallery.runner import runner_of
from secondlook.ui.shell import MainWindow


def start(window: MainWindow) -> None:
    """Sign the demonstration's examiner in, enrol its people, search its probe."""
    people = demonstration()
    if people is None:
        print("There are no demonstration people here; the window opens empty.")
        return
    print(f"The demonstration's accounts are {' and '.join(n for n, _ in demo.EXAMINERS)}, ")
    print(f"both with the password: {demo.PASSWORD}")
    app = window.app
    window.bridge.run(
        app.lanes.storage, lambda: demo.prepare(app, people), lambda d: _begin(window, d),
        owner=window,
    )  # fmt: skip


def _begin(window: MainWindow, made: demo.Demonstration) -> None:
    window.enter(made.operator)
    context = window.context
    assert context
    if not made.gallery.pending:
        _search(context, made.operator, made.gallery.id)
        return
    context.navigate("gallery", made.gallery.id)
    runner = runner_of(context)

    def enrolled(gallery_id: int) -> None:
        if gallery_id == made.gallery.id and runner.run_of(gallery_id) is None:
            runner.changed.disconnect(enrolled)
            _search(context, made.operator, gallery_id)

    runner.changed.connect(enrolled)
    runner.enrol(made.operator, made.gallery.id, made.gallery.name)


def _search(context: Context, operator: Operator, gallery_id: int) -> None:
    """Search each case once, and only in the whole gallery: somebody may have stopped it."""
    app, people = context.app, demonstration()
    assert people

    def search() -> Case | None:
        if app.galleries.summary(gallery_id).pending:
            return None
        for plan in demo.CASES:
            case = app.cases.by_reference(plan.reference)
            if case and not app.cases.searches(case.id):
                probe = app.identify.add_probe(operator, case.id, plan.probe(people))
                app.identify.declare(operator, probe.id, ProbeOrigin.PHOTOGRAPH, demo.ANALYSIS)
                app.identify.search(operator, probe.id, gallery_id)
        return app.cases.by_reference(demo.ABSENT.reference)

    def searched(case: Case | None) -> None:
        if case:
            context.navigate("case", case.id)

    context.bridge.run(app.lanes.inference, search, searched, owner=context.changed)
