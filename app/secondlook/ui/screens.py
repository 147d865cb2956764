"""Which screen a place is. Imported only when somebody goes there: the window opens sooner."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from secondlook.ui.context import Context, Place


def _cases(context: Context) -> QWidget:
    from secondlook.ui.case.cases_screen import CasesScreen

    return CasesScreen(context)


def _case(context: Context, case_id: int) -> QWidget:
    from secondlook.ui.case.case_screen import CaseScreen

    return CaseScreen(context, case_id)


def _galleries(context: Context) -> QWidget:
    from secondlook.ui.gallery.galleries import GalleriesScreen

    return GalleriesScreen(context)


def _gallery(context: Context, gallery_id: int) -> QWidget:
    from secondlook.ui.gallery.gallery import GalleryScreen

    return GalleryScreen(context, gallery_id)


def _gallery_check(context: Context, gallery_id: int) -> QWidget:
    from secondlook.ui.hygiene.place import CheckPlace

    return CheckPlace(context, gallery_id)


def _policies(context: Context) -> QWidget:
    from secondlook.ui.policies import PoliciesScreen

    return PoliciesScreen(context)


def _rehearsal(context: Context) -> QWidget:
    from secondlook.ui.rehearsal.screen import RehearsalScreen

    return RehearsalScreen(context)


def _audit(context: Context) -> QWidget:
    from secondlook.ui.audit import AuditScreen

    return AuditScreen(context)


def _models(context: Context) -> QWidget:
    from secondlook.ui.models.screen import ModelsScreen

    return ModelsScreen(context)


FACTORIES: dict[Place, Callable[..., QWidget]] = {
    "cases": _cases,
    "case": _case,
    "galleries": _galleries,
    "gallery": _gallery,
    "gallery-check": _gallery_check,
    "policies": _policies,
    "rehearsal": _rehearsal,
    "audit": _audit,
    "models": _models,
}
