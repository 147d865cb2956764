"""``secondlook gallery check`` as a person and as a script see it."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from secondlook import bootstrap
from secondlook.__main__ import main
from tests.command_line import Said, on_database
from tests.services.fake import FakeEngines, people, picture


@pytest.fixture
def cli(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """Run a command on a database with the gallery “table” of forty-two, two of them twice."""
    monkeypatch.setattr(bootstrap, "Engines", FakeEngines)

    run = on_database(tmp_path / "a.db", capsys)
    people(tmp_path, 40)
    picture(tmp_path / "again.png", (7, 2, 80))
    picture(tmp_path / "small.png", (99, 0, 46))
    lines = [f"p{n:03},p{n:03}.png,,{'2001-02-03' if n == 1 else ''}" for n in range(1, 41)]
    lines += ["again,again.png,Ada Again,", "small,small.png,,soon"]
    table = tmp_path / "table.csv"
    table.write_text("\n".join(["person,path,display_name,expires", *lines]), encoding="utf-8")
    assert run("gallery", "create", "table", table)[0] == 0
    return run


def test_what_a_person_reads(cli: Callable[..., Said]) -> None:
    status, out, err = cli("gallery", "check", "table")
    assert (status, err) == (0, "")
    pairs, first, *rest = out.splitlines()
    assert pairs.startswith("May be one person: ")
    assert "at most about one is expected" in pairs
    assert first.endswith("p007 – Ada Again (again)")
    assert "Expired: 1 reference" in rest
    assert any(line.startswith("  2001-02-03  p001: ") for line in rest)
    assert any(line.startswith("  “soon”  small: ") for line in rest)
    assert "Below the limits of High-stakes (99 %): 1 reference" in rest
    assert rest[-1].endswith(
        "small.png: too small: eye distance is 28 px, policy needs 32 px; "
        "without the detail: effective resolution is 28 px, policy needs 32 px"
    )


def test_what_a_script_reads(cli: Callable[..., Said]) -> None:
    status, out, _ = cli("gallery", "check", "table", "--policy", "demonstration", "--json")
    assert status == 0
    found = json.loads(out)
    assert found["gallery"] == "table"
    assert found["policy"]["id"] == "demonstration"
    assert found["below_limits"] == []
    first = found["pairs"][0]
    assert {first["first"]["person"], first["second"]["person"]} == {"p007", "again"}
    assert first["score"] >= found["line"]
    assert first["standing"] == "open"
    assert [each["on"] for each in found["expired"]] == ["2001-02-03"]
    assert [each["text"] for each in found["unreadable"]] == ["soon"]
    (below,) = json.loads(cli("gallery", "check", "table", "--json")[1])["below_limits"]
    assert below["person"] == "small"
    assert [each["component"] for each in below["shortfalls"]] == [
        "inter_eye_px",
        "effective_eye_px",
    ]
    assert all(each["found"] < each["needed"] == 32 for each in below["shortfalls"])


@pytest.mark.parametrize(
    ("words", "told"),
    [(("nobody",), "nobody"), (("table", "--policy", "lenient"), "The policies are: ")],
)
def test_what_cannot_be(cli: Callable[..., Said], words: tuple[str, ...], told: str) -> None:
    status, out, err = cli("gallery", "check", *words)
    assert (status, out) == (1, "")
    assert told in err


def test_a_gallery_of_another_model_is_refused_with_the_cure(cli: Callable[..., Said]) -> None:
    status, out, err = cli("gallery", "check", "table", "--recogniser", "fake-two")
    assert (status, out) == (1, "")
    assert "“table”" in err
    assert "Rebuild" in err


@pytest.mark.shared
def test_real_people_enrolled_twice_are_found_and_nobody_else(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    shared_models: Path,
    shared_faces: Path,
) -> None:
    older = sorted((shared_faces / "congress" / "probes" / "older").iterdir())[:3]
    portraits = sorted((shared_faces / "congress" / "gallery").iterdir())[:60]
    again = [(f"again {path.stem}", path) for path in older]
    rows = [f"{name},{path}" for name, path in [*((p.stem, p) for p in portraits), *again]]
    table = tmp_path / "table.csv"
    table.write_text("\n".join(["person,path", *rows]), encoding="utf-8")
    place = ("--db", str(tmp_path / "a.db"), "--models", str(shared_models))
    assert main(["gallery", "create", "G", str(table), *place]) == 0
    capsys.readouterr()
    assert main(["gallery", "check", "G", "--json", *place]) == 0
    pairs = json.loads(capsys.readouterr().out)["pairs"]
    found = {(pair["first"]["person"], pair["second"]["person"]) for pair in pairs}
    assert found == {(path.stem, f"again {path.stem}") for path in older}
