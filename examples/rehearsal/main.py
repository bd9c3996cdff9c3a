"""A rehearsal in a program of one's own: how often each rule of a stack, or of any plan, would have fired over a log.

Run it with a stack (a folder or file, or a plan in JSON) and the log: python main.py cdktf.out/stacks/acrwatch logs/
Needs: pip install "acrwatch[rehearse]"
"""

import sys
from collections import Counter
from pathlib import Path

from acrwatch import AcrwatchError, EventLog, SynthesisedStack, find_stack, read_plan, read_stack, rehearse


def stack_of(given: Path) -> SynthesisedStack:
    """What would be deployed, whoever wrote it."""
    return read_plan(given) if given.name == "plan.json" else read_stack(find_stack(given))


def main(given: str, *events: str) -> int:
    """Show the number of alerts of each rule; the exit code is the one of the `acrwatch` command."""
    try:
        stack = stack_of(Path(given))
        with EventLog.read(events) as log:
            found = rehearse(stack, log)
    except AcrwatchError as error:
        sys.stderr.write(f"{error}\n")
        return int(error.exit_code)
    fired = Counter(alert.rule.id for alert in found.alerts)
    for rule in stack.rules:
        sys.stdout.write(f"{fired[rule.id]:4} {rule.id}\n")
    # A rule that could not be evaluated is not one that stayed quiet.
    return 0 if found.complete else 3


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
