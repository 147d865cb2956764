"""Write down by hash what ships with the program: the policies and the model cards.

    .venv/bin/python packaging/shipped.py

Run it after a policy or a card has changed. What shipped once stays known: a policy needs a new
version to change, and a card a new version or name. While a version has not been released yet,
``--replace ID`` forgets its earlier form.

Writes app/secondlook/domain/shipped.py, and the views of the migration that is not released yet.
"""

import argparse
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "app"))

from secondlook.domain import shipped  # noqa: E402 - only after the path
from secondlook.domain.policy import parse_policy  # noqa: E402
from secondlook.domain.shipped import ShippedModel, ShippedPolicy  # noqa: E402
from secondlook.vision.cards import load_cards  # noqa: E402

DOMAIN = ROOT / "app/secondlook/domain/shipped.py"
VIEWS = ROOT / "app/secondlook/storage/migrations/shipped_0017.py"

DOMAIN_TEXT = '''\
"""What ships with the program, by hash. Written by packaging/shipped.py, never by hand."""

from typing import NamedTuple


class ShippedPolicy(NamedTuple):
    """``sha256``: of the policy's canonical form."""

    id: str
    version: int
    sha256: str


class ShippedModel(NamedTuple):
    """``sha256``: of the model's file; ``card_sha256``: of its card's canonical form."""

    name: str
    version: str
    sha256: str
    card_sha256: str


POLICIES: tuple[ShippedPolicy, ...] = (
{policies})
"""Every version that ever shipped."""

MODELS: tuple[ShippedModel, ...] = (
{models})
"""Every card that ever shipped."""
'''

VIEWS_TEXT = '''\
"""What ships with the program, for the guards of the database. By packaging/shipped.py.

Frozen once its migration is released: what ships later needs one that makes the views anew.
They are views because nothing can be written into one.
"""

SQL = """
DROP VIEW shipped_policies;
DROP VIEW shipped_models;

CREATE VIEW shipped_policies (policy_id, version, sha256) AS VALUES
{policies};

CREATE VIEW shipped_models (name, version, sha256, card_sha256) AS VALUES
{models};
"""
'''


def policies() -> list[ShippedPolicy]:
    found = (
        parse_policy(path.read_text("utf-8"), source=path.name)
        for path in sorted((ROOT / "resources/policies").glob("*.toml"))
    )
    return [ShippedPolicy(p.id, p.version, p.sha256) for p in found]


def models() -> list[ShippedModel]:
    cards = load_cards(ROOT / "models").values()
    return [ShippedModel(c.name, c.version, c.sha256, c.card_sha256) for c in cards]


Shipped = TypeVar("Shipped", ShippedPolicy, ShippedModel)


def merged(before: tuple[Shipped, ...], now: list[Shipped], replaced: list[str]) -> list[Shipped]:
    """All that shipped before and now, by name and version. Ends the program where one changed."""
    kept = {each[:2]: each for each in before}
    for each in now:
        known = kept.get(each[:2])
        if known not in (None, each) and each[0] not in replaced:
            sys.exit(f"{each[0]}, version {each[1]}, has changed: raise its version.")
        kept[each[:2]] = each
    return [kept[key] for key in sorted(kept)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--replace", action="append", default=[], metavar="ID")
    replaced = parser.parse_args().replace
    every_policy = merged(shipped.POLICIES, policies(), replaced)
    every_model = merged(shipped.MODELS, models(), replaced)
    DOMAIN.write_text(
        DOMAIN_TEXT.format(
            policies="".join(f"    {each!r},\n" for each in every_policy),
            models="".join(f"    {each!r},\n" for each in every_model),
        ),
        "utf-8",
    )
    VIEWS.write_text(
        VIEWS_TEXT.format(policies=rows(every_policy), models=rows(every_model)), "utf-8"
    )
    ruff = [sys.executable, "-m", "ruff", "format", "--quiet", str(DOMAIN), str(VIEWS)]
    sys.exit(subprocess.call(ruff))  # noqa: S603 - of our own files


def rows(every: Sequence[tuple[str | int, ...]]) -> str:
    """As SQL: names and hashes hold no quotes."""
    return ",\n".join("    (" + ",\n     ".join(map(repr, each)) + ")" for each in every)


if __name__ == "__main__":
    main()
