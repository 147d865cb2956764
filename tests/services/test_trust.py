"""Trust is given by people: what somebody alone could try with files, cards, policies and moves."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from secondlook.domain.approval import ApprovalKind, Missing
from secondlook.domain.audit import sha256_text
from secondlook.domain.errors import InputError, NotPermitted, PolicyRefusal
from secondlook.domain.policy import Policy
from secondlook.domain.records import Case, GallerySummary, Operator
from secondlook.domain.review import Outcome
from secondlook.domain.trust import Trust
from secondlook.paths import resources
from secondlook.services.application import Application
from secondlook.services.policies import Policies
from secondlook.vision.cards import ModelCard
from tests.people import account, second_examiner
from tests.services.fake import CARDS
from tests.services.steps import PASSWORD, engine_of, examine, moved, search

Search = dict[str, str]


@pytest.fixture
def cal(app: Application, ada: Operator) -> Operator:
    return second_examiner(app, ada, "cal", "Cal Winter", PASSWORD)


@pytest.fixture
def every_file_is_here(app: Application, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app.models, "locate", lambda name: Path(f"{name}.onnx"))


def sealed(app: Application, search_id: int) -> Search:
    """How far what a search was made with was trusted, as the log sealed it."""
    entry = next(e for e in app.record.latest() if e.subject == f"trust {search_id}")
    payload: Search = json.loads(entry.payload)
    return payload


# Models


def use_card(app: Application, card: ModelCard, part: str = "recogniser") -> None:
    """The engine runs the same file, under another card."""
    engine = engine_of(app)
    engine.stands_for = replace(engine.stands_for, **{part: card})


ATTACKS: dict[str, Callable[[ModelCard], ModelCard]] = {
    "under another name": lambda c: c.model_copy(update={"name": "mine", "status": "full"}),
    "with a kinder reference curve": lambda c: c.model_copy(
        update={
            "reference_curve": c.reference_curve
            and replace(c.reference_curve, counts=tuple(n // 100 for n in c.reference_curve.counts))
        }
    ),
    "promoted in place": lambda c: c.model_copy(update={"status": "full", "rank": 1, "title": "!"}),
}


@pytest.mark.parametrize("attack", ATTACKS.values(), ids=ATTACKS)
def test_a_card_cannot_speak_for_its_model(
    app: Application,
    ada: Operator,
    ben: Operator,
    case: Case,
    gallery: GallerySummary,
    tmp_path: Path,
    attack: Callable[[ModelCard], ModelCard],
) -> None:
    use_card(app, attack(engine_of(app).cards.recogniser))
    found = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    assert found.search.model["status"] == "altered"
    assert sealed(app, found.search.id)["recogniser_trust"] == "altered"
    assert sealed(app, found.search.id)["detector_trust"] == "shipped"
    for who in (ada, ben):
        examine(app, who, found.candidates[0])
    with pytest.raises(PolicyRefusal) as refused:
        app.review.decide(ada, found.candidates[0].id, Outcome.ACCEPTED, "A witness.", "")
    assert "minimum_model" in refused.value.unmet
    verified = app.record.verify()
    assert verified.sound
    assert "is altered: nobody may accept on it" in str(verified)


@pytest.mark.usefixtures("every_file_is_here")
def test_a_model_that_two_people_approved_is_what_its_card_says(
    app: Application,
    ada: Operator,
    ben: Operator,
    case: Case,
    gallery: GallerySummary,
    tmp_path: Path,
) -> None:
    mine = engine_of(app).cards.recogniser.model_copy(update={"name": "mine"})
    app.models.cards["mine"] = mine
    use_card(app, mine)
    assert app.model_choice.trusted(mine).trust is Trust.ALTERED
    first = app.model_choice.approve(ben, "mine", "measured on our own people")
    assert (first.trust, first.standing.missing) == (Trust.ALTERED, Missing.SECOND_PERSON)
    before = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    second = app.model_choice.approve(ada, "mine", "seen the figures")
    assert second.trust is Trust.APPROVED
    after = search(app, ada, case, gallery, tmp_path / "b.png", (7, 1, 80))
    assert [s.search.model["status"] for s in (before, after)] == ["altered", "full"]
    assert sealed(app, after.search.id)["recogniser_trust"] == "approved"
    kinder = mine.model_copy(update={"title": "kinder"})
    assert app.model_choice.trusted(kinder).trust is Trust.ALTERED
    verified = app.record.verify()
    assert (verified.sound, verified.untrusted) == (True, [])


def test_the_card_is_kept_whole_with_its_curve(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    made = search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    card = engine_of(app).cards.recogniser
    (row,) = app.store.read().query(
        "SELECT c.* FROM search_trust t JOIN model_cards c ON c.sha256 = t.recogniser_card "
        "WHERE t.search_id = ?",
        [made.search.id],
    )
    assert row["sha256"] == sha256_text(row["card"]) == card.card_sha256
    assert card.reference_curve is not None
    assert json.loads(row["card"])["reference_curve"]["counts"] == list(card.reference_curve.counts)


def test_a_forged_card_in_the_record_is_found(
    app: Application, ada: Operator, case: Case, gallery: GallerySummary, tmp_path: Path
) -> None:
    search(app, ada, case, gallery, tmp_path / "a.png", (7, 1, 80))
    with app.store.write() as db:
        db.conn.execute("DROP TRIGGER model_cards_not_changed")
        db.conn.execute(
            "UPDATE model_cards SET card = json_set(card, '$.status', 'full', '$.title', 'x')"
        )
    found = app.record.verify()
    assert found.broken is not None
    assert "card" in found.broken.problem


@pytest.mark.usefixtures("every_file_is_here")
def test_what_ships_needs_no_approval(app: Application, ada: Operator) -> None:
    with pytest.raises(InputError, match="ships with the program"):
        app.model_choice.approve(ada, "secondlook-mini", "because")
    default = app.policies.default()
    with pytest.raises(InputError, match="ships with the program"):
        app.approvals.approve_policy(ada, default, default, "because")


@pytest.mark.usefixtures("every_file_is_here")
def test_the_choice_says_what_can_be_trusted(app: Application, ada: Operator) -> None:
    app.models.cards["mine"] = CARDS["secondlook-mini"].model_copy(update={"name": "mine"})
    app.model_choice.choose(ada, "yunet-2023mar", "mine")
    entry = next(e for e in app.record.latest() if e.act == "models chosen")
    chosen = json.loads(entry.payload)
    assert {task: facts["trust"] for task, facts in chosen.items()} == {
        "detector": "shipped",
        "recogniser": "altered",
    }
    assert app.model_choice.overview().trusted["mine"].trust is Trust.ALTERED


# Policies


def edited(tmp_path: Path, **changes: str) -> Policies:
    """The shipped policies, with lines of High-stakes changed in its file."""
    folder = tmp_path / "policies"
    folder.mkdir()
    for path in (resources() / "policies").glob("*.toml"):
        text = path.read_text(encoding="utf-8")
        for old, new in changes.items() if path.stem == "high-stakes" else ():
            assert old in text
            text = text.replace(old, new)
        (folder / path.name).write_text(text, encoding="utf-8")
    return Policies(folder)


def test_a_shipped_policy_that_was_edited_in_place_is_altered(
    app: Application, ada: Operator, tmp_path: Path
) -> None:
    soft = edited(tmp_path, **{"accept_confidence = 99.0": "accept_confidence = 85.0"}).default()
    assert (soft.id, soft.version) == ("high-stakes", app.policies.default().version)
    assert app.approvals.of_policy(soft).trust is Trust.ALTERED
    app.cases.open(ada, "soft", "Missing person", "Order 1", soft)
    entry = next(e for e in app.record.latest() if e.subject == f"policy {soft.sha256}")
    assert json.loads(entry.payload)["trust"] == "altered"
    assert "policy high-stakes, version" in str(app.record.verify())


def test_a_policy_of_ones_own_needs_two_people(
    app: Application, ada: Operator, ben: Operator, cal: Operator
) -> None:
    default = app.policies.default()
    mine = default.model_copy(update={"id": "mine", "accept_confidence": 98.0})
    assert app.approvals.of_policy(mine).trust is Trust.UNVERIFIED
    machine = app.accounts.command_line()
    for who, reason, error in (
        (machine, "because", NotPermitted),
        (ben, " \t", InputError),
    ):
        with pytest.raises(error):
            app.approvals.approve_policy(who, mine, default, reason)
    app.approvals.approve_policy(ben, mine, default, "for our archive")
    with pytest.raises(InputError, match="another person"):
        app.approvals.approve_policy(ben, mine, default, "again")
    waiting = app.approvals.approve_policy(cal, mine, default, "fine with me")
    assert waiting.trust is Trust.UNVERIFIED
    assert waiting.standing.missing is Missing.ADMINISTRATOR
    assert app.approvals.approve_policy(ada, mine, default, "agreed").trust is Trust.APPROVED
    with pytest.raises(InputError, match="already"):
        app.approvals.approve_policy(ada, mine, default, "agreed")
    softer = mine.model_copy(update={"examiners": 1, "blind_verification": False})
    assert app.approvals.of_policy(softer).trust is Trust.UNVERIFIED
    app.accounts.set_active(ada, cal.id, False)
    with pytest.raises(NotPermitted):
        app.approvals.revoke(cal, ApprovalKind.POLICY, mine.sha256, "changed my mind")
    app.approvals.revoke(ben, ApprovalKind.POLICY, mine.sha256, "it was too soft")
    assert app.approvals.of_policy(mine).trust is Trust.UNVERIFIED
    assert app.record.verify().sound


def test_whoever_an_administrator_made_is_not_yet_a_second_person(
    app: Application, ada: Operator
) -> None:
    """One person, two accounts: the made-up one approves what its maker approved."""
    dora = account(app, ada, "dora", "Dora Nobody", PASSWORD)
    default = app.policies.default()
    mine = default.model_copy(update={"id": "mine", "accept_confidence": 90.0})
    for who in (ada, dora):
        standing = app.approvals.approve_policy(who, mine, default, "because").standing
    assert (standing.missing, standing.people) == (Missing.TIED, 1)
    assert app.approvals.of_policy(mine).trust is Trust.UNVERIFIED
    granted = "SELECT count(*) AS n FROM granted_approvals"
    assert next(app.store.read().query(granted))["n"] == 0
    second_examiner(app, ada, "cal", "Cal Winter", PASSWORD)  # somebody vouches for all
    assert app.approvals.of_policy(mine).trust is Trust.APPROVED
    assert next(app.store.read().query(granted))["n"] == 1


# Moves


def test_one_person_tightens_a_case(app: Application, ben: Operator) -> None:
    lax, strict = app.policies.get("missing-person"), app.policies.default()
    case = app.cases.open(ben, "t", "Missing person", "Order 1", lax)
    assert app.cases.move_policy(ben, case.id, strict, "a crime by now").policy == strict
    assert app.cases.pending_move(case.id) is None
    assert app.record.verify().sound


def test_two_people_loosen_it_and_see_what_it_lets_through(
    app: Application, ada: Operator, ben: Operator, cal: Operator, case: Case
) -> None:
    lax = app.policies.get("missing-person")
    assert app.cases.move_policy(ben, case.id, lax, "lower stakes").policy == case.policy
    pending = app.cases.pending_move(case.id)
    assert pending is not None
    assert (pending.move.new, pending.standing.missing) == (lax, Missing.SECOND_PERSON)

    def agree(who: Operator, reason: str = "agreed", move: int = pending.move.id) -> Policy:
        return app.cases.approve_move(who, move, case.id, reason).policy

    with pytest.raises(InputError, match="another person"):
        agree(ben)
    with pytest.raises(NotPermitted):
        agree(app.accounts.command_line())
    with pytest.raises(InputError, match="reason"):
        agree(ada, " ")
    with pytest.raises(InputError, match="not proposed"):
        agree(ada, move=99)
    assert agree(cal) == case.policy  # two examiners
    assert agree(ada) == lax
    with pytest.raises(InputError, match="not proposed"):
        agree(ada)
    shown = [
        json.loads(row["shown"]) for row in app.store.read().query("SELECT shown FROM approvals")
    ]
    assert all(each["rehearsal"] is None for each in shown)
    assert all("accept_confidence" in each["laxer"] for each in shown)
    log = "".join(entry.payload for entry in app.record.latest())
    assert "lower stakes" not in log
    assert app.record.verify().sound


def test_what_one_person_tightened_does_not_move_back_by_itself(
    app: Application, ada: Operator, ben: Operator, case: Case
) -> None:
    lax = app.policies.get("missing-person")
    moved(app, ada, ben, case, lax)
    app.cases.move_policy(ada, case.id, case.policy, "that was a mistake")
    assert app.cases.move_policy(ben, case.id, lax, "once more").policy == case.policy
    with app.store.write() as db, pytest.raises(Exception, match="two people"):
        db.conn.execute("UPDATE cases SET policy_sha256 = ?", [lax.sha256])


def test_stricter_in_one_and_laxer_in_another_needs_two(
    app: Application, ada: Operator, case: Case
) -> None:
    update = {"accept_confidence": 99.9, "corroboration_required": False}
    mixed = case.policy.model_copy(update=update)
    assert app.cases.move_policy(ada, case.id, mixed, "a trade").policy == case.policy


def test_an_act_of_a_deactivated_account_is_refused(
    app: Application, ada: Operator, ben: Operator, case: Case
) -> None:
    app.accounts.set_active(ada, ben.id, False)
    for policy in (app.policies.get("missing-person"), case.policy.model_copy(
        update={"accept_confidence": 99.5})):  # fmt: skip
        with pytest.raises(NotPermitted):
            app.cases.move_policy(ben, case.id, policy, "because")


# Unknowns


def test_two_people_unbind_an_unknown(app: Application, ada: Operator, ben: Operator) -> None:
    one = app.approvals.unbind(ben, 7, "the first policy was a mistake")
    assert (one.missing, one.subject) == (Missing.SECOND_PERSON, "unknown 7")
    assert app.approvals.unbind(ada, 7, "agreed").granted
    assert not app.approvals.standing(ApprovalKind.UNBIND, "unknown 8").granted
    assert app.record.verify().sound
