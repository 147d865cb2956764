"""``secondlook models``: cards, files, and which two are in use."""

import argparse
import shlex
from pathlib import Path
from typing import Any

from secondlook import paths
from secondlook.cli.console import (
    CHECK_FAILED,
    DONE,
    Add,
    add_json,
    print_json,
    say,
    show_progress,
)
from secondlook.cli.signing import add_sign_in, signed_in
from secondlook.services.application import Application
from secondlook.vision.models import ModelStatus, ModelStore


def add_models(add: Add, group: Any) -> None:
    add_json(add(group, "list", "all cards, and which files are here", models_list))
    add_json(add(group, "verify", "compare every file with its card", models_verify))
    choose = add(group, "choose", "use these two from now on, by their cards", models_choose)
    choose.add_argument("use_detector", metavar="DETECTOR")
    choose.add_argument("use_recogniser", metavar="RECOGNISER")
    add_sign_in(choose)
    add_json(choose)
    fetch = add(group, "fetch", "download a model from its upstream address", models_fetch)
    fetch.add_argument("name")
    add_json(fetch)
    text = "install a model file that a card names, or a card with its model beside it"
    install = add(group, "add", text, models_add)
    install.add_argument("file", type=Path)
    add_json(install)


def models_list(arguments: argparse.Namespace, app: Application) -> int:
    found = app.model_choice.overview()
    if arguments.json:
        print_json({"models": [{**_model_document(s), "status": s.card.status,
                            "trust": found.trusted[s.card.name].trust,
                            "in_use": found.uses(s.card.name)} for s in found.statuses],
                "chosen": found.chosen})  # fmt: skip
        return DONE
    for s in found.statuses:
        _print_model(s, "*" if found.uses(s.card.name) else " ")
        trust = found.trusted[s.card.name].trust
        if not trust.trusted:
            print(f"      {trust}: nobody can accept on it until two people approve it")
    print("* in use, chosen" if found.chosen and not found.named else "* in use")
    if found.problem:
        say(f"secondlook: {found.problem}")
    return DONE


def models_verify(arguments: argparse.Namespace, models: ModelStore) -> int:
    """Needs no database, and fails when a file is altered."""
    found = models.statuses()
    if arguments.json:
        print_json({"models": [_model_document(s) for s in found]})
    else:
        for s in found:
            _print_model(s)
    return CHECK_FAILED if any(s.state == "altered" for s in found) else DONE


def _model_document(s: ModelStatus) -> dict[str, Any]:
    return {"name": s.card.name, "task": s.card.task, "licence": s.card.licence,
            "state": s.state, "path": str(s.path or ""), "problem": s.problem}  # fmt: skip


def _print_model(s: ModelStatus, mark: str = " ") -> None:
    print(f"{mark} {s.card.name:<24} {s.card.task:<11} {s.state:<9} {s.path or ''}")
    if s.state == "altered":
        print(f"      {s.problem}")


def models_choose(arguments: argparse.Namespace, app: Application) -> int:
    operator = signed_in(arguments, app)
    pair = app.model_choice.choose(operator, arguments.use_detector, arguments.use_recogniser)
    others = app.model_choice.out_of_date()
    if arguments.json:
        print_json({"detector": pair.detector.name, "recogniser": pair.recogniser.name,
                "galleries_of_another_model": [gallery.name for gallery in others]})  # fmt: skip
        return DONE
    print(f"In use from now on: {pair.detector.name} and {pair.recogniser.name}")
    for gallery in others:
        say(
            f"{gallery.name} holds templates of {gallery.model.name} and cannot be searched until: "
            f"secondlook gallery rebuild {shlex.quote(gallery.name)}"
        )
    return DONE


def models_fetch(arguments: argparse.Namespace, models: ModelStore) -> int:
    with show_progress() as (cancel, progress):
        made = models.fetch(arguments.name, paths.user_models(), progress, cancel)
    return _print_path(arguments, made)


def models_add(arguments: argparse.Namespace, models: ModelStore) -> int:
    card = models.install(arguments.file, paths.user_models())
    return _print_path(arguments, paths.user_models() / card.file)


def _print_path(arguments: argparse.Namespace, path: Path) -> int:
    if arguments.json:
        print_json({"path": str(path)})
    else:
        print(path)
    return DONE


WITHOUT_DATABASE = (models_verify, models_fetch, models_add)
