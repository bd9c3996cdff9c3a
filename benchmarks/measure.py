"""Runs a program and tells what it cost: user CPU of it and of its node process, and peak memory."""

import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Cost:
    """What one run cost.

    Args:
        user: seconds of user CPU, of the process and everything it started and waited for.
        wall: seconds on the clock.
        memory: peak of the resident memory of all its processes, in MiB.
    """

    user: float
    wall: float
    memory: float


def run(command: Sequence[str], environment: dict[str, str], folder: Path) -> Cost:
    """Run a program once.

    Args:
        command: the program and its arguments.
        environment: variables beside those of this process.
        folder: where it runs.

    Raises:
        RuntimeError: it failed.
    """
    # Without compiled modules each run would compile ours again, which no installed package does.
    inherited = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    begin = time.perf_counter()
    process = subprocess.Popen(
        command, env={**inherited, **environment}, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    peaks: dict[int, int] = {}
    while True:
        for pid in _tree(process.pid):
            peaks[pid] = max(peaks.get(pid, 0), _peak(pid))
        ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        if ended:
            break
        time.sleep(0.01)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = process.stderr.read().decode() if process.stderr is not None else ""
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {said}")
    return Cost(user=usage.ru_utime, wall=time.perf_counter() - begin, memory=sum(peaks.values()) / 1024)


def peak_of(process: "subprocess.Popen[str]") -> float:
    """Wait for a process to end, and tell the peak of its resident memory in MiB.

    Args:
        process: the process; what it writes has to fit into a pipe.
    """
    peak = 0
    while process.poll() is None:
        peak = max(peak, _peak(process.pid))
        time.sleep(0.01)
    return peak / 1024


def typical(costs: Sequence[Cost]) -> Cost:
    """The medians of several runs."""
    return Cost(
        user=median(cost.user for cost in costs),
        wall=median(cost.wall for cost in costs),
        memory=median(cost.memory for cost in costs),
    )


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text()
        except OSError:
            continue
        found += map(int, children.split())
    return found


def _peak(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)
