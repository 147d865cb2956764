"""Fetching a model from its upstream address. Nothing else in the program uses the network."""

import time
from pathlib import Path
from urllib.parse import urlsplit

import pooch  # type: ignore[import-untyped]
import requests

from secondlook.domain.cancel import CancelToken, Progress, ProgressCallback
from secondlook.domain.errors import ModelError
from secondlook.vision.cards import ModelCard

CHUNK = 1 << 16
TIMEOUT_S = (10.0, 15.0)
"""To connect, and between two pieces of data; a cancel waits no longer than that."""
pooch.get_logger().setLevel("WARNING")  # progress is told to the caller, not to stderr


OTHER_WAY = (
    "Check the connection and try again; what has arrived is kept. Without a network: get the file "
    "on another machine, and install it with “Choose a file…” or: secondlook models add FILE"
)


def part_of(target: Path) -> Path:
    """Where what has arrived of a file is kept until it is whole."""
    return target.with_name(target.name + ".part")


def fetch(
    card: ModelCard, target_folder: Path, progress: ProgressCallback, cancel: CancelToken
) -> Path:
    """See ``ModelStore.fetch``."""
    if not card.url:
        message = "this model has no address to fetch it from."
        raise ModelError(message, subject=card.name, remedy=card.origin)
    target = target_folder / card.file
    download = _Download(card, part_of(target), progress, cancel)
    try:
        target_folder.mkdir(parents=True, exist_ok=True)
        # pooch checks the hash and lets the target appear whole or not at all.
        known = f"sha256:{card.sha256}"
        pooch.retrieve(card.url, known, target.name, target_folder, downloader=download)
    except requests.HTTPError as error:
        answer = error.response.status_code if error.response is not None else "nothing"
        message = f"{card.url} answered {answer}; nothing was changed."
        remedy = "Get the file elsewhere and put it into a model folder, or ask for a newer card."
        raise ModelError(message, subject=card.name, remedy=remedy) from error
    except requests.RequestException as error:
        raise ModelError(_broken(card, download), subject=card.name, remedy=OTHER_WAY) from error
    except ValueError as error:  # pooch's word for a wrong hash
        message = f"{card.url} sent another file than the card names ({error}); it was discarded."
        remedy = "Do not use that address; ask for a newer card."
        raise ModelError(message, subject=card.name, remedy=remedy) from error
    except OSError as error:
        message = f"the file cannot be written ({error})."
        remedy = "Check the free space and the permissions of the folder."
        raise ModelError(message, subject=str(target), remedy=remedy) from error
    return target


def _broken(card: ModelCard, download: "_Download") -> str:
    if download.answered:
        return f"{card.url} stopped sending; no model was changed."
    return f"{urlsplit(card.url or '').hostname} cannot be reached; nothing of yours was sent."


class _Download:
    """A pooch downloader that keeps what arrived in ``part`` and goes on from there."""

    def __init__(
        self, card: ModelCard, part: Path, progress: ProgressCallback, cancel: CancelToken
    ) -> None:
        self.card, self.part, self.progress, self.cancel = card, part, progress, cancel
        self.answered = False

    def __call__(self, url: str, output_file: str, _: object) -> None:
        have = self.part.stat().st_size if self.part.exists() else 0
        if have > self.card.bytes:
            self.part.unlink()
            have = 0
        if have < self.card.bytes:
            self._receive(url, have)
        self.part.replace(output_file)

    def _receive(self, url: str, have: int) -> None:
        # identity: a compressed answer would not be the bytes that the range counts.
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT_S) as answer:
            self.answered = True
            answer.raise_for_status()
            resumed = answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
            if answer.status_code != requests.codes.partial_content or not resumed:
                have = 0
            with self.part.open("ab" if have else "wb") as file:
                start, began = have, time.monotonic()
                for chunk in answer.iter_content(CHUNK):
                    self.cancel.poll()
                    have += file.write(chunk)
                    rate = (have - start) / max(time.monotonic() - began, 1e-3)
                    self.progress(Progress(have, self.card.bytes, rate, self.card.file))
                    if have > self.card.bytes:
                        break  # a longer file is the wrong one: the hash will say so
        if have < self.card.bytes:
            raise requests.ConnectionError(f"{have} of {self.card.bytes} bytes arrived")
