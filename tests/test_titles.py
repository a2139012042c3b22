"""Titles are found in what people write, and what may mean several is said to."""

import itertools
import json
import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from chat.assembly import assistant as assembled
from chat.messages import Message, Said, Shown
from chat.understanding import named, understanding
from eval.linking import Said as Written
from eval.linking import as_written, judged, linking, lowered, slipped
from retrieval.catalogue import Catalogue, write_items
from retrieval.command import application
from retrieval.database import database
from retrieval.domain import read_domain
from retrieval.errors import Problem
from retrieval.index.indexing import index_catalogue
from retrieval.items import Item
from retrieval.words.titles import Titles

TITLES = """
alien|Alien|1979
aliens|Aliens|1986
alien3|Alien 3|1992
covenant|Alien: Covenant|2017
blade|Blade Runner|1982
blade-remake|Blade Runner|2017
it-old|It|1990
it-new|It|2017
godfather|Godfather, The|1972
godfather2|The Godfather: Part II|1974
kill1|Kill Bill: Vol. 1|2003
kill2|Kill Bill: Vol. 2|2004
toys|Toy Story|1995
toys2|Toy Story 2|1999
faceoff|Face/Off|1997
amelie|Amélie (Le Fabuleux Destin)|2001
furious|Fast & Furious|2009
deeds|Mr. Deeds|2002
big|Big|1988
fellowship|The Lord of the Rings: The Fellowship of the Ring|2001
towers|The Lord of the Rings: The Two Towers|2002
away|Away|2011
""".strip()
CATALOGUE = Catalogue.of(Item(id, title, int(year)) for id, title, year in (r.split("|") for r in TITLES.splitlines()))
LINKS = Titles.of(CATALOGUE)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("something like alien 2", [{"aliens"}]),
        ("something like Alien 3", [{"alien3"}]),
        ("I loved alien and alien covenant", [{"alien"}, {"covenant"}]),
        ("something like the new alien", [{"covenant"}]),
        ("I liked the first alien", [{"alien"}]),
        ("alien 2", [{"aliens"}]),
        ("is alien 3 any good?", [{"alien3"}]),
        ("the new blade runner", [{"blade-remake"}]),
        ("kill bill vol 2", [{"kill2"}]),
        ("like Blade Runner", [{"blade", "blade-remake"}]),
        ("like the new Blade Runner", [{"blade-remake"}]),
        ("like the old Blade Runner", [{"blade"}]),
        ("like Blade Runner (1982)", [{"blade"}]),
        ("like blade runner 2017", [{"blade-remake"}]),
        ("like Blade Runner, the one from 1982", [{"blade"}]),
        ("like Blade Runner from the 80s", [{"blade"}]),
        ("like the 1982 Blade Runner", [{"blade"}]),
        ("like godfather part two", [{"godfather2"}]),
        ("like The Godfather 2", [{"godfather2"}]),
        ("like the Godfather II", [{"godfather2"}]),
        ("like The Godfather", [{"godfather"}]),
        ("like kill bill volume 2", [{"kill2"}]),
        ("like kill bill", [{"kill1", "kill2"}]),
        ("like toy story 2", [{"toys2"}]),
        ("like toy stroy", [{"toys"}]),
        ("like toystory", [{"toys"}]),
        ("like face off", [{"faceoff"}]),
        ("like amelie", [{"amelie"}]),
        ("like fast and furious", [{"furious"}]),
        ("like mr deeds", [{"deeds"}]),
        ("like Mr. Deeds", [{"deeds"}]),
        ("I loved lord of the rings", [{"fellowship", "towers"}]),
        ("have you seen “it”?", [{"it-old", "it-new"}]),
        ("is there a way to find a big adventure", []),
        ("I want it to be big", []),
        ("Big was great", [{"big"}]),
    ],
)
def test_the_title_meant_is_found(said, meant):
    assert [set(link.ids) for link in LINKS.linked(said)] == meant


@given(st.text(max_size=80))
def test_whatever_is_written_the_links_are_in_order_and_apart(text):
    links = LINKS.linked(text)
    assert all(0 <= link.start < link.end <= len(text) and link.ids and 0.5 < link.score <= 1 for link in links)
    assert all(one.end <= other.start for one, other in itertools.pairwise(links))


def test_entries_of_one_work_are_one():
    titles = Titles.of(Catalogue.of([Item("1", "Zulu", work="1"), Item("2", "Zulu", work="1")]))
    assert [link.ids for link in titles.linked("like Zulu")] == [("1",)]


def test_an_ambiguous_title_is_said_with_the_years():
    intent = understanding(CATALOGUE, read_domain("movies"))("something like Blade Runner", None, ())
    assert set(intent.like) == {"blade", "blade-remake"}
    assert named(intent, CATALOGUE) == ("like Blade Runner (1982) or Blade Runner (2017)",)


def test_a_long_message_among_many_titles_is_read_in_a_moment():
    words = [f"{a}{b}{c}" for a in "bdfgklmnprst" for b in "aeiou" for c in "lmnrst"]
    many = Titles.of(Catalogue.of(Item(str(n), f"{words[n % 360]} {words[n // 360]}") for n in range(7000)))
    many.linked("warm up")
    message = "i really liked " + " and ".join(f"{words[n]} {words[n]}" for n in range(0, 20, 2)) + " but not bal bam"
    started = time.process_time()
    assert len(many.linked(message)) >= 10
    assert time.process_time() - started < 0.3


def test_the_command_puts_the_titles_linked_beside_those_that_stand_there_letter_by_letter(tmp_path):
    items, data, told = (tmp_path / name for name in ("items.jsonl", "dialogues.jsonl", "told.json"))
    known = [{"id": str(at), "title": item.title, "year": item.year} for at, item in enumerate(CATALOGUE.values())]
    items.write_text("".join(f"{json.dumps(one)}\n" for one in known))
    says = [f"I liked @{at}, what else is there?" for at in range(len(known))]
    data.write_text(json.dumps({"messages": [{"text": text} for text in says]}))
    command = ["eval", "linking", "--items", str(items), "--data", str(data), "--json", str(told)]
    done = CliRunner().invoke(application(), command)
    assert done.exit_code == 0, done.output
    rows = {row["name"]: row for row in json.loads(told.read_text())["rows"]}
    assert rows["penchant/as-written"]["metrics"]["f1"] > 0.9
    typed, literal = rows["penchant/as-typed"]["metrics"], rows["literal/as-typed"]["metrics"]
    assert typed["recall"] > literal["recall"]
    assert typed["f1"] == json.loads(told.read_text())["metrics"]["linking_f1"]


def test_dialogues_that_name_nothing_are_a_sentence(tmp_path):
    data = tmp_path / "dialogues.jsonl"
    data.write_text('{"messages": [{"text": "hello"}]}\n[]\n')
    with pytest.raises(Problem, match="line 2: not a dialogue"):
        as_written(data, CATALOGUE)
    data.write_text('{"messages": [{"text": "hello"}]}\n')
    items = tmp_path / "items.jsonl"
    items.write_text('{"id": "1", "title": "Alien"}\n')
    with pytest.raises(Problem, match="names an item of"):
        linking(items, data, read_domain("movies"), None, 0)


def test_what_was_found_is_judged_by_place_and_id():
    messages = [Written("like Alien and It", ((5, 10, "alien"), (15, 17, "it-new"))), Written("so big", ())]
    told = judged(messages, LINKS.linked, CATALOGUE)
    counts = (told.said, told.found, told.right, told.ambiguous)
    assert [count.tolist() for count in counts] == [[2, 0], [2, 0], [2, 0], [1, 0]]
    assert told.f1 == 1.0
    assert judged(messages, lambda _: [], CATALOGUE).f1 == 0


def test_noise_changes_one_letter_and_no_place():
    dice = random.Random(0)
    assert all(abs(len(slipped("Alien", dice)) - 5) <= 1 for _ in range(50))
    assert lowered("İstanbul ALIEN")[1:] == "stanbul alien"
    assert len(lowered("İstanbul")) == len("İstanbul")


def test_of_what_may_mean_several_nothing_is_noted_and_the_person_is_asked(workspace):
    with database(workspace.database_url) as engine, engine.begin() as connection:
        write_items(connection, [Item("remake", "Halloween", 2018, {"genre": ("Horror",)}, work="remake")])
    index_catalogue(workspace)
    with assembled(workspace) as assistant:
        conversation = assistant.open("1")
        parts = list(assistant.reply(Message("I have seen Halloween", "1", conversation)))
        words = " ".join(part.text for part in parts if isinstance(part, Said))
        assert "Which one do you mean, Halloween (1978) or Halloween (2018)?" in words
        assert "Noted" not in words
        assert not assistant.store.feedback("1")
        list(assistant.reply(Message("I have seen Halloween (2018)", "1", conversation)))
        assert [one.item for one in assistant.store.feedback("1")] == ["remake"]


def test_of_two_films_of_one_title_a_reason_speaks_once(workspace):
    with database(workspace.database_url) as engine, engine.begin() as connection:
        write_items(connection, [Item("psycho-new", "Psycho", 1998, {"genre": ("Horror", "Thriller")})])
    index_catalogue(workspace)
    with assembled(workspace) as opened:
        parts = list(opened.reply(Message("like Psycho", "nobody", opened.open("nobody"))))
    reasons = [card.reason for part in parts if isinstance(part, Shown) for card in part.cards]
    assert any("Horror and Thriller" in reason for reason in reasons)
    assert not any(reason.count("Psycho") > 1 for reason in reasons)
