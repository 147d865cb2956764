"""A Markdown page of the resources as a document in the theme's type and colours."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSizeF, Qt, QUrl
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QImage,
    QPainter,
    QTextBlock,
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
RATIO = 2.0
"""Pixels of a picture for each px of the page: sharp on dense screens too."""


class Page(QTextDocument):
    """The page in the theme of now; made anew when the theme changes.

    Pictures are looked for beside the file only: nothing is fetched from anywhere else.
    """

    def __init__(self, path: Path, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder, self._theme = path.parent, theme
        font = QFont(self.defaultFont())
        font.setPointSizeF(10.5)
        self.setDefaultFont(font)
        self.setDocumentMargin(0)
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
        cursor = QTextCursor(block)
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        form, text = block.blockFormat(), QTextCharFormat()
        level = form.headingLevel()
        form.setTopMargin(SPACE[4] if level > 1 else 0)
        form.setBottomMargin(SPACE[0] if block.textList() else SPACE[1])
        if level:
            text.setFontPointSize(POINTS[level])
            text.setFontWeight(QFont.Weight.DemiBold)
            text.setProperty(QTextFormat.Property.FontSizeAdjustment, 0)
        elif form.hasProperty(QTextFormat.Property.BlockQuoteLevel):
            form.setLeftMargin(SPACE[3])
            text.setFontPointSize(POINTS[2])
            text.setForeground(self._theme.color(Role.ACCENT))
        elif form.hasProperty(QTextFormat.Property.BlockCodeFence) or form.nonBreakableLines():
            form.setBackground(QBrush(self._theme.color(Role.RAISED)))
            form.setLeftMargin(SPACE[2])
            text.setFont(fixed_font(10))
        if not level:
            form.setLineHeight(125, 1)  # 1: proportional
        picture_here = "\ufffc" in block.text()
        if picture_here:
            form.setLineHeight(100, 1)
        block_cursor = QTextCursor(block)
        block_cursor.setBlockFormat(form)
        if not picture_here:
            block_cursor.movePosition(
                QTextCursor.MoveOperation.EndOfBlock, QTextCursor.MoveMode.KeepAnchor
            )
            block_cursor.mergeCharFormat(text)

    def _style_table(self, table: QTextTable) -> None:
        form = table.format()
        form.setBorderCollapse(True)
        form.setBorder(1)
        form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
        form.setBorderBrush(QBrush(self._theme.color(Role.BORDER)))
        form.setCellPadding(SPACE[1])
        form.setTopMargin(SPACE[0])
        form.setBottomMargin(SPACE[2])
        form.setWidth(QTextLength(QTextLength.Type.PercentageLength, 60))
        table.setFormat(form)


def picture(path: Path, theme: Theme) -> QImage:
    """An SVG drawn in the colours of the light theme, in those of the theme of now."""
    svg = path.read_text(encoding="utf-8")
    colours = {value: theme.color(role).name() for role, value in LIGHT.items()}
    for light, now in colours.items():
        svg = svg.replace(f'"{light}"', f'"{now}"')
    renderer = QSvgRenderer(QByteArray(svg.encode()))
    size: QSizeF = QSizeF(renderer.defaultSize()) * RATIO
    image = QImage(size.toSize(), QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(QColor(Qt.GlobalColor.transparent))
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    image.setDevicePixelRatio(RATIO)
    return image
