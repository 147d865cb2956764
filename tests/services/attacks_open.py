"""What the program's own acts still let through: each says what should hold, and fails today."""

import shutil
from pathlib import Path

from secondlook.domain.photographs import Verdict
from secondlook.domain.records import (
    Case,
    GallerySummary,
    Operator,
)
from secondlook.services.application import Application
from tests.services.fake import people, picture
from tests.services.steps import (
    declared,
    declared_file,
    enrol,
    run,
    search,
)
from tests.services.test_photographs import photo


def test_several_frames_of_one_person_searched_for_are_one_try(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Ten frames that share N are searched for where the unknown is enrolled."""
    asked = picture(tmp_path / "x" / "x.png", (250, 0, 80))
    app.galleries.extend(ada, gallery.id, tmp_path / "x")
    run(app, ada, gallery.id)
    for frame in range(1, 11):
        search(app, ada, case, gallery, tmp_path / f"f{frame}.png", (200, frame, 80))
    probe = declared_file(app, ada, case, asked)
    app.identify.search(ada, probe.id, gallery.id)
    assert app.identify.compared(ada, probe.id, None).now <= 42


def test_what_two_call_another_photograph_lends_no_tries(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path
) -> None:
    """A picture that only seems to be the probe was looked at among many: two people say so."""
    big = people(tmp_path / "big", 40, first=100)
    photo(big / "z.png", 1, (7, 2, 80))
    enrolled = enrol(app, ada, big, "big")
    search(app, ada, case, enrolled, tmp_path / "other.png", (3, 1, 80))
    little = people(tmp_path / "little", 10, first=200)
    shutil.copy(big / "z.png", little / "z.png")
    gallery = enrol(app, ada, little, "little")
    probe = declared_file(app, ada, case, photo(tmp_path / "a.png", 1, (7, 1, 80), brightness=0.9))
    found = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    assert found.person_key == "z"
    assert app.identify.compared(ada, probe.id, None).now > 11
    for who in (ada, ben):
        app.questions.judge_photograph(who, found.id, Verdict.DIFFERENT, "The hand has moved.")
    assert app.identify.compared(ada, probe.id, None).now == 11


def test_a_gallery_turned_round_lends_its_probes_to_another_frame(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    """One frame is enrolled, forty people are searched for there, and the best of them is put into
    a gallery where the other frame is searched for."""
    picture(tmp_path / "turned" / "x.png", (250, 1, 80))
    turned = enrol(app, ada, people(tmp_path / "turned", 2, first=100), "turned")
    for number in range(1, 41):
        search(app, ada, case, turned, tmp_path / f"{number}.png", (number, 0, 80))
    small = enrol(app, ada, people(tmp_path / "small", 2), "small")
    probe = declared(app, ada, case, tmp_path / "b.png", (250, 2, 80))
    app.identify.search(ada, probe.id, small.id)
    assert app.identify.compared(ada, probe.id, None).now >= 40
