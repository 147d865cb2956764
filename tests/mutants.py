"""One wrong line at a time: whether the tests notice. What to try stands in ``mutants_data``.

    python -m tests.mutants                     # all of them
    python -m tests.mutants --only guards 17    # by a part of the file's name, or by number
    python -m tests.mutants --jobs 2

Every mutant is tried in a copy of this tree, which is thrown away. After a rule of
``storage.guards`` is broken, the migration that holds its text is written anew, so that the file
behaves as the wrong line says.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = Path("app") / "secondlook"
COPIED = ("app", "tests", "resources", "models", "packaging", "pyproject.toml")
GUARDS = "storage/guards.py"
FREEZE = Path("packaging") / "freeze.py"
FROZEN = "storage/migrations/*_0017*.py"
LIMIT_S = 600
FAILED = 1
"""How pytest ends when a test failed; every other way is a fault of the mutant, not a find."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """``old`` becomes ``new`` in a file of the package; ``tests``: arguments of pytest by which it
    should be noticed."""

    file: str
    old: str
    new: str
    tests: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.file}: {self.old.strip()!r} -> {self.new.strip()!r}"


def copy_tree(folder: Path) -> Path:
    skip = shutil.ignore_patterns("__pycache__")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=skip)
        else:
            shutil.copy2(source, folder / name)
    return folder


@contextmanager
def broken(tree: Path, mutant: Mutant) -> Iterator[None]:
    """The tree with the wrong line in it. Raises ``LookupError`` unless it is there just once."""
    package = tree / PACKAGE
    path = package / mutant.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutant.old) != 1:
        raise LookupError(f"{text.count(mutant.old)} times in the file")
    before = {path: text}
    if mutant.file == GUARDS:
        before |= {copy: copy.read_text(encoding="utf-8") for copy in package.glob(FROZEN)}
    try:
        _write(path, text.replace(mutant.old, mutant.new))
        if mutant.file == GUARDS:
            _run(tree, [str(FREEZE)])
        yield
    finally:
        for file, original in before.items():
            _write(file, original)


def _write(path: Path, text: str) -> None:
    """Also throws away what was compiled: it would pass for the new text within the same second."""
    if text == path.read_text(encoding="utf-8"):
        return
    path.write_text(text, encoding="utf-8")
    for compiled in (path.parent / "__pycache__").glob(f"{path.stem}.*.pyc"):
        compiled.unlink()


def _run(tree: Path, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tree / "app"), str(tree)])}
    environment.setdefault("SECONDLOOK_SHARED", str(ROOT.parent / "shared"))
    return subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=environment, capture_output=True, text=True,
        timeout=LIMIT_S, check=False,
    )  # fmt: skip


def run_tests(tree: Path, arguments: Sequence[str]) -> tuple[int, str]:
    """The exit code and the telling line of a run of pytest in a tree."""
    try:
        done = _run(tree, ["-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *arguments])
    except subprocess.TimeoutExpired:
        return -1, f"no end after {LIMIT_S} s"
    lines = done.stdout.strip().splitlines() or done.stderr.strip().splitlines() or [""]
    told = [line for line in lines if line.startswith("FAILED")]
    return done.returncode, (told or lines)[-1]


def tried(tree: Path, mutant: Mutant) -> tuple[str, str]:
    """ "killed", "survived" or "broken", and by what."""
    try:
        with broken(tree, mutant):
            code, line = run_tests(tree, mutant.tests)
    except LookupError as error:
        return "broken", str(error)
    return {FAILED: "killed", 0: "survived"}.get(code, "broken"), line


def chosen(mutants: Sequence[Mutant], only: Sequence[str]) -> list[tuple[int, Mutant]]:
    numbered = list(enumerate(mutants, 1))
    return [
        (number, mutant)
        for number, mutant in numbered
        if not only or str(number) in only or any(o in mutant.file for o in only if not o.isdigit())
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where every mutant was killed."""
    from tests.mutants_data import MUTANTS

    parser = argparse.ArgumentParser(prog="python -m tests.mutants")
    parser.add_argument("--only", nargs="+", default=[], metavar="N or NAME")
    parser.add_argument("--jobs", type=int, default=1)
    asked = parser.parse_args(arguments)
    results: list[str] = []
    with tempfile.TemporaryDirectory(prefix="mutants") as folder:
        trees: SimpleQueue[Path] = SimpleQueue()
        for job in range(asked.jobs):
            trees.put(copy_tree(Path(folder) / str(job)))

        def one(item: tuple[int, Mutant]) -> None:
            number, mutant = item
            tree = trees.get()
            try:
                result, line = tried(tree, mutant)
            finally:
                trees.put(tree)
            results.append(result)
            print(f"{number:3} {result:8} {mutant}\n    {line}", flush=True)

        with ThreadPoolExecutor(asked.jobs) as pool:
            list(pool.map(one, chosen(MUTANTS, asked.only)))
    killed = results.count("killed")
    print(f"{killed} of {len(results)} killed")
    return 0 if killed == len(results) else 1


if __name__ == "__main__":
    sys.exit(main())
