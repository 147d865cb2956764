"""The guards of decisions are made anew, as ``storage/guards.py`` has them now, and the views of
what ships and of which policy is laxer."""

from secondlook.storage.migrations import acceptance_0017 as acceptance
from secondlook.storage.migrations import acceptance_0017_rest as acceptance_rest
from secondlook.storage.migrations import facts_0017 as facts
from secondlook.storage.migrations import laxer_0017 as laxer
from secondlook.storage.migrations import outcomes_0017 as outcomes
from secondlook.storage.migrations import shipped_0017 as shipped

SQL = (
    """
DROP TRIGGER IF EXISTS decisions_rest_on_facts;
DROP TRIGGER IF EXISTS decisions_acceptance;
DROP TRIGGER IF EXISTS decisions_outcomes;
DROP VIEW IF EXISTS question_facts;
DROP VIEW IF EXISTS question_members;
DROP VIEW IF EXISTS candidate_questions;
"""
    + acceptance.SQL
    + acceptance_rest.SQL
    + facts.SQL
    + outcomes.SQL
    + shipped.SQL
    + laxer.SQL
)
"""Of two triggers SQLite asks the later one first: what a decision rests on comes before what a
policy asks of it."""
