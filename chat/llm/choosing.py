"""Another language model: opened, measured, and written into penchant.toml."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError

from chat.llm import LLM, Unavailable, open_llm
from chat.llm.capabilities import measured, write_capabilities
from chat.llm.guarded import within
from chat.llm.remote import Remote
from retrieval.errors import Problem
from retrieval.settings import FILE, Settings

KINDS = ("local:", "llamacpp:", "http://", "https://", "scripted:", "none:")
PATIENCE = 600.0  # seconds that measuring may take


def language_of(name: str) -> str:
    """The setting that a name means: a bare one is read by this process."""
    return name if name.startswith(KINDS) else f"local:{name}"


def use(name: str, settings: Settings, say: Callable[[str], None] = lambda text: None) -> str:
    """Chooses the model for all that follows; a sentence on what it can do.

    Nothing is written unless the model could be opened and answered. Raises Problem naming what there is, if not.
    """
    language = language_of(name)
    chosen = settings.model_copy(update={"language": language})
    sentence = "Words will be by template, and no language model takes part in the order."
    if (llm := _opened(chosen)) is not None:
        say(f"measuring {language}")
        found = measured(language, llm)
        write_capabilities(chosen, found)
        sentence = found.sentence()
    set_language(FILE, language)
    over = os.environ.get("PENCHANT_LANGUAGE", language)
    if over != language:
        sentence += f" But the environment sets PENCHANT_LANGUAGE to {over!r}, which wins over {FILE}."
    return sentence


def set_language(file: Path, language: str) -> None:
    """Sets the key, and leaves everything else in the file as somebody wrote it, comments too."""
    try:
        settings = tomlkit.parse(file.read_text(encoding="utf-8")) if file.exists() else tomlkit.document()
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise Problem(f"{file} is not valid TOML: {error}") from error
    settings["language"] = language
    unfinished = file.with_name(f"{file.name}.new")
    unfinished.write_text(tomlkit.dumps(settings), encoding="utf-8")
    os.replace(unfinished, file)


def _opened(settings: Settings) -> LLM | None:
    if settings.language.startswith(("http://", "https://")):
        _there(settings)
    llm = open_llm(settings)
    return within(llm, PATIENCE) if llm else None


def _there(settings: Settings) -> None:
    """Raises Problem if the server does not have the model, or is not there."""
    remote = Remote(settings.language, settings.language_key.get_secret_value())
    try:
        models = remote.models()
    except Unavailable as error:
        raise Problem(f"{error}; is it running, and does it need a key (PENCHANT_LANGUAGE_KEY)?") from error
    if remote.model not in models:
        raise Problem(f"{remote.base} has no model {remote.model!r}; it has {', '.join(models) or 'none'}")
