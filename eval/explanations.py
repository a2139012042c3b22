"""Are the reasons true, do they hold, and are errors in them caught?"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.progress import track
from rich.text import Text

from chat.assembly import assistant
from chat.assistant import Assistant
from chat.llm.guarded import Guarded
from chat.llm.remembered import Remembered
from eval.apart import apart
from eval.explaining.bases import bases
from eval.explaining.door import checker
from eval.explaining.erasing import Erased, erased
from eval.explaining.figures import EXAMPLES, carrying, caught, comparisons, examples, held, row_of, said
from eval.explaining.heard import Heard, heard, judge_of
from eval.explaining.planting import in_other_words, planted
from eval.explaining.recomputed import Fall, fall
from eval.explaining.turns import plans
from eval.judging import written
from eval.report import Report
from retrieval.catalogue import revision
from retrieval.errors import Problem
from retrieval.settings import Settings

FALLS = 2  # reasons a turn that are computed again
PROTOCOL = (
    "reasons of real turns with {users} users of the log, of which nothing is kept: no request, a title, a genre, a "
    "decade, a wish in words, a refusal, a critique, a newcomer, a gift, why. Shares are of the sentences about items "
    "that are spoken; the lines on the cards, which are always by template, openings and notices are judged but not "
    "counted in them. A cited item is valid if the shown one stands lower, or not at all, when everything is computed "
    "again without it. Intervals are over turns"
)


def explanations(settings: Settings, users: int, json: Path | None, seed: int) -> None:
    """Talk, judge, compute again, plant; print the tables and keep the figures. What is said goes to a database that is
    thrown away.

    Raises Problem if there is nobody to talk to, or nothing was said that could be judged."""
    dice, started = random.Random(seed), time.monotonic()  # noqa: S311
    console = Console(stderr=True)
    with assistant(settings) as penchant, apart(penchant) as opened, patient(opened, settings) as bench:
        if not bench.users():
            raise Problem("nobody has a history here, so there is nobody to explain to; run penchant fetch ml-100k")
        judge = judge_of(bench)
        script = plans(bench, users, seed)
        model = heard(bench, judge, script, "talking", console)
        silent = replace(bench, llm=None, things=replace(bench.things, reranker=None))
        plain = heard(silent, judge, script, "by template", console)
        if not any(True for turn in model.turns for _ in turn.reasons):
            raise Problem("no turn gave a reason, so there is nothing to judge; look at penchant ask")
        falls, carried = again(bench, model, dice, console)
        false = list(planted(bases(bench, judge, model, dice, console), dice))
        true = list(in_other_words(model.turns, judge, dice))
        figures = {**said(model, seed), **held(falls, seed), **caught(false, true, judge, bench.domain, checker)}
        rows = [row_of("model", model, seed), row_of("template-only", plain, seed), *carrying(carried, seed)]
        data = f"revision {revision(bench.engine)}"
        about = {"users": users, "language": settings.language, "seconds": round(time.monotonic() - started, 1)}
    metrics = {**figures, **comparisons(carried, seed), **about, "examples": examples(model)}
    report = Report(protocol=PROTOCOL.format(users=users), data=data, seed=seed, rows=rows, metrics=metrics)
    show(report, Console())
    written(report, json)


@contextmanager
def patient(opened: Assistant, settings: Settings) -> Iterator[Assistant]:
    """The same, but the language model gets all the time it needs to weigh titles, so that a busy machine shows no
    other list than an idle one, and is not asked again for what it said before."""
    reranker, llm = opened.things.reranker, opened.llm
    if reranker is None or not isinstance(llm, Guarded):
        yield opened
        return
    with closing(Remembered.of(llm, settings)) as remembered:
        waiting = replace(reranker, llm=remembered, budget=None)
        yield replace(opened, things=replace(opened.things, reranker=waiting))


def again(
    bench: Assistant, model: Heard, dice: random.Random, console: Console
) -> tuple[list[tuple[str, Fall]], list[Erased]]:
    """What becomes of the shown items without what was cited for them: of a few reasons a turn with everything computed
    again, together and then each of several alone, and of all by the behaviour score."""
    falls, carried = list[tuple[str, Fall]](), list[Erased]()
    for turn in track(model.turns, "computing again", console=console, transient=True):
        cited = dict.fromkeys(
            (one.truth.id, causes) for one in turn.spoken if one.truth.item for causes in model.verdicts[id(one)].causes
        )
        for item, causes in dice.sample(list(cited), min(FALLS, len(cited))):
            for gone in (causes, *((each,) for each in causes if len(causes) > 1)):
                if one := fall(bench, turn, item, gone, of=causes):
                    falls.append((turn.user, one))
        whole: dict[str, set[str]] = {}
        for item, causes in cited:
            whole.setdefault(item, set()).update(causes)
        carried += erased(bench, turn, [(item, tuple(sorted(causes))) for item, causes in whole.items()], dice)
    return falls, carried


def show(report: Report, console: Console) -> None:
    """The tables, the figures in words, and some sentences."""
    model, rest = report.rows[:2], report.rows[2:]
    report.model_copy(update={"rows": model}).show(console)
    if rest:
        console.print("\nBy how much the score falls without the cited items, and with nothing but them:")
        report.model_copy(update={"rows": rest}).show_figures(console)
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
