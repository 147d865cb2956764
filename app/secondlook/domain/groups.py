"""What belongs together by pairs."""

from collections.abc import Iterable


def groups(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """For every number of any pair the lowest number that it is joined with, however indirectly."""
    lowest: dict[int, int] = {}

    def find(one: int) -> int:
        while lowest.setdefault(one, one) != one:
            one = lowest[one]
        return one

    for one, other in pairs:
        a, b = find(one), find(other)
        lowest[max(a, b)] = min(a, b)
    return {one: find(one) for one in lowest}
