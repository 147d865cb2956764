"""The four steps of a case across the top: where you are, what is done, what is locked and why."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from secondlook.ui.case.flow import Step, StepInfo, StepState
from secondlook.ui.case.texts import tr
from secondlook.ui.theme import ICON, SPACE, Role, Theme

TITLES = {
    Step.PROBE: "Probe",
    Step.CANDIDATES: "Candidates",
    Step.EXAMINATION: "Examination",
    Step.DECISION: "Decision",
}
assert set(TITLES) == set(Step)


class StepBar(QWidget):
    """Emits ``wanted`` for a step that may be entered; Alt+1 to Alt+4 work in the whole window."""

    wanted = Signal(int)
    refused = Signal(str)
    """Why the step that was asked for is locked."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._infos = dict.fromkeys(Step, StepInfo(StepState.LOCKED))
        self._current = Step.PROBE
        self._buttons: dict[Step, QToolButton] = {}
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for step in Step:
            if step is not Step.PROBE:
                arrow = QLabel("›")
                arrow.setProperty("kind", "muted")
                row.addWidget(arrow)
            row.addWidget(self._button(step))
            shortcut = QShortcut(QKeySequence(f"Alt+{step + 1}"), self)
            shortcut.activated.connect(lambda step=step: self._ask(step))
        row.addStretch(1)
        theme.changed.connect(self._refresh)
        self._refresh()

    def show_steps(self, infos: dict[Step, StepInfo], current: Step) -> None:
        self._infos, self._current = infos, current
        self._refresh()

    def info(self, step: Step) -> StepInfo:
        return self._infos[step]

    def _button(self, step: Step) -> QToolButton:
        button = QToolButton()
        button.setProperty("kind", "rail")
        button.setCheckable(True)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setMinimumHeight(34)
        button.clicked.connect(lambda: self._ask(step))
        self._buttons[step] = button
        return button

    def _ask(self, step: Step) -> None:
        """A locked step is not a dead button: it says what it waits for."""
        self._buttons[step].setChecked(step is self._current)
        info = self._infos[step]
        if info.state is StepState.LOCKED:
            self.refused.emit(info.why)
        else:
            self.wanted.emit(int(step))

    def _refresh(self) -> None:
        for step, button in self._buttons.items():
            info, current = self._infos[step], step is self._current
            locked = info.state is StepState.LOCKED
            button.setChecked(current)
            button.setText(f"{step + 1}  {tr(TITLES[step])}")
            done = info.state is StepState.DONE
            name = "check" if done else "lock" if locked else ""
            role = Role.SUCCESS if done else Role.MUTED
            button.setIcon(self._theme.icon(name, role, ICON, gap=SPACE[1]) if name else QIcon())
            button.setIconSize(QSize(ICON + SPACE[1], ICON) if name else QSize())
            key = tr("Alt+{n}").format(n=step + 1)
            button.setToolTip(f"{info.why} ({key})" if info.why else key)
            state = tr("current step") if current else tr(info.state.value)
            button.setAccessibleName(f"{tr(TITLES[step])}, {state}")
            button.setAccessibleDescription(info.why)
            button.setProperty("locked", locked)
            ink = self._theme.color(Role.MUTED if locked else Role.ACCENT if current else Role.TEXT)
            button.setStyleSheet(f"color: {ink.name()};")
