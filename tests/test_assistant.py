"""One turn: the order of its parts, what counts, and what happens when something is missing."""

from dataclasses import replace

import numpy as np
import pytest

from chat.llm import Unavailable
from chat.messages import Done, Message, Said, Shown
from chat.reranking import CAP, Reranker
from chat.store import UnknownConversation
from retrieval.errors import Problem, UnknownItem
from retrieval.ranking import Query, Ranking

WISH = "something like Alien but funny"


class Turn:
    """The parts of one reply, sorted."""

    def __init__(self, assistant, text, user="7", conversation=None):
        self.conversation = conversation or assistant.open(user)
        self.parts = list(assistant.reply(Message(text, user, self.conversation)))
        self.cards = [card for part in self.parts if isinstance(part, Shown) for card in part.cards]
        self.ids = [card.item.id for card in self.cards]
        self.said = [part for part in self.parts if isinstance(part, Said)]
        self.words = " ".join(part.text for part in self.said)
        self.done = self.parts[-1]


def test_a_turn_shows_then_says_then_is_done(assistant):
    parts = Turn(assistant, WISH).parts
    assert isinstance(parts[0], Shown)
    assert all(isinstance(part, Said) for part in parts[1:-1])
    assert isinstance(parts[-1], Done)
    assert set(parts[-1].timings) >= {"understand", "candidates", "rank", "evidence", "words"}


def test_the_wish_is_heeded_and_nothing_seen_comes_again(assistant):
    turn = Turn(assistant, WISH)
    seen = {event.item for event, _ in assistant.history("7")}
    assert len(turn.cards) >= 5
    assert all("Comedy" in card.item.facet("genre") for card in turn.cards)
    assert not seen & set(turn.ids)
    assert "Alien" not in {card.item.title for card in turn.cards}
    assert turn.ids != Turn(assistant, "what should I watch tonight?").ids


def test_every_reason_is_true_of_the_history_and_the_wish(assistant):
    seen = {item.title for _, item in assistant.history("7")}
    for card in Turn(assistant, WISH).cards:
        for one in card.evidence:
            if one.kind == "history":
                assert one.what in seen
            elif one.kind == "attribute":
                assert set(one.names) <= set(card.item.facet("genre"))
            elif one.kind == "shared":
                *shared, title = one.names
                named = next(item for item in assistant.catalogue.values() if item.title == title)
                assert set(shared) <= set(card.item.facet("genre")) & set(named.facet("genre"))
                assert "Comedy" not in shared
            elif one.kind == "likeness":
                assert max(card.parts["likeness"], card.parts["company"]) >= 1


def test_a_history_item_is_a_reason_only_if_taking_it_out_lowers_the_score(assistant):
    past = tuple(event.item for event, _ in assistant.history("7"))
    whole = assistant.behaviour.total([past])[0]
    for card in assistant.top("7"):
        row = assistant.behaviour.row[card.item.id]
        for one in card.evidence:
            if one.kind == "history":
                gone = next(id for id in past if assistant.catalogue[id].title == one.what)
                without = assistant.behaviour.total([tuple(id for id in past if id != gone)])[0]
                assert without[row] < whole[row]


def test_the_parts_of_a_card_are_by_name(assistant):
    card = Turn(assistant, WISH).cards[0]
    assert {"meaning", "likeness", "company", "kind"} <= set(card.parts)


@pytest.mark.parametrize("kind", ["dislike", "seen"])
def test_feedback_counts_at_the_next_message(assistant, kind):
    first = Turn(assistant, WISH)
    assistant.feedback(first.conversation, "7", first.ids[0], kind)
    second = Turn(assistant, WISH, conversation=first.conversation)
    assert first.ids[0] not in second.ids


def test_a_like_becomes_the_newest_thing_they_did(assistant):
    first = Turn(assistant, WISH)
    assistant.feedback(first.conversation, "7", first.ids[0], "like")
    assert assistant._query("7", _suggest()).history[-1] == first.ids[0]


def test_not_that_one_is_gone_and_the_wish_stays(assistant):
    first = Turn(assistant, WISH)
    second = Turn(assistant, "not that one, shorter", conversation=first.conversation)
    assert first.ids[0] not in second.ids
    assert all("Comedy" in card.item.facet("genre") for card in second.cards)
    assert "I do not know running times here" in second.words


def test_why_this_is_answered_from_evidence(assistant):
    first = Turn(assistant, WISH)
    why = Turn(assistant, "why this?", conversation=first.conversation)
    assert not why.cards
    assert all(one.evidence for one in why.said)


def test_what_cannot_be_had_is_said_with_the_constraint_in_the_way(assistant):
    turn = Turn(assistant, "a western musical")
    assert not turn.cards
    assert "without Musical there are" in turn.words or "without Western there are" in turn.words


def test_an_unknown_user_is_treated_as_new_and_told_so(assistant):
    turn = Turn(assistant, WISH, user="nobody")
    assert len(turn.cards) >= 5
    assert "I do not know you yet" in turn.words
    again = Turn(assistant, "from the 80s", user="nobody", conversation=turn.conversation)
    assert "I do not know you yet" not in again.words
    assert "new here" in assistant.greeting("nobody")


def test_the_first_line_says_that_it_is_an_ai_and_that_a_stand_in_runs(assistant):
    assert assistant.greeting("7").startswith("I am an AI")
    assert "stand-in" in assistant.greeting("7")


@pytest.mark.parametrize("text", ["", "🎬🍿", "x" * 100_000])
def test_what_cannot_be_read_is_answered_in_one_sentence(assistant, text):
    turn = Turn(assistant, text)
    assert len(turn.said) == 1
    assert turn.said[0].text.endswith(".")
    assert not turn.cards


def test_a_conversation_is_its_users_own(assistant):
    with pytest.raises(UnknownConversation):
        Turn(assistant, WISH, user="8", conversation=assistant.open("7"))
    with pytest.raises(UnknownConversation):
        assistant.feedback(assistant.open("7"), "8", "1", "like")


def test_feedback_on_what_is_not_there_is_refused_by_name(assistant):
    with pytest.raises(UnknownItem, match="'999'"):
        assistant.feedback(assistant.open("7"), "7", "999", "like")
    with pytest.raises(Problem, match="'adore'"):
        assistant.feedback(assistant.open("7"), "7", "1", "adore")


class Broken:
    """A language model that is down."""

    name = "broken"

    def stream(self, messages, schema=None):
        raise Unavailable("the language model is down")
        yield ""

    def score(self, prefix, continuations):
        raise Unavailable("the language model is down")


class Raving:
    """A language model that says what nobody told it, and loves the last title above all."""

    name = "raving"

    def stream(self, messages, schema=None):
        yield "Nine Lives of Kubrick (1847) won eleven Oscars."

    def score(self, prefix, continuations):
        return np.asarray([-9.0] * (len(continuations) - 1) + [1e9], dtype=np.float32)


def test_without_the_language_model_the_list_still_comes(assistant):
    plain = replace(assistant, llm=None, reranker=None)
    broken = Broken()
    down = replace(assistant, llm=broken, reranker=Reranker(broken, assistant.catalogue, assistant.domain, 0.5))
    turn = Turn(down, WISH)
    assert turn.ids == Turn(plain, WISH).ids
    assert all(one.by == "template" for one in turn.said)
    assert any("down" in why for why in turn.done.fallbacks)


def test_what_is_not_in_the_evidence_is_not_shown(assistant):
    turn = Turn(replace(assistant, llm=Raving()), WISH)
    assert "Oscars" not in turn.words
    assert all(one.by == "template" for one in turn.said)
    assert any("a sentence was not shown" in why for why in turn.done.fallbacks)


def test_the_say_of_the_language_model_is_capped(assistant):
    raving = Reranker(Raving(), assistant.catalogue, assistant.domain, weight=0.5)
    ranking = Ranking(tuple(assistant.catalogue)[:10], {"sequence": -np.arange(10, dtype=np.float32)})
    reranked = raving(Query(), ranking)
    assert set(reranked.ids) == set(ranking.ids)
    assert np.abs(reranked.parts["language"]).max() <= 0.5 * CAP * ranking.scores.std() + 1e-5
    assert reranked.ids[0] == ranking.ids[0]


def test_leaving_early_stops_the_words_and_keeps_what_was_shown(assistant):
    conversation = assistant.open("7")
    reply = assistant.reply(Message(WISH, "7", conversation))
    shown = next(reply)
    reply.close()
    assert assistant.shown(conversation) == tuple(card.item.id for card in shown.cards)


def test_standing_agrees_with_the_list_and_names_what_removed_an_item(assistant):
    top = assistant.top("7")
    for rank, card in enumerate(top, start=1):
        one = assistant.standing("7", card.item.id)
        assert one.rank == rank
        assert sum(one.parts.values()) == pytest.approx(sum(card.parts.values()), abs=1e-4)
    seen = assistant.history("7")[0][1].id
    assert assistant.standing("7", seen).removed == "seen already"
    with pytest.raises(UnknownItem, match="'999'"):
        assistant.standing("7", "999")


def _suggest():
    from chat.messages import Intent

    return Intent()
