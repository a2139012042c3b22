"""The web server: the guard, the gate, the pages."""

from __future__ import annotations

import errno
import socket

import typer
import uvicorn
from fastapi import FastAPI

from chat.assistant import Assistant
from chat.web.auth import Console
from chat.web.gate import add_gate
from chat.web.guard import Guard
from chat.web.page import mount_pages
from retrieval.errors import Problem
from retrieval.settings import Settings

GRACE = 3  # seconds that open streams get when the server stops


def application(assistant: Assistant, settings: Settings) -> FastAPI:
    """Everything under one roof. Whoever made the assistant closes it."""
    console = Console(settings.console_password)
    app = FastAPI(title="Penchant", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(Guard, console=console)
    app.add_api_route("/healthz", _well, methods=["GET"])
    add_gate(app, console)
    mount_pages(app, assistant, console)
    return app


def serve(assistant: Assistant, settings: Settings) -> None:
    """Serve until Ctrl-C. Raises Problem if the address cannot be taken."""
    with listen(settings.host, settings.port) as door:
        host, port = door.getsockname()[:2]
        app = application(assistant, settings)
        typer.echo(f"Penchant is open at http://{host}:{port}/ (Ctrl-C closes it)")
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=GRACE, server_header=False)
        try:
            uvicorn.Server(config).run(sockets=[door])
        except KeyboardInterrupt:  # uvicorn has closed everything and hands the signal on
            typer.echo("Penchant is closed")


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


def _well() -> dict[str, str]:
    return {"status": "ok"}
