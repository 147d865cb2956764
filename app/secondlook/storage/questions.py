"""What is on record about the question that a candidate asks, for ``domain.facts``."""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from secondlook.domain.facts import MetCalibration
from secondlook.domain.findings import decisive, supported
from secondlook.domain.opinions import Opinion, Opinions, dissents, in_force
from secondlook.domain.policy import Policy, policy_from_document
from secondlook.domain.records import Examination
from secondlook.domain.review import Conclusion, Outcome, ProbeOrigin, checklist_complete
from secondlook.storage import acts, identities, people
from secondlook.storage.database import Connection
from secondlook.storage.reviews import examination_of

QUESTION = "SELECT * FROM candidate_questions WHERE candidate_id = ?"
MEMBERS = "SELECT member_id FROM question_members WHERE candidate_id = :candidate"

EXAMINATIONS = (
    "SELECT e.*, o.display_name AS operator FROM examinations e "
    f"JOIN operators o ON o.id = e.operator_id WHERE e.candidate_id IN ({MEMBERS}) ORDER BY e.id"
)


def question(db: Connection, candidate_id: int) -> dict[str, Any]:
    """Ids: unknown, its photograph, whom it shows, and the person's identity."""
    return next(db.query(QUESTION, [candidate_id]))


def members(db: Connection, candidate_id: int) -> list[int]:
    """Every candidate that asks the same, this one included, oldest first."""
    rows = db.query(MEMBERS + " ORDER BY member_id", {"candidate": candidate_id})
    return [row["member_id"] for row in rows]


def opinions(db: Connection, candidate_id: int, policy: Policy) -> Opinions:
    """Of all examiners of the question, judged by what ``policy`` asks of findings."""
    by_examiner: dict[int, list[Examination]] = {}
    for examination in examinations(db, candidate_id):
        by_examiner.setdefault(examination.operator_id, []).append(examination)
    reopened_at = _reopened_at(db, candidate_id)
    bonds, here = people.bonds(db), examinations_here(db, candidate_id)
    others = another(bonds, list(by_examiner))
    asked = Asked(db, candidate_id, bonds, by_examiner.keys())

    def opinion(operator_id: int, given: list[Examination]) -> Opinion:
        of_these = [e for e in given if e.id in here]
        elsewhere = [e.conclusion for e in given if e.id not in here]
        conclusion = in_force([e.conclusion for e in of_these], elsewhere)
        if Conclusion.INSUFFICIENT_QUALITY in elsewhere:
            of_these = []
        first, compared = given[0].committed_at, (of_these or given)[0].committed_at
        told_of_these = bool(of_these) and _had_seen(asked, operator_id, compared, here)
        return Opinion(
            operator_id,
            conclusion,
            any(checklist_complete(e.findings) for e in of_these),
            any(supported(e, policy.min_similar_components or 0) for e in of_these),
            any(decisive(e) for e in given if dissents(e.conclusion)),
            not _had_seen(asked, operator_id, first) and not told_of_these,
            not _had_seen(asked, operator_id, compared),
            _had_analysed(asked, operator_id, compared),
            first >= reopened_at,
            others[operator_id],
            bool(of_these),
        )

    return Opinions(tuple(opinion(*one) for one in by_examiner.items()))


def another(bonds: people.Bonds, accounts: list[int]) -> dict[int, bool]:
    """Of the examiners of a question, in their order: is each another person than all before?"""
    counts = [bonds.independent(accounts[:n], accounts) for n in range(len(accounts) + 1)]
    return {who: counts[n + 1] > counts[n] for n, who in enumerate(accounts)}


def examinations(db: Connection, candidate_id: int) -> list[Examination]:
    """All of the question, oldest first."""
    rows = db.query(EXAMINATIONS, {"candidate": candidate_id})
    return [examination_of(row) for row in rows]


def examiners(db: Connection, candidate_id: int) -> set[int]:
    """Who has committed an opinion on the question."""
    query = f"SELECT DISTINCT operator_id FROM examinations WHERE candidate_id IN ({MEMBERS})"
    return {row["operator_id"] for row in db.query(query, {"candidate": candidate_id})}


def examined_here(db: Connection, candidate_id: int) -> set[int]:
    """Who has compared the very pictures that the candidate shows (``guards.QUESTIONS``)."""
    return {row["operator_id"] for row in db.query(f"SELECT operator_id {_HERE}", [candidate_id])}


def examinations_here(db: Connection, candidate_id: int) -> set[int]:
    """Those of the question that compared the very pictures that the candidate shows."""
    return {row["id"] for row in db.query(f"SELECT e.id {_HERE}", [candidate_id])}


_HERE = (
    "FROM question_members m JOIN examinations e ON e.candidate_id = m.member_id "
    "WHERE m.candidate_id = ? AND m.here"
)


def first_analysis(
    db: Connection, operator_id: int, *, called: int | None = None, photograph: int | None = None
) -> str | None:
    """When this person first analysed a picture; None where they never did. ``called``: it, or one
    that two people called the same photograph. ``photograph``: whatever looks like a copy of it."""
    column, group = ("called_id", called) if photograph is None else ("photograph_id", photograph)
    rows = db.query(
        "SELECT min(a.at) AS at FROM analyses a "
        "JOIN unknown_groups g ON g.unknown_id = a.unknown_id "
        f"WHERE a.operator_id = ? AND g.{column} = ?",
        [operator_id, group],
    )
    at = next(rows)["at"]
    return None if at is None else str(at)


def _reopened_at(db: Connection, candidate_id: int) -> str:
    """When the question was last reopened; empty where it never was."""
    rows = db.query(
        "SELECT coalesce(max(r.at), '') AS at FROM reopenings r "
        f"JOIN decisions d ON d.id = r.decision_id WHERE d.candidate_id IN ({MEMBERS})",
        {"candidate": candidate_id},
    )
    return str(next(rows)["at"])


class Asked(NamedTuple):
    """A question, while its opinions are judged. ``examiners``: all accounts that committed one."""

    db: Connection
    candidate_id: int
    bonds: people.Bonds
    examiners: Collection[int]

    def one_person(self, operator_id: int, accounts: Collection[int]) -> bool:
        """Is one of these accounts the same person as this one?"""
        return operator_id in accounts or any(
            self.bonds.independent({operator_id, other}, self.examiners) < 2 for other in accounts
        )


def _had_seen(
    asked: Asked, operator_id: int, by: str, among: Collection[int] | None = None
) -> bool:
    """Was somebody else's opinion on the question shown to them by then, by whatever account?
    ``among``: one of these examinations."""
    rows = asked.db.query(
        "SELECT DISTINCT s.operator_id, e.id FROM sightings s "
        "JOIN examinations e ON e.id = s.examination_id "
        "WHERE e.operator_id <> :operator AND s.at <= :by AND s.operator_id IS NOT NULL "
        f"AND e.candidate_id IN ({MEMBERS})",
        {"candidate": asked.candidate_id, "operator": operator_id, "by": by},
    )
    seen = {row["operator_id"] for row in rows if among is None or row["id"] in among}
    return asked.one_person(operator_id, seen)


def _had_analysed(asked: Asked, operator_id: int, by: str) -> bool:
    """Had they written their analysis of this picture by then, and before any candidate of it was
    shown to them, by whatever account (or to everybody, on a command line)? Of what looks like a
    copy, candidates may have been shown since they analysed that."""
    db, asking = asked.db, question(asked.db, asked.candidate_id)
    called, photograph = asking["called_id"], asking["photograph_id"]
    own = first_analysis(db, operator_id, called=called)
    any_copy = first_analysis(db, operator_id, photograph=photograph)
    if own is None or any_copy is None or own > by:
        return False
    seen = db.query(
        "SELECT DISTINCT coalesce(s.operator_id, :operator) AS operator_id FROM sightings s "
        "JOIN search_unknowns u ON u.search_id = s.search_id "
        "JOIN unknown_groups g ON g.unknown_id = u.unknown_id "
        "WHERE (g.called_id = :called AND s.at < :own) "
        "OR (g.photograph_id = :photograph AND s.at < :any_copy)",
        {
            "operator": operator_id, "called": called, "own": own,
            "photograph": photograph, "any_copy": any_copy,
        },
    )  # fmt: skip
    return not asked.one_person(operator_id, {row["operator_id"] for row in seen})


def origins(db: Connection, candidate_id: int) -> tuple[ProbeOrigin, ...]:
    """What the unknown's pictures were declared to be, but for what somebody else has corrected.

    What this very search says of its probe stays as it is; what another one says repeats what was
    declared, and goes with that (``guards._ORIGINS``).
    """
    asked = question(db, candidate_id)
    rows = list(
        db.query(
            "SELECT d.origin, d.original_sha256, d.operator_id, d.at, 0 AS own "
            "FROM origin_declarations d JOIN unknowns v ON v.original_sha256 = d.original_sha256 "
            "JOIN unknown_groups g ON g.unknown_id = v.id WHERE g.photograph_id = :photograph "
            "UNION ALL SELECT s.probe_origin, s.probe_sha256, s.operator_id, s.at, s.id = :search "
            "FROM unknown_groups g JOIN search_unknowns u ON u.unknown_id = g.unknown_id "
            "JOIN searches s ON s.id = u.search_id WHERE g.photograph_id = :photograph "
            "AND (s.id = :search OR NOT EXISTS (SELECT 1 FROM origin_declarations d "
            " WHERE d.original_sha256 = s.probe_sha256 AND d.origin = s.probe_origin "
            " AND d.at <= s.at))",
            {"photograph": asked["photograph_id"], "search": asked["search_id"]},
        )
    )
    standing = set()
    for row in rows:
        undeclared = row["origin"] == ProbeOrigin.UNDECLARED
        if row["own"] or not (undeclared or _corrected(db, row)):
            standing.add(ProbeOrigin(row["origin"]))
    return tuple(sorted(standing, key=list(ProbeOrigin).index))


def _corrected(db: Connection, declared: dict[str, Any]) -> bool:
    correctors = acts.origin_correctors(db, declared)
    return people.corrected(db, declared["operator_id"], correctors)


def bound_by(db: Connection, candidate_id: int) -> tuple[Policy, ...]:
    """Other policies than its search's that bind a candidate (``guards.FACTS``)."""
    rows = db.query(
        "SELECT policy FROM question_facts WHERE candidate_id = ? AND NOT own "
        "ORDER BY rules_sha256",
        [candidate_id],
    )
    return tuple(policy_from_document(row["policy"]) for row in rows)


@dataclass(frozen=True, slots=True)
class Binding:
    """policy: the first that accepts anything at all under which an unknown was searched, since two
    people last lifted that. case: the reference of the case of that search."""

    unknown_id: int
    policy: Policy
    case: str


def binding_policies(db: Connection, photograph_id: int) -> tuple[Policy, ...]:
    return tuple(bound.policy for bound in binding(db, photograph_id))


def binding(db: Connection, photograph_id: int) -> tuple[Binding, ...]:
    """What binds an unknown and the copies of its photograph, by each of them, the earliest first;
    there may be no candidate yet (``guards.FACTS``)."""
    rows = db.query(
        "SELECT g.unknown_id, p.document, k.reference, min(s.id) AS first FROM unknown_groups g "
        "JOIN search_unknowns u ON u.unknown_id = g.unknown_id "
        "JOIN searches s ON s.id = u.search_id JOIN policies p ON p.sha256 = s.policy_sha256 "
        "JOIN cases k ON k.id = s.case_id "
        "WHERE g.photograph_id = ? AND json_extract(p.document, '$.accepts') = 1 "
        "AND NOT EXISTS (SELECT 1 FROM granted_approvals a WHERE a.kind = 'unbind' "
        " AND a.subject = 'unknown ' || g.unknown_id AND a.until IS NULL AND a.at >= s.at) "
        "GROUP BY g.unknown_id ORDER BY first",
        [photograph_id],
    )
    return tuple(
        Binding(row["unknown_id"], policy_from_document(row["document"]), row["reference"])
        for row in rows
    )


def bound_again(db: Connection, unknown_id: int, subject: str) -> bool:
    """Was the unknown searched after two people had lifted (``subject``) what bound it?"""
    rows = db.query(
        "SELECT 1 FROM granted_approvals a JOIN search_unknowns u ON u.unknown_id = ? "
        "JOIN searches s ON s.id = u.search_id JOIN policies p ON p.sha256 = s.policy_sha256 "
        "WHERE a.kind = 'unbind' AND a.subject = ? AND a.until IS NULL AND s.at > a.at "
        "AND json_extract(p.document, '$.accepts') = 1 LIMIT 1",
        [unknown_id, subject],
    )
    return next(rows, None) is not None


def people_examined(db: Connection, probes: Iterable[str]) -> list[int]:
    """Rows of everybody whom somebody examined or decided for one of these pictures, or for a copy
    of it."""
    rows = db.query(
        "SELECT DISTINCT c.person_id FROM unknowns v "
        "JOIN unknown_groups mine ON mine.unknown_id = v.id "
        "JOIN unknown_groups g ON g.photograph_id = mine.photograph_id "
        "JOIN search_unknowns u ON u.unknown_id = g.unknown_id "
        "JOIN candidates c ON c.search_id = u.search_id "
        "WHERE v.original_sha256 IN (SELECT value FROM json_each(?)) "
        "AND (EXISTS (SELECT 1 FROM examinations e WHERE e.candidate_id = c.id) "
        "OR EXISTS (SELECT 1 FROM decisions d WHERE d.candidate_id = c.id))",
        [json.dumps(sorted(probes))],
    )
    return [row["person_id"] for row in rows]


def met_calibrations(db: Connection, candidate_id: int) -> tuple[MetCalibration, ...]:
    """What the question's other searches with this model say of this candidate's score."""
    rows = db.query(
        "SELECT DISTINCT s.id, json_extract(s.calibration, '$.ceiling') AS ceiling, coalesce("
        " (SELECT min(t.fmr_upper) FROM calibration_steps t WHERE t.search_id = s.id "
        "  AND t.score <= c.score), 1.0) AS fmr_upper "
        "FROM candidates c JOIN searches own ON own.id = c.search_id "
        "JOIN question_members m ON m.candidate_id = c.id JOIN searches s ON s.id = m.search_id "
        "WHERE c.id = ? AND s.id <> own.id "
        "AND EXISTS (SELECT 1 FROM calibration_steps t WHERE t.search_id = s.id) "
        "AND json_extract(s.model, '$.sha256') = json_extract(own.model, '$.sha256')",
        [candidate_id],
    )
    return tuple(
        MetCalibration(r["ceiling"], r["fmr_upper"]) for r in rows if r["ceiling"] is not None
    )


class Rival(NamedTuple):
    """kin: they share a photograph with the candidate, and nobody judged the two one person."""

    score: float
    kin: bool


def best_rival(db: Connection, candidate_id: int, model_sha256: str) -> Rival | None:
    """Of all other people that any search of the unknown with this model showed, people counted as
    for N: one file put into a folder makes nobody's rival the same person."""
    asked = question(db, candidate_id)
    rows = db.query(
        "SELECT c.score, coalesce(i.identity_id = :identity, 0) AS kin FROM unknown_groups g "
        "JOIN search_unknowns u ON u.unknown_id = g.unknown_id "
        "JOIN searches s ON s.id = u.search_id JOIN candidates c ON c.search_id = s.id "
        "LEFT JOIN identities i ON i.person_id = c.person_id WHERE g.photograph_id = :photograph "
        "AND json_extract(s.model, '$.sha256') = :model "
        "AND coalesce(i.counted_id, c.person_id) <> :counted ORDER BY c.score DESC, kin LIMIT 1",
        {
            "identity": asked["identity_id"], "counted": asked["counted_id"],
            "photograph": asked["photograph_id"], "model": model_sha256,
        },
    )  # fmt: skip
    row = next(rows, None)
    return Rival(float(row["score"]), bool(row["kin"])) if row else None


def ended(db: Connection, candidate_id: int) -> list[dict[str, Any]]:
    """Exclusions and withdrawn leads of the question that nobody has reopened yet."""
    rows = db.query(
        "SELECT d.*, w.operator_id AS withdrawn_by FROM decisions d "
        "LEFT JOIN lead_withdrawals w ON w.decision_id = d.id "
        f"WHERE d.candidate_id IN ({MEMBERS}) "
        "AND (d.outcome = 'excluded' OR w.decision_id IS NOT NULL) "
        "AND NOT EXISTS (SELECT 1 FROM reopenings r WHERE r.decision_id = d.id)",
        {"candidate": candidate_id},
    )
    return list(rows)


def ended_by_others(db: Connection, decisions: list[dict[str, Any]], operator_id: int) -> bool:
    """Whether this is another person than whoever made or withdrew any of these decisions."""
    return all(
        people.two(db, operator_id, who)
        for decision in decisions
        for who in (decision["operator_id"], decision["withdrawn_by"])
        if who is not None
    )


def contested(db: Connection, candidate_id: int, since: str) -> bool:
    """Did somebody dissent on the question, or was it excluded, after that moment?"""
    return contested_since(db, candidate_id, since) is not None


def contested_since(db: Connection, candidate_id: int, decided_at: str) -> str | None:
    """When somebody first dissented on the question, or excluded it, after a decision."""
    rows = db.query(
        "SELECT min(at) AS at FROM ("
        "SELECT e.committed_at AS at FROM examinations e WHERE e.committed_at > :since "
        f"AND e.conclusion BETWEEN -3 AND -1 AND e.candidate_id IN ({MEMBERS}) "
        "UNION ALL SELECT d.decided_at FROM decisions d WHERE d.decided_at > :since "
        f"AND d.outcome = 'excluded' AND d.candidate_id IN ({MEMBERS}))",
        {"candidate": candidate_id, "since": decided_at},
    )
    at = next(rows)["at"]
    return None if at is None else str(at)


def unseen_by(
    db: Connection, candidate_id: int, operator_id: int, until: str = "9999"
) -> list[int]:
    """Examinations of the question by others, committed by then, that this person was not shown
    yet."""
    rows = db.query(
        f"SELECT e.id FROM examinations e WHERE e.candidate_id IN ({MEMBERS}) "
        "AND e.operator_id <> :operator AND e.committed_at <= :until "
        "AND NOT EXISTS (SELECT 1 FROM sightings s "
        "WHERE s.examination_id = e.id AND s.operator_id = :operator) ORDER BY e.id",
        {"candidate": candidate_id, "operator": operator_id, "until": until},
    )
    return [row["id"] for row in rows]


_OPEN = """c.offered = 1 AND NOT EXISTS (SELECT 1 FROM decisions d WHERE d.candidate_id = c.id)
    AND EXISTS (SELECT 1 FROM searches s JOIN cases k ON k.id = s.case_id
                WHERE s.id = c.search_id AND k.closed_at IS NULL)"""
"""A candidate that can still be examined."""


def waits(db: Connection, candidate_id: int) -> bool:
    """Can the question still be examined on any search?"""
    query = f"SELECT 1 FROM candidates c WHERE c.id IN ({MEMBERS}) AND {_OPEN} LIMIT 1"
    return next(db.query(query, {"candidate": candidate_id}), None) is not None


def looked_at_elsewhere(db: Connection, candidate_id: int, operator_id: int) -> bool:
    """Can other pictures of the question still be examined, which others have compared and this
    person has not?"""
    asks = (
        "EXISTS (SELECT 1 FROM question_members h JOIN examinations e "
        "ON e.candidate_id = h.member_id WHERE h.candidate_id = c.id AND h.here "
        "AND e.operator_id {} :operator)"
    )
    rows = db.query(
        f"SELECT 1 FROM candidates c WHERE c.id IN ({MEMBERS}) AND {_OPEN} "
        f"AND {asks.format('<>')} AND NOT {asks.format('=')} LIMIT 1",
        {"candidate": candidate_id, "operator": operator_id},
    )
    return next(rows, None) is not None


def under_way(db: Connection, operator_id: int) -> list[int]:
    """Candidates that can still be examined, and whose question others have examined or decided
    but whose pictures this person has not compared."""
    rows = db.query(
        f"SELECT c.id FROM candidates c WHERE {_OPEN} "
        "AND EXISTS (SELECT 1 FROM question_members m WHERE m.candidate_id = c.id AND ("
        " EXISTS (SELECT 1 FROM examinations e WHERE e.candidate_id = m.member_id)"
        " OR EXISTS (SELECT 1 FROM decisions d WHERE d.candidate_id = m.member_id)))"
        "AND NOT EXISTS (SELECT 1 FROM question_members m"
        " JOIN examinations e ON e.candidate_id = m.member_id"
        " WHERE m.candidate_id = c.id AND m.here AND e.operator_id = ?) ORDER BY c.id",
        [operator_id],
    )
    return [row["id"] for row in rows]


def history(db: Connection, candidate_id: int) -> list[dict[str, Any]]:
    """Every search that asked the question, oldest first, with how it was decided there, and what
    came of that."""
    return list(
        db.query(
            "SELECT c.id AS candidate_id, k.reference, s.at, d.outcome, d.decided_at, d.reason, "
            "d.operator_id AS decider_id, o.display_name AS decider, w.reason AS withdrawn, "
            "w.at AS withdrawn_at, x.display_name AS withdrew, r.at AS reopened_at, "
            "r.reason AS reopened, p.display_name AS reopener "
            "FROM candidates c JOIN searches s ON s.id = c.search_id JOIN cases k ON k.id = "
            "s.case_id LEFT JOIN decisions d ON d.candidate_id = c.id "
            "LEFT JOIN operators o ON o.id = d.operator_id "
            "LEFT JOIN lead_withdrawals w ON w.decision_id = d.id "
            "LEFT JOIN operators x ON x.id = w.operator_id "
            "LEFT JOIN reopenings r ON r.id = (SELECT max(id) FROM reopenings "
            " WHERE decision_id = d.id) LEFT JOIN operators p ON p.id = r.operator_id "
            f"WHERE c.id IN ({MEMBERS}) ORDER BY s.at, c.id",
            {"candidate": candidate_id},
        )
    )


def standing(
    db: Connection, candidate_id: int, case_id: int, seen: Opinions, line: int
) -> tuple[Outcome, ...]:
    """Outcomes of the question that forbid a lead: an exclusion or a withdrawn lead until somebody
    else reopened it and a third reached the line; an unresolved one in its own case."""
    rows = db.query(
        "SELECT d.*, s.case_id, w.operator_id AS withdrawn_by FROM decisions d "
        "JOIN candidates c ON c.id = d.candidate_id JOIN searches s ON s.id = c.search_id "
        f"LEFT JOIN lead_withdrawals w ON w.decision_id = d.id WHERE d.candidate_id IN ({MEMBERS})",
        {"candidate": candidate_id},
    )
    found = []
    for row in rows:
        outcome = Outcome(row["outcome"])
        unresolved = outcome is Outcome.UNRESOLVED and row["case_id"] == case_id
        sticks = outcome is Outcome.EXCLUDED or row["withdrawn_by"] is not None
        if unresolved or (sticks and not _reopened(db, candidate_id, row, seen, line)):
            found.append(outcome)
    return tuple(found)


def asked_blind(db: Connection, candidate_id: int) -> bool:
    """Was the question asked by any search under a policy that wants examiners blind?"""
    rows = db.query(
        "SELECT 1 FROM question_members m JOIN searches s ON s.id = m.search_id "
        "JOIN policies p ON p.sha256 = s.policy_sha256 WHERE m.candidate_id = ? "
        "AND json_extract(p.document, '$.blind_verification') = 1 LIMIT 1",
        [candidate_id],
    )
    return next(rows, None) is not None


def dissent(db: Connection, candidate_id: int) -> bool:
    """Did anybody dissent on the question? What it comes to with other opinions is not asked."""
    rows = db.query(
        f"SELECT 1 FROM examinations WHERE candidate_id IN ({MEMBERS}) "
        "AND conclusion BETWEEN -3 AND -1 LIMIT 1",
        {"candidate": candidate_id},
    )
    return next(rows, None) is not None


def shared_dissent(db: Connection, candidate_id: int) -> bool:
    """Did somebody dissent on, or exclude, a row that shares a photograph with this person but
    cannot be one with them?"""
    asked = question(db, candidate_id)
    kin = identities.apart_by_gallery(db, asked["identity_id"])
    rows = db.query(
        "SELECT 1 FROM candidates c JOIN search_unknowns u ON u.search_id = c.search_id "
        "JOIN unknown_groups g ON g.unknown_id = u.unknown_id WHERE g.photograph_id = ? "
        "AND c.person_id IN (SELECT value FROM json_each(?)) AND (EXISTS (SELECT 1 "
        " FROM examinations e WHERE e.candidate_id = c.id AND e.conclusion BETWEEN -3 AND -1) "
        "OR EXISTS (SELECT 1 FROM decisions d WHERE d.candidate_id = c.id "
        " AND d.outcome = 'excluded')) LIMIT 1",
        [asked["photograph_id"], json.dumps(sorted(kin))],
    )
    return next(rows, None) is not None


def _reopened(
    db: Connection, candidate_id: int, decision: dict[str, Any], seen: Opinions, line: int
) -> bool:
    agreeing = {o.operator_id for o in seen.agreeing(line)}
    examiners, bonds = {o.operator_id for o in seen.each}, people.bonds(db)
    query = "SELECT operator_id, at FROM reopenings WHERE decision_id = ?"
    for row in db.query(query, [decision["id"]]):
        firsts = db.query(
            "SELECT operator_id, committed_at AS at, min(id) FROM examinations "
            f"WHERE candidate_id IN ({MEMBERS}) GROUP BY operator_id",
            {"candidate": candidate_id},
        )
        acted = {decision["operator_id"], decision["withdrawn_by"], row["operator_id"]} - {None}
        since = {f["operator_id"] for f in firsts if f["at"] >= row["at"]}
        alone = bonds.independent(acted, examiners)
        if any(bonds.independent(acted | {who}, examiners) > alone for who in agreeing & since):
            return True
    return False


def note_bases(
    db: Connection, decision_id: int, bound: Iterable[Policy], seen: Opinions
) -> None:  # fmt: skip
    """On what a decision rests, so that it can be judged by its own day. ``bound``: what bound it,
    as SHA-256 with spaces between."""
    each = [[o.operator_id, int(o.conclusion)] for o in seen.each]
    db.conn.execute(
        "INSERT INTO decision_bases VALUES (?, ?, ?, ?)",
        (decision_id, RULES, " ".join(p.sha256 for p in bound) or None, json.dumps(each)),
    )


RULES = "0011"
"""The rules that decisions are made under now, by the migration that brought them."""
