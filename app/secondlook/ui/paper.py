"""Pages of A4 as PDF: text that Qt shapes in any script, pictures, and drawings that stay vectors.

A page is laid out at 96 dpi, so a px is what it is on the screen; letters, lines and pictures keep
all the sharpness they have. It is white with dark ink whatever the theme of the window is.
"""

from collections.abc import Callable
from html import escape
from string import Template

from PySide6.QtCore import (
    QBuffer,
    QEventLoop,
    QIODevice,
    QMarginsF,
    QPointF,
    QRect,
    QRectF,
    QSizeF,
    Qt,
    QUrl,
)
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QImage,
    QPageLayout,
    QPageSize,
    QPainter,
    QPalette,
    QPdfWriter,
    QPen,
    QPyTextObject,
    QTextCharFormat,
    QTextDocument,
    QTextFormat,
    QTextOption,
)

from secondlook import __version__
from secondlook.ui.theme import LIGHT, Role

DPI = 96
MARGINS = QMarginsF(18, 15, 18, 12)
"""In mm."""
LAYOUT = QPageLayout(
    QPageSize(QPageSize.PageSizeId.A4),
    QPageLayout.Orientation.Portrait,
    MARGINS,
    QPageLayout.Unit.Millimeter,
)
FOOT = 30.0
"""Height of the foot of a page, in px."""
TEXT_PT, SMALL_PT = 8.5, 7.5
INK = {role.value: QColor(colour).name() for role, colour in LIGHT.items()}
STYLE = Template("""
body { color: $text; }
h1 { font-size: 17pt; font-weight: 600; margin: 0; }
h2 { font-size: 10.5pt; font-weight: 600; margin: 14px 0 4px 0; }
p { margin: 0 0 4px 0; }
.muted { color: $muted; }
.small { color: $muted; font-size: 7.5pt; }
.note { color: $muted; font-size: 7.5pt; margin-top: 5px; }
.strong { font-weight: 600; }
.page { page-break-before: always; margin-top: 0; }
.faces { margin-bottom: 3px; }
td, th { padding: 3px 10px 3px 0; vertical-align: top; }
th { color: $muted; font-weight: normal; font-size: 7.5pt; text-align: left; }
.ruled td { border-top: 1px solid $border; }
.pairs td { padding-bottom: 10px; }
.dense td { padding-top: 1px; padding-bottom: 1px; }
""").substitute(INK)
Draw = Callable[[QPainter, QRectF], None]
_DRAWN = QTextFormat.ObjectTypes.UserObject.value
_NAME = QTextFormat.Property.UserProperty.value
_OBJECT = "\ufffc"


def said(text: str) -> str:
    """A text as HTML; a number stays on the line of its percent sign."""
    return escape(text).replace(" %", "\u00a0%")


class Paper(QTextDocument):
    """Written as the HTML that Qt knows, with ``STYLE``; see ``pdf``.

    ``foot``: at the foot of each page, beside its number.
    """

    def __init__(self, title: str, foot: str) -> None:
        QEventLoop()  # its making gives a lane the dispatcher that timers of the layout ask for
        super().__init__()
        self._title, self._foot = title, foot
        self._drawings: dict[str, tuple[QSizeF, Draw]] = {}
        self._drawer = _Drawer(self._drawings)
        self.documentLayout().registerHandler(_DRAWN, self._drawer)
        self._device = QImage(1, 1, QImage.Format.Format_RGB32)  # else letters follow the screen
        self._device.setDotsPerMeterX(round(DPI / 0.0254))
        self._device.setDotsPerMeterY(round(DPI / 0.0254))
        self.documentLayout().setPaintDevice(self._device)
        font = QFont(QGuiApplication.font())
        font.setPointSizeF(TEXT_PT)
        font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
        self.setDefaultFont(font)
        self.setUseDesignMetrics(True)
        self.setDefaultStyleSheet(STYLE)
        self.setDocumentMargin(0)
        option = self.defaultTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setDefaultTextOption(option)

    def add_picture(self, name: str, image: QImage) -> None:
        """Before ``write``; shown by ``<img src="name" width=… height=…>``."""
        self.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl(name), image)

    def add_drawing(self, name: str, size: QSizeF, draw: Draw) -> None:
        """Before ``write``; stands where that has ``drawing(name)``. ``size`` in px."""
        self._drawings[name] = size, draw

    def write(self, html: str) -> None:
        self.setHtml(f"<body>{html}</body>")
        for name in self._drawings:
            found = self.find(drawing(name))
            form = QTextCharFormat()
            form.setObjectType(_DRAWN)
            form.setProperty(_NAME, name)
            if not found.isNull():
                found.insertText(_OBJECT, form)
        self.setPageSize(text_area())

    def pdf(self) -> bytes:
        """On any one thread: the one that made it."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setResolution(DPI)
        writer.setPageLayout(LAYOUT)
        writer.setTitle(self._title)
        writer.setCreator(f"Second Look {__version__}")
        painter = QPainter(writer)
        for number in range(self.pageCount()):
            if number:
                writer.newPage()
            self._paint(painter, number)
        painter.end()
        return bytes(buffer.data().data())

    def _paint(self, painter: QPainter, number: int) -> None:
        area = text_area()
        top = number * area.height()
        context = QAbstractTextDocumentLayout.PaintContext()
        context.palette.setColor(QPalette.ColorRole.Text, INK[Role.TEXT])
        context.clip = QRectF(0, top, area.width(), area.height())
        painter.save()
        painter.translate(0, -top)
        painter.setClipRect(context.clip)
        self.documentLayout().draw(painter, context)
        painter.restore()
        foot = QRectF(0, area.height(), area.width(), FOOT)
        painter.setPen(QPen(QColor(INK[Role.BORDER]), 1))
        painter.drawLine(foot.topLeft() + QPointF(0, 12), foot.topRight() + QPointF(0, 12))
        font = QFont(self.defaultFont())
        font.setPointSizeF(SMALL_PT)
        painter.setFont(font)
        painter.setPen(QColor(INK[Role.MUTED]))
        place = self.tr("Page {} of {}").format(number + 1, self.pageCount())
        bottom = Qt.AlignmentFlag.AlignBottom
        painter.drawText(foot, bottom | Qt.AlignmentFlag.AlignRight, place)
        metrics = QFontMetricsF(font, self._device)
        room = foot.width() - metrics.horizontalAdvance(place) - 24
        told = metrics.elidedText(self._foot, Qt.TextElideMode.ElideRight, room)
        painter.drawText(foot, bottom | Qt.AlignmentFlag.AlignLeft, told)


def drawing(name: str) -> str:
    """What stands for a drawing in the HTML of a paper."""
    return f"\u2063{name}\u2063"


def text_area() -> QSizeF:
    """What a page has for its text, in px."""
    return QSizeF(LAYOUT.paintRectPixels(DPI).size()) - QSizeF(0, FOOT)


class _Drawer(QPyTextObject):
    """Lets a drawing be a letter of the text, which then breaks pages around it."""

    def __init__(self, drawings: dict[str, tuple[QSizeF, Draw]]) -> None:
        super().__init__()
        self._drawings = drawings

    def intrinsicSize(self, _: QTextDocument, __: int, form: QTextFormat) -> QSizeF:
        return self._drawings[form.property(_NAME)][0]

    def drawObject(
        self, painter: QPainter, area: QRectF | QRect, _: QTextDocument, __: int, form: QTextFormat
    ) -> None:
        self._drawings[form.property(_NAME)][1](painter, QRectF(area))
