"""Originals for the panes: decoded off the UI thread, and kept while there is room."""

from collections import OrderedDict
from collections.abc import Callable

from PySide6.QtCore import QObject

from secondlook.domain.errors import SecondLookError
from secondlook.ui.context import Context
from secondlook.ui.examination.pyramid import Pyramid, build

ROOM = 256 * 2**20
"""Bytes of decoded originals kept: several portraits, or one of 100 megapixels beside another."""


class Pictures(QObject):
    """The probe stays the same from candidate to candidate; going back needs no decoding."""

    def __init__(self, context: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._context = context
        self._kept: OrderedDict[str, Pyramid] = OrderedDict()

    def has(self, sha256: str) -> bool:
        return sha256 in self._kept

    def get(
        self,
        sha256: str,
        side: int,
        done: Callable[[Pyramid], None],
        failed: Callable[[SecondLookError], None],
    ) -> None:
        """A newer call for the same ``side`` drops the older one's result."""
        app, bridge = self._context.app, self._context.bridge
        found = self._kept.get(sha256)
        if found is not None:
            bridge.generation(self, f"side {side}")
            self._kept.move_to_end(sha256)
            done(found)
            return

        def load() -> Pyramid:
            pixels = app.identify.original_image(sha256)
            return build(pixels.rgb, pixels.width, pixels.height)

        def arrived(picture: Pyramid) -> None:
            self._keep(sha256, picture)
            done(picture)

        bridge.run(app.lanes.io, load, arrived, failed, owner=self, key=f"side {side}")

    def _keep(self, sha256: str, picture: Pyramid) -> None:
        self._kept[sha256] = picture
        while len(self._kept) > 2 and sum(len(p.data) for p in self._kept.values()) > ROOM:
            self._kept.popitem(last=False)
