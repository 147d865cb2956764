"""The page that checks a gallery, over the real services with a matcher that needs no models."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from secondlook import bootstrap
from secondlook.bootstrap import open_application
from secondlook.domain.errors import InputError
from secondlook.domain.records import GallerySummary, Operator
from secondlook.domain.rehearsal import Mark, Pair
from secondlook.services.application import Application
from secondlook.services.hygiene import Expired, Expiry, Hygiene, Unreadable
from secondlook.storage import marks
from secondlook.ui.context import Context
from secondlook.ui.gallery.gallery import GalleryScreen
from secondlook.ui.gallery.runner import runner_of
from secondlook.ui.hygiene import findings
from secondlook.ui.hygiene.page import HygienePage
from secondlook.ui.screens import FACTORIES
from tests.services.fake import FakeEngines, people, picture
from tests.services.steps import engine_of, enrol, search

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    monkeypatch.setattr(bootstrap, "Engines", FakeEngines)
    app = open_application(tmp_path / "secondlook.db")
    yield app
    app.close()


@pytest.fixture(autouse=True)
def runner(context: Context) -> Iterator[None]:
    runner = runner_of(context)
    yield
    runner.close()


@pytest.fixture
def gallery(application: Application, administrator: Operator, tmp_path: Path) -> GallerySummary:
    """Forty people; two of them are enrolled again, one date has passed, one is none, one face is
    small."""
    source = people(tmp_path / "people", 40)
    picture(source / "again.png", (7, 2, 80))
    picture(source / "twin.png", (9, 2, 80))
    picture(source / "small.png", (99, 0, 46))
    dates = {"p001": "2001-02-03", "p002": "soon", "p003": "2999-01-01"}
    names = sorted(path.stem for path in source.iterdir())
    lines = [f"{name},{name}.png,{dates.get(name, '')}" for name in names]
    (source / "t.csv").write_text("\n".join(["person,path,expires", *lines]))
    return enrol(application, administrator, source / "t.csv")


@pytest.fixture
def screen(qtbot: QtBot, context: Context, gallery: GallerySummary, until: Until) -> GalleryScreen:
    return opened(qtbot, context, gallery, until)


def opened(qtbot: QtBot, context: Context, gallery: GallerySummary, until: Until) -> GalleryScreen:
    screen = GalleryScreen(context, gallery.id)
    qtbot.addWidget(screen)
    screen.resize(1092, 760)
    screen.show()
    until(lambda: screen.summary)
    return screen


@pytest.fixture
def page(screen: GalleryScreen, until: Until) -> HygienePage:
    """Checked."""
    screen.header.check.click()
    until(lambda: screen.check.duplicates.found)
    return screen.check


def tabs(page: HygienePage) -> list[str]:
    return [page.tabs.tabText(n) for n in range(3)]


def test_a_button_leads_there_and_back(screen: GalleryScreen, page: HygienePage) -> None:
    assert page.isVisible()
    assert not page.strip.isVisible()
    assert page.name.text() == "Check of people"
    page.back.click()
    assert not page.isVisible()
    assert screen.header.isVisible()
    assert not screen.check.duplicates.review.isVisible()


def test_a_screen_that_names_a_pair_leads_to_the_check_and_it_on_to_the_gallery(
    qtbot: QtBot, context: Context, gallery: GallerySummary, until: Until
) -> None:
    gone: list[tuple[str, tuple[object, ...]]] = []
    context.changed.navigated.connect(lambda place, args: gone.append((place, args)))
    place = FACTORIES["gallery-check"](context, gallery.id)
    qtbot.addWidget(place)
    place.show()
    assert isinstance(place, HygienePage)
    until(lambda: place.duplicates.found)
    place.back.click()
    assert gone == [("gallery", (gallery.id,))]


def test_what_was_found_is_counted_and_explained(page: HygienePage) -> None:
    found = page.duplicates.found
    assert found
    n = len(found.pairs)
    assert tabs(page) == [f"Possible duplicates  {n} ({n} open)", "Expired  2", "Below limits  1"]
    names = [{p.left.name, p.right.name} for p in page.duplicates.review.model.rows[:2]]
    assert sorted(map(sorted, names)) == [["again", "p007"], ["p009", "twin"]]
    assert "at most about one is expected" in page.duplicates.review.why.label.text()
    assert "measured on" in page.duplicates.review.details.text()
    assert not page.duplicates.review.more.isVisible()


def test_marks_are_written_down_and_the_pairs_stay(
    page: HygienePage, application: Application, gallery: GallerySummary, until: Until
) -> None:
    review = page.duplicates.review
    total = len(review.model.rows)
    until(lambda: all(side.picture.loaded for side in review.sides))
    first = review.model.rows[0].id
    QTest.keyClick(review.list, Qt.Key.Key_S)
    QTest.keyClick(review.list, Qt.Key.Key_D)
    until(lambda: review.unmarked == total - 2)
    assert len(review.model.rows) == total
    assert f"({total - 2} open)" in tabs(page)[0] or total == 2
    same = marks.same_people(application.store.read(), gallery.id)
    assert isinstance(first, Pair)
    assert same.by_one == {(first.person_id, first.other)}
    review.list.setCurrentRow(0)
    assert review.state.text() == "Same person: needs a second opinion"
    assert review.by.text() == "Ada Lovelace"
    assert "remove it there" in review.advice.label.text()


def test_coming_back_compares_again_only_if_the_gallery_has_changed(
    screen: GalleryScreen,
    page: HygienePage,
    application: Application,
    administrator: Operator,
    gallery: GallerySummary,
    until: Until,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared: list[int] = []
    suspicious = Hygiene.suspicious

    def counted(self: Hygiene, gallery_id: int, **how: object) -> object:
        compared.append(gallery_id)
        return suspicious(self, gallery_id, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Hygiene, "suspicious", counted)
    review = page.duplicates.review
    QTest.keyClick(review.list, Qt.Key.Key_S)  # changes the revision, and is known
    until(lambda: review.model.rows[0].own is Mark.SAME)
    page.back.click()
    page.limits.heading.setText("")
    screen.header.check.click()
    until(page.limits.heading.text)
    assert not page.strip.isVisible()
    page.back.click()
    gone = next(p for p in application.galleries.persons(gallery.id) if p.key == "again")
    application.galleries.remove_person(administrator, gone.id)
    screen.header.check.click()
    until(lambda: compared and not page.strip.isVisible())
    names = {name for p in review.model.rows for name in (p.left.name, p.right.name)}
    assert "again" not in names
    assert compared == [gallery.id]


def test_rivals_who_share_a_photograph_come_first(
    screen: GalleryScreen, application: Application, administrator: Operator,
    gallery: GallerySummary, tmp_path: Path, until: Until,
) -> None:  # fmt: skip
    """They stand in two galleries, and neither is to be removed from one."""
    folder = tmp_path / "others" / "Pia"
    picture(folder / "t.png", (7, 4, 80))
    shutil.copy(tmp_path / "people" / "p007.png", folder / "a.png")
    other = enrol(application, administrator, folder.parent, "others")
    policy = application.policies.default()
    case = application.cases.open(administrator, "1", "Missing person", "Order 1", policy)
    for made in (gallery, other):
        search(application, administrator, case, made, tmp_path / "probe.png", (7, 1, 80))
    screen.header.check.click()
    until(lambda: screen.check.duplicates.found)
    review = screen.check.duplicates.review
    pair = review.model.rows[0]
    assert {pair.left.name, pair.right.name} == {"p007", "Pia"}
    assert "Each is the other's rival" in review.why.label.text()
    assert not any(side.open.isVisible() for side in review.sides)
    until(lambda: all(side.picture.loaded for side in review.sides))
    QTest.keyClick(review.list, Qt.Key.Key_S)
    until(lambda: review.model.rows[0].own is Mark.SAME)
    review.list.setCurrentRow(0)
    assert not review.advice.isVisible()


def test_a_refused_mark_is_taken_back_and_told(
    page: HygienePage, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise InputError("This person is gone.")

    monkeypatch.setattr(Hygiene, "mark", refuse)
    review = page.duplicates.review
    QTest.keyClick(review.list, Qt.Key.Key_S)
    until(page.error.isVisible)
    assert "is gone" in page.error.text()
    assert review.model.pending == {}


def test_a_person_is_opened_whatever_was_searched_for(
    screen: GalleryScreen, page: HygienePage, until: Until
) -> None:
    screen.people.search.setText("p03")
    until(lambda: len(screen.people.model.rows) == 10)
    right = page.duplicates.review.sides[1]
    name = right.name.text()
    right.open.click()
    until(lambda: screen.people.person.isVisible())
    assert screen.people.person.name.text() == name
    assert not page.isVisible()


def test_expired_and_unreadable_dates(
    screen: GalleryScreen, page: HygienePage, until: Until
) -> None:
    page.tabs.setCurrentIndex(1)
    panel = page.expired
    rows = [[panel.model.index(row, column).data() for column in (0, 1)] for row in range(2)]
    assert [row[0] for row in rows] == ["p001", "p002"]
    assert "3 Feb 2001" in rows[0][1]
    assert "“soon” is not a date" in rows[1][1]
    assert "1 reference past its date · 1 date cannot be read" in panel.heading.text()
    assert not panel.open.isEnabled()
    panel.table.sortByColumn(0, Qt.SortOrder.DescendingOrder)
    assert panel.model.index(0, 0).data() == "p002"
    panel.table.sortByColumn(1, Qt.SortOrder.AscendingOrder)
    panel.table.selectRow(1)
    assert panel.path.text().endswith("p002.png")
    assert "“soon”" in panel.detail.text()
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    until(lambda: screen.people.person.isVisible())
    assert screen.people.person.name.text() == "p002"


def test_limits_are_those_of_the_chosen_policy(page: HygienePage, until: Until) -> None:
    page.tabs.setCurrentIndex(2)
    panel = page.limits
    assert panel.policy.id == "high-stakes"
    assert panel.heading.text() == "1 of 43 references could not be accepted as a lead"
    assert panel.hint.text() == "Eye distance 1 · Effective resolution 1"
    assert panel.model.index(0, 1).data().split("\n") == [
        "Too small: eye distance is 28 px, policy needs 32 px",
        "Without the detail: effective resolution is 28 px, policy needs 32 px",
    ]
    panel.table.selectRow(0)
    wanted: list[int] = []
    panel.person_wanted.connect(wanted.append)
    panel.open.click()
    assert len(wanted) == 1
    for n in range(panel.policies.count()):
        if panel.policies.itemData(n).id == "demonstration":
            panel.policies.setCurrentIndex(n)
    until(lambda: panel.empty.isVisibleTo(page))
    assert "sets no limits" in panel.empty.text.text()
    assert tabs(page)[2] == "Below limits  0"


def test_nothing_found_says_what_that_means(
    qtbot: QtBot, context: Context, administrator: Operator, tmp_path: Path, until: Until
) -> None:
    gallery = enrol(context.app, administrator, people(tmp_path / "few", 3), "few")
    screen = opened(qtbot, context, gallery, until)
    screen.header.check.click()
    page = screen.check
    until(lambda: page.duplicates.found)
    assert "No two people score" in page.duplicates.nothing.text.text()
    assert "may still score below it" in page.duplicates.nothing.text.text()
    assert page.expired.empty.title.text() == "Nobody has a date of expiry"
    assert page.limits.empty.title.text() == "Every reference meets the limits"
    assert tabs(page)[0] == "Possible duplicates  0"


def test_more_than_can_be_listed_is_said(page: HygienePage) -> None:
    found = page.duplicates.found
    assert found
    page.duplicates.show_found(replace(found, more=57))
    assert "57 more pairs reach the line" in page.duplicates.review.more.text()
    page.duplicates.show_found(replace(found, line=None, reason="no curve", more=57))
    assert not page.duplicates.review.more.isVisible()
    assert "most of them are different people" in page.duplicates.review.why.label.text()


def test_an_empty_gallery_and_one_of_another_model_say_what_to_do(
    qtbot: QtBot,
    context: Context,
    application: Application,
    administrator: Operator,
    gallery: GallerySummary,
    tmp_path: Path,
    until: Until,
) -> None:
    people(tmp_path / "later", 2)
    empty = application.galleries.create(administrator, "later", tmp_path / "later")
    screen = opened(qtbot, context, empty, until)
    screen.header.check.click()
    until(screen.check.duplicates.refused.isVisible)
    assert "“later”: has nobody enrolled yet." in screen.check.duplicates.refused.text.text()
    screen.check.duplicates.back.click()
    assert screen.header.isVisible()

    engine = engine_of(application)
    engine.model = replace(engine.model, sha256="b" * 64)
    other = opened(qtbot, context, gallery, until)
    other.header.check.click()
    until(other.check.duplicates.refused.isVisible)
    assert "Gallery “people”" in other.check.duplicates.refused.text.text()
    assert "Rebuild" in other.check.duplicates.refused.text.text()
    assert other.check.limits.heading.text()  # the rest can be said all the same
    assert tabs(other.check)[0] == "Possible duplicates"


def test_a_check_waits_its_turn_and_is_cancelled(
    screen: GalleryScreen, application: Application, until: Until
) -> None:
    page = screen.check
    hold = Hold(application)
    screen.header.check.click()
    until(page.strip.isVisible)
    assert "Waiting for another job" in page.strip.text.text()
    assert not page.again.isEnabled()
    page.strip.cancel.click()
    assert page.duplicates.stopped.isVisible()
    assert not page.strip.isVisible()
    hold.release()
    page.limits.policies.setCurrentIndex(1)  # reads, and does not compare by itself
    until(lambda: page.limits.empty.isVisibleTo(page) or page.limits.heading.text())
    assert page.duplicates.found is None
    page.duplicates.again.click()
    until(lambda: page.duplicates.found)


def test_leaving_stops_the_check_and_coming_back_starts_it_again(
    screen: GalleryScreen, application: Application, until: Until
) -> None:
    page = screen.check
    hold = Hold(application)
    screen.header.check.click()
    until(page.strip.isVisible)
    page.back.click()
    assert not page.strip.isVisible()
    screen.header.check.click()
    until(page.strip.isVisible)
    hold.release()
    until(lambda: page.duplicates.found)


def test_a_gallery_that_is_gone_leads_back_to_the_list(
    page: HygienePage,
    context: Context,
    application: Application,
    administrator: Operator,
    gallery: GallerySummary,
    until: Until,
    notices: list[tuple[str, str]],
) -> None:
    places: list[str] = []
    context.changed.navigated.connect(lambda place, _: places.append(place))
    application.galleries.remove(administrator, gallery.id)
    page.again.click()
    until(lambda: places == ["galleries"])
    assert notices


def test_a_reference_with_two_dates_is_one_row(page: HygienePage) -> None:
    held = page.expired.model.rows[0].reference
    both = Expiry((Expired(held, date(2001, 1, 1)),), (Unreadable(held, "soon"),), 1)
    (row,) = findings.expired(both).rows
    assert len(row.lines) == 2
    assert row.rank == date(2001, 1, 1).toordinal()


class Hold:
    """Keeps the inference lane busy until it is released."""

    def __init__(self, app: Application) -> None:
        self._go = threading.Event()
        app.lanes.inference.submit(self._go.wait, 20)

    def release(self) -> None:
        self._go.set()
