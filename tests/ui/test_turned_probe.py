"""A turned picture is shown right side up, and turned by hand; image points stay what they are."""

import pytest
from PySide6.QtCore import QPointF, QSizeF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from secondlook.domain.faces import Box, Face
from secondlook.ui.case.canvas import ImageCanvas
from secondlook.ui.case.viewport import Viewport
from secondlook.ui.examination.pyramid import build
from secondlook.ui.theme import Theme

WIDE, HIGH = 80, 40
POINTS = ((60.0, 30.0), (50.0, 30.0), (55.0, 25.0), (60.0, 20.0), (50.0, 20.0))


@pytest.mark.parametrize(
    ("turn", "first"), [(0, "left"), (90, "top"), (180, "right"), (270, "bottom")]
)
def test_the_left_edge_of_a_picture_goes_where_the_turn_puts_it(turn: int, first: str) -> None:
    view = Viewport.fit(QSizeF(WIDE, HIGH), QSizeF(400, 400), turn)
    assert view.scale == 5
    at = view.to_screen(QPointF(0, HIGH / 2))
    beside = {"left": (0, 200), "top": (200, 0), "right": (400, 200), "bottom": (200, 400)}
    assert (at.x(), at.y()) == pytest.approx(beside[first])
    assert view.to_image(at) == QPointF(0, HIGH / 2)
    x, y = view.similarity()((0.0, HIGH / 2))
    assert (x, y) == pytest.approx((at.x(), at.y())), "the picture is drawn where its points are"
    nearer = view.zoomed(2, at)
    assert nearer.turn == turn
    kept = nearer.to_screen(QPointF(0, HIGH / 2))
    assert (kept.x(), kept.y()) == pytest.approx((at.x(), at.y()))
    by = QPointF(7, 3)
    dragged = view.moved(by).to_screen(QPointF(0, HIGH / 2)) - at
    assert (dragged.x(), dragged.y()) == pytest.approx((7, 3))


def test_r_asks_for_the_next_quarter(qtbot: QtBot, theme: Theme) -> None:
    canvas = ImageCanvas(theme)
    qtbot.addWidget(canvas)
    canvas.resize(400, 400)
    canvas.show_picture(build(bytes(3 * WIDE * HIGH), WIDE, HIGH))
    canvas.show_faces((Face(Box(45, 15, 20, 20), POINTS, 0.9, turned=180.0),), 0)
    assert canvas.turn == 180
    asked: list[int] = []
    canvas.turn_wanted.connect(asked.append)
    QTest.keyClick(canvas, Qt.Key.Key_R)
    QTest.keyClick(canvas, Qt.Key.Key_R, Qt.KeyboardModifier.ShiftModifier)
    assert asked == [270, 90]
    assert canvas.turn == 180, "until faces were looked for that way up"
    canvas.show_turned(270)
    canvas.start_placing()
    with qtbot.waitSignal(canvas.placement_changed):
        at = canvas.screen_point(10, 20)
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert canvas.placement is not None
    assert canvas.placement.points[0] == pytest.approx((10, 20), abs=0.5)
