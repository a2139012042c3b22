"""What is suggested next is learned from dialogues, by what they name and say; and judged on others."""

import json
from dataclasses import replace
from io import StringIO

import numpy as np
import pytest
import torch
from rich.console import Console
from scipy import sparse
from tiny_clip import save_tiny_clip
from typer.testing import CliRunner

from chat.dialogue.counted import Counted
from chat.dialogue.encoder import learned
from chat.dialogue.files import cases_of, read_cases, read_items, read_things, titles_of
from chat.dialogue.lexicon import Lexicon
from chat.dialogue.model import SEVERAL, end, fit, kept_apart
from chat.dialogue.shelf import load, save
from chat.dialogue.talk import Case, Talk
from eval.dialogue import SPEED, dialogue, figures, judge, of_kind, over_dialogues, popularity, repeat_last
from eval.report import Report
from recommender.forms import standardised
from retrieval.catalogue import Catalogue
from retrieval.command import application
from retrieval.domain import read_domain
from retrieval.errors import Problem
from retrieval.items import Item
from retrieval.settings import Settings
from retrieval.space.embedding import Hashing, open_model
from retrieval.space.trainable import AsItIs, reading

KINDS = ("comedy", "horror", "drama", "western")
MANY = 40


def items():
    """Ten films of each kind, whose titles say nothing of it."""
    return [
        Item(f"{kind}{at}", f"{chr(65 + at)} {at * 7}", 1990 + at % 20, {"genre": (kind,)})
        for kind in KINDS
        for at in range(MANY // len(KINDS))
    ]


CATALOGUE = Catalogue.of(items())


def talks(n, seed, words=True, links=True):
    """People name a film or a kind, and get one of the same kind: after each film always the next of its kind."""
    random = np.random.default_rng(seed)
    cases = []
    for number in range(n):
        kind = KINDS[random.integers(len(KINDS))]
        at = int(random.integers(9))
        said = (f"something {kind}",) if words else ("hello",)
        named = (f"{kind}{at}",) if links and number % 2 else ()
        target = f"{kind}{at + 1}" if links else f"{kind}{random.integers(10)}"
        cases.append(Case(f"{seed}-{number}", Talk(said, named), (target,), real=number % 5 == 0))
    return cases


@pytest.fixture(scope="module")
def model():
    return fit(talks(900, 0), CATALOGUE, read_domain("movies"), Hashing(), KINDS).model


def recall(contender, cases, k, kind="new"):
    places = judge(contender, cases, CATALOGUE, "", Console(quiet=True)).places[kind]
    return float((places <= k).mean())


def test_what_follows_what_is_learned_and_beats_what_is_popular(model):
    asked = [case for case in talks(300, 1) if case.talk.named]
    assert recall(model.scores, asked, 1) > 0.9
    assert recall(popularity(talks(900, 0), CATALOGUE), asked, 1) < 0.2
    assert recall(repeat_last(CATALOGUE), asked, 1) < 0.1


def test_words_move_the_list_where_nothing_is_named(model):
    asked = [case for case in talks(300, 2) if not case.talk.named]
    assert recall(model.scores, asked, 10) > 0.95
    silent = fit(talks(900, 0), CATALOGUE, read_domain("movies"), Hashing(), words=False).model
    assert recall(silent.scores, asked, 10) < 0.6


def test_in_a_world_of_chance_nothing_is_made_up():
    random = np.random.default_rng(5)
    ids = list(CATALOGUE.ids)

    def drawn(n, seed):
        dice = np.random.default_rng(seed)
        return [
            Case(f"{seed}-{at}", Talk(("hello",), (ids[dice.integers(40)],)), (ids[random.integers(40)],))
            for at in range(n)
        ]

    chance = fit(drawn(600, 6), CATALOGUE, read_domain("movies"), Hashing()).model
    assert recall(chance.scores, drawn(600, 7), 1) < 0.08


def test_the_same_seed_learns_the_same():
    cases = talks(200, 3)
    one, other = (fit(cases, CATALOGUE, read_domain("movies"), Hashing(), KINDS, seed=4).model for _ in range(2))
    asked = [case.talk for case in talks(20, 8)]
    np.testing.assert_array_equal(one.scores(asked), other.scores(asked))
    assert one.weights == other.weights


def test_an_empty_talk_and_unknown_items_are_answered(model):
    scores = model.scores([Talk(), Talk(("",), ("not there",)), Talk(("zzz",), ("comedy0", "not there"))])
    assert scores.shape == (3, MANY)
    assert np.isfinite(scores).all()
    np.testing.assert_allclose(scores[0], scores[1], atol=1e-5)


def test_weights_are_learned_from_dialogues_that_were_not_counted():
    cases = talks(100, 9)
    apart = kept_apart(cases, 0)
    assert apart == {case.dialogue for case in cases if case.real}
    only = [Case(case.dialogue, case.talk, case.suggested) for case in cases]
    assert len(kept_apart(only, 0)) == 20
    assert kept_apart(only, 0) != kept_apart(only, 1)


def test_counts_say_what_came_after_what_and_how_near():
    cases = [
        Case("1", Talk((), ("comedy0", "comedy1")), ("comedy2",)),
        Case("2", Talk((), ("comedy0",)), ("comedy2",)),
    ]
    counted = Counted.of(cases, CATALOGUE.ids, Lexicon.of(CATALOGUE, read_domain("movies")))
    row = CATALOGUE.row
    assert counted.after[row["comedy0"], row["comedy2"]] == pytest.approx(1 + 1 / 1.15)
    assert counted.after[row["comedy1"], row["comedy2"]] == pytest.approx(1)
    assert counted.together[row["comedy2"], row["comedy0"]] == 2
    assert counted.named[row["comedy0"]] == 2
    assert counted.first.sum() == 0


def test_what_follows_a_suggestion_is_told_from_what_follows_a_wish():
    """After what was suggested comes the next of its kind, after what was asked for the one before it."""
    cases = [
        Case(
            f"{turn} {kind}{at} {time}",
            Talk((), (f"{kind}{at}",), (f"{kind}{at}",) * turn),
            (f"{kind}{at - 1 + 2 * turn}",),
        )
        for kind in KINDS
        for at in range(1, 9)
        for turn in (0, 1)
        for time in range(4)
    ]
    counted = Counted.of(cases, CATALOGUE.ids, Lexicon.of(CATALOGUE, read_domain("movies")))
    asked = [Talk((), ("drama5",)), Talk((), ("drama5",), ("drama5",))]
    parts = counted.parts(asked, counted.met(asked))
    best = {name: [CATALOGUE.ids[at] for at in parts[name].argmax(axis=1)] for name in ("after", "further")}
    assert best["after"][0] == "drama4"
    assert best["further"][1] == "drama6"
    assert not parts["after"][1].any()
    assert not parts["further"][0].any()


def test_the_longest_phrase_is_heard_and_the_words_of_the_domain_count():
    shelf = Catalogue.of(
        [
            Item("1", "A", 2010, {"genre": ("comedy",), "star": ("Will Ferrell",)}),
            Item("2", "B", 1960, {"genre": ("romance",), "star": ("Will Ferrell", "Will Smith")}),
            Item("3", "C", 2010, {"genre": ("comedy", "romance"), "star": ("Will Smith",)}),
            Item("4", "D", 1961, {}),
        ]
    )
    lexicon = Lexicon.of(shelf, read_domain("movies"), ["time travel"])
    names = {number: words for words, number in reversed(lexicon.phrases.items())}

    def heard(*said):
        return [names[one] for one in lexicon.heard(said)]

    assert heard("with will ferrell, please") == ["will ferrell"]
    assert heard("Something funny!", "about Time Travel") == ["comedy", "time travel"]
    assert heard("an old one") == ["old"]
    assert heard("nothing known") == []


def test_the_encoder_learns_which_words_go_with_which_items():
    words = ("quixotic", "zebra", "umbrella", "gazebo", "nothing", "trumpet")
    items = np.random.default_rng(0).normal(size=(6, 256)).astype(np.float32)
    rows = np.tile(np.arange(6), 500).tolist()
    said, targets = [f"something {words[row]}, please" for row in rows], [[row] for row in rows]
    silent = sparse.csr_array((len(rows), 6), dtype=np.float32)
    encoder = learned(AsItIs(Hashing()), said, silent, targets, items, seed=0)
    assert (encoder.scores(words, silent[:6]).argmax(axis=1) == np.arange(6)).all()


def test_the_encoder_learns_what_goes_with_what_was_named():
    items = np.random.default_rng(0).normal(size=(6, 256)).astype(np.float32)
    rows = np.tile(np.arange(6), 500)
    named = sparse.csr_array((np.ones(len(rows)), (np.arange(len(rows)), 6 + rows)), shape=(len(rows), 12))
    encoder = learned(AsItIs(Hashing()), ["hello"] * len(rows), named, [[row] for row in rows], items, seed=0)
    assert (encoder.scores(["hello"] * 6, named[:6]).argmax(axis=1) == np.arange(6)).all()
    assert encoder.scores([], named[:0]).shape == (0, 6)


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A model of words with layers, small and of random weights."""
    folder = save_tiny_clip(tmp_path_factory.mktemp("small"))
    return open_model(Settings(embedder=f"sentence:{folder}", threads=1))


def test_the_sentence_transformer_learns_along_and_the_one_that_serves_stays(small):
    before = small.queries(["a zebra"])
    fitted = fit(talks(60, 0), CATALOGUE, read_domain("movies"), small, KINDS).model
    np.testing.assert_array_equal(small.queries(["a zebra"]), before)
    with torch.no_grad():
        after = fitted.encoders[0].reading(["a zebra"]).numpy()
        untaught = reading(small)(["a zebra"]).numpy()
    np.testing.assert_allclose(untaught, before, atol=0.02)
    assert np.abs(after - before).max() > 0.02


def test_the_encoders_of_several_draws_speak_with_one_voice():
    fitted = fit(talks(60, 0), CATALOGUE, read_domain("movies"), Hashing(), KINDS).model
    assert len(fitted.encoders) == SEVERAL
    asked = [Talk(), Talk(("a horror",), ("comedy3",))]
    apart = [replace(fitted, encoders=(one,)).forms(asked)["encoder"] for one in fitted.encoders]
    assert np.abs(apart[0] - apart[1]).max() > 0.01
    met = fitted.counted.met(asked)
    mean = np.mean([one.scores([end(talk) for talk in asked], met) for one in fitted.encoders], axis=0)
    np.testing.assert_allclose(fitted.forms(asked)["encoder"], standardised(mean), atol=1e-4)


def test_what_the_sentence_transformer_learned_is_kept(small, tmp_path):
    fitted = fit(talks(60, 0), CATALOGUE, read_domain("movies"), small, KINDS).model
    again = load(tmp_path, save(tmp_path, fitted), small)
    asked = [Talk(), Talk(("a horror",), ("comedy3",))]
    np.testing.assert_array_equal(fitted.scores(asked), again.scores(asked))


# the judge


def test_figures_are_those_of_the_textbook():
    found = figures(np.array([1, 3, 20]))
    assert found["recall@1"].tolist() == [1, 0, 0]
    assert found["recall@5"].tolist() == [1, 1, 0]
    assert found["recall@50"].tolist() == [1, 1, 1]
    assert found["ndcg@10"].tolist() == [1, 0.5, 0]
    assert found["mrr"].tolist() == pytest.approx([1, 1 / 3, 1 / 20])


def test_new_leaves_what_was_named_out_of_targets_and_ranking():
    case = Case("1", Talk((), ("comedy0", "comedy1")), ("comedy0", "comedy5"))
    worth = {id: float(MANY - at) for at, id in enumerate(CATALOGUE.ids)}

    def scores(talks):
        return np.array([[worth[id] for id in CATALOGUE.ids]] * len(talks), dtype=np.float32)

    judged = judge(scores, [case], CATALOGUE, "", Console(quiet=True))
    assert judged.places["all"].tolist() == [1, 6]
    assert judged.places["new"].tolist() == [4]
    flat = judge(lambda talks: np.zeros((len(talks), MANY)), [case], CATALOGUE, "", Console(quiet=True))
    assert flat.places["all"].tolist() == [MANY, MANY]


def test_an_interval_is_over_dialogues_and_not_over_cases():
    values = np.array([1.0] * 50 + [0.0] * 50)
    one_each, two = over_dialogues(values, np.arange(100), 0), over_dialogues(values, np.repeat([0, 1], 50), 0)
    assert one_each[0] > 0.35
    assert two == (0.0, 1.0)


# files


def write(file, *rows):
    file.write_text("\n".join(row if isinstance(row, str) else json.dumps(row) for row in rows) + "\n")
    return file


MENTIONS = {
    "dialogue": 1,
    "events": [
        {"type": "entity", "name": "comedy", "role": "seeker"},
        {"type": "movie", "item": "7", "name": "Heat (1995)", "role": "seeker"},
        {"type": "movie", "item": "8", "name": "Alien", "role": "recommender"},
    ],
}
WRITTEN = {
    "conversation_id": "2",
    "movies": {"7": "Heat (1995)", "8": None},
    "messages": [
        {"role": "seeker", "text": "I liked @7"},
        {"role": "recommender", "text": "try"},
        {"role": "recommender", "text": "@8"},
        {"role": "seeker", "text": "thanks"},
    ],
}
INSTANCE = {
    "dialogue": "3",
    "context": [{"role": "seeker", "text": "hi"}],
    "mentioned": ["7"],
    "targets": ["8"],
}


def test_all_three_kinds_of_files_are_read(tmp_path):
    file = write(tmp_path / "all.jsonl", MENTIONS, WRITTEN, INSTANCE)
    assert (
        read_cases(file)
        == cases_of([file])
        == [
            Case("1", Talk(("comedy", "Heat (1995)"), ("7",)), ("8",), real=False),
            Case("2", Talk(("I liked Heat (1995)",), ("7",)), ("8",)),
            Case("3", Talk(("hi",), ("7",)), ("8",)),
        ]
    )
    assert read_things(file) == ["comedy"]


def test_who_brought_an_item_up_is_read(tmp_path):
    more = {"type": "movie", "item": "9", "name": "Speed", "role": "recommender"}
    mentions = {**MENTIONS, "events": [*MENTIONS["events"], more]}
    messages = [*WRITTEN["messages"][:-1], {"role": "seeker", "text": "@8, hm"}, {"role": "recommender", "text": "@9"}]
    turns = [("seeker", "I saw HEAT (1995)"), ("recommender", "Alien, or Heat"), ("seeker", "Alien?")]
    instance = {
        "dialogue": "3",
        "context": [{"role": role, "text": text} for role, text in turns],
        "mentioned": ["7", "8"],
        "targets": ["9"],
    }
    file = write(tmp_path / "all.jsonl", mentions, {**WRITTEN, "messages": messages}, instance)
    titles = titles_of(Catalogue.of([Item("7", "Heat (1995)"), Item("8", "Alien", 1979), Item("9", "")]))
    found = {case.dialogue: case.talk for case in read_cases(file, titles) if case.suggested == ("9",)}
    assert {dialogue: (talk.named, talk.offered) for dialogue, talk in found.items()} == dict.fromkeys(
        ("1", "2", "3"), (("7", "8"), ("8",))
    )


@pytest.mark.parametrize(
    ("row", "wrong"),
    [
        ("{", r"bad\.jsonl, line 2: is not JSON \(Expecting .*, at character 2\)"),
        ("[]", "line 2: is not a JSON object"),
        ("[" * 100_000, r"line 2: is not JSON \(nested too deeply\)"),
        (f'{{"dialogue": {"9" * 5000}}}', "line 2: is not JSON"),
        ('{"dialogue": "\\ud800"}', "line 2: holds a character that is no text"),
        ({"text": "hi"}, "line 2: it has none of context, events, messages"),
        ({**INSTANCE, "targets": "8"}, "line 2: targets"),
        ({**MENTIONS, "events": [{"type": "movie"}]}, r"line 2: has no 'events\.0\.role'"),
        ({"events": []}, "line 2: has no 'dialogue'"),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path, row, wrong):
    with pytest.raises(Problem, match=wrong):
        read_cases(write(tmp_path / "bad.jsonl", INSTANCE, row))


def test_a_dialogue_that_is_given_twice_counts_once(tmp_path):
    file, other = (write(tmp_path / name, MENTIONS, WRITTEN) for name in ("one.jsonl", "copy.jsonl"))
    assert cases_of([file, file, other]) == read_cases(file)


def test_what_is_no_file_of_text_is_refused_in_a_sentence(tmp_path):
    whole = json.dumps(INSTANCE) + "\n"
    for content, wrong in (
        (whole.encode("utf-16"), "line 1 holds a NUL byte, as UTF-16 does; save the file as UTF-8"),
        ((whole + whole.replace("hi", "olé")).encode() + "olé\n".encode("latin-1"), "line 3 is not UTF-8.*iconv"),
        (b"", "talks.jsonl is empty"),
        (b"\n \n", "talks.jsonl is empty"),
    ):
        (tmp_path / "talks.jsonl").write_bytes(content)
        with pytest.raises(Problem, match=wrong):
            read_cases(tmp_path / "talks.jsonl")
    with pytest.raises(Problem, match="cannot be read: is a directory"):
        read_cases(tmp_path)


def test_marks_and_line_ends_of_other_systems_are_read_and_a_huge_line_too(tmp_path):
    huge = {**INSTANCE, "context": [{"role": "seeker", "text": "hi " * 2_000_000}]}
    file = write(tmp_path / "talks.jsonl", INSTANCE, huge)
    before = read_cases(file)
    (tmp_path / "other.jsonl").write_bytes(b"\xef\xbb\xbf" + file.read_bytes().replace(b"\n", b"\r\n"))
    assert read_cases(tmp_path / "other.jsonl") == before
    assert len(before) == 2


def test_of_an_item_that_is_there_twice_nothing_is_lost_in_silence(tmp_path):
    heat = {"id": "7", "title": "Heat", "year": 1995}
    catalogue, _ = read_items(write(tmp_path / "same.jsonl", heat, heat))
    assert list(catalogue) == ["7"]
    with pytest.raises(Problem, match="line 3: id '7' is there already, on line 1, with other values"):
        read_items(write(tmp_path / "other.jsonl", heat, {**heat, "id": "8"}, {**heat, "year": 1986}))


def test_items_have_their_people_and_those_without_an_id_are_counted(tmp_path):
    film = {"id": 7, "title": "Heat", "year": 1995, "genres": ["crime"], "stars": ["Al Pacino"], "plot": "A thief."}
    catalogue, nameless = read_items(write(tmp_path / "items.jsonl", film, {"id": ""}))
    assert nameless == 1
    assert catalogue["7"].facets == {"genre": ("crime",), "star": ("Al Pacino",)}
    with pytest.raises(Problem, match="no file"):
        read_items(tmp_path / "none.jsonl")


def files(folder):
    shelf = [
        {"id": one.id, "title": one.title, "year": one.year, "genres": list(one.facet("genre"))} for one in items()
    ]

    def lines(cases):
        return [
            {
                "dialogue": case.dialogue,
                "context": [{"role": "seeker", "text": text} for text in case.talk.said],
                "mentioned": list(case.talk.named),
                "targets": list(case.suggested),
            }
            for case in cases
        ]

    return (
        write(folder / "items.jsonl", *shelf),
        write(folder / "train.jsonl", *lines(talks(300, 0))),
        write(folder / "valid.jsonl", *lines(talks(60, 1))),
    )


def test_the_command_tells_every_contender_and_keeps_the_figures(tmp_path, capsys):
    catalogue, train, data = files(tmp_path)
    keep = tmp_path / "figures.json"
    dialogue(Settings(home=tmp_path / "var", embedder="hashing:"), catalogue, [train], data, keep, 0)
    kept = json.loads(keep.read_text())
    rows = {row["name"]: row["metrics"] for row in kept["rows"]}
    assert list(rows) == ["popularity", "repeat-last", "co-occurrence", "text", "mentions", "penchant"]
    assert kept["metrics"]["new/recall@10"] == rows["penchant"]["new/recall@10"] > rows["popularity"]["new/recall@10"]
    assert "penchant" in capsys.readouterr().out
    with pytest.raises(Problem, match="no dialogue to learn from"):
        dialogue(Settings(home=tmp_path / "var", embedder="hashing:"), catalogue, [data], data, None, 0)


def test_the_table_fits_a_terminal_of_80_columns():
    case = Case("1", Talk((), ("comedy0",)), ("comedy5",))
    judged = judge(lambda talks: np.zeros((len(talks), MANY)), [case], CATALOGUE, "", Console(quiet=True))
    rows = [judged.row(name, 0.0, 0) for name in ("penchant", "co-occurrence", "without-language")]
    report = Report(protocol="", data="", seed=0, rows=rows, metrics={})
    of_kind(report, "new").show(Console(file=(screen := StringIO()), width=80))
    for said in ("penchant", "co-occurrence", "without-language", "R@50", "MRR", "0.000-0.000"):
        assert said in screen.getvalue()


def test_the_language_model_takes_part_on_as_many_turns_as_are_asked_for(tmp_path):
    catalogue, train, data = files(tmp_path)
    keep, here = tmp_path / "figures.json", Settings(home=tmp_path / "var", embedder="hashing:", language="scripted:")
    dialogue(here, catalogue, [train], data, keep, 0, language=20)
    rows = {row["name"]: row for row in json.loads(keep.read_text())["rows"]}
    assert rows["with-language"]["n"] == rows["without-language"]["n"] == 20
    assert not {"all/mrr", SPEED} & set(rows["with-language"]["metrics"])  # it is not timed
    assert rows["penchant"]["metrics"][SPEED] > 0
    with pytest.raises(Problem, match="needs a model that can weigh titles"):
        dialogue(here.model_copy(update={"language": "none:"}), catalogue, [train], data, None, 0, language=20)


def test_the_help_says_what_is_judged():
    said = CliRunner().invoke(application(), ["eval", "dialogue", "--help"]).output
    assert "--train" in said
    assert "penchant eval dialogue --items" in said
