"""Kinds that are named side by side, names with slips, and what is only told of a kind."""

import pytest
from halves import goods, lasting, reader

from chat.understanding.values.known import Known

FILMS, GOODS = reader(lasting), reader(goods)


@pytest.mark.parametrize("said", ["westerns and musicals", "he loves western films and musicals"])
def test_things_of_several_kinds_are_of_one_or_the_other(said):
    assert FILMS(said).where.either == {"genre": frozenset({"Western", "Musical"})}


def test_one_thing_of_two_kinds_is_both():
    assert FILMS("a crime and mystery film").where.wanted == {"genre": frozenset({"Crime", "Mystery"})}


@pytest.mark.parametrize("said", ["something by ridley scoot", "something by Joel Coenn"])
def test_a_last_name_with_a_slip_behind_its_first(said):
    assert FILMS(said).where.words()[0] in {"Ridley Scott", "Joel Coen"}


def test_two_slips_only_in_a_long_name():
    known = Known(goods()[1], {"arnold schwarzenegger": ("star", "S"), "emma stone": ("star", "E")})
    assert known.misspelt("arnold", "shwarzeneger") == ("star", "S")
    assert known.misspelt("emma", "stones") == ("star", "E")
    assert known.misspelt("emma", "stoned1") is None


def test_a_kind_of_which_something_is_only_told_stays_out():
    where = GOODS("no clothes, everybody gives her clothes").where
    assert (where.wanted, where.unwanted) == ({}, {"category": frozenset({"Clothing"})})


def test_what_somebody_can_not_do_is_kept_out():
    assert FILMS("a comedy, my friend can't do horror").where.words() == ("Comedy", "no Horror")
