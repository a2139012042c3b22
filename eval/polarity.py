"""Whether people liked what they speak of, judged by what they said of it in a form afterwards."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from chat.understanding.acts.cues import cued, cues
from chat.understanding.acts.phrases import spoken
from chat.understanding.text.sentences import sentences
from chat.understanding.text.words import stance
from eval.heads import Cases, Numbers, Truths, best_balance, folds, shares
from eval.labelled import Annotated, Line
from recommender.significance import DRAWS, LEVEL

STRICTNESS = 0.05
AFTER = 2  # sentences that still speak of a title, unless they name another
ANSWERS = 3  # messages that answer a suggestion
PRAISE = re.compile(
    r"\b(?:lov\w+|like[ds]?|enjoy\w*|great|good|awesome|amazing|favou?rites?|classic|funny|best|cute|hilarious|perfect"
    r"|excellent|nice|check|watch|interest\w*|sounds)\b"
)
BLAME = re.compile(
    r"\b(?:hate\w*|boring|bad|terrible|awful|stupid|dumb|silly|worst|horrible|suck\w*|disappoint\w*|overrated|meh|pass"
    r"|avoid|not|dont|didnt|never|no|nah|too|wasnt|isnt|couldnt|cant|lame|weird|annoying|okay|ok)\b"
)


@dataclass(frozen=True)
class Opinion:
    """What the seeker said with the title, and in answer to a suggestion of it; the title stands as `·`, others as `¤`.
    `liked`: what the form says."""

    dialogue: str
    liked: bool
    named: tuple[str, ...]
    answered: tuple[str, ...]


def opinions(dialogues: Sequence[Annotated]) -> list[Opinion]:
    """One for each item of each dialogue of which the seeker's form says liked or disliked."""
    found = []
    for dialogue in dialogues:
        for id, form in dict(dialogue.seeker_form).items():
            if form.liked in (0, 1):
                named, answered = list[str](), list[str]()
                for at, line in enumerate(dialogue.messages):
                    if re.search(rf"@{re.escape(id)}\b", line.text):
                        if line.role == "seeker":
                            named += _with_title(dialogue.messages[at:], id)
                        else:
                            answered += _answers(dialogue.messages[at + 1 :], id)
                found.append(Opinion(dialogue.conversation_id, form.liked == 1, tuple(named), tuple(answered)))
    return found


def by_grammar(opinions: Sequence[Opinion]) -> Truths:
    """Whether each is disliked by the product's own reading: a title under a no, or words that turn something down."""
    return np.array(
        [_denied(one.named) or _turned_down((*one.named, *one.answered)) for one in opinions], dtype=np.bool_
    )


def cases(opinions: Sequence[Opinion]) -> Cases:
    """The cues, the stance and the words of each opinion."""
    numbers = [np.concatenate([_marks(part) for part in (one.named, one.answered)]) for one in opinions]
    texts = [[" . ".join(map(spoken, part)) for part in each] for each in _parts(opinions)]
    groups = np.array([one.dialogue for one in opinions], dtype=np.str_)
    return Cases(groups, np.array(numbers), np.zeros((len(opinions), 0)), [(each, 1.0) for each in texts])


def learned(cases: Cases, disliked: Truths, judged: int | None) -> Truths:
    """Which of the last `judged` opinions are dislikes, learned from the others; of every one in cross-validation over
    dialogues if it is None."""
    true = disliked[:, None]
    if judged is not None:
        at = np.arange(len(cases))
        rows, limits = shares(cases, true, at[:-judged], at[-judged:], STRICTNESS, best_balance)
        return np.asarray(rows[:, 0] >= limits[0])
    said = np.zeros(len(cases), dtype=np.bool_)
    for learn, judge in folds(cases):
        rows, limits = shares(cases, true, learn, judge, STRICTNESS, best_balance)
        said[judge] = rows[:, 0] >= limits[0]
    return said


def balanced(said: Truths, true: Truths) -> float:
    """The mean of the shares of dislikes and of likes that are told right."""
    return float((said[true].mean() + (~said)[~true].mean()) / 2)


def between(said: Truths, true: Truths, groups: NDArray[np.str_], seed: int) -> tuple[float, float]:
    """The 95 % bootstrap interval of the balanced accuracy over dialogues."""
    names, of = np.unique(groups, return_inverse=True)
    right = np.stack([np.bincount(of, weights=side & (said == true)) for side in (true, ~true)], axis=1)
    every = np.stack([np.bincount(of, weights=side) for side in (true, ~true)], axis=1)
    draws = np.random.default_rng(seed).integers(len(names), size=(DRAWS, len(names)))
    values = (right[draws].sum(axis=1) / np.maximum(every[draws].sum(axis=1), 1)).mean(axis=1)
    low, high = np.quantile(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def _with_title(lines: Sequence[Line], id: str) -> Iterator[str]:
    """The sentences with the title, and those after it that name no other."""
    text = lines[0].text
    for line in lines[1 : 1 + AFTER]:
        if line.role != "seeker" or "@" in line.text:
            break
        text += f"\n{line.text}"
    left = 0
    for one in sentences(_marked(text, id)):
        left = AFTER + 1 if "·" in one else 0 if "¤" in one else left - 1
        if left > 0:
            yield one


def _answers(lines: Sequence[Line], id: str) -> Iterator[str]:
    """What the seeker says next, but of other titles."""
    first = next((at for at, line in enumerate(lines) if line.role == "seeker"), len(lines))
    for line in lines[first : first + ANSWERS]:
        if line.role != "seeker":
            return
        yield from (one for one in sentences(_marked(line.text, id)) if "·" in one or "¤" not in one)


def _marked(text: str, id: str) -> str:
    return re.sub(r"@(\d+)", lambda title: "·" if title[1] == id else "¤", text)


def _parts(opinions: Sequence[Opinion]) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    return [one.named for one in opinions], [one.answered for one in opinions]


def _marks(said: Sequence[str]) -> Numbers:
    plainly = [spoken(one) for one in said]
    found = {act for one in plainly for act in cued(one)}
    praise, blame = (any(words.search(one) for one in plainly) for words in (PRAISE, BLAME))
    return np.array([*(act in found for act in cues()), _denied(said), praise, blame, not said], dtype=np.float64)


def _denied(said: Sequence[str]) -> bool:
    return any(sign == "-" for one in said for sign, letter in zip(stance(one), one, strict=True) if letter == "·")


def _turned_down(said: Sequence[str]) -> bool:
    """Whether something is turned down or found fault with and nothing taken up, or blamed and nothing praised."""
    plainly = [spoken(one) for one in said]
    found = {act for one in plainly for act in cued(one)}
    praise, blame = (any(words.search(one) for one in plainly) for words in (PRAISE, BLAME))
    return (bool({"reject", "critique"} & found) and "accept" not in found) or (blame and not praise)
