"""Every kind of bad file and state: what the person is told.

    python -m tests.test_bad_input      prints the table (needs the development data)

Each row goes through the command line as a person would, and must end with exit status 1 and one
message that names the thing and a cure; or, for images of a gallery, with a reason on its list.
"""

import io
import os
import shutil
import sqlite3
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance

from secondlook import paths
from secondlook.__main__ import main
from tests.conftest import SHARED

Make = Callable[[Path, Path], Path]
GOOD = "gallery/A000014.jpg"


def _portrait(congress: Path) -> Image.Image:
    return Image.open(congress / GOOD).convert("RGB")


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _folder(path: Path) -> Path:
    path.mkdir()
    return path


def _saved(path: Path, image: Image.Image) -> Path:
    image.save(path)
    return path


def _bomb(path: Path) -> Path:
    """A PNG of a few bytes that says it is 60,000 by 60,000 pixels."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0))
    body = chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")
    return _written(path, b"\x89PNG\r\n\x1a\n" + header + body)


def _cut(path: Path, congress: Path) -> Path:
    """Of a kind that says nothing of how far it was read; a JPEG is read above the cut."""
    whole = _saved(path, _portrait(congress)).read_bytes()
    return _written(path, whole[: len(whole) // 2])


def _long(path: Path) -> Path:
    with path.open("wb") as file:
        file.truncate(400_000_000)
    return path


def _group(path: Path, congress: Path) -> Path:
    image = Image.new("RGB", (500, 300), "grey")
    for number, name in enumerate(("A000014", "A000069")):
        portrait = Image.open(congress / f"gallery/{name}.jpg").resize((225, 275))
        image.paste(portrait, (10 + 240 * number, 10))
    return _saved(path, image)


def _tiny(path: Path, congress: Path) -> Path:
    image = Image.new("RGB", (400, 400), "grey")
    image.paste(_portrait(congress).resize((40, 49)), (180, 170))
    return _saved(path, image)


IMAGES: dict[str, tuple[str, Make]] = {
    "empty file": ("empty", lambda t, c: _written(t / "empty.jpg", b"")),
    "text named .jpg": ("not an image", lambda t, c: _written(t / "text.jpg", b"hello " * 99)),
    "truncated WebP": ("damaged", lambda t, c: _cut(t / "cut.webp", c)),
    "a folder named .jpg": ("folder", lambda t, c: _folder(t / "x.jpg")),
    "missing file": ("not there", lambda t, c: t / "gone.jpg"),
    "header of 3,600 megapixels": ("megapixels", lambda t, c: _bomb(t / "bomb.png")),
    "file of 400 MB": ("MB", lambda t, c: _long(t / "big.bmp")),
    "Photoshop": ("Photoshop", lambda t, c: _written(t / "a.psd", b"8BPS\0\1" + bytes(99))),
}
"""Files that cannot be a probe: (part of the message, how to make one)."""

LISTED: dict[str, tuple[str, Make]] = {
    "no face": (
        "no face",
        lambda t, c: _saved(t / "wall.png", Image.new("RGB", (300, 300), "tan")),
    ),
    "several faces": ("several faces", lambda t, c: _group(t / "group.png", c)),
    "face too small": ("too small", lambda t, c: _tiny(t / "tiny.png", c)),
    "far too dark": (
        "below quality",
        lambda t, c: _saved(t / "dark.png", ImageEnhance.Brightness(_portrait(c)).enhance(0.08)),
    ),
    "same file twice": (
        "duplicate file",
        lambda t, c: Path(shutil.copy(c / GOOD, t / "twice.jpg")),
    ),
    "unreadable": ("unreadable", lambda t, c: _written(t / "broken.jpg", b"\xff\xd8\xff\xe0" * 9)),
    "too large": ("too large", lambda t, c: _bomb(t / "bomb.png")),
}
"""Files that end on a gallery's error list: (the reason there, how to make one)."""


def told(*arguments: str) -> tuple[int, str]:
    """Exit status and standard error of a command."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        status = main([*arguments])
    return status, err.getvalue().strip() or out.getvalue().strip()


def gallery_of_one(home: Path, congress: Path) -> Path:
    """A database with the gallery “g” of one person; made once and copied."""
    source = home / "one"
    source.mkdir(parents=True)
    shutil.copy(congress / GOOD, source)
    database = home / "g.db"
    status, text = told("gallery", "create", "g", str(source), "--db", str(database))
    assert status == 0, text
    return database


def probe(database: Path, file: Path, *more: str) -> tuple[int, str]:
    return told(
        "search", "--gallery", "g", "--probe", str(file), "--policy", "high-stakes",
        "--case", "bad", "--db", str(database), *more,
    )  # fmt: skip


@pytest.fixture(scope="module")
def ready(
    tmp_path_factory: pytest.TempPathFactory, shared_faces: Path, shared_models: Path
) -> Iterator[tuple[Path, Path]]:
    """(database, congress folder), with the development models in use."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SECONDLOOK_MODELS", str(shared_models))
        congress = shared_faces / "congress"
        yield gallery_of_one(tmp_path_factory.mktemp("bad"), congress), congress


@pytest.fixture(autouse=True)
def development_models(
    own_home: Path, shared_models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """``own_home`` clears what is set; ``ready`` lives longer than one test."""
    monkeypatch.setenv("SECONDLOOK_MODELS", str(shared_models))


@pytest.mark.shared
@pytest.mark.parametrize("kind", IMAGES)
def test_a_bad_probe_is_refused_with_its_name(
    kind: str, ready: tuple[Path, Path], tmp_path: Path
) -> None:
    expected, make = IMAGES[kind]
    database, congress = ready
    file = make(tmp_path, congress)
    status, text = probe(database, file)
    assert status == 1
    assert file.name in text
    assert expected in text
    assert len(text.splitlines()) == 1


@pytest.mark.shared
def test_bad_images_of_a_gallery_end_on_its_list_with_a_reason(
    ready: tuple[Path, Path], tmp_path: Path
) -> None:
    database, congress = ready
    source = tmp_path / "people"
    source.mkdir()
    shutil.copy(congress / GOOD, source / "a-good.jpg")
    made = {make(source, congress).name: reason for reason, make in LISTED.values()}
    status, text = told("gallery", "create", "mixed", str(source), "--db", str(database))
    assert status == 0, text
    status, text = told("gallery", "errors", "mixed", "--db", str(database))
    listed = dict(line.split(": ", 1) for line in text.splitlines())
    assert sorted(listed) == sorted(made.values())
    for name, reason in made.items():
        assert name in listed[reason]


# States


def _no_model(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    """An installation whose own models are gone, too."""
    cards = home / "cards"
    shutil.copytree(paths.cards(), cards, ignore=shutil.ignore_patterns("*.onnx", "training"))
    patch.setattr(paths, "cards", lambda: cards)
    patch.setenv("SECONDLOOK_MODELS", str(home))
    return told("gallery", "create", "x", str(congress / "gallery"), "--db", str(home / "x.db"))


def _altered_model(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    folder = home / "models"
    shutil.copytree(os.environ["SECONDLOOK_MODELS"], folder)
    file = folder / "face-reidentification-retail-0095.onnx"
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    patch.setenv("SECONDLOOK_MODELS", str(folder))
    return told(
        "--recogniser", "reid-retail-0095", "search", "--gallery", "g", "--probe",
        str(congress / GOOD), "--policy", "high-stakes", "--case", "x",
        "--db", str(gallery_copy(home)),
    )  # fmt: skip


def _other_model(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    return told(
        "--recogniser", "mobilefacenet-foamliu", "search", "--gallery", "g", "--probe",
        str(congress / GOOD), "--policy", "high-stakes", "--case", "x",
        "--db", str(gallery_copy(home)),
    )  # fmt: skip


def gallery_copy(home: Path) -> Path:
    made = home / "copy"
    shutil.copytree(_ready_folder[0], made)
    return made / "g.db"


_ready_folder: list[Path] = []


def _newer(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    database = home / "newer.db"
    told("gallery", "list", "--db", str(database))
    with closing(sqlite3.connect(database)) as db, db:
        db.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) "
            "VALUES ('secondlook', '0099_future', '2031-01-01')"
        )
    return told("gallery", "list", "--db", str(database))


def _foreign(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    database = home / "music.db"
    with closing(sqlite3.connect(database)) as db, db:
        db.execute("CREATE TABLE songs (title)")
    return told("gallery", "list", "--db", str(database))


def _noise(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    return told("gallery", "list", "--db", str(_written(home / "noise.db", b"not SQLite" * 999)))


def _nowhere(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    _written(home / "file", b"")
    return told("gallery", "list", "--db", str(home / "file" / "x.db"))


def _full(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    """A disk without room for another original, as the system says it."""

    def no_room(_: int) -> None:
        raise OSError(28, "No space left on device")

    patch.setattr("os.fsync", no_room)
    return probe(gallery_copy(home), congress / "probes/absent/A000148.jpg")


def _original_gone(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    database = gallery_copy(home)
    shutil.rmtree(database.with_name("g-originals"))
    return told("gallery", "rebuild", "g", "--recogniser", "mobilefacenet-foamliu",
                "--db", str(database))  # fmt: skip


def _csv(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    table = _written(home / "people.csv", b"name,file\nA,a.jpg\n")
    return told("gallery", "create", "x", str(table), "--db", str(home / "x.db"))


def _empty_folder(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    (home / "none").mkdir()
    return told("gallery", "create", "x", str(home / "none"), "--db", str(home / "x.db"))


def _policy(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    return told("policy", "show", "lenient", "--db", str(home / "x.db"))


def _no_gallery(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    return told("gallery", "errors", "nobody", "--db", str(home / "x.db"))


def _not_fetched(home: Path, patch: pytest.MonkeyPatch, congress: Path) -> tuple[int, str]:
    return told("models", "fetch", "reid-retail-0095")


STATES = {
    "no model installed": ("models fetch", _no_model),
    "altered model file": ("SHA-256", _altered_model),
    "gallery of another model": ("Rebuild", _other_model),
    "database of a newer version": ("newer version", _newer),
    "database of another program": ("another program", _foreign),
    "not a database": ("not a usable database", _noise),
    "folder that cannot be made": ("Check that the folder exists", _nowhere),
    "disk full": ("Free some space", _full),
    "stored original missing": ("missing", _original_gone),
    "CSV without its columns": ("column “person”", _csv),
    "folder without images": ("no images", _empty_folder),
    "unknown policy": ("high-stakes", _policy),
    "unknown gallery": ("Create one first", _no_gallery),
    "model that is not published": ("", _not_fetched),
}


@pytest.mark.shared
@pytest.mark.parametrize("state", STATES)
def test_a_bad_state_is_told_with_a_cure(
    state: str, ready: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected, act = STATES[state]
    _ready_folder[:] = [ready[0].parent]
    status, text = act(tmp_path, monkeypatch, ready[1])
    assert status == 1, text
    assert expected in text
    assert text.startswith("secondlook: ")
    assert "Traceback" not in text


@contextmanager
def _scratch() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _table() -> None:
    congress = SHARED / "congress" if (SHARED / "congress").is_dir() else SHARED / "faces/congress"
    os.environ["SECONDLOOK_MODELS"] = str(SHARED / "models")
    with _scratch() as home:
        os.environ["SECONDLOOK_HOME"] = str(home / "home")
        database = gallery_of_one(home / "base", congress)
        _ready_folder[:] = [database.parent]

        def row(kind: str, text: str, folder: Path) -> None:
            short = text.replace(f"{folder}/", "…/").replace(str(home), "…")
            print(f"| {kind} | {short.replace('secondlook: ', '').replace('|', '/')} |")

        for kind, (_, make) in IMAGES.items():
            with _scratch() as folder:
                row(kind, probe(database, make(folder, congress))[1], folder)
        for number, (kind, (_, make)) in enumerate(LISTED.items()):
            with _scratch() as folder:
                shutil.copy(congress / GOOD, folder / "a-good.jpg")
                make(folder, congress)
                name = f"list{number}"
                told("gallery", "create", name, str(folder), "--db", str(database))
                row(kind, told("gallery", "errors", name, "--db", str(database))[1], folder)
        for kind, (_, act) in STATES.items():
            with _scratch() as folder, pytest.MonkeyPatch.context() as patch:
                row(kind, act(folder, patch, congress)[1], folder)


if __name__ == "__main__":
    _table()


@pytest.mark.shared
def test_a_page_is_chosen_and_what_was_read_is_said(
    ready: tuple[Path, Path], tmp_path: Path
) -> None:
    database, congress = ready
    scan = tmp_path / "scan.tif"
    portrait = _portrait(congress)
    Image.new("RGB", portrait.size, "white").save(scan, save_all=True, append_images=[portrait])
    status, text = probe(database, scan)
    assert status == 1
    assert "Picture 1 of 2 in the file" in text
    assert "no face" in text
    status, text = probe(database, scan, "--page", "2")
    assert status == 0, text
    assert "Picture 2 of 2 in the file" in text
    status, text = probe(database, scan, "--page", "3")
    assert status == 1
    assert "no number 3" in text


@pytest.mark.shared
def test_damage_is_said_on_the_command_line(ready: tuple[Path, Path], tmp_path: Path) -> None:
    database, congress = ready
    cut = _written(tmp_path / "cut.jpg", (congress / GOOD).read_bytes()[:4000])
    assert "The file is damaged inside" in probe(database, cut)[1]
