"""What crosses between the program and a worker: plain values as JSON, numbers of arrays as bytes.

Never pickle. To unpickle is to run what the other side wrote, and the other side has just been
given a stranger's file. What arrives here is only ever taken for a value of the type that was
expected, and is refused otherwise.

A message: the length of its JSON (4 bytes, big-endian), the JSON, then its arrays one after the
other. The JSON says of each array its type and shape.
"""

import json
import struct
import types
from collections.abc import Callable, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from math import prod
from typing import Any, BinaryIO, Union, get_args, get_origin, get_type_hints

import numpy as np

MOST_JSON = 1_000_000
MOST_ARRAY = 750_000_000
"""Bytes of 250 megapixels; a decoder has limits of its own, and this is for one that lost them."""
_LENGTH = struct.Struct(">I")

Plain = dict[str, Any]
Read = Callable[[memoryview], None]
"""Fills what it is given. Raises ``EOFError``."""


class WireError(Exception):
    """The other side sent what is no message, or not the one that is due."""


def send(stream: BinaryIO, message: Plain, blobs: Sequence[memoryview | bytes] = ()) -> None:
    text = json.dumps(message).encode()
    if len(text) > MOST_JSON:
        raise WireError(f"a message of {len(text)} bytes")
    for part in (_LENGTH.pack(len(text)) + text, *blobs):
        view = memoryview(part)
        while view:  # an unbuffered stream may take less than it is given
            view = view[stream.write(view) :]


def receive(stream: BinaryIO) -> Plain:
    """The JSON of the next message. Raises ``EOFError`` where the other side is gone."""
    head = bytearray(_LENGTH.size)
    fill(stream, memoryview(head))
    (length,) = _LENGTH.unpack(head)
    if length > MOST_JSON:
        raise WireError(f"a message of {length} bytes")
    text = bytearray(length)
    fill(stream, memoryview(text))
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise WireError("a message that is no JSON") from error
    if not isinstance(message, dict):
        raise WireError("a message without names")
    return message


def fill(stream: BinaryIO, view: memoryview) -> None:
    """Raises ``EOFError`` where the stream ends first."""
    done = 0
    while done < len(view):
        count = stream.readinto(view[done:])  # type: ignore[attr-defined]
        if not count:
            raise EOFError
        done += count


def pack(value: Any, blobs: list[memoryview]) -> Any:
    """``value`` as JSON takes it; what arrays hold is added to ``blobs``."""
    if isinstance(value, np.ndarray):
        blobs.append(np.ascontiguousarray(value).reshape(-1).view(np.uint8).data)
        return {"dtype": value.dtype.str, "shape": list(value.shape)}
    if is_dataclass(value):
        return {f.name: pack(getattr(value, f.name), blobs) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, tuple | list):
        return [pack(item, blobs) for item in value]
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"{type(value).__name__} does not cross")


def unpack(kind: Any, value: Any, read: Read) -> Any:
    """A value of the type ``kind``, or ``WireError``; ``read`` gives the arrays, in their order."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin is np.ndarray:
        return _array(np.dtype(get_args(inner[1])[0]), value, read)
    if origin in (Union, types.UnionType):
        return _one_of(inner, value, read)
    if origin is tuple:
        return _items(inner, value, read)
    if isinstance(kind, type) and is_dataclass(kind):
        return _record(kind, value, read)
    if isinstance(kind, type) and issubclass(kind, Enum):
        try:
            return kind(value)
        except ValueError as error:
            raise WireError(f"{value!r:.80} is no {kind.__name__}") from error
    if kind in (str, int, float, bool, types.NoneType):
        if type(value) is kind:
            return value
        if kind is float and type(value) is int:
            return float(value)
    raise WireError(f"{value!r:.80} is no {getattr(kind, '__name__', kind)}")


def _one_of(kinds: tuple[Any, ...], value: Any, read: Read) -> Any:
    for kind in kinds:
        try:
            return unpack(kind, value, read)
        except WireError:
            continue
    raise WireError(f"{value!r:.80} is of none of its kinds")


def _items(inner: tuple[Any, ...], value: Any, read: Read) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise WireError(f"{value!r:.80} is no list")
    if inner[-1:] == (Ellipsis,):
        return tuple(unpack(inner[0], item, read) for item in value)
    if len(inner) != len(value):
        raise WireError(f"{len(value)} values where {len(inner)} are due")
    return tuple(unpack(kind, item, read) for kind, item in zip(inner, value, strict=True))


def _record(kind: Any, value: Any, read: Read) -> Any:
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    if not isinstance(value, dict) or set(value) != set(names):
        raise WireError(f"no {kind.__name__}")
    return kind(**{name: unpack(hints[name], value[name], read) for name in names})


def _array(dtype: np.dtype[Any], value: Any, read: Read) -> Any:
    shape = value.get("shape") if isinstance(value, dict) else None
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        raise WireError("an array without a shape")
    if value.get("dtype") != dtype.str:
        raise WireError(f"an array that is not of {dtype}")
    if prod(shape) * dtype.itemsize > MOST_ARRAY:
        raise WireError(f"an array of {prod(shape)} numbers")
    array = np.empty(shape, dtype)
    if array.size:
        read(array.reshape(-1).view(np.uint8).data)
    return array
