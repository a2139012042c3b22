"""Titles that are named together by what they have in common."""

import pytest

from chat.understanding.titles.plurals import together
from retrieval.catalogue import Catalogue
from retrieval.items import Item

TITLES = ("The Godfather", "The Godfather Part II", "Heat", "Terminator 2")
CATALOGUE = Catalogue.of([Item(str(at), title) for at, title in enumerate(TITLES)])


@pytest.mark.parametrize("said", ["Both Godfathers", "all the Godfathers", "I know the two Godfathers by heart"])
def test_those_of_a_series_are_named_together(said):
    assert [one.ids for one in together(said, CATALOGUE)] == [("0",), ("1",)]


@pytest.mark.parametrize("said", ["both godfathers", "both Terminators", "the Godfather", "all of Godfather's sons"])
def test_else_none_are(said):
    assert together(said, CATALOGUE) == []
