"""How many people an unknown was compared with elsewhere can be corrected by a second person.

Both numbers stay on record, as with an origin, and as there it takes two people where the command
line declared it. One that was mistyped made N so large that nothing
could be accepted any more, for good.
"""

from secondlook.storage.migrations.people_sql import corrected, independent

_CORRECTED = corrected(
    "d.operator_id", "SELECT r.operator_id FROM declared_tries r WHERE r.corrects = d.id"
)

_TWO = independent("SELECT d.operator_id UNION SELECT NEW.operator_id")

SQL = f"""
ALTER TABLE declared_tries ADD COLUMN corrects INTEGER REFERENCES declared_tries (id);

CREATE INDEX declared_tries_by_correction ON declared_tries (corrects);

CREATE VIEW standing_declared_tries AS
SELECT d.* FROM declared_tries d WHERE NOT {_CORRECTED};

CREATE TRIGGER declared_tries_corrected BEFORE INSERT ON declared_tries
WHEN NEW.corrects IS NOT NULL AND (
    NOT EXISTS (SELECT 1 FROM people_at_work WHERE id = NEW.operator_id)
    OR NOT EXISTS (SELECT 1 FROM declared_tries d WHERE d.id = NEW.corrects
                   AND d.unknown_id = NEW.unknown_id AND d.people > NEW.people
                   AND {_TWO} = 2))
BEGIN SELECT RAISE(ABORT, 'declared_tries: another person corrects a number, downwards'); END;
"""
