"""Whose picture it is, where it shows several faces."""

from pathlib import Path

import pytest

from secondlook.domain.errors import ImageError, InputError
from secondlook.domain.records import Operator
from secondlook.services.application import Application
from tests.services.fake import picture
from tests.services.steps import enrol

GROUP = ((1, 0, 80), (2, 0, 90), (3, 0, 80))


@pytest.fixture
def press(app: Application, ada: Operator, tmp_path: Path) -> int:
    """Two people with one press photograph of three, and one with a portrait of their own."""
    for name in ("Ann", "Bea"):
        picture(tmp_path / "press" / name / "group.png", *GROUP)
    picture(tmp_path / "press" / "Cleo" / "c.png", (3, 0, 80))
    return enrol(app, ada, tmp_path / "press").id


def test_pictures_of_several_wait_until_somebody_picks_a_face(
    app: Application, ada: Operator, press: int
) -> None:
    first, second = app.picking.waiting(press)
    seen = app.picking.look(first)
    assert [face.box.width for face in seen.faces] == [80, 90, 80]
    assert (seen.pixels.width, seen.pixels.height) == (300, 120)
    reference = app.galleries.reference(app.picking.pick(ada, seen, 1))
    assert reference.face == seen.faces[1]
    assert [p.key for p in app.galleries.persons(press)] == ["Ann", "Cleo"]
    assert app.picking.waiting(press) == [second]
    assert app.record.verify().sound
    with pytest.raises(InputError, match="does not wait"):
        app.picking.pick(ada, seen, 2)


def test_one_picture_may_stand_for_two_people_by_two_faces(
    app: Application, ada: Operator, press: int
) -> None:
    first, second = map(app.picking.look, app.picking.waiting(press))
    app.picking.pick(ada, first, 0)
    with pytest.raises(ImageError, match="enrolled already, for Ann"):
        app.picking.pick(ada, second, 0)
    app.picking.pick(ada, second, 1)
    assert [p.key for p in app.galleries.persons(press)] == ["Ann", "Bea", "Cleo"]
    assert app.galleries.summary(press).failed == 0
    rows = app.store.read().query("SELECT count(DISTINCT identity_id) AS n FROM identities")
    assert next(iter(rows))["n"] == 3  # two faces of one picture are not one person


def test_what_was_looked_at_is_what_is_enrolled(
    app: Application, ada: Operator, press: int
) -> None:
    seen = app.picking.look(app.picking.waiting(press)[0])
    picture(Path(seen.item.path), (4, 0, 80), (5, 0, 80))
    with pytest.raises(ImageError, match="not what was looked at"):
        app.picking.pick(ada, seen, 0)
    picture(Path(seen.item.path), (4, 0, 80), (5, 0, 10))
    small = app.picking.look(seen.item)
    with pytest.raises(ImageError, match="the face is"):
        app.picking.pick(ada, small, 1)
    assert len(app.picking.waiting(press)) == 2


SIDECAR = """<x:xmpmeta xmlns:x="adobe:ns:meta/"
  xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
  xmlns:r="http://ns.microsoft.com/photo/1.2/t/Region#"><rdf:Bag>
  <rdf:li r:Rectangle="0.0, 0.0, 0.33, 1.0" r:PersonDisplayName="ANN"/>
  <rdf:li r:Rectangle="0.33, 0.0, 0.33, 1.0" r:PersonDisplayName="Bea"/></rdf:Bag></x:xmpmeta>"""


def test_a_face_that_the_picture_names_as_the_person_is_picked(
    app: Application, ada: Operator, tmp_path: Path
) -> None:
    """By whoever managed the pictures; one file stands for both, and a third still waits."""
    for name in ("Ann", "Bea", "Cleo"):
        path = picture(tmp_path / "press" / name / "group.png", *GROUP)
        path.with_suffix(".xmp").write_text(SIDECAR)
    gallery = enrol(app, ada, tmp_path / "press")
    people = {p.key: p.id for p in app.galleries.persons(gallery.id)}
    assert list(people) == ["Ann", "Bea"]
    (ann,), (bea,) = (app.galleries.references(people[key]) for key in ("Ann", "Bea"))
    assert ann.face.box.x < bea.face.box.x
    assert [item.person_key for item in app.picking.waiting(gallery.id)] == ["Cleo"]
    assert app.record.verify().sound
