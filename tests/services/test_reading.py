"""What a file brings besides its pixels: pages, damage, and what reading it had to decide."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from secondlook.domain.errors import ImageError, IntegrityError
from secondlook.domain.faces import Box, Component
from secondlook.domain.pictures import Damage, NoteCode
from secondlook.domain.records import Case, EnrolmentStatus, Operator, Probe
from secondlook.services.application import Application
from secondlook.storage import log
from tests.services.fake import people, picture
from tests.services.steps import enrol

POINTS = [(20.0, 40.0), (60.0, 40.0), (40.0, 60.0), (25.0, 80.0), (55.0, 80.0)]


def pages_of(tmp_path: Path, *persons: int) -> Path:
    """A TIFF with a person on each page; 0: a blank one."""
    images = []
    for number, person in enumerate(persons):
        shown = [(person, 0, 80)] if person else []
        images.append(Image.open(picture(tmp_path / f"{number}.png", *shown)))
    path = tmp_path / "scan.tif"
    images[0].save(path, save_all=True, append_images=images[1:])
    return path


def cut(path: Path, rows: int) -> Path:
    """A picture of 120 rows of which the last are missing."""
    whole = Image.open(path)
    buffer = io.BytesIO()
    whole.save(buffer, "PNG", compress_level=0)
    size = buffer.tell() - len(np.asarray(whole)[0].tobytes()) * (120 - rows)
    path.write_bytes(buffer.getvalue()[:size])
    return path


def test_a_page_is_a_picture_of_its_own_and_the_file_is_kept(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    source = pages_of(tmp_path, 0, 7, 8)
    assert app.identify.pages(source) == 3
    first, second, third = (
        app.identify.add_probe(ada, case.id, source, page=page) for page in range(3)
    )
    assert len({probe.original_sha256 for probe in (first, second, third)}) == 3
    assert (len(first.faces), len(second.faces), len(third.faces)) == (0, 1, 1)
    assert (first.source_name, third.source_name) == ("scan.tif", "scan.tif, 3/3")
    rows = [tuple(row) for row in app.store.read().conn.execute(
        "SELECT original_sha256, source_sha256, page, pages FROM pages ORDER BY id")]  # fmt: skip
    assert rows == [
        (second.original_sha256, first.original_sha256, 1, 3),
        (third.original_sha256, first.original_sha256, 2, 3),
    ]
    shown = app.identify.original_image(third.original_sha256)
    assert [note.code for note in shown.notes] == [NoteCode.PAGE]
    assert shown.notes[0].values == (3, 3)
    assert app.record.verify().sound


def test_the_same_page_again_is_the_same_picture(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    source = pages_of(tmp_path, 0, 7)
    one, two = (app.identify.add_probe(ada, case.id, source, page=1) for _ in range(2))
    assert one.original_sha256 == two.original_sha256
    assert [row[0] for row in app.store.read().conn.execute("SELECT count(*) FROM pages")] == [1]
    with pytest.raises(ImageError, match="no number 3"):
        app.identify.add_probe(ada, case.id, source, page=2)


def test_which_page_it_was_cannot_be_changed(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    app.identify.add_probe(ada, case.id, pages_of(tmp_path, 0, 7), page=1)
    with pytest.raises(IntegrityError), app.store.write() as db:
        db.conn.execute("UPDATE pages SET damage = NULL, page = 1")


def inside(probe: Probe) -> list[float | None]:
    return [quality.value(Component.INSIDE) for quality in probe.qualities]


def test_a_face_that_damage_touches_passes_no_floor(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    whole = app.identify.add_probe(ada, case.id, picture(tmp_path / "a.png", (7, 0, 80)))
    harmed = cut(picture(tmp_path / "b.png", (7, 0, 80)), rows=60)
    probe = app.identify.add_probe(ada, case.id, harmed)
    assert inside(whole) != [0.0] == inside(probe)
    placed = app.identify.place_face(ada, probe.id, POINTS)
    assert inside(placed) == [0.0, 0.0]
    entry = log.of(app.store.read(), "probe added", f"probe {probe.id}")[0]
    assert json.loads(entry.payload)["notes"] == [NoteCode.DAMAGED_FROM.value]
    codes = [n.code for n in app.identify.original_image(probe.original_sha256).notes]
    assert codes == [NoteCode.DAMAGED_FROM]


def test_damage_of_a_page_stays_with_the_page(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    source = pages_of(tmp_path, 0, 7)
    harmed = tmp_path / "harmed.tif"
    with Image.open(source) as image:
        frames = []
        for page in range(2):
            image.seek(page)
            frames.append(image.copy())
    frames[0].save(
        harmed, save_all=True, append_images=frames[1:], compression="tiff_adobe_deflate"
    )
    data = harmed.read_bytes()
    with Image.open(harmed) as image:
        image.seek(1)
        strip = image.tag_v2[273][-1]  # type: ignore[attr-defined]
    harmed.write_bytes(data[:strip] + bytes(12) + data[strip + 12 :])
    probe = app.identify.add_probe(ada, case.id, harmed, page=1)
    assert damage_on_record(app) == Damage(Box(0, 72, 300, 48))
    assert inside(app.identify.place_face(ada, probe.id, POINTS))[-1] == 0.0


def damage_on_record(app: Application) -> Damage:
    row = next(app.store.read().query("SELECT damage FROM pages"))
    return Damage.from_dict(json.loads(row["damage"]))


def test_a_damaged_reference_is_refused_for_that_reason(
    app: Application, ada: Operator, tmp_path: Path
) -> None:
    folder = people(tmp_path / "g", 2)
    cut(picture(folder / "harmed.png", (9, 0, 80)), rows=60)
    (folder / "drawing.psd").write_bytes(b"8BPS\0\1" + bytes(99))
    made = enrol(app, ada, folder)
    assert (made.persons, made.failed) == (2, 2)
    errors = {
        Path(item.path).name: item.detail
        for item in app.galleries.items(made.id, EnrolmentStatus.FAILED)
    }
    assert "damaged inside" in errors["harmed.png"]
    assert "Photoshop" in errors["drawing.psd"]
