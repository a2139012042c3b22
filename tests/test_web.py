"""What strangers may do over HTTP, and what nobody's text may do to the page."""

import asyncio
import shutil
import threading
import time
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import httpx
import pytest
from starlette.testclient import TestClient

from chat.assembly import assistant as assembled
from chat.chips import Chip
from chat.memory import Consent, Fact
from chat.messages import NEWCOMER, Card, Lasting, Message, Said, Shown, newcomer
from chat.policy.languages import ENGLISH, TOLD_IN
from chat.turns.remembering import NO, YES
from chat.turns.resuming import SEEN_AGAIN
from chat.understanding import LONGEST
from chat.web import guard, markup, support
from chat.web.app import application, listen, server
from chat.web.auth import COOKIE, GUESSES, LASTS, Console
from chat.web.page import support_page
from chat.web.recall import recalled
from chat.web.throttle import Throttle
from chat.web.turn import SORRY, Visit, newcomer_again, returning, views
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.settings import Settings

PASSWORD = "open sesame"
NASTY = Item("<b>", '"><script>alert(1)</script>', 1999, {"genre": ("<i>",)})


@pytest.fixture
def stranger(assistant):
    """A browser at pages of its own, where its guesses and clicks are counted."""
    with browser(application(assistant, Settings(console_password=PASSWORD)), follow_redirects=False) as client:
        yield client


@pytest.fixture(scope="module")
def lasting(small_world, tmp_path_factory):
    """An assistant for all tests here that change nothing in it: pages take half a second to build."""
    home = tmp_path_factory.mktemp("lasting") / "var"
    shutil.copytree(small_world.home, home)
    with assembled(small_world.model_copy(update={"home": home})) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def pages(lasting):
    with browser(application(lasting, Settings(console_password=PASSWORD)), follow_redirects=False) as client:
        yield client


@pytest.fixture
def reader(pages):
    """A browser without cookies at pages that others have seen too."""
    pages.cookies.clear()
    return pages


@pytest.fixture(scope="module")
def at_host(lasting):
    """The application by the name of its host, built once."""
    return cache(lambda host: application(lasting, Settings(host=host)))


def browser(app, host="127.0.0.1", **more):
    return TestClient(app, base_url=f"http://{host}", **more)


def enter(client, password=PASSWORD):
    return client.post("/console/login", data={"password": password})


def test_every_answer_carries_the_headers_that_shut_out_frames_and_foreign_scripts(reader):
    for path in ("/", "/healthz", "/nowhere", "/console", "/console/login"):
        headers = reader.get(path).headers
        assert headers["X-Frame-Options"] == "DENY"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "connect-src 'self'" in headers["Content-Security-Policy"]


def test_health_is_one_word(reader):
    assert reader.get("/healthz").json() == {"status": "ok"}


@pytest.mark.parametrize(
    "path",
    [
        "/monitoring",
        "/monitoring/summary",
        "/monitoring/x",
        "/gradio_api/info",
        "/gradio_api/file=/etc/passwd",
        "/login",
    ],
)
def test_what_our_pages_do_not_use_is_not_there(reader, path):
    assert reader.get(path).status_code == 404
    assert reader.get(f"/console{path}").status_code in (401, 404) or path == "/login"


def test_nobody_uploads(reader):
    assert reader.post("/gradio_api/upload", files={"files": b"x"}).status_code == 404


def test_a_large_body_is_refused_before_anything_reads_it(stranger):
    assert stranger.post("/gradio_api/queue/join", content=b"x" * (guard.LARGEST + 1)).status_code == 413
    assert stranger.post("/console/login", content=b"x" * (guard.LARGEST + 1)).status_code == 413


def test_one_client_cannot_flood_the_queue(stranger):
    answers = [stranger.post("/gradio_api/queue/join", json={}).status_code for _ in range(guard.PACE + 1)]
    assert answers[-1] == 429
    assert 429 not in answers[:-1]


@pytest.mark.parametrize("number", [999, -1])
@pytest.mark.parametrize("path", ["queue/join", "run/predict"])
def test_a_handler_that_is_not_there_is_not_found(reader, number, path):
    asked = {"fn_index": number, "data": [], "session_hash": "one"}
    assert reader.post(f"/gradio_api/{path}", json=asked).status_code == 404
    assert reader.post("/gradio_api/run/predict", json=asked | {"fn_index": None}).status_code == 404
    enter(reader)
    assert reader.post(f"/console/gradio_api/{path}", json=asked).status_code == 404


@pytest.mark.parametrize("pressed", [None, [1], "x", {}, {"item": ["1"], "kind": {}}, {"item": "1", "kind": "like"}])
def test_a_button_that_nobody_was_shown_notes_nothing_and_says_so(reader, pressed):
    handlers = {each["api_name"]: each["id"] for each in reader.get("/config").json()["dependencies"]}
    asked = {"fn_index": handlers["feedback"], "data": [None], "session_hash": "one", "event_data": pressed}
    assert reader.post("/gradio_api/queue/join", json=asked).status_code == 200
    assert "nothing was noted" in reader.get("/gradio_api/queue/data?session_hash=one").text


@pytest.mark.parametrize("name", ["127.0.0.1:7860", "localhost", "LOCALHOST:80", "[::1]:7860", "127.0.0.5"])
def test_at_home_it_answers_to_the_names_of_this_machine(at_host, name):
    assert browser(at_host("127.0.0.5")).get("/healthz", headers={"host": name}).status_code == 200


@pytest.mark.parametrize("name", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7860", ""])
def test_a_page_from_elsewhere_cannot_reach_it_under_a_name_of_its_own(at_host, name):
    for host in ("127.0.0.1", "localhost", "::1"):
        answer = browser(at_host(host)).get("/healthz", headers={"host": name})
        assert answer.status_code == 400
        assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "penchant.example"])
def test_open_to_others_it_answers_to_any_name(at_host, host):
    client = browser(at_host(host), "any.example")
    assert client.get("/healthz").status_code == 200


def test_nobody_guesses_on_by_claiming_to_be_somebody_else(assistant):
    pages = server(assistant, Settings(console_password=PASSWORD))
    with listen("127.0.0.1", 0) as door:
        thread = threading.Thread(target=pages.run, kwargs={"sockets": [door]}, daemon=True)
        thread.start()
        address = f"http://127.0.0.1:{door.getsockname()[1]}/console/login"
        with httpx.Client(trust_env=False) as client:
            answers = [
                client.post(
                    address, data={"password": "guess"}, headers={"X-Forwarded-For": f"192.0.2.{n}"}
                ).status_code
                for n in range(GUESSES + 1)
            ]
        pages.should_exit = True
        thread.join(timeout=20)
    assert answers == [401] * GUESSES + [429]


def test_a_stranger_is_shown_the_door_of_the_console(reader):
    answer = reader.get("/console")
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/login")
    assert "Password" in reader.get("/console/login").text


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/console/gradio_api/queue/join"),
        ("POST", "/console/gradio_api/run/predict"),
        ("GET", "/console/gradio_api/queue/data"),
        ("GET", "/console/config"),
        ("POST", "/console/logout"),
    ],
)
@pytest.mark.parametrize("cookie", ["", "guessed"])
def test_no_handler_of_the_console_answers_without_its_key(reader, method, path, cookie):
    headers = {"cookie": f"{COOKIE}={cookie}"} if cookie else {}
    assert reader.request(method, path, headers=headers).status_code == 401


def test_every_handler_of_the_console_asks_for_the_key_itself(assistant):
    async def built():  # in a loop, because Gradio leaves one open where none runs
        return support_page(assistant, Console(Settings(console_password=PASSWORD).console_password))

    page = asyncio.run(built())
    handlers = {each.fn.__name__: each.fn for each in page.fns.values() if each.fn}
    request = SimpleNamespace(cookies={})
    user = assistant.users()[0]
    item = next(iter(assistant.catalogue))
    assert set(handlers) == {"customer", "why_not"}
    assert "log in" in handlers["customer"](user, request)[0]
    assert "log in" in handlers["why_not"](user, item, request)


def test_the_right_password_opens_and_leaving_shuts(stranger):
    answer = enter(stranger)
    assert (answer.status_code, answer.headers["location"]) == (303, "/console/")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert stranger.get("/console/").status_code == 200
    key = stranger.cookies[COOKIE]
    stranger.post("/console/logout")
    assert stranger.get("/console/", headers={"cookie": f"{COOKIE}={key}"}).status_code == 303


def test_guessing_is_slow(stranger):
    for _ in range(GUESSES):
        assert enter(stranger, "guess").status_code == 401
    assert enter(stranger, "guess").status_code == 429
    assert enter(stranger).status_code == 429


def test_without_a_password_the_console_says_how_to_open_it(assistant):
    with browser(application(assistant, Settings(console_password=""))) as client:
        assert "PENCHANT_CONSOLE_PASSWORD" in client.get("/console").text
        assert enter(client, "").status_code in (403, 422)
        assert enter(client, "anything").status_code == 403


def test_a_key_fits_for_a_day_of_work():
    now = [0.0]
    console = Console(Settings(console_password=PASSWORD).console_password, clock=lambda: now[0])
    cookies = {COOKIE: console.enter(PASSWORD)}
    assert console.knows(cookies)
    now[0] = LASTS + 1
    assert not console.knows(cookies)


def test_a_throttle_forgets_in_time_and_counts_each_for_itself():
    now = [0.0]
    throttle = Throttle(2, 10, clock=lambda: now[0])
    assert [throttle.count("a"), throttle.count("a"), throttle.count("a"), throttle.count("b")] == [
        True,
        True,
        False,
        True,
    ]
    now[0] = 11
    assert throttle.count("a")


def test_no_text_of_anybody_becomes_markup(assistant):
    card = Card(NASTY, "<script>alert(2)</script>", {"<u>": 1.0})
    for html in (
        markup.shelf([card]),
        markup.asked("<script>alert(3)</script><img src=x>"),
        markup.said([Said("<iframe>", "template")]),
        markup.said([Said("<iframe>", "template", english="<b>", language='ar"><img src=x>')]),
        markup.noted(NASTY, "like"),
        markup.understood(["<a href=x>"]),
        support.top([card]),
    ):
        assert not any(tag in html.lower() for tag in ("<script", "<img", "<iframe", "<a ", "<b>", "<i>", "<u>"))


def test_words_of_another_language_are_marked_as_such(assistant):
    def html(text):
        [*_, last] = views(assistant, Visit("new"), text)
        return last.talk + last.words

    arabic = html("أريد فيلما مضحكا")
    assert f'<p class="said">{ENGLISH} <span lang="ar" dir="rtl">{TOLD_IN["ar"]}</span></p>' in arabic.replace(
        ENGLISH + "<", ENGLISH + " <"
    )
    assert '<span lang="ar" dir="rtl">أريد فيلما مضحكا</span>' in arabic  # what the person wrote
    assert '<span lang="ja" dir="ltr">' in html("面白い映画を教えて")
    assert '<span lang="und" dir="ltr">მინდა კომედია</span>' in html("მინდა კომედია")
    assert "lang=" not in html("a comedy like Alien")
    whole = Said("Alien es de 1979.", "translation", english="Alien is from 1979.", language="es")
    assert markup.said([whole]) == '<p class="said"><span lang="es" dir="ltr">Alien es de 1979.</span></p>'


def test_a_sentence_comes_back_in_its_language(assistant):
    conversation = assistant.open("new")
    list(assistant.reply(Message("أريد فيلما مضحكا", "new", conversation)))
    (asked, answer) = assistant.left(conversation, "new").said[-1]
    assert '<span lang="ar" dir="rtl">' in markup.said(answer)
    assert '<span lang="ar" dir="rtl">' in markup.asked(asked)


def test_a_broken_turn_is_one_kind_sentence(assistant):
    def broken(*_):
        raise RuntimeError("secret detail")

    [*_, last] = views(
        replace(assistant, live=None, things=replace(assistant.things, understand=broken)), Visit("new"), "a comedy"
    )
    assert last.sorry == SORRY
    assert not last.waiting
    assert "secret" not in last.words


def test_a_message_too_long_is_answered_without_asking_anybody(assistant):
    [view] = views(assistant, Visit("new"), "x" * (LONGEST + 1))
    assert "2,000 characters" in view.words
    assert not view.visit.conversation


class Talkative:
    """Speaks without end, and knows when it was stopped."""

    stopped = False

    def open(self, user, purpose):
        return "one"

    def purpose(self, conversation):
        return "self"

    def reply(self, message):
        try:
            yield Shown((Card(NASTY, "", {}),))
            while True:
                yield Said("word", "model")
        finally:
            self.stopped = True


def test_leaving_stops_the_assistant():
    assistant = Talkative()
    growing = views(assistant, Visit("new"), "hello")
    assert next(growing).visit.shown == ("<b>",)
    growing.close()
    assert assistant.stopped


def test_a_page_is_redrawn_ten_times_a_second_at_most():
    growing = views(Talkative(), Visit("new"), "hello")
    start = time.monotonic()
    for _ in range(6):
        next(growing)
    assert time.monotonic() - start >= 0.5
    growing.close()


def test_a_turn_ends_with_nothing_to_wait_for(assistant):
    [*_, last] = views(assistant, Visit(assistant.users()[0]), "a comedy")
    assert last.cards
    assert last.said
    assert not last.waiting
    assert not last.writing


def test_a_port_in_use_is_a_sentence_with_a_remedy():
    with listen("127.0.0.1", 0) as door:
        port = door.getsockname()[1]
        with pytest.raises(Problem, match=f"port {port} is in use; choose another by PENCHANT_PORT"):
            listen("127.0.0.1", port)


@pytest.mark.parametrize("pressed", [None, [1], {}, {"does": ["off"]}, {"does": "forget", "fact": "1 OR 1=1"}])
def test_a_button_of_the_memory_that_is_none_changes_nothing(assistant, pressed):
    memory = assistant.memory
    memory.turn_on("7")
    (kept,) = memory.learn("7", [Lasting("genre", "Horror", False, "never horror")], "one", 1)
    what = pressed if isinstance(pressed, dict) else {}
    assert recalled(memory, "7", what.get("does"), what.get("fact")) == ""
    assert memory.facts("7") == (kept,)


def test_who_has_said_nothing_yet_has_no_memory_to_press_on(stranger, assistant):
    assistant.memory.turn_on("7")
    handlers = {each["api_name"]: each["id"] for each in stranger.get("/config").json()["dependencies"]}
    asked = {"fn_index": handlers["recall"], "data": [None], "session_hash": "two", "event_data": {"does": "off"}}
    assert stranger.post("/gradio_api/queue/join", json=asked).status_code == 200
    assert "What I remember" in stranger.get("/gradio_api/queue/data?session_hash=two").text
    assert assistant.memory.consent("7").remember
    assert not assistant.memory.consent("").asked


@pytest.mark.parametrize("kept", [None, "x", [], {}, {"user": "7"}, {"user": ["7"], "conversation": {}}])
def test_what_a_browser_makes_up_opens_no_conversation(assistant, kept):
    assert returning(assistant, kept) is None


def test_a_conversation_is_taken_up_by_its_user_only(assistant):
    conversation = assistant.open("7")
    assistant.did(Message("a comedy", "7", conversation))
    assert returning(assistant, {"user": "8", "conversation": conversation}) is None
    visit, left = returning(assistant, {"user": "7", "conversation": conversation})
    assert (visit.user, visit.conversation, visit.turn) == ("7", conversation, 1)
    assert visit.shown == tuple(card.item.id for card in left.cards) == assistant.shown(conversation)
    assert left.said[0][0] == "a comedy"


def test_what_people_said_of_themselves_cannot_break_out_of_the_page():
    bad = "<script>alert(1)</script>"
    html = markup.memory(Consent(True, True), [Fact(1, "genre", bad, True, bad, "", 1, 0.0)], opened=True)
    html += markup.held([Chip(bad, f'"{bad}', 1)]) + markup.past([(bad, (Said(bad, "template"),))])
    assert "<script" not in html
    assert "alert(1)" in html


def test_support_sees_what_is_remembered_only_where_the_customer_said_so(assistant):
    memory = assistant.memory
    memory.turn_on("7")
    memory.learn("7", [Lasting("genre", "Horror", False, "never horror")], "one", 1)
    assert support.shared(memory, "7") == ""
    memory.show_support("7", True)
    assert "no Horror" in support.shared(memory, "7")
    memory.show_support("7", False)
    assert support.shared(memory, "7") == ""


def test_turns_of_before_are_shown_again_without_an_end_of_them(assistant):
    conversation = assistant.open("7")
    assistant.did(Message("a comedy", "7", conversation))
    record = assistant.store.newest(conversation)[1]
    for number in range(200):
        assistant.store.append(conversation, f"message {number}", lambda *_: record)
    left = assistant.left(conversation, "7")
    assert len(left.said) == SEEN_AGAIN
    assert left.said[-1][0] == "message 199"
    assert left.turn == 201


def test_a_newcomer_keeps_the_name_that_nobody_can_guess_and_nobody_takes_the_name_of_a_customer():
    name = newcomer()
    assert newcomer_again({"user": name, "conversation": ""}) == name
    for kept in (None, {}, {"user": "7"}, {"user": NEWCOMER}, {"user": f"{name} or 7"}, {"user": [name]}):
        assert newcomer_again(kept) == ""


def test_who_comes_back_is_asked_again_what_is_still_open_and_reads_every_answer_once(assistant):
    conversation = assistant.open("7")
    assistant.did(Message("I never want horror", "7", conversation))
    left = assistant.left(conversation, "7")
    assert left.asked.answers == (YES, NO)
    assistant.did(Message(YES, "7", conversation))
    assistant.did(Message("a comedy", "7", conversation))
    assistant.did(Message("undo", "7", conversation))
    left = assistant.left(conversation, "7")
    assert left.asked is None
    assert [text for text, _ in left.said] == ["I never want horror", "a comedy", "undo"]
    assert [one.text for one in left.said[-1][1]] == ["Taken back; this is where we were."]
