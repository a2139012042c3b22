"""Files people bring are read exactly, and what is wrong in them is named by line."""

import csv
import gzip
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recommender.importing import EventRecord, UserRecord
from retrieval.errors import Problem
from retrieval.files.item_record import ItemRecord
from retrieval.files.reading import BadLines, records
from retrieval.files.records import read

anything = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
rows = st.lists(st.tuples(anything, anything), min_size=1, max_size=8)
one_file = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


def values(path: Path) -> list[dict[str, object]]:
    bad = BadLines(path)
    found = [row for _, row in records(path, bad)]
    bad.check()
    return found


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


@given(rows)
@one_file
def test_any_text_survives_csv(tmp_path, texts):
    path = tmp_path / "some.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("id", "title"), *texts])
    assert values(path) == [{"id": id, "title": title} for id, title in texts]


@given(rows)
@one_file
def test_any_text_survives_jsonl(tmp_path, texts):
    path = tmp_path / "some.jsonl"
    objects = [{"id": id, "title": title} for id, title in texts]
    path.write_text("".join(json.dumps(one) + "\n" for one in objects), encoding="utf-8")
    assert values(path) == objects


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.jsonl", "a.item", "a.inter"]))
@one_file
def test_any_bytes_end_in_records_or_a_problem(tmp_path, content, name):
    model = EventRecord if name.endswith("inter") else ItemRecord
    with suppress(Problem):
        list(read(written(tmp_path, name, content), model))


def test_a_mark_and_windows_line_ends_are_no_content(tmp_path):
    path = written(tmp_path, "a.csv", b"\xef\xbb\xbfid,title\r\n1,Alien\r\n\r\n2,Brazil\r\n")
    assert values(path) == [{"id": "1", "title": "Alien"}, {"id": "2", "title": "Brazil"}]


def test_a_line_break_in_quotes_does_not_shift_the_numbers(tmp_path):
    path = written(tmp_path, "a.csv", 'id,title,year\n1,"Al\nien",1979\n2,Brazil,soon\n')
    with pytest.raises(Problem, match=r"line 4: year is 'soon'"):
        list(read(path, ItemRecord))


def test_atomic_sequences_are_split_but_not_titles(tmp_path):
    path = written(
        tmp_path, "a.item", "item_id:token\tmovie_title:token_seq\tclass:token_seq\n1\tToy Story\tComedy Drama\n"
    )
    [(number, record)] = read(path, ItemRecord)
    item = record.item()
    assert (number, item.title, item.facets) == (2, "Toy Story", {"genre": ("Comedy", "Drama")})


def test_values_in_csv_are_separated_by_a_bar_and_facets_come_from_jsonl(tmp_path):
    [(_, one)] = read(written(tmp_path, "a.csv", "id,name,genres\n1,Alien,Horror| Sci-Fi|\n"), ItemRecord)
    assert one.item().facets == {"genre": ("Horror", "Sci-Fi")}
    line = '{"item_id": 7, "title": "Boots", "facets": {"colour": ["red"], "brand": "Ada"}, "abstract": "warm"}\n'
    [(_, two)] = read(written(tmp_path, "a.jsonl", line), ItemRecord)
    assert (two.item().id, two.item().text) == ("7", "warm")
    assert two.item().facets == {"colour": ("red",), "brand": ("Ada",)}


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.csv", "", "a.csv is empty"),
        ("a.csv", "id,title\n", "a.csv is empty"),
        ("a.jsonl", "\n\n", "a.jsonl is empty"),
        ("a.csv", "id,year\n1,1979\n", r"no column 'title' .*; there are: id, year"),
        ("a.csv", "id,title,id\n1,Alien,2\n", "the column 'id' twice"),
        ("a.csv", "id,title\n1\n", "line 2: has 1 fields, the header 2"),
        ("a.csv", "id,title\n1,Al\0ien\n", "line 2 holds a NUL byte.*save the file as UTF-8"),
        ("a.csv", b"id,title\n1,Caf\xe9\n", "line 2 is not UTF-8 .*near '1,Café' .*iconv"),
        ("a.csv", 'id,title\n1,"Alien\n2,Heat\n', "line 2 is not CSV .a quotation mark on it is never closed"),
        ("a.csv", "id,title\r1,Alien\r", "line 1 is not CSV .lines end in a lone carriage return"),
        ("a.csv", "id,title\n1," + "y" * 10_000_001 + "\n", "line 2 is not CSV .a field has more than 10,000,000"),
        ("a.csv", "id;title\n1;Alien\n", "no column 'id' .*; columns are told apart by commas"),
        ("a.csv", "id,title\n1,Me, Myself\n", "line 2: has 3 fields, the header 2; .* quotation marks"),
        ("a.csv.gz", b"no gzip", "a.csv.gz cannot be read"),
        ("a.csv.gz", gzip.compress(b"id,title\n" + b"1,Alien\n" * 99, mtime=0)[:-9], "a.csv.gz cannot be read"),
        ("a.csv", "id,title\n ,Alien\n", "line 2: id is ' ': is empty"),
        ("a.jsonl", '{"id": "1"}\n', "line 1: has no 'title'"),
        ("a.jsonl", "[1]\n", "line 1: is not a JSON object"),
        ("a.jsonl", '{"id": "1", "title": NaN}\n', "line 1: is not JSON"),
        ("a.jsonl", '{"id": \n', "line 1: is not JSON .Expecting value, at character 8"),
        ("a.jsonl", "[" * 100_000 + "\n", "line 1: is not JSON .nested too deeply"),
        ("a.jsonl", '{"id": "1", "title": "\\u0000"}\n', "a character that is no text"),
        ("a.jsonl", '{"id": "1", "title": "\\ud800"}\n', "a character that is no text"),
        ("a.item", "item_id:word\ttitle:token\n1\tAlien\n", "of kind 'word'"),
        ("a.txt", "id,title\n", "none of the kinds"),
    ],
    ids=lambda given: None if len(given) < 200 else f"{len(given)} characters",
)
def test_what_is_wrong_is_said_in_one_sentence(tmp_path, name, content, says):
    with pytest.raises(Problem, match=says):
        list(read(written(tmp_path, name, content), ItemRecord))


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(Problem, match="there is no file"):
        list(read(tmp_path / "a.csv", ItemRecord))


def test_the_first_ten_bad_lines_are_listed(tmp_path):
    path = written(tmp_path, "a.csv", "id,title,year\n" + "1,Alien,soon\n" * 50)
    with pytest.raises(Problem, match="at least 10 bad lines") as caught:
        list(read(path, ItemRecord))
    assert str(caught.value).count("\n") == 10


@pytest.mark.parametrize("time", ["nan", "inf", "yesterday", "", "1e12", "-1e11", "2024-13-01"])
def test_a_time_is_a_number_or_an_iso_date(tmp_path, time):
    path = written(tmp_path, "a.csv", f"user,item,time\nu,1,{time}\n")
    with pytest.raises(Problem, match="line 2: time is"):
        list(read(path, EventRecord))


def test_times_say_the_same_in_both_spellings(tmp_path):
    path = written(tmp_path, "a.csv", "user,item,time\nu,1,86400\nu,1,1970-01-02\nu,1,1970-01-02T01:00:00+01:00\n")
    assert {record.time for _, record in read(path, EventRecord)} == {86400.0}


def test_of_a_user_the_age_is_kept_as_a_band_and_the_address_not_at_all(tmp_path):
    path = written(tmp_path, "a.csv", "user_id,age,gender,zip_code\n1,24,M,85711\n")
    [(_, record)] = read(path, UserRecord)
    assert record.user().attributes == {"age": "18-24", "gender": "M"}
