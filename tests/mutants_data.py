"""The wrong lines that ``mutants`` tries, in the order of the layers."""

from tests.mutants import GUARDS, Mutant

STORED = ("tests/storage/test_stored_facts.py",)
ASKED = ("tests/domain/test_requirements.py",)
ACTS = ("tests/services/test_question_acts.py",)
CLOSED = ("tests/ui/test_closed_and_decided.py",)
DETECT = ("tests/vision/test_detect.py",)
EDGES = ("tests/domain/test_edges.py", "tests/domain/test_calibration.py")
PLACED = ("tests/domain/test_placing.py", "tests/domain/test_placing_edges.py")
FOUND = ("tests/domain/test_opinions.py",)
PEOPLE = ("tests/domain/test_people.py", "tests/services/test_people.py")
POLICY = ("tests/domain/test_policy.py",)
ASKED_ALONE = ("tests/domain/test_opinions.py",)
TRIED = ("tests/storage/test_tries.py",)

COMPARISON = "domain/requirements/comparison.py"
CIRCUMSTANCES = "domain/requirements/circumstances.py"
BY_PEOPLE = "domain/requirements/people.py"
OPINIONS = "domain/opinions.py"
OUTCOMES = "domain/outcomes.py"
FINDINGS = "domain/findings.py"
FACTS = "domain/facts.py"
DECIDE = "services/decide.py"
REVIEW = "services/review.py"
QUESTIONS = "storage/questions.py"
DETECTOR = "vision/detect.py"

KNOWN_TO_HAVE_LIVED: tuple[Mutant, ...] = (
    Mutant(
        COMPARISON,
        "(ConfidenceStatus.REFERENCE, ConfidenceStatus.EXTRAPOLATED)",
        "(ConfidenceStatus.REFERENCE,)",
        ASKED,
    ),
    Mutant(
        GUARDS,
        "f.confidence_status IN ('reference', 'extrapolated')",
        "f.confidence_status IN ('reference')",
        (*STORED, "-k", "beyond"),
    ),
    Mutant(
        "storage/rehearsals.py",
        "s.status = 'searched' AND s.absent = 1) AS people",
        "s.status <> 'pending' AND s.absent = 1) AS people",
        (*STORED, "-k", "rehearsal"),
    ),
    Mutant(
        GUARDS,
        "AND q.status = 'searched' AND q.absent = 1) >= 30)",
        "AND q.absent = 1) >= 30)",
        (*STORED, "-k", "rehearsal"),
    ),
    Mutant(DECIDE, "age_days=(at - ended)", "age_days=(ended - at)", (*STORED, "-k", "rehearsal")),
    Mutant(
        DECIDE,
        "(given - opened).total_seconds() / 3600",
        "(given - opened).total_seconds() / 60",
        (*STORED, "-k", "authorisation"),
    ),
    Mutant(
        "services/searching.py",
        "confidence.value >= policy.lead_confidence",
        "confidence.value >= policy.accept_confidence",
        (*ACTS, "-k", "lead_line"),
    ),
    Mutant(DETECTOR, "    edge = 1.0 / part.scale", "    edge = 0.0", DETECT),
    Mutant(DETECTOR, "(rows[:, 0] > edge) | (part.x <= 0)", "(rows[:, 0] > edge)", DETECT),
    Mutant(DETECTOR, "(rows[:, 1] > edge) | (part.y <= 0)", "(part.y <= shape[0])", DETECT),
    Mutant(DETECTOR, "| (part.x + part.width >= shape[1])", "| (part.x + part.width >= 0)", DETECT),
    Mutant(DETECTOR, "| (part.y + part.height >= shape[0])", "", DETECT),
    Mutant(DETECTOR, "<= part.largest)", "<= 9 * part.largest)", DETECT),
    Mutant(
        DETECTOR,
        "key=lambda f: -f.score * (f.box.width * f.box.height) ** 0.5",
        "key=lambda f: -f.score",
        DETECT,
    ),
    Mutant(
        DETECTOR,
        "key=lambda f: -f.score * (f.box.width * f.box.height) ** 0.5",
        "key=lambda f: -(f.box.width * f.box.height)",
        DETECT,
    ),
    Mutant(
        DETECTOR,
        "key=lambda f: -f.score * (f.box.width * f.box.height) ** 0.5",
        "key=lambda f: f.score * (f.box.width * f.box.height) ** 0.5",
        DETECT,
    ),
    Mutant(
        "domain/calibration.py",
        "np.floor(self._levels - self._typical)",
        "np.ceil(self._levels - self._typical)",
        EDGES,
    ),
    Mutant("domain/calibration.py", "return int(np.ceil(max(", "return int(np.floor(max(", EDGES),
    Mutant(
        "domain/calibration.py",
        "np.maximum(np.ceil(tails[:, 0] * LEVEL_SHARE), 1.0)",
        "np.maximum(np.floor(tails[:, 0] * LEVEL_SHARE), 1.0)",
        EDGES,
    ),
    Mutant("domain/impostors.py", "* (BINS / 2) + 1e-9", "* (BINS / 2) + 0.5", EDGES),
    Mutant(
        "domain/impostors.py",
        "best += np.float32(BINS / 2 + 0.5)",
        "best += np.float32(BINS / 2)",
        EDGES,
    ),
    Mutant(
        "vision/align.py",
        "    margin = 2 / scale",
        "    margin = 0",
        ("tests/vision/test_align.py",),
    ),
    Mutant("domain/placing.py", "CLOSEST = 4.0", "CLOSEST = 3.0", PLACED),
    Mutant(
        "domain/placing.py",
        "dist(points[0], points[1]) < CLOSEST",
        "dist(points[0], points[1]) <= CLOSEST",
        PLACED,
    ),
    Mutant("domain/placing.py", "MISFIT = 0.37", "MISFIT = 0.45", PLACED),
    Mutant("domain/placing.py", "SAME_PLACE = 0.35", "SAME_PLACE = 0.45", PLACED),
    Mutant(
        "domain/placing.py", "0 <= x <= width and 0 <= y <= height", "0 <= x and 0 <= y", PLACED
    ),
    Mutant(
        "domain/placing.py",
        "p, q = _centred(points), _centred(LAYOUT)",
        "p, q = _centred(points), [z.conjugate() for z in _centred(LAYOUT)]",
        PLACED,
    ),
    Mutant(
        "domain/placing.py",
        "return min(there, key=lambda f: _apart(face, f), default=None)",
        "return max(there, key=lambda f: f.score, default=None)",
        PLACED,
    ),
    Mutant(
        REVIEW,
        "return own or reviews.decision(db, candidate_id) is not None",
        "return own",
        (*ACTS, "-k", "after_the_decision"),
    ),
    Mutant(
        "ui/case/case_data.py",
        "state.examined_by_me or state.outcome is not None",
        "state.examined_by_me",
        CLOSED,
    ),
    Mutant(
        "ui/examination/form.py",
        "if dossier.case.closed_at is not None:",
        "if dossier.case.closed_at is None:",
        CLOSED,
    ),
    Mutant(
        "ui/examination/decision.py", "if dossier.case.closed_at is not None:", "if False:", CLOSED
    ),
    Mutant(
        "ui/case/case_header.py",
        "self.closed.setVisible(not open_)",
        "self.closed.setVisible(False)",
        CLOSED,
    ),
)
"""Of these kinds it was found that nothing noticed them."""

OTHERS: tuple[Mutant, ...] = (
    # What a policy is
    Mutant(
        "domain/policy.py",
        "if self.lead_confidence > self.accept_confidence:",
        "if self.lead_confidence > 100:",
        POLICY,
    ),
    Mutant(
        "domain/policy.py",
        "if self.blind_verification and self.examiners < 2:",
        "if self.blind_verification and self.examiners < 1:",
        POLICY,
    ),
    Mutant(
        "domain/policy.py",
        "if ProbeOrigin.UNDECLARED not in self.blocked_origins:",
        "if not self.blocked_origins:",
        POLICY,
    ),
    # What it asks
    Mutant(
        "domain/requirements/__init__.py",
        "if bound is None or not rule.binds or",
        "if bound is None or",
        ASKED,
    ),
    Mutant(
        "domain/requirements/__init__.py",
        "earlier is None or (earlier.met and asked is not None)",
        "earlier is None or asked is not None",
        ASKED,
    ),
    Mutant(
        CIRCUMSTANCES, "return given and delay <= hours,", "return given and delay < hours,", ASKED
    ),
    Mutant(CIRCUMSTANCES, "met = bool(facts.origins) and not", "met = not", ASKED),
    Mutant(CIRCUMSTANCES, "return written and analysed == examiners,", "return written,", ASKED),
    Mutant(COMPARISON, "status is not ConfidenceStatus.NOT_MEASURABLE and", "", ASKED),
    Mutant(COMPARISON, "and facts.calibration_stands\n", "\n", ASKED_ALONE),
    Mutant(COMPARISON, "rehearsal.people >= REHEARSED_PEOPLE", "rehearsal.people > 0", ASKED),
    Mutant(
        COMPARISON,
        "facts.margin is not None and facts.margin >= policy.min_margin",
        "facts.margin is None or facts.margin >= policy.min_margin",
        ASKED,
    ),
    Mutant(
        COMPARISON, "if facts.gallery_persons != 1:", "if facts.gallery_persons != 0:", ASKED_ALONE
    ),
    Mutant(
        BY_PEOPLE, "policy.examiners + bool(facts.opinions.dissenting)", "policy.examiners", ASKED
    ),
    Mutant(BY_PEOPLE, "and not opinions.undecided(line)", "", ASKED),
    Mutant(BY_PEOPLE, "return third and facts.impartial is True,", "return third,", ASKED),
    # Opinions, outcomes, findings, facts
    Mutant(OPINIONS, "0 if c is Conclusion.INSUFFICIENT_QUALITY else int(c)", "int(c)", FOUND),
    Mutant(OPINIONS, "return min(conclusions, key=", "return max(conclusions, key=", FOUND),
    Mutant(
        OPINIONS,
        "Conclusion.DIFFERENT_EXTREMELY_STRONG <= self.conclusion <= LEAST_DISSENT",
        "self.conclusion <= LEAST_DISSENT",
        FOUND,
    ),
    Mutant(
        OPINIONS,
        "self.each[examiners:] if o.unseen and o.renewed",
        "self.each[examiners:] if o.renewed",
        FOUND,
    ),
    Mutant(
        OPINIONS,
        "self.each[examiners:] if o.unseen and o.renewed",
        "self.each[examiners:] if o.unseen",
        FOUND,
    ),
    Mutant(
        OPINIONS,
        "return third is not None and third.reaches(line)",
        "return any(o.reaches(line) for o in self.each[examiners:])",
        FOUND,
    ),
    Mutant(
        OUTCOMES,
        "opinions.dissenting and opinions.agreeing(1)",
        "opinions.dissenting and opinions.agreeing(2)",
        FOUND,
    ),
    Mutant(OUTCOMES, "max(policy.examiners, bound_examiners)", "policy.examiners", FOUND),
    Mutant(OUTCOMES, "facts.people > examiners and", "facts.people >= examiners and", FOUND),
    Mutant(
        OUTCOMES, "return None if settled and excluding else", "return None if settled else", FOUND
    ),
    Mutant(OUTCOMES, "if excluding >= examiners else", "if excluding else", FOUND),
    Mutant(FINDINGS, "k in GROUPS}", "k}", FOUND),
    Mutant(FINDINGS, "seen >= similar and", "seen > similar and", FOUND),
    Mutant(
        FINDINGS, "examination.conclusion < STRONG or", "examination.conclusion <= STRONG or", FOUND
    ),
    Mutant(
        FACTS, "max(self.people, accepted, self.declared)", "max(accepted, self.declared)", ASKED
    ),
    Mutant(FACTS, "if c.ceiling >= percent)", "if c.ceiling > percent)", ASKED),
    Mutant("domain/people.py", "if c.operator_id not in asked}", "}", PEOPLE[:1]),
    Mutant(
        "domain/people.py",
        "any(u <= person for u in declared)",
        "any(u & person for u in declared)",
        PEOPLE[:1],
    ),
    # What the file refuses
    Mutant(GUARDS, ">= first.at)", "<= first.at)", STORED),
    Mutant(
        GUARDS,
        "min(CASE e.conclusion WHEN -9 THEN 0 ELSE e.conclusion END)",
        "min(e.conclusion)",
        STORED,
    ),
    Mutant(
        GUARDS,
        "AND g.operator_id = o.operator_id AND g.at <= e.committed_at)",
        "AND g.operator_id = o.operator_id)",
        STORED,
    ),
    Mutant(GUARDS, "AND r.at >= o.at AND o.own = 0)", "AND o.own = 0)", STORED),
    Mutant(GUARDS, "AND r.at >= o.at AND o.own = 0)", "AND r.at >= o.at)", STORED),
    Mutant(
        GUARDS,
        "WHERE m.candidate_id = f.candidate_id AND s.id <> f.search_id",
        "WHERE m.candidate_id = f.candidate_id AND s.id < f.search_id",
        STORED,
    ),
    Mutant(
        GUARDS,
        "(d.outcome = 'unresolved' AND s.case_id = f.case_id)",
        "d.outcome = 'unresolved'",
        STORED,
    ),
    Mutant(GUARDS, "AND (e.conclusion < 2 OR NOT", "AND (e.conclusion < 3 OR NOT", STORED),
    Mutant(GUARDS, "o.conclusion > -1 AND NOT", "o.conclusion > 0 AND NOT", STORED),
    Mutant(GUARDS, "AND p.standing IN ('suspected', 'same')", "AND p.standing IN ('same')", STORED),
    Mutant(GUARDS, "{_EXCLUDING} < 1 OR NOT {_HEARD} ", "{_EXCLUDING} < 1 ", STORED),
    Mutant(GUARDS, '= 1 "\n    f"AND NOT EXISTS (SELECT 1 FROM {OPINIONS})"', '= 1"', STORED),
    Mutant(
        GUARDS,
        "EXISTS (SELECT 1 FROM {OPINIONS} o WHERE o.conclusion >= 1))",
        "EXISTS (SELECT 1 FROM {OPINIONS} o WHERE o.conclusion >= 2))",
        STORED,
    ),
    # Deciding and reviewing
    Mutant(
        DECIDE,
        "self.photograph in (Standing.CERTAIN, Standing.SAME)",
        "self.photograph is Standing.SAME",
        STORED,
    ),
    Mutant(
        DECIDE, "margin=min(margins, default=None)", "margin=max(margins, default=None)", STORED
    ),
    Mutant(
        DECIDE,
        "impartial = every > people.independent(db, examiners)",
        "impartial = every >= people.independent(db, examiners)",
        STORED,
    ),
    Mutant(
        DECIDE,
        "if outcome is not Outcome.ACCEPTED and is_blank(reason):",
        "if outcome is not Outcome.ACCEPTED and not reason:",
        ACTS,
    ),
    Mutant(REVIEW, "masked = not mine and outcome is None and", "masked = not mine and", ACTS),
    Mutant(REVIEW, "if e.operator_id != operator.id]", "]", ACTS),
    Mutant(
        REVIEW,
        "if operator.examines and self.must_analyse(operator, search_id):",
        "if False:",
        ACTS,
    ),
    Mutant(
        REVIEW,
        "if draft.conclusion in STRONG and is_blank(draft.notes):",
        "if draft.conclusion in STRONG[:2] and is_blank(draft.notes):",
        ACTS,
    ),
    Mutant(
        "services/searching.py",
        "found.candidates(max(limit, 2))",
        "found.candidates(limit)",
        (*ACTS, "-k", "margin"),
    ),
    Mutant(
        "services/searching.py",
        "min(SAME_PERSON_FMR, FALSE_LINKS / max(len(others), 1))",
        "FALSE_LINKS / max(len(others), 1)",
        ACTS,
    ),
    # Questions, unknowns, tries, identities
    Mutant("services/questions.py", "if people < 1:", "if people < 0:", ACTS),
    Mutant(
        "services/questions.py",
        'not in (d["operator_id"], d["withdrawn_by"])]',
        '!= d["operator_id"]]',
        ACTS,
    ),
    Mutant(
        QUESTIONS,
        "AND (s.operator_id IS NULL OR s.operator_id = ?) AND s.at < ? LIMIT 1",
        "AND s.operator_id = ? AND s.at < ? LIMIT 1",
        STORED,
    ),
    Mutant(
        QUESTIONS,
        'others = agreeing - ended_by - {row["operator_id"]}',
        "others = agreeing - ended_by",
        STORED,
    ),
    Mutant(
        QUESTIONS,
        "AND NOT EXISTS (SELECT 1 FROM reopenings r WHERE r.decision_id = d.id)",
        "AND 1",
        ACTS,
    ),
    Mutant(QUESTIONS, "e.conclusion BETWEEN -3 AND -1", "e.conclusion < 0", STORED),
    Mutant("storage/unknowns.py", "< max(size, :size) / 2", "< max(size, :size) * 2", TRIED),
    Mutant(
        "storage/unknowns.py",
        "seen = face.placement.seen if face.placement else None",
        "seen = None",
        TRIED,
    ),
    Mutant("storage/unknowns.py", 'if r["relation"] == "photograph")', ")", TRIED),
    Mutant(
        "storage/tries.py",
        "coalesce(i.identity_id, t.person_id) AS person",
        "t.person_id AS person",
        STORED,
    ),
    Mutant(
        "storage/tries.py", 'gone = max(row["gallery_persons"] - len(people), 0)', "gone = 0", TRIED
    ),
    Mutant("storage/tries.py", "coalesce(max(d.people), 0)", "coalesce(min(d.people), 0)", STORED),
    Mutant("storage/identities.py", "[min(found), *found]", "[max(found), *found]", TRIED),
    Mutant(
        "storage/identities.py",
        "UNION SELECT one_id FROM person_links WHERE other_id = ?1",
        "UNION SELECT one_id FROM person_links WHERE one_id = ?1",
        TRIED,
    ),
    Mutant("storage/people.py", "AND s.answer = 'signed' ", " ", PEOPLE[1:]),
)
"""Others, chosen where the consequence would be an acceptance, or something told too early."""

MUTANTS = KNOWN_TO_HAVE_LIVED + OTHERS
