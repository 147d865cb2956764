"""A page of a file is a picture of its own, and which page of which file it was is on record.

Everything that an unknown is bound to goes by the file's hash and the place of a face in it: two
pages of one file must not be one picture. The page is kept without loss beside the file itself.
What reading the file had to decide, and what of it is damaged, cannot be told from the page.
"""

from secondlook.storage.migrations.immutable import immutable

SQL = f"""
CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    original_sha256 TEXT NOT NULL REFERENCES originals (sha256),
    source_sha256 TEXT NOT NULL REFERENCES originals (sha256),
    page INTEGER NOT NULL CHECK (page > 0),
    pages INTEGER NOT NULL CHECK (pages > page),
    notes TEXT NOT NULL CHECK (json_valid(notes)),
    damage TEXT CHECK (damage IS NULL OR json_valid(damage)),
    CHECK (source_sha256 != original_sha256),
    UNIQUE (original_sha256, source_sha256, page)
) STRICT;
{immutable("pages", "id", "original_sha256, source_sha256, page")}
"""
