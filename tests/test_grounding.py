"""A sentence may say what its evidence says, and nothing else."""

import re

import pytest

from chat.messages import Evidence
from chat.reasons.explanation import objection_to, phrasing
from chat.reasons.grounding import objection
from chat.reasons.spoken import title
from retrieval.domain import read_domain
from retrieval.items import Item

DOMAIN = read_domain("movies")
ITEM = Item("9", "Men in Black", 1997, {"genre": ("Action", "Comedy", "Sci-Fi")})
EVIDENCE = [
    Evidence("likeness", "It is close to Alien, which you named.", ("Alien",)),
    Evidence("wish", "You asked for Comedy.", ("Comedy",)),
    Evidence("history", "You watched Star Wars.", ("Star Wars",)),
    Evidence("attribute", "It is an Action, Comedy and Sci-Fi film.", ("Action", "Comedy", "Sci-Fi")),
]


@pytest.mark.parametrize(
    "sentence",
    [
        "Men in Black is a Comedy and Sci-Fi film that goes well with Star Wars, which you watched.",
        "Since you watched Star Wars, Men in Black should keep you hooked.",
        "Men in Black gives you the Comedy you asked for, and it sits close to Alien, which you named.",
        "Men in Black (1997) is a funny film.",
        "You asked for Comedy and you watched Star Wars, so Men in Black may be for you.",
    ],
)
def test_a_true_sentence_passes(sentence):
    assert objection(sentence, ITEM, EVIDENCE, DOMAIN) is None


@pytest.mark.parametrize(
    ("sentence", "wrong"),
    [
        ("Men in Black goes well with Alien, which you watched.", "Alien"),
        ("Men in Black, which you watched, is a Comedy.", "Men in Black"),
        ("Since you watched Alien, Men in Black will please you.", "Alien"),
        ("Men in Black is close to Star Wars, which you named.", "Star Wars"),
        ("Men in Black is close to Jaws.", "Jaws"),
        ("Men in Black is from 1998.", "1998"),
        ("Men in Black is a Horror film.", "Horror"),
        ("Men in Black is a scary film.", "Horror"),
        ("Men in Black stars Will Smith.", "people"),
        ("Men in Black, by Barry Sonnenfeld, is a Comedy.", "Barry"),
        ("Men in Black was directed by a master.", "people"),
        ("You watched Star Wars and Alien, so try Men in Black.", "Alien"),
        ("Men in Black is the Comedy and Sci-Fi you asked for.", "Sci-Fi"),
        ("You asked for Comedy and Sci-Fi, so try Men in Black.", "Sci-Fi"),
        ("Men in Black goes well with Star Wars, which you like.", "Star Wars"),
        ("Men in Black has two sequels.", "two"),
        ("Men in Black is one of your favourites.", "favourites"),
        ("You watched Star Wars.", "does not speak of Men in Black"),
        ("   ", "nothing"),
    ],
)
def test_a_claim_without_evidence_is_objected_to_by_name(sentence, wrong):
    assert wrong in (objection(sentence, ITEM, EVIDENCE, DOMAIN) or "")


def test_a_title_inside_an_allowed_one_allows_nothing_more():
    evidence = [Evidence("history", "You watched The Empire Strikes Back.", ("The Empire Strikes Back",))]
    assert (
        objection("Men in Black goes with Empire, a classic.", ITEM, evidence, DOMAIN)
        == "Empire is not in the evidence"
    )


def test_what_was_asked_for_is_what_stands_before_it():
    sentence = "Men in Black has the Comedy you asked for and goes well with Star Wars, which you watched."
    assert objection(sentence, ITEM, EVIDENCE, DOMAIN) is None
    false = "Men in Black has the Sci-Fi you asked for and goes well with Star Wars, which you watched."
    assert "Sci-Fi" in (objection(false, ITEM, EVIDENCE, DOMAIN) or "")


def test_what_was_liked_may_be_said_to_be_liked_and_not_watched():
    evidence = [
        Evidence("liked", "Without Star Wars, which you like, it would stand lower.", ("Star Wars",), "Star Wars")
    ]
    assert objection("Men in Black goes well with Star Wars, which you like.", ITEM, evidence, DOMAIN) is None
    assert "Star Wars" in (
        objection("Men in Black goes well with Star Wars, which you watched.", ITEM, evidence, DOMAIN) or ""
    )


def test_a_long_name_is_shortened_in_an_objection():
    item = Item("1", "A Very Long Title " * 20)
    assert len(objection("It is good.", item, [], DOMAIN) or "") < 100


def test_clauses_are_joined_as_a_sentence_allows():
    facts = [
        Evidence("years", "It is from 1997, within the years you asked for.", ("1997",), "1997"),
        Evidence("wish", "You asked for Comedy.", ("Comedy",), "Comedy"),
    ]
    pattern = phrasing(ITEM, facts, DOMAIN)["pattern"]
    assert re.fullmatch(pattern, "Men in Black is from 1997, as you wanted, and it has the Comedy you asked for.")
    assert re.fullmatch(pattern, "Men in Black has the Comedy you asked for and is from 1997, as you wanted.")
    assert not re.fullmatch(pattern, "Men in Black is from 1997, as you wanted as it has the Comedy you asked for.")
    assert not re.fullmatch(pattern, "Men in Black is from 1997, as you wanted and has the Comedy you asked for.")


# an item of which every kind of fact is known
FACTS = [
    Evidence("shared", "It shares Horror with Alien, which you named.", ("Horror", "Alien"), "Horror with Alien"),
    Evidence("likeness", "It is close to Brazil, which you named.", ("Brazil",), "Brazil"),
    Evidence("wish", "You asked for Comedy.", ("Comedy",), "Comedy"),
    Evidence("years", "It is from 1997, within the years you asked for.", ("1997",), "1997"),
    Evidence("history", "Without Star Wars, which you watched, it would stand lower.", ("Star Wars",), "Star Wars"),
    Evidence(
        "history",
        "Without Jaws and Fargo, which you watched, it would stand lower.",
        ("Jaws", "Fargo"),
        "Jaws and Fargo",
    ),
    Evidence("liked", "Without Heat, which you like, it would stand lower.", ("Heat",), "Heat"),
    Evidence("attribute", "It is an Action and Sci-Fi film.", ("Action", "Sci-Fi"), "an Action and Sci-Fi film"),
    Evidence(
        "passage",
        "It has a description that says “Two agents police aliens in New York.”.",
        ("Two agents police aliens in New York.",),
        "Two agents police aliens in New York.",
    ),
    Evidence("popular", "Many people chose it."),
]

TRUE = """
Because you watched Star Wars, Men in Black might be a good pick.
Men in Black is a Comedy, just as you asked.
Since you watched Star Wars, you may enjoy Men in Black.
You watched Star Wars, so Men in Black could be right for you.
If you liked Heat, Men in Black is worth a try.
As you like Heat, you might like Men in Black.
Men in Black is an Action film from 1997.
Men in Black shares Horror with Alien.
Both Alien and Men in Black share Horror.
Like Alien, Men in Black has Horror.
Men in Black is similar to Brazil, which you mentioned.
You mentioned Brazil, and Men in Black is close to it.
With its mix of Action and Sci-Fi, Men in Black is a solid choice.
Men in Black fits your wish for a Comedy.
Men in Black matches your request for Comedy.
You wanted a Comedy, and Men in Black is one.
Men in Black came out in 1997, within the years you asked for.
Released in 1997, Men in Black is an Action film.
Men in Black pairs well with Jaws and Fargo, which you watched.
Having watched Star Wars, you may find Men in Black a good next step.
Many people chose Men in Black.
Men in Black is popular: many people chose it.
Men in Black is a popular choice.
Men in Black is described as “Two agents police aliens in New York.”
Its description says "Two agents police aliens in New York", and Men in Black is a Comedy.
Men in Black (1997) is a funny film.
I would recommend Men in Black because you watched Star Wars.
I suggest Men in Black since it is the Comedy you asked for.
Men in Black is here because you like Heat.
You've watched Star Wars, and Men in Black follows nicely.
Men in Black should appeal to you after Star Wars, which you've watched.
Try Men in Black: it's a Comedy, as requested.
Looking for Comedy? Men in Black has it.
Men in Black belongs to Action and Sci-Fi.
Men in Black is a good match for Star Wars, which you watched.
Star Wars, which you watched, goes well with Men in Black.
Men in Black would make a fine evening after Jaws and Fargo, which you saw.
Given that you watched Star Wars, Men in Black seems a natural choice.
Men in Black has Horror in common with Alien, which you named.
Your history with Star Wars suggests Men in Black.
Men in Black is on the list because you watched Star Wars.
Because you have watched Jaws and Fargo, Men in Black stands higher.
Men in Black is a 1997 film.
For the Comedy you asked for, Men in Black fits the bill.
Men in Black is a science fiction film.
Men in Black offers comedy and action.
Men in Black was chosen by many people.
Men in Black, an Action and Sci-Fi film from 1997, is a Comedy.
You named Alien; Men in Black shares its Horror.
You enjoyed Heat, so give Men in Black a chance.
""".strip().splitlines()

FALSE = """
Men in Black is from 1998.
Men in Black came out in 1996.
Men in Black (1999) is a Comedy.
Men in Black goes well with Star Trek, which you watched.
Because you watched Alien, Men in Black might be a good pick.
Because you watched Jaws, Men in Black might be a good pick.
Because you watched Comedy, Men in Black is here.
Men in Black stars Will Smith.
Men in Black, starring tom hanks, is a Comedy.
Men in Black was directed by barry sonnenfeld.
Men in Black is a Drama.
Men in Black is a romantic film.
Men in Black is not a Comedy.
Men in Black isn't an Action film.
Men in Black lacks the Comedy you asked for.
Men in Black is anything but a Comedy.
Men in Black is hardly a Comedy.
Men in Black has none of the Comedy you asked for.
Men in Black runs 98 minutes.
Men in Black has two sequels.
Men in Black II is a Comedy.
Men in Black won three awards.
Men in Black is the best film ever.
Men in Black is an award-winning Comedy.
Men in Black is a new Comedy.
Men in Black is free.
Men in Black is a classic.
Men in Black is loved by critics.
Since you are a woman, you may like Men in Black.
At your age, Men in Black is a good pick.
As a Christian you will enjoy Men in Black.
Because you are depressed, try Men in Black.
Men in Black suits people of your age.
Your sister watched Men in Black.
Another user watched Star Wars and Men in Black.
Others who watched Star Wars chose Men in Black.
User 42 liked Men in Black.
Men in Black is described as “A masterpiece of its time.”
Men in Black says “Two agents police aliens in Boston.”
Its review says "the best of the year", and Men in Black is a Comedy.
Men in Black is close to Star Wars, which you watched.
Men in Black is similar to Heat.
Men in Black shares Comedy with Alien, which you named.
Men in Black shares Action with Alien.
Men in Black shares Horror with Star Wars, which you watched.
Men in Black shares Horror with Brazil, which you named.
Men in Black goes well with Alien, which you watched.
Men in Black goes well with Star Wars, which you like.
Men in Black goes well with Heat, which you watched.
Men in Black is close to Heat, which you named.
Men in Black has the Horror you asked for.
You asked for Action, and Men in Black has it.
You asked for Sci-Fi and Comedy: Men in Black has both.
Men in Black, which you watched, is a Comedy.
You watched Men in Black.
You love Comedy, so try Men in Black.
Star Wars is a Comedy, so try Men in Black.
Star Wars has the Comedy you asked for, and Men in Black is close to it.
Star Wars (1997) goes well with Men in Black.
Men in Black goes well with Star Wars from 1997, which you watched.
Many people chose Star Wars, so try Men in Black.
Men in Black is popular with women.
Because it is an Action film, Men in Black stands higher.
Men in Black is cheap.
Men in Black costs 20 euros.
Men in Black is on netflix.
Men in Black is a true story.
Men in Black is the first of a series.
Men in Black is set in new york.
Men in Black is better than Star Wars, which you watched.
Men in Black is funnier than Alien.
Men in Black has Alien's Comedy.
Men in Black is a family film.
Men in Black is from the nineties.
Men in Black goes well with jaws the revenge, which you watched.
Men in Black is made by the maker of Alien.
Men in Black goes well with Jaws, which you watched.
Men in Black is for adults only.
Men in Black is your favourite.
Men in Black is a favourite of many.
Without Star Wars, you would not see Men in Black.
Your friend likes Men in Black.
Men in Black is a Comedy without Action.
Men in Black is unlike Alien.
Men in Black is a long film.
Men in Black is a must-see.
Everybody loves Men in Black.
Men in Black is from 1997, the year of Star Wars, which you watched.
You named Star Wars, and Men in Black is not far off.
You asked for something like Star Wars, so try Men in Black.
You watched Star Wars, Alien and Heat, so try Men in Black.
Men in Black is great.
Men in Black is a great film.
Star Trek is a Comedy.
Alien goes well with Star Wars, which you watched.
You mentioned Comedy and Heat, so try Men in Black.
Men in Black is sure to please, as you rated it highly.
Men in Black is the Comedy, Action and Sci-Fi you asked for.
Men in Black is out now.
""".strip().splitlines()


@pytest.mark.parametrize("sentence", TRUE)
def test_what_is_true_may_be_said_in_many_words(sentence):
    assert objection_to(sentence, ITEM, FACTS, DOMAIN) is None


@pytest.mark.parametrize("sentence", FALSE)
def test_what_is_false_is_caught_in_whatever_words(sentence):
    assert objection_to(sentence, ITEM, FACTS, DOMAIN)


# the same for another item, of which less is known
SLEEP = Item("7", "The Big Sleep", 1946, {"genre": ("Film-Noir", "Mystery")})
OF_SLEEP = [
    Evidence(
        "shared", "It shares Mystery with Vertigo, which you named.", ("Mystery", "Vertigo"), "Mystery with Vertigo"
    ),
    Evidence("wish", "You asked for Film-Noir.", ("Film-Noir",), "Film-Noir"),
    Evidence("history", "Without Casablanca, which you watched, it would stand lower.", ("Casablanca",), "Casablanca"),
    Evidence("liked", "Without Laura, which you like, it would stand lower.", ("Laura",), "Laura"),
    Evidence("attribute", "It is a Mystery film.", ("Mystery",), "a Mystery film"),
    Evidence("year", "It is from 1946.", ("1946",), "1946"),
]

TRUE_OF_SLEEP = """
The Big Sleep is a Film-Noir, which is what you asked for.
You asked for Film-Noir and The Big Sleep delivers.
Because Casablanca is in your history, The Big Sleep ranks higher.
The Big Sleep is recommended because you watched Casablanca.
Watching Casablanca suggests you might enjoy The Big Sleep.
The Big Sleep, a Mystery film from 1946, goes well with Casablanca, which you watched.
If you enjoyed Laura, you may well like The Big Sleep.
Like Vertigo, The Big Sleep is a Mystery.
The Big Sleep and Vertigo are both Mystery films.
The Big Sleep is a Mystery like Vertigo, which you named.
As you liked Laura, I think The Big Sleep could work.
Since Laura is one you like, The Big Sleep may suit you.
The Big Sleep has the noir you asked for.
The Big Sleep was released in 1946.
It is a Mystery film from 1946.
The Big Sleep gives you Film-Noir, as requested, and Mystery.
Thanks to Casablanca, which you watched, The Big Sleep is on your list.
Your wish for Film-Noir is met by The Big Sleep.
Given your liking for Laura, The Big Sleep is a natural pick.
The Big Sleep follows from your viewing of Casablanca.
You watched Casablanca; The Big Sleep is a good next choice.
We suggest The Big Sleep because you like Laura.
The Big Sleep came up because you watched Casablanca.
The Big Sleep is Film-Noir, just what you wanted.
You named Vertigo, which shares Mystery with The Big Sleep.
The Big Sleep is also a Mystery.
A Mystery from 1946, The Big Sleep suits your wish for Film-Noir.
The Big Sleep would rank lower without Casablanca, which you watched.
The Big Sleep dates back to 1946 and is a Mystery film.
Perhaps The Big Sleep, given that you watched Casablanca.
The Big Sleep may be a fine way to follow Casablanca, which you watched.
The Big Sleep is close in kind to Vertigo, which you named.
You like Laura, and The Big Sleep goes well with it.
For a Film-Noir, as you asked, consider The Big Sleep.
The Big Sleep shares its Mystery with Vertigo and is from 1946.
Film-Noir is what you wanted, and The Big Sleep has it.
I picked The Big Sleep because you watched Casablanca.
The Big Sleep has the Film-Noir you requested, and it comes from 1946.
Laura is something you like, so The Big Sleep could be a match.
The Big Sleep should go down well after Casablanca, which you have seen.
The Big Sleep is your Film-Noir for tonight.
Still in the mood for Film-Noir? The Big Sleep is one.
The Big Sleep would be lower on the list without Laura, which you like.
Vertigo and The Big Sleep share Mystery.
The Big Sleep has Mystery in it, as Vertigo does.
It goes with Casablanca, which you watched.
The Big Sleep (1946) is a Mystery film that answers your wish for Film-Noir.
Because you asked for Film-Noir, The Big Sleep is here.
The Big Sleep is a Film-Noir and a Mystery.
""".strip().splitlines()

FALSE_OF_SLEEP = """
The Big Sleep is from 1964.
The Big Sleep is a Film-Noir from 1945.
The Big Sleep (1978) is a Mystery film.
The Small Sleep is a Film-Noir.
The Big Sleep stars Humphrey Bogart.
The Big Sleep with lauren bacall is a Mystery.
Howard Hawks made The Big Sleep.
The Big Sleep, by howard hawks, is a Mystery.
You watched Laura, so The Big Sleep suits you.
Because you watched Vertigo, The Big Sleep is here.
Because you like Casablanca, The Big Sleep is here.
Since you rated Casablanca highly, The Big Sleep suits you.
The Big Sleep is a Western.
The Big Sleep is a Mystery and Romance film.
The Big Sleep shares Film-Noir with Vertigo.
The Big Sleep shares Mystery with Laura, which you like.
The Big Sleep runs for two hours.
The Big Sleep has a rating of 8.
The Big Sleep has seven Oscars.
The Big Sleep won many prizes.
The Big Sleep is no Mystery.
The Big Sleep never was a Film-Noir.
The Big Sleep is far from a Mystery.
The Big Sleep is an underrated Mystery.
The Big Sleep is the most popular Film-Noir.
The Big Sleep is a hit.
The Big Sleep is a must for men like you.
As a young man you will like The Big Sleep.
Your anxiety makes The Big Sleep a good choice.
Being single, you may like The Big Sleep.
User 7 also watched The Big Sleep.
People who watched Casablanca watched The Big Sleep.
Your neighbour asked for The Big Sleep.
Anna likes The Big Sleep.
One viewer wrote “a gem” of The Big Sleep.
“A gem of its kind” is said of The Big Sleep.
The Big Sleep is based on a novel.
The Big Sleep is a sequel to Casablanca, which you watched.
The Big Sleep was made before Casablanca, which you watched.
Casablanca, which you watched, is from 1946, like The Big Sleep.
Casablanca is a Film-Noir like The Big Sleep.
You asked for Mystery, so try The Big Sleep.
You wanted Vertigo, so try The Big Sleep II.
The Big Sleep meets your wish for Mystery.
The Big Sleep is set in los angeles.
The Big Sleep is black and white.
The Big Sleep is a short film.
The Big Sleep is suitable for children.
The Big Sleep costs less.
The Big Sleep is available on video.
You watched The Big Sleep and liked it.
You named Casablanca, and The Big Sleep is close to it.
The Big Sleep is similar in mood to Casablanca, which you watched.
You asked for a film from 1946, and The Big Sleep is one.
Without Vertigo, which you named, The Big Sleep would stand lower.
Without Casablanca, which you like, The Big Sleep would rank lower.
The Big Sleep is here because it is a Mystery.
The Big Sleep is on the list because of Vertigo.
The Big Sleep is on the list because of its year.
The Big Sleep is timeless.
The Big Sleep may be from 1951.
The Big Sleep, also known as Sleepy, is a Mystery.
The Big Sleep could be a Comedy.
The Big Sleep is more of a Drama.
The Big Sleep is a mystery with songs.
The Big Sleep has a happy end.
The Big Sleep is longer than Casablanca, which you watched.
The Big Sleep is a companion to Rebecca, which you watched.
The Big Sleep goes with Casablanca and Rebecca, which you watched.
The Big Sleep goes with Casablanca and Vertigo, which you watched.
After Vertigo, which you watched, try The Big Sleep.
You said that you love Film-Noir, so try The Big Sleep.
The Big Sleep fits since you are from Spain.
The Big Sleep matches your faith.
The Big Sleep is right for your kids.
The Big Sleep is what your wife would like.
The Big Sleep is a good choice at your time of life.
The Big Sleep was a favourite of Casablanca viewers.
The Big Sleep is number one.
The Big Sleep is in colour.
The Big Sleep is in english.
The Big Sleep came out a year after Casablanca, which you watched.
The Big Sleep is said to be the finest Mystery.
The Big Sleep is one of the finest films.
The Big Sleep is one of the great Mystery films.
The Big Sleep is a rare Film-Noir.
The Big Sleep is known for its dialogue.
The Big Sleep comes with a twist.
The Big Sleep is a story of love.
The Big Sleep is a film about a detective.
The Big Sleep is a film about love and time.
The Big Sleep makes you happy.
Because you watched Casablanca twice, try The Big Sleep.
Because you watched Casablanca last week, try The Big Sleep.
You recently watched Casablanca, so try The Big Sleep.
You gave Casablanca five stars, so try The Big Sleep.
You did not like Laura, so try The Big Sleep.
Though you asked for Film-Noir, The Big Sleep is a Mystery only.
The Big Sleep isn't a Mystery.
The Big Sleep is a mystery without noir.
The Big Sleep is a neo-noir.
The Big Sleep is a Film-Noir of the forties.
The Big Sleep is The Maltese Falcon again.
The Maltese Falcon is a Film-Noir you asked for.
The Maltese Falcon goes well with Casablanca, which you watched, and it is a Mystery film.
Casablanca goes well with Laura, which you like, and it has the Film-Noir you asked for.
Since you watched Casablanca, Laura is worth a look.
Vertigo has the Film-Noir you asked for, like The Big Sleep.
The Big Sleep has been seen by many.
Many people chose The Big Sleep.
The Big Sleep is here for a change.
We feature The Big Sleep.
The Big Sleep is cheap, like Vertigo.
The Big Sleep has "a wicked wit".
""".strip().splitlines()


@pytest.mark.parametrize("sentence", TRUE_OF_SLEEP)
def test_true_words_of_another_item_pass_too(sentence):
    assert objection_to(sentence, SLEEP, OF_SLEEP, DOMAIN) is None


@pytest.mark.parametrize("sentence", FALSE_OF_SLEEP)
def test_false_words_of_another_item_are_caught_too(sentence):
    assert objection_to(sentence, SLEEP, OF_SLEEP, DOMAIN)


def test_a_fact_itself_may_be_said_and_what_is_for_support_may_not():
    stage = Evidence(
        "stage", "It was found by sequence; its part sequence is the largest (1.0 of 2.0).", (), "sequence"
    )
    for fact in FACTS:
        assert objection_to(fact.text, ITEM, FACTS, DOMAIN) is None
    assert objection_to(stage.text, ITEM, [*FACTS, stage], DOMAIN)


def test_what_several_things_of_the_past_do_together_is_not_said_of_one():
    assert "Jaws" in (objection("Men in Black goes well with Jaws, which you watched.", ITEM, FACTS, DOMAIN) or "")
    assert objection("Men in Black goes well with Jaws and Fargo, which you watched.", ITEM, FACTS, DOMAIN) is None


def test_a_sentence_of_the_model_names_its_item_and_a_line_of_a_card_need_not():
    line = "Goes well with Star Wars, which you watched."
    assert objection_to(line, ITEM, FACTS, DOMAIN) is None
    assert "does not speak of Men in Black" in (objection(line, ITEM, FACTS, DOMAIN) or "")


@pytest.mark.parametrize(
    "sentence",
    [
        "To go with Comedy, there is Steady.",
        "Since you bought Steady, the bag is worth a look.",
        "Steady has the price of 30 € you asked for.",
        "Steady has a weight of 20 €, as you asked.",
        "Steady is for your Health.",
        "Steady is good for your health.",
        "Steady ships to you tomorrow.",
        "Steady is on sale.",
        "Steady is organic.",
        "Steady is warm.",
        "Since you are pregnant, Steady may be of use.",
    ],
)
def test_a_shop_says_no_more_than_it_knows(sentence):
    item = Item("3", "Steady", None, {"category": ("Travel", "Health")}, numbers={"price": 20.0})
    facts = [
        Evidence("wish", "You asked for Travel.", ("Travel",), "Travel"),
        Evidence("wish", "It has a price of 20 €, as you asked.", ("price of 20 €",), "price of 20 €"),
        Evidence("attribute", "It is a Health product.", ("Health",), "a Health product"),
        Evidence("history", "Without Alpine, which you bought, it would stand lower.", ("Alpine",), "Alpine"),
    ]
    assert objection_to(sentence, item, facts, read_domain("shop"))
    assert objection_to("Steady has a price of 20 €, as you asked.", item, facts, read_domain("shop")) is None


# what is planted of the past and between two titles, each made of every word of a group
PAST = [
    *(
        f"You {did} {{}}{when}."
        for did in ("selected", "picked", "chose", "have picked", "know")
        for when in ("", " already", " earlier")
    ),
    *(
        f"You {did} {{}}."
        for did in ("have been watching", "keep watching", "returned to", "began with", "started with")
    ),
    *(f"You {did} {{}}." for did in ("have", "keep", "still watch", "would return to", "continue watching")),
    *(f"{{}} is one you {did}." for did in ("keep watching", "know", "picked earlier", "return to", "have chosen")),
    *(f"{how} {{}}{when} would suit you." for how in ("Watching", "Seeing") for when in (" again", " once again")),
    *(
        f"{{}} is {how}."
        for how in ("back", "still your choice", "chosen by you", "here again", "already on your list")
    ),
    *(f"Your {which} {{}} is worth a look." for which in ("pick", "earlier pick", "choice", "viewing of")),
    "Try {} again.",
    "Return to {}.",
]
BETWEEN = [
    *(
        f"{one} {verb} {other}{more}."
        for one, other in (("{}", "Aliens"), ("Aliens", "{}"))
        for verb in ("made", "continues", "follows", "leads", "began", "opens", "is", "combines", "holds")
        for more in ("", " in Horror")
    ),
    *(
        f"{{}} {verb} Aliens{more}."
        for verb in (
            "is from", "comes from", "made with", "was made by", "belongs to", "leads to", "is part of", "is one of",
            "appears in", "begins after", "was recommended to us by", "was picked by", "returns to", "adds to",
        )
        for more in ("", ", which you watched")
    ),
    *(f"{{}} goes well with Aliens, which you watched {when}." for when in ("at night", "on a weekend", "with me")),
    *(f"You watched Aliens {when}, so try {{}}." for when in ("at night", "this evening", "together", "again")),
]  # fmt: skip
ALIEN = Item("1", "Alien", 1979, {"genre": ("Horror",)})
OF_ALIEN = [
    Evidence("history", "Without Aliens, which you watched, it would stand lower.", ("Aliens",), "Aliens"),
    Evidence("attribute", "It is a Horror film.", ("Horror",), "a Horror film"),
]


@pytest.mark.parametrize("sentence", [*PAST, *BETWEEN])
def test_neither_a_past_nor_a_relation_is_made_up(sentence):
    assert objection(sentence.format("Alien"), ALIEN, OF_ALIEN, DOMAIN)


@pytest.mark.parametrize(
    "sentence",
    [
        "You know Aliens, so Alien may suit you.",
        "You picked Aliens earlier, so try Alien.",
        "Since you already watched Aliens, Alien would be a fine next step.",
        "Alien goes with Aliens, which you watched earlier.",
        "Alien sits well beside Aliens, which you watched.",
        "Alien is a good companion to Aliens, which you watched.",
        "After Aliens, which you watched, you might well enjoy Alien.",
        "Alien pairs nicely with Aliens.",
    ],
)
def test_what_is_known_of_the_past_may_be_said_in_its_words(sentence):
    assert objection(sentence, ALIEN, OF_ALIEN, DOMAIN) is None


def test_a_title_that_goes_on_talking_is_quoted_and_a_name_is_not():
    talking = (
        "Alien. It won eleven Oscars",
        "Alien! It has two sequels",
        "Alien; you liked it",
        "Alien: it won a prize",
    )
    assert [title(one) for one in talking] == [f"“{one}”" for one in talking]
    names = (
        "Mission: Impossible", "Dr. Strangelove or: How I Learned to Stop Worrying", "Star Wars: Episode V",
        "E.T. the Extra-Terrestrial", "Mr. Holland's Opus", "2001: A Space Odyssey",
    )  # fmt: skip
    assert [title(one) for one in names] == list(names)
