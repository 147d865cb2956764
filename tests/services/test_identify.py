"""From a probe to recorded candidates."""

import json
import math
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from secondlook.domain.calibration import Moved
from secondlook.domain.cancel import CancelToken
from secondlook.domain.confidence import ConfidenceScale, ConfidenceStatus
from secondlook.domain.errors import (
    Cancelled,
    ImageError,
    InputError,
    IntegrityError,
    PolicyRefusal,
)
from secondlook.domain.faces import quarter
from secondlook.domain.impostors import BINS, ImpostorCounts, count
from secondlook.domain.matching import GalleryMatrix
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.domain.review import Outcome, ProbeOrigin
from secondlook.domain.searching import findings
from secondlook.services import matrices
from secondlook.services.application import Application
from secondlook.services.matrices import Matrices
from secondlook.texts.requirements import requirement_text
from tests.services.fake import CURVE, people, picture
from tests.services.steps import declared, engine_of, enrol, exclude, moved, run, search

POINTS = [(20.0, 40.0), (60.0, 40.0), (40.0, 60.0), (25.0, 80.0), (55.0, 80.0)]


def test_candidates_are_what_comparing_everybody_gives(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    source = people(tmp_path / "p", 30)
    for person in (3, 8):
        for number in (1, 2, 3):
            picture(source / f"p{person:03}" / f"{number}.png", (person, number, 80))
    made = enrol(app, ada, source)
    found = search(app, ada, case, made, tmp_path / "probe.png", (8, 2, 80))
    probe = engine_of(app)._template(8, 2)
    best: dict[str, tuple[float, int]] = {}
    for row in app.galleries.persons(made.id):
        for reference in app.galleries.references(row.id):
            path = Path(reference.source_path)
            variation = int(path.stem) if path.parent.name == row.key else 0
            template = engine_of(app)._template(int(row.key[1:]), variation)
            score = float(template @ probe)
            best[row.key] = max(best.get(row.key, (-2.0, 0)), (score, reference.id))
    expected = sorted(best.items(), key=lambda item: -item[1][0])[: case.policy.max_candidates]
    assert [c.person_key for c in found.candidates] == [key for key, _ in expected]
    assert [c.reference_id for c in found.candidates] == [ref for _, (_, ref) in expected]
    scores = [score for _, (score, _) in expected]
    assert np.allclose([c.score for c in found.candidates], scores, atol=1e-6)
    assert [c.rank for c in found.candidates] == list(range(1, 21))
    first, second = found.candidates[:2]
    assert math.isclose(first.margin, first.score - second.score, abs_tol=1e-9)
    assert math.isclose(second.margin, second.score - first.score, abs_tol=1e-9)


def test_everything_of_a_search_is_recorded(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    made = search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80))
    found = app.review.result(made.search.id).search
    engine = engine_of(app)
    assert (found.operator, found.purpose, found.case_id) == (ada.display_name, case.purpose, 1)
    assert found.policy == case.policy
    assert found.model == {
        "name": "fake-one",
        "version": "1",
        "sha256": engine.model.sha256,
        "status": "full",
        "detector": "fake-detector",
        "detector_sha256": engine.detector_identity.sha256,
        "detector_status": "full",
    }
    assert found.provider == "FakeExecutionProvider"
    assert (found.gallery_name, found.gallery_persons) == ("people", 40)
    assert len(found.gallery_state) == 64
    assert found.calibration.comparisons == 40 * 39 // 2
    assert found.calibration.reference_cohort == CURVE.cohort
    assert math.isclose(sum(found.calibration.impostors), 1, abs_tol=1e-6)
    loaded = Matrices(app.store).get(gallery.id)
    scores = loaded.matrix.templates @ engine._template(7, 1)
    scale = findings(loaded.matrix, ConfidenceScale(40, loaded.calibration, None), scores).scale
    assert found.calibration.moved == scale.lift / (BINS / 2)
    assert found.calibration.moved_by == scale.lifted.by != Moved.NOTHING
    assert (found.probe_origin, found.probe_analysis) == ("photograph", "Frontal, sharp.")
    assert app.cases.probes(case.id)[0].original_sha256 == found.probe_sha256
    entry = next(e for e in app.record.latest() if e.subject == f"search {found.id}")
    assert entry.act == "search"
    assert json.loads(entry.payload)["compared"] == 40


def test_a_search_that_offers_nobody_is_recorded_too(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    made = search(app, ada, case, gallery, tmp_path / "probe.png", (200, 0, 80))
    assert len(made.candidates) == 20
    assert not any(c.offered for c in made.candidates)
    assert app.cases.searches(case.id) == [made.search]
    (summary,) = app.cases.all()
    assert (summary.searches, summary.undecided) == (1, 0)
    assert app.cases.close(ada, case.id).closed_at


def test_offered_is_whoever_reaches_the_lead_line(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    found = search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80)).candidates
    for candidate in found:
        value = candidate.confidence.value
        assert value is not None
        assert candidate.offered == (value >= case.policy.lead_confidence)
    assert [c.person_key for c in found if c.offered] == ["p007"]
    assert found[0].confidence.status is ConfidenceStatus.REFERENCE


def test_without_a_curve_a_small_gallery_cannot_measure_what_the_policy_needs(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    engine_of(app).curve = None
    made = search(app, ada, case, gallery, tmp_path / "probe.png", (7, 1, 80))
    first = made.candidates[0]
    assert first.confidence.value is None
    assert first.confidence.status is ConfidenceStatus.NOT_MEASURABLE
    assert first.offered  # recorded for review, and never acceptable
    assert made.search.calibration.source == "gallery"
    needed = next(
        r for r in app.review.assessment(ada, first.id).requirements if r.name == "confidence"
    )
    assert not needed.met
    assert "not measurable" in requirement_text(needed).present


def test_a_gallery_of_one_person(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    made = enrol(app, ada, people(tmp_path / "p", 1))
    (only,) = search(app, ada, case, made, tmp_path / "probe.png", (1, 1, 80)).candidates
    assert only.margin == math.inf
    assert app.review.candidate(only.id).margin == math.inf


def test_an_empty_gallery_says_what_to_do(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    made = app.galleries.create(ada, "g", people(tmp_path / "p", 3))
    with pytest.raises(InputError, match="Enrol"):
        search(app, ada, case, made, tmp_path / "probe.png", (1, 1, 80))


def test_a_probe_of_several_faces_waits_for_a_choice(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    probe = declared(app, ada, case, tmp_path / "two.png", (5, 1, 60), (9, 1, 80))
    assert probe.chosen is None
    assert app.identify.what_is_missing(case, probe) == ["Pick the face to search with."]
    for wrong in (-1, 2):
        with pytest.raises(InputError, match=f"2 faces; there is no number {wrong + 1}"):
            app.identify.choose_face(ada, probe.id, wrong)
    for index, key in enumerate(("p005", "p009")):
        app.identify.choose_face(ada, probe.id, index)
        found = app.identify.search(ada, probe.id, gallery.id)
        assert found.candidates[0].person_key == key
        assert found.search.probe_face == probe.faces[index]


def test_points_by_hand_where_no_face_was_found(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    probe = app.identify.add_probe(ada, case.id, picture(tmp_path / "a.png", hidden=7))
    probe = app.identify.declare(ada, probe.id, ProbeOrigin.VIDEO_FRAME, "Dark.")
    assert app.identify.what_is_missing(case, probe) == ["Place the five points by hand."]
    with pytest.raises(InputError, match="five points"):
        app.identify.place_face(ada, probe.id, POINTS[:4])
    with pytest.raises(InputError, match="too close"):
        app.identify.place_face(ada, probe.id, [POINTS[0], *POINTS[:4]])
    probe = app.identify.place_face(ada, probe.id, POINTS)
    assert probe.chosen == 0
    assert probe.face is not None
    assert probe.face.inter_eye == 40
    assert probe.face.placement is not None
    assert (probe.face.placement.by, probe.face.placement.seen) == ("ada", None)
    assert probe.face.score == 0
    found = app.identify.search(ada, probe.id, gallery.id)
    assert found.candidates[0].person_key == "p007"
    assert "face placed" in [e.act for e in app.record.latest()]
    unmet = {r.name for r in app.review.assessment(ada, found.candidates[0].id).unmet}
    assert "probe_quality" in unmet


def test_points_by_hand_on_a_face_that_was_found_do_not_make_it_larger(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 40))
    (seen,) = probe.faces
    assert seen.inter_eye == 24
    middle = [sum(p[i] for p in seen.landmarks) / 5 for i in (0, 1)]
    x, y = middle
    wide = [(x + 1.2 * (px - x), y + 1.2 * (py - y)) for px, py in seen.landmarks]
    probe = app.identify.place_face(ada, probe.id, wide)
    assert probe.face is not None
    assert probe.quality is not None
    assert probe.face.inter_eye == pytest.approx(28.8)
    assert probe.quality.inter_eye_px == 24
    assert probe.face.placement is not None
    assert probe.face.placement.seen == seen
    found = app.identify.search(ada, probe.id, gallery.id)
    assert found.search.probe_face == probe.face
    unmet = {r.name: r for r in app.review.assessment(ada, found.candidates[0].id).unmet}
    assert "eye distance is 24 px" in requirement_text(unmet["probe_quality"]).present


def test_an_examiner_cannot_leave_anything_out(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    policy = app.policies.default()
    at_once = policy.model_copy(update={"authorisation_deadline_hours": 0})
    case = app.cases.open(ada, "x", "Missing person", "", at_once)
    probe = app.identify.add_probe(ada, case.id, picture(tmp_path / "a.png", (7, 1, 80)))
    missing = app.identify.what_is_missing(case, probe)
    assert len(missing) == 3
    with pytest.raises(PolicyRefusal) as caught:
        app.identify.search(ada, probe.id, gallery.id)
    assert all(text in str(caught.value) for text in missing)
    app.identify.declare(ada, probe.id, ProbeOrigin.SKETCH, "A drawing.")
    app.cases.authorise(ada, case.id, "Order 9")
    found = app.identify.search(ada, probe.id, gallery.id)
    unmet = {r.name for r in app.review.assessment(ada, found.candidates[0].id).unmet}
    assert "probe_origin" in unmet


def test_the_command_line_may_search_with_gaps_and_they_are_recorded(
    app: Application, ada: Operator, gallery: GallerySummary, tmp_path: Path
) -> None:
    machine = app.accounts.command_line()
    case = app.cases.open(machine, "x", "", "", app.policies.default())
    probe = app.identify.add_probe(machine, case.id, picture(tmp_path / "a.png", (7, 1, 80)))
    found = app.identify.search(machine, probe.id, gallery.id)
    assert found.search.probe_origin is ProbeOrigin.UNDECLARED
    assert found.search.operator == machine.display_name
    unmet = {r.name for r in app.review.assessment(ada, found.candidates[0].id).unmet}
    assert unmet >= {"purpose", "authorisation", "probe_origin", "probe_analysis"}
    faceless = app.identify.add_probe(machine, case.id, picture(tmp_path / "b.png"))
    with pytest.raises(ImageError, match=r"b\.png: no face was found"):
        app.identify.search(machine, faceless.id, gallery.id)


def test_a_probe_is_turned_by_hand(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    """What is found that way up joins what the detector found by itself, and is chosen."""
    made = picture(tmp_path / "a.png", (7, 1, 60), (8, 1, 80))
    before = app.identify.add_probe(ada, case.id, made)
    turned = app.identify.turn(ada, before.id, 90)
    assert turned.faces[:2] == before.faces
    assert [quarter(face) for face in turned.faces] == [0, 0, 90, 90]
    assert [face.placement.by for face in turned.faces[2:] if face.placement] == ["ada", "ada"]
    assert turned.chosen == 3, "the larger of the two"
    entry = app.record.latest()[0]
    assert entry.act == "probe turned"
    assert {"turn": 90, "faces": 2}.items() <= json.loads(entry.payload).items()
    again = app.identify.turn(ada, before.id, 90)
    assert again.faces == turned.faces
    back = app.identify.turn(ada, before.id, 0)
    assert back.faces == turned.faces
    assert back.chosen == 1


def test_a_picture_without_a_face_that_way_up_stays_as_it_was(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    before = app.identify.add_probe(ada, case.id, picture(tmp_path / "a.png"))
    with pytest.raises(InputError, match=r"No face is seen .* by 180 degrees. Place the five"):
        app.identify.turn(ada, before.id, 180)
    with pytest.raises(InputError, match="by quarters"):
        app.identify.turn(ada, before.id, 45)
    assert app.identify.probe(before.id) == before


def test_in_a_closed_case_nothing_changes_any_more(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    probe = declared(app, ada, case, tmp_path / "two.png", (5, 1, 60), (9, 1, 80))
    app.cases.close(ada, case.id)
    default = app.policies.default()
    acts = (
        lambda: declared(app, ada, case, tmp_path / "b.png", (5, 1, 60)),
        lambda: app.identify.choose_face(ada, probe.id, 0),
        lambda: app.identify.place_face(ada, probe.id, POINTS),
        lambda: app.identify.turn(ada, probe.id, 90),
        lambda: app.identify.declare(ada, probe.id, ProbeOrigin.PHOTOGRAPH, ""),
        lambda: app.identify.search(ada, probe.id, gallery.id),
        lambda: app.cases.authorise(ada, case.id, "Order 13"),
        lambda: app.cases.move_policy(ada, case.id, default, "because"),
        lambda: app.cases.close(ada, case.id),
    )
    before = app.record.verify().entries
    for act in acts:
        with pytest.raises(InputError, match=r"2031/117 is closed.*Open a new case"):
            act()
    assert app.record.verify().entries == before
    assert app.cases.probes(case.id) == [probe]


def test_a_changed_gallery_has_another_state_and_another_calibration(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    first = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).search
    again = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).search
    assert again.gallery_state == first.gallery_state
    assert again.calibration == first.calibration
    app.galleries.extend(ada, gallery.id, people(tmp_path / "more", 5, first=90))
    run(app, ada, gallery.id)
    after = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80)).search
    assert after.gallery_state != first.gallery_state
    assert after.calibration.comparisons == 45 * 44 // 2
    assert app.cases.searches(case.id) == [after, again, first]


def test_after_a_restart_only_who_joined_is_compared(
    app: Application,
    ada: Operator,
    gallery: GallerySummary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    restarted, built_upon = Matrices(app.store), []

    def counted(matrix: GalleryMatrix, before: Any, **rest: Any) -> ImpostorCounts:
        built_upon.append(before[1].persons)
        return count(matrix, before, **rest)

    monkeypatch.setattr(app.enrolment, "_matrices", restarted)
    monkeypatch.setattr(matrices, "count", counted)
    app.galleries.extend(ada, gallery.id, people(tmp_path / "more", 5, first=90))
    run(app, ada, gallery.id)
    after = restarted.get(gallery.id)
    assert built_upon == [40]
    anew = count(after.matrix)
    assert np.array_equal(after.calibration.counts.rows, anew.rows)
    near = after.calibration.counts.neighbours
    assert np.array_equal(near.references, anew.neighbours.references)


def test_what_was_declared_later_does_not_reach_an_earlier_search(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    made = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    app.identify.declare(ada, made.search.probe_id, ProbeOrigin.SKETCH, "")
    assert app.review.result(made.search.id) == made


def test_a_cancelled_search_leaves_nothing(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(Cancelled):
        app.identify.search(ada, probe.id, gallery.id, cancel)
    assert app.cases.searches(case.id) == []


def test_a_case_that_moves_during_a_search_refuses_it(
    app: Application,
    ada: Operator,
    ben: Operator,
    case: Case,
    gallery: GallerySummary,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    other = app.policies.get("missing-person")
    engine, template = engine_of(app), engine_of(app).template
    monkeypatch.setattr(
        engine,
        "template",
        lambda *a: (moved(app, ada, ben, case, other), template(*a))[1],
    )
    with pytest.raises(IntegrityError, match="another policy"):
        app.identify.search(ada, probe.id, gallery.id)
    assert app.cases.searches(case.id) == []
    assert app.record.verify().sound


def test_a_pasted_picture_and_a_name_that_is_no_text(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    made = picture(tmp_path / "a.png", (7, 1, 80))
    assert app.identify.add_probe(ada, case.id, made.read_bytes()).source_name == "Pasted image"
    if sys.platform == "linux":
        odd = made.rename(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.png"))
        assert app.identify.add_probe(ada, case.id, odd).source_name == "?.png"


def test_originals_are_kept_once_and_never_altered(
    app: Application, ada: Operator, case: Case, tmp_path: Path
) -> None:
    made = picture(tmp_path / "a.png", (7, 1, 80))
    one, two = (app.identify.add_probe(ada, case.id, made) for _ in range(2))
    assert one.original_sha256 == two.original_sha256
    files = [p for p in tmp_path.glob("secondlook-originals/*/*") if p.is_file()]
    assert [p.read_bytes() for p in files] == [made.read_bytes()]
    assert app.identify.probe_image(one.id).width == 300


# Cases


def test_a_case_needs_a_reference_a_purpose_and_a_name_of_its_own(
    app: Application, ada: Operator, case: Case
) -> None:
    policy = app.policies.default()
    for reference, purpose, told in (
        (" ", "Missing person", "reference"),
        ("new", "Surveillance", "Permitted: Missing person"),
        ("new", "", "does not permit"),
        (case.reference, "Missing person", "already"),
    ):
        with pytest.raises(InputError, match=told):
            app.cases.open(ada, reference, purpose, "", policy)
    machine = app.accounts.command_line()
    with pytest.raises(InputError, match="does not permit"):
        app.cases.open(machine, "new", "Surveillance", "", policy)


def test_moving_a_case_needs_a_reason_and_a_purpose_that_is_permitted(
    app: Application, ada: Operator, ben: Operator, case: Case
) -> None:
    other = app.policies.get("missing-person")
    with pytest.raises(InputError, match="reason"):
        app.cases.move_policy(ada, case.id, other, " ")
    narrow = other.model_copy(update={"permitted_purposes": ("Archive research",)})
    with pytest.raises(InputError, match="does not permit"):
        app.cases.move_policy(ada, case.id, narrow, "because")
    assert moved(app, ada, ben, case, other).policy == other
    entry = next(e for e in app.record.latest() if e.act == "case moved")
    payload = json.loads(entry.payload)
    assert (payload["from"], payload["to"]) == (case.policy.sha256, other.sha256)
    assert payload["move"] == 1


def test_a_case_closes_only_when_every_offered_candidate_is_decided(
    app: Application,
    ada: Operator,
    ben: Operator,
    case: Case,
    gallery: GallerySummary,
    tmp_path: Path,
) -> None:
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    assert [s.undecided for s in app.cases.all()] == [1]
    with pytest.raises(PolicyRefusal, match="not decided"):
        app.cases.close(ada, case.id)
    for who in (ada, ben):
        exclude(app, who, found.candidates[0])
    app.review.decide(ada, found.candidates[0].id, Outcome.EXCLUDED, "", "Different ears.")
    assert app.cases.close(ada, case.id).closed_at


def test_a_search_says_what_its_gallery_is_called(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """It was renamed since the last search of this program."""
    probe = declared(app, ada, case, tmp_path / "a.png", (7, 1, 80))
    app.identify.search(ada, probe.id, gallery.id)
    app.galleries.rename(ada, gallery.id, "renamed")
    found = app.identify.search(ada, probe.id, gallery.id).search
    assert found.gallery_name == "renamed"


def test_two_frames_share_n_where_no_reference_curve_is_known(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    """Sixty people resolve 90 %, but not the one in 10,000 from which two frames are linked."""
    engine_of(app).curve = None
    search(app, ada, case, gallery, tmp_path / "one.png", (200, 1, 80))
    other = enrol(app, ada, people(tmp_path / "others", 60, first=100), "others")
    stranger = search(app, ada, case, other, tmp_path / "three.png", (220, 2, 80)).search
    assert stranger.calibration.scores_at["90"] is not None
    assert app.identify.compared(ada, stranger.probe_id, None).now == 60
    found = search(app, ada, case, other, tmp_path / "two.png", (200, 2, 80)).search
    assert app.identify.compared(ada, found.probe_id, None).now >= 100
