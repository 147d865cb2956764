"""The choice of models: kept, logged, obeyed; and how files come to be installed."""

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from secondlook import bootstrap, paths
from secondlook.domain.cancel import CancelToken, Progress, ignore_progress
from secondlook.domain.errors import Cancelled, ModelError, NotPermitted
from secondlook.domain.records import Operator
from secondlook.services import engines
from secondlook.services.application import Application
from secondlook.services.engines import Engines
from secondlook.vision.engine import Engine, identity
from secondlook.vision.models import ModelStore, Pair
from tests.services.fake import FakeEngine, people
from tests.services.model_files import SIZE, body, put_card, put_file, put_models
from tests.services.steps import enrol

Open = Callable[..., Application]


def opened_engine(
    store: ModelStore, detector: str | None = None, recogniser: str | None = None
) -> Engine:
    """Stands for the loading of two models; a file that is not right is refused as ever."""
    assert detector
    assert recogniser
    store.locate(detector)
    store.locate(recogniser)
    card = store.card(recogniser)
    engine = FakeEngine(card.name, seed=len(card.name))
    engine.stands_for = Pair(store.card(detector), card)
    engine.model, engine.detector_identity = identity(card), identity(store.card(detector))
    return engine


@pytest.fixture(autouse=True)
def real_engines(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    cards = put_models(tmp_path / "cards")
    monkeypatch.setattr(paths, "cards", lambda: cards)
    monkeypatch.setattr(bootstrap, "Engines", Engines)
    monkeypatch.setattr(engines, "open_engine", opened_engine)


@pytest.fixture
def reopen(tmp_path: Path) -> Iterator[Open]:
    """The program started again on the same database."""
    made: list[Application] = []

    def start(recogniser: str | None = None) -> Application:
        path = tmp_path / "secondlook.db"
        made.append(bootstrap.open_application(path, recogniser=recogniser))
        return made[-1]

    yield start
    for app in made:
        app.close()


@pytest.fixture
def installed(tmp_path: Path) -> None:
    """The full pair is in the person's model folder."""
    for name in ("good-detector", "good"):
        put_file(paths.user_models(), name)


def used(app: Application) -> tuple[str, str]:
    pair = app.engines.pair()
    return pair.detector.name, pair.recogniser.name


def test_without_a_choice_the_best_that_is_here_is_used(app: Application) -> None:
    assert app.model_choice.chosen() is None
    assert used(app) == ("mini-detector", "mini")
    assert app.engines.current().model.name == "mini"
    for name in ("good-detector", "good"):  # it need not be started again
        put_file(paths.user_models(), name)
    assert used(app) == ("good-detector", "good")
    assert app.engines.current().model.name == "good"


def test_a_choice_is_kept_logged_and_wins_over_the_rank(
    app: Application, ada: Operator, installed: None, reopen: Open
) -> None:
    assert app.engines.current().model.name == "good"
    app.model_choice.choose(ada, "good-detector", "mini")
    assert app.engines.current().model.name == "mini"
    entry = app.record.latest(1)[0]
    assert (entry.actor, entry.act, entry.subject) == (
        "ada", "models chosen", "good-detector and mini",
    )  # fmt: skip
    chosen = json.loads(entry.payload)
    for task, name in (("detector", "good-detector"), ("recogniser", "mini")):
        facts = chosen[task]
        assert (facts["name"], facts["version"]) == (name, "1")
        assert facts["sha256"] == hashlib.sha256(body(name)).hexdigest()
        assert facts["trust"] == "unverified"
    assert app.record.verify().sound
    again = reopen()
    assert again.model_choice.chosen() == ("good-detector", "mini")
    assert used(again) == ("good-detector", "mini")
    overview = again.model_choice.overview()
    assert (overview.chosen, overview.named, overview.problem) == (True, False, "")
    assert [s.card.name for s in overview.statuses if overview.uses(s.card.name)] == [
        "good-detector", "mini",
    ]  # fmt: skip


def test_the_command_line_wins_over_the_choice(
    app: Application, ada: Operator, installed: None, reopen: Open
) -> None:
    app.model_choice.choose(ada, "mini-detector", "mini")
    named = reopen(recogniser="good")
    assert used(named) == ("mini-detector", "good")
    assert named.engines.identity().name == "good"
    assert named.model_choice.overview().named
    named.model_choice.choose(ada, "good-detector", "mini")
    assert used(named) == ("good-detector", "good"), "until the next start without it"


@pytest.mark.parametrize(
    ("detector", "recogniser", "told"),
    [
        ("mini-detector", "nobody", "no model has the name nobody.*There are: .*mini"),
        ("mini", "mini", "mini: this model is a recogniser, not a detector.*mini-detector"),
        ("good-detector", "mini", r"good-detector\.onnx is in none of.*models fetch good-detector"),
    ],
)
def test_what_cannot_be_chosen(
    app: Application, ada: Operator, detector: str, recogniser: str, told: str
) -> None:
    before = app.record.latest()
    with pytest.raises(ModelError) as caught:
        app.model_choice.choose(ada, detector, recogniser)
    assert re.search(told, str(caught.value), re.DOTALL)
    assert app.model_choice.chosen() is None
    assert app.record.latest() == before


def test_neither_an_examiner_nor_the_command_line_chooses(app: Application, ben: Operator) -> None:
    with pytest.raises(NotPermitted, match="administrator"):
        app.model_choice.choose(ben, "mini-detector", "mini")
    with pytest.raises(NotPermitted, match="command line"):
        app.model_choice.choose(app.accounts.command_line(), "mini-detector", "mini")


def test_an_altered_file_is_told_logged_and_not_used(
    app: Application, ada: Operator, installed: None, reopen: Open
) -> None:
    app.model_choice.choose(ada, "good-detector", "good")
    assert app.model_choice.verify() == []
    path = paths.user_models() / "good.onnx"
    path.write_bytes(b"altered")
    (altered,) = app.model_choice.verify()
    assert (altered.card.name, altered.path) == ("good", path)
    entry = app.record.latest(1)[0]
    assert (entry.act, entry.subject) == ("model altered", "good")
    assert str(path) in entry.payload
    overview = app.model_choice.overview()
    assert overview.pair is not None, "it is still what was chosen: another is never slipped in"
    assert str(path) in overview.problem
    assert "models fetch good" in overview.problem
    with pytest.raises(ModelError, match="is not the file of the card"):
        reopen().engines.current()
    with pytest.raises(ModelError, match="is not the file of the card"):
        app.model_choice.choose(ada, "mini-detector", "good")


def test_work_under_way_keeps_its_models(
    app: Application, ada: Operator, installed: None, tmp_path: Path
) -> None:
    """A switch during an enrolment: the gallery stays of one model, and says which."""
    switched: list[bool] = []

    def switch(_: Progress) -> None:
        if not switched:
            switched.append(True)
            app.model_choice.choose(ada, "mini-detector", "mini")

    made = app.galleries.create(ada, "people", people(tmp_path / "p", 20))
    report = app.enrolment.run(ada, made.id, CancelToken(), switch)
    assert (report.enrolled, report.pending) == (20, 0)
    gallery = app.galleries.summary(made.id)
    assert (gallery.model.name, gallery.stale) == ("good", 0)
    assert [g.name for g in app.model_choice.out_of_date()] == ["people"]
    app.enrolment.rebuild(ada, made.id, CancelToken(), ignore_progress)
    assert app.galleries.summary(made.id).model.name == "mini"
    assert app.model_choice.out_of_date() == []


def test_choosing_back_during_a_rebuild_leaves_the_gallery_searchable(
    app: Application, ada: Operator, installed: None, tmp_path: Path
) -> None:
    gallery = enrol(app, ada, people(tmp_path / "p", 6))
    app.model_choice.choose(ada, "good-detector", "mini")

    def choose_back(progress: Progress) -> None:
        if progress.done == 3:
            app.model_choice.choose(ada, "good-detector", "good")

    with pytest.raises(Cancelled):
        app.enrolment.rebuild(ada, gallery.id, CancelToken(), choose_back)
    after = app.galleries.summary(gallery.id)
    assert (after.model.name, after.stale) == ("good", 0)
    app.model_choice.choose(ada, "good-detector", "mini")
    seen: list[Progress] = []
    app.enrolment.rebuild(ada, gallery.id, CancelToken(), seen.append)
    assert seen[-1].total == 3, "it goes on where it was"


def test_only_galleries_with_references_are_out_of_date(
    app: Application, ada: Operator, installed: None, tmp_path: Path
) -> None:
    enrol(app, ada, people(tmp_path / "p", 3), "enrolled")
    app.galleries.create(ada, "planned", people(tmp_path / "q", 3))
    app.model_choice.choose(ada, "good-detector", "mini")
    assert [g.name for g in app.model_choice.out_of_date()] == ["enrolled"]


def test_the_offers(app: Application) -> None:
    embedded, fetchable = app.model_choice.embedded(), app.model_choice.fetchable()
    assert embedded
    assert [card.name for card in embedded.cards] == ["mini-detector", "mini"]
    assert fetchable
    assert [card.name for card in fetchable.cards] == ["good-detector", "good"]
    overview = app.model_choice.overview()
    assert overview.here(embedded)
    assert not overview.here(fetchable)


# Fetching: the server is that of tests/vision; here the two files are one job


def test_two_files_are_one_job(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(name: str, folder: Path, tell: Callable[[Progress], None], _: CancelToken) -> Path:
        for done in (SIZE // 2, SIZE):
            tell(Progress(done, SIZE, 10.0, name))
        return put_file(folder, name)

    monkeypatch.setattr(app.models, "fetch", fetch)
    seen: list[Progress] = []
    app.model_choice.fetch(["good-detector", "good"], seen.append, CancelToken())
    assert [p.done for p in seen] == [SIZE // 2, SIZE, SIZE * 3 // 2, SIZE * 2]
    assert {p.total for p in seen} == {SIZE * 2}
    assert used(app) == ("good-detector", "good")
    app.model_choice.fetch(["good-detector", "good"], seen.append, CancelToken())
    assert len(seen) == 4, "what is here is not fetched again"


def test_what_arrived_is_known(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["good-detector", "good"]
    assert app.model_choice.arrived(names) == 0
    folder = put_file(paths.user_models(), "good-detector").parent
    (folder / "good.onnx.part").write_bytes(b"x" * 1000)
    assert app.model_choice.arrived(names) == SIZE + 1000

    def stop(*_: object) -> None:
        raise Cancelled

    monkeypatch.setattr(app.models, "fetch", stop)
    with pytest.raises(Cancelled):
        app.model_choice.fetch(names, ignore_progress, CancelToken())


# A file that somebody picked


def test_a_known_file_of_any_name_is_installed(app: Application, tmp_path: Path) -> None:
    picked = tmp_path / "download (1).onnx"
    picked.write_bytes(body("good"))
    assert app.model_choice.install(picked).name == "good"
    assert app.models.locate("good") == paths.user_models() / "good.onnx"
    assert sorted(p.name for p in paths.user_models().iterdir()) == ["good.onnx"]
    assert app.model_choice.install(paths.user_models() / "good.onnx").name == "good"


def test_an_altered_file_is_replaced_by_a_right_one(app: Application, tmp_path: Path) -> None:
    bad = put_file(paths.user_models(), "good")
    bad.write_bytes(b"altered")
    app.model_choice.install(put_file(tmp_path / "right", "good"))
    assert app.models.status("good").state == "verified"


def test_a_card_beside_its_model_is_added(app: Application, ada: Operator, tmp_path: Path) -> None:
    put_file(tmp_path / "from", "mine")
    card = app.model_choice.install(put_card(tmp_path / "from", "mine", rank=3))
    assert card.name == "mine"
    app.model_choice.choose(ada, "mini-detector", "mine")
    assert [c.name for c in app.models.of_task("recogniser")] == ["good", "mine", "mini"]


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("note.txt", b"", r"neither a model \(\.onnx\) nor the card"),
        ("other.onnx", b"other", "no card names its SHA-256.*Put its card"),
        ("good.onnx", b"other", "has the name of Good, but is another file.*expected"),
        ("good.onnx", b"version https://git-lfs.github.com/spec/v1\n", "Git LFS pointer"),
        ("gone.onnx", None, "cannot be read"),
        ("card.toml", b"name = 1", "not valid"),
    ],
)
def test_what_cannot_be_installed(
    app: Application, tmp_path: Path, name: str, content: bytes | None, told: str
) -> None:
    picked = tmp_path / "from" / name
    picked.parent.mkdir()
    if content is not None:
        picked.write_bytes(content)
    with pytest.raises(ModelError) as caught:
        app.model_choice.install(picked)
    assert re.search(told, str(caught.value), re.DOTALL)
    assert str(picked) in str(caught.value)
    assert not list(paths.user_models().glob("*.onnx"))
