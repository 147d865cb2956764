"""What every test shares. The environment is set before anything that reads it is imported."""

import os
import sys
from pathlib import Path

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import pytest
from hypothesis import settings
from xdist.workermanage import WorkerController

from secondlook.storage import derived
from secondlook.storage.database import Store
from tests.in_process import InProcess

# The same examples in every run: a red run must mean that the change did it. Look further with
# HYPOTHESIS_PROFILE=default.
settings.register_profile("steady", derandomize=True, deadline=None)
settings.register_profile("default", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))

SHARED = Path(
    os.environ.get("SECONDLOOK_SHARED", Path(__file__).resolve().parents[2] / "shared")
).resolve()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the tests that need development data where there is none, and say so."""
    if (SHARED / "models").is_dir() and (SHARED / "faces").is_dir():
        return
    gone = [item for item in items if item.get_closest_marker("shared")]
    if gone:
        config.hook.pytest_deselected(items=gone)
        items[:] = [item for item in items if item not in gone]
        notice = f"{len(gone)} tests marked 'shared' deselected: {SHARED} is absent"
        config.stash[_NOTICE] = notice
        if hasattr(config, "workeroutput"):  # one of several processes: the first one prints
            config.workeroutput["notice"] = notice


_NOTICE = pytest.StashKey[str]()


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: WorkerController) -> None:
    """The notice of a process that collected, for the one that prints."""
    notice = getattr(node, "workeroutput", {}).get("notice")
    if notice:
        node.config.stash[_NOTICE] = notice


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    notice = config.stash.get(_NOTICE, None)
    if notice:
        terminalreporter.write_line(notice, yellow=True)


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No test may touch the data of the person who runs it, nor depend on what is set there."""
    home = tmp_path / "home"
    for name in ("MODELS", "DEMO", "PROVIDER"):
        monkeypatch.delenv(f"SECONDLOOK_{name}", raising=False)
    monkeypatch.setenv("SECONDLOOK_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def unboxed(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Decoders in processes of their own take a second to start: they have tests of their own, and
    those that are marked ``boxed`` do it as the program does."""
    bootstrap = sys.modules.get("secondlook.bootstrap")
    if bootstrap and not request.node.get_closest_marker("boxed"):
        monkeypatch.setattr(bootstrap, "open_decoder", InProcess)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database that nobody has used yet, to be copied: making one takes seven times as long."""
    path = tmp_path_factory.mktemp("empty") / "secondlook.db"
    Store(path, derived.refresh).close()
    return path


@pytest.fixture(scope="session")
def shared_models() -> Path:
    return SHARED / "models"


@pytest.fixture(scope="session")
def shared_faces() -> Path:
    return SHARED / "faces"
