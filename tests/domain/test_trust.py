"""Who and what can be trusted: hashes and people, never what a file says of itself."""

import pytest

from secondlook.domain import shipped
from secondlook.domain.approval import Approval, Missing, granted, missing
from secondlook.domain.policy import parse_policy
from secondlook.domain.records import Role
from secondlook.domain.shipped import ShippedModel, ShippedPolicy
from secondlook.domain.trust import Trust, model_trust, policy_trust, status_on_record
from secondlook.paths import cards, resources
from secondlook.storage.migrations.shipped_0017 import SQL
from secondlook.vision.cards import load_cards

ADMINISTRATOR, EXAMINER = Role.ADMINISTRATOR, Role.EXAMINER
REGENERATE = "run: .venv/bin/python packaging/shipped.py"


def given(*people: tuple[int, Role]) -> list[Approval]:
    return [Approval(who, f"P{who}", role, "because", "2031") for who, role in people]


@pytest.mark.parametrize(
    ("people", "lacks"),
    [
        ([], Missing.ANYBODY),
        ([(1, ADMINISTRATOR)], Missing.SECOND_PERSON),
        ([(1, ADMINISTRATOR), (1, ADMINISTRATOR)], Missing.SECOND_PERSON),
        ([(1, EXAMINER), (1, ADMINISTRATOR)], Missing.SECOND_PERSON),
        ([(1, EXAMINER), (2, EXAMINER), (3, EXAMINER)], Missing.ADMINISTRATOR),
        ([(1, EXAMINER), (2, ADMINISTRATOR)], None),
        ([(1, EXAMINER), (2, EXAMINER), (3, ADMINISTRATOR)], None),
        ([(1, ADMINISTRATOR), (2, ADMINISTRATOR)], None),
    ],
)
def test_two_different_people_one_an_administrator(
    people: list[tuple[int, Role]], lacks: Missing | None
) -> None:
    count = len({who for who, _ in people})
    assert missing(given(*people), count) is lacks
    assert granted(given(*people), count) is (lacks is None)


def test_two_accounts_that_may_be_one_person_are_one() -> None:
    both = given((1, ADMINISTRATOR), (2, EXAMINER))
    assert missing(both, 1) is Missing.TIED
    assert not granted(both, 1)


def test_what_lies_in_the_folders_is_what_is_known_to_ship() -> None:
    """Whoever changes a policy or a card has to say so in the code."""
    for path in (resources() / "policies").glob("*.toml"):
        p = parse_policy(path.read_text(encoding="utf-8"), source=path.name)
        assert ShippedPolicy(p.id, p.version, p.sha256) in shipped.POLICIES, REGENERATE
    for c in load_cards(cards()).values():
        known = ShippedModel(c.name, c.version, c.sha256, c.card_sha256)
        assert known in shipped.MODELS, REGENERATE


def test_one_form_of_a_version_ships() -> None:
    for every in (shipped.POLICIES, shipped.MODELS):
        assert len({each[:2] for each in every}) == len(every)


def test_the_database_knows_the_same() -> None:
    hashes = {p.sha256 for p in shipped.POLICIES}
    hashes |= {digest for m in shipped.MODELS for digest in (m.sha256, m.card_sha256)}
    listed = {word.strip("'") for word in SQL.replace("(", " ").replace(")", " ").split()}
    listed = {word.strip(",;'") for word in listed}
    assert {word for word in listed if len(word) == 64} == hashes, REGENERATE


def test_a_policy_is_known_by_its_hash_alone() -> None:
    known = shipped.POLICIES[0]
    other = "0" * 64

    def trust(policy_id: str, version: int, sha256: str, approved: bool = False) -> Trust:
        return policy_trust(policy_id, version, sha256, approved=approved)

    assert trust(known.id, known.version, known.sha256) is Trust.SHIPPED
    assert trust("another name", 7, known.sha256) is Trust.SHIPPED
    assert trust(known.id, known.version, other) is Trust.ALTERED
    assert trust(known.id, 99, other) is Trust.UNVERIFIED
    assert trust("mine", 1, other) is Trust.UNVERIFIED
    for name, version in ((known.id, known.version), ("mine", 1)):
        assert trust(name, version, other, approved=True) is Trust.APPROVED


def test_a_model_is_known_by_its_file_and_its_card() -> None:
    known, other = shipped.MODELS[0], "0" * 64

    def trust(name: str, sha256: str, card: str, approved: bool = False) -> Trust:
        return model_trust(name, sha256, card, approved=approved)

    assert trust(known.name, known.sha256, known.card_sha256) is Trust.SHIPPED
    assert trust(known.name, known.sha256, other) is Trust.ALTERED  # a kinder curve
    assert trust(known.name, other, known.card_sha256) is Trust.ALTERED
    assert trust("mine", known.sha256, other) is Trust.ALTERED  # the file under another card
    assert trust("mine", other, other) is Trust.UNVERIFIED
    assert trust(known.name, known.sha256, shipped.MODELS[1].card_sha256) is Trust.ALTERED
    assert trust("mine", other, other, approved=True) is Trust.APPROVED


def test_a_card_is_believed_only_when_it_can_be_trusted() -> None:
    for trust in (Trust.SHIPPED, Trust.APPROVED):
        assert status_on_record("full", trust) == "full"
        assert status_on_record("evaluation", trust) == "evaluation"
    for trust in (Trust.ALTERED, Trust.UNVERIFIED):
        assert status_on_record("full", trust) == trust.value
