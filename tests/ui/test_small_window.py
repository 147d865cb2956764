"""A small window shows what a large one does."""

import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from secondlook.domain.faces import Component, Quality
from secondlook.ui.case.probe_panel import ProbePanel
from secondlook.ui.case.probe_step import PANEL
from secondlook.ui.context import Context
from secondlook.ui.preferences import Preferences
from secondlook.ui.theme import Theme
from secondlook.ui.workspace import ROOMY, Workspace

from .fitting import SMALLEST, misfits


def test_the_rail_is_slim_in_a_small_window_and_says_the_same(
    qtbot: QtBot, context: Context
) -> None:
    workspace = Workspace(context, Preferences())
    qtbot.addWidget(workspace)
    workspace.resize(ROOMY, 700)
    workspace.show()
    wide, labels = workspace.rail.width(), [b.text() for b in workspace.rail.buttons.values()]
    workspace.resize(SMALLEST[0], SMALLEST[1])
    assert workspace.rail.width() < wide / 2
    assert [b.text() for b in workspace.rail.buttons.values()] == labels
    assert not misfits(workspace.rail)
    workspace.resize(ROOMY, 700)
    assert workspace.rail.width() == wide


@pytest.mark.parametrize("limit", [32, None])
@pytest.mark.parametrize("eyes", [1279.0, None])
def test_the_quality_of_a_probe_has_room_beside_it(
    qtbot: QtBot, light: Theme, eyes: float | None, limit: float | None
) -> None:
    """Whatever was measured, or not, and asked for."""
    panel = ProbePanel()
    qtbot.addWidget(panel)
    panel.setFixedWidth(PANEL)
    panel.resize(PANEL, 400)
    quality = Quality(eyes, 0.94, 1, 0.7, 12, 1, 0.99, eyes, 12, 5, 0.98, 0.97, 0.8, 0.82, 2, 0)
    panel.quality.show_quality(quality, {} if limit is None else dict.fromkeys(Component, limit))
    panel.show()
    qtbot.waitUntil(lambda: not misfits(panel), timeout=2_000)


def test_what_does_not_fit_is_noticed(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(QLabel("A text"))
    button = QPushButton("A button with a long text")
    column.addWidget(button)
    window.show()
    assert not misfits(window)
    button.setFixedWidth(40)
    assert any("short of room" in found for found in misfits(window))
    button.move(window.width(), button.y())
    assert any("cut off" in found for found in misfits(window))
