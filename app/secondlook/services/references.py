"""Changing what is kept of the references of a gallery, many at once."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from secondlook.domain.records import Operator
from secondlook.storage import galleries, log, seals
from secondlook.storage.database import Connection

Value = TypeVar("Value")


def change(
    db: Connection,
    operator: Operator,
    gallery_id: int,
    act: str,
    counted: str,
    values: Mapping[int, Value],
    write: Callable[[int, Value], None],
) -> None:
    """Write a value for each reference that was not removed since, in one entry of the log that
    seals them; ``counted``: under which name it says how many.

    Raises ``IntegrityError`` for one that was changed around the program.
    """
    there = set(galleries.reference_ids(db, gallery_id))
    kept = {reference: value for reference, value in values.items() if reference in there}
    seals.require(db, "reference", *kept)
    for reference, value in kept.items():
        write(reference, value)
    if kept:
        name = galleries.summary(db, gallery_id).name
        payload = {"gallery": gallery_id, counted: len(kept)}
        log.append(db, operator.username, act, name, payload, states={"reference": kept})
