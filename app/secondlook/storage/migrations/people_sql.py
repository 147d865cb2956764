"""How many people a set of accounts is, as SQL: ``domain.people`` says the same. Frozen."""

EVER = "'9999'"
"""Later than every time that is written."""


def independent(
    examiners: str, at: str = EVER, *, units: bool = True, question: str | None = None
) -> str:
    """SQL: how many different people these accounts are (``domain.people.independent``).

    ``examiners`` is a query of one column of account ids, ``at`` an expression of the time that
    counts; both may name columns around them (``NEW.candidate_id``). ``question`` is a query of all
    examiners of the question, where ``examiners`` are only some of them: what one of these confirms
    does not count. Without ``units`` the declarations of units of two are left out. It stands as a
    scalar subquery, also in a trigger, which takes no WITH of its own. Names with an underscore are
    its own.
    """
    declared = f"""
        + (SELECT count(DISTINCT p.who) FROM units_in_force u
           JOIN _person p ON p.id = u.first_id JOIN _person q ON q.id = u.second_id
           WHERE p.who = q.who AND u.since <= {at} AND (u.until IS NULL OR u.until > {at}))"""
    return f"""(
    WITH RECURSIVE _asked(id) AS ({examiners}), _concerned(id) AS ({question or examiners}),
    _bond(a, b) AS (
        SELECT account_id, other_id FROM _loose UNION SELECT other_id, account_id FROM _loose
    ),
    _loose(account_id, other_id) AS (
        SELECT t.account_id, t.other_id FROM account_ties t
        WHERE t.at <= {at} AND NOT EXISTS (
            SELECT 1 FROM tie_confirmations c WHERE c.tie_id = t.id AND c.at <= {at}
            AND c.operator_id NOT IN (SELECT id FROM _concerned WHERE id IS NOT NULL))
    ),
    _same(id, other) AS (
        SELECT id, id FROM _asked WHERE id IS NOT NULL
        UNION SELECT s.id, _bond.b FROM _same s JOIN _bond ON _bond.a = s.other
    ),
    _person(id, who) AS (SELECT id, min(other) FROM _same GROUP BY id)
    SELECT count(DISTINCT who){declared if units else ""} FROM _person)"""


def corrected(by: str, correctors: str) -> str:
    """SQL: whether what an account (``by``) declared counts as corrected. Whoever declared it, but
    for the command line, which is nobody, and all who corrected it later (``correctors``, a query
    of one column) are two people at least (``storage.people.corrected``)."""
    declarer = f"SELECT id FROM operators WHERE id = {by} AND role <> 'command_line'"
    return f"{independent(f'{declarer} UNION {correctors}')} >= 2"
