"""Two faces side by side: marked by keys, shown at once, changed in place."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from secondlook.domain.marks import UNSEEN, Marked, PairMarks, Standing
from secondlook.domain.records import Role
from secondlook.domain.rehearsal import Mark, Pair
from secondlook.ui.context import Context
from secondlook.ui.theme import Theme
from secondlook.ui.widgets.pair_list import PairModel, Portrait, ShownPair
from secondlook.ui.widgets.pair_review import PairReview


def no_picture(number: int, side: int) -> bytes:
    return b""


def portrait(number: int) -> Portrait:
    face = ("reference", number)
    return Portrait(f"Name {number}", f"p{number}", f"{number}.jpg", face, no_picture, number)


def pairs(count: int) -> list[ShownPair]:
    return [
        ShownPair(Pair(n, n + 1000), portrait(n), portrait(n + 1000), f"0.{900 - n}", UNSEEN)
        for n in range(count)
    ]


def marked(pair: ShownPair, mark: Mark) -> ShownPair:
    assert isinstance(pair.id, Pair)
    made = (Marked(pair.id, mark, "", 1, "Ada Lovelace", "2030-01-01"),)
    return replace(pair, marks=PairMarks(made, int(mark is Mark.SAME)), own=mark)


@pytest.fixture
def review(qtbot: QtBot, context: Context) -> PairReview:
    review = PairReview(context, "Pairs", ("One", "Other"), "Meaning.", if_same="Advice.")
    QAbstractItemModelTester(review.model, review)
    qtbot.addWidget(review)
    review.resize(900, 600)
    review.show()
    review.show_pairs(pairs(4))
    return review


def asked(review: PairReview) -> list[tuple[object, object]]:
    made: list[tuple[object, object]] = []
    review.marked.connect(lambda pair, mark: made.append((pair, mark)))
    return made


def test_keys_mark_and_go_on(review: PairReview) -> None:
    made = asked(review)
    for key in (Qt.Key.Key_D, Qt.Key.Key_S, Qt.Key.Key_U):
        QTest.keyClick(review.list, key)
    assert [mark for _, mark in made] == [Mark.DIFFERENT, Mark.SAME, Mark.UNSURE]
    assert [pair for pair, _ in made] == [Pair(n, n + 1000) for n in range(3)]
    assert review.list.currentRow() == 3
    QTest.keyClick(review.list, Qt.Key.Key_K)
    QTest.keyClick(review.buttons[Mark.SAME], Qt.Key.Key_K)  # wherever the keyboard is
    assert review.list.currentRow() == 1
    QTest.keyClick(review.list, Qt.Key.Key_J)
    assert review.list.currentRow() == 2
    for _ in range(5):
        QTest.keyClick(review.list, Qt.Key.Key_J)
    assert review.list.currentRow() == 3


def test_a_mark_is_shown_before_it_is_on_record(review: PairReview) -> None:
    review.mark(Mark.SAME)
    review.list.setCurrentRow(0)
    assert review.state.text() == "Same person: needs a second opinion"
    assert review.by.text() == "being recorded…"
    assert review.unmarked == 4
    assert review.advice.isVisible()
    assert not review.meaning.isVisible()
    first, *rest = pairs(4)
    review.show_pairs([marked(first, Mark.SAME), *rest])
    assert review.by.text() == "Ada Lovelace"
    assert review.unmarked == 3


def test_the_last_pair_leads_to_one_that_is_still_open(review: PairReview) -> None:
    review.mark(Mark.DIFFERENT)
    review.list.setCurrentRow(3)
    review.mark(Mark.DIFFERENT)
    assert review.list.currentRow() == 1


def test_a_mark_that_was_refused_is_taken_back(review: PairReview) -> None:
    review.mark(Mark.SAME)
    review.list.setCurrentRow(0)
    review.refused(Pair(0, 1000))
    assert review.state.text() == "To be looked at"
    assert review.by.text() == ""


def test_a_refresh_changes_items_in_place(review: PairReview) -> None:
    resets: list[None] = []
    changed: list[int] = []
    review.model.modelReset.connect(lambda: resets.append(None))
    review.model.dataChanged.connect(lambda first, _: changed.append(first.row()))
    review.list.setCurrentRow(2)
    now = pairs(4)
    now[1] = marked(now[1], Mark.UNSURE)
    review.show_pairs(now)
    assert (resets, changed) == ([], [1])
    assert review.list.currentRow() == 2
    review.show_pairs(pairs(6)[1:])  # one is gone, two are new
    assert not resets
    assert review.current
    assert review.current.id == Pair(2, 1002)


def test_what_a_screen_reader_says(review: PairReview) -> None:
    review.show_pairs([marked(pairs(1)[0], Mark.DIFFERENT)])
    said = review.model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Name 0 – Name 1000, 0.900, Different people"
    assert review.sides[1].picture.accessibleName() == "Name 1000"
    assert review.sides[1].open.accessibleName() == "Open Name 1000"


def test_a_person_is_asked_for(review: PairReview) -> None:
    wanted: list[int] = []
    review.person_wanted.connect(wanted.append)
    review.list.setCurrentRow(2)
    for side in review.sides:
        side.open.click()
    assert wanted == [2, 1002]


def test_who_may_not_examine_cannot_mark(qtbot: QtBot, context: Context) -> None:
    visitor = Context(
        context.app,
        replace(context.operator, role=Role.COMMAND_LINE),
        context.theme,
        context.bridge,
    )
    review = PairReview(visitor, "Pairs", ("One", "Other"), "Meaning.")
    qtbot.addWidget(review)
    review.show_pairs(pairs(2))
    made = asked(review)
    QTest.keyClick(review.list, Qt.Key.Key_S)
    assert made == []
    assert not review.buttons[Mark.SAME].isEnabled()
    assert "examiner" in review.buttons[Mark.SAME].toolTip()


def test_thousands_of_pairs_are_painted_in_both_modes(review: PairReview, theme: Theme) -> None:
    review.show_pairs(pairs(5000))
    for mode in ("light", "dark"):
        theme.set_mode(mode)
        assert not review.grab().isNull()
    assert "of 5,000" in review.heading.text()


def test_pictures_grow_with_the_window_and_give_way_in_a_narrow_one(review: PairReview) -> None:
    def side(width: int, height: int) -> int:
        review.resize(width, height)
        return review.sides[0].picture.width()

    assert side(1700, 1000) > side(1100, 700) > side(620, 500)


def test_a_mark_that_was_known_already_is_not_pending() -> None:
    model = PairModel()
    first = pairs(1)[0]
    model.show([first])
    model.set_pending(first.id, Mark.SAME)
    model.show([marked(first, Mark.DIFFERENT)])
    assert (
        model.standing(0) is Standing.BY_ONE
    )  # somebody else's mark came first; this one is on its way
    model.show([marked(first, Mark.SAME)])
    assert model.pending == {}
