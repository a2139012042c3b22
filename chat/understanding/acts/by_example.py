"""The acts of a sentence by its likeness to sentences of which they are known: the embedding layer.

Few-shot classification on frozen sentence vectors, after Tunstall et al., "Efficient Few-Shot Learning Without Prompts"
(2022), without its tuning of the model.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from chat.messages import Does
from chat.understanding.text.sentences import TITLE
from retrieval.domain import Domain
from retrieval.errors import Problem
from retrieval.space.embedding import Embedder, Hashing

if TYPE_CHECKING:
    from sklearn.linear_model import LogisticRegression

SHIPPED = Path(__file__).parent / "examples"
OF_EVERY_DOMAIN = "any"
STRICTNESS = 20.0  # inverse of how much the weights are held small; by cross-validation over our own examples
SURE = 0.4  # the share of the best act from which it is believed


@dataclass(frozen=True)
class ByExample:
    """A classifier of sentences in which titles stand as `·`."""

    embedder: Embedder
    domain: Domain
    model: LogisticRegression

    @property
    def acts(self) -> tuple[Does, ...]:
        return tuple(self.model.classes_.tolist())

    def shares(self, vectors: NDArray[np.floating]) -> NDArray[np.float64]:
        """How likely each act is for sentences of these vectors, (sentences, acts)."""
        return np.asarray(self.model.predict_proba(vectors), dtype=np.float64)

    def believed(self, sentences: Sequence[str]) -> list[Does | None]:
        """The act of each sentence, None where none is likely enough."""
        if not sentences:
            return []
        shares = self.shares(self.embedder.queries([with_words(one, self.domain) for one in sentences]))
        return [self.acts[row.argmax()] if row.max() >= SURE else None for row in shares]


def examples(domain: Domain) -> Mapping[Does, tuple[str, ...]]:
    """What we wrote for every domain and for this one, by act."""
    known: dict[Does, list[str]] = {}
    for name in (OF_EVERY_DOMAIN, domain.name):
        if (file := SHIPPED / f"{name}.toml").exists():
            for act, said in tomllib.loads(file.read_text(encoding="utf-8")).items():
                if act not in known and name != OF_EVERY_DOMAIN:
                    raise Problem(f"{file}: there is no act {act!r}; name one of those in {OF_EVERY_DOMAIN}.toml")
                known.setdefault(act, []).extend(said)  # type: ignore[arg-type]
    return {act: tuple(with_words(one, domain) for one in said) for act, said in known.items()}


def by_example(embedder: Embedder, domain: Domain) -> ByExample | None:
    """Learns the acts from the shipped examples, in about a second; None for the stand-in embedder, to which sentences
    of one meaning are not alike."""
    if isinstance(embedder, Hashing) or embedder.identity.startswith("hashing"):
        return None
    from sklearn.linear_model import LogisticRegression  # takes a second, which the stand-in does not need

    known = examples(domain)
    rows = [(one, act) for act in sorted(known) for one in known[act]]
    vectors = embedder.documents([one for one, _ in rows])  # which are kept, so that this is done once
    model = LogisticRegression(C=STRICTNESS, class_weight="balanced", max_iter=1000)
    return ByExample(embedder, domain, model.fit(vectors, [act for _, act in rows]))


def with_words(sentence: str, domain: Domain) -> str:
    """The sentence with words that the model knows where titles and things stand."""
    filled = sentence.replace("[items]", domain.plural).replace("[item]", domain.noun)
    return TITLE.sub(f"that {domain.noun}", filled)
