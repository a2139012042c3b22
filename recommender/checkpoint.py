"""What was learned, ready to be asked: history in, scores out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import softmax

from recommender.batch import collated
from recommender.content import Reader
from recommender.counts import Counting, faded, transitions
from recommender.ease import Easing
from recommender.forms import BY_LOGARITHM, PLAIN, forms, part_of, standardised
from recommender.fusion import Weights, weights_for
from recommender.holdout import HELD_OUT
from recommender.marks import Scale
from recommender.model import SequenceModel
from recommender.newcomers import Newcomers
from recommender.past import Codes, Past
from recommender.recency import SPANS, Stream
from recommender.serving import products
from retrieval.domain import Inputs
from retrieval.errors import Problem
from retrieval.ranking import Known

Scores = NDArray[np.float32]
PARTS = ("sequence", "counts", "ease", "text", *PLAIN)
ANYBODY = ("sequence", *PLAIN)  # the parts that have something to say to a stranger
ROWS = 128  # histories the model reads at a time


@dataclass(frozen=True)
class Checkpoint:
    """Everything fitted on one state of the data.

    `items`: catalogue ids in code order. `weights`: fusion weights by length of history and form of a part.
    `held_out`: 2 if it saw all but each user's last two events, 1 all but the last, 0 if it saw everything. `saw`:
    Interactions.fingerprint() of the whole data, before holding out. `epochs`: passes over the data, of `planned` ones;
    `validation`: NDCG@10 of the sequence model after them. `added`: what the fusion weighs besides behaviour, by the
    name of who learned it, as they wrote it.
    """

    items: tuple[str, ...]
    weights: Weights
    held_out: int
    saw: str
    seed: int
    epochs: int
    planned: int
    validation: float
    counting: Counting
    easing: Easing | None
    reader: Reader
    model: SequenceModel
    pairs: sparse.csr_array  # (items, items), as counted
    affinities: Scores  # (items, items); (0, 0) without easing
    content: sparse.csr_array  # (items, words), rows of unit length
    popularity: Scores  # (items,)
    stream: Stream
    scales: Mapping[str, Scale]
    inputs: Inputs
    seconds: Mapping[str, float]  # that fitting took, by part
    added: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    @cached_property
    def code_of(self) -> dict[str, int]:
        return {id: code for code, id in enumerate(self.items)}

    @cached_property
    def transitions(self) -> sparse.csr_array:
        """What people go on to, (items, items)."""
        return transitions(self.pairs, self.counting)

    @cached_property
    def matrix(self) -> Scores:
        """The sequence model's vector of each item and last its bias, (items, width + 1): of a checkpoint that was
        read, mapped from its file; computed once of one that was just made."""
        return self.model.matrix()

    @cached_property
    def newcomers(self) -> Newcomers:
        """The items without an event, and whom they take after."""
        return Newcomers.of(self.content, self.popularity > 0)

    def hearing(self, stream: Stream) -> Checkpoint:
        """The same with other news of what is popular; the vectors stay where they are mapped."""
        return self._keeping(replace(self, stream=stream))

    def weighing(self, weights: Weights) -> Checkpoint:
        """The same with other weights of its parts."""
        return self._keeping(replace(self, weights=weights))

    def meeting(self, newcomers: Newcomers) -> Checkpoint:
        """Itself, told of its newcomers by whoever found their kin before."""
        vars(self)["newcomers"] = newcomers
        return self

    def _keeping(self, other: Checkpoint) -> Checkpoint:
        """The other one, with what was computed of the items, which are the same, already."""
        vars(other).update({name: vars(self)[name] for name in ("matrix", "newcomers") if name in vars(self)})
        return other

    def answer(self, asked: Sequence[Known]) -> dict[str, Scores]:
        """What each part adds to the score of every item, by name, each (asked, items); their sum is the score.

        Ids the checkpoint does not know are left out. An empty history is answered by what needs none.
        """
        return self.fused(self.pasts(asked))

    def fused(self, pasts: Sequence[Past]) -> dict[str, Scores]:
        """What each part adds to the score of every item, by name, each (pasts, items)."""
        rows = [weights_for(self.weights, len(one)) for one in pasts]
        weighed = {name for row in rows for name, weight in row.items() if weight}
        return self.weighted(forms(self.raw(pasts), pasts, weighed), pasts)

    def past(self, known: Known) -> Past:
        """What is known of who asks, as codes. Who names no action asks for the one that is wanted here.

        Raises Problem if an action is asked for that was never met while learning.
        """
        return self.pasts([known])[0]

    def pasts(self, asked: Sequence[Known]) -> list[Past]:
        """The same for each of them; what several histories share, as those of one person do, is read once."""
        events = list({id(one): one for known in asked for one in known.moments}.values())
        row = {id(one): at for at, one in enumerate(events)}
        codes = {name: self._codes(name, [one.mark(name) for one in events]) for name in self.inputs.marks}
        return [self._past(known, row, codes) for known in asked]

    def _past(self, known: Known, row: Mapping[int, int], codes: Mapping[str, Codes]) -> Past:
        """`codes`: of each mark those of all events; `row`: which of them is whose, by identity."""
        kept = [at for at, item in enumerate(known.history) if item in self.code_of]
        moments = [known.moments[at] for at in kept] if known.moments else []
        times = [one.time for one in moments if one.time is not None]
        now = {name: known.now.mark(name) for name in self.inputs.asking}
        if "action" in now:
            now["action"] = self._wanted(now["action"])
        person = {name: known.now.person.get(name) for name in self.inputs.person}
        return Past(
            item=np.array([self.code_of[known.history[at]] for at in kept], dtype=np.int64),
            time=np.array(times) if times and len(times) == len(kept) else None,
            marks={name: each[[row[id(one)] for one in moments]] for name, each in codes.items()} if moments else {},
            now=known.now.time,
            asking={name: int(self._codes(name, [said])[0]) for name, said in now.items()},
            person={name: int(self._codes(f"person.{name}", [said])[0]) for name, said in person.items()},
        )

    def _wanted(self, named: str | float | None) -> str | None:
        wanted, met = str(named or self.inputs.wanted), self.scales.get("action", Scale()).names
        if wanted and met and wanted not in met:
            raise Problem(
                f"nobody can be asked for a {wanted!r}: the actions learned from are {', '.join(sorted(met))}"
            )
        return wanted or None

    def _codes(self, name: str, found: Sequence[str | float | None]) -> Codes:
        return self.scales.get(name, Scale()).codes(found)

    def raw(self, pasts: Sequence[Past]) -> dict[str, Scores]:
        """Every part for itself, standardised over the catalogue, each (pasts, items); zero where it is silent. The
        sequence model's is given by its logarithm as well."""
        silent = np.array([len(one) == 0 for one in pasts], dtype=bool)
        scores = {name: self.score(name, pasts) for name in self.able}
        scores[f"sequence{BY_LOGARITHM}"] = np.log(np.maximum(scores["sequence"], 1e-12))
        parts = {name: standardised(one) for name, one in scores.items()}
        for name, standard in parts.items():
            if part_of(name) not in ANYBODY:
                standard[silent] = 0.0
        return parts

    def forms(self, pasts: Sequence[Past]) -> dict[str, Scores]:
        """Every form of every part, as the fusion weighs them, each (pasts, items)."""
        return forms(self.raw(pasts), pasts)

    @property
    def able(self) -> tuple[str, ...]:
        """The parts this checkpoint has something to say by."""
        without = {
            "ease": not self.affinities.size,
            "text": not self.content.nnz,
            **dict.fromkeys(SPANS, not len(self.stream.time)),
        }
        return tuple(name for name in PARTS if not without.get(name))

    def score(self, part: str, pasts: Sequence[Past]) -> Scores:
        """One part before it is standardised, (pasts, items). KeyError if there is no such part."""
        items, histories = len(self.items), [one.item for one in pasts]
        # square roots of shares: one part's certainty does not drown the others, as it would with shares,
        # nor its opinion of what is unlikely anyway, as with their logarithms
        if part == "sequence":
            logits = sequence_scores(self.model, pasts, self.matrix)
            return np.asarray(np.sqrt(softmax(logits, axis=1)), dtype=np.float32)
        if part == "counts":
            went_on = dense(faded(histories, items, self.counting.decay) @ self.transitions)
            return np.sqrt(self.newcomers.lent(went_on))
        if part == "ease":
            asking = self.easing.asking if self.easing else 0.0
            # what speaks against an item does so mostly by chance
            speaks_for = np.maximum(dense(faded(histories, items, asking) @ self.affinities), 0)
            return np.sqrt(self.newcomers.lent(speaks_for))
        if part == "text":
            # a profile of many words is met by most items: dense, it takes a quarter of the time
            profiles = dense(faded(histories, items, self.reader.by.decay) @ self.content)
            return np.ascontiguousarray((self.content @ profiles.T).T)
        if part == "popularity":
            return np.tile(np.log1p(self.popularity), (len(pasts), 1)).astype(np.float32)
        if part in SPANS:
            return np.log1p(self.stream.part(part, [one.moment for one in pasts]))
        raise KeyError(part)

    def weighted(self, forms: Mapping[str, Scores], pasts: Sequence[Past]) -> dict[str, Scores]:
        """The parts, each the sum of its forms with the weights of each history's length."""
        rows = [weights_for(self.weights, len(one)) for one in pasts]
        parts: dict[str, Scores] = {}
        for name, scores in forms.items():
            weights = np.array([row.get(name, 0.0) for row in rows], dtype=np.float32)
            if weights.any():
                part = part_of(name)
                parts[part] = parts.get(part, 0.0) + weights[:, None] * scores
        return parts or {"popularity": forms["popularity"]}


def dense(scores: sparse.sparray | Scores) -> Scores:
    return np.asarray(scores.toarray() if isinstance(scores, sparse.sparray) else scores, dtype=np.float32)


def sequence_scores(model: SequenceModel, pasts: Sequence[Past], matrix: Scores | None = None) -> Scores:
    """Logits of every item as the next one, (pasts, items); `matrix`: the model's, where it is at hand."""
    return products(model.matrix() if matrix is None else matrix, sequence_states(model, pasts))


def sequence_states(model: SequenceModel, pasts: Sequence[Past]) -> Scores:
    """In what state each one asks, (pasts, width)."""
    states = np.zeros((len(pasts), model.shape.width), dtype=np.float32)
    # alike in length together: padding costs time and gives nothing
    order = sorted(range(len(pasts)), key=lambda row: len(pasts[row]))
    for start in range(0, len(order), ROWS):
        rows = order[start : start + ROWS]
        batch = collated([pasts[row].last(model.shape.window) for row in rows], model.shape.items)
        states[rows] = model.states(batch).numpy()
    return states


def read_checkpoint(models: Path, held_out: int | None = None) -> Checkpoint:
    """The checkpoint that lacks so many last events of each user: 2 chooses, 1 is judged, 0 serves.

    None takes the one that serves if there is one, else the one that chooses. Raises Stale if there is none, or if a
    file of it is gone or was changed.
    """
    from recommender.shelf import has, load

    if held_out is None:
        held_out = 0 if has(models, 0) else HELD_OUT
    return load(models, held_out)
