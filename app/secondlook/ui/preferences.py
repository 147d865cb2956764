"""What the window remembers between starts: looks and places, never anything of a case."""

from pathlib import Path
from typing import cast

from PySide6.QtCore import QByteArray, QSettings

from secondlook.paths import user_data
from secondlook.ui.theme import Mode


class Preferences:
    """A small file beside the database."""

    def __init__(self) -> None:
        self._settings = QSettings(str(user_data() / "window.ini"), QSettings.Format.IniFormat)

    @property
    def appearance(self) -> Mode:
        mode = self._text("appearance")
        return cast(Mode, mode) if mode in ("light", "dark") else "system"

    @appearance.setter
    def appearance(self, mode: Mode) -> None:
        self._settings.setValue("appearance", mode)

    @property
    def last_user(self) -> str:
        return self._text("last_user")

    @last_user.setter
    def last_user(self, username: str) -> None:
        self._settings.setValue("last_user", username)

    @property
    def models_folder(self) -> Path | None:
        folder = self._text("models_folder")
        return Path(folder) if folder else None

    @models_folder.setter
    def models_folder(self, folder: Path) -> None:
        self._settings.setValue("models_folder", str(folder))

    @property
    def geometry(self) -> QByteArray:
        value = self._settings.value("geometry")
        return value if isinstance(value, QByteArray) else QByteArray()

    @geometry.setter
    def geometry(self, geometry: QByteArray) -> None:
        self._settings.setValue("geometry", geometry)

    def _text(self, name: str) -> str:
        value = self._settings.value(name, "")
        return value if isinstance(value, str) else ""
