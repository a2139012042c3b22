"""What an utterance is for, judged on labelled dialogues: by the acts of the product, and by what can be learned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chat.messages import Does
from chat.understanding.acts.by_example import ByExample, by_example, with_words
from chat.understanding.acts.cues import cued, cues
from chat.understanding.acts.doing import of_sentence
from chat.understanding.acts.phrases import spoken
from chat.understanding.text.sentences import sentences
from eval.heads import Cases, Numbers, Truths, best_f1, folds, shares
from eval.labelled import JUDGED, Labelled, Utterance
from recommender.significance import DRAWS, LEVEL
from retrieval.domain import Domain
from retrieval.space.embedding import Embedder
from retrieval.words.titles import Titles

STRICTNESS = 0.3
# which label an act of ours comes nearest to, for those who have learned nothing from labels
NEAREST: Mapping[str, tuple[Does, ...]] = {
    "OTH": ("greet", "goodbye", "thank", "off topic"),
    "ACC": ("accept",),
    "SEE": ("seen",),
    "IQU": ("ask",),
    "PRO": ("prefer",),
    "REJ": ("reject",),
    "CRI-F": ("critique",),
    "INQ": ("about",),
    "CRI-A": ("add", "alike"),
    "NRE": ("unseen",),
    "CON": ("others",),
    "ASK": ("ask back",),
}
ASKED = (  # what the recommender may have said before
    r"\b(?:have|did) (?:you|u).{0,12}(?:seen|see|watch)",
    r"\bwhat (?:kind|type|genre|sort|movie)|looking for|do you like|are you into|prefer|would you like|in the mood"
    r"|any (?:particular|specific)|\bor\b[^?]*\?",
    r"\b(?:how|what) about|recommend|suggest|check out|\btry\b",
    r"\bis it\b|\bare they\b|how are you|\bhello\b|\bhi\b",
    r"\b(?:thank|welcome|bye|enjoy)",
)
OPENING = re.compile(ASKED[1])


@dataclass(frozen=True)
class Turn:
    """An utterance of the seeker, `at` its place in the dialogue, with the one before it (None at the beginning) and
    the one before that; titles stand as `·`, `linked` are the ids that were found in each."""

    dialogue: str
    at: int
    labels: tuple[str, ...]
    text: str
    before: str | None
    linked: tuple[frozenset[str], frozenset[str], frozenset[str]]


@dataclass(frozen=True)
class Told:
    """The labels said of each turn, (turns, labels), beside the true ones and the dialogue of each."""

    said: Truths
    true: Truths
    groups: NDArray[np.str_]

    @property
    def f1(self) -> Numbers:
        """By label."""
        return _f1(*self._counts(np.arange(len(self.said))))

    @property
    def macro(self) -> float:
        return float(self.f1.mean())

    def between(self, seed: int) -> tuple[float, float]:
        """The 95 % bootstrap interval of the macro-F1 over dialogues."""
        names, of = np.unique(self.groups, return_inverse=True)
        each = np.stack([self._counts(np.flatnonzero(of == at)) for at in range(len(names))])  # (dialogues, 3, labels)
        draws = np.random.default_rng(seed).integers(len(names), size=(DRAWS, len(names)))
        values = [float(_f1(*each[draw].sum(axis=0)).mean()) for draw in draws]
        low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
        return float(low), float(high)

    def _counts(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        said, true = self.said[rows], self.true[rows]
        return np.stack([(said & true).sum(axis=0), said.sum(axis=0), true.sum(axis=0)])


def _f1(right: NDArray[np.int64], said: NDArray[np.int64], true: NDArray[np.int64]) -> Numbers:
    return np.asarray(2 * right / np.maximum(said + true, 1), dtype=np.float64)


def turns_of(dialogues: Sequence[Labelled], titles: Titles) -> list[Turn]:
    """The seeker's utterances of the dialogues, in their order."""
    turns = []
    for dialogue in dialogues:
        read = [_masked(one, titles) for one in dialogue.utterances]
        nothing: tuple[str, frozenset[str]] = ("", frozenset())
        for at, one in enumerate(dialogue.utterances):
            if one.role == "seeker":
                text, linked = read[at]
                before, earlier = (read[at - back] if at >= back else nothing for back in (1, 2))
                known = (linked, before[1], earlier[1])
                turns.append(Turn(dialogue.dialogue, at, one.intents, text, before[0] if at else None, known))
    return turns


def truths(turns: Sequence[Turn], labels: Sequence[str] = JUDGED) -> Truths:
    return np.array([[label in turn.labels for label in labels] for turn in turns], dtype=np.bool_)


def untrained(turns: Sequence[Turn], likely: ByExample | None) -> Truths:
    """The labels that come nearest to the acts that the product finds, by what was said before."""
    said = []
    for turn in turns:
        acts = _acts(turn.text, likely)
        labels = {label for label, near in NEAREST.items() if acts & set(near)}
        asked = bool(turn.before and OPENING.search(turn.before.casefold()))
        if turn.at < 3 and {"IQU", "PRO", "CRI-A"} & labels:  # who says at first what they like wants something like it
            labels = (labels - {"PRO", "CRI-A", "CRI-F"}) | {"IQU"}
        elif asked and not labels & {"SEE", "ACC", "REJ", "INQ", "CON"}:
            labels |= {"ANS"}
        if "NRE" in labels and len(labels) > 1:
            labels.discard("NRE")
        said.append([label in labels for label in JUDGED])
    return np.array(said, dtype=np.bool_)


def majority(turns: Sequence[Turn], learned: Truths) -> Truths:
    """The label that is most frequent among those learned from, for everybody."""
    said = np.zeros((len(turns), learned.shape[1]), dtype=np.bool_)
    said[:, learned.sum(axis=0).argmax()] = True
    return said


def cases(turns: Sequence[Turn], embedder: Embedder, domain: Domain) -> Cases:
    """Everything that tells an act: the cues and the examples of the product, what was said before and where the turn
    stands, the sentence vectors, the words."""
    likely = by_example(embedder, domain)
    shown = _Vectors(embedder, likely, domain)
    shown.read([text for turn in turns for text in (turn.text, turn.before or "")])
    numbers = [
        np.concatenate(
            [
                _cues(turn.text),
                0.5 * _cues(next(iter(sentences(turn.text)), "")),
                _context(turn),
                2.0 * shown.likely(turn.text),
                shown.likely(turn.before or ""),
            ]
        )
        for turn in turns
    ]
    wide = [2.0 * np.concatenate(shown.vectors(turn.text)) for turn in turns]
    texts = [turn.text.casefold() for turn in turns], [(turn.before or "").casefold() for turn in turns]
    return Cases(_groups(turns), np.array(numbers), np.array(wide), ((texts[0], 2.0), (texts[1], 1.0)))


def embedding_only(turns: Sequence[Turn], embedder: Embedder, domain: Domain) -> Cases:
    """The vector of the utterance and nothing else."""
    vectors = embedder.documents([with_words(turn.text, domain) for turn in turns])
    return Cases(_groups(turns), 3.0 * np.asarray(vectors, dtype=np.float64), np.zeros((len(turns), 0)))


def learned(cases: Cases, true: Truths, judged: int | None) -> Truths:
    """What is said of each of the last `judged` cases by what is learned from the others; of every case in
    cross-validation over dialogues if it is None."""
    if judged is not None:
        at = np.arange(len(cases))
        rows, limits = shares(cases, true, at[:-judged], at[-judged:], STRICTNESS, best_f1)
        return np.asarray(rows >= limits)
    said = np.zeros(true.shape, dtype=np.bool_)
    for learn, judge in folds(cases):
        rows, limits = shares(cases, true, learn, judge, STRICTNESS, best_f1)
        said[judge] = rows >= limits
    return said


class _Vectors:
    """The vectors and the likely acts of the sentences of texts, each computed once."""

    def __init__(self, embedder: Embedder, likely: ByExample | None, domain: Domain) -> None:
        self.embedder, self.by_example, self.domain = embedder, likely, domain
        self.vector: dict[str, Numbers] = {}
        self.acts: dict[str, Numbers] = {}

    def read(self, texts: Sequence[str]) -> None:
        every = dict.fromkeys(one for text in texts for one in (*sentences(text), text) if one)
        words = [with_words(one, self.domain) for one in every]
        self.vector = dict(zip(every, np.asarray(self.embedder.documents(words), dtype=np.float64), strict=True))
        if self.by_example:
            shares = self.by_example.shares(np.stack(list(self.vector.values())))
            self.acts = dict(zip(every, shares, strict=True))

    def vectors(self, text: str) -> tuple[Numbers, Numbers, Numbers]:
        """The mean of the sentences, the greatest of each coordinate, and the vector of the whole."""
        width = len(next(iter(self.vector.values())))
        each = np.array([self.vector[one] for one in sentences(text)]).reshape(-1, width)
        if not len(each):
            each = np.zeros((1, width))
        return each.mean(axis=0), each.max(axis=0), self.vector.get(text, np.zeros(width))

    def likely(self, text: str) -> Numbers:
        """The greatest share of each act among the sentences."""
        if not self.acts:
            return np.zeros(0)
        each = [self.acts[one] for one in sentences(text)]
        return np.max(each, axis=0) if each else np.zeros(len(next(iter(self.acts.values()))))


def _cues(text: str) -> Numbers:
    found = {act for one in sentences(text) for act in cued(spoken(one))}
    return np.array([act in found for act in cues()], dtype=np.float64)


def _context(turn: Turn) -> Numbers:
    """What the turn is by its place, its length, its marks and its titles, and what was said before it."""
    text, before = turn.text, turn.before or ""
    now, then, earlier = turn.linked
    words, said = len(text.split()), before.casefold()
    many = len(list(sentences(text)))
    return np.array(
        [
            turn.at == 0,
            turn.at == 1,
            turn.at <= 3,
            min(turn.at, 20) / 20,
            "?" in text,
            text.rstrip().endswith("?"),
            "!" in text,
            bool(now),
            min(len(now), 4) / 4,
            bool(now & then),
            bool(now & earlier),
            bool(now - then),
            bool(now - then) and not now & then,
            min(words, 40) / 40,
            words <= 3,
            words <= 6,
            many > 1,
            many > 2,
            "?" in before,
            before.rstrip().endswith("?"),
            bool(then),
            min(len(then), 4) / 4,
            bool(then) and "?" in before,
            turn.before is None,
            *(bool(re.search(pattern, said)) for pattern in ASKED),
        ],
        dtype=np.float64,
    )


def _acts(text: str, likely: ByExample | None) -> set[Does]:
    acts, unclear = set[Does](), list[str]()
    for one in sentences(text):
        found = of_sentence(one, spoken(one))
        acts |= set(found) | ({"add"} if "add" in cued(spoken(one)) and not found else set())
        unclear += [] if found else [one]
    return acts | {act for act in likely.believed(unclear) if act} if likely else acts


def _masked(utterance: Utterance, titles: Titles) -> tuple[str, frozenset[str]]:
    """The text with one `·` for each title and its year, and the ids found."""
    text, rest, at = utterance.text, "", 0
    links = titles.linked(text)
    for link in links:
        rest += text[at : link.start] + "·"
        year = re.match(r"\s*\((?:18|19|20)\d\d\)", text[link.end :])
        at = link.end + (len(year[0]) if year else 0)
    return rest + text[at:], frozenset(id for link in links for id in link.ids)


def _groups(turns: Sequence[Turn]) -> NDArray[np.str_]:
    return np.array([turn.dialogue for turn in turns], dtype=np.str_)
