"""What can be done with a gallery: ask where it destroys something, act in a lane, say so."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QLineEdit, QWidget

from secondlook.domain.records import GallerySummary, PersonRow
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.create import SourceDialog
from secondlook.ui.gallery.runner import EnrolmentRunner
from secondlook.ui.gallery.texts import tr
from secondlook.ui.widgets.dialogs import FormDialog, confirm


class RenameDialog(FormDialog):
    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(self.tr("Rename gallery"), "", self.tr("Rename"), parent)
        self.name = QLineEdit(name)
        self.name.setMaxLength(120)
        self.name.selectAll()
        self.add_field(self.tr("Name"), self.name)

    def problem(self) -> str:
        return "" if self.name.text().strip() else self.tr("Give the gallery a name.")


class GalleryCommands:
    """``screen`` is the parent of every dialog and the owner of every result."""

    def __init__(self, context: Context, runner: EnrolmentRunner, screen: QWidget) -> None:
        self._context, self._runner, self._screen = context, runner, screen

    def add_images(self, gallery: GallerySummary) -> None:
        dialog = SourceDialog(self._context, gallery, self._screen)
        dialog.planned.connect(partial(self._runner.enrol, self._context.operator))
        dialog.open()

    def rename(self, gallery: GallerySummary) -> None:
        dialog = RenameDialog(gallery.name, self._screen)

        def done(_: None) -> None:
            dialog.accept()
            self._changed()

        def act() -> None:
            name = dialog.name.text()
            dialog.set_busy(True)
            self._context.bridge.run(
                self._context.app.lanes.storage,
                lambda: self._context.app.galleries.rename(
                    self._context.operator, gallery.id, name
                ),
                done,
                dialog.tell,
                owner=dialog,
            )

        dialog.submitted.connect(act)
        dialog.open()

    def rebuild(self, gallery: GallerySummary) -> None:
        self._runner.rebuild(self._context.operator, gallery.id, gallery.name)

    def measure(self, gallery: GallerySummary) -> None:
        self._runner.measure(self._context.operator, gallery.id, gallery.name)

    def retry(self, gallery: GallerySummary, item_ids: list[int] | None) -> None:
        """Put images with errors back on the list (all for None) and enrol."""
        galleries, operator = self._context.app.galleries, self._context.operator
        self._act(
            lambda: galleries.retry(operator, gallery.id, item_ids),
            lambda: self._runner.enrol(operator, gallery.id, gallery.name),
        )

    def remove_person(self, gallery: GallerySummary, person: PersonRow) -> None:
        text = tr(
            "{} with {} is taken out of “{}”, and the templates are deleted. Originals that are on "
            "record with a search stay there. To have this person back, add the images again."
        )
        galleries, operator = self._context.app.galleries, self._context.operator
        name = person.display_name
        done = partial(self._told, tr("{} was removed from the gallery.").format(name))
        confirm(
            self._screen,
            tr("Remove {}?").format(name),
            text.format(name, texts.references(person.references), gallery.name),
            tr("Remove person"),
            lambda: self._act(lambda: galleries.remove_person(operator, person.id), done),
            danger=True,
        )

    def remove(self, gallery: GallerySummary) -> None:
        text = tr(
            "{}, {} and all their templates are deleted. Searches on record keep their own copies "
            "of candidates and originals. This cannot be undone."
        )
        galleries, operator = self._context.app.galleries, self._context.operator

        def done() -> None:
            self._told(tr("{} was removed.").format(gallery.name))
            self._context.navigate("galleries")

        confirm(
            self._screen,
            tr("Remove gallery “{}”?").format(gallery.name),
            text.format(texts.persons(gallery.persons), texts.references(gallery.references)),
            tr("Remove gallery"),
            lambda: self._act(lambda: galleries.remove(operator, gallery.id), done),
            danger=True,
        )

    def _act(self, job: Callable[[], object], done: Callable[[], None]) -> None:
        lane = self._context.app.lanes.storage
        self._context.bridge.run(lane, job, lambda _: done(), owner=self._screen)

    def _told(self, message: str) -> None:
        self._context.notify(message, "success")
        self._changed()

    def _changed(self) -> None:
        self._context.changed.galleries_changed.emit()
