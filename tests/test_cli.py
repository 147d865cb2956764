"""The command line as a daily user and as a script see it."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlite_utils import Database

from secondlook import bootstrap
from secondlook.__main__ import main
from secondlook.domain.matching import Templates
from secondlook.services.engines import Engines
from secondlook.vision.decode import Pixels
from tests.command_line import Said, on_database, parsed
from tests.services.fake import SIZE, FakeEngine, FakeEngines, people, picture
from tests.services.steps import PASSWORD
from tests.storage.plain_sql import seal_all
from tests.test_cli_search import SHOWN, arguments


@pytest.fixture(autouse=True)
def fake_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "Engines", FakeEngines)


@pytest.fixture
def cli(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run a command on a database of its own."""
    return on_database(tmp_path / "a.db", capsys)


@pytest.fixture
def enrolled(cli: Callable[..., Said], tmp_path: Path) -> Callable[..., Said]:
    """The same, with the gallery “people” of forty."""
    assert cli("gallery", "create", "people", people(tmp_path / "people", 40))[0] == 0
    return cli


# Galleries


def test_creating_says_what_became_of_the_images(cli: Callable[..., Said], tmp_path: Path) -> None:
    source = people(tmp_path / "p", 3)
    picture(source / "nobody.png")
    status, out, err = cli("gallery", "create", "the people", source)
    assert (status, out) == (0, "the people: 3 persons; 3 images enrolled, 1 with errors\n"
                                "  no face: 1\n"
                                "Nothing is enrolled of 1: nobody.\n")  # fmt: skip
    assert err == "Which images, and why: secondlook gallery errors 'the people'\n"
    status, out, err = cli("gallery", "errors", "the people")
    assert (status, err) == (0, "")
    assert out.startswith(f"no face: nobody: {source / 'nobody.png'}: no face was found. Choose")
    (error,) = parsed(cli("gallery", "errors", "the people", "--json"))["errors"]
    assert (error["person"], error["reason"]) == ("nobody", "no face")


def test_creating_as_json(cli: Callable[..., Said], tmp_path: Path) -> None:
    source = people(tmp_path / "p", 3)
    picture(source / "nobody.png")
    found = parsed(cli("gallery", "create", "g", source, "--json"))
    assert found.pop("seconds") >= 0
    assert found == {"gallery": "g", "persons": 3, "enrolled": 3, "failed": 1, "pending": 0,
                     "nothing_of": ["nobody"], "waiting": 0, "errors": {"no face": 1}}  # fmt: skip


def test_what_a_folder_holds_and_is_not_enrolled_is_told_by_person(
    cli: Callable[..., Said], tmp_path: Path
) -> None:
    for person, name in enumerate(("Anna/1.heix", "Ben/a.png", "Cleo/photo.jfix"), 1):
        picture(tmp_path / "p" / name, (person, 0, 80))
    status, out, err = cli("gallery", "create", "g", tmp_path / "p")
    assert (status, out) == (0, "g: 1 person; 1 image enrolled, 0 with errors, 2 left out\n"
                                "  not an image: 2\n"
                                "Nothing is enrolled of 2: Anna, Cleo.\n")  # fmt: skip
    assert "Not images by their names: 1.heix (Anna), photo.jfix (Cleo)." in err
    _, out, _ = cli("gallery", "errors", "g")
    assert out.startswith("not an image: Anna: ")
    status, out, _ = cli("gallery", "retry", "g")  # is read, whatever it is called
    assert (status, out) == (0, "g: 3 persons; 2 images enrolled, 0 with errors\n")


def test_nearly_equal_names_take_a_decision(cli: Callable[..., Said], tmp_path: Path) -> None:
    for person, name in enumerate(("Iain", "lain"), 1):
        picture(tmp_path / "p" / name / "a.png", (person, 0, 80))
    status, _, err = cli("gallery", "create", "g", tmp_path / "p")
    assert status != 0
    assert "Nearly equal names: “Iain”, “lain”." in err
    assert "--alike one" in err
    assert cli("gallery", "create", "one", tmp_path / "p", "--alike", "one")[1].startswith(
        "one: 1 person; 2 images"
    )
    assert cli("gallery", "create", "two", tmp_path / "p", "--alike", "apart")[1].startswith(
        "two: 2 persons; 2 images"
    )


def test_of_several_faces_one_can_be_taken_or_the_picture_waits(
    cli: Callable[..., Said], tmp_path: Path
) -> None:
    picture(tmp_path / "p" / "two.png", (1, 0, 70), (2, 0, 90), (3, 0, 80))
    status, out, _ = cli("gallery", "create", "g", tmp_path / "p")
    assert (status, out.splitlines()[1:]) == (1, [
        "  several faces: 1", "Nothing is enrolled of 1: two.",
        "1 picture shows several faces and waits for one to be picked."])  # fmt: skip
    status, out, _ = cli("gallery", "retry", "g", "--face", "largest")
    assert (status, out) == (0, "g: 1 person; 1 image enrolled, 0 with errors\n")


def test_how_a_table_was_read_is_told(cli: Callable[..., Said], tmp_path: Path) -> None:
    picture(tmp_path / "a.png", (1, 0, 80))
    (tmp_path / "t.csv").write_bytes("person;path\nMüller;a.png\n".encode("cp1252"))
    status, out, err = cli("gallery", "create", "g", tmp_path / "t.csv")
    assert (status, out.split(";")[0]) == (0, "g: 1 person")
    assert "Read as Windows-1252, separated by semicolons; columns person, path." in err


def test_a_gallery_that_exists_says_how_to_go_on(enrolled: Callable[..., Said]) -> None:
    status, out, err = enrolled("gallery", "create", "People", ".")
    assert (status, out) == (1, "")
    assert err.startswith("secondlook: There is a gallery named “People” already.")
    assert "resume" in err


def test_listing(cli: Callable[..., Said], tmp_path: Path) -> None:
    assert cli("gallery", "list")[1].startswith("No galleries yet. Create one: ")
    assert parsed(cli("gallery", "list", "--json")) == {"galleries": []}
    cli("gallery", "create", "g", people(tmp_path / "p", 1))
    assert cli("gallery", "list")[1] == "g: 1 person, 1 reference, fake-one\n"
    (only,) = parsed(cli("gallery", "list", "--json"))["galleries"]
    assert (only["name"], only["persons"], only["model"]["name"]) == ("g", 1, "fake-one")


def test_retrying_and_resuming(cli: Callable[..., Said], tmp_path: Path) -> None:
    source = people(tmp_path / "p", 2)
    picture(source / "p003.png")
    cli("gallery", "create", "g", source)
    picture(source / "p003.png", (3, 0, 80))
    assert "2 persons; 0 images" in cli("gallery", "resume", "g")[1]
    assert parsed(cli("gallery", "retry", "g", "--json"))["enrolled"] == 1
    assert "0 images enrolled, 0 with errors" in cli("gallery", "retry", "g")[1]
    assert cli("gallery", "errors", "g") == (0, "", "No image of this gallery has an error.\n")


def test_rebuilding_with_another_model(
    enrolled: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = FakeEngine.templates

    def longer(self: FakeEngine, crops: Sequence[Pixels]) -> Templates:
        """The templates of two models seldom have one length."""
        made = short(self, crops)
        return np.pad(made, ((0, 0), (0, SIZE))) if self.model.name == "fake-two" else made

    monkeypatch.setattr(FakeEngine, "templates", longer)
    probe = picture(tmp_path / "probe.png", (7, 1, 80))
    status, out, err = enrolled(*arguments(probe), "--recogniser", "fake-two")
    assert (status, out) == (1, "")
    assert "Rebuild" in err
    status, out, _ = enrolled("gallery", "rebuild", "people", "--recogniser", "fake-two")
    assert (status, out) == (0, "people: 40 templates made with fake-two\n")
    found = parsed(enrolled(*arguments(probe, "--json", SHOWN), "--recogniser", "fake-two"))
    assert (found["model"], found["candidates"][0]["person"]) == ("fake-two", "p007")
    again = parsed(enrolled("gallery", "rebuild", "people", "--json"))
    assert again == {"gallery": "people", "templates": 40, "model": "fake-one"}


def test_measuring_what_an_earlier_version_did_not(
    enrolled: Callable[..., Said], tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "a.db")) as db, db:
        db.execute(
            "UPDATE reference_images SET quality = json_remove(quality, '$.effective_eye_px')"
        )
        seal_all(Database(db))
    status, out, err = enrolled("gallery", "measure", "people")
    assert (status, out, err) == (0, "people: 40 references measured\n", "")
    again = parsed(enrolled("gallery", "measure", "people", "--json"))
    assert again == {"gallery": "people", "measured": 0, "unreadable": 0, "left": 0}


@pytest.mark.parametrize("verb", ["resume", "errors", "retry", "rebuild", "measure"])
def test_an_unknown_gallery(enrolled: Callable[..., Said], verb: str) -> None:
    status, out, err = enrolled("gallery", verb, "nobody", "--json")
    assert (status, out) == (1, "")
    assert err == ("secondlook: There is no gallery named “nobody”. The galleries are: people.\n")


# Policies, record, models


def test_policies(cli: Callable[..., Said]) -> None:
    ids = [line.split()[0] for line in cli("policy", "list")[1].splitlines()]
    assert ids == ["high-stakes", "missing-person", "archive-newsroom", "demonstration"]
    listed = parsed(cli("policy", "list", "--json"))["policies"]
    assert {policy["trust"] for policy in listed} == {"shipped"}
    for policy in listed:
        shown = parsed(cli("policy", "show", policy["id"], "--json"))
        assert {k: shown[k] for k in policy} == policy
    text = cli("policy", "show", "high-stakes")[1]
    assert "accept_confidence: 99.0\n    99 % is" in text
    assert f"sha256: {listed[0]['sha256']}" in text


def test_the_record_is_checked(enrolled: Callable[..., Said], tmp_path: Path) -> None:
    enrolled(*arguments(picture(tmp_path / "a.png", (7, 1, 80))))
    status, out, _ = enrolled("audit", "verify")
    assert status == 0
    assert out.startswith("The record is sound: ")
    assert parsed(enrolled("audit", "verify", "--json"))["sound"] is True
    app = bootstrap.open_application(tmp_path / "a.db")
    with app.store.write() as db:
        db.conn.execute("DROP TRIGGER audit_log_not_changed")
        db.conn.execute("UPDATE audit_log SET actor = 'eve' WHERE seq = 3")
    app.close()
    status, out, err = enrolled("audit", "verify")
    assert (status, err) == (3, "")
    assert "broken at entry 3" in out
    assert "audit_log_not_changed" in out
    status, out, _ = enrolled("audit", "verify", "--json")
    assert status == 3
    found = json.loads(out)
    assert (found["sound"], found["broken"]["seq"]) == (False, 3)
    assert found["altered"] == ["audit_log_not_changed"]


def test_models(cli: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDLOOK_MODELS", str(tmp_path / "m"))
    listed = parsed(cli("models", "list", "--json"))["models"]
    assert {m["name"] for m in listed} >= {"sface-2021dec", "yunet-2023mar"}
    document = {"name", "task", "licence", "state", "path", "problem"}
    assert set(listed[0]) == document | {"status", "trust", "in_use"}
    assert set(parsed(cli("models", "verify", "--json"))["models"][0]) == document
    assert "sface-2021dec" in cli("models", "list")[1]
    assert cli("models", "verify")[0] == 0
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "face_recognition_sface_2021dec.onnx").write_bytes(b"other")
    assert cli("models", "list")[0] == 0
    status, out, _ = cli("models", "verify")
    assert status == 3
    assert "altered" in out


def test_choosing_models(
    cli: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.services.model_files import put_models

    monkeypatch.setattr(bootstrap, "Engines", Engines)
    monkeypatch.setenv("SECONDLOOK_MODELS", str(put_models(tmp_path / "m")))
    app = bootstrap.open_application(tmp_path / "a.db")
    app.accounts.create_first("ada", "Ada", PASSWORD)
    app.close()
    as_ada = ("--as", "ada")
    status, out, err = cli("models", "choose", "mini-detector", "mini")
    assert (status, out) == (1, "")
    assert "needs a person" in err
    monkeypatch.setattr("sys.stdin", io.StringIO("not the password\n"))
    assert cli("models", "choose", "mini-detector", "mini", *as_ada)[0] == 1
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n{PASSWORD}\n"))
    out = cli("models", "choose", "mini-detector", "mini", *as_ada)[1]
    assert out == "In use from now on: mini-detector and mini\n"
    listed = parsed(cli("models", "list", "--json"))
    assert listed["chosen"]
    assert [m["name"] for m in listed["models"] if m["in_use"]] == ["mini-detector", "mini"]
    lines = cli("models", "list")[1].splitlines()
    assert [line.split()[1] for line in lines if line.startswith("* mini")] == [
        "mini-detector", "mini",
    ]  # fmt: skip
    assert lines[-1] == "* in use, chosen"
    status, out, err = cli("models", "choose", "mini-detector", "good", *as_ada)
    assert (status, out) == (1, "")
    assert "models fetch good" in err
    assert cli("audit", "verify")[0] == 0


def test_adding_a_model(cli: Callable[..., Said], tmp_path: Path, own_home: Path) -> None:
    from tests.vision.test_models_add import offered

    card = offered(tmp_path / "from")
    status, out, _ = cli("models", "add", card)
    assert (status, out) == (0, f"{own_home / 'models' / 'mine.onnx'}\n")
    listed = parsed(cli("models", "list", "--json"))["models"]
    found = {m["name"]: (m["state"], m["trust"]) for m in listed}
    assert (found["mine"], found["secondlook-mini"][1]) == (("verified", "unverified"), "shipped")
    assert "unverified: nobody can accept on it" in cli("models", "list")[1]
    status, out, err = cli("models", "add", card, "--json")
    assert (status, out) == (1, "")
    assert "a model named mine already" in err
    second = parsed(cli("models", "add", offered(tmp_path / "b", "other"), "--json"))
    assert second == {"path": str(own_home / "models" / "other.onnx")}


# The frame


@pytest.mark.parametrize(
    "command",
    [(), ("gallery", "list"), ("policy", "list"), ("audit", "verify"), ("search",), ("models",)],
)
def test_every_command_has_help(command: tuple[str, ...], capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*command, "--help"])
    assert caught.value.code == 0
    assert "usage: secondlook" in capsys.readouterr().out


@pytest.mark.parametrize(
    "wrong",
    [("gallery",), ("gallery", "create", "x"), ("dance",), ("search", "--json"),
     ("search", "--face", "one"), ("policy", "show"), ("policy", "list", "--loud")],
)  # fmt: skip
def test_wrong_usage_is_2(wrong: tuple[str, ...], capsys: Any) -> None:
    with pytest.raises(SystemExit) as caught:
        main([*wrong])
    assert caught.value.code == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "usage:" in said.err


@pytest.mark.parametrize("place", [0, 1, 2])
def test_the_database_may_be_named_anywhere(place: int, tmp_path: Path, capsys: Any) -> None:
    words = ["gallery", "list"]
    words[place:place] = ["--db", str(tmp_path / "here.db")]
    assert main(words) == 0
    assert (tmp_path / "here.db").is_file()


def test_an_interrupt_between_two_steps(
    cli: Callable[..., Said], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("secondlook.services.galleries.plan", interrupted)
    status, out, err = cli("gallery", "create", "g", tmp_path)
    assert (status, out) == (130, "")
    assert err.startswith("secondlook: interrupted")


# As a process

RUN = """
import sys, time
from secondlook import bootstrap
from secondlook.__main__ import main
from secondlook.services.engines import Engines
from tests.services.fake import FakeEngines

class Slow(FakeEngines):
    def __init__(self, *names):
        super().__init__(*names)
        self.fake.on_faces = lambda: time.sleep(float(sys.argv[1]))

bootstrap.Engines = Slow
sys.exit(main(sys.argv[2:]))
"""


def start(*words: object, slow: float = 0, **environment: str) -> "subprocess.Popen[str]":
    root = Path(__file__).resolve().parents[1]
    return subprocess.Popen(
        [sys.executable, "-c", RUN, str(slow), *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=root,
        env=os.environ | environment,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent in another way there")
def test_ctrl_c_during_enrolment_can_be_gone_on_from(tmp_path: Path) -> None:
    source, database = people(tmp_path / "p", 60), tmp_path / "a.db"
    with start("gallery", "create", "my people", source, "--db", database, slow=0.03) as process:
        _wait_for_references(database)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130, err
    assert "still to do" in out
    assert "Go on with: secondlook gallery resume 'my people'" in err
    assert "Traceback" not in err
    with start("gallery", "resume", "my people", "--json", "--db", database) as process:
        found = json.loads(process.communicate(timeout=20)[0])
    assert (process.returncode, found["persons"], found["pending"]) == (0, 60, 0)


def _wait_for_references(database: Path) -> None:
    import sqlite3

    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as db:
                (count,) = db.execute("SELECT count(*) FROM templates").fetchone()
            db.close()
            if count:
                return
        except sqlite3.OperationalError:
            pass
        time.sleep(0.02)
    raise AssertionError("nothing was enrolled")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such pipes")
def test_nobody_reads_to_the_end(tmp_path: Path) -> None:
    with start("policy", "show", "high-stakes", "--db", tmp_path / "a.db") as process:
        assert process.stdout
        assert process.stderr
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


def test_names_are_written_whole_where_the_terminal_is_ascii(tmp_path: Path) -> None:
    source = tmp_path / "p"
    picture(source / "Łucja 林.png", (1, 0, 80))
    database = tmp_path / "a.db"
    for words in (("gallery", "create", "林", source), ("gallery", "list", "--json")):
        with start(*words, "--db", database, PYTHONIOENCODING="ascii") as process:
            out, err = process.communicate(timeout=20)
        assert process.returncode == 0, err
    assert json.loads(out)["galleries"][0]["name"] == "林"


@pytest.mark.shared
def test_a_search_with_the_real_models(
    tmp_path: Path, shared_models: Path, shared_faces: Path
) -> None:
    congress, source = shared_faces / "congress", tmp_path / "p"
    source.mkdir()
    portraits = sorted((congress / "gallery").glob("*.jpg"))[:12]
    for path in portraits:
        (source / path.name).symlink_to(path)
    database = ("--db", str(tmp_path / "a.db"), "--models", str(shared_models))
    python = [sys.executable, "-m", "secondlook"]
    subprocess.run([*python, "gallery", "create", "g", str(source), *database], check=True)
    words = ["search", "--gallery", "g", "--policy", "archive-newsroom", "--case", "n", "--json"]
    done = subprocess.run(
        [*python, *words, "--probe", str(portraits[3]), *database],
        check=True, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    found = json.loads(done.stdout)
    assert found["gallery"] == {"name": "g", "persons": 12}
    assert found["candidates"][0]["person"] == portraits[3].stem
    assert found["candidates"][0]["score"] > 0.99
    assert found["provider"].endswith("ExecutionProvider")
