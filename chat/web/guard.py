"""What stands before every page: limits of size and pace, headers for the browser, doors that stay shut."""

from __future__ import annotations

import re

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat.web.auth import Console
from chat.web.throttle import Throttle

LARGEST = 1_000_000  # bytes of a request's body
PACE, WITHIN = 60, 30.0  # messages, clicks and choices of one client in so many seconds

# Gradio's page brings inline scripts and compiles its templates in the browser, hence the two `unsafe`; but nothing
# may be loaded from, or sent to, any other place, which is what a script that slips in would need
POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

# of all that Gradio can do over HTTP, what our pages use
USED = re.compile(
    r"(?:/console)?/gradio_api/(?:queue/(?:join|data)|run/predict|cancel|reset|heartbeat/\w+|app_id|startup-events"
    r"|login_check|theme\.css)/?"
)
UNUSED = re.compile(r"(?:/console)?/(?:gradio_api|monitoring|login|logout|vibe)(?:/.*)?")
PACED = re.compile(r".*/(?:queue/join|run/predict)/?")
OPEN = {"/console/login", "/console/login/"}


class Guard:
    """An ASGI application around another. It holds no more of a request than LARGEST bytes."""

    def __init__(self, app: ASGIApp, console: Console) -> None:
        self.app = app
        self.console = console
        self.pace = Throttle(PACE, WITHIN)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":  # no page of ours uses a websocket
            return

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        if refusal := self._refusal(Request(scope)):
            await refusal(scope, receive, dressed)
            return
        body = await _body(receive) if scope["method"] not in ("GET", "HEAD") else []
        if body is None:
            large = PlainTextResponse(f"A request may hold at most {LARGEST:,} bytes.", 413)
            await large(scope, receive, dressed)
            return

        async def again() -> Message:
            return body.pop(0) if body else await receive()

        await self.app(scope, again, dressed)

    def _refusal(self, request: Request) -> Response | None:
        path = request.url.path
        if UNUSED.fullmatch(path) and not USED.fullmatch(path) and path not in ("/console/login", "/console/logout"):
            return PlainTextResponse("Not found", 404)
        if PACED.fullmatch(path) and not self.pace.count(client(request)):
            return PlainTextResponse("Too many requests at once: please wait half a minute.", 429)
        inside = path == "/console" or path.startswith("/console/")
        if inside and path not in OPEN and not self.console.knows(request.cookies):
            if request.method == "GET" and path in ("/console", "/console/"):
                return RedirectResponse("/console/login", 303)
            return PlainTextResponse("The console needs its password: /console/login", 401)
        return None


def client(request: Request) -> str:
    """Who is asking, as the server tells them apart: the address. Behind a proxy all are one."""
    return request.client.host if request.client else ""


async def _body(receive: Receive) -> list[Message] | None:
    """The messages that make the body, or None once it is larger than LARGEST."""
    messages: list[Message] = []
    size = 0
    while True:
        message = await receive()
        messages.append(message)
        size += len(message.get("body", b""))
        if size > LARGEST:
            return None
        if message["type"] != "http.request" or not message.get("more_body"):
            return messages
