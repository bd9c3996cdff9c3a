"""The deployable app: settings -> App -> WatchStack -> cdktf.out, and nothing else.

Settings come from ACRWATCH_SETTINGS, else `acrwatch.yaml`, else the example; the core is
ACRWATCH_CORE, `cdktf` (default) or `cdktn`. It prints nothing, since the CDK's CLIs show what an
app prints as errors.
"""

import gc
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# A synthesis is over before its garbage could matter, and looking for it takes a tenth of the time.
gc.disable()
# jsii warns on each run with Node 20; it reads this when the core is imported.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
# pydantic would look through all installed packages for plugins, which none of them has for us.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

try:
    from acrwatch import AcrwatchError, InputError, load_settings
    from acrwatch.core import core_named
    from acrwatch.errors import ExitCode
    from acrwatch.settings.file import settings_file
except KeyboardInterrupt:
    sys.exit(130)


def main() -> None:
    """Synthesise the stack of the settings file."""
    project = Path(__file__).parent
    settings = load_settings(settings_file(project, os.environ))
    # The local state is found relative to the output, so both stay with the project, wherever this is run.
    output = os.environ.get("CDKTF_OUTDIR", str(project / "cdktf.out"))
    core = core_named(os.environ.get("ACRWATCH_CORE", "cdktf"))
    # Starts node, which by now is known to be there.
    from acrwatch.stack import WatchStack, synthesise

    with writing_to(output):
        app = core.App(outdir=output)
        WatchStack(app, settings)
        synthesise(app)
    # Nor when it ends: Python would look through all objects before it lets go of them.
    gc.freeze()


@contextmanager
def writing_to(folder: str) -> Iterator[None]:
    """Make an error for people of what the file system refuses; node tells it as `EACCES: permission denied, mkdir`."""
    try:
        yield
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}") from None
    except RuntimeError as error:
        refused = re.search(r"\bE[A-Z]+: ([^,]+), \w+(?: '(.+)')?$", str(error))
        if refused is None:
            raise
        raise InputError(f"{refused[2] or folder} cannot be written: {refused[1]}") from None


if __name__ == "__main__":
    try:
        main()
    except AcrwatchError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(ExitCode.INTERRUPTED)
