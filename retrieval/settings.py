"""The one place that reads the environment and penchant.toml."""

import difflib
import os
import re
import tomllib
from pathlib import Path
from typing import Any, ClassVar

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from retrieval.errors import Problem

FILE = Path("penchant.toml")
NOT_SETTINGS = {"PENCHANT_BENCHMARKS"}  # read by the tests only


class Settings(BaseSettings):
    """What an operator may choose. A backend is a URL; environment variables win over penchant.toml."""

    model_config: ClassVar[SettingsConfigDict] = SettingsConfigDict(
        env_prefix="PENCHANT_", toml_file=FILE, extra="forbid", frozen=True
    )

    home: Path = Field(Path("var"), description="folder of everything a run makes")
    database: str = Field("", description="sqlite:///FILE or postgresql://...; empty is penchant.db in home")
    domain: str = Field("movies", description="a shipped domain, or the path of a domain's TOML file")
    embedder: str = Field("sentence:all-minilm-l6-v2", description="sentence:NAME, or hashing: (a stand-in)")
    index: str = Field("chroma:", description="chroma: in home/index, chroma+http://HOST:PORT, or exact: in memory")
    pictures: Path | None = Field(None, description="folder of the image files that items name; none: only addresses")
    private_pictures: bool = Field(False, description="whether images may be fetched from private networks too")
    language: str = Field(
        "local:smollm2-135m-instruct",
        description="local:NAME, llamacpp:NAME, http://HOST:PORT/v1#MODEL, scripted: (a stand-in), or none:",
    )
    language_key: SecretStr = Field(SecretStr(""), description="what the server of the language model wants to hear")
    language_deadline: float = Field(15.0, gt=0, description="seconds the language model may take for one answer")
    language_budget: float = Field(1.0, gt=0, description="seconds the re-ranking may take before cards are shown")
    language_understanding: float = Field(
        1.0, gt=0, description="seconds a model that reads messages well may take where grammar is at a loss"
    )
    threads: int = Field(2, ge=1, le=256, description="compute threads; one is safest on a busy machine")
    host: str = "127.0.0.1"
    port: int = Field(7860, ge=0, le=65535, description="0 takes a free one")
    console_password: SecretStr = Field(SecretStr(""), description="opens /console; empty keeps it shut")

    @field_validator("index")
    @classmethod
    def _known_index(cls, index: str) -> str:
        if index in ("chroma:", "exact:") or re.fullmatch(r"chroma\+https?://[\w.-]+(:\d{1,5})?", index):
            return index
        raise ValueError("it must be chroma:, exact:, or chroma+http://HOST:PORT, a server on a private network")

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.home / 'penchant.db'}"

    @property
    def models(self) -> Path:
        return self.home / "models"

    @property
    def vectors(self) -> Path:
        return self.home / "index"

    @property
    def cache(self) -> Path:
        return self.home / "cache"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls)


def read_settings(**overrides: Any) -> Settings:
    """The settings in force. Raises Problem naming an unknown key and the nearest known one, or a bad value."""
    try:
        in_file = tomllib.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Problem(f"{FILE} is not valid TOML: {error}") from error
    except OSError as error:
        raise Problem(f"{FILE} cannot be read: {error.strerror}") from error
    for key in in_file:
        if key not in Settings.model_fields:
            raise Problem(f"{FILE} sets {key!r}, which is no setting{_nearest(key)}")
    for name in os.environ:
        key = name.removeprefix("PENCHANT_").lower()
        if name.startswith("PENCHANT_") and name not in NOT_SETTINGS and key not in Settings.model_fields:
            raise Problem(f"the environment sets {name}, which is no setting{_nearest(key)}")
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(map(str, first["loc"]))
        secret = Settings.model_fields[str(first["loc"][0])].annotation is SecretStr
        value = "not what it should be" if secret else repr(first["input"])
        why = str(first["ctx"]["error"]) if first["type"] == "value_error" else first["msg"].lower()
        raise Problem(f"the setting {key!r} is {value}: {why}") from error


def _nearest(key: str) -> str:
    near = difflib.get_close_matches(key, Settings.model_fields, n=1, cutoff=0.4)
    return f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(Settings.model_fields)}"
