"""Who counts as one person, as an office would put it."""

from secondlook.domain.people import Confirmation, Tie, independent, rests_on_a_unit

ADA, BEN, CARL, DORA = 1, 2, 3, 4
MADE_BEN, MADE_CARL, MADE_DORA = Tie(1, BEN, ADA), Tie(2, CARL, ADA), Tie(3, DORA, ADA)
ALL = (MADE_BEN, MADE_CARL, MADE_DORA)


def test_two_without_a_tie_are_two() -> None:
    assert independent({ADA, BEN}, ()) == 2
    assert independent((), ()) == 0


def test_who_makes_an_account_and_the_account_are_one() -> None:
    assert independent({ADA, BEN}, [MADE_BEN]) == 1


def test_two_accounts_of_one_maker_are_one() -> None:
    assert independent({BEN, CARL}, ALL) == 1
    assert independent({BEN, CARL, DORA}, ALL) == 1


def test_a_third_person_says_that_they_are_two() -> None:
    said = [Confirmation(MADE_BEN.id, CARL)]
    assert independent({ADA, BEN}, ALL, said) == 2
    assert independent({BEN, CARL}, ALL, said) == 1, "not where the third examines as well"
    assert independent({ADA, BEN, CARL}, ALL, said) == 1


def test_a_reset_ties_again() -> None:
    reset = Tie(9, BEN, ADA)
    assert independent({ADA, BEN}, [MADE_BEN, reset], [Confirmation(MADE_BEN.id, CARL)]) == 1


def test_two_can_be_the_whole_unit() -> None:
    unit = frozenset({ADA, BEN})
    assert independent({ADA, BEN}, ALL, (), [unit]) == 2
    assert rests_on_a_unit({ADA, BEN}, ALL, (), [unit])
    assert independent({BEN, CARL}, ALL, (), [unit]) == 1, "it says nothing about others"
    assert independent({ADA, BEN, CARL}, ALL, (), [unit]) == 2
    said = [Confirmation(MADE_BEN.id, CARL)]
    assert not rests_on_a_unit({ADA, BEN}, ALL, said, [unit]), "somebody has confirmed it"
