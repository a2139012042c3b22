"""A server that speaks as OpenAI's does and fails as its `model` says, in all the ways real ones do."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

WAYS = [
    "hangs", "stalls", "endless", "trickles", "garbage", "bytes", "html", "json", "numbers", "error", "500", "503",
    "dies", "drops", "empty", "nobody",
]  # fmt: skip


class Server(ThreadingHTTPServer):
    """On a free port; `over` ends whatever waits."""

    daemon_threads = True

    def __init__(self, handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.over = threading.Event()

    def address(self, way: str) -> str:
        port = 9 if way == "nobody" else self.server_port
        return f"http://127.0.0.1:{port}/v1#{way}"


class Failing(Server):
    """`asked` counts the requests; `left` those whose client went away while it still spoke."""

    asked = left = 0

    def __init__(self) -> None:
        super().__init__(Handler)


class Speaking(BaseHTTPRequestHandler):
    """What is alike in all answers."""

    def log_message(self, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.start("application/json")
        self.wfile.write(json.dumps({"object": "list", "data": [{"id": "fine", "object": "model"}]}).encode())

    def start(self, kind: str = "text/event-stream") -> None:
        self.send_response(200)
        self.send_header("content-type", kind)
        self.end_headers()


class Handler(Speaking):
    def do_POST(self) -> None:
        way = json.loads(self.rfile.read(int(self.headers["content-length"])))["model"]
        server: Failing = self.server
        server.asked += 1
        self.close_connection = True
        try:
            if way == "hangs":
                server.over.wait(20)
            elif way == "drops":
                self.connection.close()
            elif way in ("500", "503") or (way == "wakes" and server.asked == 1):
                self.send_error(500 if way == "500" else 503)
            elif way == "html":
                self.start("text/html")
                self.wfile.write(b"<html><body>Welcome to your router</body></html>")
            elif way == "empty":
                self.start()
            else:
                self.start()
                for event in self.events(way):
                    self.wfile.write(b"data: " + event + b"\n\n")
                    self.wfile.flush()
        except OSError:  # the client is gone
            server.left += 1

    def events(self, way: str) -> Iterator[bytes]:
        over = self.server.over
        yield said("I ")
        if way in ("fine", "wakes"):
            yield from (said("like it."), said("", "stop"), b"[DONE]")
        elif way == "stalls":
            over.wait(20)
        elif way == "endless":
            while not over.is_set():
                yield said("and on " * 50)
        elif way == "trickles":
            while not over.wait(0.05):
                yield said("on ")
        elif way == "garbage":
            yield from (said("\x00\x1b[2J\x07"), said("", "stop"))
        elif way == "bytes":
            yield bytes(range(128, 256))
        elif way == "json":
            yield b'{"choices": [{"delta": '
        elif way == "numbers":
            yield json.dumps({"choices": [{"index": 0, "delta": {"content": {"a": 1}}}]}).encode()
        elif way == "error":
            yield json.dumps({"error": {"message": "out of memory"}}).encode()
        elif way == "dies":
            yield said("think ")


def said(text: str, why_ended: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": text}, "finish_reason": why_ended}
    return json.dumps({"id": "1", "object": "chat.completion.chunk", "choices": [choice]}).encode()


@contextmanager
def failing() -> Iterator[Failing]:
    server = Failing()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()
