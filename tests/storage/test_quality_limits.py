"""Limits of quality: the SQL written by hand and ``domain.faces.COMPONENTS`` judge alike."""

import json
import sqlite3
from typing import Any

import pytest

from secondlook.domain.faces import COMPONENTS, Bound, Component, Quality, shortfalls
from secondlook.storage.guards import _limits_missed

LIMIT = 0.5
MISSED = f"SELECT {_limits_missed('quality', 'limits')} FROM (SELECT ? AS policy, ? AS quality) f"


def missed_in_sql(quality: Any, component: str, limit: float = LIMIT) -> bool:
    db = sqlite3.connect(":memory:")
    policy = json.dumps({"limits": {component: limit}})
    (found,) = db.execute(MISSED, (policy, json.dumps(quality))).fetchone()
    db.close()
    assert found in (0, 1)
    return bool(found)


def missed_in_python(quality: Any, component: Component, limit: float = LIMIT) -> bool:
    return bool(shortfalls(Quality.from_dict(quality), {component: limit}))


@pytest.mark.parametrize("limit", [LIMIT, 0, -5, 40])
@pytest.mark.parametrize("found", [None, 0, 0.4999, 0.5, 0.5001, 1, 39, 40, 41, -1])
@pytest.mark.parametrize("component", Component)
def test_both_judge_alike(component: Component, found: float | None, limit: float) -> None:
    quality = {component.value: found}
    missed = missed_in_sql(quality, component.value, limit)
    assert missed == missed_in_python(quality, component, limit)
    floor = COMPONENTS[component].bound is Bound.FLOOR
    assert missed == (found is None or (found < limit if floor else found > limit))


@pytest.mark.parametrize("component", Component)
def test_what_is_missing_or_no_number_meets_no_limit(component: Component) -> None:
    for quality in ({}, {component.value: "9"}, {component.value: True}, {component.value: [9]}):
        assert missed_in_sql(quality, component.value, -1e9)
        assert missed_in_python(quality, component, -1e9)
    assert missed_in_sql([9], component.value)


def test_a_component_that_the_database_does_not_know_is_met_by_nothing() -> None:
    assert missed_in_sql({"aura": 9}, "aura")


def test_of_a_key_that_is_there_twice_both_count() -> None:
    db = sqlite3.connect(":memory:")
    policy = json.dumps({"limits": {"sharpness": LIMIT}})
    twice = '{"sharpness": 0.9, "sharpness": 0.1}'
    assert db.execute(MISSED, (policy, twice)).fetchone() == (1,)
    db.close()
