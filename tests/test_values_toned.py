"""Another word for a kind that is wanted may be refused: that takes nothing back, and what cannot be told is said."""

import pytest
from halves import goods, lasting, of, reader

FILMS, GOODS = reader(lasting), reader(goods)


@pytest.mark.parametrize(
    ("read", "said", "held", "untold"),
    [
        (FILMS, ("scary but not gory",), {"Horror"}, "to which Horror films “gory” applies"),
        (FILMS, ("a scary film but nothing gory",), {"Horror"}, "to which Horror films “gory” applies"),
        (FILMS, ("a scary movie that isn't gory",), {"Horror"}, "to which Horror films “gory” applies"),
        (FILMS, ("a horror film", "not gory please"), {"Horror"}, "to which Horror films “gory” applies"),
        (FILMS, ("a horror film, not too scary",), {"Horror"}, "to which Horror films “scary” applies"),
        (GOODS, ("shoes but no boots",), {"Shoes"}, "to which Shoes products “boots” applies"),
        (GOODS, ("something blue but not navy",), {"Blue"}, "to which Blue products “navy” applies"),
    ],
)
def test_another_word_for_what_is_wanted_takes_nothing_back(read, said, held, untold):
    wish = of(read, *said)
    assert set(wish.where.words()) - wish.soft == held
    assert wish.unknown == (untold,)
    assert untold in wish.lacking


@pytest.mark.parametrize(
    ("read", "said", "held"),
    [
        (FILMS, ("not gory",), {"no Horror"}),
        (FILMS, ("a comedy, not gory",), {"Comedy", "no Horror"}),
        (FILMS, ("something scary", "not scary please"), {"no Horror"}),
        (FILMS, ("something scary", "but no horror"), {"no Horror"}),
        (FILMS, ("horror but no horror",), {"Horror", "no Horror"}),
        (FILMS, ("no horror, nothing gory",), {"no Horror"}),
        (GOODS, ("footwear", "no shoes"), {"no Shoes"}),
    ],
)
def test_the_very_word_or_the_kind_itself_refused_is_kept_out(read, said, held):
    assert set(of(read, *said).where.words()) == held


def test_what_is_like_it_as_a_rule_had_better_not_be():
    """Crime and war films are as violent; that a horror film is, nobody can tell from its kind."""
    catalogue, domain = lasting()
    tones = {**domain.tones["genre"], "War": ["gory"], "Crime": ["gory"]}
    read = reader(lambda: (catalogue, domain.model_copy(update={"tones": {"genre": tones}})))
    wish = of(read, "scary but not gory")
    assert set(wish.where.words()) == {"Horror", "no Crime", "no War"}
    assert wish.soft == {"no Crime", "no War"}
    asked = of(read, "a scary war film, not gory")
    assert set(asked.where.words()) == {"Horror", "War", "no Crime"}
