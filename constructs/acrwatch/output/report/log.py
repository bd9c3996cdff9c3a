"""What was read of the log, what was not, and what a rehearsal takes for granted."""

from __future__ import annotations

from collections.abc import Iterator

from acrwatch.counted import counted
from acrwatch.output.report.markup import Markup, el, together
from acrwatch.output.report.rows import facts
from acrwatch.output.report.words import length, moment
from acrwatch.rehearsal.clock import Clock
from acrwatch.rehearsal.model import LogReport

_ALWAYS = (
    "This is a model of Azure Monitor and not Azure Monitor itself.",
    "Azure does not document where in an interval it evaluates a rule; here it does so on multiples of the frequency.",
    "An evaluation sees the rows of its time range that had arrived by then. Rows that do not say when they arrived "
    "are given a delay.",
    "Processing rules that other stacks or people have in the subscription are not known, and so not applied.",
    "Prices are those of the rules themselves. What short-lived combinations of dimensions add is not public.",
    "Ids that only the deployment tells, and so the links in payloads, are made up; zeros stand for the subscription.",
)


def log(report: LogReport) -> Markup:
    """What was read of the log.

    Args:
        report: the same as values.
    """
    pairs: list[tuple[str, str | Markup]] = [(table, counted(rows, "row")) for table, rows in report.rows.items()]
    pairs += [
        (name, moment(time)) for name, time in (("First", report.first), ("Last", report.last)) if time is not None
    ]
    return together(
        facts(pairs) if pairs else el("p", "The log has no rows.", class_="empty"),
        *_told("Missing", report.partial),
        *_unreadable(report),
        *_told("Notes", report.notes),
    )


def assumptions(clock: Clock) -> Markup:
    """What a rehearsal takes for granted, and the chance it was played with.

    Args:
        clock: the period and how punctual evaluations were.
    """
    jitter = f"up to {length(clock.jitter)} late" if clock.jitter else "punctual"
    skipped = f"{clock.skip:.0%} of them are skipped" if clock.skip else "none is skipped"
    by_chance = f", by chance with the seed {clock.seed}" if clock.jitter or clock.skip else ""
    return el("ul", (el("li", line) for line in (f"Evaluations are {jitter}, and {skipped}{by_chance}.", *_ALWAYS)))


def _unreadable(report: LogReport) -> Iterator[Markup]:
    if not report.unreadable:
        return
    yield el("h3", f"{counted(report.unreadable, 'record')} could not be read")
    yield el("ul", (el("li", detail) for detail in report.details), class_="records")
    if report.unreadable > len(report.details):
        yield el("p", f"Shown here: the first {len(report.details):,} of {report.unreadable:,}.", class_="quiet")


def _told(title: str, lines: tuple[str, ...]) -> Iterator[Markup]:
    if lines:
        yield el("h3", title)
        yield el("ul", (el("li", line) for line in lines))
