"""The page that says what 99 % means: its words, its picture, and the ways to it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QImage, QTextDocument, QTextTable
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget
from pytestqt.qtbot import QtBot

from secondlook.domain.confidence import search_confidence
from secondlook.domain.records import Operator
from secondlook.paths import install_root, resources
from secondlook.services.application import Application
from secondlook.ui.case.candidates_step import CandidatesStep
from secondlook.ui.context import Context
from secondlook.ui.examination.facts import STATUS_TEXTS, CandidateFacts
from secondlook.ui.explanation import ExplanationDialog
from secondlook.ui.explanation.dialog import PAGE
from secondlook.ui.explanation.document import Page, picture
from secondlook.ui.shell import MainWindow
from secondlook.ui.theme import DARK, LIGHT, Role, Theme
from tests.bench.explanation import LINES, PICTURE, draw, measure

from .examination_case import Bench

FILE = resources() / PAGE
HEADINGS = [
    "What “99 %” means here",
    "In one picture",
    "What it does not mean",
    "Why the size of the gallery counts",
    "Why one score can have two confidences",
    "The words beside the number",
    "Why other vendors' 99 is another number",
    "How to check it",
]


@pytest.fixture
def text() -> str:
    return FILE.read_text(encoding="utf-8")


def shown(parent: QWidget) -> list[ExplanationDialog]:
    return [d for d in parent.findChildren(ExplanationDialog) if d.isVisible()]


# Words


def test_every_heading_is_there(text: str) -> None:
    assert re.findall(r"^#+ (.+)$", text, re.MULTILINE) == HEADINGS


@pytest.mark.parametrize("phrase", ["probability", "match confirmed", "certain that", "likelihood"])
def test_nothing_reads_as_a_probability_of_identity(text: str, phrase: str) -> None:
    assert phrase not in text.lower()
    assert "It is not the chance that both pictures show one person" in text


def test_the_words_of_the_screens_are_explained(text: str) -> None:
    page = text.lower()
    for status in ("measured in this gallery", "from the model's reference curve"):
        assert status in STATUS_TEXTS.values()
        assert status in page
    assert "extrapolated" in page
    assert "not measurable" in page


def test_its_figures_follow_from_the_definition(text: str) -> None:
    rows = re.findall(r"^\| ([\d,]+) \| ([\d.]+) % \|$", text, re.MULTILINE)
    assert len(rows) == 3
    for people, percent in rows:
        exact = search_confidence(1e-5, int(people.replace(",", "")))
        assert 0 <= round(exact, 9) - float(percent) < 0.1


def test_links_lead_to_files_of_the_project(text: str) -> None:
    docs = install_root() / "docs" / "what-99-means.md"
    pages = ((FILE, text), (docs, docs.read_text(encoding="utf-8")))
    for page, content in pages:
        links = re.findall(r"\]\(([^)]+)\)", content)
        assert links
        assert all((page.parent / link).is_file() for link in links)
    assert (docs.parent / "../resources" / PAGE).resolve() == FILE.resolve()


# The picture


def test_the_picture_is_what_the_demonstration_gives(tmp_path: Path, text: str) -> None:
    searches = measure(tmp_path)
    assert len(searches.best) == 60
    assert [searches.beyond(line) for line in LINES] == [3, 0, 0]
    assert "Three lie beyond the line of 80 %, none beyond that of 90 %." in text
    assert "It happened three times" in text
    assert "Nobody reached 90 %." in text
    beyond = LIGHT[Role.WARNING]
    for drawn in (draw(searches), PICTURE.read_text(encoding="utf-8")):
        assert drawn.count("<circle") == 60
        assert len(re.findall(f'<circle .*fill="{beyond}"', drawn)) == 3


@pytest.mark.parametrize(("mode", "colours"), [("light", LIGHT), ("dark", DARK)])
def test_the_picture_has_the_colours_of_the_theme(
    request: pytest.FixtureRequest, mode: str, colours: dict[Role, str]
) -> None:
    theme: Theme = request.getfixturevalue(mode)
    image = picture(PICTURE, theme)
    assert image.pixelColor(QPoint(2, 2)).name() == colours[Role.SURFACE].lower()


def test_the_document_has_picture_and_table_and_nothing_from_elsewhere(light: Theme) -> None:
    page = Page(FILE, light)
    image = QTextDocument.ResourceType.ImageResource
    assert isinstance(page.resource(image, QUrl("searches.svg")), QImage)
    assert page.resource(image, QUrl("https://example.org/other.svg")) is None
    assert any(isinstance(f, QTextTable) for f in page.rootFrame().childFrames())
    levels, block = [], page.begin()
    while block.isValid():
        levels.append(block.blockFormat().headingLevel())
        block = block.next()
    assert [level for level in levels if level] == [1, *[2] * (len(HEADINGS) - 1)]


# Ways to it


@pytest.fixture
def window(qtbot: QtBot, application: Application, administrator: Operator) -> Iterator[MainWindow]:
    window = MainWindow(application)
    window.asks_for_models = False
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(window.sign_in.sign_in.isVisible)
    window.enter(administrator)
    yield window
    window.close()
    application.lanes.close()


def test_f1_opens_it_and_escape_closes_it(qtbot: QtBot, window: MainWindow) -> None:
    window.activateWindow()
    QTest.keyClick(window, Qt.Key.Key_F1)
    (dialog,) = shown(window)
    assert HEADINGS[0] in dialog.text.toPlainText()
    with qtbot.waitSignal(dialog.destroyed):
        QTest.keyClick(dialog, Qt.Key.Key_Escape)


def test_the_menu_of_the_rail_opens_it(window: MainWindow) -> None:
    assert window.workspace
    (menu,) = (m for m in window.workspace.rail.operator.findChildren(QMenu) if not m.title())
    (action,) = (a for a in menu.actions() if a.text() == "What 99 % means")
    action.trigger()
    assert shown(window)


def test_it_closes_when_the_person_signs_out(qtbot: QtBot, window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_F1)
    (dialog,) = shown(window)
    with qtbot.waitSignal(dialog.destroyed):
        window.leave()


@pytest.mark.parametrize("kind", [CandidatesStep, CandidateFacts])
def test_a_link_beside_the_confidence_opens_it(
    qtbot: QtBot,
    bench: Bench,
    contexts: list[Context],
    kind: Callable[[Context], CandidatesStep | CandidateFacts],
) -> None:
    contexts.append(bench.context())
    widget = kind(contexts[-1])
    qtbot.addWidget(widget)
    widget.resize(1060, 640)
    widget.show()
    assert widget.meaning.isVisible()
    assert "F1" in widget.meaning.toolTip()
    widget.meaning.click()
    assert shown(widget)


def test_it_follows_the_theme_where_it_was_being_read(qtbot: QtBot, light: Theme) -> None:
    dialog = ExplanationDialog()
    qtbot.addWidget(dialog)
    dialog.show()
    bar = dialog.text.verticalScrollBar()
    bar.setValue(bar.maximum() // 2)
    before = bar.value()
    light.set_mode("dark")
    assert before > 0
    assert bar.value() == before
