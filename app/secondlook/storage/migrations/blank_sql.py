"""What reads as nothing, in SQL: the ranges of ``domain.blank.INVISIBLE``. Frozen."""

SEEN = (
    "'*[^' || char(1, 45, 32, 127, 45, 160, 173, 847, 1564, 4447, 4448, 5760, 6068, 6069, 6155, "
    "45, 6159, 8192, 45, 8207, 8232, 45, 8239, 8287, 45, 8303, 10240, 12288, 12644, 65024, 45, "
    "65039, 65279, 65440, 65520, 45, 65531, 78896, 45, 78943, 113824, 45, 113827, 119129, 119155, "
    "45, 119162, 917504, 45, 921599) || ']*'"
)
"""Matches (GLOB) a text in which anything can be seen."""


def blank(text: str) -> str:
    """SQL that is true where a reader of ``text`` would see nothing."""
    return f"({text} NOT GLOB {SEEN})"
