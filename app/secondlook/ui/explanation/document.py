"""A Markdown page of the resources as a document in the theme's type and colours."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QFont,
    QImage,
    QPainter,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtSvg import QSvgRenderer

from secondlook.ui.theme import LIGHT, SPACE, Role, Theme, fixed_font

POINTS = {1: 16.0, 2: 13.0}
"""Of headings by level: the steps of the type scale."""
LINE = 125.0
"""Height of a line in percent."""
RATIO = 2.0
"""Pixels of a picture for each px of the page: sharp on dense screens too."""
INKS = (Role.SURFACE, Role.TEXT, Role.MUTED, Role.ACCENT, Role.WARNING)
"""The colours that a picture may have."""
PICTURE = "\ufffc"
"""What stands for a picture in the text of a block."""
MOVE = QTextCursor.MoveOperation
_PROPORTIONAL = QTextBlockFormat.LineHeightTypes.ProportionalHeight.value


class Page(QTextDocument):
    """The page in the theme of now; made anew when the theme changes.

    Pictures are looked for beside the file only: nothing is fetched from anywhere else.
    """

    def __init__(self, path: Path, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder, self._theme = path.parent, theme
        font = QFont(self.defaultFont())
        font.setPointSizeF(10)
        self.setDefaultFont(font)
        self.setDocumentMargin(SPACE[4])
        self.setMarkdown(path.read_text(encoding="utf-8"))
        block = self.begin()
        while block.isValid():
            self._style(block)
            block = block.next()
        for frame in self.rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                self._style_table(frame)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Override of Qt's: pictures in the colours of the theme."""
        path = self._folder / Path(QUrl(name).path()).name
        if kind == QTextDocument.ResourceType.ImageResource and path.is_file():
            return picture(path, self._theme)
        return None

    def _style(self, block: QTextBlock) -> None:
        """Markdown says what a block is; here is how that looks."""
        form, text = block.blockFormat(), QTextCharFormat()
        level, theme = form.headingLevel(), self._theme
        form.setTopMargin(SPACE[4] if level > 1 else 0)
        form.setBottomMargin(SPACE[0] if block.textList() else SPACE[1])
        if level:
            text.setFontPointSize(POINTS[level])
            text.setFontWeight(QFont.Weight.DemiBold)
        elif form.hasProperty(QTextFormat.Property.BlockQuoteLevel):
            form.setLeftMargin(SPACE[3])
            text.setFontPointSize(POINTS[2])
            text.setFontWeight(QFont.Weight.DemiBold)
            text.setForeground(theme.color(Role.ACCENT))
        elif form.hasProperty(QTextFormat.Property.BlockCodeFence):
            form.setBackground(theme.color(Role.RAISED))
            form.setLeftMargin(SPACE[3])
            text.setFont(fixed_font(10))
        elif PICTURE not in block.text():
            form.setLineHeight(LINE, _PROPORTIONAL)
        cursor = QTextCursor(block)
        cursor.setBlockFormat(form)
        if text.propertyCount():  # in place of what Markdown gave: its sizes count before others
            cursor.movePosition(MOVE.EndOfBlock, QTextCursor.MoveMode.KeepAnchor)
            cursor.setCharFormat(text)

    def _style_table(self, table: QTextTable) -> None:
        form = table.format()
        form.setBorderCollapse(True)
        form.setBorder(1)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderBrush(self._theme.color(Role.BORDER))
        form.setCellPadding(SPACE[1])
        form.setTopMargin(SPACE[0])
        form.setBottomMargin(SPACE[2])
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 60))
        table.setFormat(form)


def picture(path: Path, theme: Theme) -> QImage:
    """An SVG drawn in the colours of the light theme, in those of the theme of now."""
    svg = path.read_text(encoding="utf-8")
    for role in INKS:
        svg = svg.replace(f'"{LIGHT[role]}"', f'"{theme.color(role).name()}"')
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size: QSizeF = QSizeF(renderer.defaultSize()) * RATIO
    image = QImage(size.toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    image.setDevicePixelRatio(RATIO)
    return image
