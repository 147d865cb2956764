"""Log entries say who signs for them, and personal values stand beside the log, not in it.

An entry holds a commitment: the SHA-256 of a salt and a value. Salt and value are here, so that a
value can be shown, checked, and one day removed without breaking the chain. What seals a recorded
row is salted too: without the salt nobody can try out what an examiner may have concluded.
"""

from secondlook.storage.migrations.immutable import immutable

SQL = f"""
ALTER TABLE audit_log ADD COLUMN signer INTEGER;

CREATE TABLE commitments (
    seq INTEGER NOT NULL,
    name TEXT NOT NULL,
    salt TEXT NOT NULL CHECK (length(salt) = 32),
    value TEXT,
    PRIMARY KEY (seq, name)
) STRICT, WITHOUT ROWID;
{immutable("commitments", "seq, name")}
CREATE TRIGGER commitments_of_the_newest BEFORE INSERT ON commitments
WHEN NEW.seq IS NOT (SELECT max(seq) FROM audit_log)
BEGIN SELECT RAISE(ABORT, 'commitments: only of the newest entry of the log'); END;

CREATE TRIGGER audit_log_signed BEFORE INSERT ON audit_log
WHEN EXISTS (SELECT 1 FROM operators WHERE username = NEW.actor AND id IS NOT NEW.signer)
BEGIN SELECT RAISE(ABORT, 'audit_log: an entry is signed for by the account that acts'); END;
"""
