"""A conversation for someone else: it steers itself, and stays out of the history of who talks."""

import json
from dataclasses import replace

import pytest
from test_assistant import WISH, Turn, said_of_the_past
from typer.testing import CliRunner

from chat.assembly import assistant as assembled
from chat.gift import SWITCHED
from chat.messages import Intent, Message, Said
from chat.store import UnknownConversation
from chat.terminal import converse
from chat.understanding.acts.purpose import purpose_of
from recommender.events import all_events
from retrieval.command import application
from retrieval.errors import Problem
from retrieval.ranking import Moment

USER = "7"
SAYS_SO = "it's a gift for my sister"


def ordered(assistant, conversation, user=USER, intent=None):
    """Every item of the order under a wish, and the query that gave it."""
    query = assistant.query(user, intent or Intent(), conversation)
    return assistant.rank(query).ids, replace(query, now=Moment())  # the clock goes on


def titles(assistant, user=USER):
    return {item.title for _, item in assistant.history(user)}


def test_the_history_of_the_giver_neither_steers_nor_explains(assistant):
    gift = assistant.open(USER, "gift")
    theirs, query = ordered(assistant, gift)
    assert (query.history, query.reasons, query.disliked, query.user) == ((), {}, (), "")
    assert theirs == ordered(assistant, assistant.open("nobody", "gift"), "nobody")[0]
    assert theirs != ordered(assistant, assistant.open(USER))[0]
    turn = Turn(replace(assistant, llm=None), WISH, conversation=gift)
    told = turn.words + " ".join(f"{card.reason} {card.evidence}" for card in turn.cards)
    assert turn.cards
    assert "watched" not in told
    assert not [name for card in turn.cards for name in said_of_the_past(card)]
    assert not [one for one in titles(assistant) if one in told and one not in {c.item.title for c in turn.cards}]


def test_earlier_feedback_of_the_giver_does_not_count_in_it(assistant):
    before = assistant.open(USER)
    liked, turned_down = ordered(assistant, before)[0][:2]
    empty = ordered(assistant, assistant.open(USER, "gift"))[0]
    assistant.feedback(before, USER, liked, "like")
    assistant.feedback(before, USER, turned_down, "dislike")
    assert ordered(assistant, assistant.open(USER, "gift"))[0] == empty
    assert {liked, turned_down} <= set(empty)


def test_what_the_giver_has_seen_may_be_a_fine_gift(assistant):
    seen = {item.id for _, item in assistant.history(USER)}
    offered = set(ordered(assistant, assistant.open(USER, "gift"))[0])
    assert seen & offered
    assert not seen & set(ordered(assistant, assistant.open(USER))[0])
    name = assistant.history(USER)[0][1].title
    gift = assistant.open(USER, "gift")
    assert "for you" in Turn(assistant, f"why not {name}?", conversation=gift).words
    words = Turn(assistant, f"have I seen {name}?", conversation=gift).words
    assert words.endswith("whether you watched it is left out, as this is for someone else.")


@pytest.mark.parametrize("kind", ["like", "dislike", "seen"])
def test_what_is_said_in_it_steers_it_from_the_very_next_turn(assistant, kind):
    gift = assistant.open(USER, "gift")
    first = Turn(assistant, "a comedy", conversation=gift)
    before = assistant.query(USER, Intent(), gift)
    assistant.feedback(gift, USER, first.ids[0], kind)
    second = Turn(assistant, "a comedy", conversation=gift)
    query = assistant.query(USER, Intent(), gift)
    assert first.ids[0] not in second.ids
    assert (query.history == (first.ids[0],)) == (kind != "dislike")
    assert (query.disliked == (first.ids[0],)) == (kind == "dislike")
    scores = [dict(zip(r.ids, r.scores, strict=True)) for r in (assistant.rank(before), assistant.rank(query))]
    assert any(abs(scores[0][id] - scores[1][id]) > 1e-3 for id in scores[1] if id in scores[0])
    again = assistant.standing(USER, first.ids[0])
    assert again.removed is None or again.item.id in {item.id for _, item in assistant.history(USER)}


def test_a_like_for_someone_else_is_a_reason_and_never_said_to_be_watched(assistant):
    gift = assistant.open("nobody", "gift")
    aliens = next(item.id for item in assistant.catalogue.values() if item.title == "Aliens")
    spaceballs = next(item.id for item in assistant.catalogue.values() if item.title == "Spaceballs")
    assistant.feedback(gift, "nobody", aliens, "like")
    assistant.feedback(gift, "nobody", spaceballs, "seen")
    turn = Turn(replace(assistant, llm=None), "surprise me", "nobody", gift)
    assert "Aliens, which you like" in " ".join(card.reason for card in turn.cards)
    told = turn.words + " ".join(card.reason for card in turn.cards)
    assert "watched" not in told
    assert "Spaceballs" not in told
    assert "Going by what was liked or seen here" in told
    why = Turn(assistant, "why not Aliens?", "nobody", gift).words
    assert why == "Aliens (1986) is not in the list: it is liked already."


def test_nothing_said_in_it_counts_anywhere_else(assistant):
    top = [card.item.id for card in assistant.top(USER)]
    greeting = assistant.greeting(USER)
    events = list(all_events(assistant.engine))
    gift = assistant.open(USER, "gift")
    for id, kind in zip(top, ("like", "dislike", "seen"), strict=False):
        assistant.feedback(gift, USER, id, kind)
    Turn(assistant, "something else, I loved Titanic", conversation=gift)
    Turn(assistant, "not that one", conversation=gift)
    assert [card.item.id for card in assistant.top(USER)] == top
    assert all(assistant.standing(USER, id).rank == rank for rank, id in enumerate(top[:3], start=1))
    assert assistant.greeting(USER) == greeting
    assert assistant.store.feedback(USER) == ()
    assert list(all_events(assistant.engine)) == events
    assert assistant.query(USER, Intent(), assistant.open(USER)).exclude.keys() == {
        id
        for id in assistant.catalogue.by_id
        if id in assistant.catalogue.twins(e.item for e, _ in assistant.history(USER))
    }
    other = assistant.open(USER, "gift")
    assert ordered(assistant, other)[1].exclude == {}


def test_who_only_spoke_for_someone_else_stays_new(assistant):
    gift = assistant.open("giver", "gift")
    assistant.feedback(gift, "giver", "1", "like")
    assert not assistant.knows("giver")
    assert "new here" in assistant.greeting("giver")
    assert "told me of" not in assistant.greeting("giver")


def test_it_can_be_said_before_anything_else_and_is_confirmed_in_one_sentence(assistant):
    turn = Turn(assistant, f"a comedy, {SAYS_SO}")
    assert assistant.purpose(turn.conversation) == "gift"
    assert turn.understood == ("for someone else", "Comedy")
    assert turn.said[0].text.startswith("This is for someone else: ")
    assert turn.words.count("This is for") == 1
    again = Turn(assistant, SAYS_SO, conversation=turn.conversation)
    assert again.understood == ("for someone else", "Comedy")
    assert "This is for" not in again.words


def test_it_can_be_said_after_some_turns_and_the_wish_stays(assistant):
    first = Turn(assistant, "a comedy")
    assistant.feedback(first.conversation, USER, first.ids[0], "dislike")
    assistant.feedback(first.conversation, USER, first.ids[1], "like")
    gift = Turn(assistant, SAYS_SO, conversation=first.conversation)
    query = assistant.query(USER, Intent(), first.conversation)
    assert "You asked for a Comedy film." in gift.words
    assert (query.history, query.disliked, query.reasons) == ((), (), {})
    assert set(query.exclude) == assistant.catalogue.twins([first.ids[0]])
    assert first.ids[0] not in gift.ids
    assert {(one.item, one.kind) for one in assistant.store.feedback(USER)} == {
        (first.ids[0], "dislike"),
        (first.ids[1], "like"),
    }


def test_back_to_oneself_the_history_counts_and_what_was_said_stays_out(assistant):
    conversation = assistant.open(USER)
    normal, query = ordered(assistant, conversation)
    gift = Turn(assistant, f"a film like Titanic, {SAYS_SO}", conversation=conversation)
    assistant.feedback(conversation, USER, gift.ids[0], "like")
    assistant.feedback(conversation, USER, gift.ids[1], "dislike")
    Turn(assistant, "not the third", conversation=conversation)
    back = Turn(assistant, "this is for me again", conversation=conversation)
    assert back.understood == ("for you",)
    assert back.said[0].text.startswith("This is for you again: ")
    assert "Going by your history" in back.words
    assert ordered(assistant, conversation) == (normal, query)
    third = Turn(assistant, SAYS_SO, conversation=conversation)
    assert assistant.query(USER, Intent(), conversation).history == (gift.ids[0],)
    assert gift.ids[1] not in third.ids


def test_the_first_half_of_a_correction_turns_nothing_down(assistant):
    first = Turn(assistant, "a comedy")
    Turn(assistant, "it's not for me, it's for my dad", conversation=first.conversation)
    assert assistant.purpose(first.conversation) == "gift"
    assert assistant.store.feedback(USER) == ()
    Turn(assistant, "not that one, it's for a friend", conversation=first.conversation)
    assert [one.kind for one in assistant.store.feedback_in(first.conversation, "gift")] == ["dislike"]
    assert assistant.store.feedback(USER) == ()


@pytest.mark.parametrize("text", ["why this? it's a gift for my sister", "is Alien good? it's a gift for my sister"])
def test_a_question_may_say_it_too(assistant, text):
    first = Turn(assistant, "a comedy")
    turn = Turn(replace(assistant, llm=None), text, conversation=first.conversation)
    assert turn.said[0].text.startswith("This is for someone else")
    assert assistant.purpose(first.conversation) == "gift"
    assert "watched" not in " ".join(one.text for one in turn.said[1:]).replace("whether you watched it", "")


def test_nothing_fits_is_said_of_this_conversation(assistant):
    turn = Turn(assistant, "a western musical", conversation=assistant.open(USER, "gift"))
    assert "that is new to this conversation; if it need not" in turn.words


def test_it_survives_a_restart(workspace):
    with assembled(workspace) as assistant:
        gift = assistant.open(USER, "gift")
        assistant.feedback(gift, USER, "1", "like")
    with assembled(workspace) as assistant:
        assert assistant.purpose(gift) == "gift"
        assert assistant.query(USER, Intent(), gift).history == ("1",)
        assert assistant.store.feedback(USER) == ()


def test_whose_it_is_can_be_changed_only_by_them_and_only_to_what_there_is(assistant):
    conversation = assistant.open(USER)
    with pytest.raises(UnknownConversation):
        assistant.set_purpose(conversation, "8", "gift")
    with pytest.raises(UnknownConversation):
        assistant.purpose("nowhere")
    for broken in (lambda: assistant.open(USER, "work"), lambda: assistant.set_purpose(conversation, USER, "work")):
        with pytest.raises(Problem, match="'work'; it must be one of self, gift"):
            broken()
    assert assistant.purpose(conversation) == "self"


@pytest.mark.parametrize("gift", [True, False])
def test_ask_and_chat_take_it_as_an_option(workspace, monkeypatch, gift):
    for name in ("home", "embedder", "language"):
        monkeypatch.setenv(f"PENCHANT_{name.upper()}", str(getattr(workspace, name)))
    option = ["--gift"] if gift else []
    asked = CliRunner().invoke(application(), ["ask", "a comedy", "--user", USER, "--json", *option])
    assert json.loads(asked.stdout)["understood"] == ["for someone else"] * gift + ["Comedy"]
    talked = CliRunner().invoke(application(), ["chat", "--user", USER, "--say", "a comedy", "--no-stay", *option])
    assert ("This is for someone else" in " ".join(talked.stdout.split())) == gift


def test_the_terminal_says_whom_it_is_for(assistant, capsys):
    converse(assistant, USER, ["a comedy"], stay=False, purpose="gift")
    said = " ".join(capsys.readouterr().out.split())
    assert "This is for someone else" in said
    assert "understood: for someone else · Comedy" in said
    assert "I know" not in said


def test_hello_in_it_tells_nothing_of_the_giver(assistant):
    gift = assistant.open(USER, "gift")
    [said, _] = assistant.reply(Message("hello", USER, gift))
    assert "This is for someone else" in said.text
    assert "I know" not in said.text


@pytest.mark.parametrize(
    "said",
    [
        "It's my brother's birthday soon and I want to give him a film",
        "my niece turns 4 next week and I have no present yet",
        "I haven't got a gift for my sister yet",
        "we still lack a present for my dad",
    ],
)
def test_who_has_to_give_something_talks_for_someone_else(said):
    assert purpose_of(said)[0] == "gift"


@pytest.mark.parametrize(
    "said",
    [
        "it's my wife's birthday and we want to watch a comedy",
        "a story about a boy who gets no present",
        "I don't want a present day drama",
        "I liked the lead and want to give him another chance",
        "no presents, something for me",
    ],
)
def test_a_birthday_or_a_present_alone_says_not_whom_it_is_for(said):
    assert purpose_of(said)[0] != "gift"


@pytest.mark.parametrize(
    ("said", "whom"),
    [
        ("I'm after a DVD for my dad's 70th", "gift"),
        ("It's Mother's Day on Sunday and my mum has everything, help", "gift"),
        ("great, and while I'm here, one for me: a western", "self"),
        ("I am after the film that my dad saw", None),
    ],
)
def test_more_ways_to_say_whom_it_is_for(said, whom):
    assert purpose_of(said)[0] == whom


@pytest.mark.parametrize(
    "said",
    [
        "and for me?",
        "and me?",
        "ok, and now me",
        "what about me?",
        "how about something for me",
        "thanks! now an old western for me, please",
        "and what would you suggest for me",
        "and for me too",
        "and for us?",
    ],
)
def test_after_a_gift_a_bare_for_me_turns_back(said):
    purpose, rest = purpose_of(said, gift=True)
    assert purpose == "self"
    assert " me" not in rest
    assert len(rest) == len(said)
    assert purpose_of(said)[0] is None  # where it is no gift nothing changes


@pytest.mark.parametrize(
    "said",
    [
        "that is too long for me",
        "can you pick one for me?",
        "find something for me to give her",
        "that one works for me",
        "good enough for me, and for him?",
        "tell me more",
        "show me others",
        "and not for me",
        "about a man who works for me",
    ],
)
def test_within_a_gift_other_words_of_me_leave_it_a_gift(said):
    assert purpose_of(said, gift=True)[0] != "self"


def test_the_turn_back_is_one_for_the_wish_as_well(assistant):
    conversation = assistant.open(USER)
    for text in (SAYS_SO, "and for me?"):
        parts = assistant.did(Message(text, USER, conversation))
    assert assistant.purpose(conversation) == "self"
    assert any(isinstance(part, Said) and part.text == SWITCHED["self"] for part in parts)
