"""The record on screen, and its verification."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest
from pytestqt.qtbot import QtBot

from secondlook.ui.audit import AuditScreen
from secondlook.ui.audit_model import Column
from secondlook.ui.context import Context

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def screen(qtbot: QtBot, context: Context, until: Until) -> AuditScreen:
    for number in range(3):
        context.app.cases.open(
            context.operator,
            f"2026/{number}",
            "Missing person",
            "A-1",
            context.app.policies.default(),
        )
    screen = AuditScreen(context)
    qtbot.addWidget(screen)
    screen.resize(1100, 700)
    screen.show()
    until(lambda: screen.model.rowCount())
    return screen


def column(screen: AuditScreen, which: Column) -> list[str]:
    model = screen.model
    return [str(model.index(row, which).data()) for row in range(model.rowCount())]


def test_newest_first_with_the_first_one_chosen(screen: AuditScreen) -> None:
    numbers = [int(n) for n in column(screen, Column.SEQ)]
    assert numbers == sorted(numbers, reverse=True)
    assert screen.entry.heading.text().startswith(str(numbers[0]))
    assert "Missing person" in screen.entry.payload.toPlainText()
    assert "UTC" in screen.entry.about.text()


def test_the_filter_looks_into_the_payload_too(screen: AuditScreen, until: Until) -> None:
    everything = screen.model.rowCount()
    screen.filter.setText("missing PERSON")
    until(lambda: screen.model.rowCount() == 3)
    screen.filter.setText("no such thing")
    until(lambda: screen.empty.isVisible())
    screen.filter.clear()
    until(lambda: screen.model.rowCount() == everything)


def test_a_sound_record(screen: AuditScreen, until: Until) -> None:
    screen.verify.click()
    until(lambda: screen.result.isVisible())
    assert "sound" in screen.result.text.text()
    assert screen.verify.isEnabled()


def test_a_changed_entry_is_named(screen: AuditScreen, context: Context, until: Until) -> None:
    with closing(sqlite3.connect(context.app.store.path)) as raw, raw:
        for (name,) in raw.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_log'"
        ).fetchall():
            raw.execute(f'DROP TRIGGER "{name}"')
        raw.execute("UPDATE audit_log SET actor = 'nobody' WHERE seq = 2")
    raw.close()
    screen.verify.click()
    until(lambda: screen.result.isVisible())
    text = screen.result.text.text()
    assert "entry 2" in text
    assert "altered" in text, "the missing guards are named as well"
    screen.result.action.click()
    assert screen.entry.heading.text().startswith("2 ")
