"""``secondlook rehearse`` as a person and as a script see it."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from secondlook import bootstrap
from secondlook.domain.cancel import CancelToken, Progress
from secondlook.services.rehearse import Rehearsals
from tests.command_line import Said, on_database, parsed
from tests.services.fake import FakeEngines, people, picture


@pytest.fixture
def cli(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Said]:
    """Run a command on a database with the gallery “people” of forty."""
    monkeypatch.setattr(bootstrap, "Engines", FakeEngines)

    run = on_database(tmp_path / "a.db", capsys)
    assert run("gallery", "create", "people", people(tmp_path / "people", 40))[0] == 0
    return run


@pytest.fixture
def absent(tmp_path: Path) -> Path:
    """Forty strangers, somebody who is enrolled under another name, and a picture of nobody."""
    folder = people(tmp_path / "absent", 40, first=120)
    picture(folder / "double.png", (7, 1, 80))
    picture(folder / "nobody.png")
    return folder


def rehearse(cli: Callable[..., Said], *more: object) -> Said:
    return cli("rehearse", "--gallery", "people", *more)


def test_what_a_person_reads(cli: Callable[..., Said], absent: Path) -> None:
    status, out, err = rehearse(cli, "--probes", absent, "--policy", "high-stakes")
    assert (status, err) == (0, "")
    lines = out.splitlines()
    assert lines[0] == f"people, 40 persons: probes of {absent}"
    assert lines[1] == "Searches made: 41; absent people among them: 41"
    assert lines[2] == "  could not be searched, no face: 1"
    assert (
        " of 41 people matched someone they are not at 80 % (promised at most 20 %): " in lines[3]
    )
    assert "Pairs to look at from 80 % up: " in out


def test_what_a_script_reads(cli: Callable[..., Said], absent: Path, tmp_path: Path) -> None:
    table = tmp_path / "all.csv"
    found = parsed(rehearse(cli, "--probes", absent, "--json", "--csv", table))
    assert found["rehearsal"]["searched"] == 41
    assert [at["confidence"] for at in found["lines"]] == [80, 90, 95, 99]
    first = found["lines"][0]
    assert first["promised"] == pytest.approx(0.2)
    assert first["fpir"]["low"] <= first["fpir"]["rate"] <= first["fpir"]["high"]
    assert first["fnir"] is None
    assert found["failures"] == {"no face": 1}
    assert "double" in {pair["person"] for pair in found["pairs"]}
    assert len(found["curves"]["confidence"]) == len(found["curves"]["fpir"])
    with table.open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 42
    again = parsed(rehearse(cli, "--show", "--json"))
    assert (again["rehearsal"], again["lines"]) == (found["rehearsal"], found["lines"])
    assert cli("audit", "verify")[0] == 0


def test_leaving_everybody_out(cli: Callable[..., Said]) -> None:
    status, out, _ = rehearse(cli, "--leave-one-out")
    assert status == 0
    assert out.startswith("people, 40 persons: everybody against the others\nSearches made: 40")
    assert "The independent test is a folder of people known to be absent." in out
    assert "Since the rehearsal of " in rehearse(cli, "--leave-one-out")[1]


def test_interrupted_and_gone_on_with(
    cli: Callable[..., Said], absent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = Rehearsals.run

    def interrupted(self: Rehearsals, who: Any, key: int, cancel: CancelToken, _: Any) -> Any:
        def once(now: Progress) -> None:
            cancel.cancel()

        return run(self, who, key, cancel, once)

    with monkeypatch.context() as patch:
        patch.setattr(Rehearsals, "run", interrupted)
        status, out, err = rehearse(cli, "--probes", absent)
    assert (status, out) == (130, "")
    assert "Go on with: secondlook rehearse --gallery people --resume" in err
    status, _, err = rehearse(cli, "--leave-one-out")
    assert status == 1
    assert "--resume; or give it up with --discard" in err
    assert parsed(rehearse(cli, "--resume", "--json"))["rehearsal"]["searched"] == 41
    status, _, err = rehearse(cli, "--resume")
    assert status == 1
    assert "No rehearsal of this gallery is unfinished." in err
    with monkeypatch.context() as patch:
        patch.setattr(Rehearsals, "run", interrupted)
        rehearse(cli, "--probes", absent)
    assert rehearse(cli, "--leave-one-out", "--discard")[0] == 0


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--show",), "never rehearsed"),
        (("--probes", "gone"), "is not there"),
        (("--leave-one-out", "--policy", "lenient"), "The policies are: "),
    ],
)
def test_what_cannot_be(cli: Callable[..., Said], words: tuple[str, ...], told: str) -> None:
    status, out, err = rehearse(cli, *words)
    assert (status, out) == (1, "")
    assert told in err


@pytest.mark.parametrize("wrong", [(), ("--leave-one-out", "--resume"), ("--probes",)])
def test_wrong_usage_is_2(cli: Callable[..., Said], wrong: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as caught:
        rehearse(cli, *wrong)
    assert caught.value.code == 2
