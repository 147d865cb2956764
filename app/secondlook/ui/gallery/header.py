"""The head of a gallery's screen: its name, its facts and what can be done with it."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from secondlook.domain.records import GallerySummary
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.state import State
from secondlook.ui.widgets.buttons import Button, IconButton
from secondlook.ui.widgets.labels import Elided, Muted, Pill


class Fact(QWidget):
    """A value under its label."""

    def __init__(
        self,
        label: str,
        mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._label = label
        self.value = Elided(mode=mode)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(Muted(label, wrap=False))
        column.addWidget(self.value)

    def tell(self, text: str) -> None:
        self.value.setText(text)
        self.setAccessibleName(f"{self._label}: {text}")


class GalleryHeader(QWidget):
    """``add``, ``rename``, ``rebuild``, ``measure`` and ``remove`` are the actions of a gallery;
    ``check`` leads to what there is to be seen to."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = Elided(kind="title")
        self.pill = Pill()
        self.back = IconButton("arrow-left", self.tr("All galleries"))
        self.back.clicked.connect(lambda: context.navigate("galleries"))
        self.check = Button(self.tr("Check gallery"), icon="search")
        self.check.setToolTip(
            self.tr("People enrolled twice, dates that have passed, references below the limits")
        )
        self.add = QAction(self.tr("Add images…"), self)
        self.rename = QAction(self.tr("Rename…"), self)
        self.rebuild = QAction(self.tr("Enrol again"), self)
        self.measure = QAction(self.tr("Measure again"), self)
        self.remove = QAction(self.tr("Remove gallery…"), self)
        self.persons = Fact(self.tr("Persons"))
        self.references = Fact(self.tr("References"))
        self.comparisons = Fact(self.tr("Impostor comparisons"))
        self.model = Fact(self.tr("Enrolled with"))
        self.created = Fact(self.tr("Created"))
        self.source = Fact(self.tr("Created from"), Qt.TextElideMode.ElideMiddle)
        self._lay_out()

    def show_summary(
        self,
        summary: GallerySummary,
        state: State,
        *,
        busy: str,
        no_model: str,
        obstacle: str,
        measured: str,
    ) -> None:
        """``busy``: why its content must not be changed now, ``no_model``: why no template can be
        made, ``obstacle``: why no image can be added, ``measured``: why there is nothing to
        measure. Empty when it may and can."""
        self.name.setText(summary.name)
        self.pill.show_state(
            *((self.tr("In progress"), "info") if busy else (state.pill, state.tone))
        )
        self.persons.tell(texts.number(summary.persons))
        self.references.tell(texts.number(summary.references))
        pairs = summary.persons * (summary.persons - 1) // 2
        self.comparisons.tell(texts.number(pairs))
        self.comparisons.setToolTip(
            self.tr(
                "Every person against every other person: what confidence is calibrated on. "
                "More persons resolve higher confidence."
            )
        )
        self.model.tell(texts.model(summary.model))
        self.created.tell(texts.day(summary.created_at))
        self.source.tell(summary.source)
        for action, reason in (
            (self.add, busy or obstacle),
            (self._add_button, busy or obstacle),
            (self.rebuild, busy or no_model),
            (self.measure, busy or no_model or measured),
            (self.remove, busy),
        ):
            action.setEnabled(not reason)
            action.setToolTip(reason)

    def _lay_out(self) -> None:
        self._add_button = Button(self.add.text(), icon="add")
        self._add_button.clicked.connect(self.add.trigger)
        self.manage = Button(self.tr("Manage"))
        self.manage.setProperty("menu", True)
        menu = QMenu(self.manage)
        menu.setToolTipsVisible(True)
        menu.addActions([self.rename, self.rebuild, self.measure])
        menu.addSeparator()
        menu.addAction(self.remove)
        self.manage.setMenu(menu)
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(self.back)
        head.addWidget(self.name)
        head.addWidget(self.pill)
        head.addStretch(1)
        head.addWidget(self.check)
        head.addWidget(self._add_button)
        head.addWidget(self.manage)
        facts = QHBoxLayout()
        facts.setSpacing(32)
        for fact in (self.persons, self.references, self.comparisons, self.model, self.created):
            facts.addWidget(fact)
        facts.addWidget(self.source, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(facts)
