"""That something is to be given: by its occasion, or by who is to get it."""

import pytest
from halves import goods, lasting, reader

FILMS, GOODS = reader(lasting), reader(goods)


@pytest.mark.parametrize(
    "said",
    [
        "my nephew's 1st birthday is on sunday and auntie has NOTHING",
        "bros bday is coming up, hes been baking bread nonstop",
        "mum turns sixty next month",
        "need a prezzie for my mum, she's turning 60",
        "Buying my brother a DVD, he's mad about jackets",
        "We had a whip-round for a colleague who's leaving: 47.30 euros. What can we get her?",
        "dad's 60th is next week",
        "friends of ours are getting married, any ideas?",
        "secret santa at work, up to 20 euros",
        "our neighbours just moved in, need a housewarming present",
        "a thank-you for my son's teacher",
        "need to get my boss something",
        "my best mate is retiring next week",
        "father's day is sunday and I have no clue",
        "what do you get a man who has everything?",
        "we're going to a wedding on saturday, what do we bring the couple?",
        "I forgot to get her anything",
        "our anniversary is on friday and I need something nice for him",
        "need ideas for a teacher gift",
        "what would you get a ten year old?",
    ],
)
def test_it_is_for_someone_else(said):
    assert GOODS(said, None, ()).purpose == "gift"


@pytest.mark.parametrize(
    "said",
    [
        "my brother recommended Heat",
        "a film about a birthday",
        "a story about a man who turns sixty",
        "watching with my brother",
        "it's my dad's birthday on sunday and we want to watch a comedy",
        "my dad's coming round for his birthday and he only watches westerns",
        "it's my birthday tomorrow",
        "what can I get her to watch?",
        "my wife just left, so something sad",
        "my neighbours are loud, a horror film please",
        "thanks for the ideas",
        "it's our anniversary tonight and we want to see a romance together",
    ],
)
def test_it_is_not_said_to_be_for_someone_else(said):
    assert FILMS(said, None, ()).purpose is None


@pytest.mark.parametrize(
    "said",
    [
        "ok. now me, a jacket so I can sleep next to him",
        "The boss decided for us, as usual. So, something for me: a jacket",
        "it's my turn, a jacket",
        "great, dad's done. I need a jacket myself",
        "sorted, ta. now one for myself, a jacket",
    ],
)
def test_back_to_oneself(said):
    before = GOODS("a present for my dad", None, ())
    assert GOODS(said, before, ("1", "2")).purpose == "self"


def test_how_old_a_grown_up_is_limits_nothing_and_left_out_is_out():
    assert FILMS("he's forty, not four. leave out the comedies", None, ()).where.words() == ("no Comedy",)
