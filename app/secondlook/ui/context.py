"""What every screen is given: the services, the bridge, the theme and who is signed in."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from PySide6.QtCore import QObject, Signal

from secondlook.domain.records import Operator
from secondlook.ui.bridge import Bridge
from secondlook.ui.theme import Theme
from secondlook.ui.widgets.thumbs import ThumbnailLoader

if TYPE_CHECKING:
    from secondlook.services.application import Application

NoticeKind = Literal["info", "success", "warning", "error"]
Place = Literal[
    "cases",
    "case",
    "galleries",
    "gallery",
    "gallery-check",
    "policies",
    "rehearsal",
    "audit",
    "models",
    "sign-in",
]


class Signals(QObject):
    """What changed, and what the window is asked for. The only thing that screens share."""

    galleries_changed = Signal()
    models_changed = Signal()
    """Another choice, another file, or another state of one."""
    cases_changed = Signal()
    idle_minutes_changed = Signal(int)
    case_changed = Signal(int)
    """The id of the case."""
    noticed = Signal(str, str)
    """Message and kind, for the notice bar."""
    navigated = Signal(str, tuple)
    """Place and its arguments."""


@dataclass(frozen=True, eq=False)
class Context:
    """Handed to every screen; made anew when another person signs in."""

    app: "Application"
    operator: Operator
    theme: Theme
    bridge: Bridge = field(default_factory=Bridge)
    changed: Signals = field(default_factory=Signals)
    thumbnails: ThumbnailLoader = field(init=False)

    def __post_init__(self) -> None:
        loader = ThumbnailLoader(lambda: self.app.lanes.io, self.bridge)
        object.__setattr__(self, "thumbnails", loader)
        self.bridge.complained.connect(lambda text: self.notify(text, "error"))

    def notify(self, message: str, kind: NoticeKind = "info") -> None:
        """Say something in the window's notice bar. Call on the UI thread."""
        self.changed.noticed.emit(message, kind)

    def navigate(self, place: Place, *args: Any) -> None:
        """Go to a place: "case" takes the case's id, "gallery" and "gallery-check" the
        gallery's."""
        self.changed.navigated.emit(place, args)

    def close(self) -> None:
        """The person signed out: nothing of theirs arrives or is kept any more."""
        self.bridge.close()
        self.thumbnails.clear()
