"""Two accounts are two people: ties, confirmations, units of two, one-time codes, names that no
other account may resemble. What an account may not do is refused by the file as well."""

from secondlook.storage.migrations.immutable import immutable

TABLES = """
CREATE TABLE account_names (
    operator_id INTEGER NOT NULL,
    key TEXT NOT NULL CHECK (key <> ''),
    PRIMARY KEY (operator_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_names_by_key ON account_names (key);

CREATE TABLE sign_in_codes (
    id INTEGER PRIMARY KEY,
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    issued_by INTEGER NOT NULL REFERENCES operators (id),
    cause TEXT NOT NULL CHECK (cause IN ('created', 'reset', 'recovery')),
    code_hash TEXT NOT NULL CHECK (code_hash <> ''),
    issued_at TEXT NOT NULL,
    expires_at TEXT CHECK ((expires_at IS NULL) = (cause = 'recovery')),
    used_at TEXT
) STRICT;
CREATE INDEX sign_in_codes_by_operator ON sign_in_codes (operator_id);

CREATE TABLE tie_confirmations (
    id INTEGER PRIMARY KEY,
    tie_id INTEGER NOT NULL,
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    reason TEXT NOT NULL CHECK (trim(reason) <> ''),
    at TEXT NOT NULL,
    UNIQUE (tie_id, operator_id)
) STRICT;

CREATE TABLE units_of_two (
    id INTEGER PRIMARY KEY,
    declared_by INTEGER NOT NULL REFERENCES operators (id),
    other_id INTEGER NOT NULL REFERENCES operators (id) CHECK (other_id <> declared_by),
    reason TEXT NOT NULL CHECK (trim(reason) <> ''),
    at TEXT NOT NULL
) STRICT;

CREATE TABLE unit_answers (
    id INTEGER PRIMARY KEY,
    unit_id INTEGER NOT NULL REFERENCES units_of_two (id),
    operator_id INTEGER NOT NULL REFERENCES operators (id),
    answer TEXT NOT NULL CHECK (answer IN ('signed', 'revoked')),
    at TEXT NOT NULL,
    UNIQUE (unit_id, answer)
) STRICT;

CREATE INDEX audit_log_of_accounts ON audit_log (act)
WHERE act IN ('account created', 'password reset');
CREATE INDEX audit_log_by_actor ON audit_log (actor);
"""

VIEWS = """
CREATE VIEW account_ties AS
SELECT l.seq AS id, a.id AS account_id, b.id AS other_id,
    iif(l.act = 'account created', 'created', 'reset') AS cause, l.at AS at
FROM audit_log l JOIN operators a ON a.username = l.subject JOIN operators b ON b.username = l.actor
WHERE l.act IN ('account created', 'password reset') AND a.id <> b.id
UNION ALL
SELECT DISTINCT -(n.operator_id * 1000000 + m.operator_id), n.operator_id, m.operator_id,
    'alike', o.created_at
FROM account_names n JOIN account_names m ON m.key = n.key AND m.operator_id < n.operator_id
JOIN operators o ON o.id = n.operator_id;

CREATE VIEW people_at_work AS
SELECT id, username, role FROM operators
WHERE active = 1 AND role IN ('administrator', 'examiner') AND password_hash <> '!';

CREATE VIEW colleagues AS
SELECT id, username FROM people_at_work
UNION
SELECT o.id, o.username FROM operators o
WHERE o.role IN ('administrator', 'examiner')
  AND (SELECT l.at FROM audit_log l WHERE l.actor = o.username
         AND l.act NOT IN ('sign-in refused', 'signed out', 'window locked')
       ORDER BY l.seq DESC LIMIT 1)
    >= strftime('%Y-%m-%dT%H:%M:%f+00:00',
                (SELECT at FROM audit_log ORDER BY seq DESC LIMIT 1), '-30 days');

CREATE VIEW units_in_force AS
SELECT u.id, u.declared_by AS first_id, u.other_id AS second_id, s.at AS since, r.at AS until
FROM units_of_two u
JOIN unit_answers s ON s.unit_id = u.id AND s.answer = 'signed'
LEFT JOIN unit_answers r ON r.unit_id = u.id AND r.answer = 'revoked'
WHERE NOT EXISTS (SELECT 1 FROM colleagues w WHERE w.id NOT IN (u.declared_by, u.other_id));
"""
"""A unit of two is in force while there is nobody else who could confirm that they are two, nor
was lately: whoever sends the others away for a moment is no unit with a second account."""

NAMES = """
CREATE TRIGGER account_names_not_changed BEFORE UPDATE ON account_names
BEGIN SELECT RAISE(ABORT, 'account_names: a recorded row cannot be changed'); END;
CREATE TRIGGER account_names_not_deleted BEFORE DELETE ON account_names
BEGIN SELECT RAISE(ABORT, 'account_names: a recorded row cannot be deleted'); END;

CREATE TRIGGER account_names_of_one BEFORE INSERT ON account_names
WHEN EXISTS (SELECT 1 FROM account_names WHERE key = NEW.key AND operator_id <> NEW.operator_id)
    AND NOT EXISTS (SELECT 1 FROM operators WHERE id = NEW.operator_id)
BEGIN SELECT RAISE(ABORT, 'account_names: another account has a name that looks the same'); END;

CREATE TRIGGER operators_named BEFORE INSERT ON operators
WHEN NOT EXISTS (SELECT 1 FROM account_names WHERE operator_id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'operators: an account needs the keys of its names first'); END;

CREATE TRIGGER operators_stay_named BEFORE UPDATE ON operators
WHEN NEW.display_name IS NOT OLD.display_name
BEGIN SELECT RAISE(ABORT, 'operators: the name of an account cannot be changed'); END;
"""

LAST = "(SELECT {} FROM audit_log ORDER BY seq DESC LIMIT 1)"

ACCOUNTS = f"""
CREATE TRIGGER operators_on_record BEFORE INSERT ON operators
WHEN {LAST.format("act")} IS NOT 'account created' OR {LAST.format("subject")} IS NOT NEW.username
BEGIN SELECT RAISE(ABORT, 'operators: who made an account is on record before it'); END;

CREATE TRIGGER operators_made_by_administrators BEFORE INSERT ON operators
WHEN NEW.role <> 'command_line' AND NOT EXISTS (
    SELECT 1 FROM people_at_work
    WHERE username = {LAST.format("actor")} AND role = 'administrator')
    AND (EXISTS (SELECT 1 FROM operators WHERE role <> 'command_line')
         OR {LAST.format("actor")} IS NOT NEW.username)
BEGIN SELECT RAISE(ABORT, 'operators: an administrator makes an account'); END;

CREATE TRIGGER operators_choose_their_password BEFORE INSERT ON operators
WHEN NEW.role <> 'command_line' AND NEW.password_hash IS NOT '!'
    AND EXISTS (SELECT 1 FROM operators WHERE role <> 'command_line')
BEGIN SELECT RAISE(ABORT, 'operators: whoever holds an account chooses its password'); END;

CREATE TRIGGER operators_passwords_on_record BEFORE UPDATE ON operators
WHEN NEW.password_hash IS NOT OLD.password_hash AND (
    {LAST.format("subject")} IS NOT NEW.username
    OR {LAST.format("act")} IS NOT iif(NEW.password_hash = '!', 'password reset',
        iif(OLD.password_hash = '!', 'password chosen', {LAST.format("act")}))
    OR {LAST.format("act")} NOT IN ('password reset', 'password chosen', 'password changed'))
BEGIN SELECT RAISE(ABORT, 'operators: who set a password is on record before it'); END;

CREATE TRIGGER operators_roles_on_record BEFORE UPDATE ON operators
WHEN NEW.role IS NOT OLD.role AND ({LAST.format("act")} IS NOT 'account changed'
    OR {LAST.format("subject")} IS NOT NEW.username)
BEGIN SELECT RAISE(ABORT, 'operators: who changed a role is on record before it'); END;

CREATE TRIGGER sign_in_codes_not_deleted BEFORE DELETE ON sign_in_codes
BEGIN SELECT RAISE(ABORT, 'sign_in_codes: a recorded row cannot be deleted'); END;
CREATE TRIGGER sign_in_codes_not_replaced BEFORE INSERT ON sign_in_codes
WHEN NEW.used_at IS NOT NULL OR EXISTS (SELECT 1 FROM sign_in_codes WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'sign_in_codes: a code begins unused, and replaces none'); END;
CREATE TRIGGER sign_in_codes_used_once BEFORE UPDATE ON sign_in_codes
WHEN OLD.used_at IS NOT NULL OR NEW.used_at IS NULL OR NEW.id IS NOT OLD.id
    OR NEW.operator_id IS NOT OLD.operator_id OR NEW.issued_by IS NOT OLD.issued_by
    OR NEW.cause IS NOT OLD.cause OR NEW.code_hash IS NOT OLD.code_hash
    OR NEW.issued_at IS NOT OLD.issued_at OR NEW.expires_at IS NOT OLD.expires_at
BEGIN SELECT RAISE(ABORT, 'sign_in_codes: all that can be done to one is to use it, once'); END;
CREATE TRIGGER sign_in_codes_tie BEFORE INSERT ON sign_in_codes
WHEN (NEW.cause = 'recovery') <> (NEW.issued_by = NEW.operator_id)
    OR (NEW.cause <> 'recovery' AND NOT EXISTS (
        SELECT 1 FROM account_ties WHERE account_id = NEW.operator_id
        AND other_id = NEW.issued_by AND cause = NEW.cause))
BEGIN SELECT RAISE(ABORT, 'sign_in_codes: who issues a code is tied to the account'); END;
"""

CONFIRMATIONS = (
    immutable("tie_confirmations", "id", "tie_id, operator_id")
    + immutable("units_of_two", "id")
    + immutable("unit_answers", "id", "unit_id, answer")
    + """
CREATE TRIGGER tie_confirmations_by_others BEFORE INSERT ON tie_confirmations
WHEN NOT EXISTS (SELECT 1 FROM people_at_work WHERE id = NEW.operator_id)
    OR NOT EXISTS (SELECT 1 FROM account_ties WHERE id = NEW.tie_id
                   AND account_id <> NEW.operator_id AND other_id <> NEW.operator_id)
BEGIN SELECT RAISE(ABORT, 'confirmation refused: not an active examiner, or one of the two'); END;

CREATE TRIGGER tie_confirmations_of_whole_accounts BEFORE INSERT ON tie_confirmations
WHEN EXISTS (SELECT 1 FROM account_ties t JOIN operators o ON o.id = t.account_id
             WHERE t.id = NEW.tie_id AND o.password_hash = '!')
BEGIN SELECT RAISE(ABORT, 'confirmation refused: the account has not chosen its password'); END;

CREATE TRIGGER units_of_two_by_people BEFORE INSERT ON units_of_two
WHEN (SELECT count(*) FROM people_at_work WHERE id IN (NEW.declared_by, NEW.other_id)) < 2
BEGIN SELECT RAISE(ABORT, 'unit refused: both are active examiners'); END;

CREATE TRIGGER units_of_two_alone BEFORE INSERT ON units_of_two
WHEN EXISTS (SELECT 1 FROM colleagues WHERE id NOT IN (NEW.declared_by, NEW.other_id))
BEGIN SELECT RAISE(ABORT, 'unit refused: there are others, who can say that they are two'); END;

CREATE TRIGGER units_of_two_one_at_a_time BEFORE INSERT ON units_of_two
WHEN EXISTS (SELECT 1 FROM units_of_two u WHERE (
        u.declared_by IN (NEW.declared_by, NEW.other_id)
        OR u.other_id IN (NEW.declared_by, NEW.other_id))
    AND NOT EXISTS (SELECT 1 FROM unit_answers a WHERE a.unit_id = u.id AND a.answer = 'revoked'))
BEGIN SELECT RAISE(ABORT, 'unit refused: one of them belongs to a unit already'); END;

CREATE TRIGGER unit_answers_by_people BEFORE INSERT ON unit_answers
WHEN NOT EXISTS (SELECT 1 FROM people_at_work WHERE id = NEW.operator_id)
    OR NOT EXISTS (SELECT 1 FROM units_of_two u WHERE u.id = NEW.unit_id AND (
        u.other_id = NEW.operator_id
        OR (NEW.answer = 'revoked' AND u.declared_by = NEW.operator_id)))
    OR (NEW.answer = 'signed' AND EXISTS (SELECT 1 FROM unit_answers a
                                          WHERE a.unit_id = NEW.unit_id AND a.answer = 'revoked'))
BEGIN SELECT RAISE(ABORT, 'answer refused: the other one signs, either of them revokes'); END;
"""
)


def _by_people(table: str, column: str) -> str:
    """That they are active examiners is asked since 0001 and 0004."""
    return f"""
CREATE TRIGGER {table}_by_whole_accounts BEFORE INSERT ON {table}
WHEN EXISTS (SELECT 1 FROM operators WHERE id = NEW.{column} AND password_hash = '!')
BEGIN SELECT RAISE(ABORT, '{table}: the account has not chosen its password'); END;
"""


def _by_accounts(table: str, column: str) -> str:
    """Also by the command line."""
    return f"""
CREATE TRIGGER {table}_by_active_accounts BEFORE INSERT ON {table}
WHEN NOT EXISTS (SELECT 1 FROM operators WHERE id = NEW.{column} AND active = 1
                 AND password_hash IS NOT '!')
BEGIN SELECT RAISE(ABORT, '{table}: not by an active account'); END;
"""


ACTS = (
    _by_people("examinations", "operator_id")
    + _by_people("decisions", "operator_id")
    + _by_people("marks", "operator_id")
    + _by_accounts("cases", "opened_by")
    + _by_accounts("probes", "added_by")
    + _by_accounts("searches", "operator_id")
    + _by_accounts("rehearsals", "operator_id")
    + """
CREATE TRIGGER audit_log_by_active_accounts BEFORE INSERT ON audit_log
WHEN NEW.act NOT IN ('sign-in refused', 'signed out', 'window locked') AND EXISTS (
    SELECT 1 FROM operators WHERE username = NEW.actor AND active = 0)
BEGIN SELECT RAISE(ABORT, 'audit_log: not by an active account'); END;

CREATE TRIGGER audit_log_by_people BEFORE INSERT ON audit_log
WHEN NEW.act IN ('case authorised', 'case moved', 'case closed', 'models chosen', 'examination',
                 'decision', 'mark', 'account changed', 'password reset', 'confirmation', 'unit',
                 'answer')
    AND EXISTS (SELECT 1 FROM operators WHERE username = NEW.actor AND role = 'command_line')
BEGIN SELECT RAISE(ABORT, 'audit_log: this needs a person who has signed in'); END;
"""
)
"""Every act is in the log in its own transaction: who may not be there may not act."""

SQL = TABLES + VIEWS + NAMES + ACCOUNTS + CONFIRMATIONS + ACTS
