"""What holds in a conversation: with the words it came from, taken away piece by piece, and given back."""

import threading
from dataclasses import replace

import pytest
from films import films
from halves import goods, lasting, reader
from test_policy import FILMS, Talk

from chat.messages import Asked, Message, Said, Shown
from chat.record import intent_of, record
from chat.store import UnknownConversation
from chat.terminal import converse
from chat.understanding.values.going_on import WORDS
from retrieval.catalogue import Catalogue
from retrieval.domain import read_domain
from retrieval.filtering.where import Where
from retrieval.lists.leaning import by_leaning
from retrieval.ranking import Query, ranked


@pytest.fixture
def talk(assistant):
    return Talk(assistant)


def texts(talk):
    return [one.text for one in talk.assistant.chips(talk.conversation, talk.user)]


def test_a_surprise_is_a_piece_that_can_be_taken_away(talk):
    talk.say("a comedy, surprise me")
    assert texts(talk) == ["Comedy", "a surprise"]
    talk.say("", drop="a surprise")
    assert texts(talk) == ["Comedy"]
    assert talk.record["intent"]["surprise"] is None


# where a constraint comes from


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (
            "a western from the 60s, no comedy, ideally under 2 hours",
            {
                "Western": ("a western", True),
                "from 1960 to 1969": ("from the 60s", True),
                "no Comedy": ("no comedy", True),
                "runtime under 120 minutes": ("under 2 hours", False),
            },
        ),
        (
            "a comedy from the 80s if possible",
            {"Comedy": ("a comedy", True), "from 1980 to 1989": ("from the 80s if possible", False)},
        ),
        ("a comedy, ideally", {"Comedy": ("a comedy", False)}),
        (
            "preferably something funny between 1980 and 1990",
            dict.fromkeys(("Comedy", "from 1980 to 1990"), ("preferably something funny between 1980 and 1990", False)),
        ),
        (
            "a comedy would be nice but no romance",
            {"Comedy": ("a comedy would be nice", False), "no Romance": ("no romance", True)},
        ),
    ],
)
def test_each_constraint_knows_its_words_and_whether_it_must_hold(said, expected):
    found = {one.text: (one.words, one.hard) for one in reader(lasting)(said).constraints}
    assert found == expected


def test_what_softens_is_no_wish_and_goes_on_from_the_wish():
    read = reader(goods)
    first = read("a jacket")
    then = read("ideally by Acme", first)
    assert [(one.text, one.hard) for one in then.constraints] == [("Acme", False)]
    assert "ideally" not in then.words
    assert "jacket" in then.words


def test_a_constraint_keeps_its_words_and_turn_in_later_turns(talk):
    talk.say("a comedy")
    talk.say("but no romance, ideally from the 80s")
    kept = {one.text: one for one in talk.state.constraints}
    assert (kept["Comedy"].words, kept["Comedy"].turn, kept["Comedy"].hard) == ("a comedy", 1, True)
    assert (kept["no Romance"].words, kept["no Romance"].turn) == ("no romance", 2)
    assert (kept["from 1980 to 1989"].turn, kept["from 1980 to 1989"].hard) == (2, False)


def test_records_of_before_have_no_origins_and_are_read(talk):
    talk.say("a comedy, no horror")
    old = {name: value for name, value in talk.record.items() if name not in ("trail", "withdrawn", "consent")}
    new = {"constraints", "lacking", "lasting", "aside"}
    old["intent"] = {name: value for name, value in old["intent"].items() if name not in new}
    talk.assistant.store.append(talk.conversation, "", lambda *_: old)
    state = talk.assistant.state(talk.conversation, talk.user)
    assert [(one.text, one.words, one.hard) for one in state.constraints] == [
        ("Comedy", "", True),
        ("no Horror", "", True),
    ]
    talk.say("but from the 80s")
    assert set(talk.limits) == {"Comedy", "no Horror", "from 1980 to 1989"}


# what had better hold


def test_what_had_better_hold_lifts_and_keeps_nothing_out(talk):
    hard = talk.say("a western").shown
    soft = Talk(talk.assistant).say("a western would be nice").shown
    assert set(hard) <= {id for id, item in FILMS.items() if "Western" in item.facet("genre")}
    westerns = [id for id in soft if "Western" in FILMS[id].facet("genre")]
    assert westerns
    assert list(soft[: len(westerns)]) == westerns
    assert len(soft) > len(hard)


def test_where_nothing_has_what_had_better_hold_the_list_stands_and_says_so(talk):
    talk.say("a western, ideally a musical")
    assert talk.shown
    assert "None of these is Musical; you said that it need not be." in talk.said
    assert "ideally Musical" in talk.said


def test_the_lift_is_the_share_that_holds():
    catalogue, domain = Catalogue.of(films()), read_domain("movies")
    query = Query(wished=Where(wanted={"genre": frozenset({"Comedy", "Romance"})}))
    ids = ("1", "18", "19")  # Alien, Airplane!, Annie Hall
    ranking = by_leaning(catalogue, domain.weights)(query, ranked(ids, {}))
    assert [catalogue[id].title for id in ranking.ids] == ["Annie Hall", "Airplane!", "Alien"]
    assert list(ranking.parts["wished"]) == [domain.weights.wished, domain.weights.wished / 2, 0]


# pieces


def test_what_was_pressed_is_a_piece_and_undo_gives_it_back(talk):
    first = talk.say("a comedy").shown
    talk.assistant.feedback(talk.conversation, talk.user, first[0], "dislike")
    piece = f"not {FILMS[first[0]].name}"
    assert texts(talk) == ["Comedy", piece]
    talk.say("", drop=piece)
    assert texts(talk) == ["Comedy"]
    assert first[0] in talk.shown
    assert talk.say("undo").state.dislikes == (first[0],)


def test_what_is_not_known_here_is_kept_as_a_wish_and_can_be_dropped(talk):
    talk.say("a comedy with Tom Hanks")
    talk.say("but from the 80s")
    assert talk.state.unknown == ("directors and actors",)
    talk.assistant.drop(talk.conversation, talk.user, "directors and actors (not known here)")
    assert texts(talk) == ["Comedy", "from 1980 to 1989"]


def test_words_that_no_limit_was_made_of_are_a_piece(talk):
    talk.say("a comedy about a bowling alley")
    assert "“bowling alley”" in texts(talk)
    talk.say("", drop="“bowling alley”")
    assert texts(talk) == ["Comedy"]


def test_a_piece_is_dropped_by_its_owner_only(talk):
    talk.say("a comedy")
    for does in ("undo", "restart", "chips"):
        with pytest.raises(UnknownConversation):
            getattr(talk.assistant, does)(talk.conversation, "somebody else")
    with pytest.raises(UnknownConversation):
        talk.assistant.drop(talk.conversation, "somebody else", "Comedy")
    assert texts(talk) == ["Comedy"]


def test_the_pieces_of_a_gift_can_be_dropped_and_the_gift_too(talk):
    talk.say("a comedy for my sister")
    assert texts(talk) == ["for someone else", "Comedy"]
    talk.say("", drop="for someone else")
    assert talk.state.purpose == "self"


# over again


def test_starting_over_clears_wish_limits_and_what_was_turned_down_here(talk):
    talk.say("a comedy, no romance")
    first = talk.state.shown
    talk.say("not that one")
    liked = talk.state.shown[0]
    talk.assistant.feedback(talk.conversation, talk.user, liked, "like")
    talk.say("start over")
    assert (talk.limits, talk.state.wish, talk.state.dislikes, talk.state.likes) == ((), "", (), (liked,))
    assert "A fresh start" in talk.said
    talk.say("undo")
    assert talk.limits == ("Comedy", "no Romance")
    assert talk.state.dislikes == (first[0],)


def test_what_was_turned_down_elsewhere_stays_turned_down(talk):
    talk.say("a comedy")
    gone = talk.state.shown[0]
    talk.say("not that one")
    again = Talk(talk.assistant)
    again.say("start over")
    assert gone in {one.item for one in talk.assistant.store.feedback(talk.user)}


# long conversations, several windows


def test_two_hundred_turns_leave_a_record_of_the_size_of_a_few(talk):
    import json

    sizes = []
    for _ in range(200):
        talk.assistant.store.append(talk.conversation, "", lambda n, before: {**before, "trail": trail(talk, n - 1)})
        sizes.append(len(json.dumps(talk.record)))
    assert sizes[-1] <= 2 * sizes[60]


def trail(talk, number):
    from chat.turns.keeping import trail as kept

    return kept({**talk.record, "shown": [str(number)]})


def test_what_was_shown_and_left_alone_is_known_to_be_ignored(talk):
    first = talk.say("a comedy").shown
    second = talk.say("something else").shown
    talk.assistant.feedback(talk.conversation, talk.user, first[0], "like")
    state = talk.assistant.state(talk.conversation, talk.user)
    assert set(state.ignored) == set(first[1:]) - set(second)


def test_who_writes_in_an_old_window_is_told_that_it_went_on_elsewhere(talk):
    talk.say("a comedy")
    seen = talk.assistant.store.newest(talk.conversation)[0]
    talk.say("but no romance")  # in the other window
    parts = talk.assistant.did(Message("but from the 80s", talk.user, talk.conversation, after=seen))
    said = [one.text for one in parts if isinstance(one, Said)]
    assert said[0].startswith("This conversation went on in another window")
    state = talk.assistant.state(talk.conversation, talk.user)
    assert {one.text for one in state.constraints} == {"Comedy", "no Romance", "from 1980 to 1989"}
    now = talk.assistant.store.newest(talk.conversation)[0]
    parts = talk.assistant.did(Message("thanks", talk.user, talk.conversation, after=now))
    assert not any("another window" in one.text for one in parts if isinstance(one, Said))


def test_turns_at_once_get_numbers_of_their_own_and_a_state_that_one_of_them_left(assistant):
    talk = Talk(assistant)
    talk.say("a comedy")
    asked = ["but no romance", "but from the 80s", "but no horror"]
    failed = []

    def say(text):
        try:
            assistant.did(Message(text, talk.user, talk.conversation))
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=say, args=(text,), daemon=True) for text in asked]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=120)
    assert not any(one.is_alive() for one in threads)
    assert not failed
    assert assistant.store.newest(talk.conversation)[0] == 4
    limits = {one.text for one in assistant.state(talk.conversation, talk.user).constraints}
    assert "Comedy" in limits
    assert limits & {"no Romance", "from 1980 to 1989", "no Horror"}
    talk.say("but not in black and white")
    assert {one.text for one in talk.state.constraints} >= limits


def test_an_intent_with_origins_survives_its_record():
    intent = replace(reader(lasting)("I never want horror, ideally under 2 hours"), aside=("no War",), lacking=("x",))
    from chat.record import Clock
    from retrieval.ranking import Ranking

    assert intent.lasting
    assert intent_of(record(intent, Ranking(), (), (), Clock(), ())["intent"]) == intent


def test_a_question_that_is_open_is_part_of_the_state(talk):
    talk.say("what should I watch?")
    assert any(isinstance(one, Asked) for one in talk.parts)
    assert talk.state.question == "genre"


def test_of_a_wish_that_goes_on_for_ever_the_newest_words_are_kept():
    read = reader(lasting)
    intent = read("a comedy")
    for number in range(120):
        intent = read(f"but with wombat{number}", intent)
    assert len(intent.words.split()) == WORDS
    assert intent.words.endswith("wombat119")
    assert intent.where.wanted == {"genre": frozenset({"Comedy"})}


def test_what_they_say_they_have_seen_is_a_piece(talk):
    talk.say("I have seen Alien, a comedy please")
    piece = next(one for one in texts(talk) if one.startswith("you know"))
    assert piece == "you know Alien (1979)"
    talk.say("", drop=piece)
    assert piece not in texts(talk)


def test_what_was_wished_for_and_holds_is_a_reason(assistant):
    parts = assistant.did(Message("a comedy, ideally from the 80s", "7", assistant.open("7")))
    cards = next(one.cards for one in parts if isinstance(one, Shown))
    in_time = {card.item.id for card in cards if 1980 <= card.item.year <= 1989}
    assert in_time
    assert in_time == {card.item.id for card in cards if any(one.kind == "years" for one in card.evidence)}


def test_the_terminal_shows_the_state_drops_undoes_and_begins_anew(assistant, capsys):
    says = [
        "a comedy, ideally from the 80s",
        "/state",
        "/drop 2",
        "/state",
        "/undo",
        "/state",
        "/drop 9",
        "/restart",
        "/state",
    ]
    converse(assistant, "7", says, stay=False)
    told = capsys.readouterr().out.split("> ")[1:]
    states = [each.splitlines()[1:] for said, each in zip(says, told, strict=True) if said == "/state"]
    assert [line.split("“")[0].split() for line in states[0] if line.strip()] == [
        ["1.", "Comedy"],
        ["2.", "ideally", "from", "the", "1980s"],
    ]
    assert "ideally" not in " ".join(states[1])
    assert "ideally from the 1980s" in " ".join(states[2])
    assert "There is no piece 9." in told[6]
    assert "Nothing holds yet" in " ".join(states[3])


def test_of_two_turns_that_cross_the_one_that_was_heard_first_learns_of_the_other(talk):
    talk.say("a comedy")
    crossed = talk.assistant.reply(Message("but from the 80s", talk.user, talk.conversation, after=1))
    first = next(crossed)
    talk.say("but no romance")  # from its beginning to its end in the other window
    done = [first, *crossed][-1]
    assert done.turn == 2
    assert talk.assistant.store.newest(talk.conversation)[0] == 3
    parts = talk.assistant.did(Message("thanks", talk.user, talk.conversation, after=done.turn))
    assert "another window" in next(one.text for one in parts if isinstance(one, Said))
