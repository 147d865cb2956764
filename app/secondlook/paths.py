"""Where things lie: what ships with the program, and what belongs to the person."""

import os
import sys
from pathlib import Path

from platformdirs import user_data_path


def install_root() -> Path:
    """The folder that holds ``resources`` and ``models``: a checkout, or the frozen bundle."""
    if getattr(sys, "frozen", False):
        return Path(getattr(sys, "_MEIPASS"))  # noqa: B009 - only there when frozen
    return Path(__file__).resolve().parents[2]


def resources() -> Path:
    return install_root() / "resources"


def cards() -> Path:
    """The model cards (and embedded weights) that ship with the program."""
    return install_root() / "models"


def user_data() -> Path:
    """Database, originals and fetched models, unless the person names other places."""
    override = os.environ.get("SECONDLOOK_HOME")
    return Path(override) if override else user_data_path("SecondLook", appauthor=False)


def user_models() -> Path:
    return user_data() / "models"


def default_database() -> Path:
    return user_data() / "secondlook.db"


def originals_of(database: Path) -> Path:
    """The folder of originals that belongs to a database file: beside it, same stem."""
    return database.with_name(database.stem + "-originals")


def model_folders(extra: Path | None = None) -> list[Path]:
    """Where model files are looked for, first match wins."""
    named = os.environ.get("SECONDLOOK_MODELS")
    chosen = [extra] if extra else []
    environment = [Path(named)] if named else []
    return [*chosen, *environment, user_models(), cards()]


def demonstration() -> Path | None:
    """Demonstration people, ``gallery/`` and ``probes/``: shipped, or named; None without any."""
    named = os.environ.get("SECONDLOOK_DEMO")
    folder = Path(named) if named else resources() / "demo"
    return folder if (folder / "gallery").is_dir() else None
