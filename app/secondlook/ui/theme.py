"""Colours, type and icons, in light and dark; everything visual is decided here.

Contrast of text on its ground is at least 4.5:1 in both (WCAG 2.2, 1.4.3); tests/ui checks it.
"""

from enum import StrEnum
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QByteArray, QObject, QRectF, QSize, Qt, QTemporaryDir, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QPainter,
    QPalette,
    QPixmap,
)
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QApplication

from secondlook.paths import resources
from secondlook.ui.style import style_sheet

Mode = Literal["system", "light", "dark"]

SPACE = (4, 8, 12, 16, 24, 32)
"""Steps of spacing in px; use these and no others."""

ICON = 18
"""Side of an icon in a control, in px."""


class Role(StrEnum):
    """What a colour is for."""

    WINDOW = "window"
    SURFACE = "surface"
    RAISED = "raised"
    BORDER = "border"
    TEXT = "text"
    MUTED = "muted"
    ACCENT = "accent"
    ACCENT_SOFT = "accent_soft"
    ON_ACCENT = "on_accent"
    SUCCESS = "success"
    SUCCESS_SOFT = "success_soft"
    WARNING = "warning"
    WARNING_SOFT = "warning_soft"
    DANGER = "danger"
    DANGER_SOFT = "danger_soft"
    VIEWER = "viewer"
    """Neutral grey around faces, so that it lends them no colour."""


LIGHT: dict[Role, str] = {
    Role.WINDOW: "#F4F5F7",
    Role.SURFACE: "#FFFFFF",
    Role.RAISED: "#FAFBFC",
    Role.BORDER: "#D8DDE4",
    Role.TEXT: "#1A2330",
    Role.MUTED: "#566173",
    Role.ACCENT: "#2B5C8F",
    Role.ACCENT_SOFT: "#E4EDF6",
    Role.ON_ACCENT: "#FFFFFF",
    Role.SUCCESS: "#2A7A4B",
    Role.SUCCESS_SOFT: "#E3F2E9",
    Role.WARNING: "#8A5308",
    Role.WARNING_SOFT: "#FAEFD9",
    Role.DANGER: "#AE322B",
    Role.DANGER_SOFT: "#FBE6E4",
    Role.VIEWER: "#7A7D80",
}
DARK: dict[Role, str] = {
    Role.WINDOW: "#12161B",
    Role.SURFACE: "#1A2027",
    Role.RAISED: "#222932",
    Role.BORDER: "#36404C",
    Role.TEXT: "#E8ECF1",
    Role.MUTED: "#9DA9B8",
    Role.ACCENT: "#82B4E6",
    Role.ACCENT_SOFT: "#1F3347",
    Role.ON_ACCENT: "#0F1A26",
    Role.SUCCESS: "#6CC08F",
    Role.SUCCESS_SOFT: "#1B3327",
    Role.WARNING: "#E0AE58",
    Role.WARNING_SOFT: "#382B14",
    Role.DANGER: "#EF8A82",
    Role.DANGER_SOFT: "#3D2020",
    Role.VIEWER: "#54575A",
}
assert set(LIGHT) == set(DARK) == set(Role)


class Theme(QObject):
    """The look of the whole program; one per process, see ``current``."""

    changed = Signal()
    _current: "Theme | None" = None

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._mode: Mode = "system"
        self._icons: dict[tuple[str, Role, int, int], QIcon] = {}
        self._drawn = QTemporaryDir()  # the style sheet takes images only from files
        application.setStyle("Fusion")
        _set_font(application)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._apply)
        self._dark: bool | None = None
        self._apply()

    @classmethod
    def current(cls) -> "Theme":
        """The theme of the running application."""
        if cls._current is None:
            application = QApplication.instance()
            assert isinstance(application, QApplication)
            cls._current = cls(application)
        return cls._current

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def dark(self) -> bool:
        return bool(self._dark)

    def set_mode(self, mode: Mode) -> None:
        """Follow the system, or force light or dark."""
        self._mode = mode
        schemes = {"light": Qt.ColorScheme.Light, "dark": Qt.ColorScheme.Dark}
        scheme = schemes.get(mode, Qt.ColorScheme.Unknown)
        QGuiApplication.styleHints().setColorScheme(scheme)  # the window's frame follows too
        self._apply()

    def color(self, role: Role) -> QColor:
        return QColor(self._colors[role])

    def icon(self, name: str, role: Role = Role.TEXT, size: int = ICON, *, gap: int = 0) -> QIcon:
        """An icon of resources/icons in a colour of the theme; empty when there is no such file.

        ``gap`` px are left free at its right, to keep it from the text of a button.
        """
        key = (name, role, size, gap)
        if key not in self._icons:
            self._icons[key] = self._draw(name, role, size, gap)
        return self._icons[key]

    def pixmap(self, name: str, role: Role = Role.TEXT, size: int = ICON) -> QPixmap:
        ratio = self._application.devicePixelRatio()
        return self.icon(name, role, size).pixmap(QSize(size, size), ratio)

    @property
    def _colors(self) -> dict[Role, str]:
        return DARK if self._dark else LIGHT

    def _apply(self) -> None:
        dark = self._mode == "dark" or (
            self._mode == "system"
            and QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        )
        if dark == self._dark:
            return
        self._dark = dark
        self._icons.clear()
        self._application.setPalette(self._palette())
        tokens = {role.value: color for role, color in self._colors.items()}
        self._application.setStyleSheet(style_sheet(tokens | self._images()))
        self.changed.emit()

    def _palette(self) -> QPalette:
        palette = QPalette()
        roles = QPalette.ColorRole
        for target, role in {
            roles.Window: Role.WINDOW,
            roles.Base: Role.SURFACE,
            roles.AlternateBase: Role.RAISED,
            roles.Button: Role.SURFACE,
            roles.ToolTipBase: Role.SURFACE,
            roles.WindowText: Role.TEXT,
            roles.Text: Role.TEXT,
            roles.ButtonText: Role.TEXT,
            roles.ToolTipText: Role.TEXT,
            roles.BrightText: Role.DANGER,
            roles.PlaceholderText: Role.MUTED,
            roles.Link: Role.ACCENT,
            roles.LinkVisited: Role.ACCENT,
            roles.Highlight: Role.ACCENT,
            roles.HighlightedText: Role.ON_ACCENT,
            roles.Accent: Role.ACCENT,
            roles.Mid: Role.BORDER,
        }.items():
            palette.setColor(target, self.color(role))
        for target in (roles.WindowText, roles.Text, roles.ButtonText):
            palette.setColor(QPalette.ColorGroup.Disabled, target, self.color(Role.MUTED))
        return palette

    def _images(self) -> dict[str, str]:
        """Files for the marks that the style sheet shows inside controls."""
        wanted = {
            "image_down": ("chevron-down", Role.MUTED),
            "image_right": ("chevron-right", Role.MUTED),
            "image_check": ("check", Role.ON_ACCENT),
        }
        files = {}
        for token, (name, role) in wanted.items():
            file = Path(self._drawn.filePath(f"{token}-{'dark' if self._dark else 'light'}.svg"))
            file.write_bytes(self._svg(name, role))
            files[token] = file.as_posix()
        return files

    def _svg(self, name: str, role: Role) -> bytes:
        path = resources() / "icons" / f"{name}.svg"
        if not path.is_file():
            return b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24"/>'
        return path.read_bytes().replace(b"currentColor", self._colors[role].encode())

    def _draw(self, name: str, role: Role, size: int, gap: int) -> QIcon:
        icon = QIcon()
        for mode, shade in ((QIcon.Mode.Normal, role), (QIcon.Mode.Disabled, Role.MUTED)):
            renderer = QSvgRenderer(QByteArray(self._svg(name, shade)))
            for ratio in (1.0, 1.5, 2.0, 3.0):
                side = round(size * ratio)
                pixmap = QPixmap(side + round(gap * ratio), side)
                pixmap.fill(Qt.GlobalColor.transparent)
                painter = QPainter(pixmap)
                renderer.render(painter, QRectF(0, 0, side, side))
                painter.end()
                pixmap.setDevicePixelRatio(ratio)
                icon.addPixmap(pixmap, mode)
        return icon


def _set_font(application: QApplication) -> None:
    font = application.font()
    font.setPointSizeF(10)
    font.setFeature(QFont.Tag("tnum"), 1)  # figures in columns stay in line
    application.setFont(font)


def fixed_font(points: float = 9) -> QFont:
    """For hashes, paths and JSON."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPointSizeF(points)
    return font
