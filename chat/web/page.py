"""The two pages in Gradio, and the only place that knows the library.

The conversation at `/` lets everybody choose who they are, which suits a demonstration with the people of a data set.
Where real customers come, the site around it signs them in and the choice goes away. The support page at `/console`
asks for its key in every handler, because anybody can call a handler over HTTP.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import gradio as gr
from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from gradio.route_utils import FnIndexInferError
from starlette.routing import Mount

from chat.assistant import Assistant
from chat.messages import KINDS, NEWCOMER, newcomer
from chat.web import markup, scripts, support
from chat.web.auth import Console
from chat.web.chosen import name_of, purpose_of, same_person, surprise_of
from chat.web.recall import recalled
from chat.web.turn import View, Visit, newcomer_again, returning, views
from retrieval.errors import Problem
from retrieval.lists.dial import CLOSEST, SURPRISE, USUAL

TALKERS = 32  # turns at once; the language model has its own line behind them
WAITING = 64  # events that may queue before newcomers are told that it is full
LISTED = 2000  # customers and items offered in a list; the others are typed
STYLE = Path(__file__).parent / "page.css"
STORED = "penchant"  # hides nothing: the browser keeps two ids, and the server checks that they belong together
HIDDEN: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}


def mount_pages(app: FastAPI, assistant: Assistant, console: Console) -> None:
    """Both pages on `app`; the one at `/` last, because it answers every path that is left.

    Not to be called from a coroutine.
    """

    def agent(request: Request) -> str | None:
        return "agent" if console.knows(request.cookies) else None

    async def mount() -> None:
        _mount(app, support_page(assistant, console), "/console", auth_dependency=agent)
        _mount(app, talk_page(assistant), "/")

    asyncio.run(mount())  # where no loop runs, Gradio opens one for each of its locks and closes none


def end_streams(app: FastAPI) -> None:
    """Lets go of the browsers that are looking; else they would hold the server open."""
    for route in app.routes:
        if isinstance(route, Mount):
            route.app.stop_event.set()  # type: ignore[attr-defined]  # of the Gradio application below


def _mount(app: FastAPI, page: gr.Blocks, path: str, **more: Any) -> None:
    page.queue(max_size=WAITING, api_open=False, default_concurrency_limit=8)
    gr.mount_gradio_app(
        app,
        page,
        path,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
        css=STYLE.read_text(encoding="utf-8"),
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size="1kb",
        enable_monitoring=False,
        ssr_mode=False,
        mcp_server=False,
        **more,
    )
    for unknown in (KeyError, FnIndexInferError):  # how Gradio says that a request names no handler of the page
        app.routes[-1].app.add_exception_handler(unknown, _nowhere)  # type: ignore[attr-defined]


def _nowhere(request: Request, error: Exception) -> Response:
    return PlainTextResponse("Not found", 404)


def talk_page(assistant: Assistant) -> gr.Blocks:
    """The conversation: what was said on one side, the cards of the last answer on the other."""
    with gr.Blocks(title="Penchant", analytics_enabled=False) as page:
        at = laid_out(assistant)
        connected(page, at, Talking(assistant, at))
    return page


@dataclass(frozen=True)
class Layout:
    """What stands on the page of the conversation, and what is kept with it: `visiting` on the server, `kept` in the
    browser; `wish` is where a script puts what is to be answered."""

    visiting: gr.State
    wish: gr.Textbox
    kept: gr.BrowserState
    who: gr.Dropdown
    gift: gr.Checkbox
    memory: gr.HTML
    past: gr.HTML
    now: gr.HTML
    words: gr.HTML
    state: gr.HTML
    dial: gr.Slider
    wishes: Sequence[gr.Button]
    box: gr.Textbox
    send: gr.Button
    back: Sequence[gr.Button]
    shelf: gr.HTML
    note: gr.HTML


def laid_out(assistant: Assistant) -> Layout:
    """Puts everything in its place, top to bottom."""
    visiting = gr.State(Visit(""))
    wish = gr.Textbox(visible="hidden", label="Wish")
    kept = gr.BrowserState({}, storage_key="penchant", secret=STORED)
    with gr.Row(elem_id="top"):
        gr.HTML("<h1>Penchant</h1><p>An AI you can tell what you are in the mood for. It finds, and says why.</p>")
        people = [NEWCOMER, *assistant.users()[:LISTED]]
        who = gr.Dropdown(people, value=NEWCOMER, label="You are", allow_custom_value=True, elem_id="who")
        gift = gr.Checkbox(label="For someone else", elem_id="gift", container=False)
        memory = gr.HTML(elem_id="memory", js_on_load=scripts.RECALL)
    with gr.Row(elem_id="stage"):
        with gr.Column(elem_id="talk"):
            with gr.Column(elem_id="thread"):
                past, now, words = (gr.HTML(elem_id=name) for name in ("past", "now", "words"))
            state = gr.HTML(elem_id="state")
            label = "Closest … Surprise me"
            dial = gr.Slider(CLOSEST, SURPRISE, value=USUAL, step=0.05, label=label, elem_id="dial", buttons=[])
            with gr.Row(elem_id="wishes"):
                wishes = [gr.Button(each, size="sm") for each in assistant.domain.wishes]
            with gr.Row(elem_id="ask"):
                placeholder = "What are you in the mood for?"
                box = gr.Textbox(placeholder=placeholder, label="Your message", autofocus=True, max_lines=4)
                send = gr.Button("Send", variant="primary")
            with gr.Row(elem_id="back"):
                back = [gr.Button(each, size="sm") for each in ("Undo", "Start over")]
        with gr.Column(elem_id="side"):
            shelf = gr.HTML(elem_id="shelf", js_on_load=scripts.PRESS)
            note = gr.HTML(elem_id="note")
    return Layout(
        visiting, wish, kept, who, gift, memory, past, now, words, state, dial, wishes, box, send, back, shelf, note
    )


def connected(page: gr.Blocks, at: Layout, does: Talking) -> None:
    """Says what happens when something on the page is opened, chosen, pressed or sent."""
    page.load(None, js=scripts.BEGIN)
    begun = [at.visiting, at.past, at.now, at.words, at.shelf, at.note, at.state, at.memory, at.kept]
    arriving = page.load(does.arrive, [at.kept, at.who, at.gift], [*begun, at.who, at.gift], **HIDDEN)
    arriving.then(None, js=scripts.BACK)
    at.who.change(does.become, [at.visiting, at.who, at.gift], begun, **HIDDEN)
    remembering = [at.memory, at.note, at.state]
    recalling = at.memory.click(does.recall, at.visiting, remembering, trigger_mode="multiple", **HIDDEN)
    recalling.then(None, js=scripts.RECALLED)
    at.gift.input(does.devote, [at.visiting, at.gift], [at.visiting, at.now, at.note], **HIDDEN)
    at.gift.change(None, at.gift, js=scripts.RENAME)
    answering = at.wish.change(
        does.answer,
        [at.visiting, at.wish, at.dial],
        [at.visiting, at.now, at.words, at.shelf, at.gift, at.state, at.memory, at.kept],
        concurrency_limit=TALKERS,
        concurrency_id="language",
        trigger_mode="multiple",
        **HIDDEN,
    )
    sending = [(at.send.click, at.box), (at.box.submit, at.box)]
    for event, source in (*sending, *((one.click, one) for one in (*at.wishes, *at.back))):
        # who asks again no longer waits for the answer before
        event(
            None,
            [source, at.past, at.now, at.words],
            [at.box, at.past, at.now, at.words, at.note, at.wish],
            js=scripts.SEND,
            cancels=[answering],
            api_visibility="private",
        )
    pressed = at.shelf.click(does.feedback, at.visiting, at.note, trigger_mode="multiple", **HIDDEN)
    pressed.then(None, at.note, js=scripts.MARK)
    pressed.then(does.holding, at.visiting, at.state, **HIDDEN)


@dataclass(frozen=True)
class Talking:
    """What each event of the page does; what it gives is drawn where it says."""

    assistant: Assistant
    at: Layout

    def answer(self, visit: Visit, wish: str, dial: float | None) -> Iterator[dict[Any, Any]]:
        """The answer as it comes, part by part."""
        at = self.at
        _, _, text = str(wish).partition("\n")  # a number stands before it: the same wish twice is two wishes
        drawn: object = None
        told = False
        visit = replace(visit, user=visit.user or newcomer(), surprise=surprise_of(dial))
        for view in views(self.assistant, visit, text):
            # told once: who chooses anew while the words come is not overruled by them
            whom = {} if told else {at.gift: view.visit.purpose == "gift"}
            browser = {} if told else {at.kept: _remembered(view.visit)}
            page = {at.visiting: view.visit, at.now: view.talk, at.words: view.words}
            yield {**page, **self._cards(view, drawn), **self._held(view), **whom, **browser}
            drawn, told = view.cards, True

    def feedback(self, visit: Visit, pressed: gr.EventData) -> str:
        """What a button of a card does."""
        what = _pressed(pressed)
        item, kind = str(what.get("item")), str(what.get("kind"))
        if item not in visit.shown or kind not in KINDS:
            return markup.apology("That card is not from this conversation, so nothing was noted.")
        try:
            self.assistant.feedback(visit.conversation, visit.user, item, kind)
            purpose = self.assistant.purpose(visit.conversation)
            return markup.noted(self.assistant.now().catalogue[item], kind, purpose)
        except Problem as problem:
            return markup.apology(f"Nothing was noted: {problem}.")

    def holding(self, visit: Visit) -> str:
        """What holds after a button was pressed."""
        return markup.held(self.assistant.chips(visit.conversation, visit.user)) if visit.conversation else ""

    def arrive(self, remembered: Any, name: str | None, for_another: bool | None) -> dict[Any, Any]:
        """The conversation that this browser was in, as it was left; a new one for all others."""
        back = returning(self.assistant, remembered)
        if back is None or not back[0].turn:
            there = newcomer_again(remembered) if same_person(NEWCOMER, name) else name
            return self.become(Visit(""), there, for_another)
        at, (visit, left) = self.at, back
        *before, (asked, said) = left.said or [("", ())]
        question = markup.question(left.asked) if left.asked else ""
        return {
            at.visiting: visit, at.past: markup.past(before), at.now: markup.exchange(asked, ()),
            at.words: markup.said(said) + question,
            at.shelf: markup.shelf(left.cards, visit.purpose, dict(left.received)) if left.cards else "", at.note: "",
            at.state: self.holding(visit), at.memory: self._memory(visit), at.kept: _remembered(visit),
            at.who: NEWCOMER if visit.user.startswith(NEWCOMER) else visit.user, at.gift: visit.purpose == "gift",
        }  # fmt: skip

    def become(self, visit: Visit, name: str | None, for_another: bool | None) -> dict[Any, Any]:
        """Somebody else, who begins anew; who is there already goes on."""
        at = self.at
        if visit.user and same_person(visit.user, name):
            return {at.note: ""}
        visit = Visit(name_of(name), purpose=purpose_of(for_another))
        return {
            at.visiting: visit, at.past: "", at.now: self._greeting(visit), at.words: "", at.shelf: "", at.note: "",
            at.state: "", at.memory: self._memory(visit), at.kept: _remembered(visit),
        }  # fmt: skip

    def recall(self, visit: Visit, pressed: gr.EventData) -> tuple[str, str, str]:
        """What a button of the memory does, the memory then, and what holds."""
        what = _pressed(pressed)
        told = recalled(self.assistant.memory, visit.user, what.get("does"), what.get("fact")) if visit.user else ""
        return self._memory(visit, opened=True), markup.told(told) if told else "", self.holding(visit)

    def devote(self, visit: Visit, for_another: bool | None) -> dict[Any, Any]:
        """Whom it is for from now on: the conversation that is open, or the one that the next message opens."""
        visit = replace(visit, user=visit.user or newcomer(), purpose=purpose_of(for_another))
        if not visit.conversation:
            return {self.at.visiting: visit, self.at.now: self._greeting(visit)}
        said = self.assistant.set_purpose(visit.conversation, visit.user, visit.purpose)
        return {self.at.visiting: visit, self.at.note: markup.told(said)}

    def _cards(self, view: View, drawn: object) -> dict[Any, Any]:
        # drawn once: to draw them again would take back what was pressed meanwhile
        old = view.cards is None or view.cards is drawn
        return {} if old else {self.at.shelf: markup.shelf(view.cards or (), view.visit.purpose)}

    def _held(self, view: View) -> dict[Any, Any]:
        if view.chips is None:
            return {}
        settled = {self.at.memory: self._memory(view.visit)} if view.settled else {}
        return {self.at.state: markup.held(view.chips, view.settled), **settled}

    def _memory(self, visit: Visit, opened: bool = False) -> str:
        memory = self.assistant.memory
        return markup.memory(memory.consent(visit.user), memory.facts(visit.user), opened)

    def _greeting(self, visit: Visit) -> str:
        return markup.sentence(self.assistant.greeting(visit.user, visit.purpose))


def _remembered(visit: Visit) -> dict[str, str]:
    return {"user": visit.user, "conversation": visit.conversation}


def _pressed(pressed: gr.EventData) -> dict[str, Any]:
    return pressed._data if isinstance(pressed._data, dict) else {}


def support_page(assistant: Assistant, console: Console) -> gr.Blocks:
    """For those who answer customers: look up, never change."""

    def customer(user: str | None, request: gr.Request) -> tuple[str, str, str]:
        if not console.knows(request.cookies):
            return support.message("Please log in."), "", ""
        user = str(user or "").strip()
        events, shared = assistant.history(user), support.shared(assistant.memory, user)
        if not events:
            return (
                support.message(f"No events of a customer {user!r}: what a new visitor gets stands here."),
                support.past([]),
                shared,
            )
        return support.top(assistant.top(user)), support.past(events), shared

    def why_not(user: str | None, item: str | None, request: gr.Request) -> str:
        if not console.knows(request.cookies):
            return support.message("Please log in.")
        if not item:
            return support.message("Choose an item to see where it stands.")
        try:
            return support.standing(
                assistant.standing(str(user or "").strip(), support.item_named(assistant.now().catalogue, str(item)))
            )
        except Problem as problem:
            return support.message(f"{problem}.")

    with gr.Blocks(title="Penchant console", analytics_enabled=False) as page:
        with gr.Row(elem_id="top"):
            gr.HTML("<h1>Penchant console</h1><p>What a customer did, what they would get now, and why.</p>")
            out = gr.Button("Log out", size="sm", elem_id="out")
        with gr.Column(elem_id="desk"):
            user = gr.Dropdown(assistant.users()[:LISTED], value=None, label="Customer", allow_custom_value=True)
            with gr.Row():
                with gr.Column(scale=3):
                    gr.HTML("<h2>What they would get now</h2>")
                    top = gr.HTML(support.message("Choose a customer."), elem_id="list")
                with gr.Column(scale=2):
                    gr.HTML("<h2>Why not this one?</h2>")
                    titles = [(each.name, id) for id, each in list(assistant.catalogue.items())[:LISTED]]
                    item = gr.Dropdown(titles, value=None, label="Item", allow_custom_value=True)
                    verdict = gr.HTML(elem_id="verdict")
                    gr.HTML("<h2>What they did</h2>")
                    past = gr.HTML(elem_id="history")
                    told = gr.HTML(elem_id="told")
        user.change(customer, user, [top, past, told], **HIDDEN).then(why_not, [user, item], verdict, **HIDDEN)
        item.change(why_not, [user, item], verdict, **HIDDEN)
        out.click(None, js=scripts.LEAVE)
    return page
