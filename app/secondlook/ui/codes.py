"""Codes that are shown once: for the holder of a new account, and to be locked away."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from secondlook.services.accounts import Issued
from secondlook.ui.context import Context
from secondlook.ui.sign_in import password_field
from secondlook.ui.theme import SPACE
from secondlook.ui.widgets.buttons import Button
from secondlook.ui.widgets.dialogs import FormDialog
from secondlook.ui.widgets.labels import Heading, Text


class CodeDialog(QDialog):
    """The code in large letters, to read out, copy or write down. It is nowhere else."""

    def __init__(self, issued: Issued, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("One-time code"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.code = Text(issued.code)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPointSizeF(font.pointSizeF() * 1.6)
        self.code.setFont(font)
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.code.setAccessibleName(self.tr("Code"))
        self.done_button = Button(self.tr("Written down"), "primary")
        self.done_button.clicked.connect(self.accept)
        self._arrange(issued)

    def _arrange(self, issued: Issued) -> None:
        name = issued.operator.display_name
        if issued.expires:
            title = self.tr("Code for {}").format(name)
            text = self.tr(
                "Give it to {name} and to nobody else, best in person. At the sign-in they choose "
                "“I have a code” and then a password of their own. It works once, until {day}."
            ).format(name=name, day=issued.expires.astimezone().strftime("%Y-%m-%d %H:%M"))
        else:
            title = self.tr("Recovery code of {}").format(name)
            text = self.tr(
                "Whoever has it can choose another password for this account. Write it on paper "
                "and lock it away; it works once, and any earlier one is void."
            )
        foot = QHBoxLayout()
        foot.addWidget(Text(self.tr("It is not shown again.")), 1)
        foot.addWidget(self.done_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE[4], SPACE[4], SPACE[4], SPACE[3])
        column.setSpacing(SPACE[2])
        column.addWidget(Heading(title, wrap=True))
        column.addWidget(Text(text, wrap=True))
        column.addSpacing(SPACE[1])
        column.addWidget(self.code)
        column.addSpacing(SPACE[1])
        column.addLayout(foot)
        self.setMinimumWidth(480)


class RecoveryForm(FormDialog):
    """Asks for the password, since the code is as good as one; then shows the code."""

    def __init__(self, context: Context, parent: QWidget | None = None) -> None:
        super().__init__(
            self.tr("Make a recovery code"),
            self.tr(
                "If you are the only administrator, nobody can help you once your password is "
                "forgotten: only such a code can."
            ),
            self.tr("Make the code"),
            parent,
        )
        self._context = context
        self.password = password_field(self.tr("Your password"))
        self.add_field(self.tr("Your password"), self.password)
        self.submitted.connect(self._make)

    def _make(self) -> None:
        self.set_busy(True, self.tr("Making…"))
        context, password = self._context, self.password.text()
        context.bridge.run(
            context.app.lanes.io,
            lambda: context.app.accounts.new_recovery_code(context.operator, password),
            self._made,
            self.tell,
            owner=self,
        )

    def _made(self, issued: Issued) -> None:
        CodeDialog(issued, self.parentWidget()).open()
        self.accept()
