"""One meaning of "nothing is written there", for every text that a person has to give."""

INVISIBLE: tuple[tuple[int, int], ...] = (
    (0x0000, 0x0020),
    (0x007F, 0x00A0),
    (0x00AD, 0x00AD),
    (0x034F, 0x034F),
    (0x061C, 0x061C),
    (0x115F, 0x1160),
    (0x1680, 0x1680),
    (0x17B4, 0x17B5),
    (0x180B, 0x180F),
    (0x2000, 0x200F),
    (0x2028, 0x202F),
    (0x205F, 0x206F),
    (0x2800, 0x2800),
    (0x3000, 0x3000),
    (0x3164, 0x3164),
    (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF),
    (0xFFA0, 0xFFA0),
    (0xFFF0, 0xFFFB),
    (0x13430, 0x1345F),
    (0x1BCA0, 0x1BCA3),
    (0x1D159, 0x1D159),
    (0x1D173, 0x1D17A),
    (0xE0000, 0xE0FFF),
)
"""Code points that show nothing, first and last of each range: controls, white space, and
Default_Ignorable_Code_Point of Unicode 16 (DerivedCoreProperties.txt), with the interlinear and
hieroglyph format controls, the empty braille pattern and the musical null note head, which are
drawn as nothing too. ``storage.guards`` writes the same ranges in SQL."""


def invisible(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in INVISIBLE)


def is_blank(text: str) -> bool:
    """True where a reader would see nothing. What follows a NUL the database does not read."""
    return all(map(invisible, text.partition("\0")[0]))
