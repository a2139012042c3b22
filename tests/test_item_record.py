"""Items of any domain arrive by the types of its fields, and what is wrong with one is named by its line."""

import json
from datetime import date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from recommender.events import all_events
from recommender.importing import import_events, import_users
from retrieval.catalogue import read_catalogue, write_items
from retrieval.database import database
from retrieval.domain import Domain, read_domain
from retrieval.errors import Problem
from retrieval.files.importing import import_items
from retrieval.files.item_record import LONGEST
from retrieval.files.plain_text import plain_text
from retrieval.files.values import as_date, day
from retrieval.items import Item
from retrieval.space.given_vectors import read_vectors, widths, write_vectors

SHOP = read_domain("shop")
HEADER = "id,title,brand,colours,price,in_stock,released,store"


@pytest.fixture
def engine(tmp_path):
    with database(f"sqlite:///{tmp_path / 'a.db'}") as opened:
        yield opened


def brought(engine, folder, content, name="a.csv", domain=SHOP):
    path = Path(folder) / name
    path.write_text(content, encoding="utf-8")
    said = import_items(engine, path, domain)
    return said, dict(read_catalogue(engine))


def test_every_type_of_field_arrives_as_what_it_is(engine, tmp_path):
    row = '1,Lamp,A|B,red|blue,1299.5,yes,2024-05-31,"52.52,-13.4",steel,Bright.|Too bright.'
    said, items = brought(engine, tmp_path, f"{HEADER},material,reviews\n{row}\n")
    item = items["1"]
    assert said == "imported 1 items (1 works), 0 replaced"
    assert item.facets == {"brand": ("A|B",), "colour": ("red", "blue")}
    assert item.numbers == {"price": 1299.5, "stock": 1.0, "released": 19874.0}
    assert as_date(item.numbers["released"]) == "2024-05-31"
    assert item.places == {"store": (52.52, -13.4)}
    assert item.attributes == {"material": "steel"}
    assert item.reviews == ("Bright.", "Too bright.")


def test_what_is_not_said_is_not_there(engine, tmp_path):
    _, items = brought(engine, tmp_path, f"{HEADER}\n1,Lamp,,,,,,\n")
    assert items["1"] == Item("1", "Lamp", work="1")


def test_json_brings_the_same_and_free_attributes_and_a_picture(engine, tmp_path):
    line = {"id": 1, "title": "Lamp", "colours": ["red"], "price": 12, "in_stock": True, "store": [1, 2.5]}
    line |= {"attributes": {"plug": "G"}, "reviews": ["Good."], "image": "lamp.png", "facets": {"room": ["kitchen"]}}
    _, items = brought(engine, tmp_path, json.dumps(line) + "\n", "a.jsonl")
    item = items["1"]
    assert item.facets == {"room": ("kitchen",), "colour": ("red",)}
    assert (item.numbers, item.places) == ({"price": 12.0, "stock": 1.0}, {"store": (1.0, 2.5)})
    assert (item.attributes, item.reviews, item.image) == ({"plug": "G"}, ("Good.",), "lamp.png")


@pytest.mark.parametrize(
    ("field", "value", "says"),
    [
        ("price", "1,299.00", "price is '1,299.00': should be a plain number like 1299.5"),
        ("price", "12 EUR", "price is '12 EUR': should be a plain number"),
        ("price", "1_000", "should be a plain number"),
        ("price", "nan", "should be a plain number"),
        ("price", "1e999", "is no finite number"),
        ("price", True, "should be a plain number"),
        ("price", 10**400, "is no finite number"),
        ("price", ["12"], "should be a plain number"),
        ("in_stock", "maybe", "in_stock is 'maybe': should be yes or no, true or false, 1 or 0"),
        ("in_stock", 2, "should be yes or no"),
        ("released", "31.05.2024", "released is '31.05.2024': should be an ISO date like 2024-05-31"),
        ("released", "2024-02-30", "should be an ISO date"),
        ("released", 2024, "should be an ISO date"),
        ("store", "91,0", "store is '91,0': lies 91 degrees north, and there are -90 to 90"),
        ("store", "0,-181", "lies -181 degrees east, and there are -180 to 180"),
        ("store", "52.52", "should be degrees north and east"),
        ("released", "9999-12-31T23:59:59-12:00", "lies outside the years 1 to 9999"),
        ("released", "0001-01-01T00:00:00+14:00", "lies outside the years 1 to 9999"),
        ("store", "52.52,", "should be degrees north and east"),
        ("store", {"lat": 1}, "should be degrees north and east"),
        ("brand", ["A", "B"], "brand is .*: should be one value"),
        ("brand", {"name": "A"}, "brand"),
        ("colours", True, "colours is True: should be a valid tuple"),
        ("colours", [["red"]], "colours"),
        ("facets", {"price": ["cheap"]}, "facets hold 'price', which is a number here"),
        ("facets", {"brand": ["A", "B"]}, "facets hold 2 values of 'brand'"),
        ("facets", ["red"], "facets is .*: should be a valid dictionary"),
        ("vector", "[1, 2", "vector is '.1, 2': should be a list of numbers"),
        ("vector", "[1, NaN]", "holds nan at place 2, which is no finite number"),
        ("vector", [1, 1e39], "holds 1e\\+39 at place 2, which is no finite number"),
        ("vector", [1, "2"], "should be a list of numbers"),
        ("vector", [], "has 0 numbers"),
        ("vector", [0, 0.0], "is all zeros"),
        ("image", "x" * 2001, "image is"),
        ("reviews", {"good": 1}, "reviews is"),
    ],
)
def test_a_value_of_the_wrong_type_is_named_with_its_line(engine, tmp_path, field, value, says):
    lines = [{"id": "1", "title": "Lamp"}, {"id": "2", "title": "Desk", field: value}]
    with pytest.raises(Problem, match=f"line 2: .*{says}"):
        brought(engine, tmp_path, "".join(json.dumps(line) + "\n" for line in lines), "a.jsonl")
    assert not read_catalogue(engine)


@settings(deadline=None)  # the machine may be busy
@given(st.dates())
def test_a_date_survives_as_days(one):
    assert as_date(day(one.isoformat())) == one.isoformat()


def test_dates_before_1970_and_times_count_in_days():
    assert day("1969-12-31") == -1
    assert day("1970-01-02T12:00:00") == 1.5
    assert day("1970-01-02T01:00:00+01:00") == 1


def test_vectors_are_kept_beside_the_items_and_all_have_one_width(engine, tmp_path):
    brought(engine, tmp_path, 'id,title,vector\n1,Lamp,"[1, 2.5]"\n2,Desk,\n')
    assert {id: one.tolist() for id, one in read_vectors(engine).items()} == {"1": [1.0, 2.5]}
    with pytest.raises(Problem, match="line 3: vector has 3 numbers, and the first one 2"):
        brought(engine, tmp_path, 'id,title,vector\n1,Lamp,"[1, 2]"\n2,Desk,"[1, 2, 3]"\n')
    with pytest.raises(Problem, match="its vectors have 3 numbers, and those of 1 items that are not in it 2"):
        brought(engine, tmp_path, 'id,title,vector\n2,Desk,"[1, 2, 3]"\n')
    assert "2" not in read_vectors(engine)
    brought(engine, tmp_path, 'id,title,vector\n1,Lamp,"[1, 2, 3]"\n2,Desk,"[4, 5, 6]"\n')
    assert np.array_equal(read_vectors(engine, ["2"])["2"], np.array([4, 5, 6], dtype=np.float32))


def test_of_many_vectors_only_those_asked_for_are_read(engine):
    many = {str(at): np.array([at, 1], dtype=np.float32) for at in range(2500)}
    read = []
    with engine.begin() as connection:
        write_vectors(connection, many)
        assert set(widths(connection).values()) == {2}
    event.listen(engine, "before_cursor_execute", lambda *call: read.append(call[3]))
    assert {id: one.tolist() for id, one in read_vectors(engine, {"7", "none"}).items()} == {"7": [7, 1]}
    assert [set(asked) for asked in read] == [{"7", "none"}]
    assert read_vectors(engine, ()) == {}
    assert read_vectors(engine, list(many)).keys() == read_vectors(engine).keys() == many.keys()


def test_ids_with_slashes_and_signs_and_writing_from_right_to_left_stay_as_they_are(engine, tmp_path):
    odd = ["a/b/../c", "🚀", "%2F?x=1#y", "ليلى", "a b"]
    titles = ["שלום עולם", "ألف ليلة وليلة", "千と千尋", "Ω", "e\u0301tude"]
    lines = [{"id": id, "title": title, "text": title} for id, title in zip(odd, titles, strict=True)]
    _, items = brought(engine, tmp_path, "".join(json.dumps(line) + "\n" for line in lines), "a.jsonl")
    assert list(items) == odd
    assert [item.title for item in items.values()] == [item.text for item in items.values()] == titles


def test_markup_becomes_plain_text_wherever_it_stands(engine, tmp_path):
    line = {
        "id": "1",
        "title": "Salt &amp; <b>Pepper</b>",
        "text": "<p>One</p><p>two <script>alert(1)</script>&lt;img src=x onerror=alert(1)&gt;</p>",
        "category": ["Home &amp; Garden"],
        "reviews": ["<i>fine</i>"],
    }
    _, items = brought(engine, tmp_path, json.dumps(line) + "\n", "a.jsonl")
    item = items["1"]
    assert (item.title, item.reviews) == ("Salt & Pepper", ("fine",))
    assert item.text.split() == ["One", "two"]
    assert item.facets["category"] == ("Home & Garden",)


@pytest.mark.parametrize(
    "text", ["I <3 you", "a<b and b>c", "<Untitled>", "R&D", "AT&T; more", "x << 2", "", "M*A*S*H"]
)
def test_what_only_looks_like_markup_stays(text):
    assert plain_text(text) == text


def test_no_text_of_an_item_can_command_a_terminal(engine, tmp_path):
    line = {"id": "1", "title": "\x1b[31mLamp\x07", "text": "one\ttwo\nthree\x9b&#27;[2J", "reviews": ["fine\x1b"]}
    _, items = brought(engine, tmp_path, json.dumps(line) + "\n", "a.jsonl")
    item = items["1"]
    assert (item.title, item.text, item.reviews) == ("[31mLamp", "one\ttwo\nthree [2J", ("fine",))


def test_null_says_nothing_wherever_it_stands(engine, tmp_path):
    every = (
        "text",
        "work",
        "reviews",
        "image",
        "available",
        "vector",
        "year",
        "facets",
        "attributes",
        "price",
        "brand",
    )
    lines = [
        {"id": "1", "title": "Lamp", "care": None} | dict.fromkeys(every),
        {"id": "2", "title": "Desk", "colours": ["red", None], "attributes": {"plug": None}, "facets": {"genre": None}},
    ]
    _, items = brought(engine, tmp_path, "".join(json.dumps(line) + "\n" for line in lines), "a.jsonl")
    assert items["1"] == Item("1", "Lamp", work="1")
    assert items["2"] == Item("2", "Desk", facets={"colour": ("red",)}, work="2")
    pl.DataFrame({"id": ["3"], "title": ["Sofa"], "colours": [["red", None]]}).write_parquet(tmp_path / "a.parquet")
    import_items(engine, tmp_path / "a.parquet", SHOP)
    assert read_catalogue(engine)["3"].facets == {"colour": ("red",)}


@example(["&lt;", "&lt;", "b", "&amp;", "b", "lt;"])
@given(st.lists(st.sampled_from(["<b>", "</b>", "&lt;", "&amp;", "&gt;", "b", "script", "<", ">", " ", "&", "lt;"])))
def test_plain_text_holds_no_tag_and_is_plain_already(parts):
    once = plain_text("".join(parts))
    assert "<b>" not in once
    assert plain_text(once) == once


def test_a_text_of_a_megabyte_is_cut_and_that_is_said(engine, tmp_path):
    said, items = brought(engine, tmp_path, f"id,title,text\n1,Lamp,{'word ' * 200_000}\n2,Desk,\n")
    assert "texts of 1 cut at 100,000 characters" in said
    assert len(items["1"].text) == LONGEST
    assert items["2"].text == ""


def test_parquet_brings_items_events_and_users_and_names_its_rows(engine, tmp_path):
    items = pl.DataFrame(
        {
            "id": [1, 2],
            "title": ["Lamp", "Desk"],
            "colours": [["red"], None],
            "price": [12.5, None],
            "in_stock": [True, None],
            "released": [date(2024, 5, 31), None],
            "vector": [[1.0, 2.0], None],
            "shelf": ["a", "b"],
        }
    )
    items.write_parquet(tmp_path / "items.parquet")
    assert import_items(engine, tmp_path / "items.parquet", SHOP).endswith("columns not used: shelf")
    lamp, desk = read_catalogue(engine).values()
    assert lamp.numbers == {"price": 12.5, "stock": 1.0, "released": 19874.0}
    assert desk == Item("2", "Desk", work="2")
    assert list(read_vectors(engine)) == ["1"]
    at = [datetime(2024, 1, 1, 12), datetime(2024, 1, 2)]
    events = pl.DataFrame({"user": ["ada", "bob"], "item": ["1", "2"], "time": at, "rating": [5.0, None]})
    events.write_parquet(tmp_path / "events.parquet")
    assert "imported 2 events" in import_events(engine, tmp_path / "events.parquet")
    assert [(event.user, event.time, event.action) for event in all_events(engine)] == [
        ("ada", 1704110400.0, "rating"),
        ("bob", 1704153600.0, "view"),
    ]
    pl.DataFrame({"id": ["ada"], "age": [36]}).write_parquet(tmp_path / "users.parquet")
    assert "imported 1 users" in import_users(engine, tmp_path / "users.parquet")


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"id": ["1", "2"], "title": ["Lamp", None]}, "1 bad row:\n  row 2: has no 'title'"),
        ({"id": ["1", "1"], "title": ["Lamp", "Desk"]}, "row 2: id '1' is there twice"),
        ({"id": ["1", "2"], "title": ["Lamp", "Desk"], "price": ["1", "cheap"]}, "row 2: price is 'cheap'"),
        ({"id": ["1", "2"], "title": ["Lamp", "Desk"], "vector": [[1.0], [float("nan")]]}, "row 2: vector is .*nan"),
        ({"id": ["1", "2"], "name_of_it": ["Lamp", "Desk"]}, "has no column 'title'"),
        ({"id": [], "title": []}, "is empty"),
        ({"id": [b"1", b"2"], "title": ["Lamp", "Desk"], "text": [b"\xff", b"\xfe"]}, "row 1: text"),
    ],
)
def test_what_is_wrong_in_parquet_is_named(engine, tmp_path, columns, says):
    pl.DataFrame(columns).write_parquet(tmp_path / "a.parquet")
    with pytest.raises(Problem, match=says):
        import_items(engine, tmp_path / "a.parquet", SHOP)
    assert not read_catalogue(engine)


def test_what_is_no_parquet_is_said_in_a_sentence(engine, tmp_path):
    (tmp_path / "a.parquet").write_bytes(b"id,title\n1,Lamp\n")
    with pytest.raises(Problem, match=r"a.parquet cannot be read as Parquet"):
        import_items(engine, tmp_path / "a.parquet", SHOP)


def test_a_file_may_call_things_as_the_domain_says(engine, tmp_path):
    names = {"title": "product_name", "text": "body"}
    price = {"price": {"type": "number", "column": "Price (EUR)"}}
    domain = Domain(
        **(SHOP.model_dump() | {"columns": names, "fields": price, "embedded": {}, "facets": {}, "flags": {}})
    )
    said, items = brought(engine, tmp_path, "id,product_name,body,Price (EUR)\n1,Lamp,Bright,5\n", domain=domain)
    assert items["1"] == Item("1", "Lamp", text="Bright", numbers={"price": 5.0}, work="1")
    assert "not used" not in said


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ('[fields]\nprice = { type = "money" }', "fields.price.type"),
        ('[fields]\nprice = { type = "number", currency = "EUR" }', "fields.price.currency"),
        ('[fields]\ntitle = { type = "category" }', "'title'"),
        ('[fields]\ngenre = { type = "number" }\n[facets.genre]\nDrama = []', "'genre' has words for its values"),
        ("[embedded]\nsmell = 1.0", "'smell' is embedded and is neither"),
        ('[fields]\nprice = { type = "number" }\n[embedded]\nprice = 1.0', "'price' is embedded and has no words"),
        ("[embedded]\ntitle = -1.0", "embedded.title: input should be greater than 0"),
        ('[columns]\nprice = "p"', "no column of every item is called 'price'"),
    ],
)
def test_a_domain_that_does_not_hold_together_is_named(tmp_path, more, says):
    needed = "".join(f'{name} = "x"\n' for name in ("name", "noun", "plural", "did", "prompt", "wish", "next"))
    (tmp_path / "mine.toml").write_text(needed + more)
    with pytest.raises(Problem, match=says):
        read_domain(str(tmp_path / "mine.toml"))


def test_everything_an_item_has_survives_the_database(engine):
    item = Item(
        "1",
        "Lamp",
        None,
        {"brand": ("A",)},
        "bright",
        "1",
        {"price": 1.5},
        {"store": (1.0, 2.0)},
        {"plug": "G"},
        ("Good.",),
        "lamp.png",
        False,
    )
    with engine.begin() as connection:
        write_items(connection, [item])
    assert read_catalogue(engine)["1"] == item
