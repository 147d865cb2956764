"""The keys, on one small sheet."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import Heading, Subheading, Text

Keys = tuple[tuple[str, str], ...]


def _columns() -> tuple[dict[str, Keys], ...]:
    """Two columns of groups: a sheet as high as the smallest window, not higher."""

    def tr(text: str) -> str:
        return QCoreApplication.translate("shortcuts", text)

    everywhere: dict[str, Keys] = {
        tr("Everywhere"): (
            ("Ctrl+1 … Ctrl+6", tr("The places of the rail, from the top down")),
            ("Ctrl+L", tr("Lock: sign out, or let another person sign in")),
            ("F1", tr("What 99 % means")),
            ("Shift+F1", tr("This sheet")),
        ),
        tr("Lists"): (
            ("Ctrl+N", tr("New case, new gallery")),
            ("Ctrl+F", tr("Search cases, people, the record")),
            ("Esc", tr("In a search field: empty it")),
            ("D  S  U", tr("Pairs that look alike: different, same, unsure")),
            ("1 … 9  S", tr("Pictures of several faces: pick one, skip")),
            ("M  Del", tr("Gallery: move a picture, remove it")),
            ("F2  Ctrl+M", tr("Gallery: rename a person, merge people")),
        ),
        tr("Case"): (
            ("Alt+1 … Alt+4", tr("Probe, Candidates, Examination, Decision")),
            ("Ctrl+O  Ctrl+V", tr("Open or paste a probe")),
            ("1 … 9", tr("Probe: choose a face")),
            ("+  −  Z", tr("Probe: zoom, fit")),
            ("R  Shift+R", tr("Probe: turn to the right, to the left")),
            ("J  K", tr("Next candidate, previous candidate")),
            ("Enter", tr("Examine the candidate")),
        ),
    }
    examination: dict[str, Keys] = {
        tr("Examination"): (
            ("1 … 7", tr("Conclusion, from different people to same person")),
            ("0", tr("Conclusion: insufficient quality")),
            ("S  D  U  N", tr("Similar, different, undetermined, not visible")),
            ("Tab", tr("Next component of the face")),
            ("J  K", tr("Next candidate, previous candidate")),
            ("Z", tr("Fit both pictures")),
            ("L", tr("Lock or free the common movement")),
            ("O", tr("Original pixels")),
            ("+  −  arrows", tr("Zoom and move the pictures")),
            ("T", tr("Write notes; Esc goes back to the pictures")),
            ("Ctrl+Enter", tr("Commit the examination")),
        ),
    }
    return everywhere, examination


class ShortcutsSheet(QDialog):
    """Opened with Shift+F1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        close = Button(self.tr("Close"), "primary")
        close.clicked.connect(self.accept)
        columns = QHBoxLayout()
        columns.setSpacing(SPACE[5])
        for groups in _columns():
            columns.addLayout(_list(groups))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[3])
        column.setSpacing(SPACE[2])
        column.addWidget(Heading(self.tr("Keys")))
        column.addLayout(columns)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column.addSpacing(SPACE[1])
        column.addLayout(foot)


def _list(groups: dict[str, Keys]) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(SPACE[1])
    for title, keys in groups.items():
        column.addWidget(Subheading(title))
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE[3])
        grid.setVerticalSpacing(SPACE[0])
        grid.setColumnMinimumWidth(0, 124)
        grid.setColumnStretch(1, 1)
        for row, (key, text) in enumerate(keys):
            cap = Text(key)
            cap.setProperty("kind", "key")
            grid.addWidget(cap, row, 0, Qt.AlignmentFlag.AlignLeft)
            grid.addWidget(Text(text), row, 1)
        column.addLayout(grid)
        column.addSpacing(SPACE[1])
    column.addStretch(1)
    return column
