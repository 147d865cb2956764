"""What a person has to write is not only invisible, wherever a step before this asked for less."""

from secondlook.storage.migrations.blank_sql import blank


def _with_words(table: str, column: str) -> str:
    return f"""
CREATE TRIGGER {table}_with_words BEFORE INSERT ON {table}
WHEN {blank(f"NEW.{column}")}
BEGIN SELECT RAISE(ABORT, '{table}: nothing is written there'); END;
"""


SQL = (
    "".join(
        _with_words(table, column)
        for table, column in (
            ("galleries", "name"),
            ("cases", "reference"),
            ("tie_confirmations", "reason"),
            ("units_of_two", "reason"),
            ("photograph_judgements", "note"),
            ("declared_tries", "reason"),
        )
    )
    + f"""
CREATE TRIGGER galleries_keep_words BEFORE UPDATE OF name ON galleries
WHEN {blank("NEW.name")}
BEGIN SELECT RAISE(ABORT, 'galleries: nothing is written there'); END;
"""
)
