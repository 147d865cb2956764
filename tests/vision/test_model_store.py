"""Finding, checking and fetching model files; the fetching against a server of the test's own."""

import hashlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from secondlook.domain.cancel import CancelToken, Progress, ignore_progress
from secondlook.domain.errors import Cancelled, ModelError
from secondlook.vision.cards import Task
from secondlook.vision.models import ModelStore
from tests.vision.card_text import CARD

BODY = bytes(range(256)) * 2000  # 512,000 bytes, several chunks
SHA256 = hashlib.sha256(BODY).hexdigest()


class Server(http.server.ThreadingHTTPServer):
    """Serves BODY; remembers the ranges asked for. Behaviour is switched by the path."""

    ranges: list[str | None]


class Handler(http.server.BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        asked = self.headers.get("Range")
        self.server.ranges.append(asked)
        body, start = (b"wrong" * 102_400 if "wrong" in self.path else BODY), 0
        if "gone" in self.path:
            self.send_error(404)
            return
        if asked and "norange" not in self.path:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(body) - start))
        self.end_headers()
        part = body[start:]
        self.wfile.write(part[: len(part) // 2] if "short" in self.path else part)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(("127.0.0.1", 0), Handler) as server:
        server.ranges = []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def store(folder: Path, url: str = "", *, sha256: str = SHA256) -> ModelStore:
    folder.mkdir(exist_ok=True)
    text = CARD.replace("0" * 64, sha256).replace("bytes = 3", f"bytes = {len(BODY)}")
    if url:
        text = text.replace('origin = "nowhere"', f'url = "{url}"')
    (folder / "card.toml").write_text(text, encoding="utf-8")
    return ModelStore(folder, [folder / "first", folder / "second"])


def address(server: Server, path: str = "some.onnx") -> str:
    return f"http://127.0.0.1:{server.server_address[1]}/{path}"


def put(folder: Path, data: bytes = BODY) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / "some.onnx"
    path.write_bytes(data)
    return path


def fetch(models: ModelStore, folder: Path, cancel: CancelToken | None = None) -> Path:
    return models.fetch("some-model", folder, ignore_progress, cancel or CancelToken())


def test_missing_altered_verified(tmp_path: Path) -> None:
    models = store(tmp_path)
    assert models.status("some-model").state == "missing"
    with pytest.raises(ModelError, match=r"some\.onnx is in none of") as missing:
        models.locate("some-model")
    assert "nowhere" in missing.value.remedy  # the card's origin, for there is no address
    bad = put(tmp_path / "first", b"not it")
    assert models.status("some-model").state == "altered"
    with pytest.raises(ModelError) as altered:
        models.locate("some-model")
    for part in (str(bad), SHA256, hashlib.sha256(b"not it").hexdigest()):
        assert part in altered.value.message
    good = put(tmp_path / "second")
    assert models.locate("some-model") == good
    assert [status.state for status in models.statuses()] == ["verified"]


def test_a_file_that_changes_is_hashed_again(tmp_path: Path) -> None:
    models = store(tmp_path)
    path = put(tmp_path / "first")
    assert models.locate("some-model") == path
    put(tmp_path / "first", BODY[:-1])
    assert models.status("some-model").state == "altered"


def test_best_and_unknown_names(tmp_path: Path) -> None:
    models = store(tmp_path, "https://example.invalid/some.onnx")
    with pytest.raises(ModelError) as none:
        models.best(Task.RECOGNISER)
    assert "secondlook models fetch some-model" in none.value.remedy
    put(tmp_path / "first")
    assert models.best(Task.RECOGNISER).name == "some-model"
    with pytest.raises(ModelError, match="no detector"):
        models.best(Task.DETECTOR)
    with pytest.raises(ModelError, match="no model has the name") as unknown:
        models.locate("nobody")
    assert "some-model" in unknown.value.remedy


def test_fetch_tells_its_progress(tmp_path: Path, server: Server) -> None:
    models = store(tmp_path, address(server))
    seen: list[Progress] = []
    path = models.fetch("some-model", tmp_path / "first", seen.append, CancelToken())
    assert path.read_bytes() == BODY
    assert [p.name for p in path.parent.iterdir()] == ["some.onnx"]
    assert seen[-1].done == seen[-1].total == len(BODY)
    assert seen == sorted(seen, key=lambda p: p.done)
    assert models.locate("some-model") == path


@pytest.mark.parametrize("path", ["some.onnx", "norange.onnx"])
def test_a_part_is_resumed_where_the_server_allows(
    tmp_path: Path, server: Server, path: str
) -> None:
    models = store(tmp_path, address(server, path))
    folder = tmp_path / "first"
    folder.mkdir()
    (folder / "some.onnx.part").write_bytes(BODY[:1000])
    assert fetch(models, folder).read_bytes() == BODY
    assert server.ranges == ["bytes=1000-"]


def test_cancelling_keeps_the_part(tmp_path: Path, server: Server) -> None:
    models = store(tmp_path, address(server))
    folder, cancel = tmp_path / "first", CancelToken()

    def stop(progress: Progress) -> None:
        cancel.cancel()

    with pytest.raises(Cancelled):
        models.fetch("some-model", folder, stop, cancel)
    kept = (folder / "some.onnx.part").stat().st_size
    assert 0 < kept < len(BODY)
    assert [p.name for p in folder.iterdir()] == ["some.onnx.part"]
    assert fetch(models, folder).read_bytes() == BODY
    assert server.ranges == [None, f"bytes={kept}-"]


def test_a_connection_that_breaks_keeps_the_part(tmp_path: Path, server: Server) -> None:
    models = store(tmp_path, address(server, "short.onnx"))
    folder = tmp_path / "first"
    with pytest.raises(ModelError, match="stopped sending"):
        fetch(models, folder)
    assert (folder / "some.onnx.part").stat().st_size > 0
    assert not (folder / "some.onnx").exists()


@pytest.mark.parametrize("had", [b"", BODY[:-10], BODY + b"more"])
def test_a_wrong_file_is_discarded(tmp_path: Path, server: Server, had: bytes) -> None:
    models = store(tmp_path, address(server, "wrong.onnx"))
    folder = tmp_path / "first"
    folder.mkdir()
    if had:
        (folder / "some.onnx.part").write_bytes(had[:-1] + b"?")
    with pytest.raises(ModelError, match="another file") as caught:
        fetch(models, folder)
    assert SHA256 in caught.value.message
    assert list(folder.iterdir()) == []


def test_an_altered_file_is_replaced_only_by_a_right_one(tmp_path: Path, server: Server) -> None:
    folder = tmp_path / "first"
    old = put(folder, b"altered")
    with pytest.raises(ModelError):
        fetch(store(tmp_path, address(server, "wrong.onnx")), folder)
    assert old.read_bytes() == b"altered"
    assert fetch(store(tmp_path, address(server)), folder).read_bytes() == BODY


def test_offline_not_found_and_no_address(tmp_path: Path, server: Server) -> None:
    with pytest.raises(ModelError, match="404"):
        fetch(store(tmp_path, address(server, "gone.onnx")), tmp_path / "first")
    closed = address(server)
    server.shutdown()
    server.server_close()
    with pytest.raises(ModelError, match="cannot be reached; nothing of yours") as offline:
        fetch(store(tmp_path, closed), tmp_path / "first")
    assert "secondlook models add FILE" in offline.value.remedy
    with pytest.raises(ModelError, match="no address") as nowhere:
        fetch(store(tmp_path), tmp_path / "first")
    assert nowhere.value.remedy == "nowhere"


def test_a_folder_that_cannot_be_written(tmp_path: Path, server: Server) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(ModelError, match="cannot be written"):
        fetch(store(tmp_path, address(server)), blocked / "models")
