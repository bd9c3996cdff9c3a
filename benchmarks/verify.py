"""`python -m benchmarks.verify`: a fleet compared with Azure, many calls at once against one after the other.

The stand-in for Azure is a process of its own, and each call to it takes 50 ms. Both ways run in turn, in processes of
their own, over the same calls; nothing counts unless all of it was found equal.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import IO

from acrwatch.live.connection import PARALLEL
from benchmarks.measure import peak_of

PROJECT = Path(__file__).parents[1]
LATENCY = 0.05
FLEET, SMALL = 1000, 100
FASTER, FLAT = 12.0, 1.25


@dataclass(frozen=True, kw_only=True)
class Run:
    """One run.

    Args:
        seconds: of the comparison alone, without the start of Python.
        memory: peak of the resident memory, in MiB.
        in_flight: the most calls that were under way at once, as the stand-in saw it.
    """

    seconds: float
    memory: float
    in_flight: int


class Azure:
    """The stand-in, and runs against it."""

    def __init__(self, folder: Path, process: "subprocess.Popen[str]") -> None:
        self._folder = folder
        self._process = process

    def run(self, parallel: int) -> Run:
        """Compare everything once."""
        environment = {**os.environ, **json.loads((self._folder / "environment.json").read_text())}
        command = [sys.executable, "-m", "benchmarks.cases.verified", str(self._folder), str(parallel)]
        with subprocess.Popen(
            command, env=environment, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as client:
            memory = peak_of(client)
            said, error = client.communicate()
        if client.returncode:
            raise RuntimeError(error)
        found = json.loads(said)
        if found["equal"] != found["items"]:
            raise RuntimeError(f"only {found['equal']} of {found['items']} were found equal")
        return Run(seconds=found["seconds"], memory=memory, in_flight=self._most_in_flight())

    def _most_in_flight(self) -> int:
        asks, answers = _pipe(self._process.stdin), _pipe(self._process.stdout)
        asks.write("\n")
        asks.flush()
        return int(answers.readline())


def _pipe(stream: IO[str] | None) -> IO[str]:
    if stream is None:
        raise RuntimeError("the process was begun without this pipe")
    return stream


@contextmanager
def azure(registries: int) -> Iterator[Azure]:
    """The stand-in with a fleet of this many registries."""
    with tempfile.TemporaryDirectory() as name:
        command = [sys.executable, "-m", "benchmarks.cases.azure", name, str(registries), str(LATENCY)]
        with subprocess.Popen(
            command, cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            _pipe(process.stdout).readline()
            yield Azure(Path(name), process)
            _pipe(process.stdin).close()


def main() -> int:
    """Measure, print two Markdown tables, and end with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.verify", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="measured pairs of runs (default: 3)")
    rounds = parser.parse_args().rounds
    with azure(SMALL) as small:
        few = [small.run(PARALLEL) for _ in range(rounds)]
    with azure(FLEET) as fleet:
        pairs = [(fleet.run(PARALLEL), fleet.run(1)) for _ in range(rounds)]
    many, single = [one for one, _ in pairs], [one for _, one in pairs]
    print("| registries | calls at once | wall, s | peak memory, MiB | most under way |\n|---|---|---|---|---|")
    for registries, parallel, runs in ((SMALL, PARALLEL, few), (FLEET, PARALLEL, many), (FLEET, 1, single)):
        wall, memory = median(one.seconds for one in runs), median(one.memory for one in runs)
        print(f"| {registries:,} | {parallel} | {wall:.1f} | {memory:.0f} | {max(one.in_flight for one in runs)} |")
    faster = median(slow.seconds / fast.seconds for fast, slow in pairs)
    flat = median(one.memory for one in many) / median(one.memory for one in few)
    most = max(one.in_flight for one in (*many, *few))
    goals = [
        (
            f"{PARALLEL} at once, times faster than one after the other",
            f"{faster:.1f}",
            f"at least {FASTER:g}",
            faster >= FASTER,
        ),
        ("most calls under way", str(most), f"at most {PARALLEL}", most <= PARALLEL),
        (f"memory, {FLEET:,} / {SMALL} registries", f"{flat:.2f}", f"at most {FLAT:g}", flat <= FLAT),
    ]
    print("\n| what | measured | goal | met |\n|---|---|---|---|")
    for what, measured, goal, met in goals:
        print(f"| {what} | {measured} | {goal} | {'yes' if met else 'NO'} |")
    return int(not all(met for *_, met in goals))


if __name__ == "__main__":
    sys.exit(main())
