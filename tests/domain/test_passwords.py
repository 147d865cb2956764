"""What a password may not be, how long a wrong one makes one wait, codes that can be read out."""

from datetime import UTC, datetime, timedelta

import pytest

from secondlook.domain.passwords import (
    COMMON,
    ENOUGH,
    LONGEST,
    MINIMUM,
    PasswordFault,
    as_typed,
    fault,
    new_code,
    wait,
)

NOW = datetime(2031, 5, 1, 12, tzinfo=UTC)


def ago(*seconds: float) -> list[str]:
    return [(NOW - timedelta(seconds=s)).isoformat() for s in seconds]


def test_the_list_holds_none_that_is_too_short_anyway() -> None:
    assert all(len(word) >= MINIMUM and word == word.casefold() for word in COMMON)


@pytest.mark.parametrize(
    ("password", "found"),
    [
        ("ninechars", PasswordFault.SHORT),
        ("PASSWORD_123", PasswordFault.COMMON),
        ("1111111111", PasswordFault.COMMON),
        ("AnnaOkafor1", PasswordFault.NAME),
        ("anna.okafor.anna", PasswordFault.NAME),
        ("anna likes strong tea", None),
        ("ten spaces?", None),
    ],
)
def test_faults(password: str, found: PasswordFault | None) -> None:
    assert fault(password, "anna", "Anna Okafor") is found


def test_slips_cost_nothing_and_guessing_costs_more_each_time() -> None:
    waits = [wait(ago(*[0.0] * count), NOW).total_seconds() for count in range(ENOUGH + 2)]
    assert waits[:5] == [0, 0, 0, 5, 10]
    assert waits == sorted(waits)
    assert waits[-1] == waits[-2] == LONGEST.total_seconds()


def test_the_wait_goes_by_and_a_clock_set_back_does_not_make_it_longer() -> None:
    assert wait(ago(4, 9, 9), NOW) == timedelta(seconds=1)
    assert wait(ago(5, 9, 9), NOW) == timedelta(0)
    assert wait(ago(-86_400, 9, 9), NOW) == timedelta(seconds=5)


def test_codes_are_read_however_they_are_typed() -> None:
    code = new_code()
    assert len(as_typed(code)) == 12
    assert as_typed(code.lower().replace("-", " ")) == as_typed(code)
    assert len({new_code() for _ in range(50)}) == 50
