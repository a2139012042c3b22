"""The web server: the guard, the gate, the pages."""

from __future__ import annotations

import errno
import ipaddress
import logging
import socket
from collections.abc import Callable

import typer
import uvicorn
from fastapi import FastAPI
from starlette.middleware.trustedhost import TrustedHostMiddleware

from chat.assistant import Assistant
from chat.web.auth import Console
from chat.web.gate import add_gate
from chat.web.guard import Guard
from chat.web.page import end_streams, mount_pages
from retrieval.errors import Problem
from retrieval.settings import Settings

GRACE = 1  # seconds that open streams get when the server stops


def application(assistant: Assistant, settings: Settings) -> FastAPI:
    """Everything under one roof. Whoever made the assistant closes it.

    At a loopback address it answers only to a name of this machine, so that no page from elsewhere reaches it under a
    name of its own (DNS rebinding). At any other address it cannot know its names and answers to all.
    """
    console = Console(settings.console_password)
    app = FastAPI(title="Penchant", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(TrustedHostMiddleware, allowed_hosts=_names(settings.host), www_redirect=False)
    app.add_middleware(Guard, console=console)  # around the other: what is refused carries the headers too
    app.add_api_route("/healthz", _well, methods=["GET"])
    add_gate(app, console)
    mount_pages(app, assistant, console)
    return app


def serve(assistant: Assistant, settings: Settings) -> None:
    """Serve until Ctrl-C. Raises Problem if the address cannot be taken."""
    with listen(settings.host, settings.port) as door:
        host, port = door.getsockname()[:2]
        pages = server(assistant, settings)
        typer.echo(f"Penchant is open at http://{host}:{port}/ (Ctrl-C closes it)")
        try:
            pages.run(sockets=[door])
        except KeyboardInterrupt:  # uvicorn has closed everything and hands the signal on
            typer.echo("Penchant is closed")


def server(assistant: Assistant, settings: Settings) -> Server:
    """The pages, ready to run on a socket."""
    app = application(assistant, settings)
    config = uvicorn.Config(
        app,
        log_level="warning",
        timeout_graceful_shutdown=GRACE,
        server_header=False,
        proxy_headers=False,  # anybody can write X-Forwarded-For, and the throttles go by the address
    )
    return Server(config, lambda: end_streams(app))


class Server(uvicorn.Server):
    """Tells the pages to end when it stops: their streams stay open for as long as a browser looks."""

    def __init__(self, config: uvicorn.Config, stop: Callable[[], None]) -> None:
        super().__init__(config)
        self._stop = stop

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._stop()
        # an answer that is cut off now is no error, and its traceback would hide what the operator did
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets)


def listen(host: str, port: int) -> socket.socket:
    """A socket that already listens, so that the address it tells is open. Port 0 takes a free one."""
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Problem(f"port {port} is in use; choose another by PENCHANT_PORT, or 0 for a free one") from error
        raise Problem(f"cannot listen at {host}:{port}: {error.strerror or error}") from error
    except OverflowError as error:
        raise Problem(f"port {port} is not between 0 and 65535") from error


def _names(host: str) -> list[str]:
    try:
        loopback = ipaddress.ip_address(host).is_loopback
    except ValueError:
        loopback = host == "localhost"
    return ["localhost", "127.0.0.1", "[::1]", f"[{host}]" if ":" in host else host] if loopback else ["*"]


def _well() -> dict[str, str]:
    return {"status": "ok"}
