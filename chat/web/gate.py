"""The door of the support page: a form, a cookie, a way out."""

from __future__ import annotations

from pathlib import Path
from string import Template
from typing import Annotated

from fastapi import FastAPI, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from chat.web.auth import COOKIE, LASTS, Console
from chat.web.guard import client

HERE = Path(__file__).parent
SHUT = (
    "<p>The console is shut, because no password is set. Whoever runs this server opens it by setting "
    "<code>PENCHANT_CONSOLE_PASSWORD</code> (or <code>console_password</code> in <code>penchant.toml</code>) "
    "and starting it again.</p>"
)
FORM = (
    '<form method="post" action="/console/login"><label for="password">Password</label>'
    '<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>'
    '<button type="submit">Open the console</button></form>'
)
WRONG = '<p class="sorry" role="alert">That is not the password.</p>'
WAIT = '<p class="sorry" role="alert">Too many wrong passwords: please wait a minute.</p>'


def add_gate(app: FastAPI, console: Console) -> None:
    """Adds login and logout. Wrong passwords are throttled a client; a locked-out client is not even compared."""

    def login() -> Response:
        return _page(SHUT if console.shut else FORM)

    def enter(request: Request, password: Annotated[str, Form(max_length=1000)]) -> Response:
        if console.shut:
            return _page(SHUT, 403)
        if console.guesses.full(client(request)):
            return _page(WAIT + FORM, 429)
        key = console.enter(password)
        if key is None:
            console.guesses.count(client(request))
            return _page(WRONG + FORM, 401)
        answer = RedirectResponse("/console/", 303)
        answer.set_cookie(
            COOKIE,
            key,
            max_age=int(LASTS),
            path="/console",
            httponly=True,
            samesite="strict",
            secure=request.url.scheme == "https",
        )
        return answer

    def leave(request: Request) -> Response:
        console.leave(request.cookies)
        answer = RedirectResponse("/console/login", 303)
        answer.delete_cookie(COOKIE, path="/console")
        return answer

    app.add_api_route("/console/login", login, methods=["GET"], response_class=HTMLResponse)
    app.add_api_route("/console/login", enter, methods=["POST"], response_class=HTMLResponse)
    app.add_api_route("/console/logout", leave, methods=["POST"], response_class=HTMLResponse)


def _page(body: str, status: int = 200) -> HTMLResponse:
    page = Template((HERE / "login.html").read_text(encoding="utf-8"))
    style = (HERE / "page.css").read_text(encoding="utf-8")
    return HTMLResponse(page.substitute(style=style, body=body), status)
