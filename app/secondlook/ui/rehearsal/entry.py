"""A gallery in the list of the rehearsal screen."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from secondlook.domain.records import GallerySummary
from secondlook.storage.rehearsals import RehearsalSummary
from secondlook.ui.gallery.texts import day
from secondlook.ui.rehearsal import texts
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.labels import Elided


class GalleryEntry(QWidget):
    """Its name, and when it was last rehearsed. ``said``: the same for a screen reader."""

    def __init__(self, gallery: GallerySummary, rehearsals: list[RehearsalSummary]) -> None:
        super().__init__()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        finished = next((r.finished_at for r in rehearsals if r.finished_at), None)
        state = self.tr("never rehearsed")
        if rehearsals and rehearsals[0].finished_at is None:
            state = self.tr("unfinished")
        elif finished:
            state = day(finished)
        below = f"{texts.people(gallery.persons)} · {state}"
        self.said = f"{gallery.name}. {below}"
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[1], SPACE[0], SPACE[1], SPACE[0])
        column.setSpacing(2)
        column.addWidget(Elided(gallery.name, kind="subheading"))
        column.addWidget(Elided(below, kind="muted"))
