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

# By hand, larger ones would take too long.
MOST_BY_HAND = 1_000_000
GOALS = {"seconds": 30.0, "mebibytes": 1024.0, "times the hand-written SQL": 2.5}
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
    """Measure each size, print a Markdown table, and end with 1 when a goal is missed."""
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
    lines, missed, costs = [], False, {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            write_day(folder / "day", teams=teams_for(size), form=arguments.form)
            command = [sys.executable, "-m", "benchmarks.rehearsal", "--measure", str(folder / "day" / EVENTS), name]
            command += ["--no-baseline"] * (arguments.no_baseline or size > MOST_BY_HAND)
            done = subprocess.run(command, cwd=PROJECT, check=True, stdout=subprocess.PIPE)
        found = json.loads(done.stdout)
        lines.append(line(found))
        costs[size] = (found["read"] + found["play"]) / found["rows"]
        missed |= bool(found["unknown"]) or (size <= 1_000_000 and not reached(found))
    print(
        "| rows | evaluations | reading, s | playing, s | peak memory, MiB | hand-written SQL, s | playing / by hand |"
    )
    print("|---|---|---|---|---|---|---|")
    print("\n".join(lines))
    if max(costs) > MOST_BY_HAND in costs:
        growth = costs[max(costs)] / costs[MOST_BY_HAND]
        print(f"\nA row of {max(costs):,} costs {growth:.2f} times what one of {MOST_BY_HAND:,} does; goal: at most 1")
        missed |= growth > 1
    return int(missed)


def line(found: dict[str, Any]) -> str:
    """One row of the table."""
    hand = found.get("by hand")
    compared = "| | |" if hand is None else f"| {hand:.1f} | {found['play'] / hand:.2f} |"
    return (
        f"| {found['rows']:,} | {found['evaluations']:,} | {found['read']:.1f} | {found['play']:.1f} "
        f"| {found['memory']:.0f} {compared}"
    )


def reached(found: dict[str, Any]) -> bool:
    """Whether the goals for a million rows are reached; other results than by hand are a failure, too."""
    fast = found["read"] + found["play"] <= GOALS["seconds"] and found["memory"] <= GOALS["mebibytes"]
    hand = found.get("by hand")
    return fast and (
        hand is None or (not found["differ"] and found["play"] / hand <= GOALS["times the hand-written SQL"])
    )


if __name__ == "__main__":
    sys.exit(main())
