"""What an ONNX file would make the library open besides itself: nothing may.

A tensor may say that its numbers lie in another file, anywhere on the disk; the hash of the model
says nothing of that one. The file is read here as far as needed to see it, before the library gets
it. Field numbers: onnx.proto of the ONNX project, which keeps them for ever.
"""

from collections.abc import Iterator

from secondlook.domain.errors import ModelError

NESTED: dict[str, dict[int, str]] = {
    "model": {7: "graph", 20: "training", 25: "function"},
    "training": {1: "graph", 2: "graph"},
    "function": {7: "node", 11: "attribute"},
    "graph": {1: "node", 5: "tensor", 15: "sparse"},
    "node": {5: "attribute"},
    "attribute": {5: "tensor", 6: "graph", 10: "tensor", 11: "graph", 22: "sparse", 23: "sparse"},
    "sparse": {1: "tensor", 2: "tensor"},
    "tensor": {},
}
"""By kind of message: which of its fields are messages that hold tensors, or are some."""

EXTERNAL_DATA, DATA_LOCATION, OP_TYPE = 13, 14, 4
CONTEXT = b"EPContext"
"""An operator that hands an execution provider a compiled file by its path."""


def require_whole(data: bytes) -> None:
    """Raises ``ModelError`` unless this is an ONNX model that needs no other file."""
    waiting: list[tuple[str, memoryview]] = [("model", memoryview(data))]
    graphs = 0
    while waiting:
        kind, message = waiting.pop()
        graphs += kind == "graph"
        for number, value in _fields(message):
            if _points_elsewhere(kind, number, value):
                raise ModelError(
                    "the model keeps a part of itself in another file, which no hash covers.",
                    remedy="Get or save it as one file, with its weights inside.",
                )
            nested = NESTED[kind].get(number)
            if nested and isinstance(value, memoryview):
                waiting.append((nested, value))
    if not graphs:
        raise _no_model()


def _points_elsewhere(kind: str, number: int, value: memoryview | int) -> bool:
    if kind == "tensor":
        return number == EXTERNAL_DATA or (number == DATA_LOCATION and value != 0)
    if kind == "node" and number == OP_TYPE and isinstance(value, memoryview):
        return value.tobytes() == CONTEXT
    return False


def _fields(message: memoryview) -> Iterator[tuple[int, memoryview | int]]:
    """Numbers and values of a message in the encoding of protocol buffers. Values of a fixed size
    are skipped: none of them matters here."""
    at = 0
    while at < len(message):
        tag, at = _varint(message, at)
        number, wire = (tag & 0xFFFFFFFF) >> 3, tag & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == 2:
            size, at = _varint(message, at)
            if size > len(message) - at:
                raise _no_model()
            yield number, message[at : at + size]
        elif wire in (1, 5):
            size = 8 if wire == 1 else 4
        else:
            raise _no_model()
        at += size
    if at > len(message):
        raise _no_model()


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """The number that begins at ``at``, and where the next thing begins."""
    value = 0
    for shift in range(0, 70, 7):
        if at >= len(message):
            break
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
    raise _no_model()


def _no_model() -> ModelError:
    return ModelError("the model file cannot be loaded (it is not an ONNX model).")
