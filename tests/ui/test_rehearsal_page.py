"""A rehearsal on paper: what it says, that it is a document, and that no half file is left."""

import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QSizeF
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from secondlook import __version__, bootstrap
from secondlook.bootstrap import open_application
from secondlook.domain.cancel import CancelToken, ignore_progress
from secondlook.domain.records import GallerySummary, Operator
from secondlook.domain.rehearsal import GroupLine, Mark
from secondlook.services.application import Application
from secondlook.ui.context import Context
from secondlook.ui.paper import Paper, drawing
from secondlook.ui.rehearsal import acts
from secondlook.ui.rehearsal.page import Gathered, draw_plot, gather, write
from secondlook.ui.rehearsal.runner import runner_of
from secondlook.ui.rehearsal.screen import RehearsalScreen
from secondlook.ui.theme import Theme
from tests.services.fake import FakeEngines, people, picture
from tests.services.steps import enrol

Until = Callable[[Callable[[], object]], None]


@pytest.fixture
def application(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Application]:
    monkeypatch.setattr(bootstrap, "Engines", FakeEngines)
    app = open_application(tmp_path / "secondlook.db")
    yield app
    app.close()


@pytest.fixture
def gallery(application: Application, administrator: Operator, tmp_path: Path) -> GallerySummary:
    return enrol(application, administrator, people(tmp_path / "people", 40), "Ada & <Ben>")


def rehearse(
    app: Application, who: Operator, gallery: GallerySummary, source: Path | None = None
) -> int:
    made = app.rehearse.start(who, gallery.id, source)
    app.rehearse.run(who, made.id, CancelToken(), ignore_progress)
    return made.id


@pytest.fixture
def absent(tmp_path: Path) -> Path:
    """36 strangers, and one picture of a gallery person under another name."""
    source = people(tmp_path / "absent", 36, first=120)
    picture(source / "double.png", (7, 1, 80))
    return source


def gathered(app: Application, rehearsal_id: int) -> Gathered:
    who = next(o for o in app.accounts.operators() if o.username == "ada")
    return gather(app, who, rehearsal_id, app.policies.default())


def page(found: Gathered) -> Paper:
    return write(found, draw_plot(found), "Ada Lovelace", "2026-04-03 10:11")


def told(paper: Paper) -> str:
    return paper.toPlainText().replace("\u00a0", " ")


def test_everything_that_is_needed_to_judge_it_is_on_the_page(
    qtbot: QtBot, application: Application, administrator: Operator, gallery: GallerySummary,
    absent: Path,
) -> None:  # fmt: skip
    made = rehearse(application, administrator, gallery, absent)
    found = gathered(application, made)
    pair = next(p for p in found.pairs if p.search.person == "double")
    mark = application.rehearsal_results.mark
    mark(administrator, pair.search.id, pair.found.person_id, Mark.UNSURE)
    found = gathered(application, made)
    text = told(page(found))
    summary, entry = found.result.summary, found.entry
    assert entry
    assert entry.hash in text
    for part in (
        "Ada & <Ben>", "People known to be absent", "Ada Lovelace", "80 %", "90 %", "95 %", "99 %",
        "of 37 people matched someone they are not", "the line of High-stakes",
        "1 counted although", "not known", "tests its confidences independently",
        "not an identification", "not the probability", "37 of 37 searches", str(absent),
        summary.model["sha256"], summary.gallery_state, "Calibrated on", "There is none of this",
        "Groups are never inferred", "1 unsure", "Searched: double", "Unsure, Ada Lovelace",
    ):  # fmt: skip
        assert part in text


def test_leave_one_out_says_that_it_is_not_independent_and_is_compared(
    qtbot: QtBot, application: Application, administrator: Operator, gallery: GallerySummary
) -> None:
    first = rehearse(application, administrator, gallery)
    text = told(page(gathered(application, rehearse(application, administrator, gallery))))
    for part in ("Everybody left out in turn", "half as many people count", "independent test",
                 f"Rehearsal {first}, ", "No difference that these counts can show",
                 "each of 40 people among all the others"):  # fmt: skip
        assert part in text


def test_no_pairs_few_people_and_an_unfinished_one_are_said(
    qtbot: QtBot, application: Application, administrator: Operator, gallery: GallerySummary,
    tmp_path: Path,
) -> None:  # fmt: skip
    made = rehearse(application, administrator, gallery, people(tmp_path / "few", 5, first=200))
    text = told(page(gathered(application, made)))
    assert "Only 5 people were searched. Below 30" in text
    assert "No search of an absent person found anyone" in text
    source = people(tmp_path / "more", 3, first=220)
    planned = application.rehearse.start(administrator, gallery.id, source)
    text = told(page(gathered(application, planned.id)))
    assert "Unfinished, started" in text
    assert "not finished and not sealed yet" in text


def test_as_many_pairs_as_fit_and_the_rest_is_counted(
    qtbot: QtBot, application: Application, administrator: Operator, gallery: GallerySummary,
    absent: Path,
) -> None:  # fmt: skip
    found = gathered(application, rehearse(application, administrator, gallery, absent))
    assert found.faces[0][0] is not None
    many = replace(found, pairs=found.pairs[:1] * 50, faces=found.faces[:1] * 12)
    paper = page(many)
    shown = told(paper).count("Searched: ")
    assert paper.pageCount() == 2
    assert shown >= 6
    assert f"and {50 - shown} more" in told(paper)
    assert hidden(paper) == []


def test_many_groups_take_their_pages_and_hide_nothing(
    qtbot: QtBot, application: Application, administrator: Operator, gallery: GallerySummary,
    absent: Path,
) -> None:  # fmt: skip
    found = gathered(application, rehearse(application, administrator, gallery, absent))
    line = found.result.lines[1]
    groups = [
        GroupLine("born", str(1900 + n), n, line if n % 3 else None, "3; b") for n in range(90)
    ]
    many = replace(found, pairs=found.pairs[:1] * 50, faces=found.faces[:1] * 12)
    paper = page(replace(many, result=replace(found.result, groups=tuple(groups))))
    text = told(paper)
    assert text.count("born: 19") == 90
    assert text.count("No rate: 3\n") == 30
    assert text.count("Searched: ") == 12
    assert paper.pageCount() > 3
    assert hidden(paper) == []


def hidden(paper: Paper) -> list[str]:
    """Texts without a height, and those that a page's end would cut."""
    area, found, block = paper.pageSize().height(), [], paper.begin()
    while block.isValid():
        rect = paper.documentLayout().blockBoundingRect(block)
        cut = rect.height() < 100 and rect.top() // area != (rect.bottom() - 1) // area
        if block.text() and (rect.height() < 5 or cut):
            found.append(block.text())
        block = block.next()
    return found


def test_a_missing_picture_is_said(
    qtbot: QtBot, application: Application, administrator: Operator, gallery: GallerySummary,
    absent: Path,
) -> None:  # fmt: skip
    made = rehearse(application, administrator, gallery, absent)
    for original in (application.store.path.parent / "secondlook-originals").rglob("*"):
        if original.is_file():
            original.unlink()
    assert "(no picture)" in told(page(gathered(application, made)))


def test_a_pdf_of_vectors_in_the_colours_of_paper(
    qtbot: QtBot, application: Application, administrator: Operator, gallery: GallerySummary,
    absent: Path, theme: Theme,
) -> None:  # fmt: skip
    found = gathered(application, rehearse(application, administrator, gallery, absent))
    bare = replace(found, pairs=(), faces=())
    pages = {}
    for mode in ("light", "dark"):
        theme.set_mode(mode)
        pages[mode] = [
            part for part in streams(page(bare).pdf()) if b" re" in part or b" l" in part
        ]
        assert page(bare).pdf().startswith(b"%PDF-")
    assert pages["light"] == pages["dark"]
    data = page(bare).pdf()
    assert b"/Subtype /Image" not in data
    for told_inside in (b"Second Look", b"Rehearsal of Ada & <Ben>"):
        assert told_inside in data.replace(b"\0", b"")


def streams(pdf: bytes) -> list[bytes]:
    """What is drawn, unpacked."""
    found = []
    for part in pdf.split(b"stream\n")[1:]:
        try:
            found.append(zlib.decompressobj().decompress(part))
        except zlib.error:
            continue
    return found


def test_a_drawing_stands_where_it_is_named(qtbot: QtBot) -> None:
    paper = Paper("Title", f"Second Look {__version__}")
    drawn: list[float] = []
    paper.add_drawing("one", QSizeF(300, 100), lambda painter, area: drawn.append(area.width()))
    paper.write(f"<p>before</p><p>{drawing('one')}</p><p>שלום</p>")
    assert paper.toPlainText() == "before\n\ufffc\nשלום"
    paper.pdf()
    assert drawn == [300]


def test_pages_are_set_in_any_thread(qtbot: QtBot) -> None:
    """A warning of Qt fails every test."""
    made: list[bytes] = []

    def work() -> None:
        paper = Paper("Title", "foot")
        paper.write("<p>some words</p>" * 2_000)
        made.append(paper.pdf())

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert made[0].startswith(b"%PDF-")


@pytest.fixture
def screen(
    qtbot: QtBot, context: Context, administrator: Operator, gallery: GallerySummary,
    absent: Path, until: Until,
) -> Iterator[RehearsalScreen]:  # fmt: skip
    rehearse(context.app, administrator, gallery, absent)
    runner = runner_of(context)
    screen = RehearsalScreen(context)
    qtbot.addWidget(screen)
    screen.resize(1092, 760)
    screen.show()
    until(lambda: screen.view.result)
    yield screen
    runner.close()


def test_the_menu_writes_the_page(
    screen: RehearsalScreen, tmp_path: Path, until: Until, notices: list[tuple[str, str]]
) -> None:
    screen.header.page.trigger()
    dialog = screen.findChild(QFileDialog)
    assert dialog
    (proposed,) = dialog.selectedFiles()
    assert Path(proposed).name == "Ada & _Ben_, rehearsal 1.pdf"
    target = tmp_path / "page.pdf"
    target.write_text("an older one")
    dialog.fileSelected.emit(str(target))
    assert not screen.header.page.isEnabled()
    dialog.reject()
    until(lambda: any(str(target) in text for text, kind in notices if kind == "success"))
    assert target.read_bytes().startswith(b"%PDF-")
    assert screen.header.page.isEnabled()


def test_what_cannot_be_written_is_told_and_leaves_nothing(
    screen: RehearsalScreen, tmp_path: Path, until: Until
) -> None:
    full = tmp_path / "folder"
    (full / "page.pdf").mkdir(parents=True)
    screen.export_page(full / "page.pdf")
    until(screen.error.isVisible)
    assert str(full / "page.pdf") in screen.error.text()
    assert "Choose another place" in screen.error.text()
    assert [path.name for path in full.iterdir()] == ["page.pdf"]
    assert screen.header.page.isEnabled()


def test_a_proposed_name_suits_every_file_system() -> None:
    assert acts.proposed('a/b\\c:"d"?. ', 7, ".pdf") == "a_b_c__d__, rehearsal 7.pdf"
    assert len(acts.proposed("x" * 300, 7, ".pdf")) < 120
