"""What drops and pastes bring from browsers, phones and shares, and what is said without it."""

import base64
import struct
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage
from pytestqt.qtbot import QtBot

from secondlook.ui.case.sources import sources_of
from secondlook.ui.drops import WINDOWS, dropped, offers, take_a_copy
from tests.services.fake import picture


def mime(*urls: str, text: str = "", **formats: bytes) -> QMimeData:
    made = QMimeData()
    if urls:
        made.setUrls([QUrl(url) for url in urls])
    if text:
        made.setText(text)
    for name, data in formats.items():
        made.setData(name.replace("_", "/"), data)
    return made


@pytest.mark.parametrize(
    ("urls", "text", "told"),
    [
        (["https://example.org/a.jpg"], "", "nothing is fetched. Save the picture first"),
        ([], "https://example.org/a.jpg", "nothing is fetched"),
        (["mtp://phone/DCIM/a.jpg"], "", "Copy it into a folder of"),
        (["gphoto2://[usb]/a.jpg"], "", "Copy it into a folder"),
        (["smb://server/share/a.jpg"], "", "Open the share as a folder"),
        (["data:text/html;base64,AAAA"], "", "nothing is fetched"),
    ],
)
def test_an_address_alone_says_what_to_do(
    qtbot: QtBot, urls: list[str], text: str, told: str
) -> None:
    found = dropped(mime(*urls, text=text))
    assert told in found.problem
    assert sources_of(found) == []
    assert offers(mime(*urls, text=text))


def test_words_are_no_drop(qtbot: QtBot) -> None:
    assert not offers(mime(text="see https://example.org for more"))
    assert dropped(mime(text="note: this")).problem == ""


def test_bytes_at_hand_are_read_though_there_is_an_address(qtbot: QtBot, tmp_path: Path) -> None:
    data = picture(tmp_path / "a.png", (1, 0, 80)).read_bytes()
    found = dropped(mime("https://example.org/Ann%20Lee.png", image_png=data))
    (source,) = sources_of(found)
    assert (source.payload(), source.name) == (data, "Ann Lee.png")
    pixels = QMimeData()
    pixels.setUrls([QUrl("https://example.org/a.jpg")])
    pixels.setImageData(QImage.fromData(data))
    assert isinstance(dropped(pixels).picture, QImage)
    inside = "data:image/png;base64," + base64.b64encode(data).decode()
    assert dropped(mime(inside)).picture == data
    files = dropped(mime(QUrl.fromLocalFile(str(tmp_path / "a.png")).toString(), image_png=b"x"))
    assert files.files == (tmp_path / "a.png",)


def test_what_windows_offers_that_is_no_file_yet_is_read(qtbot: QtBot) -> None:
    made = QMimeData()
    made.setData(WINDOWS.format("FileContents"), b"the bytes")
    name = "IMG 1.JPG".encode("utf-16-le").ljust(520, b"\0")
    made.setData(WINDOWS.format("FileGroupDescriptorW"), struct.pack("<I", 1) + b"\0" * 72 + name)
    found = dropped(made)
    assert (found.picture, found.name) == (b"the bytes", "IMG 1.JPG")
    made.setData(WINDOWS.format("FileContents"), b"")
    assert "only a promise" in dropped(made).problem
    made.setData(WINDOWS.format("FileContents"), b"x")
    made.setData(WINDOWS.format("FileGroupDescriptorW"), b"cut")
    assert dropped(made).name == "Dropped picture"


def test_a_drop_takes_a_copy_though_a_move_is_proposed(qtbot: QtBot, tmp_path: Path) -> None:
    both = Qt.DropAction.MoveAction | Qt.DropAction.CopyAction
    data = mime(QUrl.fromLocalFile(str(tmp_path)).toString())
    event = QDropEvent(
        QPointF(), both, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    event.setDropAction(Qt.DropAction.MoveAction)
    take_a_copy(event)
    assert event.isAccepted()
    assert event.dropAction() is Qt.DropAction.CopyAction
