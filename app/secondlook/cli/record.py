"""``secondlook policy`` and ``secondlook audit``: what cases are under, and what is on record."""

import argparse
from dataclasses import asdict
from typing import Any

from secondlook.cli.console import CHECK_FAILED, DONE, Add, add_json, print_json
from secondlook.services.application import Application


def add_policies(add: Add, group: Any) -> None:
    add_json(add(group, "list", "all policies, strictest first", policy_list))
    show = add(group, "show", "one policy with the source of each number", policy_show)
    show.add_argument("id")
    add_json(show)


def add_audit(add: Add, group: Any) -> None:
    text = "walk the hash chain and compare the record"
    add_json(add(group, "verify", text, audit_verify))


def policy_list(arguments: argparse.Namespace, app: Application) -> int:
    found = app.approvals.policies(app.policies.shipped())
    if arguments.json:
        listed = [{"id": p.id, "version": p.version, "title": p.title, "sha256": p.sha256,
                   "trust": t.trust} for p, t in found]  # fmt: skip
        print_json({"policies": listed})
    else:
        for p, t in found:
            print(f"{p.id:<18} v{p.version}  {p.title}" + f"  ({t.trust})" * (not t.trust.trusted))
    return DONE


def policy_show(arguments: argparse.Namespace, app: Application) -> int:
    policy = app.policies.get(arguments.id)
    trust = app.approvals.of_policy(policy).trust
    document = {**policy.model_dump(mode="json"), "sha256": policy.sha256, "trust": trust}
    if arguments.json:
        print_json(document)
        return DONE
    for name, value in document.items():
        if name != "rationale":
            text = ", ".join(map(str, value)) if isinstance(value, list) else value
            print(f"{name}: {text}")
            if name in policy.rationale:
                print(f"    {policy.rationale[name]}")
    return DONE


def audit_verify(arguments: argparse.Namespace, app: Application) -> int:
    found = app.record.verify()
    if arguments.json:
        print_json({"sound": found.sound, **asdict(found)})
    else:
        print(found)
    return DONE if found.sound else CHECK_FAILED
