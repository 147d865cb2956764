"""``secondlook evaluate`` as a person with labelled data, and as a script, see it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from secondlook.__main__ import main
from secondlook.domain.errors import ModelError
from secondlook.services import evaluate
from secondlook.vision.models import ModelStore
from tests.command_line import Said, parsed
from tests.services.fake import MODELS, FakeEngine, people, picture


def opened(
    store: ModelStore, detector: str | None = None, recogniser: str | None = None
) -> FakeEngine:
    name = recogniser or "fake-one"
    if name not in MODELS:
        raise ModelError(f"no model has the name {name}.")
    return FakeEngine(name, MODELS[name])


@pytest.fixture
def cli(
    monkeypatch: pytest.MonkeyPatch, own_home: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Said]:
    """Run a command, which must leave no trace."""
    monkeypatch.setattr(evaluate, "open_engine", opened)

    def run(*arguments: object) -> Said:
        status = main([*map(str, arguments)])
        assert not own_home.exists()
        return status, *capsys.readouterr()

    return run


@pytest.fixture
def pairs(tmp_path: Path) -> Path:
    """Twelve people in two pictures each, one of them broken, one with somebody beside him."""
    lines = ["first,second,label"]
    for p in range(1, 13):
        picture(tmp_path / f"{p}a.png", (p, 0, 80))
        picture(tmp_path / f"{p}b.png", (p, 4, 80))
        lines.append(f"{p}a.png,{p}b.png,same")
        lines += [f"{p}a.png,{(p + k) % 12 + 1}b.png,different" for k in (0, 1)]
    (tmp_path / "5b.png").write_bytes(b"no image")
    picture(tmp_path / "8b.png", (99, 0, 30), (8, 4, 80))
    path = tmp_path / "pairs.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_pairs_as_json(cli: Callable[..., Said], pairs: Path) -> None:
    said = cli("evaluate", "pairs", pairs, "--json")
    assert said[2] == ""
    found = parsed(said)
    assert (found["pairs"], found["mated_pairs"], found["impostor_pairs"]) == (36, 12, 24)
    assert (found["images"], found["detector"]["name"]) == (24, "fake-detector")
    assert found["face"] == {"choice": "central", "images_with_several": 1}
    failed = found["failures_to_acquire"]
    assert (failed["images"], failed["mated_pairs"], failed["impostor_pairs"]) == (1, 1, 2)
    assert "refused" in failed["treatment"]
    assert failed["list"] == [
        {"path": str(pairs.parent / "5b.png"), "reason": "unreadable",
         "detail": "this is not an image of a known kind."}
    ]  # fmt: skip
    (only,) = found["recognisers"]
    assert (only["name"], only["provider"]) == ("fake-one", "FakeExecutionProvider")
    assert (only["mated_compared"], only["impostors_compared"]) == (11, 22)
    assert only["accuracy"]["mean"] == 1
    assert only["accuracy_failures_counted"]["mean"] < 1
    assert (only["accuracy"]["folds"], only["accuracy_failures_counted"]["folds"]) == (9, 10)
    assert (only["folds_from"], only["eer"]) == ("neighbours in the file", 0)
    assert [t["far"] for t in only["tar_at_far"]] == [0.01, 0.001, 0.0001]
    point = only["tar_at_far"][0]
    assert (point["tar"], point["resolved"], point["false_matches"]) == (1, False, 0)
    assert point["tar_interval"] == pytest.approx([0.7151, 1], abs=1e-4)
    assert point["tar_failures_counted"] == pytest.approx(11 / 12)
    assert {len(only["det"][k]) for k in ("threshold", "far", "frr")} == {len(only["det"]["far"])}


def test_recognisers_side_by_side(cli: Callable[..., Said], pairs: Path) -> None:
    both = ("--recogniser", "fake-two", "--recogniser", "fake-one", "--recogniser", "fake-two")
    found = parsed(cli("evaluate", "pairs", pairs, "--json", *both))
    assert [r["name"] for r in found["recognisers"]] == ["fake-two", "fake-one"]
    found = parsed(cli("--recogniser", "fake-two", "evaluate", "pairs", pairs, "--json"))
    assert [r["name"] for r in found["recognisers"]] == ["fake-two"]
    status, out, _ = cli("evaluate", "pairs", pairs, *both)
    assert status == 0
    assert any(line.split() == ["fake-two", "fake-one"] for line in out.splitlines())


def test_pairs_in_words(cli: Callable[..., Said], pairs: Path) -> None:
    status, out, err = cli("evaluate", "pairs", pairs, "--face", "largest")
    assert (status, err) == (0, "")
    assert "36 pairs of 24 images, 12 of one person, 24 of two" in out
    assert "the largest one (--face) of several in 1 image." in out
    assert "(10 folds)" in out
    assert "TAR at FAR 0.0001" in out
    assert "cannot show a rate so small" in out
    assert f"failed, unreadable: 1\n  {pairs.parent / '5b.png'}: this is not an image" in out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("same", "perhaps"), "line 2 has the label “perhaps”"),
        (("2a.png", "gone.png"), "line 5 names"),
        (("first,second", "x/y,z/y"), "line 1 has the label “label”"),
    ],
)
def test_a_table_that_is_wrong(
    cli: Callable[..., Said], pairs: Path, change: tuple[str, str], told: str
) -> None:
    pairs.write_text(pairs.read_text("utf-8").replace(*change, 1), encoding="utf-8")
    status, out, err = cli("evaluate", "pairs", pairs)
    assert (status, out) == (1, "")
    assert err.startswith(f"secondlook: {pairs}: {told}")
    assert len(err.splitlines()) == 1


def test_a_table_or_a_model_that_is_not_there(cli: Callable[..., Said], pairs: Path) -> None:
    status, _, err = cli("evaluate", "pairs", pairs.with_name("none.csv"))
    assert (status, err) == (1, f"secondlook: {pairs.with_name('none.csv')}: is not there. "
                                "Check the path.\n")  # fmt: skip
    status, _, err = cli("evaluate", "pairs", pairs, "--recogniser", "nobody")
    assert (status, err) == (1, "secondlook: no model has the name nobody.\n")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    gallery, mated = people(tmp_path / "g", 40), tmp_path / "m"
    picture(mated / "p001.png", (1, 4, 80))
    picture(mated / "p002" / "any name.png", (2, 4, 80))
    picture(mated / "p003.png")
    return gallery, mated, people(tmp_path / "a", 10, first=200)


def test_a_search_as_json(cli: Callable[..., Said], folders: tuple[Path, Path, Path]) -> None:
    gallery, mated, absent = folders
    words = ("evaluate", "search", "--json", "--mated", mated, "--absent", absent)
    found = parsed(cli(*words, "--gallery", gallery, "--recogniser", "fake-one"))
    assert (found["gallery"]["persons"], found["gallery"]["failures_to_enrol"]) == (40, [])
    assert (found["mated"]["probes"], found["mated"]["searched"]) == (3, 2)
    (failure,) = found["mated"]["failures_to_acquire"]
    assert (failure["path"], failure["reason"]) == (str(mated / "p003.png"), "no face")
    assert found["absent"]["searched"] == 10
    (only,) = found["recognisers"]
    assert (only["rank_1"]["count"], only["rank_1"]["of"]) == (2, 3)
    assert [c["rank"] for c in only["cmc"]] == list(range(1, 21))
    assert [line["confidence"] for line in only["lines"]] == [80, 90, 95, 99, 99.9]
    line = only["lines"][0]
    assert (line["promised_fpir"], line["measurable"]) == (0.2, True)
    assert set(line["fpir"]) == set(line["fnir"]) == {"count", "of", "rate", "interval"}
    assert (line["fpir"]["of"], line["fnir"]["of"]) == (10, 3)
    assert parsed(cli(*words, "--gallery-dir", gallery))["recognisers"] == [only]


def test_a_search_in_words(cli: Callable[..., Said], folders: tuple[Path, Path, Path]) -> None:
    gallery, mated, absent = folders
    status, out, err = cli(
        "evaluate", "search", "--gallery", gallery, "--mated", mated, "--absent", absent
    )
    assert (status, err) == (0, "")
    assert "Gallery: 40 of 40 persons, 40 of 40 images enrolled" in out
    assert "Mated probes: 2 of 3 searched, 1 failed" in out
    assert "Rank 1" in out
    assert "FPIR, promised 0.1 %" in out
    assert f"failed, no face: 1\n  {mated / 'p003.png'}: no face was found." in out


def test_a_search_without_probes(
    cli: Callable[..., Said], folders: tuple[Path, Path, Path]
) -> None:
    status, out, err = cli("evaluate", "search", "--gallery", folders[0])
    assert (status, out) == (1, "")
    assert "--mated PATH" in err


SLOW = """
import sys, time
from secondlook.__main__ import main
from secondlook.services import evaluate
from tests.services.fake import FakeEngine

def opened(store, detector=None, recogniser=None):
    engine = FakeEngine()
    def look():
        open(sys.argv[1], "w").close()
        time.sleep(0.05)
    engine.on_faces = look
    return engine

evaluate.open_engine = opened
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent in another way there")
def test_ctrl_c_stops_it(tmp_path: Path, own_home: Path) -> None:
    gallery, begun = people(tmp_path / "g", 200), tmp_path / "begun"
    words = ["evaluate", "search", "--gallery", str(gallery), "--absent", str(gallery)]
    with subprocess.Popen(
        [sys.executable, "-c", SLOW, str(begun), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=Path(__file__).resolve().parents[1],
        env=os.environ | {"SECONDLOOK_HOME": str(own_home)},
    ) as process:
        deadline = time.monotonic() + 300  # a busy machine takes its time to start
        while not begun.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert (process.returncode, out) == (130, ""), err
    assert "interrupted" in err
    assert "Traceback" not in err
    assert not own_home.exists()


@pytest.mark.shared
def test_portraits_with_real_models(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    shared_models: Path,
    shared_faces: Path,
) -> None:
    congress = shared_faces / "congress"
    there = sorted((congress / "probes" / "mated").glob("*.jpg"))[:6]
    gallery, mated = tmp_path / "g", tmp_path / "m"
    lines = []
    for i, probe in enumerate(there):
        for folder, path in ((gallery, congress / "gallery" / probe.name), (mated, probe)):
            folder.mkdir(exist_ok=True)
            (folder / probe.name).symlink_to(path)
        lines.append(f"g/{probe.name},m/{probe.name},same")
        lines.append(f"g/{probe.name},m/{there[i - 1].name},different")
    (tmp_path / "pairs.csv").write_text("\n".join(lines), encoding="utf-8")
    everywhere = ("--models", str(shared_models), "--detector", "yunet-2023mar", "--json")
    names = ("--recogniser", "reid-retail-0095", "--recogniser", "mobilefacenet-foamliu")
    assert main(["evaluate", "pairs", str(tmp_path / "pairs.csv"), *names, *everywhere]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [r["name"] for r in found["recognisers"]] == list(names[1::2])
    for only in found["recognisers"]:
        assert only["eer"] == 0
        assert 0.1 < only["best_threshold"] < 0.8
        assert only["provider"].endswith("ExecutionProvider")
    words = ["evaluate", "search", "--gallery", str(gallery), "--mated", str(mated)]
    assert main([*words, *names, *everywhere]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [(r["rank_1"]["count"], r["rank_1"]["of"]) for r in found["recognisers"]] == [(6, 6)] * 2
