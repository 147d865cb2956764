"""The wrong lines that ``mutants`` tries: file, line, what it becomes, and who should notice."""

from tests.mutants import GUARDS, Mutant

STORED = ("tests/storage/test_stored_facts.py", "tests/storage/test_stored_questions.py")
ASKED = ("tests/domain/test_requirements.py", "tests/domain/test_opinions.py")
FOUND = ("tests/domain/test_opinions.py",)
POLICY = ("tests/domain/test_policy.py",)
PLACED = ("tests/domain/test_placing_edges.py", "tests/domain/test_placing.py")
EDGES = ("tests/domain/test_edges.py", "tests/domain/test_calibration.py")
COUNTED = ("tests/domain/test_people.py",)
DETECTED = ("tests/vision/test_detect.py",)
ALIGNED = ("tests/vision/test_align.py",)
UNITS = ("tests/services/test_people.py", "-k", "unit or declaration or long_ago")
TURNED = ("tests/services/test_turned_round.py",)
BY_SQL = ("tests/services/test_rehearsals_by_sql.py",)
ONE = ("tests/domain/test_identities.py",)
REFUSED = ("tests/storage/test_acceptance_by_sql.py", "-k", "identities_true or unknowns_true")
TRIES = ("tests/storage/test_tries.py",)
MASKED = ("tests/services/test_masking.py",)
BOUND = ("tests/services/test_bound.py",)
LOOKED = ("tests/services/test_looks.py",)
LOWERED = ("tests/services/test_lowered.py",)
OVER = ("tests/ui/test_closed_and_decided.py",)


def stored(words: str) -> tuple[str, ...]:
    return *STORED, "-k", words


def acts(words: str) -> tuple[str, ...]:
    return "tests/services/test_question_acts.py", "-k", words


SIDE = "key=lambda f: -f.score * (f.box.width * f.box.height) ** 0.5"
NUMBERED = "s.status = 'searched' AND s.absent = 1) AS people"
RULES = "domain/requirements/"

# fmt: off
KNOWN_TO_HAVE_LIVED: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (RULES + "comparison.py", "(ConfidenceStatus.REFERENCE, ConfidenceStatus.EXTRAPOLATED)",
     "(ConfidenceStatus.REFERENCE,)", ASKED),
    (GUARDS, "f.confidence_status IN ('reference', 'extrapolated')",
     "f.confidence_status IN ('reference')", stored("beyond")),
    ("storage/rehearsals.py", NUMBERED, NUMBERED.replace("= 'searched'", "<> 'pending'"),
     stored("failed")),
    (GUARDS, "AND q.status = 'searched' AND q.absent = 1) >= 30)", "AND q.absent = 1) >= 30)",
     stored("failed")),
    ("services/decide.py", "age_days=(at - ended)", "age_days=(ended - at)", stored("rehearsal")),
    ("services/decide.py", "(given - opened).total_seconds() / 3600",
     "(given - opened).total_seconds() / 60", stored("authorisation")),
    (GUARDS, "* 86400000) / 3600000", "* 86400000) / 60000", stored("authorisation")),
    ("services/searching.py", "confidence.value >= policy.lead_confidence",
     "confidence.value >= policy.accept_confidence", acts("lead_line")),
    ("vision/detect.py", "    edge = 1.0 / part.scale", "    edge = 0.0", DETECTED),
    ("vision/detect.py", "(rows[:, 0] > edge) | (part.x <= 0)", "(rows[:, 0] > edge)", DETECTED),
    ("vision/detect.py", "(rows[:, 1] > edge) | (part.y <= 0)", "(part.y >= 0)", DETECTED),
    ("vision/detect.py", "| (part.x + part.width >= shape[1])", "| (part.x >= 0)", DETECTED),
    ("vision/detect.py", " | (part.y + part.height >= shape[0])", "", DETECTED),
    ("vision/detect.py", "<= part.largest)", "<= 9 * part.largest)", DETECTED),
    ("vision/detect.py", SIDE, "key=lambda f: -f.score", DETECTED),
    ("vision/detect.py", SIDE, "key=lambda f: -f.box.width", DETECTED),
    ("vision/detect.py", SIDE, SIDE.replace("-", ""), DETECTED),
    ("domain/calibration.py", "np.floor(self._levels", "np.ceil(self._levels", EDGES),
    ("domain/calibration.py", "return int(np.ceil(max(", "return int(np.floor(max(", EDGES),
    ("domain/calibration.py", "np.ceil(tails[:, 0]", "np.floor(tails[:, 0]", EDGES),
    ("domain/impostors.py", "* (BINS / 2) + 1e-9", "* (BINS / 2) + 0.5", EDGES),
    ("domain/impostors.py", "np.float32(BINS / 2 + 0.5)", "np.float32(BINS / 2)", EDGES),
    ("vision/align.py", "    margin = 2 / scale", "    margin = 0", ALIGNED),
    ("domain/placing.py", "CLOSEST = 4.0", "CLOSEST = 3.0", PLACED),
    ("domain/placing.py", "points[1]) < CLOSEST", "points[1]) <= CLOSEST", PLACED),
    ("domain/placing.py", "MISFIT = 0.37", "MISFIT = 0.45", PLACED),
    ("domain/placing.py", "SAME_PLACE = 0.35", "SAME_PLACE = 0.45", PLACED),
    ("domain/placing.py", "0 <= x <= width and", "0 <= x and", PLACED),
    ("domain/placing.py", "z.conjugate() * w", "z * w", PLACED),
    ("domain/placing.py", "key=lambda f: _apart(face, f), default",
     "key=lambda f: -f.score, default", PLACED),
    ("services/masking.py", "reviews.decision(db, candidate_id) is not None", "False",
     acts("after_the_decision")),
    ("ui/case/case_data.py", "state.examined_by_me or state.outcome is not None for",
     "state.examined_by_me for", OVER),
    ("ui/case/case_data.py", "return all(state", "return any(state", OVER),
    ("ui/examination/form.py", "if dossier.case.closed_at is not None:", "if False:", OVER),
    ("ui/examination/decision.py", "if dossier.case.closed_at is not None:", "if False:", OVER),
    ("ui/case/case_header.py", "self.closed.setVisible(not open_)", "self.closed.hide()", OVER),
)
"""Of these kinds it was found that nothing noticed them."""

OTHERS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    # What a policy is, and what it asks
    ("domain/policy.py", "self.lead_confidence > self.accept_confidence", "False", POLICY),
    ("domain/policy.py", "and self.examiners < 2:", "and self.examiners < 1:", POLICY),
    ("domain/policy.py", "ProbeOrigin.UNDECLARED not in self.blocked_origins",
     "not self.blocked_origins", POLICY),
    (RULES + "__init__.py", "(own, *bound) if rule.binds else (own,)", "(own, *bound)", ASKED),
    (RULES + "__init__.py", "(r for r in asked if not r.met)", "()", ASKED),
    (RULES + "circumstances.py", "given and delay <= hours,", "given and delay < hours,", ASKED),
    (RULES + "circumstances.py", "met = bool(facts.origins) and not", "met = not", ASKED),
    (RULES + "circumstances.py", "written and analysed == examiners,", "written,", ASKED),
    (RULES + "comparison.py", "ConfidenceStatus.NOT_MEASURABLE and facts", "None and facts", ASKED),
    (RULES + "comparison.py", "NOT_MEASURABLE and facts.calibration_stands", "NOT_MEASURABLE",
     ASKED),
    (RULES + "comparison.py", "rehearsal.people >= REHEARSED_PEOPLE", "rehearsal.people > 0",
     ASKED),
    (RULES + "comparison.py", "facts.margin is not None and", "facts.margin is None or", ASKED),
    (RULES + "comparison.py", "facts.gallery_persons != 1", "facts.gallery_persons != 0", ASKED),
    (RULES + "people.py", " + facts.dissent", "", ASKED),
    (RULES + "people.py", " and not opinions.undecided(line)", "", ASKED),
    (RULES + "people.py", "return third and facts.impartial is True,", "return third,", ASKED),
    # Opinions, outcomes, findings, facts, people
    ("domain/opinions.py", "0 if conclusion is Conclusion.INSUFFICIENT_QUALITY else ", "", FOUND),
    ("domain/opinions.py", "return min(conclusions", "return max(conclusions", FOUND),
    ("domain/opinions.py", "Conclusion.DIFFERENT_EXTREMELY_STRONG <= conclusion", "conclusion",
     FOUND),
    ("domain/opinions.py", "opinion.unseen and opinion.renewed", "opinion.renewed", FOUND),
    ("domain/opinions.py", "opinion.unseen and opinion.renewed", "opinion.unseen", FOUND),
    ("domain/opinions.py", "opinion.another and opinion.unseen", "opinion.unseen", FOUND),
    ("domain/opinions.py", "people += opinion.another", "people += 1", FOUND),
    ("domain/opinions.py", "(o.unseen or not blind))", "True)", stored("blind")),
    ("domain/identities.py", " and not a.beside(b)", "", ONE),
    ("domain/identities.py", "_all_share(a, b, direct) and ", "", ONE),
    ("domain/identities.py", "for b in other.judged)", "for b in list(other.judged)[:1])", ONE),
    ("domain/identities.py", "first.removed_after >= second.id", "first.removed_after > second.id",
     ONE),
    ("domain/identities.py", "one.gallery_id == other.gallery_id and together", "together", ONE),
    ("domain/identities.py", "for link in links if link.judged)", "for link in links if 0)", ONE),
    ("domain/outcomes.py", "opinions.agreeing(1)", "opinions.agreeing(2)", FOUND),
    ("domain/outcomes.py", "max(policy.examiners, bound_examiners)", "policy.examiners", FOUND),
    ("domain/outcomes.py", "facts.people > examiners and", "facts.people >= examiners and", FOUND),
    ("domain/outcomes.py", "if settled and excluding else", "if settled else", FOUND),
    ("domain/outcomes.py", "if excluding >= examiners else", "if excluding else", FOUND),
    ("domain/findings.py", "if v is finding and k in GROUPS}", "if v is finding}", FOUND),
    ("domain/findings.py", "seen >= similar and", "seen > similar and", FOUND),
    ("domain/findings.py", "examination.conclusion >= STRONG", "examination.conclusion > STRONG",
     FOUND),
    ("domain/findings.py", "conclusion >= STRONG or -3 <= conclusion <= -STRONG",
     "conclusion >= STRONG", acts("checklist")),
    ("domain/facts.py", "max(self.people, accepted", "max(accepted", ASKED),
    ("domain/facts.py", "if c.ceiling >= percent)", "if c.ceiling > percent)", ASKED),
    ("domain/people.py", " if c.operator_id not in concerned}", "}", COUNTED),
    ("domain/people.py", "any(u <= person for u", "any(u & person for u", COUNTED),
    # What the file refuses
    (GUARDS, "AND a.at >= x.at)", "AND a.at < x.at)", stored("free")),
    (GUARDS, "CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END", "e.conclusion",
     stored("insufficient")),
    (GUARDS, "AND g.at <= e.committed_at AND {_same", "AND {_same", stored("third")),
    (GUARDS, "AND {_same_person(\"g.operator_id\", \"o.operator_id\")})",
     "AND g.operator_id = o.operator_id)", stored("another_account")),
    (GUARDS, "IS NOT 1 OR {_UNSEEN})", "IS NOT 2 OR {_UNSEEN})", stored("blind")),
    (GUARDS, "{_people_up_to(\"<=\")} > {", "{_people_up_to(\"<=\")} >= {", stored("third")),
    (GUARDS, "m.person_id = r.person_id OR NOT", "NOT", stored("passed_over")),
    (GUARDS, "o.conclusion <= -1) OR {_SHARED})", "o.conclusion <= -1))", stored("passed_over")),
    (GUARDS, "OR {_UNSEEN}) AND {_HERE}", "OR {_UNSEEN})", stored("copy")),
    ("domain/opinions.py", "if o.here and (o.unseen or not blind))",
     "if o.unseen or not blind)", stored("copy")),
    ("domain/opinions.py", "opinion.here and opinion.reaches", "opinion.reaches", FOUND),
    (GUARDS, "i.judged_id <> coalesce(r.lowest, i.person_id)", "0", REFUSED),
    (GUARDS, "OR j.identity_id IS NOT i.identity_id)", ")", REFUSED),
    (GUARDS, "WHERE i.counted_id <> c.counted_id)", "WHERE 0)", REFUSED),
    (GUARDS, "HAVING (c.one = c.other) = max(", "HAVING 1 = max(", REFUSED),
    (GUARDS, "HAVING (c.one = c.other) = max(", "HAVING 0 = max(", REFUSED),
    (GUARDS, "UNION SELECT identity_id, identity_id FROM identities GROUP BY 1 HAVING count(*) > 1",
     "", REFUSED),
    (GUARDS, "OR (a.photograph_id <> a.unknown_id", "OR (a.photograph_id < 0", REFUSED),
    (GUARDS, "OR (a.shown_id <> a.unknown_id", "OR (a.shown_id < 0", REFUSED),
    (GUARDS, "AND r.at >= o.at AND o.own = 0)", "AND o.own = 0)", stored("corrected")),
    (GUARDS, "AND r.at >= o.at AND o.own = 0)", "AND r.at >= o.at)", stored("corrected")),
    (GUARDS, "AND s.id <> f.search_id", "AND s.id < f.search_id", stored("cautious")),
    (GUARDS, "'$.ceiling') >= {", "'$.ceiling') > {", stored("cautious")),
    (GUARDS, "(d.outcome = 'unresolved' AND s.case_id = f.case_id)", "d.outcome = 'unresolved'",
     stored("stick")),
    (GUARDS, "(e.conclusion < 2 OR NOT", "(e.conclusion < 3 OR NOT", stored("carry")),
    (GUARDS, "o.conclusion > -1 AND NOT", "o.conclusion > 0 AND NOT",
     stored("insufficient")),
    (GUARDS, "AND p.standing IN ('suspected', 'same'))", "AND p.standing = 'same')",
     stored("copy")),
    (GUARDS, "THEN {_EXCLUDING} < 1 OR NOT {_HEARD} ", "THEN {_EXCLUDING} < 1 ", stored("open")),
    (GUARDS, "f\"{_CONFLICT} OR (f.own = 1", "f\"(f.own = 1", stored("open")),
    (GUARDS, "WHERE o.conclusion >= 1))", "WHERE o.conclusion >= 2))", stored("open")),
    # Deciding, reviewing, searching
    ("services/decide.py", "in (Standing.CERTAIN, Standing.SAME)", "is Standing.SAME",
     stored("same_photograph")),
    ("services/decide.py", "min(margins, default", "max(margins, default", stored("margin")),
    ("services/decide.py", "every > bonds.independent(examiners)",
     "every >= bonds.independent(examiners)", stored("open")),
    ("services/decide.py", "and is_blank(reason):", "and not reason:", acts("decided")),
    ("storage/questions.py", "AND e.operator_id <> :operator AND NOT EXISTS", "AND NOT EXISTS",
     acts("seen_of")),
    ("services/masking.py", "and not (viewer.examines and questions.waits(db, candidate_id))", "",
     MASKED),
    ("services/masking.py", "    note_seen(store, viewer, candidate_id)", "    pass", MASKED),
    ("services/masking.py", "not questions.unseen_by(db, candidate_id, viewer.id)", "True",
     acts("without_blindness")),
    ("services/review.py", "if outcome in RESTS_ON_OPINIONS:", "if False:", MASKED),
    ("services/review.py", "len(examiners) if knows else 0", "len(examiners)", MASKED),
    ("services/decide.py", "tries=Tries(compared, compared, compared),", "", MASKED),
    ("services/decide.py", "assessment if knows else stored.withheld(corroboration)",
     "assessment", MASKED),
    ("services/decide.py", "refusal if knows else stored.refusal(outcome, stored.unswayed()[1])",
     "refusal", MASKED),
    ("services/decide.py", "            opinions=NOBODY,\n", "", MASKED),
    ("services/searching.py", "(own, *self.bound_by)", "(own,)", BOUND),
    ("services/review.py", "for p in self.policies(candidate_id))", "for p in [stored.policy])",
     BOUND),
    ("storage/database.py", "datetime.fromisoformat(last) + TICK", "datetime.fromisoformat(last)",
     ("tests/services/test_time.py",)),
    ("services/review.py", "return (own, *questions.bound_by(db, candidate_id))",
     "return (own,)", BOUND),
    ("services/identify.py", "(policy.probe_analysis_first or analysis_first)",
     "policy.probe_analysis_first", BOUND),
    ("storage/looks.py", "_people(db, look_id) - own", "_people(db, look_id)", LOOKED),
    ("storage/looks.py", "everybody == _people(db, last)", "False", LOOKED),
    ("storage/looks.py", "        count(db, unknown[\"id\"])", "        pass", LOOKED),
    ("services/searching.py", "self._copies.looked_at)", "())", LOOKED),
    ("services/review.py", "not lowers(draft.conclusion, given)", "False", LOWERED),
    ("services/questions.py", "if not all(independent.two(", "if not all(True or independent.two(",
     acts("corrects_how_many")),
    ("services/review.py", "if operator.examines and self.must_analyse(operator, search_id):",
     "if False:", acts("analyses")),
    ("services/searching.py", "found.candidates(max(limit, 2))", "found.candidates(limit)",
     acts("margin")),
    ("services/searching.py", "min(max(SAME_PERSON_FMR, resolved), FALSE_LINKS",
     "max(max(SAME_PERSON_FMR, resolved), FALSE_LINKS", acts("strangers")),
    # Questions, unknowns, tries, identities, people
    ("services/questions.py", "if people < 1:", "if people < 0:", acts("elsewhere")),
    ("storage/questions.py", "for who in (decision[\"operator_id\"], decision[\"withdrawn_by\"])",
     "for who in (decision[\"operator_id\"],)", acts("withdrew")),
    ("storage/people.py", "independent(db, {one, other}) == 2", "one != other", acts("oneself")),
    ("storage/questions.py", "coalesce(s.operator_id, ?) AS operator_id",
     "coalesce(s.operator_id, -?) AS operator_id", stored("whoever_looked")),
    ("storage/questions.py", ", row[\"operator_id\"]} - {None}", "} - {None}",
     stored("reopened")),
    ("storage/questions.py", "AND NOT EXISTS (SELECT 1 FROM reopenings r WHERE", "AND NOT EXISTS "
     "(SELECT 1 FROM reopenings r WHERE 0 AND", acts("reopened")),
    ("storage/questions.py", "WHERE e.operator_id <> :operator AND s.at <= :by ",
     "WHERE s.at <= :by ", stored("sight")),
    ("storage/unknowns.py", "< max(size, :size) / 2", "< max(size, :size) * 2", TRIES),
    ("storage/unknowns.py", "seen = face.placement.seen if face.placement else None", "seen = None",
     TRIES),
    ("storage/unknowns.py", " if r[\"relation\"] == \"photograph\")", ")", TRIES),
    ("storage/tries.py", "SELECT DISTINCT coalesce(i.counted_id, t.person_id) AS person",
     "SELECT DISTINCT t.person_id AS person", stored("one_person")),
    ("storage/migrations/identities_0011.py", "iif(first > min(last) OVER alike,", "iif(1,", TRIES),
    ("storage/migrations/identities_0011.py", "ORDER BY i.person_id, a.id),",
     "ORDER BY i.person_id, 4),", TRIES),
    ("storage/identities.py", "(wanted.get(row, row), judged.get(row, row), row)",
     "(wanted.get(row, row), wanted.get(row, row), row)", TRIES),
    ("storage/tries.py", "max(row[\"gallery_persons\"] - len(people), 0)", "0", TRIES),
    ("storage/tries.py", "coalesce(max(d.people), 0)", "coalesce(min(d.people), 0)",
     stored("elsewhere")),
    ("storage/identities.py", "kin.add(shared[\"other_id\"])", "pass", stored("passed_over")),
    ("storage/identities.py", "if not any(beside(o, one) for one in mine)}", "}",
     stored("held_beside")),
    (GUARDS, " AND o.reference_sha256 = c.reference_sha256", "", stored("another_picture")),
    ("storage/looks.py", "set()).add(-row[\"id\"])",
     "set())", TURNED),
    ("storage/looks.py", "number = FIRST_PICTURE - int(row[\"original_sha256\"][:12], 16)",
     "number = FIRST_PICTURE", TURNED),
    ("storage/looks.py", "(original_sha256, face, method, fingerprint) = (",
     "(original_sha256, ?3, ?4, ?5) = (", BY_SQL),
    ("services/searching.py", "looks.note(db, self._loaded.summary.id, model, people)", "pass",
     TURNED),
    ("storage/unknowns.py", "AND model_sha256 = ?2 AND vector = ?3)", "AND model_sha256 = ?2)",
     TURNED),
    ("storage/migrations/m0006_accounts.py", "'-30 days'", "'-300 days'", UNITS),
    ("storage/migrations/m0006_accounts.py",
     "FROM colleagues w WHERE w.id NOT IN", "FROM people_at_work w WHERE w.id NOT IN", UNITS),
    ("storage/migrations/m0008_marks.py", "until=\"t.id\"))} >= 2)", "until=\"t.id\"))} >= 1)",
     TRIES),
    ("storage/migrations/m0008_marks.py", "until=\"9e18\"))} < 2", "until=\"9e18\"))} < 1", TRIES),
    ("storage/people.py", " AND s.answer = 'signed' ", " ", UNITS),
)
"""Others, chosen where the consequence would be an acceptance, or something told too early."""
# fmt: on

MUTANTS = tuple(Mutant(*one) for one in (*KNOWN_TO_HAVE_LIVED, *OTHERS))
