"""Serves made-up models on this machine, as slowly as a test wants."""

import http.server
import threading

from tests.services.model_files import body


class ModelServer(http.server.ThreadingHTTPServer):
    """``go_on`` is set; while it is cleared, an answer stops half way."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.go_on = threading.Event()
        self.go_on.set()
        self.ranges: list[str | None] = []

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/{name}.onnx"


class Handler(http.server.BaseHTTPRequestHandler):
    server: ModelServer

    def do_GET(self) -> None:
        data = body(self.path.strip("/").removesuffix(".onnx"))
        asked, start = self.headers.get("Range"), 0
        self.server.ranges.append(asked)
        if asked:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
        self.send_response(206 if asked else 200)
        if asked:
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        self.send_header("Content-Length", str(len(data) - start))
        self.end_headers()
        middle = start + (len(data) - start) // 2
        try:
            self.wfile.write(data[start:middle])
            self.wfile.flush()
            self.server.go_on.wait(20)
            self.wfile.write(data[middle:])
        except OSError:
            pass  # the test cancelled

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        pass
