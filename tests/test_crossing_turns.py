"""Two windows of one conversation: whatever they say at the same moment, nothing of it is lost, and nobody waits."""

import threading
from contextlib import closing

import pytest
from test_policy import Talk

from chat.assembly import assistant as assembled
from chat.assistant import ELSEWHERE
from chat.messages import Done, Message, Said, Shown, Understood

REFUSED = ("Horror", "Comedy", "War", "Musical", "Western", "Crime")


@pytest.fixture
def talk(assistant):
    return Talk(assistant)


def reply(talk, text, assistant=None, after=None):
    return (assistant or talk.assistant).reply(Message(text, talk.user, talk.conversation, after=after))


def limits(talk):
    return {one.text for one in talk.assistant.state(talk.conversation, talk.user).constraints}


def of_kind(parts, kind):
    return [one for one in parts if isinstance(one, kind)]


@pytest.mark.parametrize("first_ends_first", [True, False])
def test_the_second_to_begin_builds_on_the_first_whichever_ends_first(talk, first_ends_first):
    talk.say("a film from the nineties")
    one, other = reply(talk, "no horror"), reply(talk, "and no comedy", after=1)
    assert of_kind([next(one)], Understood)  # the first is under way
    begun = [next(other)]
    for turn in (one, other) if first_ends_first else (other, one):
        begun += turn
    assert limits(talk) == {"from 1990 to 1999", "no Horror", "no Comedy"}
    assert [part.turn for part in of_kind(begun, Done)] == ([2, 3] if first_ends_first else [3, 2])
    assert of_kind(begun, Said)[0].text == ELSEWHERE  # the second window is told
    shown = talk.assistant.shown(talk.conversation)
    refused = {"Horror", "Comedy"}
    assert all(not refused & set(talk.assistant.catalogue[id].facet("genre")) for id in shown)


def test_a_reader_who_is_gone_stands_in_nobodys_way(talk):
    gone = reply(talk, "a comedy, no horror")
    next(gone)  # and never again
    talk.say("and no war")
    assert limits(talk) == {"Comedy", "no Horror", "no War"}
    assert talk.shown
    gone.close()
    assert limits(talk) == {"Comedy", "no Horror", "no War"}


def test_who_leaves_before_the_list_has_asked_nothing(talk):
    talk.say("a comedy")
    with closing(reply(talk, "no horror")) as parts:
        next(parts)
        assert limits(talk) == {"Comedy", "no Horror"}
    assert limits(talk) == {"Comedy"}
    assert talk.say("and no war").limits == ("Comedy", "no War")


def test_a_turn_that_breaks_leaves_nothing_behind(talk, monkeypatch):
    talk.say("a comedy")

    def broken(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr("chat.turns.suggesting.worth_asking", broken)
        with pytest.raises(ZeroDivisionError):
            list(reply(talk, "no horror"))
    assert limits(talk) == {"Comedy"}
    assert talk.assistant.store.newest(talk.conversation)[0] == 1


def test_thanks_beside_a_list_leave_that_list_in_force(talk):
    talk.say("a comedy")
    listing = reply(talk, "a western instead")
    next(listing)
    thanking = reply(talk, "thanks")
    said = [next(thanking)]
    (shown,) = of_kind(listing, Shown)
    assert of_kind([*said, *thanking], Said)
    assert talk.assistant.shown(talk.conversation) == tuple(card.item.id for card in shown.cards)
    assert limits(talk) == {"Western"}
    assert talk.say("undo").limits == ("Comedy",)


def test_an_undo_beside_a_limit_takes_one_of_them_back_and_keeps_the_order(talk):
    talk.say("a comedy")
    limiting, undoing = reply(talk, "no horror"), reply(talk, "undo")
    next(limiting)
    list(undoing)  # of the limit, which came first
    assert limits(talk) == {"Comedy"}
    list(limiting)
    assert limits(talk) == {"Comedy"}


def test_what_is_asked_of_the_memory_beside_a_turn_loses_no_limit(talk):
    limiting = reply(talk, "a comedy, no horror")
    next(limiting)
    talk.say("what do you remember about me?")
    assert limits(talk) == {"Comedy", "no Horror"}
    (shown,) = of_kind(limiting, Shown)
    assert limits(talk) == {"Comedy", "no Horror"}
    assert talk.assistant.shown(talk.conversation) == tuple(card.item.id for card in shown.cards)


def test_a_switch_of_purpose_is_told_though_another_turn_came_between(talk):
    talk.say("a comedy")
    taken = iter((False, True))
    begin = talk.assistant.store.begin

    def crowded(conversation, number, *rest):
        if not next(taken, True):  # another window is faster
            list(reply(talk, "no horror"))
        return begin(conversation, number, *rest)

    talk.assistant.store.begin = crowded
    parts = list(reply(talk, "and no war, it's a gift for my sister"))
    assert any("someone else" in one.text or "gift" in one.text for one in of_kind(parts, Said))
    assert talk.assistant.purpose(talk.conversation) == "gift"
    assert {"no Horror", "no War"} <= limits(talk)


def test_of_many_threads_in_two_assistants_over_one_database_no_limit_is_lost(talk, workspace):
    talk.say("a film from the nineties")
    start, parts, lock = threading.Barrier(len(REFUSED)), [], threading.Lock()

    def saying(kind, assistant):
        start.wait(timeout=30)
        came = list(reply(talk, f"no {kind}", assistant))
        with lock:
            parts.append(came)

    with assembled(workspace) as second:  # another process would share as little with the first
        several = [
            threading.Thread(target=saying, args=(kind, (talk.assistant, second)[at % 2]), daemon=True)
            for at, kind in enumerate(REFUSED)
        ]
        for one in several:
            one.start()
        for one in several:
            one.join(timeout=120)
        assert not any(one.is_alive() for one in several)
    assert limits(talk) == {"from 1990 to 1999", *(f"no {kind}" for kind in REFUSED)}
    assert sorted(done.turn for came in parts for done in of_kind(came, Done)) == list(range(2, 2 + len(REFUSED)))
    assert not any(talk.assistant.store.record_of(talk.conversation, n).get("open") for n in range(1, 8))
