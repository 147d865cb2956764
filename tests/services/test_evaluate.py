"""Recognisers measured on labelled data, with a matcher that needs no models."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from secondlook.domain.cancel import CancelToken, Progress, ignore_progress
from secondlook.domain.errors import Cancelled, ImageFault, InputError
from secondlook.jobs.lanes import Lanes
from secondlook.services.evaluate import FaceChoice
from secondlook.services.evaluate_pairs import PairsReport, evaluate_pairs
from secondlook.services.evaluate_pairs_file import PairsFile, read_pairs
from secondlook.services.evaluate_search import SearchPlan, SearchReport, evaluate_search
from secondlook.services.planning import plan
from tests.in_process import InProcess
from tests.photograph import texture
from tests.services.fake import FakeEngine, people, picture

TWO = (FakeEngine("fake-one", 1), FakeEngine("fake-two", 2))


@pytest.fixture
def lanes() -> Iterator[Lanes]:
    made = Lanes()
    yield made
    made.close()


def table(folder: Path, text: str, encoding: str = "utf-8") -> PairsFile:
    path = folder / "pairs.csv"
    path.write_bytes(text.encode(encoding))
    return read_pairs(path)


def pictures(folder: Path, *names: str) -> None:
    for number, name in enumerate(names, 1):
        picture(folder / name, (number, 0, 80))


# The table of pairs


@pytest.mark.parametrize(
    "text",
    [
        "a.png,b.png,same\na.png,c.png,different\n",
        "a.png, b.png, 1\n\na.png, c.png, 0\n",
        "first,second,label\na.png,b.png,Mated\na.png,c.png,Impostor\n",
        "image1;image2;same\na.png;b.png;yes\na.png;c.png;no\n",
        "label\tB\tA\ntrue\tb.png\ta.png\nfalse\tc.png\ta.png\n",
        "id,path_1,path_2,match\n7,a.png,b.png,non-mated\n8,a.png,c.png,mated\n",
        "portrait,photograph,Same Person\na.png,b.png,genuine\na.png,c.png,-1\n",
    ],
)
def test_tables_are_read_with_or_without_a_header(tmp_path: Path, text: str) -> None:
    pictures(tmp_path, "a.png", "b.png", "c.png")
    for encoding in ("utf-8", "utf-8-sig"):
        pairs = table(tmp_path, text, encoding)
        one, other = ([pairs.images[i].name for i in side] for side in (pairs.first, pairs.second))
        assert (one, other) == (["a.png", "a.png"], ["b.png", "c.png"])
        assert pairs.same.tolist() == ([False, True] if "non-mated" in text else [True, False])
        assert len(pairs.images) == 3


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "holds no pairs"),
        ("first,second,label\n", "holds no pairs"),
        ("one,two\n", "line 1 is neither a pair nor a header"),
        ("a.png,b.png,same\n\na.png,c.png,maybe\n", "line 3 has the label “maybe”"),
        ("a.png,b.png,same\na.png,c.png\n", "line 2 lacks an entry: the label"),
        ("a.png,b.png,same\n,c.png,different\n", "line 2 lacks an entry: the image in column 1"),
        ("a.png,b.png,same\n\na.png,x.png,different\ny.png,a.png,same\n", "line 3 names"),
        ("a.png,b.png,same\n", "has no pair labelled different"),
        ("a.png,b.png,0\n", "has no pair labelled same"),
    ],
)
def test_a_table_that_is_wrong_says_where(tmp_path: Path, text: str, told: str) -> None:
    pictures(tmp_path, "a.png", "b.png", "c.png")
    with pytest.raises(InputError) as error:
        table(tmp_path, text)
    assert told in str(error.value)
    assert "pairs.csv" in str(error.value)


def test_missing_images_are_counted_and_a_missing_table_is_said(tmp_path: Path) -> None:
    pictures(tmp_path, "a.png")
    with pytest.raises(InputError, match=r"x\.png, which is not there \(2 such images in all\)"):
        table(tmp_path, "a.png,x.png,same\na.png,y.png,different\n")
    with pytest.raises(InputError, match="is not there"):
        read_pairs(tmp_path / "none.csv")
    with pytest.raises(InputError, match="line 1 is neither a pair nor a header"):
        table(tmp_path, "é,b,same\n", "latin-1")


def test_folds_are_runs_of_each_kind_or_the_column_of_the_file(tmp_path: Path) -> None:
    pictures(tmp_path, "a.png", "b.png")
    lines = ["a.png,b.png,same", "a.png,b.png,different"] * 20
    pairs = table(tmp_path, "\n".join(lines))
    assert not pairs.named_folds
    for kind in (pairs.same, ~pairs.same):
        assert pairs.folds[kind].tolist() == np.repeat(np.arange(10), 2).tolist()
    text = "a,b,label,fold\n" + "\n".join(f"{x},set {i % 2}" for i, x in enumerate(lines))
    pairs = table(tmp_path, text)
    assert (pairs.named_folds, pairs.folds.tolist()) == (True, [0, 1] * 20)


# Pairs


def labelled(folder: Path, persons: int = 12) -> PairsFile:
    """Each person in two pictures, alike; and each beside the next and the one after it."""
    lines = []
    for p in range(persons):
        picture(folder / f"{p}a.png", (p + 1, 0, 80))
        picture(folder / f"{p}b.png", (p + 1, 4, 80))
        lines.append(f"{p}a.png,{p}b.png,same")
    for p in range(persons):
        lines += [f"{p}a.png,{(p + k) % persons}b.png,different" for k in (1, 2)]
    return table(folder, "\n".join(lines))


def compared(
    pairs: PairsFile, lanes: Lanes, *engines: FakeEngine, choice: FaceChoice = FaceChoice.CENTRAL
) -> PairsReport:
    return evaluate_pairs(
        pairs, engines or TWO, choice, lanes, InProcess(), CancelToken(), ignore_progress
    )


def test_people_who_are_far_apart_are_told_apart(tmp_path: Path, lanes: Lanes) -> None:
    report = compared(labelled(tmp_path), lanes)
    assert [r.model.name for r in report.recognisers] == ["fake-one", "fake-two"]
    assert (report.mated.count, report.mated.of) == (12, 12)
    assert (report.impostors.count, report.impostors.of) == (24, 24)
    assert report.failures == ()
    for found in report.recognisers:
        assert found.accuracy
        assert (found.accuracy.mean, found.accuracy_refused) == (1, found.accuracy)
        assert found.eer == 0
        assert [(t.far, t.tar.rate, t.resolved) for t in found.tars] == [
            (far, 1, False) for far in (1e-2, 1e-3, 1e-4)
        ]
        assert 0.4 < found.threshold < 1
        assert (found.det.fmr[0], found.det.fnmr[-1]) == (1, 1)


def test_every_image_is_looked_at_once(tmp_path: Path, lanes: Lanes) -> None:
    pairs, looks = labelled(tmp_path), []
    one, two = FakeEngine("fake-one", 1), FakeEngine("fake-two", 2)
    one.on_faces = lambda: looks.append(1)
    two.on_faces = lambda: looks.append(2)
    compared(pairs, lanes, one, two)
    assert looks == [1] * len(pairs.images)


def test_failures_are_named_and_counted_in_beside(tmp_path: Path, lanes: Lanes) -> None:
    pairs = labelled(tmp_path)
    (tmp_path / "3b.png").write_bytes(b"no image")
    picture(tmp_path / "7a.png")
    report = compared(pairs, lanes, TWO[0])
    assert {(Path(f.path).name, f.fault) for f in report.failures} == {
        ("3b.png", ImageFault.UNREADABLE),
        ("7a.png", ImageFault.NO_FACE),
    }
    assert all(f.reason for f in report.failures)
    assert (report.mated.count, report.impostors.count) == (10, 20)
    (found,) = report.recognisers
    assert found.tars[0].tar.rate == 1
    assert (found.tars[0].tar_refused.count, found.tars[0].tar_refused.of) == (10, 12)
    assert found.accuracy
    assert found.accuracy_refused
    assert found.accuracy.mean == 1
    assert 0.9 < found.accuracy_refused.mean < 1


def test_when_failures_leave_nothing_the_first_reason_is_told(tmp_path: Path, lanes: Lanes) -> None:
    picture(tmp_path / "a.png", (1, 0, 80))
    picture(tmp_path / "b.png")
    pairs = table(tmp_path, "a.png,b.png,same\na.png,a.png,different\n")
    with pytest.raises(InputError, match=r"no pair of one person .*b\.png: no face was found"):
        compared(pairs, lanes)


def test_the_central_or_the_largest_of_several_faces(tmp_path: Path, lanes: Lanes) -> None:
    picture(tmp_path / "a.png", (1, 0, 80))
    picture(tmp_path / "b.png", (2, 0, 80))
    picture(tmp_path / "both.png", (1, 0, 95), (2, 0, 40))  # the first at the side, the second near
    text = "a.png,both.png,same\nb.png,both.png,different\n"
    pairs = table(tmp_path, text)
    central = compared(pairs, lanes, TWO[0])
    largest = compared(pairs, lanes, TWO[0], choice=FaceChoice.LARGEST)
    assert (central.several, largest.several) == (1, 1)
    assert [r.recognisers[0].eer for r in (central, largest)] == [1, 0]


def test_an_image_beside_itself_is_counted(tmp_path: Path, lanes: Lanes) -> None:
    pictures(tmp_path, "a.png", "b.png")
    pairs = table(tmp_path, "a.png,a.png,same\na.png,b.png,different\n")
    report = compared(pairs, lanes)
    assert report.with_itself == 1
    assert report.recognisers[0].accuracy is None


def test_progress_is_told_and_cancelling_stops(tmp_path: Path, lanes: Lanes) -> None:
    pairs, seen, cancel = labelled(tmp_path), list[Progress](), CancelToken()
    evaluate_pairs(pairs, TWO, FaceChoice.CENTRAL, lanes, InProcess(), cancel, seen.append)
    assert (seen[0].done, seen[-1].done, seen[-1].total) == (8, 24, 24)
    cancel.cancel()
    with pytest.raises(Cancelled):
        evaluate_pairs(pairs, TWO, FaceChoice.CENTRAL, lanes, InProcess(), cancel, ignore_progress)


# Searches


def searched(
    lanes: Lanes,
    gallery: Path,
    mated: Path | None,
    absent: Path | None,
    *engines: FakeEngine,
    choice: FaceChoice = FaceChoice.LARGEST,
) -> SearchReport:
    planned = SearchPlan(
        plan(gallery), plan(mated) if mated else None, plan(absent) if absent else None
    )
    return evaluate_search(
        planned, engines or TWO, choice, lanes, InProcess(), CancelToken(), ignore_progress
    )


def probes(folder: Path, *persons: int, variation: int = 4) -> Path:
    for person in persons:
        picture(folder / f"p{person:03}.png", (person, variation, 80))
    return folder


def test_searches_of_people_who_are_there_and_who_are_not(tmp_path: Path, lanes: Lanes) -> None:
    gallery = people(tmp_path / "g", 60)
    mated = probes(tmp_path / "m", *range(1, 21))
    absent = people(tmp_path / "a", 40, first=150)
    report = searched(lanes, gallery, mated, absent)
    assert (report.persons.count, report.references.count) == (60, 60)
    assert report.mated
    assert report.absent
    assert (report.mated.used, report.mated.searched) == (20, 20)
    assert (report.absent.used, report.absent.searched) == (40, 40)
    assert [r.model.name for r in report.recognisers] == ["fake-one", "fake-two"]
    for found in report.recognisers:
        assert len(found.cmc) == 20
        assert (found.cmc[0].count, found.cmc[0].of) == (20, 20)
        assert [line.percent for line in found.lines] == [80, 90, 95, 99, 99.9]
        fpir = [line.fpir.count for line in found.lines if line.fpir]
        fnir = [line.fnir.count for line in found.lines if line.fnir]
        assert fpir == sorted(fpir, reverse=True)
        assert fnir == sorted(fnir)
        assert fpir[0] <= 16  # 20 % of 40 promised, and the top of what chance allows
        assert fnir[0] == 0


def test_what_fails_is_a_miss_and_what_cannot_be_searched_no_false_candidate(
    tmp_path: Path, lanes: Lanes
) -> None:
    gallery = people(tmp_path / "g", 40)
    picture(gallery / "p005.png")  # cannot be enrolled
    (gallery / "p041.png").write_bytes((gallery / "p006.png").read_bytes())
    mated = probes(tmp_path / "m", 1, 2, 5)
    picture(mated / "p003.png")
    probes(mated / "p004", 4)
    picture(mated / "stranger.png", (4, 1, 80))
    absent = people(tmp_path / "a", 3, first=200)
    picture(absent / "broken.png").write_bytes(b"no image")
    (absent / "p007.png").write_bytes((gallery / "p007.png").read_bytes())
    report = searched(lanes, gallery, mated, absent, TWO[0])
    assert (report.persons.count, report.persons.of) == (39, 41)
    faults = {(Path(f.path).name, f.fault) for f in report.gallery_failures}
    assert faults == {("p005.png", ImageFault.NO_FACE), ("p041.png", ImageFault.DUPLICATE)}
    assert report.mated
    assert report.absent
    assert (report.mated.used, report.mated.searched, report.mated.not_enrolled) == (5, 3, 1)
    assert [Path(f.path).name for f in report.mated.failures] == ["p003.png"]
    assert (report.absent.used, report.absent.searched, report.absent.left_out) == (4, 3, 1)
    (found,) = report.recognisers
    assert [(s.count, s.of) for s in found.cmc] == [(3, 5)] * 20
    assert found.lines[0].fnir
    assert found.lines[0].fpir
    assert (found.lines[0].fnir.count, found.lines[0].fnir.of) == (2, 5)
    assert found.lines[0].fpir.of == 3
    told = "\n".join(report.notes)
    assert "1 of the mated probes name nobody of the gallery" in told
    assert "1 of the absent probes bear the name of a person of the gallery" in told
    assert "1 of the absent probes are, or seem to be, the same photograph as a reference" in told


def test_a_copy_of_a_reference_is_neither_hit_nor_miss(tmp_path: Path, lanes: Lanes) -> None:
    def photo(folder: str, person: int, look: int, variation: int, brightness: float = 1) -> None:
        path = picture(tmp_path / folder / f"p{person:03}.png", (person, variation, 80))
        pixels = np.asarray(Image.open(path)).copy()
        pixels[1:] = texture(look, pixels.shape[1], pixels.shape[0])[1:] * brightness
        Image.fromarray(pixels).save(path, "PNG")

    for person in range(1, 41):
        photo("g", person, person, 0)
    photo("m", 1, 501, 1)
    photo("m", 2, 2, 1, 0.8)
    photo("a", 150, 502, 0)
    picture(tmp_path / "a" / "x.png", (3, 0, 80))  # looks alike, and is no copy
    report = searched(lanes, tmp_path / "g", tmp_path / "m", tmp_path / "a")
    assert report.mated
    assert report.absent
    assert (report.mated.used, report.mated.searched, report.mated.left_out) == (1, 1, 1)
    assert (report.absent.used, report.absent.left_out) == (2, 0)
    for found in report.recognisers:
        assert (found.cmc[0].count, found.cmc[0].of) == (1, 1)
    assert any(note.startswith("1 of the mated probes are, or seem to be") for note in report.notes)


def test_a_line_that_nothing_can_reach_is_not_measurable(tmp_path: Path, lanes: Lanes) -> None:
    gallery, mated = people(tmp_path / "g", 8), probes(tmp_path / "m", 1, 2)
    (found,) = searched(lanes, gallery, mated, None, FakeEngine(curve=None)).recognisers
    assert [line.score for line in found.lines] == [None] * 5
    assert [(line.fpir, line.fnir) for line in found.lines] == [(None, None)] * 5
    assert found.cmc[0].rate == 1


@pytest.mark.parametrize("kind", ["mated", "absent"])
def test_one_kind_of_probe_is_enough(tmp_path: Path, lanes: Lanes, kind: str) -> None:
    gallery = people(tmp_path / "g", 40)
    mated = probes(tmp_path / "m", 1, 2) if kind == "mated" else None
    absent = people(tmp_path / "a", 3, first=200) if kind == "absent" else None
    report = searched(lanes, gallery, mated, absent, TWO[0])
    line = report.recognisers[0].lines[0]
    assert (report.mated is None, line.fnir is None) == (mated is None,) * 2
    assert (report.absent is None, line.fpir is None) == (absent is None,) * 2
    assert bool(report.recognisers[0].cmc) == (mated is not None)


def test_labels_that_cannot_be_right_are_refused_before_the_work(
    tmp_path: Path, lanes: Lanes
) -> None:
    gallery = people(tmp_path / "g", 3)
    engine = FakeEngine()
    engine.on_faces = lambda: pytest.fail("an image was opened")
    with pytest.raises(InputError, match="name of a person of the gallery"):
        searched(lanes, gallery, people(tmp_path / "m", 3, first=50), None, engine)


def test_a_gallery_of_failures_says_why(tmp_path: Path, lanes: Lanes) -> None:
    picture(tmp_path / "g" / "p001.png")
    with pytest.raises(InputError, match=r"p001\.png: nobody could be enrolled: no face"):
        searched(lanes, tmp_path / "g", None, people(tmp_path / "a", 1))


@pytest.mark.parametrize("persons", [1, 2])
def test_the_smallest_galleries(tmp_path: Path, lanes: Lanes, persons: int) -> None:
    report = searched(lanes, people(tmp_path / "g", persons), probes(tmp_path / "m", 1), None)
    assert [len(r.cmc) for r in report.recognisers] == [persons] * 2


def test_searching_can_be_cancelled(tmp_path: Path, lanes: Lanes) -> None:
    planned = SearchPlan(plan(people(tmp_path / "g", 20)), None, plan(people(tmp_path / "a", 9)))
    cancel = CancelToken()

    def stop(progress: Progress) -> None:
        if progress.note == "absent probes":
            cancel.cancel()

    with pytest.raises(Cancelled):
        evaluate_search(planned, TWO, FaceChoice.LARGEST, lanes, InProcess(), cancel, stop)
