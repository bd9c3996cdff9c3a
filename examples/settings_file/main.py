"""A settings file in a program of one's own: read, checked, looked at, and made into a stack of either core.

Run it with the name of a settings file and of a core: python main.py acrwatch.yaml cdktf
"""

import importlib
import sys

from acrwatch import (
    AcrwatchError,
    Detection,
    InputError,
    MissingExtra,
    Problem,
    Settings,
    SettingsError,
    UnknownError,
    WatchStack,
    catalogue,
    load_settings,
)


def told(problem: Problem) -> str:
    """A problem in one line, as an editor shows it."""
    return f"line {problem.line}: {problem.place}: {problem.message}"


def switched_off(settings: Settings) -> list[Detection]:
    """The detections that the settings deploy without letting Azure evaluate them."""
    known = catalogue(settings.detections_dir)
    return [known[id_] for id_, tuning in settings.detections.items() if not tuning.enabled]


def main(file: str, core: str) -> int:
    """Make the stack of a settings file; the exit code is the one of the `acrwatch` command."""
    try:
        settings = load_settings(file)
        for detection in switched_off(settings):
            sys.stdout.write(f"{detection.title} is switched off\n")
        app = importlib.import_module(core).App()
        watch = WatchStack(app, settings).watch
        app.synth()
    except SettingsError as error:
        # All problems of a file come at once.
        sys.stderr.write("".join(f"{told(problem)}\n" for problem in error.problems))
        return error.exit_code
    except (InputError, MissingExtra, UnknownError) as error:
        # Something else that you can mend, a part that is not installed, or something that could not be found out.
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except AcrwatchError:
        # The root of them all; there is no other kind today.
        raise
    sys.stdout.write(f"{len(watch.alerts)} rules\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
