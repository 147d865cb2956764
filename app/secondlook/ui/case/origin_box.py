"""The declaration of where a probe comes from."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from secondlook.domain.policy import Policy
from secondlook.domain.review import ORIGIN_LABELS, ProbeOrigin
from secondlook.ui.case.texts import short_title
from secondlook.ui.theme import SPACE, Role, Theme
from secondlook.ui.widgets.labels import IconLabel

OFFERED = tuple(origin for origin in ProbeOrigin if origin is not ProbeOrigin.UNDECLARED)


class OriginBox(QWidget):
    """All origins; those the policy blocks say so before they are chosen, and after."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._policy: Policy | None = None
        self.box = QComboBox()
        self.box.setAccessibleName(self.tr("Origin of the probe"))
        self.box.setPlaceholderText(self.tr("Where does it come from?"))
        self.box.setMinimumContentsLength(16)
        self.warning = IconLabel("lock", "", Role.DANGER, wrap=True)
        self.warning.label.setProperty("kind", "error")
        self.warning.hide()
        self.box.currentIndexChanged.connect(self._warn)
        self.box.activated.connect(lambda _: self.changed.emit())
        self.setFocusProxy(self.box)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE[0])
        column.addWidget(self.box)
        column.addWidget(self.warning)

    @property
    def origin(self) -> ProbeOrigin:
        chosen = self.box.currentData()
        return ProbeOrigin(chosen) if chosen else ProbeOrigin.UNDECLARED

    def choose(self, origin: ProbeOrigin) -> None:
        """As if the person had chosen it."""
        self.box.setCurrentIndex(self.box.findData(origin.value))
        self.changed.emit()

    def show_origin(self, policy: Policy, origin: ProbeOrigin) -> None:
        self._policy = policy
        theme = Theme.current()
        self.box.clear()
        # What is permitted comes first: the list reads as an order of use, not of the enum.
        order = sorted(OFFERED, key=lambda o: o in policy.blocked_origins)
        for one in order:
            blocked = one in policy.blocked_origins
            label = ORIGIN_LABELS[one]
            icon = theme.icon("lock", Role.DANGER) if blocked else theme.icon("face", Role.MUTED)
            text = self.tr("{origin} · blocked").format(origin=label) if blocked else label
            self.box.addItem(icon, text, one.value)
            if blocked:
                tip = self.tr("{policy} accepts nothing found with it.")
                self.box.setItemData(
                    self.box.count() - 1,
                    tip.format(policy=short_title(policy)),
                    Qt.ItemDataRole.ToolTipRole,
                )
        self.box.setCurrentIndex(self.box.findData(origin.value))
        self._warn()

    def _warn(self) -> None:
        blocked = self._policy is not None and (
            self.box.currentIndex() >= 0 and self.origin in self._policy.blocked_origins
        )
        if blocked and self._policy:
            self.warning.label.setText(
                self.tr(
                    "{policy} blocks this origin: a search is recorded, "
                    "and nothing it finds can be accepted."
                ).format(policy=short_title(self._policy))
            )
        self.warning.setVisible(blocked)
