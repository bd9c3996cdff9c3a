"""`python -m benchmarks`: synthesis of a watch against an empty stack, prebuilt bindings, and a fleet.

All variants of a core run in turn, many times, since a machine's speed changes from one second to the next; the heavy
one runs after the others, so that it does not disturb them, and a third as often. A ratio is the median of the ratios
of single rounds.
"""

import argparse
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from statistics import median

from benchmarks.measure import Cost, run, typical

PROJECT = Path(__file__).parents[1]
CORES = {"cdktf": "cdktf_cdktf_provider_azurerm", "cdktn": "cdktn_provider_azurerm"}
FLEET = 2000
HEAVY = "prebuilt bindings"


@dataclass(frozen=True, kw_only=True)
class Goal:
    """A ratio that is to be reached.

    Args:
        of: the variant that is judged.
        against: what it is compared with.
        at_most: the greatest ratio of user CPU; None for one that is to be large.
        at_least: the least ratio, by core.
    """

    of: str
    against: str
    at_most: float | None = None
    at_least: dict[str, float] | None = None


GOALS = (
    Goal(of="embedded watch", against="empty stack", at_most=1.3),
    Goal(of="main.py with a settings file", against="empty stack", at_most=1.6),
    Goal(of=HEAVY, against="embedded watch", at_least={"cdktf": 10, "cdktn": 3}),
    Goal(of=f"embedded watch, {FLEET:,} registries", against="embedded watch, 1 registry", at_most=1.3),
)


def variants(core: str, folder: Path) -> dict[str, list[str]]:
    """The commands to compare under a core; the prebuilt one only where its package is installed."""

    def case(name: str, *arguments: str) -> list[str]:
        return [sys.executable, "-m", f"benchmarks.cases.{name}", str(folder / name), *arguments]

    (folder / "settings_file").mkdir(parents=True)
    commands = {
        "empty stack": case("empty"),
        "embedded watch": case("embedded", "2"),
        "main.py with a settings file": case("settings_file"),
        "embedded watch, 1 registry": case("embedded", "1"),
        f"embedded watch, {FLEET:,} registries": case("embedded", str(FLEET)),
    }
    if find_spec(CORES[core]) is not None:
        commands[HEAVY] = case("prebuilt", str(folder / "ours.json"))
    return commands


def measure(core: str, rounds: int) -> dict[str, list[Cost]]:
    """Run everything in turn, `rounds` times after one that warms the caches; the heavy variant a third as often."""
    environment = {
        "ACRWATCH_CORE": core,
        "ACRWATCH_SETTINGS": str(PROJECT / "acrwatch.example.yaml"),
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20",
    }
    with tempfile.TemporaryDirectory() as folder_name:
        folder = Path(folder_name)
        commands = variants(core, folder)
        run(commands["embedded watch"], environment, PROJECT)
        ours = folder / "embedded" / "stacks" / "acrwatch" / "cdk.tf.json"
        environment["CDKTF_OUTDIR"] = str(folder / "settings_file")
        ours.replace(folder / "ours.json")
        costs: dict[str, list[Cost]] = {name: [] for name in commands}
        heavy = {name: command for name, command in commands.items() if name == HEAVY}
        light = {name: command for name, command in commands.items() if name != HEAVY}
        for several, times in ((light, rounds), (heavy, max(rounds // 3, 1))):
            for turn in range(times + 1):
                for name, command in several.items():
                    cost = run(command, environment, PROJECT)
                    if turn:
                        costs[name].append(cost)
    return costs


def verdict(goal: Goal, core: str, costs: dict[str, list[Cost]]) -> str | None:
    """One line on a goal, or None where a variant could not be run."""
    if goal.of not in costs:
        return None
    pairs = zip(costs[goal.of], costs[goal.against], strict=goal.of != HEAVY)
    ratio = median(one.user / other.user for one, other in pairs)
    if goal.at_most is not None:
        met, wanted = ratio <= goal.at_most, f"at most {goal.at_most:g}"
    else:
        least = (goal.at_least or {})[core]
        met, wanted = ratio >= least, f"at least {least:g}"
    return f"| {core} | {goal.of} / {goal.against} | {ratio:.2f} | {wanted} | {'yes' if met else 'NO'} |"


def main() -> int:
    """Measure, print two Markdown tables, and end with 1 when a goal is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="measured runs of each variant (default: 21)")
    parser.add_argument("--core", choices=CORES, action="append", help="only this core")
    arguments = parser.parse_args()
    rows, verdicts = [], []
    for core in arguments.core or CORES:
        costs = measure(core, arguments.rounds)
        rows += [
            f"| {core} | {name} | {cost.user:.2f} | {cost.wall:.2f} | {cost.memory:.0f} |"
            for name, cost in ((name, typical(found)) for name, found in costs.items())
        ]
        verdicts += [line for goal in GOALS if (line := verdict(goal, core, costs)) is not None]
    print("| core | variant | user CPU, s | wall, s | peak memory, MiB |\n|---|---|---|---|---|")
    print("\n".join(rows))
    print("\n| core | ratio of user CPU | measured | goal | met |\n|---|---|---|---|---|")
    print("\n".join(verdicts))
    return int(any(line.endswith("NO |") for line in verdicts))


if __name__ == "__main__":
    sys.exit(main())
