"""All that a detection has to pass before it is deployed: its own checks, Microsoft's parser, the lint, its cases.

The same for our detections and for a user's. Running a single case is decided in `gate`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

from acrwatch.counted import counted
from acrwatch.detection.cases import CASES, Case, read_cases
from acrwatch.detection.catalogue import CONTENT, read_detection
from acrwatch.detection.checks import detection_problems
from acrwatch.detection.gate import CaseResult, run_case
from acrwatch.detection.model import Detection
from acrwatch.detection.parsing import Said, what_parser_says
from acrwatch.errors import Problem, SettingsError, UnknownError
from acrwatch.kql.finding import Finding, without_allowed
from acrwatch.kql.lint import ENGINE_CHECKS, LOG_ALERT_CHECKS, lint
from acrwatch.kql.shape import SHAPE_CHECKS
from acrwatch.yaml_text import with_lines

if TYPE_CHECKING:
    from acrwatch.kql.engine import LocalEngine

CHECKS = (*LOG_ALERT_CHECKS, *ENGINE_CHECKS, *SHAPE_CHECKS)
FIRING_MIN = 1
QUIET_MIN = 2


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was found out about one detection.

    Args:
        id: its id, or the name of its folder.
        folder: where it was read.
        unreadable: why it could not be read; nothing else was looked at then.
        structure: what does not fit in its files.
        parser: what Microsoft's parser says, how its columns differ from the declared ones, and where its formatter
            has another layout.
        parser_ran: whether that is all there is to say.
        lint: what Log Analytics would refuse, what the engine would get wrong, and what has not our shape.
        cases: how each case went; empty when the query cannot be run.
    """

    id: str
    folder: Path
    unreadable: str | None = None
    structure: tuple[Problem, ...] = ()
    parser: tuple[Finding, ...] = ()
    parser_ran: bool = False
    lint: tuple[Finding, ...] = ()
    cases: tuple[CaseResult, ...] = ()

    @property
    def failed(self) -> bool:
        """Whether something is wrong for sure."""
        wrong = any(not case.passed and case.refused is None for case in self.cases)
        return bool(self.structure or self.parser or self.lint or wrong)

    @property
    def refused(self) -> bool:
        """Whether the local engine cannot run some case."""
        return any(case.refused is not None for case in self.cases)


@dataclass(frozen=True, kw_only=True)
class Checking:
    """What was found out about several detections.

    Args:
        detections: each of them.
        parser_absent: why Microsoft's parser was not asked; None when it was, or was not to be.
    """

    detections: tuple[Checked, ...]
    parser_absent: str | None = None


@dataclass(frozen=True, kw_only=True)
class _Read:
    """A detection as far as it can be read."""

    folder: Path
    detection: Detection
    cases: tuple[Case, ...]
    structure: tuple[Problem, ...]


Progress = Callable[[int, int], None]


def check_detections(
    folders: Sequence[Path], *, ask_parser: bool = True, progress: Progress = lambda _done, _all: None
) -> Checking:
    """Check detections, with one process of the parser for all of them.

    Args:
        folders: a folder for each.
        ask_parser: whether Microsoft's parser has a say. Default: true.
        progress: called with the number of cases that have run, and of all.

    Raises:
        MissingExtra: what runs the cases is not installed.
    """
    # Before all else, so that a missing extra is told at once.
    from acrwatch.kql.engine import LocalEngine

    read = [_read(folder) for folder in folders]
    found = [item for item in read if isinstance(item, _Read)]
    said: Mapping[Path, Said] = {}
    absent = None
    if ask_parser:
        try:
            said = what_parser_says({item.folder: item.detection for item in found})
        except UnknownError as error:
            absent = str(error)
    # A text with a mistake fails in every case, which says nothing more.
    runnable = [item for item in found if item.folder not in said or not said[item.folder].mistakes]
    ran = _run_cases(runnable, LocalEngine, progress)
    checked = (
        item
        if isinstance(item, Checked)
        else replace(_without_cases(item, said.get(item.folder)), cases=ran.get(item.folder, ()))
        for item in read
    )
    return Checking(detections=tuple(checked), parser_absent=absent)


def _run_cases(
    items: Sequence[_Read], engine_for_one: Callable[[], LocalEngine], progress: Progress
) -> dict[Path, tuple[CaseResult, ...]]:
    """Run the cases of several detections side by side: DuckDB lets other threads work while it does."""
    total = sum(len(item.cases) for item in items)
    finished = count(1)
    lock = Lock()
    stopped = Event()

    def run(item: _Read) -> tuple[CaseResult, ...]:
        results = []
        with engine_for_one() as engine:
            for case in item.cases:
                if stopped.is_set():
                    break
                results.append(run_case(item.detection, case, engine))
                with lock:
                    progress(next(finished), total)
        return tuple(results)

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        try:
            # The longest first, so that none is left over at the end.
            order = sorted(items, key=lambda item: len(item.cases), reverse=True)
            return dict(zip((item.folder for item in order), pool.map(run, order), strict=True))
        finally:
            # Only of use when interrupted: else all have ended.
            stopped.set()


def _read(folder: Path) -> _Read | Checked:
    """A detection with its cases, or why it cannot be read."""
    try:
        detection = read_detection(folder, lambda _detection, _folder: [])
        structure = with_lines(detection_problems(detection, folder.name), folder / CONTENT)
        cases = read_cases(folder, detection)
    except SettingsError as error:
        return Checked(id=folder.name, folder=folder, unreadable=str(error))
    return _Read(folder=folder, detection=detection, cases=cases, structure=(*structure, *_case_problems(cases)))


def _case_problems(cases: Sequence[Case]) -> Iterator[Problem]:
    firing = sum(case.fires for case in cases)
    quiet = len(cases) - firing
    if firing < FIRING_MIN:
        yield Problem(path=(CASES,), message="no case expects a row, so nothing shows that the detection fires")
    if quiet < QUIET_MIN or quiet <= firing:
        least = max(QUIET_MIN, firing + 1)
        said = f"{counted(firing, 'firing case')} and {quiet} quiet; at least {least} quiet ones are needed"
        yield Problem(path=(CASES,), message=said, way_out="add look-alikes that must not fire")


def _without_cases(item: _Read, said: Said | None) -> Checked:
    query = item.detection.query
    advice = said.advice if said else ()
    # A comment allows an analyzer's advice as it does a finding of the lint, and never a mistake.
    kept = without_allowed(query, [*lint(query, CHECKS), *advice], parser_asked=said is not None)
    kept_advice = [finding for finding in kept if finding in advice]
    return Checked(
        id=item.detection.id,
        folder=item.folder,
        structure=item.structure,
        parser=(*said.mistakes, *kept_advice, *said.columns, *said.layout) if said else (),
        parser_ran=said is not None,
        lint=tuple(finding for finding in kept if finding not in advice),
    )
