"""The tools under the two panes. They know the stage only to show it."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QSlider, QToolButton, QWidget

from secondlook.ui.examination.geometry import TONE_STEPS, Adjustments, Stage
from secondlook.ui.theme import ICON, Role, Theme

TURN = 45
"""Degrees to either side on the rotation slider."""


class Tool(QToolButton):
    """A small button with an icon; the tooltip names its key."""

    def __init__(self, icon: str, text: str, key: str = "", *, label: str = "") -> None:
        super().__init__()
        self._icon = icon
        self.setAccessibleName(text)
        self.setToolTip(f"{text} ({key})" if key else text)
        self.setText(label)
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if label else style.ToolButtonIconOnly
        )
        self.setIconSize(QSize(ICON, ICON))
        self.setMinimumSize(32, 30)
        self._draw()
        Theme.current().changed.connect(self._draw)

    def set_icon(self, name: str) -> None:
        self._icon = name
        self._draw()

    def _draw(self) -> None:
        self.setIcon(Theme.current().icon(self._icon, Role.TEXT, ICON))


class ViewBar(QWidget):
    """Fit, original pixels, zoom, lock, and the door to the adjustments."""

    def __init__(self) -> None:
        super().__init__()
        self.fit = Tool("fit", self.tr("Fit the whole head"), "Z")
        self.original = Tool("", self.tr("Original pixels"), "O", label="1:1")
        self.original.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self.further = Tool("zoom-out", self.tr("Zoom out"), "−")
        self.closer = Tool("zoom-in", self.tr("Zoom in"), "+")
        self.lock = Tool("lock", self.tr("Move both together"), "L", label=" ")
        self.lock.setCheckable(True)
        self.realign = Tool("eye", self.tr("Put eyes on eyes again"), label=self.tr("Realign"))
        self.adjust = Tool(
            "contrast",
            self.tr("Rotation, brightness and contrast, the same on both sides"),
            label=self.tr("Adjust"),
        )
        self.adjust.setCheckable(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        for tool in (self.fit, self.original, self.further, self.closer):
            row.addWidget(tool)
        row.addSpacing(8)
        row.addWidget(self.lock)
        row.addWidget(self.realign)
        row.addStretch(1)
        row.addWidget(self.adjust)

    def show_stage(self, stage: Stage) -> None:
        self.lock.setChecked(stage.locked)
        self.lock.set_icon("lock" if stage.locked else "unlock")
        self.lock.setText(self.tr("Locked") if stage.locked else self.tr("Unlocked"))
        self.realign.setVisible(not stage.aligned)
        changed = stage.adjustments != Adjustments()
        self.adjust.setText(self.tr("Adjusted") if changed else self.tr("Adjust"))


class AdjustmentBar(QWidget):
    """Three sliders that turn and tone both pictures alike, and a way back."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._rotation = _slider(TURN, self.tr("Rotation, degrees"))
        self._brightness = _slider(TONE_STEPS, self.tr("Brightness"))
        self._contrast = _slider(TONE_STEPS, self.tr("Contrast"))
        self._values = tuple(QLabel() for _ in range(3))
        self.reset = Tool("retry", self.tr("Show both as they are"), label=self.tr("Reset"))
        self.reset.clicked.connect(self._reset)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        names = (self.tr("Rotate"), self.tr("Brightness"), self.tr("Contrast"))
        for name, slider, value in zip(names, self._sliders, self._values, strict=True):
            label = QLabel(name)
            label.setBuddy(slider)
            value.setProperty("kind", "muted")
            value.setFixedWidth(30)
            row.addWidget(label)
            row.addWidget(slider, 1)
            row.addWidget(value)
            slider.valueChanged.connect(self._moved)
        row.addWidget(self.reset)

    @property
    def _sliders(self) -> tuple[QSlider, QSlider, QSlider]:
        return self._rotation, self._brightness, self._contrast

    @property
    def adjustments(self) -> Adjustments:
        return Adjustments(
            float(self._rotation.value()),
            self._brightness.value() / TONE_STEPS,
            self._contrast.value() / TONE_STEPS,
        )

    def show_adjustments(self, shown: Adjustments) -> None:
        positions = (
            round(shown.rotation),
            round(shown.brightness * TONE_STEPS),
            round(shown.contrast * TONE_STEPS),
        )
        for slider, position in zip(self._sliders, positions, strict=True):
            slider.blockSignals(True)
            slider.setValue(position)
            slider.blockSignals(False)
        self._name_values()

    def _name_values(self) -> None:
        for slider, value, unit in zip(self._sliders, self._values, ("°", "", ""), strict=True):
            value.setText(f"{slider.value():+d}{unit}" if slider.value() else f"0{unit}")
        self.reset.setEnabled(self.adjustments != Adjustments())

    def _moved(self) -> None:
        self._name_values()
        self.changed.emit()

    def _reset(self) -> None:
        self.show_adjustments(Adjustments())
        self.changed.emit()


def _slider(reach: int, name: str) -> QSlider:
    slider = QSlider(Qt.Orientation.Horizontal)
    slider.setRange(-reach, reach)
    slider.setAccessibleName(name)
    slider.setMinimumWidth(40)
    slider.setMinimumHeight(28)
    return slider
