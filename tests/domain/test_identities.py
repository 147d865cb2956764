"""Whom links make one person, and whom they do not."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.identities import PersonLink, PersonRow, beside, identities

ROWS = [PersonRow(n, gallery, left) for n, (gallery, left) in enumerate(
    [(1, None), (1, None), (1, 2), (1, 4), (2, None), (2, None), (3, None), (1, None), (4, 7)], 1
)]  # fmt: skip
BY_ID = {row.id: row for row in ROWS}

links = st.lists(
    st.tuples(st.sampled_from(sorted(BY_ID)), st.sampled_from(sorted(BY_ID)), st.booleans())
    .filter(lambda link: link[0] != link[1])
    .map(lambda link: PersonLink(*link)),
    max_size=12,
)


def by_photographs(*pairs: tuple[int, int]) -> dict[int, int]:
    return identities(BY_ID, [PersonLink(*pair) for pair in pairs])


def one(classes: dict[int, int], a: int, b: int) -> bool:
    return classes.get(a, a) == classes.get(b, b)


def test_two_were_beside_each_other_while_both_were_there() -> None:
    assert beside(BY_ID[1], BY_ID[2])
    assert beside(BY_ID[3], BY_ID[2]), "3 left later than 2 came"
    assert not beside(BY_ID[3], BY_ID[4]), "3 had left"
    assert beside(BY_ID[4], BY_ID[1])
    assert not beside(BY_ID[4], BY_ID[8]), "4 had left"
    assert beside(PersonRow(5, 1, 6), PersonRow(6, 1)), "5 left just after 6 came"
    assert not beside(BY_ID[1], BY_ID[5]), "other galleries"
    assert not beside(BY_ID[1], BY_ID[1])


def test_a_row_of_everybody_joins_nobody_but_the_first() -> None:
    classes = by_photographs((7, 1), (7, 2), (7, 5), (7, 6))
    assert one(classes, 7, 1)
    for other in (2, 5, 6):
        assert not one(classes, 7, other)


def test_nor_do_several_rows_one_after_the_other() -> None:
    assert not one(by_photographs((1, 5), (5, 7), (7, 2)), 1, 2)
    for chain in ((1, 5), (5, 7)), ((5, 7), (1, 5)):
        assert not one(by_photographs(*chain), 1, 7), "they share nothing themselves"
    assert one(by_photographs((1, 5), (5, 7), (7, 1)), 1, 7), "now they do"


def test_what_two_people_judged_joins_two_of_one_gallery() -> None:
    links = [PersonLink(1, 5), PersonLink(2, 5), PersonLink(2, 1, judged=True)]
    assert identities(BY_ID, links) == {1: 1, 2: 1, 5: 1}


def kept(classes: dict[int, int], links: Sequence[PersonLink]) -> bool:
    judged = identities(BY_ID, [link for link in links if link.judged])
    return all(
        one(judged, a.id, b.id)
        for a in ROWS for b in ROWS if beside(a, b) and one(classes, a.id, b.id)
    )  # fmt: skip


@given(links, links)
def test_photographs_join_no_two_of_one_gallery_and_what_is_one_stays_one(
    earlier: list[PersonLink], later: list[PersonLink]
) -> None:
    later = [link for link in later if not link.judged]
    before, after = identities(BY_ID, earlier), identities(BY_ID, earlier + later)
    assert kept(after, earlier)
    for a in BY_ID:
        assert after.get(a, a) <= a
        for b in BY_ID:
            assert one(after, a, b) or not one(before, a, b)
