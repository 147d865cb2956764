"""The Models screen: states, what is known, choosing, and what the window says of a bad file."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from secondlook import paths
from secondlook.domain import shipped
from secondlook.domain.records import Operator
from secondlook.services.application import Application
from secondlook.ui.bridge import Bridge
from secondlook.ui.context import Context
from secondlook.ui.models.screen import NAME, ModelsScreen
from secondlook.ui.models.view import ModelView
from secondlook.ui.shell import MainWindow
from secondlook.ui.theme import Theme
from tests.people import account
from tests.services.model_files import body, put_file, put_models, ships
from tests.ui.conftest import PASSWORD

Until = Callable[[Callable[[], object]], None]


@pytest.fixture(autouse=True)
def cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = put_models(tmp_path / "cards")
    monkeypatch.setattr(paths, "cards", lambda: folder)
    monkeypatch.setattr(shipped, "MODELS", ships(folder))
    return folder


@pytest.fixture
def screen(qtbot: QtBot, context: Context, until: Until) -> ModelsScreen:
    screen = ModelsScreen(context)
    qtbot.addWidget(screen)
    screen.show()
    until(lambda: screen.situation)
    return screen


def view(screen: ModelsScreen, name: str = "") -> ModelView:
    if name:
        screen.select(name)
    shown = screen.area.widget()
    assert isinstance(shown, ModelView)
    return shown


def texts(shown: ModelView) -> str:
    return "\n".join(label.text() for label in shown.findChildren(QLabel))


def test_what_is_in_use_is_shown_first(screen: ModelsScreen) -> None:
    assert view(screen).card.name == "mini"
    names = [screen.list.item(row).data(NAME) for row in range(screen.list.count())]
    assert names == [None, "good", "mini", None, "good-detector", "mini-detector"]
    shown = texts(view(screen))
    for part in ("In use", "For evaluation", "Verified", "no acceptance under High-stakes",
                 "Training data", "Known limits", "Reference curve", "None was"):  # fmt: skip
        assert part in shown
    assert "Nobody has chosen" in screen.hint.text()


def test_every_state_says_which_file_and_what_to_do(
    screen: ModelsScreen, until: Until, context: Context
) -> None:
    missing = view(screen, "good")
    assert "Not installed: good.onnx is in none of" in texts(missing)
    assert missing.fetch.isVisible()
    assert not missing.use.isVisible()
    path = put_file(paths.user_models(), "good")
    path.write_bytes(b"altered")
    context.changed.models_changed.emit()
    until(lambda: view(screen).status.state == "altered")
    shown = texts(view(screen))
    assert f"Altered: {path} is not the file of the card" in shown
    assert "Fetch it again, or choose the right file" in shown


def test_a_recogniser_is_used_with_the_detector_as_it_is(
    screen: ModelsScreen, application: Application, until: Until
) -> None:
    put_file(paths.user_models(), "good")
    screen.refresh()
    until(lambda: view(screen, "good").status.state == "verified")
    view(screen).use.click()
    until(lambda: "was chosen" in screen.hint.text())
    assert application.model_choice.chosen() == ("mini-detector", "good")
    assert view(screen).card.name == "good"
    assert "In use" in texts(view(screen))


def test_a_wrong_file_is_named_and_a_right_one_installed(
    screen: ModelsScreen, application: Application, tmp_path: Path, until: Until,
    notices: list[tuple[str, str]],
) -> None:  # fmt: skip
    wrong = tmp_path / "notes.txt"
    wrong.touch()
    screen.install([wrong])
    until(lambda: screen.error.isVisible())
    assert str(wrong) in screen.error.text()
    assert ".onnx" in screen.error.text()
    (tmp_path / "x.onnx").write_bytes(body("good"))
    screen.install([tmp_path / "x.onnx"])
    until(lambda: ("Installed: Good.", "success") in notices)
    assert not screen.error.isVisible()
    assert application.models.status("good").state == "verified"


def test_verifying_again_reads_the_files(
    screen: ModelsScreen, cards: Path, application: Application, until: Until,
    notices: list[tuple[str, str]],
) -> None:  # fmt: skip
    screen.again.click()
    until(lambda: notices)
    assert notices.pop() == ("All 2 model files are what their cards say.", "success")
    (cards / "mini.onnx").write_bytes(b"altered")
    screen.again.click()
    until(lambda: notices)
    assert notices.pop() == ("1 of 2 model files are not what their cards say.", "error")
    assert application.record.latest(1)[0].act == "model altered"


def test_the_pair_in_use_is_selected_in_the_dialog(screen: ModelsScreen) -> None:
    dialog = screen.open_dialog()
    assert dialog
    assert dialog.selected().radio.text() == "Built in"
    assert dialog.later.text() == "Cancel"
    dialog.later.click()


def test_an_examiner_reads_and_does_not_choose(
    qtbot: QtBot, application: Application, administrator: Operator, until: Until
) -> None:
    ben = account(application, administrator, "ben", "Ben", PASSWORD)
    put_file(paths.user_models(), "good")
    context = Context(application, ben, Theme.current(), Bridge())
    screen = ModelsScreen(context)
    qtbot.addWidget(screen)
    screen.show()
    until(lambda: screen.situation)
    shown = view(screen, "good")
    for button in (screen.pair, screen.file, screen.folder, shown.use, shown.fetch):
        assert not button.isEnabled()
        assert "administrator" in button.toolTip()
    assert screen.again.isEnabled()
    context.close()
    application.lanes.close()


def test_the_digest_can_be_copied(screen: ModelsScreen) -> None:
    shown = view(screen, "good")
    next(b for b in shown.findChildren(type(shown.use)) if "SHA-256" in b.text()).click()
    assert QGuiApplication.clipboard().text() == shown.card.sha256


# The window


@pytest.fixture
def window(qtbot: QtBot, application: Application, administrator: Operator) -> Iterator[MainWindow]:
    window = MainWindow(application)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()
    application.lanes.close()


def test_an_altered_file_in_use_is_told_with_the_way_to_mend_it(
    window: MainWindow, application: Application, administrator: Operator, cards: Path, until: Until
) -> None:
    application.model_choice.choose(administrator, "mini-detector", "mini")
    (cards / "mini.onnx").write_bytes(b"altered")
    window.verify_models()
    window.enter(administrator)
    workspace = window.workspace
    assert workspace
    until(workspace.models_notice.isVisible)
    said = workspace.models_notice.text.text()
    assert f"Mini is altered: {cards / 'mini.onnx'} is not the file that its card names" in said
    assert workspace.status.model.text() == "No model"
    workspace.models_notice.action.click()
    assert workspace.place == "models"
    until(lambda: any(e.act == "model altered" for e in application.record.latest()))
    put_file(cards, "mini")
    workspace.context.changed.models_changed.emit()
    until(lambda: not workspace.models_notice.isVisible())
    until(lambda: workspace.status.model.text().startswith("mini "))
