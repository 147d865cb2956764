"""The rules of the project itself: style, types, layers, sizes and layout."""

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LINES_AT_MOST = 600

CHECKS = {
    "ruff check": ["-m", "ruff", "check", "."],
    "ruff format": ["-m", "ruff", "format", "--check", "--diff", "."],
    "mypy strict": ["-m", "mypy"],
    "import layers": [
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ],
}


@pytest.mark.parametrize("name", CHECKS)
def test_check_passes(name: str) -> None:
    """Run as programs, so that what they print is what a person at the terminal would see."""
    done = subprocess.run(
        [sys.executable, *CHECKS[name]],
        cwd=ROOT,
        env=os.environ | {"NO_COLOR": "1", "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if done.returncode != 0:
        pytest.fail(f"{name}:\n{done.stdout}{done.stderr}", pytrace=False)


def test_no_module_has_grown_too_long() -> None:
    modules = [*(ROOT / "app").rglob("*.py"), *(ROOT / "tests").rglob("*.py"), ROOT / "dev.py"]
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in modules}
    too_long = [
        f"{path.relative_to(ROOT)}: {length} lines"
        for path, length in lengths.items()
        if length > LINES_AT_MOST
    ]
    assert not too_long


def test_nothing_decodes_outside_the_box() -> None:
    """A picture of a stranger is decoded by ``vision.box`` alone, where it does no harm."""
    allowed = (
        "vision/box/serving.py", "vision/decode", "vision/reading/",
        "vision/spoil.py",  # what it encoded itself
    )  # fmt: skip
    readers = {"PIL", "cv2.imread", "cv2.imdecode"}
    found = []
    for path in (ROOT / "app/secondlook").rglob("*.py"):
        name = path.relative_to(ROOT / "app/secondlook").as_posix()
        if name.startswith(allowed):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module == "secondlook.vision.decode":
                found += [name for alias in node.names if alias.name == "decode"]
            elif isinstance(node, ast.ImportFrom | ast.Import):
                module = getattr(node, "module", None)
                names = [module or alias.name for alias in node.names]
                found += [name for n in names if n.partition(".")[0] in readers]
            elif isinstance(node, ast.Attribute) and ast.unparse(node) in readers:
                found.append(name)
    assert not found


@pytest.mark.parametrize("folder", ["models", "resources", "packaging"])
def test_data_folders_are_not_packages(folder: str) -> None:
    """One stray ``__init__.py`` in packaging/ would shadow the library of that name."""
    assert not list((ROOT / folder).rglob("__init__.py"))


def test_every_icon_takes_the_colour_of_the_theme() -> None:
    """The window colours icons by replacing ``currentColor``; the program's own icon keeps its."""
    icons = [path for path in (ROOT / "resources/icons").glob("*.svg") if path.stem != "secondlook"]
    assert icons
    plain = [path.name for path in icons if "currentColor" not in path.read_text("utf-8")]
    assert not plain
