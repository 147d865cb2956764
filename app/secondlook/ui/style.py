"""The style sheet: Fusion's widgets in the tokens of the theme.

Widgets choose a look with dynamic properties: ``kind`` (what it is) and ``tone`` (what it says).
"""

from string import Template

_SHEET = Template(
    """
QToolTip { background: $raised; color: $text; border: 1px solid $border; padding: 6px 8px; }

QLabel { background: transparent; }
QLabel[kind="title"] { font-size: 16pt; font-weight: 600; }
QLabel[kind="heading"] { font-size: 13pt; font-weight: 600; }
QLabel[kind="subheading"] { font-size: 10pt; font-weight: 600; }
QLabel[kind="muted"] { color: $muted; font-size: 9pt; }
QLabel[kind="small"] { font-size: 9pt; }
QLabel[kind="figure"] { font-size: 16pt; font-weight: 600; }
QLabel[kind="error"] { color: $danger; }
QLabel[kind="pill"] {
    font-size: 9pt; font-weight: 600; border-radius: 9px; padding: 2px 8px;
    background: $raised; color: $muted; border: 1px solid $border;
}
QLabel[kind="pill"][tone="info"] {
    background: $accent_soft; color: $accent; border-color: $accent_soft;
}
QLabel[kind="pill"][tone="success"] {
    background: $success_soft; color: $success; border-color: $success_soft;
}
QLabel[kind="pill"][tone="warning"] {
    background: $warning_soft; color: $warning; border-color: $warning_soft;
}
QLabel[kind="pill"][tone="error"] {
    background: $danger_soft; color: $danger; border-color: $danger_soft;
}

QLabel[kind="key"] {
    font-size: 9pt; border-radius: 4px; padding: 2px 8px;
    background: $raised; border: 1px solid $border; border-bottom-width: 2px;
}

QFrame[kind="card"] { background: $surface; border: 1px solid $border; border-radius: 8px; }
QFrame[kind="card"][selected="true"] { border: 2px solid $accent; }
QFrame[kind="rail"] { background: $surface; border: none; border-right: 1px solid $border; }
QFrame[kind="status"] { background: $surface; border: none; border-top: 1px solid $border; }
QFrame[kind="line"] { background: $border; border: none; max-height: 1px; min-height: 1px; }
QFrame[kind="viewer"] { background: $viewer; border: none; }
QFrame[kind="notice"] { border: 1px solid $border; border-radius: 6px; background: $raised; }
QFrame[kind="notice"][place="top"] { margin-top: 12px; }
QFrame[kind="notice"][tone="info"] { background: $accent_soft; border-color: $accent; }
QFrame[kind="notice"][tone="success"] { background: $success_soft; border-color: $success; }
QFrame[kind="notice"][tone="warning"] { background: $warning_soft; border-color: $warning; }
QFrame[kind="notice"][tone="error"] { background: $danger_soft; border-color: $danger; }

QPushButton, QToolButton {
    background: $surface; color: $text; border: 1px solid $border; border-radius: 6px;
    padding: 4px 12px; min-height: 20px;
}
QToolButton { padding: 4px 8px; }
QPushButton[menu="true"] { padding-right: 26px; }
QToolButton::menu-indicator, QPushButton::menu-indicator {
    image: url($image_down); width: 12px; height: 12px;
    subcontrol-origin: padding; subcontrol-position: center right; right: 6px;
}
QPushButton:hover, QToolButton:hover { background: $raised; border-color: $muted; }
QPushButton:pressed, QToolButton:pressed { background: $accent_soft; }
QPushButton:checked, QToolButton:checked {
    background: $accent_soft; color: $accent; border-color: $accent;
}
QPushButton:disabled, QToolButton:disabled {
    color: $muted; background: $window; border-color: $border;
}
QPushButton:focus, QToolButton:focus { border: 2px solid $accent; padding: 3px 11px; }
QPushButton[menu="true"]:focus { padding-right: 25px; }
QToolButton:focus { padding: 3px 7px; }
QPushButton[kind="primary"] {
    background: $accent; color: $on_accent; border-color: $accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover { border-color: $text; background: $accent; }
QPushButton[kind="primary"]:focus { border: 2px solid $text; }
QPushButton[kind="primary"]:disabled {
    background: $border; color: $muted; border-color: $border;
}
QPushButton[kind="danger"] { color: $danger; border-color: $danger; font-weight: 600; }
QPushButton[kind="danger"]:hover { background: $danger_soft; }
QPushButton[kind="danger"]:focus { border: 2px solid $danger; }
QPushButton[kind="danger"]:disabled { color: $muted; border-color: $border; }
QPushButton[kind="quiet"], QToolButton[kind="quiet"] {
    background: transparent; border-color: transparent;
}
QPushButton[kind="quiet"]:hover, QToolButton[kind="quiet"]:hover { background: $accent_soft; }
QPushButton[kind="quiet"]:focus, QToolButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[kind="link"] {
    background: transparent; border-color: transparent; color: $accent; padding: 2px 4px;
}
QPushButton[kind="link"]:hover { text-decoration: underline; }
QPushButton[kind="link"]:focus { border: 2px solid $accent; padding: 1px 3px; }
QToolButton[kind="rail"] {
    background: transparent; border: 2px solid transparent; border-radius: 6px;
    padding: 6px 10px; text-align: left; font-weight: 500;
}
QToolButton[kind="rail"][compact="true"] { padding: 6px 0; font-size: 9pt; }
QToolButton[kind="rail"][compact="true"]::menu-indicator { image: none; }
QToolButton[kind="rail"]:hover { background: $raised; }
QToolButton[kind="rail"]:checked { background: $accent_soft; color: $accent; font-weight: 600; }
QToolButton[kind="rail"]:focus { border-color: $accent; padding: 6px 10px; }
QToolButton[kind="rail"][compact="true"]:focus { padding: 6px 0; }

QLineEdit, QPlainTextEdit, QTextEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit {
    background: $surface; color: $text; border: 1px solid $border; border-radius: 6px;
    padding: 4px 8px; selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox, QDateEdit { min-height: 20px; }
QLineEdit:hover, QPlainTextEdit:hover, QTextEdit:hover, QComboBox:hover { border-color: $muted; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus, QComboBox:focus, QSpinBox:focus,
QDoubleSpinBox:focus, QDateEdit:focus { border: 2px solid $accent; padding: 3px 7px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QTextEdit:disabled, QComboBox:disabled {
    background: $window; color: $muted;
}
QLineEdit:read-only, QPlainTextEdit:read-only, QTextEdit:read-only { background: $raised; }
QTextEdit[kind="page"]:read-only { background: $surface; border: none; padding: 0; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"], QComboBox[invalid="true"] {
    border-color: $danger;
}
QLineEdit[invalid="true"]:focus, QPlainTextEdit[invalid="true"]:focus {
    border: 2px solid $danger;
}
QLineEdit > QToolButton, QLineEdit > QToolButton:hover, QLineEdit > QToolButton:pressed,
QLineEdit > QToolButton:disabled {
    background: transparent; border: none; padding: 0; min-height: 0;
}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button,
QDoubleSpinBox::down-button { width: 0; border: none; }
QComboBox { combobox-popup: 0; }  /* a styled Fusion list hides some of its rows otherwise */
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: url($image_down); width: 14px; height: 14px; }
QComboBox QAbstractItemView {
    background: $surface; border: 1px solid $border; outline: none;
    selection-background-color: $accent_soft; selection-color: $text;
}

QCheckBox, QRadioButton { spacing: 8px; min-height: 24px; border: 2px solid transparent;
    border-radius: 6px; padding: 0 2px; }
QCheckBox:focus, QRadioButton:focus { border-color: $accent; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 16px; height: 16px; border: 1px solid $muted; background: $surface;
}
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked {
    background: $accent; border-color: $accent; image: url($image_check);
}
QRadioButton::indicator:checked {
    border-color: $accent;
    background: qradialgradient(cx:0.5, cy:0.5, radius:0.5, fx:0.5, fy:0.5,
        stop:0 $accent, stop:0.5 $accent, stop:0.56 $surface, stop:1 $surface);
}
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $border; }
QCheckBox:disabled, QRadioButton:disabled { color: $muted; }

QAbstractItemView { outline: none; }
QListView, QTableView, QTreeView {
    background: $surface; alternate-background-color: $raised; color: $text;
    border: 1px solid $border; border-radius: 6px; gridline-color: $border;
    selection-background-color: $accent_soft; selection-color: $text;
}
QListView:focus, QTableView:focus, QTreeView:focus { border: 2px solid $accent; }
QListView[kind="plain"], QTableView[kind="plain"], QTreeView[kind="plain"] {
    border: none; background: transparent;
}
QListView::item, QTableView::item, QTreeView::item { padding: 4px 8px; border: none; }
QListView::item { border-radius: 6px; }
QListView::item:hover, QTableView::item:hover, QTreeView::item:hover { background: $raised; }
QListView::item:selected, QTableView::item:selected, QTreeView::item:selected {
    background: $accent_soft; color: $text;
}
QHeaderView { background: $raised; border: none; }
QHeaderView::section {
    background: $raised; color: $muted; font-size: 9pt; font-weight: 600;
    border: none; border-bottom: 1px solid $border; padding: 6px 10px;
}
QTableCornerButton::section { background: $raised; border: none; }

QTabWidget::pane { border: none; border-top: 1px solid $border; }
QTabBar { qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $muted; padding: 8px 14px;
    border: none; border-bottom: 2px solid transparent;
}
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $accent; border-bottom-color: $accent; font-weight: 600; }
QTabBar::tab:disabled { color: $border; }

QProgressBar {
    background: $border; border: none; border-radius: 4px; min-height: 8px; max-height: 8px;
    color: transparent;
}
QProgressBar::chunk { background: $accent; border-radius: 4px; }
QProgressBar[tone="success"]::chunk { background: $success; }
QProgressBar[tone="warning"]::chunk { background: $warning; }
QProgressBar[tone="error"]::chunk { background: $danger; }

QScrollArea { background: transparent; border: none; }
QScrollArea[kind="reading"] { border: 2px solid transparent; border-radius: 6px; }
QScrollArea[kind="reading"]:focus { border-color: $accent; }
QScrollArea > QWidget > QWidget[kind="page"] { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollArea > QWidget > QScrollBar:vertical { width: 16px; }
QScrollBar::handle { background: $border; border-radius: 4px; margin: 2px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::handle:disabled { background: transparent; }
QScrollArea > QWidget > QScrollBar::handle:vertical { margin: 2px 2px 2px 6px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QSplitter::handle { background: transparent; }
QSplitter::handle:hover { background: $accent_soft; }

QMenu { background: $surface; border: 1px solid $border; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $accent_soft; color: $text; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $border; margin: 4px 8px; }
QMenu::icon { padding-left: 8px; }

QSlider::groove:horizontal { height: 4px; background: $border; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal {
    width: 16px; height: 16px; margin: -6px 0; border-radius: 8px;
    background: $surface; border: 2px solid $accent;
}
QSlider::handle:horizontal:focus { background: $accent; }
"""
)


def style_sheet(tokens: dict[str, str]) -> str:
    """The sheet with the colours and image files of one theme. Raises ``KeyError`` for a gap."""
    return _SHEET.substitute(tokens)
