"""The hash chain: whatever is done to a recorded entry is found, at the right place."""

import hashlib
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook.domain.audit import (
    GENESIS,
    BrokenLink,
    LogEntry,
    canonical_json,
    first_broken_link,
    seal,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
payloads = st.dictionaries(texts, st.none() | st.booleans() | st.integers() | texts, max_size=3)


@st.composite
def chains(draw: st.DrawFn, least: int = 1) -> list[LogEntry]:
    chain: list[LogEntry] = []
    for payload in draw(st.lists(payloads, min_size=least, max_size=6)):
        chain.append(
            seal(
                chain[-1] if chain else None,
                at=draw(texts),
                actor=draw(texts),
                act=draw(texts),
                subject=draw(texts),
                payload=payload,
            )
        )
    return chain


def place(broken: BrokenLink | None) -> int | None:
    return broken.seq if broken else None


@given(chains(least=0))
def test_a_chain_as_written_holds(chain: list[LogEntry]) -> None:
    assert first_broken_link(chain) is None
    assert [e.seq for e in chain] == list(range(1, len(chain) + 1))
    assert all(
        e.previous_hash == (chain[i - 1].hash if i else GENESIS) for i, e in enumerate(chain)
    )


NAMES = [f.name for f in fields(LogEntry)]


@given(chains(), st.data())
def test_a_change_of_any_field_of_any_entry_is_found_there(
    chain: list[LogEntry], data: st.DataObject
) -> None:
    i = data.draw(st.integers(0, len(chain) - 1))
    name = data.draw(st.sampled_from(NAMES))
    old = getattr(chain[i], name)
    values: st.SearchStrategy[Any] = st.integers() if name == "seq" else texts
    changed = replace(chain[i], **{name: data.draw(values.filter(lambda v: v != old))})
    assert place(first_broken_link([*chain[:i], changed, *chain[i + 1 :]])) == i + 1


@given(chains(), st.data())
def test_a_change_that_is_sealed_again_is_found_at_the_next_entry(
    chain: list[LogEntry], data: st.DataObject
) -> None:
    """Recomputing one hash does not help: the entry after it sealed the old one."""
    i = data.draw(st.integers(0, len(chain) - 1))
    forged = replace(chain[i], actor=chain[i].actor + "!")
    forged = replace(forged, hash=forged.computed_hash())
    found = first_broken_link([*chain[:i], forged, *chain[i + 1 :]])
    assert place(found) == (i + 2 if i + 1 < len(chain) else None)


@given(chains(least=2), st.data())
def test_a_deleted_entry_is_named(chain: list[LogEntry], data: st.DataObject) -> None:
    i = data.draw(st.integers(0, len(chain) - 2))
    found = first_broken_link(chain[:i] + chain[i + 1 :])
    assert found == BrokenLink(i + 1, f"entry {i + 1} is missing")


@given(chains(least=2), st.data())
def test_two_entries_exchanged_are_found_at_the_first(
    chain: list[LogEntry], data: st.DataObject
) -> None:
    i, j = sorted(data.draw(st.sets(st.integers(0, len(chain) - 1), min_size=2, max_size=2)))
    moved = list(chain)
    moved[i], moved[j] = chain[j], chain[i]
    assert place(first_broken_link(moved)) == i + 1


@given(chains(), st.data())
def test_an_inserted_entry_is_found_by_the_one_after_it(
    chain: list[LogEntry], data: st.DataObject
) -> None:
    """Even one that is properly sealed onto the entry before it."""
    i = data.draw(st.integers(0, len(chain) - 1))
    before = chain[i - 1] if i else None
    forged = seal(before, at="t", actor="x", act="y", subject="z", payload={"forged": True})
    assert place(first_broken_link([*chain[:i], forged, *chain[i:]])) == i + 2


@given(chains())
def test_an_entry_cannot_be_split_differently_over_its_fields(chain: list[LogEntry]) -> None:
    """Fields are separated in what is hashed: moving text between them changes the hash."""
    entry = chain[-1]
    moved = replace(entry, actor=entry.actor + "a", act="b" + entry.act)
    again = replace(entry, actor=entry.actor + "ab", act=entry.act)
    assert moved.computed_hash() != again.computed_hash() != entry.computed_hash()


def test_the_hash_is_what_the_guide_says_so_that_others_can_check_it() -> None:
    entry = seal(None, at="t", actor="ana", act="sign in", subject="é", payload={"b": 1, "a": None})
    body = '[1,"t","ana","sign in","é","{\\"a\\":null,\\"b\\":1}"]'
    assert entry.payload == '{"a":null,"b":1}'
    assert entry.hash == hashlib.sha256(("0" * 64 + body).encode()).hexdigest()


@given(payloads)
def test_a_value_has_one_canonical_form(payload: dict[str, Any]) -> None:
    backwards = dict(reversed(payload.items()))
    assert canonical_json(payload) == canonical_json(backwards)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_json_cannot_say_is_refused(number: float) -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json({"x": number})


@pytest.mark.parametrize(("signer", "broken"), [(1, 2), (None, None)])
def test_who_signs_never_signs_before_the_entry_before(
    signer: int | None, broken: int | None
) -> None:
    """What nobody signed for was written before the clock was held to anything."""
    words = {"actor": "ada", "act": "note", "subject": ""}
    first = seal(None, at="2031-05-01T10:00:00.000+00:00", payload={}, signer=signer, **words)
    same = seal(first, at=first.at, payload={}, signer=signer, **words)
    earlier = seal(first, at="2031-05-01T09:00:00.000+00:00", payload={}, signer=signer, **words)
    assert first_broken_link([first, same]) is None
    assert place(first_broken_link([first, earlier])) == broken
