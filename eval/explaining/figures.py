"""What was shown, what holds and what is caught, as figures with intervals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from eval.explaining.door import Checker
from eval.explaining.erasing import CHOICES, Erased, averaged
from eval.explaining.heard import Heard, ratio
from eval.explaining.judge import Judge
from eval.explaining.planting import CLAIMED, PRAISED, Case
from eval.explaining.recomputed import Fall
from eval.explaining.turns import Spoken, names
from eval.next_item import peak
from eval.report import Row
from recommender.significance import difference, interval
from retrieval.domain import Domain

EXAMPLES = 8
TOLD = 40  # sentences that went wrong which are kept of each kind
OF: Mapping[str, Callable[[Spoken], bool]] = {
    "kept": lambda one: one.by == "model" and one.tries == 1,
    "retried": lambda one: one.by == "model" and one.tries > 1,
    "template": lambda one: one.by != "model",
}


def said(model: Heard, seed: int) -> dict[str, Any]:
    """How many shown sentences are not so, and whose words the others are."""
    wrong = [(turn, one, verdict) for turn, one, verdict in model.sentences() if verdict.wrong]
    shares = {name: model.share(holds, seed) for name, holds in OF.items()}
    lines = [one for turn in model.turns for one in turn.spoken if one.place is not None]
    return {
        "ungrounded_shown": len(wrong),
        "shown": sum(len(turn.spoken) for turn in model.turns),
        "shown_without_naming_its_item": [
            one.text
            for turn in model.turns
            for one in turn.reasons
            if one.truth.item and not turn.plan.why and not names(one.text, one.truth.item)
        ][:TOLD],
        "turns_without_a_list": model.empty,
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


def held(falls: Sequence[tuple[str, Fall]], seed: int) -> dict[str, Any]:
    """Which share of the cited causes is valid: those named in one breath together, and each for itself."""
    together = [(user, one) for user, one in falls if one.whole]
    alone = [(user, one) for user, one in falls if len(one.causes) == 1]
    mean, low, high = ratio(_by_user(together), seed)
    return {
        "counterfactual_validity": mean,
        "counterfactual_validity_interval": [low, high],
        "counterfactual_validity_each": ratio(_by_user(alone), seed)[0],
        "counterfactuals": len(together),
        "counterfactuals_of_several": sum(len(one.causes) > 1 for _, one in together),
        "counterfactuals_out_of_the_list": sum(one.stands is None for _, one in together),
        "counterfactuals_where_shown": _share([one.stood == one.shown for _, one in together]),
        "counterfactuals_not_valid": [
            {"user": user, "item": one.item, "causes": one.causes, "stood": one.stood, "stands": one.stands}
            for user, one in together
            if not one.valid
        ],
    }  # fmt: skip


def _by_user(falls: Sequence[tuple[str, Fall]]) -> list[list[bool]]:
    found: dict[str, list[bool]] = {}
    for user, one in falls:
        found.setdefault(user, []).append(one.valid)
    return list(found.values())


def caught(false: Sequence[Case], true: Sequence[Case], judge: Judge, domain: Domain, check: Checker) -> dict[str, Any]:
    """What the checker of the product, and this judge, make of planted errors and of true sentences.

    Praise without ground is told apart: no name in it says that it is false. That a cause is idle shows only when all
    is computed again, and a past or a relation that is made up shows in words which the judge does not weigh, so it is
    not asked about these."""

    def refusal(case: Case) -> str | None:
        return check(case.text, case.item, case.facts, domain)

    def doubt(case: Case) -> str | None:
        return judge.verdict(case.text, case.truth, names=True).wrong

    praise = [case for case in false if case.kind == PRAISED]
    errors = [case for case in false if case.kind != PRAISED]
    return {
        "planted": len(errors),
        "planted_by_model": sum(case.by == "model" for case in errors),
        **_tried("planted_caught", errors, refusal),
        "praise_caught": _share([refusal(case) is not None for case in praise]),
        "true_sentences": len(true),
        **_tried("false_alarms", true, refusal),
        **_tried("judge_caught", [case for case in false if case.kind not in ("idle cause", CLAIMED)], doubt),
        **_tried("judge_false_alarms", true, doubt),
    }


def _tried(name: str, cases: Sequence[Case], why_not: Callable[[Case], str | None]) -> dict[str, Any]:
    """The share that was refused, of all and by kind, and some of those that went wrong with what was said of them."""
    told = [(case, why_not(case)) for case in cases]
    kinds = {
        kind: [(why is not None) for case, why in told if case.kind == kind]
        for kind in sorted({one.kind for one in cases})
    }
    wrong = [
        {"kind": case.kind, "sentence": case.text, "item": case.item.name, "by": case.by, "why": why}
        for case, why in told
        if (why is not None) is not case.false
    ]
    return {
        name: _share([(why is not None) for _, why in told]),
        f"{name}_by_kind": {kind: _share(each) for kind, each in kinds.items()},
        f"{name}_wrong": wrong[:TOLD],
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


def _why(note: str) -> str:
    """A refusal without the names in it."""
    return re.sub(r"“[^”]*”|\b[A-Z\d][^ ]*(?: [A-Z\d][^ ]*)*", "…", note)


def _share(found: Sequence[bool]) -> float:
    return sum(found) / len(found) if found else 0.0
