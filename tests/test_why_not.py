"""Why something was not suggested is asked of what is pointed at, and what was spoken of last is `it`."""

import pytest
from test_policy import Talk

from chat.turns.heard import listed


def asked(assistant, *said):
    """What is answered to the last of these messages."""
    talk = Talk(assistant)
    for text in said:
        talk.say(text)
    return talk


@pytest.mark.parametrize(
    "question", ["why didn't you suggest it?", "why not that one?", "how come you left it out?", "why isn't it there?"]
)
@pytest.mark.parametrize("before", ["is Alien a horror film?", "why not Alien?"])
def test_why_not_is_asked_of_what_was_spoken_of(assistant, before, question):
    talk = asked(assistant, "a western", before, question)
    assert talk.record["move"] == "why"
    assert "Alien (1979) is not in the list: it is a Horror, Sci-Fi and Thriller film, not Western" in talk.said


def test_of_several_it_is_not_said_which(assistant):
    assert "I do not know which film you mean" in asked(assistant, "a comedy", "why not that one?").said


def test_of_what_is_in_the_list_the_place_is_told(assistant):
    talk = asked(assistant, "a comedy")
    there = talk.shown
    talk.say("why not the second one?")
    assert f"{assistant.catalogue[there[1]].name} is in the list: at place 2 of {len(there)}." in talk.said


@pytest.mark.parametrize("question", ["why is the second one there?", "why the second one?"])
def test_why_something_is_there_is_no_why_not(assistant, question):
    talk = asked(assistant, "a comedy", question)
    assert talk.record["move"] == "why"
    assert "at place 2" not in talk.said


def test_it_is_what_a_question_why_was_about_and_what_was_taken(assistant):
    assert "Alien is from 1979" in asked(assistant, "a western", "why not Alien?", "what year is it from?").said
    talk = asked(assistant, "a western")
    taken = assistant.catalogue[talk.shown[1]]
    talk.say("I'll take the second one")
    assert f"{taken.title} is from {taken.year}" in talk.say("what year is it from?").said


def test_after_the_next_message_it_is_the_first_of_the_list_again(assistant):
    talk = asked(assistant, "a western", "why not Alien?", "a comedy")
    first = assistant.catalogue[talk.shown[0]]
    assert f"{first.title} is from {first.year}" in talk.say("what year is it from?").said


def test_an_answer_about_one_item_is_no_list(assistant):
    talk = asked(assistant, "a western")
    there = talk.shown
    talk.say("is Alien a horror film?")
    conversation = talk.conversation
    assert listed(assistant.store.newest(conversation)[1], conversation, assistant.store) == there
