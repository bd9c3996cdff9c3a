"""The tables of docs/cost.md: what the rules cost, by the same price list as a rehearsal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from acrwatch import load_settings
from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.model import Detection
from acrwatch.detection.rule import alert_rule
from acrwatch.detection.tuning import DetectionSettings
from acrwatch.durations import short
from acrwatch.limits import FREQUENCIES
from acrwatch.rehearsal.price import monthly_price
from acrwatch.watch_plan import plan_watch
from docs.detection_pages import table

PAGE = "cost.md"

_EXAMPLE = Path(__file__).parents[1] / "acrwatch.example.yaml"


def prices() -> Iterator[str]:
    """The paragraphs with numbers."""
    yield table(("a rule that runs every", "USD a month", "each further time series"), list(_by_frequency()))
    plan, _ = plan_watch(load_settings(_EXAMPLE).watch())
    rules = [planned.rule for planned in plan.alerts]
    total = sum(monthly_price(rule.frequency) for rule in rules)
    yield f"The {len(rules)} rules of `acrwatch.example.yaml` come to {total:.2f} USD a month."
    yield (
        "A slower rule is cheaper and later. acrwatch refuses a frequency at which rows that come late would be "
        "lost, so this is what there is to choose from:"
    )
    yield table(("detection", "frequencies, with USD a month"), [_choices(each) for each in catalogue().values()])


def _by_frequency() -> Iterator[Sequence[str]]:
    for price, group in groupby(FREQUENCIES, monthly_price):
        first, *more = group
        yield short(first) + (" or more" if more else ""), f"{price:.2f}", f"{price / 10:.2f}"


def _choices(detection: Detection) -> Sequence[str]:
    taken = [
        frequency
        for frequency in FREQUENCIES
        if not alert_rule(detection, DetectionSettings(frequency=short(frequency)))[1]
    ]
    named = ", ".join(f"{short(frequency)} {monthly_price(frequency):.2f}" for frequency in taken)
    return f"[{detection.title}](detections/{detection.id}.md)", named
