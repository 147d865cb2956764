"""A few random walks in every run; SECONDLOOK_WALKS, or ``python -m tests.walk``, for thousands."""

import os

from hypothesis.stateful import run_state_machine_as_test

from tests.walk import Walk, configured


def test_whatever_people_do_nothing_is_accepted_that_should_not_be() -> None:
    walks = int(os.environ.get("SECONDLOOK_WALKS", "4"))
    run_state_machine_as_test(Walk, settings=configured(walks))
