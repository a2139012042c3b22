"""How much the language model may say in the order: learned on each user's second-last event, never on the test one."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from chat.llm import Unavailable, open_llm
from chat.llm.remembered import Remembered
from chat.reranking.influence import ADDED, NONE, Influence, Learned
from chat.reranking.rehearsal import List, Rehearsal, in_reach, unsaid, wishes
from chat.reranking.reordering import CANDIDATES, NEUTRAL, PARTS, TITLE, WISH, Reranker, fuse, weighed
from recommender.checkpoint import read_checkpoint
from recommender.forms import part_of
from recommender.fusion import Shortlist, likeliest, likelihoods
from recommender.holdout import HELD_OUT, Questions, folds, gain, questions
from recommender.interactions import Interactions
from recommender.log import read_interactions
from recommender.shelf import amend
from recommender.significance import difference
from recommender.threads import compute_with
from retrieval.catalogue import read_catalogue
from retrieval.database import database
from retrieval.domain import read_domain
from retrieval.errors import Problem
from retrieval.index.indexing import ready_index
from retrieval.ranking import Scores
from retrieval.settings import Settings
from retrieval.space.given_vectors import read_vectors
from retrieval.space.item_vectors import open_space

K = 10
FOLDS = 5
LEAST = 10  # lists with the item in them, below which nothing is learned
PULLS = (1.0, 4.0, 16.0, 64.0)  # by which weights are held back; divided by the lists learned from
# likelier after this history than others, less likely anyway: the other way round would be chance
BOUNDS = {TITLE: (0.0, np.inf), NEUTRAL: (-np.inf, 0.0), WISH: (0.0, np.inf)}
GROUPS = ((TITLE, NEUTRAL), (WISH,))
FIXED = (0.1, np.inf)  # of the score so far, to which the other weights are then set in proportion


@dataclass(frozen=True)
class Heard:
    """A list and what the model says of its candidates, by form of a part, (candidates,) each; nothing where the item
    that came next is out of reach."""

    list: List
    parts: Mapping[str, Scores]

    def gain(self, weights: Mapping[str, float] = NONE) -> float:
        """NDCG@10 with these weights (Järvelin and Kekäläinen, 2002); ties count against the item."""
        if self.list.place is None:
            return 0.0
        said = weighed(self.parts, weights)
        ranking = fuse(self.list.best, said) if said else self.list.best
        return gain(ranking.scores, ranking.position(self.list.target))


def tune(settings: Settings, users: int = 60, seed: int = 0) -> str:
    """Learns the weights of the language model and adds them to the fusion; sentences with what they rest on.

    `users`: lists of each kind to learn from, whose item the language model can reach. With a wish where items have
    texts. Raises Problem or Stale if there is no held-out checkpoint or nobody to learn from.
    """
    compute_with(settings.threads)
    domain = read_domain(settings.domain)
    with ExitStack() as opened:
        llm = open_llm(settings)
        if llm is None:
            return "No language model is set, so there is nothing to tune."
        engine = opened.enter_context(database(settings.database_url))
        catalogue = read_catalogue(engine)
        checkpoint = read_checkpoint(settings.models, HELD_OUT)
        interactions = read_interactions(engine, catalogue, domain.inputs)
        asked = questions(interactions, catalogue, HELD_OUT)
        if not len(asked):
            raise Problem("no user has three events or more, so there is nobody to tune on")
        asked = asked.of(np.random.default_rng(seed).permutation(len(asked)))
        space = open_space(settings, read_vectors(engine))
        index = opened.enter_context(ready_index(catalogue, space, settings))
        targets = [interactions.items[code] for code in asked.targets[: 10 * users]]
        found = wishes(catalogue, seed, targets)
        vectors = unsaid(index.vectors(catalogue.ids), catalogue, found, space)
        rehearsal = Rehearsal.of(catalogue, found, vectors, checkpoint, space, domain)
        remembered = Remembered.of(llm, settings)
        opened.callback(remembered.close)
        reranker = Reranker(remembered, rehearsal.catalogue, domain, NONE, NONE)
        plain, wished = (
            learned(heard(reranker, some(rehearsal, interactions, asked, wished, users), what), seed)
            for what, wished in (("lists without a wish", False), ("lists with a wish", True))
        )
    kept = Influence(
        language=settings.language,
        weights=llm.identity,
        seed=seed,
        plain=plain,
        wished=wished,
    )
    amend(settings.models, {ADDED: kept.model_dump()})
    return told(kept)


def some(rehearsal: Rehearsal, interactions: Interactions, asked: Questions, wished: bool, n: int) -> list[List]:
    """Lists of the questions in their order, until in n of them the item is in reach."""
    lists, reached = list[List](), 0
    for one in rehearsal.lists(interactions, asked, wished):
        lists.append(one)
        reached += bool(in_reach([one]))
        if reached == n:
            break
    return lists


def heard(reranker: Reranker, lists: Sequence[List], what: str, names: Sequence[str] = PARTS) -> list[Heard]:
    """What the model says of each list, with a bar that tells the time left. It is spared those it cannot mend."""
    able = {id(one) for one in in_reach(lists)}
    columns = TextColumn("{task.description}"), BarColumn(), TimeRemainingColumn()
    said = list[Heard]()
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=len(able))
        for one in lists:
            reached = id(one) in able
            said.append(Heard(one, _said(reranker, one, names) if reached else {}))
            bar.advance(task, float(reached))
    return said


def _said(reranker: Reranker, one: List, names: Sequence[str]) -> Mapping[str, Scores]:
    try:
        return reranker.features(one.query, one.best, names)
    except Unavailable:
        if reranker.llm.scores:
            raise
        # a model that orders by positions is wrong now and then: in a turn it then says nothing, and so here
        return {TITLE: np.zeros(len(one.best), dtype=np.float32)} if TITLE in names else {}


def learned(lists: Sequence[Heard], seed: int) -> Learned:
    """The weights, and what they gain on users they were not learned from."""
    able = [one for one in lists if one.parts]
    if len(able) < LEAST:
        return Learned(asked=len(lists), learned_from=len(able))
    weights = weigh(able, seed)
    apart = {id(one): NONE for one in lists}
    for fold in folds(len(able), seed):
        others = weigh([able[at] for at in np.setdiff1d(np.arange(len(able)), fold)], seed)
        apart |= {id(able[at]): others for at in fold}
    without = np.array([one.gain() for one in lists])
    gains = np.array([one.gain(apart[id(one)]) for one in lists])
    return Learned(
        weights=weights,
        asked=len(lists),
        learned_from=len(able),
        without=float(without.mean()),
        gain=difference(gains, without, seed),
    )


def weigh(lists: Sequence[Heard], seed: int) -> dict[str, float]:
    """The weight of each form in units of the score without the language model, by conditional logit, held back as much
    as is best for lists that were not learned from.

    What is asked of the model for the title, and what for the wish, is taken in one after the other, and only if it
    foresees such lists better by more than a standard error: else it would cost time and change the order by chance.
    """
    chosen: list[str] = []
    so_far, pull = foreseen(lists, chosen, seed)
    left = [group for group in GROUPS if forms_of(lists, group)]
    while left:
        tried = {group: foreseen(lists, [*chosen, *forms_of(lists, group)], seed) for group in left}
        best = max(left, key=lambda group: float(tried[group][0].mean()))
        better = tried[best][0] - so_far
        if better.mean() <= better.std(ddof=1) / math.sqrt(len(lists)):
            break
        chosen += forms_of(lists, best)
        so_far, pull = tried[best]
        left.remove(best)
    weights = _fitted(gathered(lists, chosen), chosen, pull)
    said = {name: round(float(weight / weights[0]), 4) for name, weight in zip(chosen, weights[1:], strict=True)}
    return {name: said.get(name, 0.0) for name in forms_of(lists, PARTS)}


def foreseen(lists: Sequence[Heard], names: Sequence[str], seed: int) -> tuple[NDArray[np.float64], float]:
    """How likely each item was that came, in nats, by weights learned without its list, (lists,); and how much it is
    best to hold the weights of these forms back."""
    shortlist = gathered(lists, names)
    likely = {pull: np.zeros(len(lists)) for pull in (PULLS if names else PULLS[:1])}
    for fold in folds(len(lists), seed):
        rest = shortlist.some(np.setdiff1d(np.arange(len(lists)), fold))
        for pull, each in likely.items():
            each[fold] = likelihoods(shortlist.some(fold), _fitted(rest, names, pull))
    best = max(likely, key=lambda pull: (float(likely[pull].mean()), pull))
    return likely[best], best


def forms_of(lists: Sequence[Heard], parts: Sequence[str]) -> list[str]:
    """The forms of these parts that the lists have."""
    every = dict.fromkeys(form for one in lists for form in one.parts)
    return [form for form in every if part_of(form) in parts]


def gathered(lists: Sequence[Heard], names: Sequence[str]) -> Shortlist:
    """The score so far and the parts of lists as the fusion takes them."""
    scores = np.full((1 + len(names), len(lists), CANDIDATES), -np.inf, dtype=np.float32)
    for at, one in enumerate(lists):
        for row, values in enumerate((one.list.best.scores, *(one.parts[name] for name in names))):
            scores[row, at, : len(values)] = values
    return Shortlist(scores, np.array([one.list.place for one in lists], dtype=np.int64))


def told(kept: Influence) -> str:
    """What was learned and what it rests on, in sentences; whether it may be chance."""
    said = []
    for when, one in (("Without a wish", kept.plain), ("With a wish", kept.wished)):
        if not one.asked:
            said.append(f"{when} there was nothing to learn from: no item asked for has a text to be wished by.")
            continue
        if one.learned_from < LEAST:
            said.append(f"{when} there were too few lists to learn from ({one.learned_from}), so it says nothing.")
            continue
        weights = ", ".join(f"{name} {weight:g}" for name, weight in one.weights.items() if weight)
        on = f"learned from {one.learned_from} second-last events of {one.asked} (seed {kept.seed})"
        if not weights:
            said.append(f"{when} the language model does not help, so it says nothing ({on}).")
            continue
        gap, low, high = one.gain
        chance = "; the interval spans zero, so that may be chance" if low <= 0 <= high else ""
        said.append(
            f"{when} it weighs {weights}, {on}; cross-validated, NDCG@10 goes from {one.without:.4f} by {gap:+.4f} "
            f"(95 % {low:+.4f} to {high:+.4f}){chance}."
        )
    return " ".join(said)


def _fitted(shortlist: Shortlist, names: Sequence[str], pull: float) -> NDArray[np.float64]:
    pulls = np.array([0.0, *[pull / max(1, len(shortlist.targets))] * len(names)])
    least, most = (np.array([FIXED[side], *(BOUNDS[part_of(name)][side] for name in names)]) for side in (0, 1))
    return likeliest(shortlist, pulls, least, most)
