"""The pages as a person meets them: a real server, a real browser."""

import os
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect, sync_playwright

from chat.assembly import assistant as assembled
from chat.messages import Lasting
from chat.turns.remembering import NO, YES
from chat.web.app import listen, server
from retrieval.settings import Settings

CHROMIUM = Path("/usr/bin/chromium")
QUIET = "--no-sandbox --disable-background-networking --disable-gpu --disable-component-update --disable-sync"
PASSWORD = "open sesame"
WISH = "something like Alien but funny"
expect.set_options(timeout=20_000)  # the machine may be busy
PHONE = {"width": 390, "height": 844}


@pytest.fixture(scope="module")
def browser():
    if not CHROMIUM.exists():
        missing = f"no browser at {CHROMIUM}: apt-get install chromium"
        if os.environ.get("CI") == "true":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=[*QUIET.split(), "--no-first-run"], headless=True
        )
        yield browser
        browser.close()


@pytest.fixture
def address(assistant):
    """Where a server of the small world answers."""
    with serving(assistant) as address:
        yield address


@contextmanager
def serving(assistant, port=0):
    """A server of its own, until the end of the `with`; its address."""
    servers = []

    def serve():
        # all of it in this thread: the browser's driver keeps a loop running in the other
        servers.append(server(assistant, Settings(console_password=PASSWORD)))
        servers[0].run(sockets=[door])

    with listen("127.0.0.1", port) as door:
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{door.getsockname()[1]}"
        finally:
            for one in servers:
                one.should_exit = True
            thread.join(timeout=20)


@pytest.fixture
def page(browser, address):
    """A page whose scripts must not fail, and which must not ask for anything from elsewhere."""
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.set_default_timeout(20_000)
    wrong = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("request", lambda request: wrong.append(request.url) if away(request.url, address) else None)
    page.on("console", lambda line: wrong.append(line.text) if "Content Security Policy" in line.text else None)
    yield page
    context.close()
    assert not wrong


def away(url, address):
    return not url.startswith((address, "data:", "blob:"))


def opened(page, address):
    page.goto(address)
    expect(page.locator("#now .said")).to_contain_text("AI")


def ask(page, wish=WISH):
    turns = page.locator("#past .turn").count()
    page.get_by_label("Your message").fill(wish)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#past .turn")).to_have_count(turns + 1)
    expect(page.locator("#now .asked")).to_contain_text(wish)
    expect(page.locator("#now .looking, #words .writing")).to_have_count(0, timeout=30_000)


def titles(page):
    return page.locator("#shelf .card h3").all_inner_texts()


def test_a_wish_brings_cards_and_words_and_what_is_not_for_me_is_gone_from_the_next_answer(page, address):
    opened(page, address)
    ask(page)
    first = titles(page)
    assert len(first) >= 5
    expect(page.locator("#words .said").first).to_be_visible()
    expect(page.locator("#state .chips li").first).to_be_visible()
    card = page.locator("#shelf .card").first
    card.get_by_role("button", name="Not for me").click()
    expect(page.locator("#note")).to_contain_text(f"Noted: {first[0]}")
    expect(card).to_have_attribute("data-noted", "dislike")
    expect(card.get_by_role("button", name="Not for me")).to_have_attribute("aria-pressed", "true")
    ask(page)
    assert titles(page)
    assert first[0] not in titles(page)
    expect(page.locator("#past")).to_contain_text(first[0])


def test_the_message_is_seen_to_be_heard_within_300_milliseconds(page, address):
    opened(page, address)
    page.get_by_label("Your message").fill(WISH)
    page.evaluate(
        """() => { const now = document.querySelector("#now"); new MutationObserver((_, watch) => {
            if (now.querySelector(".looking, .chips")) { window.heard = performance.now(); watch.disconnect(); }
        }).observe(now, { childList: true, subtree: true }); addEventListener("click", (event) => {
            window.pressed = performance.now(); }, { capture: true }); }"""
    )
    page.get_by_role("button", name="Send").click()
    page.wait_for_function("() => window.heard")
    assert page.evaluate("window.heard - window.pressed") < 300


def test_a_suggested_wish_is_one_click(page, address):
    opened(page, address)
    page.get_by_role("button", name=WISH).click()
    expect(page.locator("#now .asked")).to_contain_text(WISH)
    expect(page.locator("#shelf .card").first).to_be_visible()


def test_who_asks_again_no_longer_waits_for_the_answer_before(page, address):
    opened(page, address)
    page.get_by_role("button", name=WISH).click()
    ask(page, "a comedy")
    expect(page.locator("#now .asked")).to_have_text("You: a comedy")
    expect(page.locator("#past .asked")).to_have_count(1)


@pytest.mark.parametrize("words", ["", "🎬🍿", "x" * 100_000, "<img src=x onerror=alert(1)>"])
def test_odd_messages_get_a_plain_sentence_and_break_nothing(page, address, words):
    opened(page, address)
    page.get_by_label("Your message").fill(words)
    page.get_by_role("button", name="Send").click()
    expect(page.locator("#words p").first).to_be_visible()
    assert page.locator("#thread img").count() == 0
    ask(page)
    assert titles(page)


def test_the_page_has_a_heading_named_buttons_and_room_on_a_phone(page, address):
    page.set_viewport_size(PHONE)
    opened(page, address)
    ask(page)
    assert page.locator("h1").all_inner_texts() == ["Penchant"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for name in page.get_by_role("button").evaluate_all("all => all.map(e => e.ariaLabel || e.innerText)"):
        assert name.strip()
    for box in page.get_by_role("textbox").all():
        assert box.evaluate("e => e.labels?.length || e.ariaLabel")


def test_the_dial_stands_at_the_usual_point_and_moves_the_next_list(page, address, assistant):
    opened(page, address)
    dial = page.get_by_role("slider", name="Closest … Surprise me")
    expect(dial).to_have_value("0.2")
    ask(page, "what should I watch tonight?")
    dial.fill("1")
    dial.dispatch_event("pointerup")
    ask(page, "what would be good tonight?")
    expect(page.locator("#now .chips")).to_contain_text("a surprise")
    page.set_viewport_size(PHONE)
    expect(dial).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_dial_stays_in_sight_in_a_long_conversation_and_a_long_word_within_the_page(page, address):
    opened(page, address)
    for wish in ("a comedy", "a drama from the nineties", "x" * 1990):
        ask(page, wish)
    dial = page.get_by_role("slider", name="Closest … Surprise me")
    middle = "e => { const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; }"
    assert dial.evaluate(f"e => document.elementFromPoint(...({middle})(e)) === e")
    page.set_viewport_size(PHONE)
    for part in page.locator("#now .chips li, #words .said").all():
        assert part.evaluate("e => e.scrollWidth <= e.clientWidth && e.getBoundingClientRect().right <= innerWidth")


def test_a_box_says_that_it_is_for_someone_else_and_what_is_pressed_then_is_nobodys_history(page, address, assistant):
    opened(page, address)
    page.get_by_label("You are").fill("7")
    page.get_by_label("You are").press("Enter")
    expect(page.locator("#now .said")).to_contain_text("I know")
    box = page.get_by_role("checkbox", name="For someone else")
    box.press("Space")
    expect(page.locator("#now .said")).to_contain_text("This is for someone else")
    ask(page)
    expect(page.locator("#now .chips")).to_contain_text("for someone else")
    assert "watched" not in page.locator("#shelf").inner_text()
    card = page.locator("#shelf .card").first
    card.get_by_role("button", name="Not for them").click()
    expect(page.locator("#note")).to_contain_text("in this conversation only")
    assert assistant.store.feedback("7") == ()
    box.uncheck()
    expect(page.locator("#note")).to_contain_text("This is for you again")
    title = page.locator("#shelf .card h3").last.inner_text()
    page.get_by_role("button", name=f"Not for me: {title}", exact=True).click()
    expect(page.locator("#note")).to_contain_text("it is not for you")
    assert [one.kind for one in assistant.store.feedback("7")] == ["dislike"]


def test_the_box_follows_what_is_said(page, address):
    opened(page, address)
    box = page.get_by_role("checkbox", name="For someone else")
    expect(box).not_to_be_checked()
    ask(page, "a comedy, it's a gift for my sister")
    expect(box).to_be_checked()
    expect(page.locator("#words .said").first).to_contain_text("This is for someone else")
    ask(page, "this is for me again")
    expect(box).not_to_be_checked()
    expect(page.locator("#now .chips")).to_contain_text("for you")


def test_the_console_opens_to_its_password_only_and_shows_a_customer(page, address, assistant):
    page.goto(f"{address}/console")
    expect(page).to_have_url(f"{address}/console/login")
    page.get_by_label("Password").fill("guess")
    page.get_by_role("button", name="Open").click()
    expect(page.get_by_role("alert")).to_contain_text("not the password")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open").click()
    user = assistant.users()[0]
    choose(page, "Customer", user)
    expect(page.locator("table.top tbody tr")).to_have_count(10)
    expect(page.locator("table.past tbody tr")).to_have_count(len(assistant.history(user)))
    lost = assistant.history(user)[0][1]
    choose(page, "Item", lost.name)
    expect(page.locator(".standing")).to_contain_text("seen already")
    best = assistant.top(user, 1)[0].item
    choose(page, "Item", best.name)
    expect(page.locator(".standing")).to_contain_text("Rank 1 of")
    choose(page, "Item", "zzzzqqqq")
    expect(page.locator("#verdict")).to_contain_text("no item is called")
    page.get_by_role("button", name="Log out").click()
    expect(page).to_have_url(f"{address}/console/login")
    page.goto(f"{address}/console")
    expect(page).to_have_url(f"{address}/console/login")


def held(page):
    return [" ".join(one.replace("✕", "").split()) for one in page.locator("#state .chips li").all_inner_texts()]


def settled(page):
    expect(page.locator("#now .looking, #words .writing")).to_have_count(0, timeout=30_000)
    expect(page.locator("#state .chips li:not(:has(.drop))")).to_have_count(0)


def test_what_holds_is_shown_and_each_piece_is_taken_away_by_its_button(page, address):
    opened(page, address)
    ask(page, "a comedy, no romance, ideally from the 80s")
    settled(page)
    assert held(page) == ["Comedy", "no Romance", "ideally from the 1980s"]
    expect(page.locator("#state li.soft")).to_have_attribute("title", "You said “from the 80s”, in your message 1")
    first = titles(page)
    remove = page.get_by_role("button", name="Remove: Comedy")
    remove.focus()
    remove.press("Enter")  # by keyboard
    expect(page.locator("#now .asked")).to_contain_text("Comedy")
    settled(page)
    assert held(page) == ["no Romance", "ideally from the 1980s"]
    assert page.evaluate("document.activeElement.tagName") == "TEXTAREA"
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#now .asked")).to_have_text("You: Undo")
    settled(page)
    assert held(page) == ["Comedy", "no Romance", "ideally from the 1980s"]
    assert titles(page) == first
    page.get_by_role("button", name="Start over").click()
    expect(page.locator("#state .chips")).to_have_count(0)


def test_a_button_of_a_card_is_a_piece_too_and_a_phone_has_room_for_all(page, address):
    page.set_viewport_size(PHONE)
    opened(page, address)
    ask(page, "a comedy or a drama or a thriller, no romance, no western, ideally from the 80s")
    name = page.locator("#shelf .card h3").first.inner_text()
    page.locator("#shelf .card").first.get_by_role("button", name="Not for me").click()
    expect(page.locator("#state .chips")).to_contain_text(f"not {name}")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    for drop in page.locator("#state .drop").all():
        box = drop.bounding_box()
        assert min(box["width"], box["height"]) >= 24
        assert box["x"] + box["width"] <= PHONE["width"]


def test_who_comes_back_after_a_restart_of_the_server_goes_on_where_they_were(browser, workspace):
    context = browser.new_context(viewport={"width": 1280, "height": 860})
    page = context.new_page()
    page.set_default_timeout(20_000)
    with assembled(workspace) as first, serving(first) as address:
        opened(page, address)
        ask(page, "a comedy, no romance")
        settled(page)
        page.locator("#shelf .card").first.get_by_role("button", name="Not for me").click()
        expect(page.locator("#state .chips")).to_contain_text("not ")
        before, pieces = titles(page), held(page)
    port = int(address.rsplit(":", 1)[1])
    with assembled(workspace) as second, serving(second, port) as address:
        page.goto(address)
        expect(page.locator("#shelf .card")).to_have_count(len(before))
        assert titles(page) == before
        assert held(page) == pieces
        expect(page.locator("#now .asked")).to_contain_text("a comedy, no romance")
        expect(page.locator("#shelf .card").first).to_have_attribute("data-noted", "dislike")
        ask(page, "but from the 80s")
        settled(page)
        assert held(page)[:3] == ["Comedy", "no Romance", "from the 1980s"]
        stranger = browser.new_context().new_page()
        opened(stranger, address)
        assert not held(stranger)
        stranger.context.close()
    context.close()


def test_another_window_of_the_conversation_is_told_that_it_went_on(page, address):
    opened(page, address)
    ask(page, "a comedy")
    settled(page)
    other = page.context.new_page()
    other.goto(address)
    expect(other.locator("#state .chips")).to_contain_text("Comedy")
    ask(other, "but no romance")
    settled(other)
    ask(page, "but from the 80s")
    settled(page)
    expect(page.locator("#words .said").first).to_contain_text("went on in another window")
    assert held(page) == ["Comedy", "no Romance", "from the 1980s"]


def test_the_memory_that_is_open_stays_open_while_an_answer_comes(page, address):
    opened(page, address)
    memory = page.locator("#memory")
    memory.get_by_text("What I remember").click()
    expect(memory.get_by_role("button", name="Remember for me")).to_be_visible()
    memory.get_by_role("button", name="Remember for me").click()
    expect(memory).to_contain_text("Nothing yet")
    page.get_by_label("Your message").fill("I never want horror")
    page.get_by_role("button", name="Send").click()
    memory.get_by_text("What I remember").click()  # before the answer has come
    expect(memory.get_by_role("button", name="Change to: you like Horror")).to_be_visible()
    expect(page.locator("#now .looking, #words .writing")).to_have_count(0, timeout=30_000)
    page.wait_for_timeout(300)
    expect(memory.get_by_role("button", name="Change to: you like Horror")).to_be_visible()
    page.keyboard.press("Escape")
    expect(memory.get_by_role("button")).to_have_count(0)


def test_it_asks_before_it_remembers_and_all_of_it_can_be_read_changed_and_deleted(page, address, assistant):
    opened(page, address)
    page.get_by_label("You are").fill("7")
    page.get_by_label("You are").press("Enter")
    expect(page.locator("#now .said")).to_contain_text("I know")
    memory = page.locator("#memory")
    memory.get_by_text("What I remember").click()
    expect(memory).to_contain_text("Nothing about you")
    page.keyboard.press("Escape")
    expect(memory.get_by_role("button")).to_have_count(0)
    ask(page, "I never want horror")
    expect(page.get_by_role("button", name=NO)).to_be_visible()
    page.get_by_role("button", name=YES).click()
    expect(page.locator("#words")).to_contain_text("I will remember: no Horror")
    memory.get_by_text("What I remember").click()
    expect(memory).to_contain_text("You said “I never want horror”")
    memory.get_by_role("button", name="Change to: you like Horror").click()
    expect(memory.locator(".facts strong")).to_have_text("you like Horror")
    assert [one.text for one in assistant.memory.facts("7")] == ["Horror"]
    memory.get_by_role("button", name="Forget: you like Horror").click()
    expect(memory).to_contain_text("Nothing yet")
    memory.get_by_role("button", name="Switch off and forget").click()
    expect(memory).to_contain_text("Nothing about you")
    assert not assistant.memory.consent("7").remember
    memory.get_by_role("button", name="Remember for me").click()
    expect(memory).to_contain_text("Nothing yet")
    assert assistant.memory.consent("7").remember


def test_what_is_remembered_is_a_piece_of_the_next_conversation(page, address, assistant):
    assistant.memory.turn_on("7")
    assistant.memory.learn("7", [Lasting("genre", "Horror", False, "<b>I never want horror</b>")], "one", 1)
    opened(page, address)
    page.get_by_label("You are").fill("7")
    page.get_by_label("You are").press("Enter")
    expect(page.locator("#now .said")).to_contain_text("I know")
    ask(page, "a thriller")
    settled(page)
    assert held(page) == ["Thriller", "you told me: no Horror"]
    page.get_by_role("button", name="Remove: you told me: no Horror").click()
    expect(page.locator("#now .asked")).to_contain_text("no Horror")
    settled(page)
    assert held(page) == ["Thriller"]
    page.locator("#memory summary").click()
    expect(page.locator("#memory")).to_contain_text("<b>I never want horror</b>")


def choose(page, label, value):
    box = page.get_by_label(label, exact=True)
    box.fill(value)
    time.sleep(0.3)  # the list closes up to what was typed
    box.press("Enter")
    box.press("Tab")


def test_words_of_another_language_are_marked_set_and_readable(page, address):
    opened(page, address)
    ask(page, "أريد فيلما مضحكا")
    theirs = page.locator('#words .said span[lang="ar"][dir="rtl"]')
    expect(theirs).to_have_count(1)
    assert theirs.evaluate("one => getComputedStyle(one).direction") == "rtl"
    expect(page.locator("#words .said").first).to_contain_text("I read English best")
    wrote = page.locator('#now .asked span[lang="ar"]')
    assert wrote.evaluate("one => getComputedStyle(one).color") == wrote.evaluate(
        "one => getComputedStyle(one.parentElement).color"
    )
    ask(page, "a comedy")
    expect(page.locator("#words [lang]")).to_have_count(0)
    expect(page.locator('#past .said span[lang="ar"]')).to_have_count(1)


@pytest.mark.parametrize("width", [1280, 390])
def test_where_nothing_fits_the_page_stays_as_it_was(page, address, width):
    page.set_viewport_size({"width": width, "height": 860})
    opened(page, address)
    ask(page, "a comedy")
    size = page.locator("#words .said").first.evaluate("one => getComputedStyle(one).fontSize")
    ask(page, "a western musical from the 90s")
    expect(page.locator("#shelf .nothing")).to_be_visible()
    answer = page.locator("#words .said").first
    assert answer.evaluate("one => getComputedStyle(one).fontSize") == size
    expect(answer).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
