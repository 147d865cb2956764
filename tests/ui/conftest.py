"""A window's surroundings: real services over a database of its own, and somebody signed in."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from secondlook import paths
from secondlook.bootstrap import open_application
from secondlook.domain.records import Operator
from secondlook.services.application import Application
from secondlook.ui.bridge import Bridge
from secondlook.ui.context import Context
from secondlook.ui.examination import DecisionStep
from secondlook.ui.theme import Theme

from .examination_case import Bench, open_bench

PASSWORD = "correct horse"


@pytest.fixture
def application(tmp_path: Path, empty_database: Path) -> Iterator[Application]:
    """No model is present, but for what a test puts among cards of its own."""
    shutil.copy(empty_database, tmp_path / "secondlook.db")
    app = open_application(tmp_path / "secondlook.db")
    shipped = paths.install_root() / "models"
    app.models.folders[:] = [folder for folder in app.models.folders if folder != shipped]
    yield app
    app.close()


@pytest.fixture
def administrator(application: Application) -> Operator:
    return application.accounts.create_first("ada", "Ada Lovelace", PASSWORD)


@pytest.fixture
def context(qtbot: QtBot, application: Application, administrator: Operator) -> Iterator[Context]:
    made = Context(application, administrator, Theme.current(), Bridge())
    yield made
    made.close()
    application.lanes.close()  # before the bridge goes


@pytest.fixture
def theme(qtbot: QtBot) -> Iterator[Theme]:
    current = Theme.current()
    yield current
    current.set_mode("light")


@pytest.fixture
def light(theme: Theme) -> Theme:
    theme.set_mode("light")
    return theme


@pytest.fixture
def dark(theme: Theme) -> Theme:
    theme.set_mode("dark")
    return theme


@pytest.fixture
def notices(context: Context) -> list[tuple[str, str]]:
    """Everything that was told in the notice bar: (message, kind)."""
    told: list[tuple[str, str]] = []
    context.changed.noticed.connect(lambda text, kind: told.append((text, kind)))
    return told


@pytest.fixture
def until(qtbot: QtBot) -> Callable[[Callable[[], object]], None]:
    """Wait until something is true."""

    def wait(condition: Callable[[], object]) -> None:
        qtbot.waitUntil(lambda: bool(condition()), timeout=10_000)

    return wait


Make = Callable[..., Bench]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """Opens benches (a case with a search, ready to be examined) and closes them in the end."""
    made: list[Bench] = []

    def open_one(**how: Any) -> Bench:
        made.append(open_bench(tmp_path, **how))
        return made[-1]

    yield open_one
    for bench in made:
        bench.app.close()


@pytest.fixture
def bench(make: Make) -> Bench:
    return make()


@pytest.fixture
def contexts(qtbot: QtBot, make: Make) -> Iterator[list[Context]]:
    """Closed before the application under them."""
    made: list[Context] = []
    yield made
    for context in made:
        context.close()


@pytest.fixture
def opened(
    qtbot: QtBot, contexts: list[Context], until: Callable[[Callable[[], object]], None]
) -> Callable[..., DecisionStep]:
    """The Decision step of a bench, as one of its operators sees it."""

    def show(bench: Bench, operator: Operator | None = None, index: int = 0) -> DecisionStep:
        contexts.append(bench.context(operator))
        step = DecisionStep(contexts[-1])
        qtbot.addWidget(step)
        step.resize(1080, 660)
        with qtbot.waitActive(step, timeout=10_000):
            step.show()
            step.activateWindow()
        step.show_candidate(bench.search, bench.candidates, index)
        until(lambda: step.dossier and step.requirements.rows)
        step.setFocus()
        return step

    return show
