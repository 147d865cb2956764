"""Errors that are told to a person: what happened, to which thing, what to do about it.

Anything else that is raised is a bug in the program.
"""

from enum import StrEnum


class SecondLookError(Exception):
    """A known error. ``str()`` gives the whole message a person reads."""

    def __init__(self, message: str, *, subject: str = "", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.subject = subject
        self.remedy = remedy

    def __str__(self) -> str:
        head = f"{self.subject}: {self.message}" if self.subject else self.message
        return f"{head} {self.remedy}" if self.remedy else head


class ImageFault(StrEnum):
    """Why an image gives no usable face; also the reasons in a gallery's error list."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too large"
    NO_FACE = "no face"
    SEVERAL_FACES = "several faces"
    TOO_SMALL = "too small"
    LOW_QUALITY = "below quality"
    DUPLICATE = "duplicate file"
    SAME_PHOTOGRAPH = "same photograph"
    """A copy, re-saved or cropped, of one that is enrolled: no probe of a rehearsal."""
    CASE_PROBE = "probe of a case"
    """The unknown of a case is searched in its case only."""
    NOT_AN_IMAGE = "not an image"
    """By its name: nobody has tried to read it."""
    EMPTY_FOLDER = "empty folder"
    LEFT_OUT = "left out"
    """A link that leads back, a hidden file, a name that is no text."""


NOT_TRIED = frozenset({ImageFault.NOT_AN_IMAGE, ImageFault.EMPTY_FOLDER, ImageFault.LEFT_OUT})
"""Why something in a folder was not even planned."""


class ImageError(SecondLookError):
    """An image that cannot be used, with the reason as an ``ImageFault``."""

    def __init__(
        self, fault: ImageFault, message: str, *, subject: str = "", remedy: str = ""
    ) -> None:
        super().__init__(message, subject=subject, remedy=remedy)
        self.fault = fault


class DecoderError(SecondLookError):
    """No picture can be decoded, whatever the file: the processes that do it do not start."""


class ModelError(SecondLookError):
    """A model or card is missing, altered, or does not do what its card says."""


class ModelMismatch(ModelError):  # noqa: N818 - reads as a statement
    """Templates of two models were about to be compared."""


class InputError(SecondLookError):
    """Something a person gave (a name, a file, a setting) cannot be used."""


class NotPermitted(SecondLookError):  # noqa: N818
    """The signed-in person may not do this."""


class PolicyRefusal(SecondLookError):  # noqa: N818
    """The policy of the case does not allow it; ``unmet`` names the requirements."""

    def __init__(self, message: str, *, unmet: tuple[str, ...] = (), remedy: str = "") -> None:
        super().__init__(message, remedy=remedy)
        self.unmet = unmet


class StorageError(SecondLookError):
    """The database or the folder of originals cannot be read or written."""


class IntegrityError(StorageError):
    """The database refused a row, or the record does not verify."""


class Cancelled(Exception):  # noqa: N818
    """The person asked to stop. Not an error: nothing is shown."""
