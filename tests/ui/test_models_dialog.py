"""The dialog of the first start: what it offers, and every way out of it."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from secondlook import paths
from secondlook.domain import shipped
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.records import Operator
from secondlook.services import engines
from secondlook.services.application import Application
from secondlook.ui.gallery.runner import runner_of
from secondlook.ui.models.again import EnrolAgain
from secondlook.ui.models.fetching import Fetching
from secondlook.ui.models.first import ModelsDialog
from secondlook.ui.models.offer import Offer
from secondlook.ui.shell import MainWindow
from tests.people import account
from tests.services.fake import people
from tests.services.model_files import put_card, put_file, put_models, ships
from tests.services.test_models import opened_engine
from tests.ui.conftest import PASSWORD
from tests.ui.model_server import ModelServer

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with ModelServer() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.go_on.set()
        server.shutdown()
        thread.join()


@pytest.fixture(autouse=True)
def cards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: ModelServer) -> Path:
    """A pair that is embedded, and one that this machine serves."""
    folder = put_models(tmp_path / "cards")
    put_card(folder, "good-detector", "detector", url=server.address("good-detector"))
    put_card(folder, "good", url=server.address("good"))
    monkeypatch.setattr(paths, "cards", lambda: folder)
    monkeypatch.setattr(shipped, "MODELS", ships(folder))
    return folder


@pytest.fixture
def window(qtbot: QtBot, application: Application, administrator: Operator) -> Iterator[MainWindow]:
    window = MainWindow(application)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.close()
    application.lanes.close()


def sign_in(window: MainWindow, until: Until, username: str = "ada") -> None:
    form = window.sign_in.sign_in
    until(lambda: form.isVisible() and form.account.findData(username) >= 0)
    form.account.setCurrentIndex(form.account.findData(username))
    form.password.setText(PASSWORD)
    form.submitted.emit()
    until(lambda: window.workspace)


@pytest.fixture
def dialog(window: MainWindow, until: Until) -> ModelsDialog:
    sign_in(window, until)
    until(lambda: window.models_dialog and window.models_dialog.isVisible())
    assert window.models_dialog
    return window.models_dialog


def offer(dialog: ModelsDialog, name: str) -> Offer:
    found = next(each for each in dialog.offers if each.radio.text() == name)
    found.radio.setChecked(True)
    return found


def texts(widget: Offer) -> str:
    said = "\n".join(label.text() for label in widget.findChildren(QLabel))
    return said.replace("\u200b", "")  # where an address may be broken


def closed(window: MainWindow, until: Until) -> None:
    until(lambda: window.models_dialog is None)


def test_three_ways_with_what_is_known_of_each(dialog: ModelsDialog) -> None:
    assert [each.radio.text() for each in dialog.offers] == ["Built in", "Fetch", "Choose a file"]
    built_in, fetch, file = map(texts, dialog.offers)
    for part in ("Mini with Mini Detector", "For evaluation", "400 kB, part of the program", "MIT",
                 "no acceptance under High-stakes (99 %) and Missing person (95 %)",
                 "Training data of both", "Known limits of Mini"):  # fmt: skip
        assert part in built_in
    for part in ("Good with Good Detector", "400 kB to fetch (200 kB + 200 kB)", "127.0.0.1",
                 "the one thing for which Second Look uses the network",
                 "sends nothing of yours"):  # fmt: skip
        assert part in fetch
    assert "good-detector.onnx and good.onnx" in file
    assert str(paths.user_models()) in file
    assert dialog.primary.text() == "Use these models"
    offer(dialog, "Fetch")
    assert dialog.primary.text() == "Fetch 400 kB and use"


def test_decide_later_keeps_what_is_here_and_asks_at_the_next_start(
    qtbot: QtBot, window: MainWindow, dialog: ModelsDialog, application: Application, until: Until
) -> None:
    dialog.later.click()
    closed(window, until)
    assert application.model_choice.chosen() is None
    assert application.engines.identity().name == "mini"
    window.leave()
    sign_in(window, until)
    qtbot.wait(100)
    assert window.models_dialog is None, "once a start"


@pytest.mark.parametrize("why", ["chosen", "examiner", "demonstration"])
def test_nobody_is_asked_without_need(
    qtbot: QtBot,
    window: MainWindow,
    application: Application,
    administrator: Operator,
    until: Until,
    why: str,
) -> None:
    username = "ada"
    if why == "chosen":
        application.model_choice.choose(administrator, "mini-detector", "mini")
    elif why == "examiner":
        account(application, administrator, "ben", "Ben", PASSWORD)
        window.leave()
        window.sign_in.refresh()
        username = "ben"
    else:
        window.asks_for_models = False
    sign_in(window, until, username)
    qtbot.wait(200)
    assert window.models_dialog is None


def test_what_is_built_in_can_be_used_at_once(
    window: MainWindow, dialog: ModelsDialog, application: Application, until: Until
) -> None:
    dialog.primary.click()
    closed(window, until)
    assert application.model_choice.chosen() == ("mini-detector", "mini")
    assert application.record.latest(1)[0].act == "models chosen"


def test_fetching_ends_with_the_models_in_use(
    window: MainWindow, dialog: ModelsDialog, application: Application, until: Until
) -> None:
    offer(dialog, "Fetch")
    dialog.primary.click()
    assert dialog.strip.isVisible()
    assert not dialog.primary.isEnabled()
    closed(window, until)
    assert application.model_choice.chosen() == ("good-detector", "good")
    names = sorted(path.name for path in paths.user_models().iterdir())
    assert names == ["good-detector.onnx", "good.onnx"]
    workspace = window.workspace
    assert workspace
    until(lambda: workspace.status.model.text().startswith("good "))


def test_a_cancelled_download_is_resumed(
    window: MainWindow,
    dialog: ModelsDialog,
    application: Application,
    server: ModelServer,
    until: Until,
) -> None:
    server.go_on.clear()
    offer(dialog, "Fetch")
    dialog.primary.click()
    until(lambda: "MB" in dialog.strip.text.text())
    dialog.strip.cancel.click()
    server.go_on.set()
    until(lambda: not dialog.strip.isVisible())
    assert dialog.isVisible()
    assert dialog.error.text() == "", "a cancel is no error"
    until(lambda: dialog.primary.text().startswith("Resume: fetch the last "))
    assert application.model_choice.chosen() is None
    dialog.primary.click()
    closed(window, until)
    assert application.model_choice.chosen() == ("good-detector", "good")
    assert any(server.ranges), "what had arrived was not asked for again"


def test_without_a_network_it_says_so_and_what_else_there_is(
    dialog: ModelsDialog, application: Application, server: ModelServer, until: Until
) -> None:
    server.shutdown()
    server.socket.close()
    offer(dialog, "Fetch")
    dialog.primary.click()
    until(lambda: dialog.error.isVisible())
    for part in ("127.0.0.1 cannot be reached", "nothing of yours was sent", "Choose a file"):
        assert part in dialog.error.text()
    assert dialog.primary.isEnabled()
    assert application.model_choice.chosen() is None
    dialog.later.click()


def test_closing_the_window_stops_a_download(
    window: MainWindow, dialog: ModelsDialog, application: Application, server: ModelServer,
    until: Until,
) -> None:  # fmt: skip
    server.go_on.clear()
    offer(dialog, "Fetch")
    dialog.primary.click()
    until(lambda: "MB" in dialog.strip.text.text())
    threading.Timer(0.2, server.go_on.set).start()
    window.close_now()
    application.lanes.close()
    assert application.model_choice.chosen() is None
    assert application.models.status("good").state == "missing"


def test_a_file_of_ones_own(
    window: MainWindow, dialog: ModelsDialog, application: Application, tmp_path: Path, until: Until
) -> None:
    offer(dialog, "Choose a file")
    assert dialog.primary.text() == "Choose a file…"
    dialog.primary.click()
    (picker,) = dialog.findChildren(QFileDialog)
    picker.reject()
    wrong = tmp_path / "holiday.onnx"
    wrong.write_bytes(b"not a model")
    dialog.install([wrong])
    until(lambda: dialog.error.isVisible())
    for part in (str(wrong), "no card names its SHA-256", "Put its card"):
        assert part in dialog.error.text()
    assert application.model_choice.chosen() is None
    right = put_file(tmp_path / "downloads", "good").rename(tmp_path / "downloads" / "x.onnx")
    dialog.install([right])
    closed(window, until)
    assert application.model_choice.chosen() == ("mini-detector", "good")


def test_half_a_pair_asks_for_the_other_half(
    cards: Path, dialog: ModelsDialog, application: Application, tmp_path: Path, until: Until
) -> None:
    for file in cards.glob("*.onnx"):
        file.unlink()
    dialog.install([put_file(tmp_path / "downloads", "good")])
    until(lambda: dialog.note.isVisible())
    assert dialog.note.text() == (
        "Good is installed. A detector is still missing: choose its file too."
    )
    assert application.model_choice.chosen() is None
    dialog.install([put_file(tmp_path / "downloads", "good-detector")])
    until(lambda: application.model_choice.chosen() == ("good-detector", "good"))


def test_galleries_of_the_model_before_are_offered_to_be_enrolled_again(
    window: MainWindow,
    application: Application,
    administrator: Operator,
    tmp_path: Path,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(engines, "open_engine", opened_engine)
    for number, name in enumerate(("first", "second")):
        made = application.galleries.create(
            administrator, name, people(tmp_path / name, 3 + number, 1 + 10 * number)
        )
        application.enrolment.run(administrator, made.id, CancelToken(), ignore_progress)
    sign_in(window, until)
    until(lambda: window.models_dialog and window.models_dialog.isVisible())
    dialog, context = window.models_dialog, window.context
    assert dialog
    assert context
    offer(dialog, "Fetch")
    dialog.primary.click()
    until(lambda: window.findChildren(EnrolAgain))
    (again,) = window.findChildren(EnrolAgain)
    shown = "\n".join(label.text() for label in again.findChildren(QLabel))
    for part in ("Enrol 2 galleries again?", "first", "3 references", "mini 1", "4 references"):
        assert part in shown
    again.submit()
    runner = runner_of(context)
    until(lambda: not runner.active)
    assert {g.model.name for g in application.galleries.summaries()} == {"good"}
    assert application.model_choice.out_of_date() == []
    assert not Fetching.of(context).names
