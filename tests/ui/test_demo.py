"""The demonstration in the window, as a person with a display gets it."""

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from secondlook.bootstrap import open_application
from secondlook.services.demonstration import CASES
from secondlook.ui.demo import start
from secondlook.ui.shell import MainWindow

Until = Callable[[Callable[[], object]], None]


def test_it_signs_in_enrols_searches_both_cases_and_opens_the_stranger(
    qtbot: QtBot, tmp_path: Path, until: Until
) -> None:
    app = open_application(tmp_path / "demonstration.db")
    window = MainWindow(app)
    window.asks_for_models = False
    qtbot.addWidget(window)
    window.show()
    start(window)
    until(lambda: window.workspace and window.workspace.place == "case")
    found = [app.cases.by_reference(plan.reference) for plan in CASES]
    assert [len(app.cases.searches(case.id)) for case in found if case] == [1, 1]
    assert app.cases.all()[0].undecided == 1, "one stranger is offered at 80 %"
    assert app.engines.identity().name == "secondlook-mini"
    window.close_now()
    app.close()
