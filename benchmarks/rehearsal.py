"""`python -m benchmarks.rehearsal`: a recorded day through all five rules, against hand-written SQL on the same table.

Each size runs in a process of its own, which tells its peak memory. The day is written before, and not measured.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from acrwatch.recorded_day.sinks import Form
from acrwatch.recorded_day.writing import DAY as DATE
from acrwatch.recorded_day.writing import EVENTS, teams_for, write_day
from acrwatch.rehearsal.log import EventLog
from acrwatch.rehearsal.query import RehearsedQuery
from acrwatch.rehearsal.rehearse import rehearse
from acrwatch.synthesised import SynthesisedStack, read_stack
from benchmarks.__main__ import PROJECT
from benchmarks.handwritten import MACROS, QUERIES

# By hand, larger ones would take too long; the goals are of this size.
MOST_BY_HAND = 1_000_000
SECONDS, MEBIBYTES, TIMES_BY_HAND = 30, 1024, 2.5
DAY = timedelta(days=1)
EVERY = timedelta(minutes=5)


def stack(folder: Path) -> SynthesisedStack:
    """The five detections as they would be deployed."""
    environment = {
        **os.environ,
        "ACRWATCH_SETTINGS": str(PROJECT / "benchmarks" / "rehearsal.yaml"),
        "CDKTF_OUTDIR": str(folder),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
    }
    subprocess.run([sys.executable, "main.py"], env=environment, cwd=PROJECT, check=True, stdout=subprocess.DEVNULL)
    (file,) = folder.glob("stacks/*/cdk.tf.json")
    return read_stack(file)


def measured(events: Path, stack_folder: Path, baseline: bool) -> dict[str, Any]:
    """What one size costs; in a process of its own."""
    rules = stack(stack_folder)
    begin = time.perf_counter()
    with EventLog.read([events]) as log:
        read = time.perf_counter() - begin
        start = datetime.combine(DATE, datetime.min.time(), UTC)
        found: dict[str, Any] = {"rows": log.count(), "read": read}
        begin = time.perf_counter()
        rehearsed = rehearse(rules, log, start=start, end=start + DAY - EVERY)
        found["play"] = time.perf_counter() - begin
        found["evaluations"] = sum(rule.evaluations for rule in rehearsed.rules)
        found["alerts"] = len(rehearsed.alerts)
        found["unknown"] = [rule.unknown for rule in rehearsed.rules if rule.unknown is not None]
        found["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if baseline:
            found["by hand"], found["differ"] = by_hand(rules, log, start)
    return found


def by_hand(rules: SynthesisedStack, log: EventLog, start: Any) -> tuple[float, int]:
    """Seconds that the hand-written queries take, and at how many evaluations they return another number of rows."""
    log.connection.execute(MACROS)
    seconds, differ = 0.0, 0
    for rule in rules.rules:
        reads = rule.window_duration or DAY
        ours = RehearsedQuery(log, rule.criteria[0].query, reads)
        for number in range(288):
            now = start + number * EVERY
            bound = {"since": (now - reads).replace(tzinfo=None), "now": now.replace(tzinfo=None)}
            begin = time.perf_counter()
            rows = log.connection.execute(QUERIES[rule.id], bound).fetchall()
            seconds += time.perf_counter() - begin
            differ += len(rows) != len(ours.run(now).rows)
        ours.close()
    return seconds, differ


def main() -> int:
    """Measure each size, print two Markdown tables, and end with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.rehearsal", description=__doc__)
    parser.add_argument("--events", type=int, action="append", help="rows of a day (default: 100,000 to 10,000,000)")
    parser.add_argument("--form", type=Form, default=Form.PARQUET, choices=list(Form), help="of the log")
    parser.add_argument("--measure", type=Path, nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--no-baseline", action="store_true", help="without the hand-written SQL")
    arguments = parser.parse_args()
    if arguments.measure is not None:
        events, folder = arguments.measure
        print(json.dumps(measured(events, folder, baseline=not arguments.no_baseline)))
        return 0
    sizes = arguments.events or [100_000, MOST_BY_HAND, 10_000_000]
    sized: dict[int, dict[str, Any]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_day(folder / "day", teams=teams_for(size), form=arguments.form)
            command = [sys.executable, "-m", "benchmarks.rehearsal", "--measure", str(folder / "day" / EVENTS), name]
            command += ["--no-baseline"] * (arguments.no_baseline or size > MOST_BY_HAND)
            done = subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.PIPE)
        sized[size] = json.loads(done.stdout)
    print(
        "| rows | evaluations | reading, s | playing, s | peak memory, MiB | hand-written SQL, s | playing / by hand |"
    )
    print("|---|---|---|---|---|---|---|")
    print("\n".join(map(line, sized.values())))
    goals = list(judged(sized))
    print("\n| what | measured | goal | met |\n|---|---|---|---|")
    for what, found, goal, met in goals:
        print(f"| {what} | {found} | {goal} | {'yes' if met else 'NO'} |")
    return int(not all(met for *_, met in goals))


def line(found: dict[str, Any]) -> str:
    """One row of the table."""
    hand = found.get("by hand")
    compared = "| | |" if hand is None else f"| {hand:.1f} | {found['play'] / hand:.2f} |"
    return (
        f"| {found['rows']:,} | {found['evaluations']:,} | {found['read']:.1f} | {found['play']:.1f} "
        f"| {found['memory']:.0f} {compared}"
    )


def judged(sized: dict[int, dict[str, Any]]) -> Iterator[tuple[str, str, str, bool]]:
    """What is measured, with its goal and whether it is met."""
    unknown = sum(len(found["unknown"]) for found in sized.values())
    yield "rules that could not be played", f"{unknown}", "none", unknown == 0
    compared = [found["differ"] for found in sized.values() if "differ" in found]
    if compared:
        yield "evaluations with other rows than by hand", f"{sum(compared)}", "none", sum(compared) == 0
    million = sized.get(MOST_BY_HAND)
    if million is None:
        return
    took = million["read"] + million["play"]
    yield "reading and playing a million rows, s", f"{took:.1f}", f"at most {SECONDS}", took <= SECONDS
    memory = million["memory"]
    yield "peak memory, a million rows, MiB", f"{memory:.0f}", f"at most {MEBIBYTES:,}", memory <= MEBIBYTES
    if "by hand" in million:
        ratio = million["play"] / million["by hand"]
        yield "playing / by hand, a million rows", f"{ratio:.2f}", f"at most {TIMES_BY_HAND}", ratio <= TIMES_BY_HAND
    most = max(sized)
    if most > MOST_BY_HAND:
        growth = (sized[most]["read"] + sized[most]["play"]) / sized[most]["rows"] * million["rows"] / took
        yield f"a row of {most:,} / a row of a million", f"{growth:.2f}", "at most 1", growth <= 1


if __name__ == "__main__":
    sys.exit(main())
