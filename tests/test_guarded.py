"""Whatever the language model does, an answer or Unavailable comes by the deadline."""

import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from failing_server import WAYS, failing

from chat.llm import TooLong, Unavailable, Unreachable
from chat.llm.breaker import FAILURES, REST, Breaker
from chat.llm.guarded import Guarded
from chat.llm.remote import Remote
from chat.llm.scripted import Scripted
from chat.messages import Done, Message, Said, Shown
from chat.reranking.reordering import Reranker
from chat.telemetry import language_failures

ASKED = [{"role": "user", "content": "- It is funny.\nWhy?"}]
SLACK = 1.0  # seconds a busy machine may add
TURN = 20.0  # seconds of a turn on the busiest machine; a server that hangs holds who waits for it for minutes


@pytest.fixture(scope="module")
def server():
    with failing() as server:
        yield server


@pytest.fixture
def count():
    """How often a kind of failure was counted since the test began."""
    begun = {}

    def failures(kind):
        return language_failures.labels(kind)._value.get() - begun.get(kind, 0)

    for kind in ("late", "unreachable", "garbage", "endless", "refused", "broken_off", "broken", "resting", "too_long"):
        begun[kind] = failures(kind)
    return failures


class Double:
    """A model whose two calls are given."""

    name, scores, window = "a double", True, 100

    def __init__(self, say=None, weigh=None):
        self.say, self.weigh = say, weigh

    def room(self, text):
        return self.window - len(text)

    def stream(self, messages, schema=None):
        yield from self.say()

    def score(self, prefix, continuations, given=None):
        return self.weigh(continuations)


@pytest.mark.parametrize("way", WAYS)
def test_every_failure_of_a_server_is_unavailable_by_the_deadline(server, way):
    begun = time.monotonic()
    with pytest.raises(Unavailable):
        list(Guarded(Remote(server.address(way), patience=0.6), deadline=0.5).stream(ASKED))
    assert time.monotonic() - begun < 0.5 + SLACK


@pytest.mark.parametrize(
    ("way", "kind"),
    [
        ("hangs", "late"), ("endless", "endless"), ("garbage", "garbage"), ("500", "refused"), ("503", "unreachable"),
        ("nobody", "unreachable"), ("dies", "broken_off"), ("error", "broken"),
    ],
)  # fmt: skip
def test_each_failure_is_counted_by_its_kind(server, count, way, kind):
    with pytest.raises(Unavailable):
        list(Guarded(Remote(server.address(way)), deadline=2 if way != "hangs" else 0.2).stream(ASKED))
    assert count(kind) == 1


def test_a_server_that_works_is_heard(server):
    assert "".join(Guarded(Remote(server.address("fine")), 5).stream(ASKED)) == "I like it."


def test_it_is_asked_again_only_where_nothing_was_said(server):
    guarded = Guarded(Remote(server.address("wakes")), 5)
    server.asked = 0
    assert "".join(guarded.stream(ASKED)) == "I like it."
    assert server.asked == 2
    for way, times in (("503", 3), ("500", 1), ("dies", 1)):
        server.asked = 0
        with pytest.raises(Unavailable):
            list(Guarded(Remote(server.address(way)), 5).stream(ASKED))
        assert server.asked == times


def test_a_stream_that_is_left_stops_the_request(server):
    before = server.left
    stream = Guarded(Remote(server.address("trickles")), 5).stream(ASKED)
    assert next(stream) == "I "
    stream.close()
    until = time.monotonic() + 20
    while server.left == before and time.monotonic() < until:
        time.sleep(0.02)
    assert server.left == before + 1


def test_a_stream_that_is_left_stops_the_model_within_a_token():
    said = []

    def endless():
        while True:
            time.sleep(0.01)
            said.append("on ")
            yield "on "

    stream = Guarded(Double(endless), 5).stream(ASKED)
    next(stream)
    stream.close()
    at_most = len(said) + 2
    time.sleep(0.1)
    assert len(said) <= at_most


def fails(error):
    def call(*_):
        raise error

    return call


@pytest.mark.parametrize(
    ("weigh", "kind"),
    [
        (lambda titles: np.zeros(len(titles) - 1), "garbage"),
        (lambda titles: np.full(len(titles), np.nan), "garbage"),
        (lambda titles: np.full(len(titles), -np.inf), "garbage"),
        (lambda titles: time.sleep(1), "late"),
        (fails(RuntimeError("out of memory")), "broken"),
        (fails(TooLong("9 tokens too long")), "too_long"),
    ],
)
def test_scores_that_are_none_are_unavailable(count, weigh, kind):
    with pytest.raises(Unavailable):
        Guarded(Double(weigh=weigh), 0.3).score("I suggest", [" Heat", " Alien"])
    assert count(kind) == 1


def test_nothing_to_weigh_and_what_cannot_be_weighed(server):
    assert Guarded(Double(weigh=fails(RuntimeError)), 1).score("I suggest", []).shape == (0,)
    with pytest.raises(ValueError, match="a continuation is empty"):
        Guarded(Scripted(), 1).score("I suggest", [""])
    remote = Guarded(Remote(server.address("fine")), 1)
    assert not remote.scores
    with pytest.raises(Unavailable, match="can only be asked"):
        remote.score("I suggest", [" Heat"])


def test_another_deadline_for_some_calls():
    slow = Guarded(Double(weigh=lambda titles: time.sleep(0.3) or np.zeros(len(titles))), 5)
    assert slow.score("I", [" Heat"]).shape == (1,)
    with pytest.raises(Unavailable, match=r"longer than 0\.1 s"):
        slow.within(0.1).score("I", [" Heat"])
    assert slow.within(0.1).within(None).score("I", [" Heat"]).shape == (1,)
    both = slow.within(0.5)  # for all of its answers together
    both.score("I", [" Heat"])
    with pytest.raises(Unavailable, match="longer than"):
        both.score("I", [" Heat"])


def test_what_fails_in_a_row_rests_and_is_then_tried_once(count):
    now, calls = [0.0], []
    breaker = Breaker(clock=lambda: now[0])

    def unwell():
        calls.append(now[0])
        raise RuntimeError("down")
        yield

    double = Double(unwell, weigh=lambda titles: np.zeros(len(titles)))
    guarded = Guarded(double, 1, words=breaker)
    for _ in range(FAILURES + 5):
        with pytest.raises(Unavailable):
            list(guarded.within(2).stream(ASKED))
    assert len(calls) == FAILURES
    assert count("resting") == 5
    assert guarded.score("I", [" Heat"]).shape == (1,)
    now[0] += REST
    for _ in range(2):
        with pytest.raises(Unavailable):
            list(guarded.stream(ASKED))
    assert len(calls) == FAILURES + 1
    now[0] += REST
    double.say = lambda: iter(["Well again."])
    for _ in range(2):
        assert list(guarded.stream(ASKED)) == ["Well again."]


def test_only_failures_in_a_row_count():
    turns = iter([False, False, True, False, False, True])

    def sometimes():
        if next(turns):
            return iter(["fine"])
        raise RuntimeError("down")

    guarded = Guarded(Double(sometimes), 1)
    for well in (False, False, True, False, False, True):
        if well:
            stream = guarded.stream(ASKED)
            next(stream)
            stream.close()
        else:
            with pytest.raises(Unavailable):
                list(guarded.stream(ASKED))


def test_a_prompt_that_is_too_long_is_not_the_fault_of_the_model():
    guarded = Guarded(Double(fails(TooLong("too long"))), 1)
    for _ in range(FAILURES + 1):
        with pytest.raises(TooLong):
            list(guarded.stream(ASKED))


def test_a_hanging_model_leaves_few_threads_behind(server):
    guarded = Guarded(Remote(server.address("hangs"), patience=0.6), 0.1)
    before = threading.active_count()
    for _ in range(20):
        with pytest.raises(Unavailable):
            list(guarded.stream(ASKED))
    assert sum(thread.name == "language model" for thread in threading.enumerate()) <= FAILURES + 2
    assert threading.active_count() <= before + 3 * FAILURES


def test_a_turn_is_answered_in_the_same_order_and_says_what_failed(assistant, server):
    def turn(llm):
        alone = replace(assistant, llm=llm, live=None, things=replace(assistant.things, reranker=None))
        parts = list(alone.reply(Message("something like Alien but funny", "u1", alone.open("u1"))))
        (shown,) = (one for one in parts if isinstance(one, Shown))
        (done,) = (one for one in parts if isinstance(one, Done))
        return [card.item.id for card in shown.cards], [one for one in parts if isinstance(one, Said)], done.fallbacks

    order, _, _ = turn(None)
    for way in WAYS:
        begun = time.monotonic()
        shown, said, notes = turn(Guarded(Remote(server.address(way), patience=0.4), 0.3))
        assert time.monotonic() - begun < TURN, way
        assert shown == order, way
        assert len(said) > 1, way
        assert {one.by for one in said} == {"template"}, way
        assert any(note.startswith(("words by template: ", "a sentence was not shown: ")) for note in notes), way


@pytest.mark.parametrize("way", ["hangs", "500"])
@pytest.mark.parametrize("question", ["why the second one?", "why not Titanic?"])
def test_a_question_about_an_item_is_answered_too_and_kept_with_what_failed(assistant, server, way, question):
    llm = Guarded(Remote(server.address(way), patience=0.4), 0.3)
    loud = {"language": 1.0}
    reranker = Reranker(llm, assistant.catalogue, assistant.domain, loud, loud, budget=0.3)
    alone = replace(assistant, llm=llm, live=None, things=replace(assistant.things, reranker=reranker))
    conversation = alone.open("u1")
    list(alone.reply(Message("something like Alien but funny", "u1", conversation)))
    shown, begun = alone.shown(conversation), time.monotonic()
    parts = list(alone.reply(Message(question, "u1", conversation)))
    assert time.monotonic() - begun < TURN
    assert any(isinstance(part, Said) for part in parts)
    assert isinstance(parts[-1], Done)
    kept = alone.store.newest(conversation)[1]
    assert [one["text"] for one in kept["said"]] == [part.text for part in parts if isinstance(part, Said)]
    assert kept["fallbacks"] == list(parts[-1].fallbacks)
    assert alone.shown(conversation) == shown
    if question.startswith("why the"):
        assert any("language model" in note or "template" in note for note in kept["fallbacks"])


def test_all_words_of_a_turn_have_one_deadline(assistant):
    class Slow(Double):
        def stream(self, messages, schema=None):
            time.sleep(0.2)
            yield "Nonsense about nobody."

    alone = replace(assistant, llm=Guarded(Slow(), 0.5), live=None)
    parts = list(alone.reply(Message("something like Alien but funny", "u1", alone.open("u1"))))
    assert sum("was not shown" in note for note in parts[-1].fallbacks) <= 3  # of two tries for each of three cards
    assert any(note.startswith("words by template") for note in parts[-1].fallbacks)


def test_nobody_there_is_told_from_a_refusal(server):
    with pytest.raises(Unreachable, match=r"127\.0\.0\.1:9/v1 cannot be reached"):
        list(Guarded(Remote(server.address("nobody")), 2).stream(ASKED))
    with pytest.raises(Unavailable, match="answered 500"):
        list(Guarded(Remote(server.address("500")), 2).stream(ASKED))
