"""Everything opened, joined and closed again: from settings to an assistant."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pydantic import BaseModel, Field, ValidationError

from chat.assistant import Assistant
from chat.llm import LLM, open_llm
from chat.reranking import Reranker
from chat.store import Store
from chat.understanding import understanding
from recommender.checkpoint import Checkpoint, read_checkpoint
from recommender.growing import up_to_date
from recommender.ranker import Behaviour, by_behaviour, by_company, by_part
from recommender.threads import compute_with
from retrieval.catalogue import Catalogue, read_catalogue
from retrieval.database import database
from retrieval.domain import Domain, read_domain
from retrieval.embedding import Embedder, open_embedder
from retrieval.errors import Problem
from retrieval.hybrid import by_wording, by_words
from retrieval.index import Index, open_index
from retrieval.lexical import Lexical
from retrieval.ranking import Ranker, Source
from retrieval.settings import Settings
from retrieval.sources import by_kind, by_likeness, by_meaning, by_request, together

SAMPLE = 5000  # items whose vectors say what a usual cosine is


class Picked(BaseModel):
    """What `penchant weigh` kept: of which language model, and how much it may say."""

    language: str
    weight: float = Field(ge=0, le=1)


@contextmanager
def assistant(settings: Settings, held_out: int | None = None, weight: float | None = None) -> Iterator[Assistant]:
    """An assistant over the workspace, on the checkpoint fitted for serving, or on the one that
    lacks so many last events of each user.

    `weight` of the language model in the order stands in for the one that was picked, which then is not read.

    Raises Problem or Stale naming what is missing and the command that makes it."""
    compute_with(settings.threads)
    domain = read_domain(settings.domain)
    with database(settings.database_url) as engine:
        catalogue = read_catalogue(engine)
        if not catalogue:
            raise Problem("the catalogue is empty; run penchant fetch ml-100k, or penchant import items FILE")
        checkpoint = up_to_date(read_checkpoint(settings.models, held_out), engine, catalogue)
        embedder = open_embedder(settings)
        index = open_index(catalogue, embedder, settings)
        llm = open_llm(settings)
        behaviour = Behaviour(checkpoint)
        lexical = Lexical.of(catalogue)
        yield Assistant(
            engine=engine,
            store=Store(engine),
            catalogue=catalogue,
            domain=domain,
            understand=understanding(catalogue, domain),
            sources=sources(catalogue, behaviour, index, embedder, lexical),
            rankers=rankers(catalogue, behaviour, index, embedder, lexical, domain),
            behaviour=behaviour,
            reranker=reranker(llm, catalogue, domain, settings, weight),
            llm=llm,
            notes=notes(checkpoint, embedder, llm),
        )


def sources(catalogue: Catalogue, behaviour: Behaviour, index: Index, embedder: Embedder, lexical: Lexical) -> Source:
    """All candidates worth a look: behaviour, the words, the titles named, and what is popular."""
    return together(
        by_meaning(catalogue, index, embedder),
        by_words(catalogue, lexical),
        by_likeness(catalogue, index),
        by_company(catalogue, behaviour),
        *(by_part(catalogue, behaviour, name) for name in ("sequence", "counts", "ease", "popularity")),
    )


def rankers(
    catalogue: Catalogue,
    behaviour: Behaviour,
    index: Index,
    embedder: Embedder,
    lexical: Lexical,
    domain: Domain,
) -> tuple[Ranker, ...]:
    """Behaviour first, then the request."""
    ids = list(catalogue)
    sample = index.vectors(ids[:: max(1, len(ids) // SAMPLE)])
    return (
        by_behaviour(behaviour, domain.weights),
        by_request(index, embedder, domain.weights, sample),
        by_wording(lexical, domain.weights),
        by_kind(catalogue, domain.weights),
    )


def reranker(
    llm: LLM | None, catalogue: Catalogue, domain: Domain, settings: Settings, weight: float | None = None
) -> Reranker | None:
    """The language model's part in the order, with the weight that `penchant weigh` picked for it."""
    if llm is None:
        return None
    weight = language_weight(settings) if weight is None else weight
    return Reranker(llm, catalogue, domain, weight, settings.language_budget)


def language_weight(settings: Settings) -> float:
    """The picked weight; 0 until one was picked: a model that was not measured has no say in the order."""
    kept = picked(settings)
    return kept.weight if kept and kept.language == settings.language else 0.0


def picked(settings: Settings) -> Picked | None:
    """What `penchant weigh` kept, None before it did. Raises Problem if it cannot be read."""
    file = settings.models / "language.json"
    try:
        return Picked.model_validate_json(file.read_bytes())
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Problem(f"{file} cannot be read ({error.strerror}); run penchant weigh") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        wrong = f"{where}: {first['msg'].lower()}" if where else first["msg"].lower()
        raise Problem(f"{file} does not hold a weight ({wrong}); run penchant weigh") from error


def notes(checkpoint: Checkpoint, embedder: Embedder, llm: LLM | None) -> tuple[str, ...]:
    """What a person ought to know of this set-up."""
    stand_ins = [one.name for one in (embedder, llm) if one and "stand-in" in one.name]
    return (
        *(f"Running with {name}." for name in stand_ins),
        *(["No language model is set, so words are by template."] if llm is None else []),
        *(
            ["Each history lacks its last two events, which are held out: penchant train --all fits for serving."]
            if checkpoint.held_out
            else []
        ),
    )
