"""Light and dark: legible, and everything that shows an icon follows."""

import itertools
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QGuiApplication
from pytestqt.qtbot import QtBot

from secondlook.paths import resources
from secondlook.ui.theme import DARK, LIGHT, Role, Theme
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import Elided

GROUNDS = (Role.WINDOW, Role.SURFACE, Role.RAISED)
INKS = (Role.TEXT, Role.MUTED, Role.ACCENT, Role.SUCCESS, Role.WARNING, Role.DANGER)
PAIRS = [
    *itertools.product(INKS, GROUNDS),
    (Role.ON_ACCENT, Role.ACCENT),
    *((Role.TEXT, soft) for soft in Role if soft.endswith("_soft")),
    (Role.ACCENT, Role.ACCENT_SOFT),
    (Role.SUCCESS, Role.SUCCESS_SOFT),
    (Role.WARNING, Role.WARNING_SOFT),
    (Role.DANGER, Role.DANGER_SOFT),
]


def luminance(color: QColor) -> float:
    """Relative luminance, WCAG 2.2."""
    parts = (color.redF(), color.greenF(), color.blueF())
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_contrast(colors: dict[Role, str], ink: Role, ground: Role) -> None:
    high, low = sorted((luminance(QColor(colors[r])) for r in (ink, ground)), reverse=True)
    assert (high + 0.05) / (low + 0.05) >= 4.5


def test_modes_change_colours_once(light: Theme) -> None:
    changes: list[bool] = []
    light.changed.connect(lambda: changes.append(light.dark))
    light.set_mode("dark")
    light.set_mode("dark")
    light.set_mode("light")
    assert changes == [True, False]
    assert light.color(Role.TEXT) == QColor(LIGHT[Role.TEXT])


def test_the_system_is_followed_while_the_program_runs(
    theme: Theme, monkeypatch: pytest.MonkeyPatch
) -> None:
    hints = QGuiApplication.styleHints()
    theme.set_mode("system")
    for scheme in (Qt.ColorScheme.Dark, Qt.ColorScheme.Light):
        system = SimpleNamespace(colorScheme=lambda scheme=scheme: scheme)
        with monkeypatch.context() as patch:  # no platform without a display has a scheme
            patch.setattr(
                "secondlook.ui.theme.QGuiApplication",
                SimpleNamespace(styleHints=lambda s=system: s),
            )
            hints.colorSchemeChanged.emit(scheme)
        assert theme.dark == (scheme is Qt.ColorScheme.Dark)


def test_an_icon_keeps_its_gap_whenever_the_text_comes(qtbot: QtBot, light: Theme) -> None:
    whole, late = Button("Resume", icon="play"), Button("")
    for button in (whole, late):
        qtbot.addWidget(button)
    late.set_icon("play")
    assert late.iconSize() != whole.iconSize()
    late.setText("Resume")
    assert late.iconSize() == whole.iconSize()


def test_buttons_redraw_their_icon(qtbot: QtBot, light: Theme) -> None:
    button = Button("Add", icon="add")
    qtbot.addWidget(button)
    before = button.icon().pixmap(16).toImage()
    light.set_mode("dark")
    assert button.icon().pixmap(16).toImage() != before


def test_a_missing_icon_is_empty_space(light: Theme) -> None:
    assert light.pixmap("no-such-icon").size().width() > 0


def test_icons_take_the_colour_of_the_theme() -> None:
    for path in (resources() / "icons").glob("*.svg"):
        if path.stem != "secondlook":
            assert "currentColor" in path.read_text(encoding="utf-8"), path.name


def test_elided_text_keeps_the_whole_as_tooltip(qtbot: QtBot, light: Theme) -> None:
    label = Elided("A name that is a good deal longer than the room there is for it")
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    assert label.shown_text().endswith("…")
    assert label.toolTip() == label.text()
    label.resize(2000, 20)
    assert label.toolTip() == ""
