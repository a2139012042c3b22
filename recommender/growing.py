"""A checkpoint over other items than it was fitted on: newer ones of its catalogue, or those of another one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse
from sqlalchemy import Engine
from torch import Tensor

from recommender.checkpoint import Checkpoint, Scores
from recommender.events import events_after
from recommender.marks import Scale
from recommender.model import SequenceModel, Shape
from recommender.newcomers import Newcomers
from recommender.plan import BROAD
from retrieval.catalogue import Catalogue
from retrieval.items import Item

ALIKE = 0.5  # cosine of the words of two items of one id, from which they are the same
READING = ("layers.", "norm.")  # the weights that read a history, whatever its items mean
SLIGHT = 0.05  # spread of the weights of what words mean, before anything is learned


def grown(checkpoint: Checkpoint, catalogue: Catalogue, items: Sequence[str] | None = None) -> Checkpoint:
    """The same knowledge over these items, by default its own of the catalogue and then those that it lacks.

    An item that is new to it is read by its words alone until it is learned; one that is gone is forgotten. Returns the
    checkpoint itself where the items are the same.
    """
    lacking = (id for id in catalogue if id not in checkpoint.code_of)
    kept = (id for id in checkpoint.items if id in catalogue)
    wanted = tuple(items) if items is not None else (*kept, *lacking)
    if wanted == checkpoint.items:
        return checkpoint
    before = np.array([checkpoint.code_of.get(id, -1) for id in wanted], dtype=np.int64)
    content = _content(checkpoint, catalogue, wanted, before)
    old = checkpoint.model
    shape = replace(old.shape, items=len(wanted))
    model = transplanted(old, shape, torch.from_numpy(checkpoint.reader.directions(content)), before)
    Newcomers.of(content, before >= 0).introduce(model)
    return replace(
        checkpoint,
        items=wanted,
        model=model,
        pairs=_square(checkpoint.pairs, before),
        affinities=_affinities(checkpoint.affinities, before),
        content=content,
        popularity=np.where(before >= 0, checkpoint.popularity[before], 0).astype(np.float32),
        stream=checkpoint.stream.renamed(before),
    )


def up_to_date(checkpoint: Checkpoint, engine: Engine, catalogue: Catalogue) -> Checkpoint:
    """The checkpoint as it should serve now, without training: over the items of the catalogue, with what has become
    popular since. One that lacks the last events on purpose hears nothing of them."""
    return heard(grown(checkpoint, catalogue), engine, catalogue)


def heard(served: Checkpoint, engine: Engine, catalogue: Catalogue) -> Checkpoint:
    """The checkpoint with what has become popular since it was trained; its items are those of the catalogue."""
    if served.held_out or not len(served.stream.time):
        return served
    since = [
        (served.code_of[id], at) for id, at in events_after(engine, float(served.stream.time[-1])) if id in catalogue
    ]
    item = np.array([code for code, _ in since], dtype=np.int64)
    return served.hearing(served.stream.followed(np.array([at for _, at in since]), item))


def met_before(origin: Checkpoint, items: Sequence[Item]) -> NDArray[np.int64]:
    """The codes that these items had, (items,), -1 for new ones: where catalogues count their items, the same id is
    another item in another catalogue, so an item is only known again by its id and most of its words."""
    before = np.array([origin.code_of.get(item.id, -1) for item in items], dtype=np.int64)
    content = origin.reader.content(items)
    there = np.flatnonzero(before >= 0)
    then, now = origin.content[before[there]], content[there]
    alike = np.asarray(then.multiply(now).sum(axis=1)).ravel() >= ALIKE
    silent = (np.diff(then.indptr) == 0) & (np.diff(now.indptr) == 0)
    before[there[~(alike | silent)]] = -1
    return before


def elsewhere(
    origin: Checkpoint, shape: Shape, words: Tensor, before: NDArray[np.int64], scales: Mapping[str, Scale]
) -> SequenceModel:
    """A model for another catalogue that reads a history as the origin does; what its words mean begins at chance.

    `words` (items, shape.words): text vectors of whatever space; `before` (items,) as of `met_before`: the vectors of
    those items stay what they were. `scales`: what the codes of marks stand for. What reads a history is settled.
    """
    model = transplanted(origin.model, shape, words, before, (origin.scales, scales))
    known = torch.from_numpy(before >= 0)
    with torch.no_grad():
        if model.meaning is not None:  # that of the origin is of other directions
            model.meaning.copy_(torch.randn(model.meaning.shape) * SLIGHT)
        vectors = origin.model.vectors()[torch.from_numpy(np.maximum(before, 0))]
        of_words = model.vectors()[:-1] - model.item.weight[:-1]
        model.item.weight[:-1][known] = (vectors - of_words)[known]
    model.settle([name for name, _ in origin.model.named_parameters() if name.startswith(READING)])
    return model


def transplanted(
    old: SequenceModel,
    shape: Shape,
    words: Tensor,
    before: NDArray[np.int64],
    scales: tuple[Mapping[str, Scale], Mapping[str, Scale]] | None = None,
) -> SequenceModel:
    """A model of this shape with the old one's weights wherever they mean the same.

    `words` (items, shape.words): text vectors in the old one's space; `before` (items,): codes that the items had, -1
    for new ones, whose own vector is nothing. `scales`: what the codes of marks stood for, and stand for now.
    """
    model = SequenceModel(shape, words)
    theirs, ours = old.state_dict(), model.state_dict()
    for name, value in ours.items():
        if name in theirs and theirs[name].shape == value.shape and name not in ("item.weight", "bias", "words"):
            value.copy_(theirs[name])
    known = torch.from_numpy(before >= 0)
    codes = torch.from_numpy(np.maximum(before, 0))
    ours["item.weight"][:-1] = torch.where(known[:, None], theirs["item.weight"][codes], torch.zeros(()))
    ours["bias"].copy_(torch.where(known, theirs["bias"][codes], torch.zeros(())))
    for kind in ("marks", "asking", "person"):
        for name in getattr(shape, kind):
            _renamed(f"{kind}.of_{name}.weight", f"person.{name}" if kind == "person" else name, theirs, ours, scales)
    model.load_state_dict(ours)
    model.settle(old.settled)
    model.eval()
    return model


def _renamed(
    table: str,
    mark: str,
    theirs: Mapping[str, Tensor],
    ours: Mapping[str, Tensor],
    scales: tuple[Mapping[str, Scale], Mapping[str, Scale]] | None,
) -> None:
    """Moves the vectors of a mark's values to the codes they have now."""
    if scales is None or table not in theirs:
        return
    old, new = (side.get(mark, Scale()) for side in scales)
    place = {value: code for code, value in enumerate(old.edges or old.names, 1)}
    for code, value in enumerate(new.edges or new.names, 1):
        if value in place:
            ours[table][code] = theirs[table][place[value]]


def _content(
    checkpoint: Checkpoint, catalogue: Catalogue, wanted: Sequence[str], before: NDArray[np.int64]
) -> sparse.csr_array:
    """TF-IDF of the items, (items, words); only those that are new are read."""
    there = before >= 0
    new = checkpoint.reader.content([catalogue[id] for id, known in zip(wanted, there, strict=True) if not known])
    both = sparse.vstack([checkpoint.content[before[there]], new], format="csr")
    place = np.empty(len(wanted), dtype=np.int64)
    place[np.concatenate([np.flatnonzero(there), np.flatnonzero(~there)])] = np.arange(len(wanted))
    return sparse.csr_array(both[place])


def _affinities(old: Scores, before: NDArray[np.int64]) -> Scores:
    """The affinities of the items where they are now; none, as after learning, of more items than fit into memory."""
    if not old.size or len(before) > BROAD:
        return np.zeros((0, 0), dtype=np.float32)
    there = np.flatnonzero(before >= 0)
    affinities = np.zeros((len(before), len(before)), dtype=np.float32)
    for row in there:  # row by row: a copy of a part of it would be as large again
        affinities[row, there] = old[before[row], before[there]]
    return affinities


def _square(pairs: sparse.csr_array, before: NDArray[np.int64]) -> sparse.csr_array:
    """The rows and columns of a matrix of items, moved to where the items are now."""
    size = len(before)
    there = np.flatnonzero(before >= 0)
    after = np.full(pairs.shape[0], -1)
    after[before[there]] = there
    old = pairs.tocoo()
    row, column = after[old.row], after[old.col]
    kept = (row >= 0) & (column >= 0)
    return sparse.coo_array((old.data[kept], (row[kept], column[kept])), shape=(size, size)).tocsr()
