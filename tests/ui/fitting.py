"""What does not fit: widgets cut off, texts without room, neighbours over each other."""

from collections.abc import Iterator
from itertools import combinations

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from secondlook.ui.widgets.labels import Elided

SMALLEST = (960, 620)
"""What the window cannot be made smaller than."""


def misfits(window: QWidget) -> list[str]:
    """One line each; empty where everything that is shown has its room."""
    shown = [w for w in window.findChildren(QWidget) if w.isVisible() and w.window() is window]
    found = [f"{_named(w)} is cut off" for w in shown if not w.isWindow() and not _inside(w)]
    found += [f"{_named(w)} is short of room" for w in shown if not _has_room(w)]
    parents = [w for w in (window, *shown) if w.layout() is not None]
    found += [f"{_named(a)} and {_named(b)} overlap" for w in parents for a, b in _overlapping(w)]
    return found


def _inside(widget: QWidget) -> bool:
    """What scrolls may be higher than what shows it, and not wider."""
    parent = widget.parentWidget()
    assert parent
    area = parent.parentWidget()
    if isinstance(area, QAbstractScrollArea) and area.viewport() is parent:
        return not isinstance(area, QScrollArea) or widget.width() <= parent.width()
    return parent.rect().contains(widget.geometry())


def _has_room(widget: QWidget) -> bool:
    needed = widget.minimumSizeHint()
    if isinstance(widget, QLabel):
        if widget.wordWrap():
            return widget.heightForWidth(widget.width()) <= widget.height() + 1
        wide = isinstance(widget, Elided) or needed.width() <= widget.width()
        return wide and needed.height() <= widget.height() + 1
    if isinstance(widget, QPushButton):
        return needed.width() <= widget.width()
    if isinstance(widget, QToolButton):
        lines = widget.text().split("\n") if widget.toolButtonStyle().value else [""]
        return max(map(widget.fontMetrics().horizontalAdvance, lines)) <= widget.width()
    return True


def _overlapping(parent: QWidget) -> Iterator[tuple[QWidget, QWidget]]:
    children = [c for c in parent.children() if isinstance(c, QWidget)]
    shown = [c for c in children if c.isVisible() and not c.isWindow()]
    for one, other in combinations(shown, 2):
        common = one.geometry().intersected(other.geometry())
        if common.width() > 1 and common.height() > 1:
            yield one, other


def _named(widget: QWidget) -> str:
    text = widget.accessibleName()
    if isinstance(widget, QLabel | QAbstractButton):
        text = widget.text() or text
    parents, parent = [type(widget).__name__], widget.parentWidget()
    while parent is not None and len(parents) < 4:
        parents.append(type(parent).__name__)
        parent = parent.parentWidget()
    return f"{' in '.join(parents)} “{text[:40]}”"
