"""The keys, on one small sheet."""

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import Heading, Subheading, Text


def _groups() -> dict[str, tuple[tuple[str, str], ...]]:
    def tr(text: str) -> str:
        return QCoreApplication.translate("shortcuts", text)

    return {
        tr("Everywhere"): (
            ("Ctrl+1 … Ctrl+4", tr("Cases, Galleries, Policies, Audit")),
            ("Ctrl+L", tr("Lock: sign out, or let another person sign in")),
            ("F1", tr("This sheet")),
        ),
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


class ShortcutsSheet(QDialog):
    """Opened with F1."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        close = Button(self.tr("Close"), "primary")
        close.clicked.connect(self.accept)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[3])
        column.setSpacing(SPACE[2])
        column.addWidget(Heading(self.tr("Keys")))
        for title, keys in _groups().items():
            column.addSpacing(SPACE[0])
            column.addWidget(Subheading(title))
            grid = QGridLayout()
            grid.setHorizontalSpacing(SPACE[3])
            grid.setVerticalSpacing(SPACE[1])
            grid.setColumnMinimumWidth(0, 130)
            grid.setColumnStretch(1, 1)
            for row, (key, text) in enumerate(keys):
                cap = Text(key)
                cap.setProperty("kind", "key")
                grid.addWidget(cap, row, 0, Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(Text(text), row, 1)
            column.addLayout(grid)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column.addSpacing(SPACE[1])
        column.addLayout(foot)
