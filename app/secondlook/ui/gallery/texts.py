"""Words and numbers of the gallery screens, in one place so that they stay the same everywhere."""

from datetime import datetime
from pathlib import PurePath

from PySide6.QtCore import QCoreApplication, QDate, QLocale

from secondlook.domain.errors import ImageFault
from secondlook.domain.matching import ModelIdentity


def tr(text: str) -> str:
    return QCoreApplication.translate("gallery", text)


def number(value: int) -> str:
    return f"{value:,}"


def counted(value: int, one: str, many: str) -> str:
    """ "1 person", "1,000 persons". Pass both forms translated."""
    return f"{number(value)} {one if value == 1 else many}"


def persons(value: int) -> str:
    return counted(value, tr("person"), tr("persons"))


def references(value: int) -> str:
    return counted(value, tr("reference"), tr("references"))


def originals(value: int) -> str:
    return counted(value, tr("original"), tr("originals"))


def images(value: int) -> str:
    return counted(value, tr("image"), tr("images"))


def errors(value: int) -> str:
    return counted(value, tr("error"), tr("errors"))


def templates(value: int) -> str:
    return counted(value, tr("template"), tr("templates"))


def day(stamp: str) -> str:
    """An ISO 8601 time in UTC as a local day ("3 Apr 2026"); as it is where it cannot be read."""
    try:
        local = datetime.fromisoformat(stamp).astimezone()
    except ValueError:
        return stamp
    return QLocale().toString(QDate(local.year, local.month, local.day), "d MMM yyyy")


def model(model: ModelIdentity) -> str:
    """Name and version; some names say the version already."""
    name, version = model.name, model.version
    return name if version in name else f"{name} {version}"


def file_name(path: str) -> str:
    return PurePath(path.replace("\\", "/")).name


def fault(reason: ImageFault | None) -> str:
    """The reason of an error as a person reads it."""
    return {
        ImageFault.UNREADABLE: tr("Unreadable"),
        ImageFault.TOO_LARGE: tr("Too large"),
        ImageFault.NO_FACE: tr("No face"),
        ImageFault.SEVERAL_FACES: tr("Several faces"),
        ImageFault.TOO_SMALL: tr("Too small"),
        ImageFault.LOW_QUALITY: tr("Below quality"),
        ImageFault.DUPLICATE: tr("Duplicate file"),
        ImageFault.SAME_PHOTOGRAPH: tr("Same photograph"),
        ImageFault.CASE_PROBE: tr("Probe of a case"),
        ImageFault.NOT_AN_IMAGE: tr("Not an image"),
        ImageFault.EMPTY_FOLDER: tr("Empty folder"),
        ImageFault.LEFT_OUT: tr("Left out"),
        None: tr("Unknown"),
    }[reason]


def outcome(enrolled: int, failed: int, pending: int) -> str:
    """How an enrolment ended: "448 enrolled, 2 with errors — see Errors"."""
    if not enrolled + failed + pending:
        return tr("Nothing new to enrol.")
    parts = [tr("{} enrolled").format(number(enrolled))]
    if failed:
        parts.append(tr("{} with errors").format(number(failed)))
    if pending:
        parts.append(tr("{} still to go").format(number(pending)))
    return ", ".join(parts) + (tr(" — see Errors") if failed else "")
