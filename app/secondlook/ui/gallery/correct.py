"""Correcting the people of a gallery: say what follows where it matters, act, offer to undo."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QListWidget, QListWidgetItem, QWidget

from secondlook.domain.names import comparable
from secondlook.domain.records import GallerySummary, PersonRow, ReferenceRow
from secondlook.storage.corrections import OpenUse
from secondlook.texts.planning import listed, quoted
from secondlook.ui.context import Context
from secondlook.ui.gallery import texts
from secondlook.ui.gallery.texts import tr
from secondlook.ui.widgets.dialogs import FormDialog, confirm
from secondlook.ui.widgets.fields import SearchField
from secondlook.ui.widgets.notice import NoticeBar

Chosen = PersonRow | str
"""Somebody of the gallery, or the name of somebody new."""


class NameDialog(FormDialog):
    def __init__(self, name: str, parent: QWidget) -> None:
        intro = self.tr("The key by which folders and tables name the person stays.")
        super().__init__(self.tr("Rename person"), intro, self.tr("Rename"), parent)
        self.name = QLineEdit(name)
        self.name.setMaxLength(120)
        self.name.selectAll()
        self.add_field(self.tr("Name"), self.name)

    def problem(self) -> str:
        return "" if self.name.text().strip() else self.tr("Give the person a name.")


class PersonDialog(FormDialog):
    """Choose somebody by typing a part of the name; with ``new``, also somebody who is not there
    yet."""

    def __init__(
        self, title: str, action: str, people: Sequence[PersonRow], parent: QWidget, *, new: bool
    ) -> None:
        super().__init__(title, "", action, parent)
        self._people, self._new = people, new
        hint = self.tr("Name, or a new name") if new else self.tr("Name")
        self.search = SearchField(hint, self.tr("Person"))
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("People"))
        self.list.setMinimumHeight(220)
        self.search.textChanged.connect(self._filter)
        self.list.itemDoubleClicked.connect(lambda _: self.submit())
        self.add_field(self.tr("Person"), self.search)
        self.add_row(self.list)
        self._filter()

    @property
    def chosen(self) -> Chosen | None:
        item = self.list.currentItem()
        return item.data(Qt.ItemDataRole.UserRole) if item else None

    def problem(self) -> str:
        return "" if self.chosen else self.tr("Choose a person.")

    def _filter(self) -> None:
        typed = self.search.text().strip()
        self.list.clear()
        known = False
        for person in self._people:
            names = (person.display_name, person.key)
            known = known or comparable(typed) in map(comparable, names)
            if any(comparable(typed) in comparable(name) for name in names):
                self._offer(_label(person), person)
        if self._new and typed and not known:
            self._offer(self.tr("New person {}").format(quoted(typed)), typed)
        self.list.setCurrentRow(0 if typed else -1)

    def _offer(self, text: str, chosen: Chosen) -> None:
        item = QListWidgetItem(text)
        item.setData(Qt.ItemDataRole.UserRole, chosen)
        self.list.addItem(item)


def _label(person: PersonRow) -> str:
    key = f" ({person.key})" if person.key != person.display_name else ""
    return f"{person.display_name}{key}, {texts.references(person.references)}"


class CorrectionCommands:
    """``screen`` is the parent of every dialog and the owner of every result; ``told`` says what
    was done, with the way back."""

    def __init__(self, context: Context, screen: QWidget, told: NoticeBar) -> None:
        self._context, self._screen, self._told = context, screen, told
        self._corrections = context.app.corrections

    def rename(self, gallery: GallerySummary, person: PersonRow) -> None:
        dialog = NameDialog(person.display_name, self._screen)

        def act() -> None:
            name = dialog.name.text()
            done = tr("{} is called {} now.").format(person.display_name, name.strip())
            job = partial(self._corrections.rename, self._context.operator, person.id, name)
            dialog.accept()
            self._act(gallery, job, done)

        dialog.submitted.connect(act)
        dialog.open()

    def move(self, gallery: GallerySummary, person: PersonRow, picture: ReferenceRow) -> None:
        def chosen(to: Chosen) -> None:
            operator, ids = self._context.operator, [picture.id]
            job: Callable[[], object]
            if isinstance(to, str):
                name, job = to, partial(self._corrections.move_to_new, operator, ids, to)
                concerned = [person.id]
            else:
                name = to.display_name
                job = partial(self._corrections.move, operator, ids, to.id)
                concerned = [person.id, to.id]
            file = texts.file_name(picture.source_path)
            done = tr("{} is a picture of {} now.").format(file, name)
            title = tr("Move the picture to {}?").format(name)
            self._ask(gallery, concerned, title, "", tr("Move"), job, done)

        self._choose(gallery, person, tr("Whose picture is it?"), tr("Move"), chosen, new=True)

    def merge(self, gallery: GallerySummary, person: PersonRow) -> None:
        def chosen(into: Chosen) -> None:
            assert isinstance(into, PersonRow)
            text = tr(
                "All {} of {} become pictures of {}, and {} is no longer in the list. What was "
                "concluded on either is heard on both."
            ).format(
                texts.references(person.references), person.display_name, into.display_name,
                person.display_name,
            )  # fmt: skip
            job = partial(self._corrections.merge, self._context.operator, into.id, [person.id])
            done = tr("{} was merged into {}.").format(person.display_name, into.display_name)
            title = tr("Merge {} into {}?").format(person.display_name, into.display_name)
            both = [person.id, into.id]
            self._ask(gallery, both, title, text, tr("Merge"), job, done, always=True)

        title = tr("Merge {} into whom?").format(person.display_name)
        self._choose(gallery, person, title, tr("Go on"), chosen, new=False)

    def remove_picture(
        self, gallery: GallerySummary, person: PersonRow, picture: ReferenceRow
    ) -> None:
        file = texts.file_name(picture.source_path)
        text = ""
        if person.references == 1:
            text = tr("It is the only picture of {}, who is not in the list without one.").format(
                person.display_name
            )
        self._ask(
            gallery, [person.id], tr("Remove {}?").format(file), text, tr("Remove picture"),
            partial(self._corrections.remove_picture, self._context.operator, picture.id),
            tr("{} was removed.").format(file),
        )  # fmt: skip

    def undo(self, gallery: GallerySummary) -> None:
        job = partial(self._corrections.undo, self._context.operator, gallery.id)
        self._run(job, lambda _: self._changed())

    def _choose(
        self,
        gallery: GallerySummary,
        person: PersonRow,
        title: str,
        action: str,
        then: Callable[[Chosen], None],
        *,
        new: bool,
    ) -> None:
        def ask(people: list[PersonRow]) -> None:
            others = [other for other in people if other.id != person.id]
            dialog = PersonDialog(title, action, others, self._screen, new=new)

            def submit() -> None:
                to = dialog.chosen
                dialog.accept()
                if to is not None:
                    then(to)

            dialog.submitted.connect(submit)
            dialog.open()

        self._run(partial(self._context.app.galleries.persons, gallery.id), ask)

    def _ask(
        self,
        gallery: GallerySummary,
        concerned: Iterable[int],
        title: str,
        text: str,
        action: str,
        job: Callable[[], object],
        done: str,
        *,
        always: bool = False,
    ) -> None:
        """Where nothing follows from it in an open case, and there is nothing to say, act at
        once: it can be undone."""

        def known(uses: list[OpenUse]) -> None:
            act = partial(self._act, gallery, job, done)
            if not (uses or text or always):
                act()
                return
            lines = [text] if text else []
            if cases := list(dict.fromkeys(use.case for use in uses)):
                told = tr(
                    "Candidate in open cases: {}. Opinions stay with the picture and the person "
                    "that they were given on."
                )
                lines.append(told.format(listed(cases)))
            confirm(self._screen, title, "\n\n".join(lines), action, act)

        self._run(partial(self._corrections.open_uses, concerned), known)

    def _act(self, gallery: GallerySummary, job: Callable[[], object], done: str) -> None:
        def acted(_: object) -> None:
            self._told.tell(done, "success", tr("Undo"), partial(self.undo, gallery), stay=True)
            self._changed()

        self._run(job, acted)

    def _run(self, job: Callable[[], object], done: Callable[..., None]) -> None:
        self._context.bridge.run(self._context.app.lanes.storage, job, done, owner=self._screen)

    def _changed(self) -> None:
        self._context.changed.galleries_changed.emit()
