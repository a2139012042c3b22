"""Is it understood what people mean: what a message is for, which titles are meant, and whether they are liked?"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from chat.understanding.acts.by_example import by_example
from chat.understanding.titles.mentions import titles_in
from eval import intents, polarity
from eval.heads import Truths
from eval.labelled import JUDGED, Annotated, Dialogues, Labelled, apart, dialogues_of
from eval.linking import linking_rows
from eval.next_item import peak
from eval.report import Report, Row
from recommender.datasets.files import catalogue_of
from recommender.threads import compute_with
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain, read_domain
from retrieval.errors import Problem
from retrieval.settings import Settings
from retrieval.space.embedding import open_embedder

INTENTS = (
    "Intents: each utterance of the seeker has one label or several, and each of the {labels} labels judged is said of "
    "it or not; F1 by label over all utterances, and the mean over the labels, intervals over dialogues. Titles are "
    "found in the text and not taken from the file; the labels of the recommender are not used. penchant: a logistic "
    "regression a label on the cues and the examples of the product, sentence vectors, words, and what was said "
    "before, its threshold found within the training data; {how}. embedding-only: the same on the vector of the "
    "utterance. untrained: the acts as the product finds them, brought to the labels by a table. majority: the most "
    "frequent label for all. "
)
POLARITY = (
    "Polarity: each item of a dialogue that the seeker's form calls liked or disliked, by what the seeker said with "
    "its title and in answer to its suggestion; balanced accuracy, intervals over dialogues. penchant: a logistic "
    "regression on cues, stance and words, {how}; grammar: as the product reads it, without learning; constant: all "
    "liked. "
)
CROSSED = "in ten-fold cross-validation over the dialogues of --data"
TRAINED = "learned from the {many} dialogues of --train that are not in --data"


def understanding(
    settings: Settings,
    items: Path,
    train: Sequence[Path],
    data: Path,
    domain: str | None,
    json: Path | None,
    seed: int,
) -> None:
    """Judge what the file allows, and print it; without dialogues to learn from, what takes learning is judged as it
    comes. Raises Problem naming the line that cannot be read or the label that is unknown."""
    compute_with(settings.threads)
    catalogue, read = catalogue_of(items), dialogues_of(data)
    known = [dialogues_of(file) for file in train]
    learn = Dialogues(
        tuple(one for each in known for one in each.labelled), tuple(one for each in known for one in each.annotated)
    )
    rows, metrics, protocol = list[Row](), dict[str, Any]({"items": len(catalogue)}), ""
    speaks = read_domain(domain or settings.domain)
    if read.labelled:
        found, how = _intents(read.labelled, learn.labelled, settings, catalogue, speaks, seed)
        rows += found
        metrics["intent_macro_f1"] = found[0].metrics["intent_macro_f1"]
        protocol += INTENTS.format(labels=len(JUDGED), how=how)
    if read.annotated:
        found, how = _polarity(read.annotated, learn.annotated, seed)
        rows += found
        if found:
            metrics["polarity_accuracy"] = found[0].metrics["polarity_accuracy"]
            protocol += POLARITY.format(how=how)
        linked, said = linking_rows(data, catalogue, speaks, seed)
        if linked:
            rows += linked
            metrics["linking_f1"] = next(row.metrics["f1"] for row in linked if row.name == "penchant/as-typed")
            protocol += f"Linking: {said}."
    if len(metrics) == 1:
        raise Problem(f"nothing can be judged on {data}: no labels, no forms, and no item of {items} as @ and its id")
    report = Report(protocol=protocol.strip(), data=catalogue.fingerprint(), seed=seed, rows=rows, metrics=metrics)
    report.show(Console())
    if json:
        report.save(json)


def _intents(
    data: Sequence[Labelled],
    train: Sequence[Labelled],
    settings: Settings,
    catalogue: Catalogue,
    domain: Domain,
    seed: int,
) -> tuple[list[Row], str]:
    """The rows of intents, ours first, and how it was learned."""
    titles, embedder = titles_in(catalogue, domain), open_embedder(settings)
    others = apart(train, data, "dialogue")
    turns, lessons = intents.turns_of(data, titles), intents.turns_of(others, titles)
    true, taught = intents.truths(turns), intents.truths(lessons).reshape(-1, len(JUDGED))
    groups = np.array([turn.dialogue for turn in turns], dtype=np.str_)
    rows: list[Row] = []

    def told(name: str, said: Truths, since: float) -> None:
        result = intents.Told(said, true, groups)
        low, high = result.between(seed)
        metrics = {"intent_macro_f1": result.macro} | dict(zip(JUDGED, map(float, result.f1), strict=True))
        rows.append(_row(name, len(turns), metrics, {"intent_macro_f1": (low, high)}, since))

    judged = len(turns) if others else None
    crossed = bool(train) and not others and len(data) > 1
    if others or crossed:
        for name, cases in (("penchant", intents.cases), ("embedding-only", intents.embedding_only)):
            since = time.monotonic()
            told(
                name,
                intents.learned(cases([*lessons, *turns], embedder, domain), np.vstack([taught, true]), judged),
                since,
            )
    since = time.monotonic()
    told("untrained", intents.untrained(turns, by_example(embedder, domain)), since)
    told("majority", intents.majority(turns, taught if others else true), time.monotonic())
    how = TRAINED.format(many=len(others)) if others else CROSSED if crossed else "there is nothing to learn from"
    return rows, how


def _polarity(data: Sequence[Annotated], train: Sequence[Annotated], seed: int) -> tuple[list[Row], str]:
    """The rows of polarity, ours first; none where a form knows only one side."""
    others = apart(train, data, "conversation_id")
    judged, lessons = polarity.opinions(data), polarity.opinions(others)
    true = np.array([not one.liked for one in judged], dtype=np.bool_)
    if not true.any() or true.all():
        return [], ""
    taught = np.array([not one.liked for one in lessons], dtype=np.bool_)
    groups = np.array([one.dialogue for one in judged], dtype=np.str_)
    rows: list[Row] = []

    def told(name: str, said: Truths, since: float) -> None:
        metrics = {
            "polarity_accuracy": polarity.balanced(said, true),
            "disliked": float(said[true].mean()),
            "liked": float((~said)[~true].mean()),
        }
        rows.append(
            _row(name, len(judged), metrics, {"polarity_accuracy": polarity.between(said, true, groups, seed)}, since)
        )

    crossed = bool(train) and not lessons
    if lessons or crossed:
        since = time.monotonic()
        both = np.concatenate([taught, true])
        told(
            "penchant/polarity",
            polarity.learned(polarity.cases([*lessons, *judged]), both, len(judged) if lessons else None),
            since,
        )
    told("grammar/polarity", polarity.by_grammar(judged), time.monotonic())
    told("constant/polarity", np.zeros(len(judged), dtype=np.bool_), time.monotonic())
    how = TRAINED.format(many=len(others)) if lessons else CROSSED if crossed else "there is nothing to learn from"
    return rows, how


def _row(name: str, n: int, metrics: dict[str, float], bounds: dict[str, tuple[float, float]], since: float) -> Row:
    return Row(
        name=name,
        n=n,
        metrics=metrics,
        low={metric: low for metric, (low, _) in bounds.items()},
        high={metric: high for metric, (_, high) in bounds.items()},
        seconds=round(time.monotonic() - since, 3),
        memory_mb=round(peak(), 1),
    )
