"""The acts of a sentence by its likeness to sentences of which they are known: the embedding layer.

Few-shot classification on frozen sentence vectors, after Tunstall et al., "Efficient Few-Shot Learning Without Prompts"
(2022), without its tuning of the model.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from chat.messages import Does
from chat.understanding.sentences import TITLE
from retrieval.domain import Domain
from retrieval.errors import Problem
from retrieval.space.embedding import Embedder, Hashing

SHIPPED = Path(__file__).parent / "examples"
OF_EVERY_DOMAIN = "any"
STRICTNESS = 20.0  # inverse of how much the weights are held small; by cross-validation over our own examples
SURE = 0.4  # the share of the best act from which it is believed
# sentences -> for each act how likely each of them does it, (sentences, acts)
ByExample = Callable[[Sequence[str]], tuple[tuple[Does, ...], NDArray[np.float64]]]


def examples(domain: Domain) -> Mapping[Does, tuple[str, ...]]:
    """What we wrote for every domain and for this one, by act."""
    known: dict[Does, list[str]] = {}
    for name in (OF_EVERY_DOMAIN, domain.name):
        if (file := SHIPPED / f"{name}.toml").exists():
            for act, said in tomllib.loads(file.read_text(encoding="utf-8")).items():
                if act not in known and name != OF_EVERY_DOMAIN:
                    raise Problem(f"{file}: there is no act {act!r}; name one of those in {OF_EVERY_DOMAIN}.toml")
                known.setdefault(act, []).extend(said)  # type: ignore[arg-type]
    return {act: tuple(_named(one, domain) for one in said) for act, said in known.items()}


def by_example(embedder: Embedder, domain: Domain) -> ByExample | None:
    """Learns the acts from the shipped examples, in about a second; None for the stand-in embedder, to which sentences
    of one meaning are not alike."""
    if isinstance(embedder, Hashing) or embedder.identity.startswith("hashing"):
        return None
    known = examples(domain)
    acts = tuple(sorted(known))
    rows = [(one, act) for act in acts for one in known[act]]
    vectors = embedder.documents([one for one, _ in rows])  # which are kept, so that this is done once
    model = LogisticRegression(C=STRICTNESS, class_weight="balanced", max_iter=1000)
    model.fit(vectors, [act for _, act in rows])
    order = tuple(str(one) for one in model.classes_)

    def likely(sentences: Sequence[str]) -> tuple[tuple[Does, ...], NDArray[np.float64]]:
        if not sentences:
            return order, np.zeros((0, len(order)))  # type: ignore[return-value]
        asked = embedder.queries([_named(one, domain) for one in sentences])
        return order, model.predict_proba(asked)  # type: ignore[return-value]

    return likely


def believed(likely: ByExample, sentences: Sequence[str]) -> list[Does | None]:
    """The act of each sentence, None where none is likely enough."""
    acts, shares = likely(sentences)
    return [acts[row.argmax()] if row.max() >= SURE else None for row in shares]


def _named(sentence: str, domain: Domain) -> str:
    """With words that the model knows where titles and things stand."""
    filled = sentence.replace("[items]", domain.plural).replace("[item]", domain.noun)
    return TITLE.sub("Titanic" if domain.name == "movies" else f"that {domain.noun}", filled)
