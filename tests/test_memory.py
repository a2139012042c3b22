"""What is remembered of a person: with their yes, for one purpose, theirs to read, correct and delete."""

import logging

import pytest
from halves import goods, lasting, reader
from test_policy import FILMS, Talk

from chat.memory import PURPOSE, Memory, refused, welcome
from chat.messages import Asked, Lasting, Said
from chat.turns.remembering import NO, QUESTION, YES, wanted_of
from retrieval.filtering.where import Where

NEVER = "I never want horror"
HORROR = {id for id, item in FILMS.items() if "Horror" in item.facet("genre")}


@pytest.fixture
def talk(assistant):
    return Talk(assistant)


@pytest.fixture
def agreed(talk):
    """Somebody who said yes to having it remembered that they never want horror."""
    talk.say(NEVER)
    talk.say(YES)
    return talk


def facts(talk):
    return [one.text for one in talk.assistant.memory.facts(talk.user)]


# right after it was remembered


@pytest.mark.parametrize("said", ["forget that", "no, forget it please"])
def test_forget_that_forgets_what_was_just_remembered(agreed, said):
    agreed.say(said)
    assert facts(agreed) == []
    agreed.say("I always like westerns")  # the yes still holds
    assert facts(agreed) == ["Western"]
    agreed.say(said)
    assert facts(agreed) == []


def test_forget_that_starts_over_where_nothing_was_just_remembered(agreed):
    agreed.say("a comedy")
    agreed.say("forget that")
    assert facts(agreed) == ["no Horror"]


def test_what_is_forgotten_takes_no_wish_for_its_opposite_along(agreed):
    agreed.say("a horror film please")
    agreed.say("forget that I hate horror")
    assert facts(agreed) == []
    assert agreed.state.constraints[0].text == "Horror"


# what lasts


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        (NEVER, ["no Horror"]),
        ("I always like westerns", ["Western"]),
        ("I hate musicals but I love comedies", ["no Musical", "Comedy"]),
        ("I'm a big fan of science fiction", ["Sci-Fi"]),
        ("In general I like dramas", ["Drama"]),
        ("remember that I like westerns", ["Western"]),
        ("please remember I am into musicals", ["Musical"]),
        ("don't forget that I prefer comedies", ["Comedy"]),
        ("do you remember that I like westerns?", []),
        ("remember that I want a comedy tonight", []),
        ("a comedy tonight", []),
        ("I never want horror tonight", []),
        ("I would love a comedy", []),
        ("I'd love a comedy", []),
        ("no horror please", []),
        ("my sister hates horror", []),
        ("because of my cancer I never want war", []),
        ("as a Christian I never watch horror", []),
        ("since my depression I hate drama. I love comedies.", ["Comedy"]),
    ],
)
def test_only_what_always_holds_lasts_and_nothing_sensitive(said, kept):
    assert [one.text for one in reader(lasting)(said).lasting] == kept


def test_only_the_attributes_that_the_domain_names_are_kept():
    catalogue, domain = goods()
    assert [one.text for one in reader(goods)("I never buy Gap").lasting] == ["no Gap"]
    bare = domain.model_copy(update={"memory": type(domain.memory)()})
    assert reader(lambda: (catalogue, bare))("I never buy Gap").lasting == ()


# consent


def test_nothing_is_remembered_before_a_yes_and_the_question_comes_once(talk):
    talk.say(NEVER)
    assert talk.asked == Asked(QUESTION.format("no Horror"), (YES, NO))
    assert facts(talk) == []
    talk.say("a comedy")
    talk.say("I always like westerns")
    assert talk.asked is None
    assert facts(talk) == []
    talk.say("what do you remember about me?")
    assert "I remember nothing about you" in talk.said


def test_a_yes_keeps_what_was_said_with_its_words_and_purpose(agreed):
    (fact,) = agreed.assistant.memory.facts(agreed.user)
    assert (fact.facet, fact.value, fact.liked, fact.words, fact.purpose) == ("genre", "Horror", False, NEVER, PURPOSE)
    assert (fact.conversation, fact.turn) == (agreed.conversation, 1)
    assert "I will remember: no Horror" in agreed.said
    agreed.say("I always like westerns")
    assert facts(agreed) == ["no Horror", "Western"]


@pytest.mark.parametrize("no", [NO, "no thanks", "Nope"])
def test_a_no_keeps_nothing_and_is_not_asked_again(talk, no):
    talk.say(NEVER)
    talk.say(no)
    assert "Then I will not" in talk.said
    talk.say("I always like westerns")
    assert talk.asked is None
    assert facts(talk) == []


def test_who_wants_something_remembered_is_asked_also_after_a_no(talk):
    talk.say("remember that I like westerns")
    assert talk.asked == Asked(QUESTION.format("Western"), (YES, NO))
    talk.say(NO)
    talk.say("remember that I like musicals")
    assert talk.asked == Asked(QUESTION.format("Musical"), (YES, NO))
    talk.say(YES)
    assert facts(talk) == ["Musical"]
    talk.say("don't forget that I love comedies")
    assert facts(talk) == ["Musical", "Comedy"]


def test_what_is_not_remembered_is_said_to_who_wants_it_remembered(talk):
    talk.say("remember that I like long evenings")
    assert "I remember only the genre" in talk.said
    talk.say("this is for my sister. remember that I like westerns")
    assert "so I remember nothing of it" in talk.said
    assert talk.assistant.memory.facts(talk.user) == ()


def test_a_yes_counts_only_right_after_the_question(talk):
    talk.say(NEVER)
    talk.say("a comedy")
    talk.say("yes")
    assert facts(talk) == []


def test_nothing_is_asked_or_kept_of_a_gift(assistant):
    talk = Talk(assistant)
    talk.say("it is for my sister")
    talk.say("I always like westerns")
    assert talk.asked is None or talk.asked.answers != (YES, NO)
    assistant.memory.turn_on(talk.user)
    talk.say("I never want horror")
    assert facts(talk) == []


# what it is used for


def test_what_is_remembered_counts_in_the_next_conversation_and_is_said(agreed):
    later = Talk(agreed.assistant)
    later.say("a thriller")
    assert later.shown
    assert not HORROR & set(later.shown)
    assert "you told me: no Horror" in [one.text for one in later.assistant.chips(later.conversation, later.user)]
    other = Talk(agreed.assistant, "somebody else")
    other.say("a thriller")
    assert HORROR & set(other.shown)


def test_it_can_be_set_aside_for_now_and_stays_remembered(agreed):
    later = Talk(agreed.assistant)
    later.say("a thriller")
    later.say("", drop="you told me: no Horror")
    assert HORROR & set(later.shown)
    assert later.say("but from the 60s").shown
    assert HORROR & set(later.shown)
    assert facts(later) == ["no Horror"]
    assert not HORROR & set(Talk(agreed.assistant).say("a thriller").shown)


def test_who_asks_for_it_gets_it_all_the_same(agreed):
    later = Talk(agreed.assistant)
    later.say("a horror film")
    assert later.shown
    assert set(later.shown) <= HORROR


def test_starting_over_leaves_what_is_remembered(agreed):
    later = Talk(agreed.assistant)
    later.say("a thriller")
    later.say("start over")
    assert facts(later) == ["no Horror"]
    assert not HORROR & set(later.shown)


def test_it_plays_no_part_in_a_gift(agreed):
    gift = Talk(agreed.assistant)
    gift.say("a thriller for my sister")
    assert HORROR & set(gift.shown)


def test_what_is_liked_in_general_lifts_a_little_and_keeps_nothing_out(agreed):
    agreed.assistant.memory.forget_all(agreed.user)
    here = agreed.assistant.open(agreed.user)
    plain = agreed.assistant.query(agreed.user, reader(lasting)("something"), here)
    agreed.assistant.memory.learn(agreed.user, [Lasting("genre", "Western", True, "I love westerns")], here, 1)
    query = agreed.assistant.query(agreed.user, reader(lasting)("something"), here)
    assert query.where == plain.where
    ranks = [[agreed.assistant.rank(one).ids.index(id) for id in ("57", "58", "59")] for one in (plain, query)]
    assert sum(ranks[1]) < sum(ranks[0])


def test_what_is_not_wanted_this_time_is_not_welcome():
    memory = [fact(True, "Comedy"), fact(False, "Horror")]
    assert refused(memory) == Where(unwanted={"genre": frozenset({"Horror"})})
    assert welcome(memory, Where(unwanted={"genre": frozenset({"Comedy"})})) == Where()


def fact(liked, value):
    from chat.memory import Fact

    return Fact(1, "genre", value, liked, "", "", 1, 0.0)


# theirs to read, correct and delete


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("what do you remember about me?", "show"),
        ("What do you know about me", "show"),
        ("forget that I hate horror", "forget"),
        ("please forget that I never want horror", "forget"),
        ("forget everything about me", "forget all"),
        ("delete all you know about me", "forget all"),
        ("stop remembering things", "off"),
        ("don't remember that", "off"),
        ("remember what I like", "on"),
        ("forget that", None),
        ("forget all that", None),
        ("forget it, a comedy", None),
        ("a film about a man who can not remember me", None),
        ("do you remember the one with the shark?", None),
        ("I don't remember the title", None),
    ],
)
def test_what_words_ask_of_the_memory(said, wanted):
    assert wanted_of(said) == wanted


def test_it_is_read_and_forgotten_by_message(agreed):
    agreed.say("I always like westerns")
    agreed.say("what do you remember about me?")
    assert f"You told me: no Horror. You said “{NEVER}” on " in agreed.said
    agreed.say("forget that I hate horror")
    assert "Forgotten: no Horror." in agreed.said
    assert facts(agreed) == ["Western"]
    agreed.say("forget that I like dramas")
    assert "nothing like that" in agreed.said
    agreed.say("forget everything about me")
    assert facts(agreed) == []
    assert agreed.assistant.memory.consent(agreed.user).remember


def test_the_list_and_the_wish_stay_when_the_memory_is_spoken_of(agreed):
    agreed.say("a comedy")
    before = agreed.state.shown
    agreed.say("forget everything about me")
    assert (agreed.state.shown, agreed.limits) == (before, ("Comedy", "no Horror"))
    assert agreed.say("undo").limits == ("no Horror",)


def test_turning_it_off_deletes_and_turning_it_on_needs_no_question(agreed):
    agreed.say("stop remembering things")
    assert not agreed.assistant.memory.consent(agreed.user).remember
    assert facts(agreed) == []
    assert rows(agreed) == 0
    agreed.say("remember what I like")
    agreed.say(NEVER)
    assert facts(agreed) == ["no Horror"]


def rows(talk):
    with talk.assistant.engine.connect() as connection:
        return connection.exec_driver_sql("SELECT count(*) FROM facts").scalar()


def test_the_newest_word_on_a_value_holds_and_a_fact_can_be_turned_round(agreed):
    agreed.say("I love horror")
    assert facts(agreed) == ["Horror"]
    (kept,) = agreed.assistant.memory.facts(agreed.user)
    agreed.assistant.memory.correct(agreed.user, kept.number)
    assert facts(agreed) == ["no Horror"]


def test_nobody_changes_the_memory_of_another(agreed):
    memory = agreed.assistant.memory
    (kept,) = memory.facts(agreed.user)
    memory.turn_on("somebody else")
    memory.forget("somebody else", [kept.number])
    memory.correct("somebody else", kept.number)
    memory.forget_all("somebody else")
    assert memory.facts(agreed.user) == (kept,)


def test_support_sees_it_only_where_that_was_agreed_to(agreed):
    memory = agreed.assistant.memory
    assert not memory.consent(agreed.user).support
    memory.show_support(agreed.user, True)
    assert memory.consent(agreed.user).support
    memory.turn_off(agreed.user)
    memory.show_support(agreed.user, True)
    assert not memory.consent(agreed.user).support


def test_a_person_gets_all_that_is_kept_and_can_have_it_erased(agreed):
    store, user, other = agreed.assistant.store, agreed.user, Talk(agreed.assistant, "somebody else")
    shown = agreed.say("a comedy").shown
    agreed.assistant.feedback(agreed.conversation, user, shown[0], "like")
    other.say("a western")
    kept = store.export(user)
    assert [one["words"] for one in kept["facts"]] == [NEVER]
    assert [one["text"] for one in kept["turns"]] == [NEVER, "", "a comedy"]
    assert [one["kind"] for one in kept["feedback"]] == ["like"]
    assert kept["consents"][0]["remember"] is True
    store.erase(user)
    assert all(not rows for rows in store.export(user).values())
    assert [one["text"] for one in store.export("somebody else")["turns"]] == ["a western"]


def test_no_word_of_it_is_logged(talk, caplog):
    with caplog.at_level(logging.DEBUG):
        talk.say(NEVER)
        talk.say(YES)
        talk.say("forget that I hate horror")
    assert "horror" not in caplog.text.casefold()
    assert all(isinstance(one.text, str) for one in talk.parts if isinstance(one, Said))


def test_memory_of_who_never_said_anything_is_empty(assistant):
    assert Memory(assistant.engine).facts("nobody") == ()
    assert not assistant.memory.consent("nobody").asked
