"""What is suggested next in dialogues that nobody here wrote: `penchant eval dialogue`."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track

from chat.dialogue.files import cases_of, read_cases, read_items, read_things, titles_of
from chat.dialogue.model import Fitted, end, fit
from chat.dialogue.talk import Case, Talk
from chat.llm import open_llm
from chat.llm.remembered import Remembered
from eval.dialogue_language import with_language
from eval.judging import written
from eval.next_item import peak
from eval.report import Report, Row
from recommender.forms import Scores
from recommender.significance import over_groups
from recommender.threads import compute_with
from retrieval.catalogue import Catalogue
from retrieval.domain import read_domain
from retrieval.errors import Problem
from retrieval.items import described
from retrieval.settings import Settings
from retrieval.space.item_vectors import open_space

PLACES = (1, 5, 10, 50)
K = 10
TOLD = ("recall@1", "recall@10", "recall@50", f"ndcg@{K}", "mrr")  # of all metrics, those of the table
SPEED, CASES = "ms a turn", "cases"
AT_ONCE = 256  # turns that are scored together
PROTOCOL = (
    "each item that was suggested in a turn is a case, looked for among all items by what was said and named before; "
    "ties count against it; new: of what had not been named, and that is left out of the ranking as well; "
    "intervals over dialogues. Learned from the training files alone"
)
HEADS = {"new": "What had not been named before", "all": "All that was suggested"}
Contender = Callable[[Sequence[Talk]], Scores]


def dialogue(
    settings: Settings, items: Path, train: Sequence[Path], data: Path, json: Path | None, seed: int, language: int = 0
) -> None:
    """Fit on the training files, judge on the other, print the table. On so many turns, drawn by the seed, the language
    model takes part as well. Raises Problem naming a line that is wrong."""
    compute_with(settings.threads)
    console = Console(stderr=True)
    catalogue, asked, learning = _read(items, train, data, console)
    things = [name for file in train for name in read_things(file)]
    space = open_space(settings).words
    domain = read_domain(settings.domain)

    def told(text: str) -> None:
        console.print(text, highlight=False)

    started = time.monotonic()
    fitted = fit(learning, catalogue, domain, space, things, seed, told=told)
    whole = fitted.model
    seconds = {"penchant": time.monotonic() - started}
    started = time.monotonic()
    named = fit(learning, catalogue, domain, space, (), seed, words=False, told=told).model
    seconds["mentions"] = time.monotonic() - started
    texts = space.documents([described(item) for item in catalogue.values()])
    contenders: dict[str, Contender] = {
        "popularity": popularity(learning, catalogue),
        "repeat-last": repeat_last(catalogue),
        "co-occurrence": lambda talks: whole.counted.parts(talks, whole.counted.met(talks))["together"],
        "text": lambda talks: space.queries([end(talk) for talk in talks]) @ texts.T,
        "mentions": named.scores,
        "penchant": whole.scores,
    }
    rows, judged = [], dict[str, Judged]()
    for name, contender in contenders.items():
        judged[name] = judge(contender, asked, catalogue, name, console)
        rows.append(judged[name].row(name, seconds.get(name, 0.0), seed))
    if language:
        rows += language_rows(settings, fitted, catalogue, asked, language, seed)
    weights = {str(least): dict(one) for least, one in whole.weights.items()}
    sizes = {"turns": len(asked), "items": len(catalogue), "learned_from": len(learning)}
    metrics = {**judged["penchant"].row("penchant", 0.0, seed).metrics, **sizes, "weights": weights}
    report = Report(protocol=PROTOCOL, data=catalogue.fingerprint(), seed=seed, rows=rows, metrics=metrics)
    for kind in ("new", "all"):
        Console().print(f"\n{HEADS[kind]}", style="bold")
        of_kind(report, kind).show(Console())
    Console().print(f"\npenchant takes {metrics[SPEED]:.1f} ms a turn.", highlight=False)
    written(report, json)


def _read(items: Path, train: Sequence[Path], data: Path, console: Console) -> tuple[Catalogue, list[Case], list[Case]]:
    """The catalogue, the cases that are judged, and those to learn from, of other dialogues."""
    catalogue, nameless = read_items(items)
    if nameless:
        console.print(f"{items.name}: {nameless} lines without an id were passed over")
    titles = titles_of(catalogue)
    asked = [case for case in read_cases(data, titles) if any(id in catalogue for id in case.suggested)]
    if not asked:
        raise Problem(f"{data} has no turn in which an item of {items} was suggested")
    inside = {case.dialogue for case in asked}
    learning = [case for case in cases_of(train, titles) if case.dialogue not in inside]
    if not learning:
        raise Problem("there is no dialogue to learn from besides those that are judged; name files with --train")
    return catalogue, asked, learning


def language_rows(
    settings: Settings, fitted: Fitted, catalogue: Catalogue, asked: Sequence[Case], n: int, seed: int
) -> Iterator[Row]:
    """Of n turns with something new the first of it, without the language model and with it; weights learned on n turns
    of the training files. Raises Problem if there is no model that can weigh titles."""
    with ExitStack() as opened:
        llm = open_llm(settings)
        if llm is None or not llm.scores:
            raise Problem("--language needs a model that can weigh titles; set language to local:NAME")
        kept = Remembered.of(llm, settings)
        opened.callback(kept.close)
        able = [case for case in asked if any(id in catalogue for id in case.new)]
        order = np.random.default_rng(seed).permutation(len(able))[:n]
        drawn = [able[at] for at in np.sort(order)]
        order = np.random.default_rng(seed).permutation(len(fitted.apart))[:n]
        earlier, domain = [fitted.apart[at] for at in order], read_domain(settings.domain)
        places, _ = with_language(fitted, catalogue, earlier, drawn, kept, domain, seed)
    number = {id: at for at, id in enumerate(dict.fromkeys(case.dialogue for case in drawn))}
    of = np.array([number[case.dialogue] for case in drawn], dtype=np.int64)
    for name, each in places.items():
        yield Judged({"new": each}, {"new": of}).row(name, 0.0, seed)


def of_kind(report: Report, kind: str) -> Report:
    """The same with the main metrics of one kind, by their short names."""

    told = {f"{kind}/{name}": name.replace("recall", "r") for name in TOLD}

    def short(metrics: Mapping[str, float]) -> dict[str, float]:
        return {name: metrics[key] for key, name in told.items() if key in metrics}

    rows = [
        row.model_copy(
            update={
                "n": int(row.metrics[f"{kind}/{CASES}"]),
                "metrics": short(row.metrics),
                "low": short(row.low),
                "high": short(row.high),
            }
        )
        for row in report.rows
        if f"{kind}/{CASES}" in row.metrics
    ]
    return report.model_copy(update={"rows": rows})


@dataclass(frozen=True)
class Judged:
    """`places`: by kind, of each case the place of its item from 1, (cases,); `of`: the dialogue of each case."""

    places: Mapping[str, NDArray[np.int64]]
    of: Mapping[str, NDArray[np.int64]]
    milliseconds: float | None = None

    def row(self, name: str, seconds: float, seed: int) -> Row:
        """Every metric with its interval."""
        metrics, low, high = dict[str, float](), dict[str, float](), dict[str, float]()
        for kind, places in self.places.items():
            for metric, values in figures(places).items():
                key = f"{kind}/{metric}"
                metrics[key] = float(values.mean()) if len(values) else 0.0
                low[key], high[key] = over_dialogues(values, self.of[kind], seed)
            metrics[f"{kind}/{CASES}"] = float(len(places))
        if self.milliseconds is not None:
            metrics[SPEED] = self.milliseconds
        return Row(
            name=name,
            n=max(len(places) for places in self.places.values()),
            metrics=metrics,
            low=low,
            high=high,
            seconds=round(seconds, 3),
            memory_mb=round(peak(), 1),
        )


def judge(contender: Contender, asked: Sequence[Case], catalogue: Catalogue, name: str, console: Console) -> Judged:
    """Where each item that was suggested stands."""
    places: dict[str, list[int]] = {"all": [], "new": []}
    of: dict[str, list[int]] = {"all": [], "new": []}
    number = {id: at for at, id in enumerate(dict.fromkeys(case.dialogue for case in asked))}
    spent = 0.0
    for start in track(range(0, len(asked), AT_ONCE), name, console=console, transient=True):
        some = asked[start : start + AT_ONCE]
        started = time.perf_counter()
        scores = np.asarray(contender([case.talk for case in some]), dtype=np.float32)
        spent += time.perf_counter() - started
        for row, case in zip(scores, some, strict=True):
            left = row.copy()
            left[[catalogue.row[id] for id in case.talk.named if id in catalogue]] = -np.inf
            for kind, ids, ranked in (("all", case.suggested, row), ("new", case.new, left)):
                for id in ids:
                    at = catalogue.row.get(id)
                    places[kind].append(int((ranked >= ranked[at]).sum()) if at is not None else len(row) + 1)
                    of[kind].append(number[case.dialogue])
    return Judged(
        {kind: np.array(each, dtype=np.int64) for kind, each in places.items()},
        {kind: np.array(each, dtype=np.int64) for kind, each in of.items()},
        1000 * spent / len(asked),
    )


def figures(places: NDArray[np.int64]) -> dict[str, NDArray[np.float64]]:
    """Recall, NDCG (Järvelin and Kekäläinen, 2002) and reciprocal rank of each case, of which one item is right."""
    found = {f"recall@{k}": (places <= k).astype(np.float64) for k in PLACES}
    gain = np.where(places <= K, 1 / np.log2(places + 1.0), 0.0)
    return {**found, f"ndcg@{K}": gain, "mrr": 1 / np.maximum(places, 1)}


def over_dialogues(values: NDArray[np.float64], of: NDArray[np.int64], seed: int) -> tuple[float, float]:
    """The 95 % interval of the mean, over dialogues; `of`: the dialogue of each value."""
    sums, sizes = (np.bincount(of, weights=one).astype(np.float64) for one in (values, np.ones(len(of))))
    return over_groups(sums, sizes, seed)


def popularity(cases: Sequence[Case], catalogue: Catalogue) -> Contender:
    """How often each item was suggested, whatever was said."""
    counts = Counter(id for case in cases for id in case.suggested)
    scores = np.array([counts[id] for id in catalogue.ids], dtype=np.float32)
    return lambda talks: np.tile(scores, (len(talks), 1))


def repeat_last(catalogue: Catalogue) -> Contender:
    """What was named last comes first."""

    def scores(talks: Sequence[Talk]) -> Scores:
        found = np.zeros((len(talks), len(catalogue)), dtype=np.float32)
        for row, talk in enumerate(talks):
            for place, id in enumerate(talk.named, start=1):
                if id in catalogue:
                    found[row, catalogue.row[id]] = place
        return found

    return scores
