"""Make the demonstration people: faces of nobody, checked against everybody.

    python people.py --portraits FOLDER --models FOLDER --out FOLDER [--against FOLDER ...]

``--portraits`` holds ``whole/`` and ``aligned/``; ``--models`` the detector YuNet and the teacher;
``--against`` further portraits that no made face may resemble. people.toml says who is made of
what. Nothing is written if one face resembles a real person more than people_check allows, or if a
probe is not closest to its own person.
"""

import argparse
import csv
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from aligned import Field, Image
from people_check import Finder, Known, Scores, crop, known, packed, scores, unpacked
from people_morph import bgr
from people_pictures import DAMAGE, Person, Portraits, group, no_face, probe, reference
from teacher import Teacher

QUALITY = 88  # of JPEG
DISTINCT = 0.40  # two people of the demonstration score less than this
MATED = 0.60  # a probe scores at least this with its own reference,
DEGRADED = 0.45  # and a degraded one this
DETECTOR = "face_detection_yunet_2023mar.onnx"
TEACHER = "face-reidentification-retail-0095.onnx"


@dataclass(frozen=True)
class Picture:
    """One file of the set: who is on it, by ``role``; ``damage`` names what was done to it."""

    path: str
    role: str
    persons: tuple[Person, ...]
    image: Image
    note: str = ""


@dataclass(frozen=True)
class Found:
    """A face of a picture and what the teacher says of it."""

    picture: Picture
    person: Person
    scores: Scores
    template: Field


class Gallery:
    """The references, as the teacher sees them."""

    def __init__(self, found: list[Found]) -> None:
        faces = [face for face in found if face.picture.role == "gallery"]
        self.persons = [face.person for face in faces]
        self._templates = np.stack([face.template for face in faces])

    def own(self, face: Found) -> float | None:
        """The score with the person's own reference; None if that is the face or there is none."""
        if face.picture.role == "gallery" or face.person not in self.persons:
            return None
        return float(self._templates[self.persons.index(face.person)] @ face.template)

    def nearest(self, face: Found) -> tuple[float, Person]:
        """The highest score with anybody else, and whose."""
        against = self._templates @ face.template
        against[[person is face.person for person in self.persons]] = -1
        k = int(np.argmax(against))
        return float(against[k]), self.persons[k]


def read_recipe(path: Path) -> tuple[dict[str, Person], list[dict[str, str]], list[str], int]:
    """Persons by name, probes, the names on the group picture and its seed."""
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    persons = {
        entry["name"]: Person(
            entry["name"],
            tuple(entry["parents"]),
            entry["seed"],
            entry.get("long_hair", False),
            entry.get("absent", False),
        )
        for entry in content["person"]
    }
    return persons, content["probe"], content["group"]["persons"], content["group"]["seed"]


def pictures(recipe: Path, portraits: Portraits) -> list[Picture]:
    persons, probes, together, seed = read_recipe(recipe)
    made = []
    for person in persons.values():
        image = bgr(reference(person, portraits))
        if person.absent:
            made.append(Picture(f"probes/absent/{person.name}.jpg", "absent", (person,), image))
        else:
            made.append(Picture(f"gallery/{person.name}.jpg", "gallery", (person,), image))
    for entry in probes:
        person, damage = persons[entry["person"]], entry.get("damage")
        image = bgr(probe(person, int(entry["seed"]), portraits))
        role = "degraded" if damage else "mated"
        if damage:
            image = DAMAGE[damage](image, np.random.default_rng(int(entry["seed"])))
        path = f"probes/{role}/{person.name}.jpg"
        made.append(Picture(path, role, (person,), image, damage or ""))
    on_it = tuple(persons[name] for name in together)
    several = [probe(person, seed + k, portraits) for k, person in enumerate(on_it)]
    image = group(several, np.random.default_rng(seed))
    made.append(Picture("probes/other/group.jpg", "group", on_it, image, "from left to right"))
    nobody = no_face(np.random.default_rng(seed))
    made.append(Picture("probes/other/no-face.jpg", "no_face", (), nobody))
    return made


def faces(made: list[Picture], finder: Finder, teacher: Teacher, people: Known) -> list[Found]:
    """The face of each person on each picture as it will be read from its file."""
    found = []
    for picture in made:
        image = unpacked(packed(picture.image, QUALITY))
        points = finder.all(image)
        points = sorted(points[: len(picture.persons)], key=lambda five: five[0, 0])
        if len(points) != len(picture.persons):
            raise SystemExit(f"{picture.path}: {len(points)} faces are found in it.")
        for five, person in zip(points, picture.persons, strict=True):
            template = teacher.templates(crop(image, five)[None])[0]
            against = scores(template, person.portraits, people)
            found.append(Found(picture, person, against, template))
    return found


def faults(found: list[Found]) -> list[str]:
    """What forbids the set: resemblance to real people, or to one another."""
    gallery = Gallery(found)
    least = {"mated": MATED, "degraded": DEGRADED, "group": DEGRADED}
    wrong = []
    for face in found:
        where = f"{face.picture.path}, {face.person.name}:"
        stranger, parent = face.scores.stranger, face.scores.parent
        if not face.scores.allowed:
            wrong.append(f"{where} {stranger:.3f} with a stranger, {parent:.3f} with a parent")
        own = gallery.own(face)
        if own is not None and own < least[face.picture.role]:
            wrong.append(f"{where} {own:.3f} with its own reference")
        score, other = gallery.nearest(face)
        if score >= DISTINCT:
            wrong.append(f"{where} {score:.3f} with {other.name}")
    return wrong


def write(made: list[Picture], found: list[Found], out: Path) -> None:
    for picture in made:
        path = out / picture.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(packed(picture.image, QUALITY))
    rows = [
        (picture.path, "; ".join(p.name for p in picture.persons), picture.role, picture.note)
        for picture in made
    ]
    _table(out / "manifest.csv", ("path", "person", "role", "note"), rows)
    gallery, figures = Gallery(found), []
    for face in found:
        own = gallery.own(face)
        highest = face.scores.stranger, face.scores.parent, gallery.nearest(face)[0]
        shown = [f"{score:.3f}" for score in highest]
        shown.append("" if own is None else f"{own:.3f}")
        figures.append((face.picture.path, face.person.name, *shown))
    heading = "path", "person", "stranger", "parent", "other_person", "own_reference"
    _table(out / "measured.csv", heading, figures)


def _table(path: Path, heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(heading)
        table.writerows(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--portraits", type=Path, required=True)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--against", type=Path, nargs="*", default=[])
    parser.add_argument("--recipe", type=Path, default=Path(__file__).with_name("people.toml"))
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    cv2.setNumThreads(1)
    finder, teacher = Finder(given.models / DETECTOR), Teacher(given.models / TEACHER)
    made = pictures(given.recipe, Portraits(given.portraits, finder))
    people = known([given.portraits, *given.against], finder, teacher)
    found = faces(made, finder, teacher, people)
    if wrong := faults(found):
        raise SystemExit("Nothing is written:\n" + "\n".join(wrong))
    write(made, found, given.out)
    print(f"{len(made)} pictures, {len(found)} faces, {len(people.names)} portraits compared")
    print(f"highest score with a stranger: {max(f.scores.stranger for f in found):.3f}")
    print(f"highest score with a parent: {max(f.scores.parent for f in found):.3f}")


if __name__ == "__main__":
    main()
