"""The check of a gallery as a place of its own: where a screen that names a pair leads to."""

from secondlook.ui.context import Context
from secondlook.ui.hygiene.page import HygienePage


class CheckPlace(HygienePage):
    """Leads on to the gallery, which has the same page."""

    def __init__(self, context: Context, gallery_id: int) -> None:
        super().__init__(context, gallery_id)
        self.closed.connect(lambda: context.navigate("gallery", gallery_id))
        self.person_wanted.connect(lambda _: context.navigate("gallery", gallery_id))
        self.gone.connect(self._gone)

    def _gone(self, error: Exception) -> None:
        self._context.notify(str(error), "error")
        self._context.navigate("galleries")
