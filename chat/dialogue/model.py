"""All parts of the dialogue together, weighed by the one fusion."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from chat.dialogue.counted import Counted
from chat.dialogue.encoder import Encoder, learned
from chat.dialogue.lexicon import Lexicon
from chat.dialogue.talk import Case, Talk
from recommender.forms import BY_PLACE, Scores, by_place, standardised
from recommender.fusion import Shortlist, likeliest, weights_for
from retrieval.catalogue import Catalogue
from retrieval.domain import Domain
from retrieval.items import described
from retrieval.space.embedding import Embedder
from retrieval.space.trainable import reading

LENGTHS = (0, 1, 3)  # items named, from which other weights hold
READ = 400  # characters of the end of a dialogue that the encoder reads
PULL = 1e-2  # by which weights are held back
NEAR = 20  # of each part, the items that are candidates while weights are learned: what counts is who comes first
MOST = 3000  # cases to learn weights from
APART = 5  # parts of the dialogues, of which one is kept for the weights if none has real turns
PLAIN = ("popular", "first")
SEVERAL = 2  # encoders of the model that serves, each drawn anew: their mean is steadier at the very top than one


@dataclass(frozen=True)
class Model:
    """Over the items that there were when it learned. `weights`: by the least number of items named and by form, as
    `recommender/fusion.py` finds them. `words`: whether what was said counts, and not only what was named."""

    counted: Counted
    encoders: tuple[Encoder, ...]
    embedder: Embedder
    weights: Mapping[int, Mapping[str, float]]
    words: bool = True

    def scores(self, talks: Sequence[Talk]) -> Scores:
        """Of every item, (talks, items)."""
        forms = self.forms(talks)
        rows = [weights_for(self.weights, len(self.codes(talk.named))) for talk in talks]
        total = np.zeros((len(talks), len(self.counted.ids)), dtype=np.float32)
        for name, scored in forms.items():
            total += np.array([row.get(name, 0.0) for row in rows], dtype=np.float32)[:, None] * scored
        return total

    def forms(self, talks: Sequence[Talk]) -> dict[str, Scores]:
        """Every part standardised, and by place, each (talks, items)."""
        talks = talks if self.words else [replace(talk, said=()) for talk in talks]
        met = self.counted.met(talks)
        parts = self.counted.parts(talks, met)
        if self.encoders:
            said = [end(talk) for talk in talks]
            each = [one.scores(said, met) for one in self.encoders]
            parts["encoder"] = np.asarray(sum(each[1:], each[0]) / len(each), dtype=np.float32)
        scored = {name: standardised(one) for name, one in parts.items()}
        seen = [self.codes(talk.named) for talk in talks]
        return {**scored, **{f"{n}{BY_PLACE}": by_place(one, seen) for n, one in scored.items() if n not in PLAIN}}

    def codes(self, ids: Sequence[str]) -> NDArray[np.int64]:
        """Where those of the ids stand that it knows."""
        row = self.counted.row
        return np.array([row[id] for id in ids if id in row], dtype=np.int64)


def end(talk: Talk) -> str:
    """What the encoder reads of what was said."""
    return " ".join(talk.said)[-READ:]


@dataclass(frozen=True)
class Fitted:
    """`model` has learned from all cases; `first`, with the same weights, from all but `apart`, so that on those it can
    be judged."""

    model: Model
    first: Model
    apart: tuple[Case, ...]


def fit(
    cases: Sequence[Case],
    catalogue: Catalogue,
    domain: Domain,
    embedder: Embedder,
    things: Sequence[str] = (),
    seed: int = 0,
    words: bool = True,
    told: Callable[[str], None] = lambda text: None,
) -> Fitted:
    """Counts, trains an encoder and learns the weights, on dialogues that were kept apart from counting; then counts
    and trains again with all of them, several encoders now. Without `words` only what was named counts. `things`: what
    people named besides items."""
    lexicon = Lexicon.of(catalogue, domain, things)
    apart = kept_apart(cases, seed)
    chosen = [case for case in cases if case.dialogue in apart]
    rest = [case for case in cases if case.dialogue not in apart]
    told(f"counting {len(rest):,} turns, for weights learned from {len(chosen):,}")
    first = _fitted(rest, catalogue, lexicon, embedder, (seed,), words, told)
    some_of = some(chosen, seed)
    first = replace(first, weights=weighed(first, some_of))
    seeds = tuple(range(seed, seed + SEVERAL))
    whole = _fitted(cases, catalogue, lexicon, embedder, seeds, words, told)
    return Fitted(replace(whole, weights=first.weights), first, tuple(some_of))


def kept_apart(cases: Sequence[Case], seed: int) -> frozenset[str]:
    """The dialogues that weights are learned from: those with the turns as they were written, if not all are so; else
    one part in five."""
    real = {case.dialogue for case in cases if case.real}
    every = sorted({case.dialogue for case in cases})
    if real and len(real) < len(every) / 2:
        return frozenset(real)
    order = np.random.default_rng(seed).permutation(len(every))
    return frozenset(every[at] for at in order[: max(1, len(every) // APART)])


def some(cases: Sequence[Case], seed: int) -> list[Case]:
    """As many as weights need, of which something new was suggested, drawn by the seed; of a dialogue that is given
    twice, the turns as they were written."""
    real = {case.dialogue for case in cases if case.real}
    able = [case for case in cases if case.new and (case.real or case.dialogue not in real)]
    order = np.random.default_rng(seed).permutation(len(able))[:MOST]
    return [able[at] for at in np.sort(order)]


def weighed(model: Model, cases: Sequence[Case]) -> dict[int, dict[str, float]]:
    """By number of items named, the weights under which what was suggested is likeliest among the candidates."""
    forms = model.forms([case.talk for case in cases])
    found: dict[int, dict[str, float]] = {}
    for least, beyond in zip(LENGTHS, (*LENGTHS[1:], 10**9), strict=True):
        rows = [at for at, case in enumerate(cases) if least <= len(case.talk.named) < beyond]
        named = [model.codes(cases[at].talk.named) for at in rows]
        new = [model.codes(cases[at].new).tolist() for at in rows]
        shortlist = Shortlist.among({name: one[rows] for name, one in forms.items()}, named, new, NEAR)
        if len(shortlist.targets):
            weights = likeliest(shortlist, PULL)
            found[least] = {name: round(float(weight), 4) for name, weight in zip(forms, weights, strict=True)}
    return found if 0 in found else {0: dict.fromkeys(forms, 1.0), **found}


def _fitted(
    cases: Sequence[Case],
    catalogue: Catalogue,
    lexicon: Lexicon,
    embedder: Embedder,
    seeds: Sequence[int],
    words: bool,
    told: Callable[[str], None],
) -> Model:
    """With an encoder of each seed."""
    counted = Counted.of(_once(cases), catalogue.ids, lexicon)
    encoders = list[Encoder]()
    learning = [case for case in cases if any(id in catalogue for id in case.new)] if words else []
    if learning:
        told(f"training {len(seeds)} encoder{'s' * (len(seeds) > 1)} on {len(learning):,} turns")
        talks = [case.talk for case in learning]
        targets = [[catalogue.row[id] for id in case.new if id in catalogue] for case in learning]
        items = embedder.documents([described(item) for item in catalogue.values()])
        said = [end(talk) for talk in talks]
        met = counted.met(talks)
        encoders = [learned(reading(embedder), said, met, targets, items, seed) for seed in seeds]
    return Model(counted, tuple(encoders), embedder, {0: {}}, words)


def _once(cases: Sequence[Case]) -> list[Case]:
    """Without the dialogues as they were written where they are given by what they name as well."""
    named = {case.dialogue for case in cases if not case.real}
    return [case for case in cases if not case.real or case.dialogue not in named]
