"""Nobody becomes somebody else, and no question borrows from another, by rows written around the
program."""

from pathlib import Path

from secondlook.domain.records import (
    Case,
    GallerySummary,
    Operator,
)
from secondlook.domain.review import Outcome, ProbeOrigin
from secondlook.services.application import Application
from tests.services.by_sql import (
    AGES_AGO,
    EVIDENCE,
    WEAK,
    Sql,
    accepting,
    caught,
    unmet,
)
from tests.services.fake import picture
from tests.services.steps import (
    examine,
    exclude,
    search,
)

# 1: who is one person


def test_people_are_not_one_person_on_the_word_of_a_row(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """Everybody in the gallery shares a photograph that nobody enrolled: N is 1."""
    weak = search(app, ada, case, gallery, tmp_path / "probe.png", (7, WEAK, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, weak)
    assert unmet(app, ada, weak) == ("confidence",)
    assert caught(
        app,
        lambda: sql(
            "INSERT INTO person_photographs (person_id, original_sha256, face, x, y, size) "
            "SELECT id, 'no such photograph', '{}', 1.0, 1.0, 9.0 FROM persons",
            "UPDATE identities SET identity_id = (SELECT min(person_id) FROM identities)",
        ),
        accepting(app, ada, weak),
        lambda: sql("UPDATE identities SET identity_id = person_id"),
    )


# 2: which photographs are one


def test_a_question_does_not_borrow_the_opinions_on_another_photograph(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """Two people examined one picture; nobody examined the other, whose lead is accepted."""
    one = search(app, ada, case, gallery, tmp_path / "one.png", (7, 1, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, one)
    other = search(app, ada, case, gallery, tmp_path / "other.png", (7, 9, 80)).candidates[0]
    assert "examiners" in unmet(app, ada, other)
    assert caught(
        app,
        lambda: sql(
            "UPDATE unknown_groups SET photograph_id = (SELECT u.unknown_id FROM search_unknowns u "
            "WHERE u.search_id = :one) WHERE unknown_id = (SELECT u.unknown_id "
            "FROM search_unknowns u WHERE u.search_id = :other)",
            one=one.search_id, other=other.search_id,
        ),
        accepting(app, ada, other),
        lambda: sql("UPDATE unknown_groups SET photograph_id = unknown_id"),
    )  # fmt: skip


# 3: which faces are one unknown


def test_one_face_of_one_picture_does_not_become_another_unknown(
    app: Application, ada: Operator, ben: Operator, cal: Operator, dan: Operator,
    case: Case, gallery: GallerySummary, tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """Two unknowns of a pixel each, beside each other in the face that the detector finds: who was
    excluded as the one is nobody's opinion on the other."""
    probe = app.identify.add_probe(ada, case.id, picture(tmp_path / "probe.png", (7, 1, 80)))
    assert probe.face is not None
    box = probe.face.box
    x = box.x + box.width / 2
    at = {"x": x, "y": box.y + box.height / 2, "sha": probe.original_sha256}
    plant = "INSERT INTO unknowns VALUES (:id, :sha, :x, :y, 1.0, :at)"

    def first() -> None:
        sql(plant, id=1000, at=AGES_AGO, **(at | {"x": x - 5}))
        app.identify.declare(ada, probe.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
        excluded = app.identify.search(ada, probe.id, gallery.id).candidates[0]
        for who in (ada, ben):
            exclude(app, who, excluded)
        app.review.decide(ada, excluded.id, Outcome.EXCLUDED, "", "Other ears.")

    def second() -> None:
        sql("INSERT INTO unknowns VALUES (:id, :sha, :x, :y, 1.0, :at)", id=500, at=AGES_AGO,
            **(at | {"x": x + 5}))  # fmt: skip
        app.identify.declare(cal, probe.id, ProbeOrigin.PHOTOGRAPH, "Frontal, sharp.")
        again = app.identify.search(cal, probe.id, gallery.id).candidates[0]
        for who in (cal, dan):
            examine(app, who, again)
        app.review.decide(cal, again.id, Outcome.ACCEPTED, EVIDENCE, "")

    assert caught(app, first, second)
