"""Where checkpoints lie: each in a directory of its own, and a pointer to the one that serves."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Mapping
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

# the pointers, by how many last events of each user the checkpoint lacks; each file holds the name of a directory
POINTERS = {2: "behaviour-chosen", 1: "behaviour-judged", 0: "behaviour-all"}
BUILDING, BUILT = "building-behaviour-", "behaviour."
MANIFEST = "manifest.json"
FUSION = "fusion.json"  # the weights of behaviour by length of history, and what was learned on top of them
BEHAVIOUR = "behaviour"  # their name in it
VECTORS = "vectors.npy"  # what scores the items: .npy, for that can be mapped instead of read
REMEDY = {2: "run penchant train", 1: "run penchant train", 0: "run penchant train --all"}


def save(models: Path, checkpoint: Checkpoint) -> Path:
    """Write the checkpoint beside the others, then let it serve; its directory.

    The pointer moves in one step after all files are on the disk: who is interrupted leaves the old one serving.
    """
    models.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=models))
    _write(building, checkpoint)
    digests = {file.name: _digest(file) for file in sorted(building.iterdir())}
    return _serve(building, digests, POINTERS[checkpoint.held_out])


def amend(models: Path, added: Mapping[str, Mapping[str, Any]]) -> None:
    """Adds what was learned on top of behaviour to the fusion of the checkpoint that chooses, and of each that weighs
    behaviour as it does; their other files stay as they are. Raises Stale if that checkpoint is damaged."""
    behaviour = load(models, HELD_OUT).weights
    for held_out, pointer in POINTERS.items():
        if not has(models, held_out) or (one := load(models, held_out)).weights != behaviour:
            continue
        before = models / (models / pointer).read_text().strip()
        digests = json.loads((before / MANIFEST).read_text())
        building = Path(tempfile.mkdtemp(prefix=BUILDING, dir=models))
        for name in digests.keys() - {FUSION}:
            os.link(before / name, building / name)
        _write_fusion(building, replace(one, added={**one.added, **added}))
        _serve(building, {**digests, FUSION: _digest(building / FUSION)}, pointer)


def _serve(building: Path, digests: Mapping[str, str], pointer: str) -> Path:
    """Seals a folder and lets the pointer name it, after all of it is on the disk; where it lies from now on."""
    models = building.parent
    (building / MANIFEST).write_text(json.dumps(digests, indent=2))
    for file in building.iterdir():
        _to_disk(file)
    # named by its contents, so that the pointer vouches for the manifest and the manifest for the files
    home = models / f"{BUILT}{_digest(building / MANIFEST)[:16]}"
    if home.exists():
        shutil.rmtree(home)
    os.replace(building, home)
    unfinished = models / f"{pointer}.new"
    unfinished.write_text(home.name)
    _to_disk(unfinished)
    os.replace(unfinished, models / pointer)
    _sweep(models)
    return home


def has(models: Path, held_out: int) -> bool:
    return (models / POINTERS[held_out]).exists()


def load(models: Path, held_out: int) -> Checkpoint:
    """The checkpoint that lacks so many last events of each user. Raises Stale, with the remedy, if any of it is
    missing or was changed."""
    remedy, pointer = REMEDY[held_out], POINTERS[held_out]
    try:
        home = models / (models / pointer).read_text().strip()
    except FileNotFoundError:
        raise Stale(f"no behaviour model in {models}; {remedy}") from None
    try:
        return _checked(home, remedy)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise Stale(f"the behaviour model was made by another version of Penchant; {remedy}") from error
    except OSError as error:
        raise Stale(f"the behaviour model lacks {error.filename}; {remedy}") from error


def _checked(home: Path, remedy: str) -> Checkpoint:
    manifest = (home / MANIFEST).read_bytes()
    if home.name != f"{BUILT}{hashlib.sha256(manifest).hexdigest()[:16]}":
        raise Stale(f"{home / MANIFEST} was changed since it was written; {remedy}")
    for name, digest in json.loads(manifest).items():
        if _digest(home / name) != digest:
            raise Stale(f"{home / name} was changed since it was written; {remedy}")
    return _read(home)


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


def _sweep(models: Path) -> None:
    """Remove what no pointer names: older checkpoints, and what an interrupted job left behind."""
    named = {(models / pointer).read_text().strip() for held_out, pointer in POINTERS.items() if has(models, held_out)}
    for directory in models.iterdir():
        if directory.is_dir() and directory.name.startswith((BUILT, BUILDING)) and directory.name not in named:
            shutil.rmtree(directory, ignore_errors=True)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _to_disk(file: Path) -> None:
    with file.open("rb") as opened:
        os.fsync(opened.fileno())
