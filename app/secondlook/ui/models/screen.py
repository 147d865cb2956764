"""The screen "models": what is installed and in use left, one model right."""

from functools import partial
from pathlib import Path

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QGridLayout,
    QListWidgetItem,
    QWidget,
)

from secondlook.domain.errors import SecondLookError
from secondlook.ui.approval.dialog import ApproveDialog
from secondlook.ui.context import Context
from secondlook.ui.models import actions, texts
from secondlook.ui.models.actions import Situation
from secondlook.ui.models.fetching import Fetching
from secondlook.ui.models.first import ModelsDialog
from secondlook.ui.models.view import ModelEntry, ModelView, accessible
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.labels import ErrorText, Muted
from secondlook.ui.widgets.reading import ReadingScreen
from secondlook.vision.cards import ModelCard, Task
from secondlook.vision.models import Pair

NAME = Qt.ItemDataRole.UserRole
TASKS = (Task.RECOGNISER, Task.DETECTOR, Task.QUALITY)


class ModelsScreen(ReadingScreen):
    """Keeps the model that is shown while the list is read again."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        hint = self.tr("Looking at the files…")
        super().__init__(self.tr("Models"), hint, self.tr("Model"), parent)
        self._context = context
        self._fetching = Fetching.of(context)
        self._may = actions.may_choose(context.operator)
        self.situation: Situation | None = None
        self.dialog: ApproveDialog | None = None
        self.list.currentItemChanged.connect(self._show)
        self.error = ErrorText()
        self.pair = Button(self.tr("Choose a pair…"))
        self.file = Button(self.tr("Choose a file…"))
        self.folder = Button(self.tr("Add a folder…"))
        self.again = Button(self.tr("Verify again"))
        self._connect()
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()

    def refresh(self) -> None:
        app = self._context.app
        self._context.bridge.run(
            app.lanes.io, lambda: actions.read(app), self._read, owner=self, key="read"
        )

    def select(self, name: str) -> None:
        for row in range(self.list.count()):
            if self.list.item(row).data(NAME) == name:
                self.list.setCurrentRow(row)

    def _read(self, situation: Situation) -> None:
        self.situation = situation
        overview = situation.overview
        item = self.list.currentItem()
        shown = item.data(NAME) if item else None
        if shown is None and overview.pair:
            shown = overview.pair.recogniser.name
        if overview.named:
            self.hint.setText(
                self.tr("This start names models on the command line; they win over the choice.")
            )
        elif overview.chosen:
            self.hint.setText(self.tr("What is in use was chosen."))
        else:
            self.hint.setText(self.tr("Nobody has chosen: the best that is here is used."))
        self._fill(situation)
        self.select(shown or overview.statuses[0].card.name)
        if self.list.currentRow() < 0:
            self.select(overview.statuses[0].card.name)

    def _fill(self, situation: Situation) -> None:
        self.list.blockSignals(True)
        self.list.clear()
        self.list.blockSignals(False)
        overview = situation.overview
        for task in TASKS:
            statuses = [s for s in overview.statuses if s.card.task is task]
            if statuses:
                self._add_header(task)
            for status in statuses:
                used = overview.uses(status.card.name)
                item = QListWidgetItem()
                item.setSizeHint(QSize(0, 54))
                item.setData(NAME, status.card.name)
                trust = overview.trusted[status.card.name].trust
                text = accessible(status, trust, used=used)
                item.setData(Qt.ItemDataRole.AccessibleTextRole, text)
                self.list.addItem(item)
                self.list.setItemWidget(item, ModelEntry(status, trust, used=used))

    def _add_header(self, task: Task) -> None:
        item = QListWidgetItem()
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        item.setSizeHint(QSize(0, 32))
        self.list.addItem(item)
        title = Muted(self._heading(task), wrap=False)
        title.setContentsMargins(SPACE[1], SPACE[1], 0, 0)
        self.list.setItemWidget(item, title)

    def _heading(self, task: Task) -> str:
        return {
            Task.RECOGNISER: self.tr("Recognisers compare faces"),
            Task.DETECTOR: self.tr("Detectors find faces"),
        }.get(task, self.tr("Quality"))

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is None or self.situation is None:
            return
        status = self.situation.overview.status(item.data(NAME))
        operator = self._context.operator
        view = ModelView(status, self.situation, self._fetching, operator, may=self._may)
        view.approve_wanted.connect(partial(self.approve, status.card))
        view.use_wanted.connect(partial(self.use, status.card))
        view.fetch_wanted.connect(lambda: self._fetching.start([status.card.name]))
        self.area.setWidget(view)

    # Acts

    def use(self, card: ModelCard) -> None:
        """With the other half of the pair as it is."""
        assert self.situation is not None
        found = actions.completed([card], self.situation.overview)
        if isinstance(found, Pair):
            self._choose(found)
            return
        text = self.tr("{} needs a {}, and none is installed. Fetch one, or choose its file.")
        self.error.tell(text.format(card.title, found.value))

    def _choose(self, pair: Pair) -> None:
        self.error.tell("")
        actions.choose(self._context, pair, self, lambda: None, self._refused, owner=self)

    def approve(self, card: ModelCard) -> None:
        """One of the two approvals that a model needs which does not ship."""
        models, operator = self._context.app.model_choice, self._context.operator
        dialog = ApproveDialog(
            self._context,
            self.tr("Approve {}?").format(card.title),
            self.tr(
                "From then on acceptances may rest on this file with this card, its reference "
                "curve and its status: {}. Approve only what was measured on people like those "
                "that you compare."
            ).format(card.status),
            lambda reason: models.approve(operator, card.name, reason),
            self,
        )
        dialog.approved.connect(lambda _: self.refresh())
        self.dialog = dialog
        dialog.open()

    def install(self, files: list[Path]) -> None:
        self.error.tell("")
        actions.install(self._context, files, self._installed, self._refused, owner=self)

    def _installed(self, cards: list[ModelCard]) -> None:
        names = texts.listed([card.title for card in cards])
        self._context.notify(self.tr("Installed: {}.").format(names), "success")
        self.select(cards[-1].name)

    def _refused(self, error: SecondLookError) -> None:
        self.error.tell(str(error))

    def open_dialog(self) -> ModelsDialog | None:
        if self.situation is None:
            return None
        dialog = ModelsDialog(self._context, self.situation, self, first=False)
        dialog.open()
        return dialog

    def _connect(self) -> None:
        self.pair.clicked.connect(self.open_dialog)
        self.file.clicked.connect(lambda: actions.pick_files(self, self.install))
        self.folder.clicked.connect(lambda: actions.pick_folder(self._context, self))
        self.again.clicked.connect(lambda: actions.verify(self._context, self))
        for button in (self.pair, self.file, self.folder):
            button.setEnabled(self._may)
            if not self._may:
                button.setToolTip(self.tr("An administrator chooses and fetches models."))
        self._context.changed.models_changed.connect(self._changed_elsewhere)

    def _changed_elsewhere(self) -> None:
        if self.isVisible():
            self.refresh()

    def _arrange(self) -> None:
        self.error.setFixedWidth(self.hint.width())
        self.left.insertWidget(2, self.error)
        buttons = QGridLayout()
        buttons.setSpacing(SPACE[1])
        for place, button in enumerate((self.pair, self.file, self.folder, self.again)):
            buttons.addWidget(button, place // 2, place % 2)
        self.left.addLayout(buttons)
