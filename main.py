"""The deployable app: settings -> App -> WatchStack -> cdktf.out, and nothing else.

Settings come from ACRWATCH_SETTINGS, else `acrwatch.yaml`, else the example; the core is
ACRWATCH_CORE, `cdktf` (default) or `cdktn`. It prints nothing, since the CDK's CLIs show what an
app prints as errors.
"""

import os
import sys
from pathlib import Path

# jsii warns on each run with Node 20; it reads this when the core is imported.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
# pydantic would look through all installed packages for plugins, which none of them has for us.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

from acrwatch import AcrwatchError, WatchStack, load_settings
from acrwatch.core import core_named
from acrwatch.settings.file import settings_file
from acrwatch.stack import synthesise


def main() -> None:
    """Synthesise the stack of the settings file."""
    settings = load_settings(settings_file(Path(__file__).parent, os.environ))
    app = core_named(os.environ.get("ACRWATCH_CORE", "cdktf")).App()
    WatchStack(app, settings)
    synthesise(app)


if __name__ == "__main__":
    try:
        main()
    except AcrwatchError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(error.exit_code)
