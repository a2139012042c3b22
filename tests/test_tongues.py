"""Who writes another language reads of the items in it, if the model has shown that it can; all else stays the same."""

import json
from dataclasses import replace

import pytest
from translator_server import SPOILED, translator

from chat.assembly import assistant as assembled
from chat.llm.capabilities import Capabilities, read_capabilities, write_capabilities
from chat.llm.choosing import use
from chat.llm.guarded import Guarded
from chat.llm.remote import Remote
from chat.messages import Done, Message, Said, Shown
from chat.policy.languages import courtesies, in_our_words, is_in, spoken_in
from chat.reasons.explanation import STAYS
from chat.understanding.acts.cues import cued
from chat.understanding.acts.phrases import spoken
from chat.understanding.wish import wish

DEADLINE = 2.0  # seconds for all words of a turn whose translator hangs
MESSAGES = {"es": "quiero una película como Alien", "de": "ich möchte etwas wie Alien"}


@pytest.fixture(scope="module")
def server():
    with translator() as running:
        yield running


def test_what_was_measured_before_there_were_languages_is_still_read(workspace):
    found = Capabilities(
        language=workspace.language,
        measured="2026-01-01T00:00:00Z",
        window=1,
        scores=True,
        schema_kept=1,
        prefill=1,
        decode=1,
    )
    file = write_capabilities(workspace, found.model_copy(update={"languages": ("es", "de")}))
    assert read_capabilities(workspace).languages == ("es", "de")
    assert "in Spanish and German too" in read_capabilities(workspace).sentence()
    kept = json.loads(file.read_text())
    del kept[workspace.language]["languages"]
    file.write_text(json.dumps(kept))
    assert read_capabilities(workspace) == found
    assert found.sentence().endswith("What is said of items is in English.")


def test_who_is_chosen_is_examined_and_speaks(workspace, server, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sentence = use(server.address("fine"), workspace)
    assert sentence.endswith("What is said of items it says in Spanish and German too.")
    with assembled(workspace.model_copy(update={"language": server.address("fine")})) as opened:
        assert opened.languages == ("es", "de")
        parts = opened.did(Message(MESSAGES["de"], "u1", opened.open("u1")))
    said = [one.text for one in parts if isinstance(one, Said) and one.by == "translation"]
    assert len(said) == 3
    assert all("den du genannt hast" in one or "den du gesehen hast" in one for one in said)


def turn(assistant, llm, text, languages=("es", "de")):
    alone = replace(assistant, llm=llm, live=None, languages=languages, things=replace(assistant.things, reranker=None))
    conversation = alone.open("u1")
    parts = list(alone.reply(Message(text, "u1", conversation)))
    (shown,) = (one for one in parts if isinstance(one, Shown))
    (done,) = (one for one in parts if isinstance(one, Done))
    kept = alone.store.newest(conversation)[1]
    assert kept["fallbacks"] == list(done.fallbacks)
    said = [one for one in parts if isinstance(one, Said)]
    assert [one["text"] for one in kept["said"]] == [one.text for one in said]
    return [card.item.id for card in shown.cards], said, [note for note in done.fallbacks if note.startswith(STAYS)]


@pytest.mark.parametrize("language", MESSAGES)
def test_who_writes_another_language_reads_of_the_items_in_it(assistant, server, language):
    order, english, _ = turn(assistant, None, MESSAGES[language])
    shown, said, notes = turn(assistant, Guarded(Remote(server.address("fine")), 10.0), MESSAGES[language])
    theirs = [one for one in said if one.by == "translation"]
    assert shown == order
    assert (len(theirs), notes) == (3, [])
    assert all(is_in(one.text, language) and one.english for one in theirs)
    assert len(said) == len(english)


@pytest.mark.parametrize("way", [*(way for way in SPOILED if way not in ("fine", "no no")), "hangs"])
def test_a_translator_that_fails_costs_the_language_and_nothing_else(assistant, server, way):
    order, said, _ = turn(assistant, Guarded(Remote(server.address("fine")), 10.0), MESSAGES["es"])
    english = [one.english if one.by == "translation" else one.text for one in said]
    deadline = DEADLINE if way == "hangs" else 10.0
    shown, said, notes = turn(assistant, Guarded(Remote(server.address(way)), deadline), MESSAGES["es"])
    changed = [one for one in said if one.by == "translation"]
    assert shown == order
    if way in (
        "another year",
        "another genre",
        "half in English",
        "a fact lost",
    ):  # where there is nothing to spoil it is well
        assert all(one.english in english for one in changed)
        assert len(notes) == 3 - len(changed)
    else:
        assert [one.text for one in said] == english
        assert changed == []
        assert notes


def test_a_translator_that_hangs_leaves_time_for_the_words(assistant, server):
    llm = Guarded(Remote(server.address("hangs")), DEADLINE)
    alone = replace(assistant, llm=llm, live=None, languages=("es",), things=replace(assistant.things, reranker=None))
    parts = list(alone.reply(Message(MESSAGES["es"], "u1", alone.open("u1"))))
    assert parts[-1].timings["words"] < DEADLINE
    assert sum(one.by == "model" for one in parts if isinstance(one, Said)) == 3
    assert sum(note.startswith(STAYS) for note in parts[-1].fallbacks) == 1


def test_who_writes_english_or_what_the_model_cannot_is_answered_in_english(assistant, server):
    llm = Guarded(Remote(server.address("fine")), 10.0)
    for text, languages in (("something like Alien", ("es", "de")), (MESSAGES["de"], ("es",)), (MESSAGES["es"], ())):
        server.asked.clear()
        _, said, notes = turn(assistant, llm, text, languages)
        assert {one.by for one in said} <= {"model", "template"}
        assert notes == []
        assert not any(task.startswith("Translate") for task, _ in server.asked)


def test_a_bare_title_changes_no_language(assistant, server):
    llm = Guarded(Remote(server.address("fine")), 10.0)
    alone = replace(assistant, llm=llm, live=None, languages=("es",), things=replace(assistant.things, reranker=None))
    conversation = alone.open("u1")
    how = []
    for text in (MESSAGES["es"], "Heat", "show me something with the mood of Heat"):
        said = [one for one in alone.reply(Message(text, "u1", conversation)) if isinstance(one, Said)]
        how.append({one.by for one in said if one.tries or one.by == "translation"})
    assert how == [{"translation"}, {"translation"}, {"model"}]
    assert spoken_in("Heat", "es") == spoken_in("The Lord of the Rings", "es") == "es"
    assert spoken_in("something like Heat", "es") == "en"


def test_what_comes_at_the_same_moment_is_answered_in_the_language_of_what_was_begun(assistant, server):
    llm = Guarded(Remote(server.address("fine")), 10.0)
    alone = replace(assistant, llm=llm, live=None, languages=("es",), things=replace(assistant.things, reranker=None))
    conversation = alone.open("u1")
    first = alone.reply(Message(MESSAGES["es"], "u1", conversation))
    next(first)  # it has begun, and its list is not there yet
    said = [one for one in alone.reply(Message("Heat", "u1", conversation)) if isinstance(one, Said)]
    first.close()
    assert sum(one.by == "translation" for one in said) == 3


@pytest.mark.parametrize(("does", "act"), [("thanks", "thank"), ("hello", "greet"), ("parting", "goodbye")])
def test_a_courtesy_of_any_language_is_understood_and_no_part_of_a_wish(does, act):
    words = courtesies(does)
    assert len(words) > 2
    for word in words:
        assert act in cued(spoken(word))
        assert not wish("suggest", word, "+" * len(word))


@pytest.mark.parametrize(
    ("said", "ours"),
    [
        ("et plus court?", "shorter"),
        ("y más corto, por favor", "shorter"),
        ("kürzer bitte", "shorter"),
        ("moins cher et plus récent", "cheaper and newer"),
        ("und etwas älteres?", "older"),
        ("qualcosa di più breve", "shorter"),
        ("iets goedkoper graag", "cheaper"),
        ("ein anderer bitte", "another"),
        ("oui", "yes"),
    ],
)
def test_a_critique_in_another_language_is_read_as_ours(said, ours):
    assert in_our_words(said) == ours


@pytest.mark.parametrize(
    "said", ["Manuel Neuer", "something by Langer", "pas plus long", "une comédie plus courte", "shorter", "Alien"]
)
def test_what_says_more_than_a_critique_is_left_as_it_is(said):
    assert in_our_words(said) == said


def told(assistant, *said):
    conversation = assistant.open("u1")
    return [assistant.did(Message(text, "u1", conversation)) for text in said], assistant.state(conversation, "u1")


@pytest.mark.parametrize("said", ["quiero algo con perros", "ich möchte etwas mit Hunden", "хочу что-нибудь смешное"])
def test_a_line_of_which_nothing_is_read_leaves_the_wish_and_says_what_is_read(assistant, said):
    (_, parts), state = told(assistant, "a comedy", said)
    assert not any(isinstance(part, Shown) for part in parts)
    assert "I read English best" in " ".join(part.text for part in parts if isinstance(part, Said))
    assert [one.text for one in state.constraints] == ["Comedy"]


def test_every_time_it_is_said_that_it_was_not_read_and_once_what_is(assistant):
    (_, parts, more), _ = told(assistant, "a comedy", "quiero algo con perros", "quiero algo con gatos")
    said, later = (" ".join(one.text for one in each if isinstance(one, Said)) for each in (parts, more))
    assert "I could not read that" in said
    assert "I could not read that" in later
    assert "I read English best" in said
    assert "I read English best" not in later


@pytest.mark.parametrize("said", ["quiero algo como Alien", "a western", "noir", "la bohème"])
def test_of_what_something_is_read_there_is_a_list(assistant, said):
    (_, parts), _ = told(assistant, "a comedy", said)
    assert any(isinstance(part, Shown) for part in parts)


def test_a_critique_in_another_language_goes_on_from_the_wish(assistant):
    _, state = told(assistant, "a comedy", "y más antiguo?")
    kept = [one.text for one in state.constraints]
    assert kept[0] == "Comedy"
    assert len(kept) == 2
