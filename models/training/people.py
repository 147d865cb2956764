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
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from mixes import Field, Image
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
    """A face of a picture and what the teacher says of it; ``own`` its score with its reference."""

    picture: Picture
    person: Person
    scores: Scores
    template: Field


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
    gallery = [f for f in found if f.picture.role == "gallery"]
    templates = np.stack([f.template for f in gallery])
    wrong = []
    for face in found:
        where, against = face.picture.path, templates @ face.template
        if not face.scores.allowed:
            wrong.append(f"{where}: {face.scores.stranger:.3f} {face.scores.parent:.3f}")
        own = np.array([g.person is face.person for g in gallery])
        others = float(against[~own].max())
        least = {"mated": MATED, "degraded": DEGRADED, "group": DEGRADED}.get(face.picture.role, 0)
        if own.any() and float(against[own].max()) < least:
            wrong.append(f"{where}: {float(against[own].max()):.3f} with its own reference")
        if others >= DISTINCT:
            other = gallery[int(np.argmax(np.where(own, -1, against)))].person.name
            wrong.append(f"{where}: {others:.3f} with {other}")
    return wrong


def write(made: list[Picture], found: list[Found], out: Path) -> None:
    for picture in made:
        path = out / picture.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(packed(picture.image, QUALITY))
    with (out / "manifest.csv").open("w", newline="", encoding="utf-8") as table:
        rows = csv.writer(table, lineterminator="\n")
        rows.writerow(("path", "person", "role", "note"))
        for picture in made:
            names = "; ".join(person.name for person in picture.persons)
            rows.writerow((picture.path, names, picture.role, picture.note))
    references = {f.person.name: f.template for f in found if f.picture.role == "gallery"}
    with (out / "measured.csv").open("w", newline="", encoding="utf-8") as table:
        rows = csv.writer(table, lineterminator="\n")
        rows.writerow(("path", "person", "highest_stranger", "highest_parent", "own_reference"))
        for face in found:
            own = references.get(face.person.name)
            probe_score = "" if own is None else f"{float(own @ face.template):.3f}"
            if face.picture.role == "gallery":
                probe_score = ""
            highest = f"{face.scores.stranger:.3f}", f"{face.scores.parent:.3f}"
            rows.writerow((face.picture.path, face.person.name, *highest, probe_score))


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
