"""Where checkpoints lie: each in a directory of its own, and a pointer to the one that serves."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
import safetensors.torch
from numpy.typing import NDArray
from scipy import sparse

from recommender.checkpoint import Checkpoint
from recommender.content import Reader, Reading
from recommender.counts import Counting
from recommender.ease import Easing
from recommender.holdout import HELD_OUT
from recommender.marks import Scale
from recommender.model import SequenceModel, Shape
from recommender.recency import Stream
from retrieval.domain import Inputs
from retrieval.errors import Stale
from retrieval.manifest import NAME, damage
from retrieval.shelf import serving, shelve

# the pointers, by how many last events of each user the checkpoint lacks; each file holds the name of a directory
POINTERS = {2: "behaviour-chosen", 1: "behaviour-judged", 0: "behaviour-all"}
FUSION = "fusion.json"  # the weights of behaviour by length of history, and what was learned on top of them
BEHAVIOUR = "behaviour"  # their name in it
VECTORS = "vectors.npy"  # what scores the items: .npy, for that can be mapped instead of read
REMEDY = {2: "run penchant train", 1: "run penchant train", 0: "run penchant train --all"}


def save(models: Path, checkpoint: Checkpoint) -> Path:
    """Write the checkpoint beside the others, then let it serve; its directory. Who is interrupted leaves the old one
    serving."""
    return _shelve(models, checkpoint.held_out, lambda home: _write(home, checkpoint))


def amend(models: Path, added: Mapping[str, Mapping[str, Any]]) -> None:
    """Adds what was learned on top of behaviour to the fusion of the checkpoint that chooses, and of each that weighs
    behaviour as it does; their other files stay as they are. Raises Stale if that checkpoint is damaged."""
    behaviour = load(models, HELD_OUT).weights
    for held_out, pointer in POINTERS.items():
        before = serving(models, pointer)
        if before is None or (one := load(models, held_out)).weights != behaviour:
            continue

        def write(home: Path, before: Path = before, one: Checkpoint = one) -> None:
            for file in before.iterdir():
                if file.name not in (FUSION, NAME):
                    os.link(file, home / file.name)
            _write_fusion(home, replace(one, added={**one.added, **added}))

        _shelve(models, held_out, write)


def _shelve(models: Path, held_out: int, write: Callable[[Path], object]) -> Path:
    return shelve(models, POINTERS[held_out], "learned by penchant train", "as the events it was learned from", write)


def has(models: Path, held_out: int) -> bool:
    return (models / POINTERS[held_out]).exists()


def load(models: Path, held_out: int) -> Checkpoint:
    """The checkpoint that lacks so many last events of each user. Raises Stale, with the remedy, if any of it is
    missing or was changed."""
    pointer, remedy = POINTERS[held_out], REMEDY[held_out]
    try:
        home = serving(models, pointer)
    except (OSError, ValueError) as error:
        raise Stale(f"{models / pointer} cannot be read ({error}); {remedy}") from error
    if home is None:
        raise Stale(f"no behaviour model in {models}; {remedy}")
    return _checked(home, remedy)


def _checked(home: Path, remedy: str) -> Checkpoint:
    if wrong := damage(home, thoroughly=True):
        raise Stale(f"the behaviour model in {home} is damaged ({wrong}); {remedy}")
    try:
        return _read(home)
    except (OSError, KeyError, TypeError, ValueError, RuntimeError) as error:
        raise Stale(f"the behaviour model was made by another version of Penchant; {remedy}") from error


def read_folder(home: Path) -> Checkpoint:
    """The checkpoint in a folder, of whatever catalogue: one of a models folder, or that folder itself, of which it is
    the one that serves, or else the one that chooses. Raises Stale if there is none or a file was changed."""
    if (home / "settings.json").exists():
        return _checked(home, "name another folder")
    for held_out in (0, 2):
        if has(home, held_out):
            return load(home, held_out)
    raise Stale(f"there is no behaviour model in {home}; name a folder that penchant train made, such as var/models")


def _write(home: Path, one: Checkpoint) -> None:
    safetensors.torch.save_file(one.model.state_dict(), home / "model.safetensors")
    np.save(home / VECTORS, one.matrix, allow_pickle=False)
    arrays: Mapping[str, Mapping[str, NDArray[Any]]] = {
        "counts": taken_apart(one.pairs),
        "content": taken_apart(one.content),
        "ease": {"weights": one.affinities},
        "popularity": {"events": one.popularity},
        "reader": {"rarity": one.reader.rarity, "axes": one.reader.axes},
        "stream": {"time": one.stream.time, "item": one.stream.item, "early": one.stream.early},
    }
    for name, tensors in arrays.items():
        whole = {key: np.ascontiguousarray(value) for key, value in tensors.items()}
        safetensors.numpy.save_file(whole, home / f"{name}.safetensors")
    settings = {
        "items": one.items,
        "held_out": one.held_out,
        "saw": one.saw,
        "seed": one.seed,
        "epochs": one.epochs,
        "planned": one.planned,
        "validation": one.validation,
        "counting": asdict(one.counting),
        "easing": asdict(one.easing) if one.easing else None,
        "reading": asdict(one.reader.by),
        "vocabulary": one.reader.vocabulary,
        "shape": asdict(one.model.shape),
        "settled": one.model.settled,
        "scales": {name: asdict(scale) for name, scale in one.scales.items()},
        "inputs": one.inputs.model_dump(mode="json"),
        "seconds": dict(one.seconds),
    }
    (home / "settings.json").write_text(json.dumps(settings, indent=1))
    _write_fusion(home, one)


def _write_fusion(home: Path, one: Checkpoint) -> None:
    behaviour = {str(least): dict(weights) for least, weights in one.weights.items()}
    (home / FUSION).write_text(json.dumps({BEHAVIOUR: behaviour, **one.added}, indent=1))


def _read(home: Path) -> Checkpoint:
    settings = json.loads((home / "settings.json").read_text())
    fusion = json.loads((home / FUSION).read_text())
    model = SequenceModel(Shape(**settings.pop("shape")))
    model.load_state_dict(safetensors.torch.load_file(home / "model.safetensors"))
    model.settle(settings.pop("settled", ()))
    model.eval()
    items = tuple(settings.pop("items"))
    scales = {name: Scale(*map(tuple, (one["names"], one["edges"]))) for name, one in settings.pop("scales").items()}
    read = Checkpoint(
        items=items,
        counting=Counting(**settings.pop("counting")),
        easing=Easing(**easing) if (easing := settings.pop("easing")) else None,
        weights={int(least): weights for least, weights in fusion.pop(BEHAVIOUR).items()},
        added=fusion,
        model=model,
        reader=Reader(
            Reading(**settings.pop("reading")),
            tuple(settings.pop("vocabulary")),
            **safetensors.numpy.load_file(home / "reader.safetensors"),
        ),
        pairs=put_together(safetensors.numpy.load_file(home / "counts.safetensors")),
        content=put_together(safetensors.numpy.load_file(home / "content.safetensors")),
        affinities=safetensors.numpy.load_file(home / "ease.safetensors")["weights"],
        popularity=safetensors.numpy.load_file(home / "popularity.safetensors")["events"],
        stream=Stream(**safetensors.numpy.load_file(home / "stream.safetensors"), items=len(items)),
        scales=scales,
        inputs=Inputs(**settings.pop("inputs")),
        **settings,
    )
    # in the place of what would be computed: a checkpoint made of this one by `replace` does not take it over
    vars(read)["matrix"] = np.load(home / VECTORS, mmap_mode="r", allow_pickle=False)
    return read


def taken_apart(rows: sparse.csr_array) -> dict[str, NDArray[Any]]:
    """The arrays of a sparse matrix by name, as safetensors hold them."""
    return {"data": rows.data, "indices": rows.indices, "indptr": rows.indptr, "shape": np.array(rows.shape)}


def put_together(parts: Mapping[str, NDArray[Any]]) -> sparse.csr_array:
    """The matrix again. KeyError or ValueError if the arrays are none of a matrix."""
    return sparse.csr_array((parts["data"], parts["indices"], parts["indptr"]), shape=tuple(parts["shape"].tolist()))
