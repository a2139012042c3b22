"""Rules of the business: pinned and blocked items, caps, aims."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import rankdata

from chat.messages import Message, Said, Shown
from chat.stages import finishing
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, Rules, read_domain
from retrieval.errors import Problem
from retrieval.filtering.where import Where
from retrieval.items import Item
from retrieval.lists.places import placed
from retrieval.lists.rules import by_caps, by_objective, by_pins, check, pinned_first, without_blocked
from retrieval.ranking import Query, Ranking
from retrieval.sources import removal

SHOP = Catalogue.of(
    Item(
        str(n),
        f"Thing {n}",
        facets={"seller": (f"s{n % 3}",), "series": (f"a{n % 5}", f"b{n % 4}")},
        numbers={"margin": float(n), "released": 1000.0 - n} if n % 6 else {},
        available=n != 11,
    )
    for n in range(24)
)


def scored(seed, ids=SHOP.ids):
    order = np.random.default_rng(seed).permutation(len(ids))
    falling = np.sort(np.random.default_rng(seed).normal(size=len(ids)).astype(np.float32))[::-1]
    return Ranking(tuple(ids[at] for at in order), {"behaviour": falling.copy()})


caps = st.dictionaries(st.sampled_from(["seller", "series"]), st.integers(1, 4), max_size=2)


@settings(max_examples=50)
@given(seed=st.integers(0, 1000), caps=caps, pinned=st.lists(st.sampled_from(SHOP.ids), max_size=3, unique=True))
def test_caps_hold_always_and_take_no_more_than_they_must(seed, caps, pinned):
    rules = Rules(caps=caps, pinned=tuple(pinned))
    ranking = scored(seed)
    kept = by_caps(SHOP, rules)(Query(), ranking)
    for facet, most in caps.items():
        for value in {value for item in SHOP.values() for value in item.facet(facet)}:
            assert sum(value in SHOP[id].facet(facet) for id in kept.ids) <= most
    assert list(kept.ids) == [id for id in ranking.ids if id in kept.ids]
    assert np.all(np.diff(kept.scores) <= 0)
    for out in set(ranking.ids) - set(kept.ids):  # each has a value of which there are enough
        full = [
            sum(value in SHOP[id].facet(facet) for id in kept.ids) == most
            for facet, most in caps.items()
            for value in SHOP[out].facet(facet)
        ]
        assert any(full)


def test_of_the_entries_of_one_work_the_best_is_shown_or_the_pinned_one():
    sizes = Catalogue.of(Item(id, "Jacket" if id != "d" else "Hat", work="d" if id == "d" else "j") for id in "abcd")
    ranking = Ranking(("b", "a", "d", "c"), {"behaviour": np.array([4, 3, 2, 1], dtype=np.float32)}, ("noted",))
    assert by_caps(sizes, Rules())(Query(), ranking).ids == ("b", "d")
    kept = by_caps(sizes, Rules(pinned=("c",)))(Query(), ranking)
    assert (kept.ids, kept.notes, list(kept.scores)) == (("d", "c"), ("noted",), [2, 1])


@settings(max_examples=30)
@given(seed=st.integers(0, 1000), pinned=st.lists(st.sampled_from(SHOP.ids), min_size=1, max_size=3, unique=True))
def test_pinned_items_come_first_in_their_order_and_the_order_is_the_sum(seed, pinned):
    ranking = scored(seed)
    found = pinned_first(Rules(pinned=tuple(pinned)))(Query(), ranking)
    assert list(found.ids[: len(pinned)]) == pinned
    assert [id for id in found.ids if id not in pinned] == [id for id in ranking.ids if id not in pinned]
    assert np.all(np.diff(found.scores) <= 0)
    assert set(np.flatnonzero(found.parts["pinned"])) <= set(range(len(pinned)))


def test_a_pinned_item_is_a_candidate_unless_something_rules_it_out():
    source = by_pins(SHOP, Rules(pinned=("11", "3", "4")))
    assert source(Query()).ids == ("3", "4")  # 11 is not available
    assert source(Query(exclude={"3": "seen already"})).ids == ("4",)
    assert source(Query(where=Where(wanted={"seller": frozenset({"s0"})}))).ids == ("3",)


def test_a_blocked_item_is_removed_and_said_to_be():
    query = without_blocked(Query(exclude={"1": "seen already"}), Rules(blocked=("2", "1")), SHOP)
    assert removal(SHOP, query, "2") == "blocked by a rule"
    assert removal(SHOP, query, "3") is None


def test_an_aim_leaves_its_mark_and_cannot_weigh_more_than_its_weight():
    rules = Rules(objective={"margin": 0.2, "freshness": -0.3})
    found = by_objective(SHOP, rules)(Query(), Ranking(SHOP.ids, {"behaviour": np.zeros(24, dtype=np.float32)}))
    assert np.all(np.diff(found.scores) <= 0)
    assert np.abs(found.parts["margin"]).max() == pytest.approx(0.2)
    assert np.abs(found.parts["freshness"]).max() == pytest.approx(0.3)
    assert found.parts_of("23")["margin"] == pytest.approx(0.2)
    assert found.parts_of("1")["freshness"] == pytest.approx(-0.3)  # the newest, where the old is wanted
    assert found.parts_of("6") == {"behaviour": 0, "margin": 0, "freshness": 0}  # nothing is known of it
    assert found.ids[0] == "23"


@pytest.mark.parametrize(
    ("rules", "named"),
    [
        ({"pinned": ["99"]}, "rules.pinned names '99'"),
        ({"blocked": ["x"]}, "rules.blocked names 'x'"),
        ({"caps": {"vendor": 2}}, "rules.caps names 'vendor'.*known: seller, series"),
        ({"objective": {"profit": 0.5}}, "rules.objective names 'profit'.*known: freshness, margin, released"),
    ],
)
def test_a_name_that_nothing_has_is_an_error(rules, named):
    with pytest.raises(Problem, match=named):
        check(
            Rules(**{name: tuple(value) if isinstance(value, list) else value for name, value in rules.items()}), SHOP
        )


def test_known_names_are_none():
    check(Rules(pinned=("1",), blocked=("2",), caps={"series": 2}, objective={"margin": 0.2, "freshness": 0.1}), SHOP)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('pinned = ["1"]\nblocked = ["1"]', "both pinned and blocked"),
        ("caps = { series = 0 }", "caps.series"),
        ("objective = { margin = 0.8, freshness = -0.4 }", "adds up to 1.2"),
        ('pinned = ["1", "2", "3", "4"]', "4 items are pinned, and at most 3 may be"),
        ("hidden = 1", "hidden"),
    ],
)
def test_rules_out_of_bounds_are_an_error_of_the_domain_file(tmp_path, text, wrong):
    file = tmp_path / "shop.toml"
    words = "\n".join(f'{name} = "x"' for name in ("name", "noun", "plural", "did", "prompt", "wish", "next"))
    file.write_text(f"{words}\n[rules]\n{text}\n")
    with pytest.raises(Problem, match=wrong):
        read_domain(str(file))


def ruled(assistant, **rules):
    domain = assistant.domain.model_copy(update={"rules": Rules(**rules)})
    assert isinstance(domain, Domain)
    return replace(assistant, domain=domain)


def test_in_a_conversation_the_blocked_are_not_shown_and_the_support_page_says_why(assistant):
    first = assistant.top("7")[0].item.id
    other = ruled(assistant, blocked=(first,))
    assert first not in {card.item.id for card in other.top("7", 60)}
    assert other.standing("7", first).removed == "blocked by a rule"
    shown = next(part for part in other.reply(Message("a comedy", "7", other.open("7"))) if isinstance(part, Shown))
    assert first not in {card.item.id for card in shown.cards}


def test_a_blocked_item_is_not_shown_to_who_asks_for_it_by_its_title(assistant):
    parts = list(ruled(assistant, blocked=("1",)).reply(Message("have you got Alien?", "7", assistant.open("7"))))
    assert not [card for part in parts if isinstance(part, Shown) for card in part.cards]
    assert "Alien (1979) is not available." in [part.text for part in parts if isinstance(part, Said)]


def test_that_an_item_is_pinned_is_said_whatever_else_speaks_for_it(assistant, small_world):
    from recommender.checkpoint import read_checkpoint

    other = ruled(assistant, pinned=("60", "5"))
    index = assistant.live.things().index
    served = read_checkpoint(small_world.models)
    done = finishing(assistant.catalogue, served, index, other.domain)
    other = replace(other, live=None, things=replace(other.things, finishing=done))
    parts = list(other.reply(Message("something like Contact", "nobody", other.open("nobody"))))
    reasons = {card.item.id: card.reason for part in parts if isinstance(part, Shown) for card in part.cards}
    assert reasons["60"].endswith("we feature.")
    assert "Drama and Sci-Fi" in reasons["5"]
    assert reasons["5"].endswith("we feature.")
    assert not any("feature" in reason for id, reason in reasons.items() if id not in ("60", "5"))


def test_the_rank_that_is_explained_is_that_of_the_list_with_every_rule(assistant, small_world):
    from recommender.checkpoint import read_checkpoint

    last = assistant.top("7", 60)[-1].item.id
    other = ruled(assistant, pinned=(last,), caps={"genre": 3}, objective={"year": 0.5})
    catalogue = assistant.catalogue
    index = assistant.live.things().index
    done = finishing(catalogue, read_checkpoint(small_world.models), index, other.domain)
    other = replace(other, live=None, things=replace(other.things, finishing=done))
    cards = other.top("7", 60)
    assert cards[0].item.id == last
    assert cards[0].parts["pinned"] > 0
    totals = [sum(card.parts.values()) for card in cards]
    assert totals == sorted(totals, reverse=True)
    assert {"year", "diversity", "pinned"} <= set(cards[1].parts)
    for rank, card in enumerate(cards, 1):
        stands = other.standing("7", card.item.id)
        assert (stands.rank, stands.of) == (rank, len(cards))
        assert sum(stands.parts.values()) == pytest.approx(sum(card.parts.values()), abs=1e-4)
    left = next(id for id in catalogue if id not in {card.item.id for card in cards} and not seen(other, id))
    assert other.standing("7", left).removed == "a rule shows no more than 3 of one genre"


def seen(assistant, id):
    return assistant.standing("7", id).removed == "seen already"


def test_two_entries_of_one_film_are_one_in_a_list_and_the_support_page_says_so(assistant):
    parts = list(assistant.reply(Message("alien 2", "nobody", assistant.open("nobody"))))
    shown = [card.item.id for part in parts if isinstance(part, Shown) for card in part.cards]
    assert len({"1", "61"} & set(shown)) == 1
    standing = [assistant.standing("nobody", id).removed for id in ("1", "61")]
    assert sorted(standing, key=str) == [None, "another entry of the same film is there"]


@given(st.lists(st.integers(-3, 3).map(float), max_size=20))
def test_equal_values_share_the_mean_of_their_places(values):
    assert placed(np.array(values)).tolist() == rankdata(values).tolist()
