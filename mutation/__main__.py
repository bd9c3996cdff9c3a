"""`python -m mutation`: mutants of each query, and which of them the cases kill.

A mutant that Microsoft's parser refuses does not count. One that no case kills is a survivor; those with a
reason in survivors.yaml are known, and at least 90 % of all must be killed.
"""

import argparse
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from acrwatch.detection.cases import Case, read_cases
from acrwatch.detection.catalogue import catalogue, shipped_folder
from acrwatch.detection.gate import run_case
from acrwatch.detection.model import Detection
from acrwatch.detection.query import deployed_query
from acrwatch.detection.tuning import Variant
from acrwatch.kql.engine import LocalEngine
from acrwatch.kql.parser import Parsed, parse
from mutation.mutants import Mutant, mutants

LEAST = 0.9
REASONS = Path(__file__).parent / "survivors.yaml"
PAGE = Path(__file__).parents[1] / "docs" / "detections" / "mutation.md"


@dataclass(frozen=True, kw_only=True)
class Score:
    """What became of the mutants of one query.

    Args:
        detection: its id.
        refused: how many the parser refused.
        killed: how many a case killed.
        survivors: names of the others.
    """

    detection: str
    refused: int
    killed: int
    survivors: tuple[str, ...]

    @property
    def counted(self) -> int:
        """How many the parser takes."""
        return self.killed + len(self.survivors)


def score(detection: Detection, workers: int) -> Score:
    """Try all mutants of one query.

    Args:
        detection: whose.
        workers: processes that run cases.
    """
    all_mutants = list(mutants(detection.query))
    texts = {mutant.name: deployed_query(replace(detection, query=mutant.query), Variant()) for mutant in all_mutants}
    parsed = parse(texts)
    accepted = [mutant for mutant in all_mutants if not _broken(parsed[mutant.name])]
    shares = [accepted[start::workers] for start in range(workers)]
    with ProcessPoolExecutor(workers) as pool:
        alive = {name for found in pool.map(_survivors, [detection.id] * workers, shares) for name in found}
    return Score(
        detection=detection.id,
        refused=len(all_mutants) - len(accepted),
        killed=len(accepted) - len(alive),
        survivors=tuple(mutant.name for mutant in accepted if mutant.name in alive),
    )


def _broken(parsed: Parsed) -> bool:
    return any(said.severity == "Error" and not said.analyzer for said in parsed.diagnostics)


def _survivors(id_: str, share: Sequence[Mutant]) -> list[str]:
    detection = catalogue()[id_]
    cases = list(read_cases(shipped_folder() / id_, detection))
    alive = []
    for mutant in share:
        # A fresh engine for each: it keeps the translations of every text it has run.
        with LocalEngine() as engine:
            killer = _killer(replace(detection, query=mutant.query), cases, engine)
        if killer is None:
            alive.append(mutant.name)
        else:
            # What killed one is likely to kill the next, too.
            cases.remove(killer)
            cases.insert(0, killer)
    return alive


def _killer(detection: Detection, cases: Sequence[Case], engine: LocalEngine) -> Case | None:
    return next((case for case in cases if not run_case(detection, case, engine).passed), None)


def page(scores: Sequence[Score], reasons: dict[str, dict[str, str]]) -> str:
    """The page of the docs: the score of each query, and the survivors with their reasons."""
    lines = [
        "<!-- Written by make mutation; do not edit. -->",
        "",
        "# Do the cases bite?",
        "",
        "Each query is changed in one place at a time, as people do by mistake: a comparison, a number, a line that is",
        "dropped, a casing, an aggregate, a join kind. A change that Microsoft's parser takes must make a case fail.",
        "",
        "| detection | mutants | refused by the parser | killed | survivors | score |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for each in scores:
        total, share = each.counted + each.refused, each.killed / each.counted
        lines.append(
            f"| `{each.detection}` | {total} | {each.refused} | {each.killed} | {len(each.survivors)} | {share:.1%} |"
        )
    for each in scores:
        if each.survivors:
            lines += ["", f"## `{each.detection}`", ""]
            lines += [
                f"- {name}: {reasons.get(each.detection, {}).get(name, '**no reason given**')}"
                for name in each.survivors
            ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Try the mutants, print what survives, and end with 1 when too many do or one has no reason."""
    parser = argparse.ArgumentParser(prog="python -m mutation", description=__doc__)
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these detections (the page is then not written)")
    parser.add_argument("--workers", type=int, default=2, help="processes (default: 2)")
    arguments = parser.parse_args()
    reasons = yaml.safe_load(REASONS.read_text(encoding="utf-8")) or {}
    scores = []
    failed = False
    for id_ in arguments.ids or catalogue():
        each = score(catalogue()[id_], arguments.workers)
        scores.append(each)
        known = reasons.get(each.detection, {})
        unknown = [name for name in each.survivors if name not in known]
        gone = [] if arguments.ids else [name for name in known if name not in each.survivors]
        print(f"{each.detection}: {each.killed} of {each.counted} killed ({each.killed / each.counted:.1%})")
        print("".join(f"  survives  {name}\n" for name in unknown), end="")
        print("".join(f"  has a reason and does not survive  {name}\n" for name in gone), end="", flush=True)
        failed |= each.killed < LEAST * each.counted or bool(unknown or gone)
    if not arguments.ids:
        PAGE.parent.mkdir(exist_ok=True)
        PAGE.write_text(page(scores, reasons), encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
