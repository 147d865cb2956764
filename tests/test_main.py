"""How the program starts: quickly, without Qt for the command line, and without the network."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

import secondlook
from secondlook import bootstrap
from secondlook.__main__ import main
from secondlook.domain.review import Outcome
from tests.people import second_examiner
from tests.services.fake import FakeEngines, people
from tests.services.steps import PASSWORD, enrol, examine, search


def python(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Another process, in which nothing has been set or imported."""
    clean = {k: v for k, v in os.environ.items() if k != "ORT_DISABLE_TELEMETRY"} | environment
    return subprocess.run(
        [sys.executable, *arguments], capture_output=True, text=True, env=clean, check=False
    )


WATCHED = """
import json, os, sys

class Watch:
    def find_spec(self, name, path=None, target=None):
        if name == "onnxruntime":
            seen["telemetry"] = os.environ.get("ORT_DISABLE_TELEMETRY", "on")

seen = {"telemetry": "never loaded"}
sys.meta_path.insert(0, Watch())
"""


ENTRIES = {
    "console script": "from secondlook.__main__ import main; main(['policy', 'list'])",
    "module": """
import runpy
sys.argv = ["secondlook", "policy", "list"]
try:
    runpy.run_module("secondlook", run_name="__main__")
except SystemExit:
    pass
""",
    "services": "import secondlook.bootstrap, secondlook.vision.engine",
    "sessions": "import secondlook.vision.sessions",
    "window": "import secondlook.__main__, secondlook.ui.run",
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_telemetry_is_off_before_onnxruntime_loads(entry: str, own_home: Path) -> None:
    done = python("-c", WATCHED + ENTRIES[entry] + "\nprint(json.dumps(seen), file=sys.stderr)")
    assert json.loads(done.stderr.splitlines()[-1]) == {"telemetry": "1"}


def test_the_command_line_needs_no_qt_and_no_scipy_to_answer(own_home: Path) -> None:
    code = (
        "import sys; from secondlook.__main__ import main; main(['policy', 'list'])\n"
        "print([m for m in sys.modules if m.partition('.')[0] in "
        "{'PySide6', 'requests', 'pooch', 'scipy'}], file=sys.stderr)"
    )
    assert python("-c", code).stderr.strip() == "[]"


def test_the_module_is_the_program(own_home: Path) -> None:
    done = python("-m", "secondlook", "policy", "list")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("high-stakes")


def test_the_database_is_in_the_persons_own_folder(own_home: Path) -> None:
    assert main(["gallery", "list"]) == 0
    assert (own_home / "secondlook.db").is_file()


def test_a_window_that_cannot_open_its_database_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    broken = tmp_path / "x.db"
    broken.write_bytes(b"not SQLite" * 999)
    assert main(["--db", str(broken)]) == 1
    assert capsys.readouterr().err.startswith(f"secondlook: {broken}: is not a usable database")


def test_nothing_tries_the_network(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    tried: list[object] = []

    def refuse(_: socket.socket, address: object) -> None:
        tried.append(address)
        raise OSError("there is no network")

    for name in ("connect", "connect_ex", "sendto", "bind"):
        monkeypatch.setattr(socket.socket, name, refuse)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: tried.append(a))
    _whole_search(tmp_path, monkeypatch)
    assert main(["models", "verify", "--json"]) == 0
    assert main(["audit", "verify", "--db", str(tmp_path / "a.db")]) == 0
    capsys.readouterr()
    assert tried == []


def _whole_search(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From the first account to an accepted lead, through the services."""
    monkeypatch.setattr(bootstrap, "Engines", FakeEngines)
    app = bootstrap.open_application(folder / "a.db")
    ada = app.accounts.create_first("ada", "Ada", PASSWORD)
    ben = second_examiner(app, ada, "ben", "Ben", PASSWORD)
    gallery = enrol(app, ada, people(folder / "p", 20))
    case = app.cases.open(ada, "n", "Missing person", "Order 1", app.policies.default())
    lead = search(app, ada, case, gallery, folder / "probe.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, lead)
    app.review.decide(ben, lead.id, Outcome.ACCEPTED, "A witness.", "")
    app.close()


@pytest.mark.shared
def test_nothing_tries_the_network_with_real_models_either(
    tmp_path: Path, shared_models: Path, shared_faces: Path
) -> None:
    """What Python does is seen by an audit hook; native code would leave a socket open."""
    congress, database = shared_faces / "congress", str(tmp_path / "s.db")
    (tmp_path / "p").mkdir()
    for name in ("A000014", "A000069"):
        (tmp_path / "p" / f"{name}.jpg").write_bytes(
            (congress / "gallery" / f"{name}.jpg").read_bytes()
        )
    code = f"""
import sys
tried = []
sys.addaudithook(lambda event, args: tried.append(event) if event.startswith("socket.") else None)
from secondlook.__main__ import main
assert main(["gallery", "create", "g", {str(tmp_path / "p")!r}, "--db", {database!r}]) == 0
assert main(["search", "--gallery", "g", "--policy", "high-stakes", "--case", "c", "--json",
             "--probe", {str(tmp_path / "p" / "A000014.jpg")!r}, "--db", {database!r}]) == 0
import os
links = [os.readlink(f"/proc/self/fd/{{f}}") for f in os.listdir("/proc/self/fd")
         if os.path.islink(f"/proc/self/fd/{{f}}")] if os.path.isdir("/proc/self/fd") else []
print([e for e in tried if e not in ("socket.__new__", "socket.gethostname")],
      [x for x in links if x.startswith("socket:")], file=sys.stderr)
"""
    done = python("-c", code, SECONDLOOK_MODELS=str(shared_models))
    assert done.stderr.splitlines()[-1] == "[] []", done.stderr
    assert json.loads(done.stdout[done.stdout.index("{") :])["provider"].endswith("Provider")


def test_no_module_but_fetch_knows_the_network() -> None:
    root = Path(secondlook.__file__).parent
    words = (
        "import requests",
        "import pooch",
        "urllib.request",
        "http.client",
        "QtNetwork",
        ".connect((",
    )
    found = {
        path.relative_to(root).as_posix()
        for path in root.rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in words)
    }
    assert found <= {"vision/fetch.py"}
