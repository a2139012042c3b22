"""Are the reasons true, do they hold, and are errors in them caught?"""

from __future__ import annotations

import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from rich.text import Text

from chat.assembly import assistant
from chat.assistant import Assistant
from eval.apart import apart
from eval.explaining.door import Checker, checker
from eval.explaining.erasing import CHOICES, Erased, averaged, erased, idle
from eval.explaining.judge import Judge, Verdict
from eval.explaining.planting import Base, Case, in_other_words, planted
from eval.explaining.recomputed import Fall, Remembering, fall
from eval.explaining.turns import Plan, Spoken, Told, plans, told
from eval.judging import written
from eval.next_item import peak
from eval.report import Report, Row
from recommender.events import all_events, all_users
from recommender.significance import DRAWS, LEVEL, difference, interval
from retrieval.errors import Problem
from retrieval.settings import Settings

FALLS = 2  # reasons a turn that are computed again
PLANTED = 2  # sentences a turn that errors are planted into
LOW = 2.0  # of a rating
EXAMPLES = 8
PROTOCOL = (
    "reasons of real turns with {users} users of the log, of which nothing is kept: no request, a title, a genre, a "
    "decade, a wish in words, a critique, a newcomer, a gift, why. Shares are of the sentences about items that are "
    "spoken; the lines on the cards, which are always by template, openings and notices are judged but not counted in "
    "them. A cited item is valid if the shown one stands lower, or not at all, when everything is computed again "
    "without it. Intervals are over turns"
)
Shares = NDArray[np.float64]


@dataclass(frozen=True)
class Heard:
    """The turns of one contender, each sentence with its verdict."""

    turns: Sequence[Told]
    verdicts: Mapping[int, Verdict]  # by the identity of the sentence
    seconds: float

    def sentences(self) -> Iterator[tuple[Told, Spoken, Verdict]]:
        """Everything shown, the cards' lines, openings and notices among it."""
        for turn in self.turns:
            for one in turn.spoken:
                yield turn, one, self.verdicts[id(one)]

    def share(self, holds: Callable[[Spoken], bool], seed: int) -> tuple[float, float, float]:
        """Of the reasons, with its interval over turns."""
        return ratio([[holds(one) for one in turn.reasons] for turn in self.turns], seed)


def explanations(settings: Settings, users: int, json: Path | None, seed: int) -> None:
    """Talk, judge, compute again, plant; print the tables and keep the figures. What is said goes to a database that is
    thrown away.

    Raises Problem if there is nobody to talk to, or nothing was said that could be judged."""
    dice, started = random.Random(seed), time.monotonic()  # noqa: S311
    console = Console(stderr=True)
    with assistant(settings) as penchant, apart(penchant) as opened:
        if not opened.users():
            raise Problem("nobody has a history here, so there is nobody to explain to; run penchant fetch ml-100k")
        bench, judge = remembering(opened), judge_of(opened)
        script = plans(bench, users, seed)
        model = heard(bench, judge, script, "talking", console)
        silent = replace(bench, llm=None, things=replace(bench.things, reranker=None))
        plain = heard(silent, judge, script, "by template", console)
        if not any(True for turn in model.turns for _ in turn.reasons):
            raise Problem("no turn gave a reason, so there is nothing to judge; look at penchant ask")
        falls, carried = again(bench, model, dice, console)
        false = list(planted(bases(bench, judge, model, dice, console), dice))
        true = list(in_other_words(model.turns, judge, dice))
        figures = {**said(model, seed), **held(falls, seed), **caught(false, true, judge, bench, checker)}
        rows = [row_of("model", model, seed), row_of("template-only", plain, seed), *carrying(carried, seed)]
        about = {"users": users, "language": settings.language, "seconds": round(time.monotonic() - started, 1)}
    report = Report(
        protocol=PROTOCOL.format(users=users), data=f"{len(script)} conversations", seed=seed, rows=rows,
        metrics={**figures, **comparisons(carried, seed), **about, "examples": examples(model)},
    )  # fmt: skip
    show(report, Console())
    written(report, json)


def remembering(opened: Assistant) -> Assistant:
    """The same, but no title is weighed twice in the same place."""
    if opened.llm is None or opened.things.reranker is None:
        return opened
    reranker = replace(opened.things.reranker, llm=Remembering(opened.llm))
    return replace(opened, things=replace(opened.things, reranker=reranker))


def judge_of(bench: Assistant) -> Judge:
    """A judge over the database of the assistant, and over nothing else of it."""
    chosen = Counter(item for _, item in {(event.user, event.item) for event in all_events(bench.engine)})
    work = {user.attributes.get("occupation", "").casefold() for user in all_users(bench.engine)} - {""}
    return Judge(bench.catalogue, bench.domain, chosen, frozenset(work))


def heard(bench: Assistant, judge: Judge, script: Sequence[tuple[str, Plan]], name: str, console: Console) -> Heard:
    """All conversations, each sentence judged."""
    started = time.monotonic()
    turns = [
        turn
        for user, plan in track(script, name, console=console, transient=True)
        if (turn := told(bench, user, plan)) is not None
    ]
    verdicts = {id(one): judge.verdict(one.text, one.truth, names=False) for turn in turns for one in turn.spoken}
    return Heard(turns, verdicts, time.monotonic() - started)


def again(
    bench: Assistant, model: Heard, dice: random.Random, console: Console
) -> tuple[list[tuple[str, Fall]], list[Erased]]:
    """What becomes of the shown items without what was cited for them: of a few reasons a turn with everything computed
    again, of all by the behaviour score alone."""
    falls, carried = list[tuple[str, Fall]](), list[Erased]()
    for turn in track(model.turns, "computing again", console=console, transient=True):
        cited = dict.fromkeys(
            (one.truth.id, causes) for one in turn.spoken if one.truth.item for causes in model.verdicts[id(one)].causes
        )
        for item, causes in dice.sample(list(cited), min(FALLS, len(cited))):
            if one := fall(bench, turn, item, causes):
                falls.append((turn.user, one))
        whole: dict[str, set[str]] = {}
        for item, causes in cited:
            whole.setdefault(item, set()).update(causes)
        carried += erased(bench, turn, [(item, tuple(sorted(causes))) for item, causes in whole.items()], dice)
    return falls, carried


def bases(bench: Assistant, judge: Judge, model: Heard, dice: random.Random, console: Console) -> Iterator[Base]:
    """Some sentences of each turn, with what may be planted into them."""
    catalogue, domain = bench.catalogue, bench.domain
    titles = [item.title for item in catalogue.values() if not catalogue.works[item.work or item.id][1:]]
    histories = [set(turn.truth_seen) for turn in model.turns]
    every = sorted({value for item in catalogue.values() for values in item.facets.values() for value in values})
    words = {value: list(said) for facet in domain.facets.values() for value, said in facet.items()}
    for turn in track(model.turns, "planting", console=console, transient=True):
        able = [
            one
            for one in turn.spoken
            if one.truth.item and one.facts and (one.card or one.truth.item.title in one.text)
        ]
        by_model = [one for one in able if one.by == "model"]
        rest = [one for one in able if one.by != "model"]
        some = [*by_model[:1], *dice.sample(rest, min(PLANTED - 1, len(rest)))]
        for one in some:
            item, truth = one.truth.item, one.truth
            if item is None:
                continue
            mine = {catalogue[id].title for id in (*truth.seen, *truth.liked, *truth.named, item.id)}
            known = {name for fact in one.facts for name in fact.names}
            theirs = [catalogue[id].title for id in sorted(dice.choice(histories)) if catalogue[id].title not in mine]
            unused = [
                id for id in dict.fromkeys(turn.query.history) if catalogue[id].title not in known and id in truth.seen
            ]
            still = idle(bench, turn, item.id, dice.sample(unused, min(8, len(unused)))) if unused else None
            low = [catalogue[id].title for id, value in truth.seen.items() if value is not None and value <= LOW]
            low = [title for title in low if title not in known]
            mentions = judge.reader.mentions(one.standing)
            yield Base(
                one,
                item,
                mentions,
                [title for title in dice.sample(titles, min(40, len(titles))) if title not in mine | known],
                theirs,
                catalogue[still].title if still else None,
                dice.choice(low) if low else None,
                [value for value in every if not any(value in values for values in item.facets.values())],
                words,
                domain.did,
            )


def said(model: Heard, seed: int) -> dict[str, Any]:
    """How many shown sentences are not so, and whose words the others are."""
    wrong = [(turn, one, verdict) for turn, one, verdict in model.sentences() if verdict.wrong]
    shares = {name: model.share(holds, seed) for name, holds in OF.items()}
    lines = [one for turn in model.turns for one in turn.spoken if one.place is not None]
    return {
        "ungrounded_shown": len(wrong),
        "shown": sum(len(turn.spoken) for turn in model.turns),
        "ungrounded": [
            {"sentence": one.text, "wrong": verdict.wrong, "by": one.by, "item": one.truth.item and one.truth.item.name,
             "message": turn.plan.text, "user": turn.user}
            for turn, one, verdict in wrong
        ],
        **{name: mean for name, (mean, _, _) in shares.items()},
        **{f"{name}_interval": [low, high] for name, (_, low, high) in shares.items()},
        "kept_with_cards": sum(OF["kept"](one) for one in lines) / max(1, len(lines)),
        "distinct": distinct(one for turn in model.turns for one in turn.reasons),
        "shapes": shapes(one for turn in model.turns for one in turn.reasons),
        "refused": dict(Counter(_why(note) for turn in model.turns for note in turn.fallbacks).most_common(12)),
    }  # fmt: skip


OF: Mapping[str, Callable[[Spoken], bool]] = {
    "kept": lambda one: one.by == "model" and one.tries == 1,
    "retried": lambda one: one.by == "model" and one.tries > 1,
    "template": lambda one: one.by != "model",
}


def held(falls: Sequence[tuple[str, Fall]], seed: int) -> dict[str, Any]:
    """Which share of the cited causes is valid."""
    by_user: dict[str, list[bool]] = {}
    for user, one in falls:
        by_user.setdefault(user, []).append(one.valid)
    mean, low, high = ratio(list(by_user.values()), seed)
    return {
        "counterfactual_validity": mean,
        "counterfactual_validity_interval": [low, high],
        "counterfactuals": len(falls),
        "counterfactuals_out_of_the_list": sum(one.stands is None for _, one in falls),
        "counterfactuals_not_valid": [
            {
                "user": user,
                "item": one.item,
                "causes": list(one.causes),
                "stood": one.stood + 1,
                "stands": (one.stands or 0) + 1,
            }
            for user, one in falls
            if not one.valid
        ],
    }


def caught(
    false: Sequence[Case], true: Sequence[Case], judge: Judge, bench: Assistant, check: Checker
) -> dict[str, Any]:
    """What the checker of the product, and this judge, make of planted errors and of true sentences."""

    def refused(case: Case) -> bool:
        return check(case.text, case.item, case.facts, bench.domain) is not None

    def doubted(case: Case) -> bool:
        return judge.verdict(case.text, case.truth, names=True).wrong is not None

    kinds = sorted({case.kind for case in false})
    checked = [(case, refused(case)) for case in false]
    # that a cause is idle shows only when all is computed again, which is another measurement
    judged = [(case, doubted(case)) for case in false if case.kind != "idle cause"]
    clean, doubts = [(case, refused(case)) for case in true], [(case, doubted(case)) for case in true]
    return {
        "planted": len(false),
        "planted_by_model": sum(case.by == "model" for case in false),
        "planted_caught": _share(checked),
        "planted_caught_by_kind": {kind: _share([one for one in checked if one[0].kind == kind]) for kind in kinds},
        "planted_missed": [_told(case) for case, found in checked if not found][:40],
        "true_sentences": len(true),
        "false_alarms": _share(clean),
        "false_alarms_by_kind": {
            kind: _share([one for one in clean if one[0].kind == kind]) for kind in sorted({case.kind for case in true})
        },
        "false_alarms_told": [
            _told(case) | {"why": check(case.text, case.item, case.facts, bench.domain)}
            for case, found in clean
            if found
        ][:40],
        "judge_caught": _share(judged),
        "judge_caught_by_kind": {
            kind: _share([one for one in judged if one[0].kind == kind]) for kind in kinds if kind != "idle cause"
        },
        "judge_missed": [_told(case) for case, found in judged if not found][:40],
        "judge_false_alarms": _share(doubts),
        "judge_false_alarms_told": [
            _told(case) | {"why": judge.verdict(case.text, case.truth, names=True).wrong}
            for case, found in doubts
            if found
        ][:40],
    }


def row_of(name: str, one: Heard, seed: int) -> Row:
    """Whose words the reasons are, and how varied."""
    reasons = [spoken for turn in one.turns for spoken in turn.reasons]
    shares = {each: one.share(holds, seed) for each, holds in OF.items()}
    wrong = sum(verdict.wrong is not None for _, _, verdict in one.sentences())
    return Row(
        name=name,
        n=len(reasons),
        metrics={each: mean for each, (mean, _, _) in shares.items()}
        | {"distinct": distinct(reasons), "shapes": shapes(reasons), "ungrounded": float(wrong)},
        low={each: low for each, (_, low, _) in shares.items()},
        high={each: high for each, (_, _, high) in shares.items()},
        seconds=round(one.seconds, 3),
        memory_mb=round(peak(), 1),
    )


def carrying(carried: Sequence[Erased], seed: int) -> Iterator[Row]:
    """A row for the cited items and for as many others."""
    for choice in CHOICES if carried else ():
        values = {what: averaged(carried, what, choice) for what in ("comprehensiveness", "sufficiency")}
        bounds = {what: interval(each, seed) for what, each in values.items()}
        yield Row(
            name=choice,
            n=len(carried),
            metrics={what: float(each.mean()) for what, each in values.items()},
            low={what: low for what, (low, _) in bounds.items()},
            high={what: high for what, (_, high) in bounds.items()},
            seconds=0.0,
            memory_mb=round(peak(), 1),
        )


def comparisons(carried: Sequence[Erased], seed: int) -> dict[str, list[float]]:
    """What the cited items have over others of the history: mean and interval over users."""
    return {
        f"{what}_cited_minus_{other}": list(
            difference(averaged(carried, what, "cited"), averaged(carried, what, other), seed)
        )
        for what in ("comprehensiveness", "sufficiency")
        for other in CHOICES[1:]
        if carried
    }


def distinct(reasons: Iterable[Spoken]) -> float:
    """The share of sentences that are not the same as another but for the item's own title and year."""
    texts = [masked(one) for one in reasons]
    return len(set(texts)) / len(texts) if texts else 0.0


def shapes(reasons: Iterable[Spoken]) -> float:
    """How likely two sentences drawn at random are of different shape, which is what is left of them without their
    names (Simpson, 1949). Unlike the distinct share it does not fall by itself the more there are."""
    counts = Counter(
        re.sub(r"(?:[A-Z\d·][\w'’&.:!-]*(?:[ ,]*(?:and |of |the )?(?=[A-Z\d·]))?)+", "·", masked(one))
        for one in reasons
    )
    whole = sum(counts.values())
    same = sum(count * (count - 1) for count in counts.values())
    return 1 - same / (whole * (whole - 1)) if whole > 1 else 0.0


def masked(one: Spoken) -> str:
    """The sentence with a dot for the name of its item."""
    item = one.truth.item
    return one.text.replace(item.name, "·").replace(item.title, "·") if item else one.text


def ratio(groups: Sequence[Sequence[bool]], seed: int) -> tuple[float, float, float]:
    """The share of the whole that is true, with the bootstrap interval over groups."""
    if not any(groups):
        return 0.0, 0.0, 0.0
    true, all = (np.array([of(group) for group in groups], dtype=np.float64) for of in (sum, len))
    draws = np.random.default_rng(seed).integers(len(groups), size=(DRAWS, len(groups)))
    shares = true[draws].sum(axis=1) / np.maximum(all[draws].sum(axis=1), 1)
    low, high = np.quantile(shares, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(true.sum() / all.sum()), float(low), float(high)


def examples(model: Heard) -> list[dict[str, Any]]:
    """A few sentences with what they cite."""
    return [
        {
            "message": turn.plan.text,
            "sentence": one.text,
            "by": one.by,
            "causes": [list(each) for each in verdict.causes],
        }
        for turn, one, verdict in model.sentences()
        if one.place is not None and not one.card
    ][:: max(1, len(model.turns) // 2)][:EXAMPLES]


def show(report: Report, console: Console) -> None:
    """The tables, the figures in words, and some sentences."""
    model, rest = report.rows[:2], report.rows[2:]
    report.model_copy(update={"rows": model}).show(console)
    if rest:
        console.print("\nBy how much the score falls without the cited items, and with nothing but them:")
        console.print(report.model_copy(update={"rows": rest}).table())
    figures = report.metrics
    low, high = figures["counterfactual_validity_interval"]
    for line in (
        f"{figures['ungrounded_shown']} of {figures['shown']:,} shown sentences are not so.",
        f"{figures['counterfactual_validity']:.1%} ({low:.1%}-{high:.1%}) of {figures['counterfactuals']} cited causes "
        "hold.",
        f"{figures['planted_caught']:.1%} of {figures['planted']:,} planted errors are caught, "
        f"{figures['false_alarms']:.1%} of {figures['true_sentences']:,} true sentences in other words refused "
        f"(by this judge: {figures['judge_caught']:.1%} and {figures['judge_false_alarms']:.1%}).",
    ):
        console.print(line, highlight=False)
    for one in figures["ungrounded"][:EXAMPLES]:
        console.print(Text(f"  not so: {one['sentence']} ({one['wrong']})", style="red"))
    for one in figures["examples"]:
        console.print(Text(f"  {one['by']}: {one['sentence']}", style="dim"))


def _why(note: str) -> str:
    """A refusal without the names in it."""
    return re.sub(r"“[^”]*”|\b[A-Z\d][^ ]*(?: [A-Z\d][^ ]*)*", "…", note)


def _share(found: Sequence[tuple[Case, bool]]) -> float:
    return sum(one for _, one in found) / len(found) if found else 0.0


def _told(case: Case) -> dict[str, Any]:
    return {"kind": case.kind, "sentence": case.text, "item": case.item.name, "by": case.by}
