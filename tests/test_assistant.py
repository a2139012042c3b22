"""One turn: the order of its parts, what counts, and what happens when something is missing."""

import json
import re
import time
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from chat.asking import Asking
from chat.llm import Unavailable
from chat.messages import Done, Intent, Message, Said, Shown, Understood
from chat.reranking.reordering import Reranker
from chat.store import UnknownConversation
from chat.turns.heard import last_wish
from recommender.events import Event
from retrieval.errors import Problem, UnknownItem

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
        self.understood = next((part.constraints for part in self.parts if isinstance(part, Understood)), ())
        self.done = self.parts[-1]


def test_a_turn_says_what_it_understood_shows_then_says_then_is_done(assistant):
    parts = Turn(assistant, WISH).parts
    assert isinstance(parts[0], Understood)
    assert isinstance(parts[1], Shown)
    assert all(isinstance(part, Said) for part in parts[2:-1])
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
                assert set(one.names) <= seen
            elif one.kind == "attribute":
                assert set(one.names) <= set(card.item.facet("genre"))
            elif one.kind == "shared":
                *shared, title = one.names
                named = next(item for item in assistant.catalogue.values() if item.title == title)
                assert set(shared) <= set(card.item.facet("genre")) & set(named.facet("genre"))
                assert "Comedy" not in shared
            elif one.kind == "likeness":
                assert card.parts["likeness"] > 0


@pytest.mark.parametrize("wish", [Intent(), Intent(like=("1",)), Intent(words="crime", surprise=0.6)])
def test_a_thing_of_the_past_is_a_reason_only_if_without_it_the_item_stands_lower(assistant, wish):
    by_title = {item.title: id for id, item in assistant.catalogue.items()}
    cited = 0
    for user in map(str, range(1, 9)):
        query = assistant.query(user, wish)
        ranking = assistant.rank(query)
        for id, evidence in assistant.ordering.evidence(query, ranking, ranking.ids[:6]).items():
            for one in evidence:
                if one.kind == "history":
                    gone = assistant.catalogue.twins([by_title[name] for name in one.names])
                    without = assistant.rank(query.without(*gone))
                    assert id not in without.ids or without.position(id) > ranking.position(id)
                    cited += 1
    assert cited > 10


def test_the_evidence_of_each_card_is_kept_with_the_turn(assistant):
    turn = Turn(assistant, WISH)
    kept = assistant.store.newest(turn.conversation)[1]["evidence"]
    assert {id: [one["text"] for one in each] for id, each in kept.items()} == {
        card.item.id: [one.text for one in card.evidence] for card in turn.cards
    }
    assert json.loads(json.dumps(kept)) == kept


def test_what_found_an_item_is_for_support_and_in_no_sentence(assistant):
    turn = Turn(assistant, WISH)
    for card in turn.cards:
        [stage] = [one for one in card.evidence if one.kind == "stage"]
        assert stage.what == max(card.parts, key=card.parts.get)
        assert "It was found by " in stage.text
        assert stage.text not in [text for one in turn.said for text in one.evidence]
    why = Turn(assistant, "why this?", conversation=turn.conversation)
    assert "found by" not in why.words


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
    assert assistant.query("7", _suggest()).history[-1] == first.ids[0]


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
    assert "I know of no Musical and Western film that is new to you; if it need not be a" in turn.words


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

    scores = True
    name = "broken"

    def stream(self, messages, schema=None):
        raise Unavailable("the language model is down")
        yield ""

    def score(self, prefix, continuations):
        raise Unavailable("the language model is down")


class Raving:
    """A language model that says what nobody told it, and loves the last title above all."""

    scores = True
    name = "raving"

    def stream(self, messages, schema=None):
        yield "Nine Lives of Kubrick (1847) won eleven Oscars."

    def score(self, prefix, continuations):
        return np.asarray([-9.0] * (len(continuations) - 1) + [1e9], dtype=np.float32)


def test_without_the_language_model_the_list_still_comes(assistant):
    plain = replace(assistant, llm=None, things=replace(assistant.things, reranker=None))
    broken = Broken()
    reranker = Reranker(broken, assistant.catalogue, assistant.domain, {"language": 0.5}, {"language": 0.5})
    down = replace(assistant, llm=broken, things=replace(assistant.things, reranker=reranker))
    turn = Turn(down, WISH)
    assert turn.ids == Turn(plain, WISH).ids
    assert all(one.by == "template" for one in turn.said)
    assert any("down" in why for why in turn.done.fallbacks)


def test_what_is_not_in_the_evidence_is_not_shown(assistant):
    turn = Turn(replace(assistant, llm=Raving()), WISH)
    assert "Oscars" not in turn.words
    assert all(one.by == "template" for one in turn.said)
    assert any("a sentence was not shown" in why for why in turn.done.fallbacks)


def test_leaving_early_stops_the_words_and_keeps_what_was_shown(assistant):
    conversation = assistant.open("7")
    reply = assistant.reply(Message(WISH, "7", conversation))
    shown = next(part for part in reply if isinstance(part, Shown))
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


def test_what_was_liked_by_a_button_is_not_said_to_be_watched(assistant):
    alien = next(item.id for item in assistant.catalogue.values() if item.title == "Aliens")
    conversation = assistant.open("newcomer")
    assistant.feedback(conversation, "newcomer", alien, "like")
    turn = Turn(replace(assistant, llm=None), "surprise me", "newcomer", conversation)
    facts = [one for card in turn.cards for one in card.evidence if "Aliens" in one.names]
    assert facts
    assert {one.kind for one in facts} == {"liked"}
    assert "Aliens, which you like" in " ".join(card.reason for card in turn.cards)
    assert "watched" not in turn.words + " ".join(card.reason for card in turn.cards)


def test_what_was_rated_low_or_turned_down_is_no_reason(assistant):
    low = {item.title for event, item in assistant.history("7") if event.value <= 2}
    high = {item.title: item.id for event, item in assistant.history("7") if event.value > 2}
    assert low
    assert {name for card in assistant.top("7", 60) for name in said_of_the_past(card)} <= set(high)
    gone = next(name for card in assistant.top("7", 60) for name in said_of_the_past(card))
    assistant.feedback(assistant.open("7"), "7", high[gone], "dislike")
    assert gone not in {name for card in assistant.top("7", 60) for name in said_of_the_past(card)}


def test_a_rating_of_nothing_is_a_low_one(assistant):
    events = [Event("7", "1", 1.0, "rating", 0.0), Event("7", "2", 2.0, "rating", 5.0), Event("7", "3", 3.0, "rating")]
    asking = Asking(assistant.engine, assistant.store, assistant.catalogue, assistant.domain, {})
    assert set(asking.reasons(events, [])) == {"2", "3"}


def said_of_the_past(card):
    return [name for one in card.evidence if one.kind in ("history", "liked") for name in one.names]


def test_why_not_is_answered_about_the_film_that_was_named(assistant):
    first = Turn(assistant, "something like Alien but funny", user="new")
    named = Turn(assistant, "why not Alien?", "new", first.conversation).words
    assert named.startswith(
        "Alien (1979) is not in the list: you named it as an example. Not naming it as an example and "
    )
    ruled_out = Turn(assistant, "why not Titanic?", "new", first.conversation).words
    assert ruled_out.startswith(
        "Titanic (1997) is not in the list: it is a Drama and Romance film, not Comedy. Dropping “Comedy”"
    )
    missing = next(
        item.title
        for item in assistant.catalogue.values()
        if "Comedy" in item.facet("genre") and item.id not in first.ids
    )
    assert "of 20 for this wish" in Turn(assistant, f"why not {missing}?", "new", first.conversation).words
    shown = first.cards[-1].item.title
    assert shown in Turn(assistant, f"why {shown}?", "new", first.conversation).words
    assert "which film you mean" in Turn(assistant, "why not Zardoz?", "new", first.conversation).words


def test_why_not_is_answered_before_anything_was_shown(assistant):
    assert "for you" in Turn(assistant, "why not Titanic?", user="new").words


def test_either_of_two_is_enough(assistant):
    turn = Turn(assistant, "a western or a musical")
    genres = {genre for card in turn.cards for genre in card.item.facet("genre")}
    assert len(turn.cards) >= 5
    assert all({"Western", "Musical"} & set(card.item.facet("genre")) for card in turn.cards)
    assert genres >= {"Western", "Musical"}
    again = Turn(assistant, "not that one", conversation=turn.conversation)
    assert all({"Western", "Musical"} & set(card.item.facet("genre")) for card in again.cards)


def test_a_film_asked_for_by_name_is_shown_with_its_facts(assistant):
    turn = Turn(assistant, "have you got Casablanca?", user="new")
    assert [card.item.title for card in turn.cards] == ["Casablanca"]
    assert turn.words == "Casablanca is a Drama, Romance and War film from 1942; you have not watched it."
    assert turn.said[0].evidence
    seen = assistant.history("7")[0][1].title
    assert Turn(assistant, f"suggest {seen}").words.endswith("you have watched it.")


def test_who_made_a_film_is_not_known_here(assistant):
    assert "I do not know directors and actors here" in Turn(assistant, "who directed Alien?").words


def test_a_question_about_a_film_leaves_the_wish_as_it_was(assistant):
    first = Turn(assistant, "a comedy")
    Turn(assistant, "is Alien good?", conversation=first.conversation)
    then = Turn(assistant, "but from the 80s", conversation=first.conversation)
    assert all("Comedy" in card.item.facet("genre") for card in then.cards)


def test_what_was_seen_is_kept_as_seen_and_small_talk_leaves_nothing(assistant):
    first = Turn(assistant, "a comedy")
    Turn(assistant, "I have seen the first", conversation=first.conversation)
    assert [(one.item, one.kind) for one in assistant.store.feedback("7")] == [(first.ids[0], "seen")]
    nod = Turn(assistant, "ok", conversation=first.conversation)
    assert not nod.cards
    then = Turn(assistant, "not for me", conversation=first.conversation)
    assert "You asked for a Comedy film. I would try these." in then.words
    assert {one.kind for one in assistant.store.feedback("7")} == {"seen", "dislike"}


def test_others_are_shown_without_turning_down_the_first(assistant):
    first = Turn(assistant, "a comedy")
    second = Turn(assistant, "something else", conversation=first.conversation)
    third = Turn(assistant, "what else?", conversation=first.conversation)
    assert second.ids
    assert not set(first.ids) & set(second.ids)
    assert not {*first.ids, *second.ids} & set(third.ids)
    assert assistant.store.feedback("7") == ()


def test_who_only_pressed_buttons_is_known(assistant):
    assistant.feedback(assistant.open("presser"), "presser", "1", "like")
    assert assistant.knows("presser")
    assert "I know 1 film you told me of" in assistant.greeting("presser")
    assert not assistant.knows("nobody")


class Slow(Raving):
    """A language model that takes its time."""

    def score(self, prefix, continuations):
        time.sleep(0.05)
        return super().score(prefix, continuations)


def test_the_list_for_support_does_not_depend_on_how_quick_the_model_is(assistant):
    hurried = Reranker(Slow(), assistant.catalogue, assistant.domain, {"language": 0.5}, {}, budget=0.001)
    slow = replace(assistant, live=None, things=replace(assistant.things, reranker=hurried))
    assert "language" in slow.top("7")[0].parts
    assert "language" in slow.standing("7", slow.top("7")[0].item.id).parts


def _suggest():
    return Intent()


def test_words_turn_the_dial_for_one_turn_and_the_message_does_otherwise(assistant):
    surprised = Turn(assistant, "surprise me")
    assert "a surprise" in surprised.understood
    assert assistant.store.newest(surprised.conversation)[1]["intent"]["surprise"] == 1.0
    after = Turn(assistant, "a comedy", conversation=surprised.conversation)
    assert assistant.store.newest(after.conversation)[1]["intent"]["surprise"] is None
    conversation = assistant.open("7")
    list(assistant.reply(Message("a comedy", "7", conversation, 0.6)))
    assert assistant.store.newest(conversation)[1]["intent"]["surprise"] == 0.6
    list(assistant.reply(Message("play it safe", "7", conversation, 0.6)))
    assert assistant.store.newest(conversation)[1]["intent"]["surprise"] == 0.0


def test_the_list_is_in_the_order_of_the_sums_of_its_parts_wherever_the_dial_stands(assistant):
    lists = set()
    for dial in (0.0, 0.2, 0.6, 1.0):
        conversation = assistant.open("7")
        parts = assistant.reply(Message("what should I watch tonight?", "7", conversation, dial))
        cards = next(part for part in parts if isinstance(part, Shown)).cards
        sums = [sum(card.parts.values()) for card in cards]
        assert sums == sorted(sums, reverse=True)
        assert ("diversity" in cards[0].parts) == (dial > 0)
        lists.add(tuple(card.item.id for card in cards))
    assert len(lists) > 1


def test_why_not_is_answered_for_the_list_that_was_shown(assistant):
    conversation = assistant.open("7")
    list(assistant.reply(Message("surprise me", "7", conversation)))
    _, _, wish = last_wish(conversation, assistant.store)
    assert wish.surprise == 1.0
    assert assistant.query("7", wish, conversation).surprise == 1.0


def test_nobody_is_said_to_have_chosen_what_few_have(assistant):
    chosen = Counter(event.item for user in assistant.users() for event, _ in assistant.history(user))
    usual = sum(chosen.values()) / len(assistant.catalogue)
    popular, conversation = [], assistant.open("nobody")
    for dial in (0.2, 1.0):
        parts = list(assistant.reply(Message("what is there?", "nobody", conversation, dial)))
        cards = [card for part in parts if isinstance(part, Shown) for card in part.cards]
        popular_ones = [card for card in cards if re.search(r"\bmany\b", card.reason, re.IGNORECASE)]
        assert all(chosen[card.item.id] >= usual for card in popular_ones)
        said = "Many people chose these." in [part.text for part in parts if isinstance(part, Said)]
        popular.append(len(popular_ones) == len(cards))
        assert said is popular[-1]
    assert popular == [True, False]


def test_what_only_the_dial_has_raised_is_there_for_a_change(assistant):
    turn = Turn(assistant, "surprise me", "nobody")
    assert any("a change" in card.reason for card in turn.cards)
    for card in turn.cards:
        if card.reason == "Here for a change.":
            assert card.parts["diversity"] + card.parts["exploration"] > 0.5
