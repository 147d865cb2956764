"""Two accounts must not look alike, whatever they are made of."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.names import alike, fault, keys, skeleton, tidy

ALIKE = [
    ("ana", "ANA"),
    ("anna", "\u0430nna"),  # Cyrillic a
    ("\u0430nna", "anna"),
    ("ana", "ａｎａ"),  # full width
    ("anna", "𝔞𝔫𝔫𝔞"),  # Fraktur
    ("Äbtissin", "A\u0308btissin"),
    ("ÄRZTIN", "a\u0308rztin"),
    ("Iain", "lain"),
    ("IAIN", "iain"),
    ("paul", "pau1"),
    ("mark", "rnark"),
    ("STRASSE", "straße"),
    ("fiona", "ﬁona"),
    ("olga", "\u03bflga"),  # Greek omicron
    ("Ada Lovelace", "\u0410d\u0430 L\u043ev\u0435l\u0430\u0441\u0435"),
    ("Ada Lovelace", "ada  lovelace"),
    ("Ada Lovelace", "Ada\u00a0Lovelace"),
    ("BOB", "B0B"),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_they_look_alike_both_ways(one: str, other: str) -> None:
    assert alike(one, other)
    assert alike(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("vera", "nera"),
        ("ana", "ava"),
        ("ryan", "yran"),
        ("ben", "ken"),
        ("anna", "anna b"),
        ("Ölaf", "Olaf"),
        ("os:ben", "ben"),
        ("müller", "mueller"),
        ("Анна", "Инна"),
    ],
)
def test_different_names_are_not_taken_for_one(one: str, other: str) -> None:
    assert not alike(one, other)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "empty"),
        (" \u2003", "empty"),
        ("a\u200bb", "unseen"),
        ("ben\u202e", "unseen"),
        ("\u3164", "unseen"),
        ("x\ufe0f", "unseen"),
        ("a\u00adb", "unseen"),
        ("a\nb", "unseen"),
        ("\u0301ada", "unseen"),
        ("\u0410nna", "mixed"),
        ("Anna \u041ekafor", "mixed"),
        ("p\u03b1ul", "mixed"),
        ("Анна", ""),
        ("Anna Анна", ""),
        ("田中Ken", ""),
        ("漢あア", ""),
        ("김민수", ""),
        ("José O'Neil-Łukasz 2", ""),
    ],
)
def test_what_cannot_stand_for_somebody(name: str, why: str) -> None:
    assert fault(name) == why


@given(st.text(min_size=1, max_size=12))
def test_a_name_looks_like_itself_in_every_form(name: str) -> None:
    for form in ("NFC", "NFD", "NFKC"):
        assert alike(name, unicodedata.normalize(form, name))
    assert alike(name, f" {name} ")
    assert tidy(tidy(name)) == tidy(name)


@given(st.text(max_size=12))
def test_keys_are_what_is_seen_and_not_empty_for_a_name(name: str) -> None:
    assert skeleton(name) == unicodedata.normalize("NFD", skeleton(name))
    assert 1 <= len(keys(name)) <= 2
