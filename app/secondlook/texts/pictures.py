"""How it reads what decoding had to decide about a picture."""

from collections.abc import Iterable

from secondlook.domain.pictures import Note, NoteCode
from secondlook.texts.translate import translate


def tr(text: str) -> str:
    return translate("pictures", text)


NOTES: dict[NoteCode, str] = {
    NoteCode.PAGE: "Picture {0} of {1} in the file",
    NoteCode.MOMENT: "Still at {0} seconds: picture {1} of {2} in the video",
    NoteCode.PROFILE: "Colours were brought to sRGB from {0}",
    NoteCode.PROFILE_BROKEN: "Its colour profile cannot be read: colours may be off",
    NoteCode.CMYK: "CMYK colours were converted without a profile",
    NoteCode.TRANSPARENT: "Transparent parts are shown grey",
    NoteCode.ORIENTATION_BROKEN: "Its orientation could not be read",
    NoteCode.RANGE: "Brightness was scaled from the range {0} to {1}",
    NoteCode.BITS: "Its values use {0} bits, and were scaled from them",
    NoteCode.COLOUR_MAP: "Its colour table uses 8 bits of 16, and was read so",
    NoteCode.NEGATIVE: "Stored with white as zero, and turned to positive",
    NoteCode.DEVELOPED: "Developed from the camera's raw data, not from its preview",
    NoteCode.RENDERED: "Rendered from the document at {0} dots per inch",
    NoteCode.LEADING: "{0} bytes of something else stand before the picture",
    NoteCode.END_MISSING: "The end of the file is missing; the picture is whole",
    NoteCode.DAMAGED: (
        "The file is damaged inside, and where cannot be told: no face in it is taken as measured"
    ),
    NoteCode.DAMAGED_FROM: (
        "The file is damaged inside: wrong pixels between {0}, {1} and {2}, {3} px. "
        "A face there is not taken as measured"
    ),
}
assert set(NOTES) == set(NoteCode)


def note_text(note: Note) -> str:
    return tr(NOTES[note.code]).format(*note.values)


def note_texts(notes: Iterable[Note]) -> tuple[str, ...]:
    return tuple(map(note_text, notes))
