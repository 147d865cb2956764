"""What facts rest on cannot be written into the file, taken out of it or swallowed on the way."""

import json
from pathlib import Path

from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.errors import InputError
from secondlook.domain.policy import policy_from_document
from secondlook.domain.records import Candidate, Case, GallerySummary, Operator, Role
from secondlook.domain.review import Conclusion
from secondlook.services.application import Application
from secondlook.storage import acts
from tests.services.by_sql import Sql, accepting, caught, unmet
from tests.services.fake import people, picture
from tests.services.steps import (
    PASSWORD,
    declared,
    enrol,
    examine,
    prepare,
    run,
    search,
)

ELSEWHERE = 10**8
"""People that one picture of the unknown was looked through elsewhere: none is like enough."""


# a guard that is only added


def test_a_third_who_was_shown_the_others_is_no_third_while_a_trigger_stood(
    app: Application, ada: Operator, ben: Operator, cal: Operator, dan: Operator,
    case: Case, gallery: GallerySummary, tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """A trigger swallows what is written, and is gone before anybody verifies."""
    lead = search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates[0]
    examine(app, ada, lead)
    opinion = examine(app, ben, lead, Conclusion.DIFFERENT_SUPPORT).id
    prepare(app, cal, lead)

    def shown() -> None:
        with app.store.write() as db:
            acts.examination_shown(db, opinion, cal.id)

    assert caught(
        app,
        lambda: sql("CREATE TRIGGER x BEFORE INSERT ON sightings "
                    "BEGIN SELECT RAISE(IGNORE); END"),
        shown,
        lambda: sql("DROP TRIGGER x"),
        lambda: examine(app, cal, lead),
        accepting(app, dan, lead),
    )  # fmt: skip


def test_two_pictures_of_one_unknown_share_n_while_a_trigger_stood(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """The best of ten frames, each with an N of its own: the link between them is swallowed."""
    first = declared(app, ada, case, tmp_path / "first.png", (7, 1, 80))
    app.identify.search(ada, first.id, gallery.id)
    app.questions.declare_tries(ada, first.id, ELSEWHERE, "The other office's books.")
    lead: list[Candidate] = []

    def second() -> None:
        path = tmp_path / "second.png"
        lead.append(search(app, ada, case, gallery, path, (7, 20, 80)).candidates[0])
        for who in (ada, ben):
            examine(app, who, lead[0])

    assert caught(
        app,
        lambda: sql("CREATE TRIGGER x BEFORE INSERT ON unknown_links "
                    "BEGIN SELECT RAISE(IGNORE); END"),
        second,
        lambda: sql("DROP TRIGGER x"),
        lambda: accepting(app, ada, lead[0])(),
    )  # fmt: skip


# photographs that nobody enrolled


def test_nobody_borrows_opinions_by_forged_references_of_a_removed_gallery(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """A forged person shares photographs with two others. The honest removal of their gallery puts
    what was forged on record as removed, and the two stay one person: nobody examined the lead."""
    probe = declared(app, ada, case, tmp_path / "probe.png", (7, 1, 80))
    examined = app.identify.search(ada, probe.id, gallery.id).candidates[0]
    for who in (ada, ben):
        examine(app, who, examined)
    folder = people(tmp_path / "other", 39, first=101)
    picture(folder / "twin.png", (7, 20, 80))
    other = enrol(app, ada, folder, "other")
    third = enrol(app, ada, people(tmp_path / "third", 1, first=250), "third")
    lead = app.identify.search(ada, probe.id, other.id).candidates[0]
    assert lead.person_key == "twin"
    assert "examiners" in unmet(app, ada, lead)
    forged = (
        "INSERT INTO reference_images (person_id, original_sha256, source_path, face, quality, "
        "added_at) SELECT 5000, original_sha256, '', face, quality, added_at "
        "FROM reference_images WHERE person_id = :person"
    )
    assert caught(
        app,
        lambda: sql("INSERT INTO persons VALUES (5000, :third, 'x', 'x', '{}')", third=third.id),
        lambda: sql(forged, person=examined.person_id),
        lambda: sql(forged, person=lead.person_id),
        lambda: app.galleries.remove(ada, third.id),
        accepting(app, ada, lead),
    )


# people who were away for a moment


def test_two_are_no_unit_while_others_are_at_work(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case,
    gallery: GallerySummary, tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """An account and whoever made it, confirmed by nobody, are two while a row says that everybody
    else has left; afterwards it says again what was sealed."""
    issued = app.accounts.create(ada, "gil", "Gil Roth", Role.EXAMINER)
    gil = app.accounts.choose_password("gil", issued.code, PASSWORD)
    lead = search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates[0]
    for who in (ada, gil):
        examine(app, who, lead)
    assert "examiners" in unmet(app, ada, lead)
    assert caught(
        app,
        lambda: sql("UPDATE operators SET active = 0 WHERE username NOT IN ('ada', 'gil')"),
        lambda: app.people.sign_unit(gil, app.people.declare_unit(ada, gil.id, "Only us.").id),
        accepting(app, ada, lead),
        lambda: sql("UPDATE operators SET active = 1 WHERE username NOT IN ('ada', 'gil')"),
    )


# unknowns that leave their group


def test_an_unknown_does_not_leave_its_group(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """Its row gets another number while the lead is accepted: nothing is joined with it any more,
    and nobody misses it."""
    path = tmp_path / "first.png"
    lead = search(app, ada, case, gallery, path, (7, 20, 80)).candidates[0]
    for who in (ada, ben):
        examine(app, who, lead)
    second = declared(app, ada, case, tmp_path / "second.png", (7, 1, 80))
    app.identify.search(ada, second.id, gallery.id)
    app.questions.declare_tries(ada, second.id, ELSEWHERE, "The other office's books.")
    assert unmet(app, ada, lead) == ("confidence",)
    assert caught(
        app,
        lambda: sql("UPDATE unknown_groups SET unknown_id = 9000 WHERE unknown_id = 2"),
        accepting(app, ada, lead),
        lambda: sql("UPDATE unknown_groups SET unknown_id = 2 WHERE unknown_id = 9000"),
    )


# people who never left


def test_a_person_who_is_enrolled_has_not_left(
    app: Application, ada: Operator, ben: Operator, case: Case, tmp_path: Path, sql: Sql
) -> None:
    """Twenty people are marked as gone, so that twenty who come later are not beside them, and one
    gallery with folders of two pictures makes each two of them one: N halves."""
    gallery = enrol(app, ada, people(tmp_path / "people", 20))
    folder = tmp_path / "pairs"
    for person in range(1, 21):
        picture(folder / f"q{person}" / "one.png", (person, 0, 80))
        picture(folder / f"q{person}" / "two.png", (person + 100, 0, 80))

    def plant() -> None:
        sql(
            "UPDATE persons SET id = id + 1000000",
            "UPDATE identities SET removed_after = (SELECT max(person_id) FROM identities)",
            "UPDATE persons SET id = id - 1000000",
        )

    def n_is_forty() -> None:
        app.galleries.extend(ada, gallery.id, people(tmp_path / "late", 20, first=101))
        run(app, ada, gallery.id)
        enrol(app, ada, folder, "pairs")
        probe = declared(app, ada, case, tmp_path / "probe.png", (7, 1, 80))
        app.identify.search(ada, probe.id, gallery.id)
        if app.identify.compared(ada, probe.id, None).now == 40:
            raise InputError("They are forty people all the same.")

    assert caught(app, plant, n_is_forty)


# people who are left out of a search


def test_a_search_leaves_nobody_out_who_is_enrolled(
    app: Application, ada: Operator, ben: Operator, case: Case, gallery: GallerySummary,
    tmp_path: Path, sql: Sql,
) -> None:  # fmt: skip
    """A twin is in another gallery while the file is searched: the runner-up who leaves no margin
    is nowhere on record. Only who is found in the gallery is tried against the seals."""
    for person in (7, 9):
        picture(tmp_path / "twins" / f"twin{person}.png", (person, 3, 80))
    app.galleries.extend(ada, gallery.id, tmp_path / "twins")
    run(app, ada, gallery.id)
    honest = search(app, ada, case, gallery, tmp_path / "9.png", (9, 1, 80)).candidates[0]
    assert "margin" in unmet(app, ada, honest)
    leads: list[Candidate] = []

    def searched() -> None:
        path = tmp_path / "7.png"
        leads.append(search(app, ada, case, gallery, path, (7, 1, 80)).candidates[0])
        for who in (ada, ben):
            examine(app, who, leads[0])

    def hide(where: int) -> None:
        sql("UPDATE persons SET gallery_id = :where WHERE key LIKE 'twin%'", where=where)
        app.identify._matrices._loaded = None  # as after the next start of the program

    assert caught(
        app,
        lambda: hide(-1),
        searched,
        lambda: hide(gallery.id),
        lambda: accepting(app, ada, leads[0])(),
    )


# a rehearsal of something else


def asking_for_a_rehearsal(
    app: Application, who: tuple[Operator, Operator], gallery: GallerySummary, tmp_path: Path
) -> Candidate:
    """A lead of a gallery that nobody rehearsed, under a policy that asks for it; nothing else is
    in the way."""
    shipped = app.policies.get("archive-newsroom")
    asked = {"rehearsal_max_age_days": 90, "minimum_model": None}
    why = {"rationale": shipped.rationale | {"rehearsal_max_age_days": "Because."}}
    policy = policy_from_document(json.dumps(json.loads(shipped.document) | asked | why))
    for one in who:
        app.approvals.approve_policy(one, policy, shipped, "It asks for more.")
    case = app.cases.open(who[0], "2031/9", policy.permitted_purposes[0], "Order 1", policy)
    lead = search(app, who[0], case, gallery, tmp_path / "a.png", (7, 1, 80)).candidates[0]
    examine(app, who[0], lead)
    return lead


def test_a_gallery_does_not_take_over_the_rehearsal_of_one_that_was_removed(
    app: Application, ada: Operator, ben: Operator, tmp_path: Path, sql: Sql
) -> None:
    """Its number is given again: ``sqlite_sequence`` says which was the last."""
    pair = enrol(app, ada, people(tmp_path / "pair", 2), "pair")
    planned = app.rehearse.start(ada, pair.id, people(tmp_path / "absent", 30, first=120))
    app.rehearse.run(ada, planned.id, CancelToken(), ignore_progress)
    app.galleries.remove(ada, pair.id)
    control = enrol(app, ada, people(tmp_path / "control", 40), "control")
    lead = asking_for_a_rehearsal(app, (ada, ben), control, tmp_path)
    assert unmet(app, ada, lead) == ("rehearsal",)
    leads: list[Candidate] = []

    def enrolled_anew() -> None:
        app.galleries.remove(ada, control.id)
        sql("UPDATE sqlite_sequence SET seq = 0 WHERE name = 'galleries'")
        gallery = enrol(app, ada, people(tmp_path / "people", 40), "people")
        case = app.cases.by_reference("2031/9")
        assert case is not None
        path = tmp_path / "b.png"
        leads.append(search(app, ada, case, gallery, path, (9, 1, 80)).candidates[0])
        examine(app, ada, leads[0])

    assert caught(app, enrolled_anew, lambda: accepting(app, ada, leads[0])())
