"""Where the dialogue model lies: in a folder of its own, sealed, and a pointer to it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import safetensors.numpy
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors import SafetensorError
from scipy import sparse

from chat.dialogue.counted import Counted
from chat.dialogue.encoder import Encoder
from chat.dialogue.lexicon import Lexicon
from chat.dialogue.model import Model
from recommender.shelf import put_together, taken_apart
from retrieval import shelf
from retrieval.errors import Stale
from retrieval.manifest import damage
from retrieval.space.embedding import Embedder
from retrieval.space.trainable import reading

POINTER = "dialogue"
ABOUT, ARRAYS = "about.json", "model.safetensors"
REMEDY = "run penchant train-dialogue"
SPARSE = ("after", "further", "together", "heard")
DENSE = ("named", "first", "columns", "weights")
ENCODED = ("projection", "shift", "met", "items")
READ = "reading."  # before what the reading of words learned


class About(BaseModel):
    """All of a model that is no array, and which sentence vectors it reads."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    embedder: str
    ids: tuple[str, ...]
    phrases: Mapping[str, int]
    weights: Mapping[int, Mapping[str, float]]
    sharpness: tuple[float, ...] = ()


def save(models: Path, model: Model) -> str:
    """Writes the model into a new folder, then lets it serve; its identity. Who is interrupted leaves the old one
    serving."""
    counted, encoders = model.counted, model.encoders
    about = About(
        embedder=model.embedder.identity,
        ids=counted.ids,
        phrases=counted.lexicon.phrases,
        weights=model.weights,
        sharpness=tuple(one.sharpness for one in encoders),
    )
    arrays: dict[str, NDArray[Any]] = {name: getattr(counted, name) for name in DENSE}
    rows = {name: getattr(counted, name) for name in SPARSE}
    for name, matrix in {**rows, "having": counted.lexicon.having}.items():
        arrays |= {f"{name}.{key}": value for key, value in taken_apart(matrix).items()}
    for at, one in enumerate(encoders):
        arrays |= {f"encoder.{at}.{name}": getattr(one, name) for name in ENCODED}
        arrays |= {f"{READ}{at}.{name}": learned for name, learned in one.reading.learned().items()}

    def write(folder: Path) -> None:
        (folder / ABOUT).write_text(about.model_dump_json() + "\n", encoding="utf-8")
        whole = {name: np.ascontiguousarray(value) for name, value in arrays.items()}
        safetensors.numpy.save_file(whole, folder / ARRAYS)

    return shelf.shelve(
        models, POINTER, "learned by penchant train-dialogue", "as the dialogues it was learned from", write
    ).name


def serving(models: Path) -> str | None:
    """The identity of the model that serves, None if there is none."""
    home = shelf.serving(models, POINTER)
    return home.name if home else None


def load(models: Path, name: str, embedder: Embedder) -> Model:
    """The model of this identity. Raises Stale, with the remedy, if it is damaged or reads other sentence vectors than
    those of the embedder."""
    home = models / name
    if wrong := damage(home, thoroughly=True):
        raise Stale(f"the dialogue model is damaged ({wrong}); {REMEDY}")
    try:
        about = About.model_validate_json((home / ABOUT).read_bytes())
        if about.embedder != embedder.identity:
            raise Stale(f"the dialogue model reads other sentence vectors than those of {embedder.name}; {REMEDY}")
        return _model(about, safetensors.numpy.load_file(home / ARRAYS), embedder)
    except (
        OSError,
        KeyError,
        ValueError,
        RuntimeError,
        ValidationError,
        json.JSONDecodeError,
        SafetensorError,
    ) as error:
        raise Stale(f"the dialogue model was made by another version of Penchant; {REMEDY}") from error


def _model(about: About, arrays: Mapping[str, NDArray[Any]], embedder: Embedder) -> Model:
    lexicon = Lexicon(about.phrases, _matrix(arrays, "having"))
    counted = Counted(
        about.ids,
        lexicon,
        **{name: _matrix(arrays, name) for name in SPARSE},
        **{name: arrays[name] for name in DENSE},
    )
    encoders = tuple(_encoder(at, sharpness, arrays, embedder) for at, sharpness in enumerate(about.sharpness))
    return Model(counted, encoders, embedder, about.weights)


def _encoder(at: int, sharpness: float, arrays: Mapping[str, NDArray[Any]], embedder: Embedder) -> Encoder:
    reads, its = reading(embedder), f"{READ}{at}."
    reads.take({name.removeprefix(its): one for name, one in arrays.items() if name.startswith(its)})
    reads.done()
    return Encoder(reads, **{name: arrays[f"encoder.{at}.{name}"] for name in ENCODED}, sharpness=sharpness)


def _matrix(arrays: Mapping[str, NDArray[Any]], name: str) -> sparse.csr_array:
    return put_together({key: arrays[f"{name}.{key}"] for key in ("data", "indices", "indptr", "shape")})
