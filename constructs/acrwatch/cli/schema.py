"""`acrwatch schema`: the JSON Schema of the settings file."""

from __future__ import annotations

import json

from acrwatch.cli.options import OutputOption
from acrwatch.output.show import show_text
from acrwatch.settings.schema import settings_schema

EXAMPLE = "Example: acrwatch schema --output acrwatch.schema.json"


def schema_text() -> str:
    """The schema as it is committed."""
    return json.dumps(settings_schema(), indent=2, ensure_ascii=False) + "\n"


def command(output: OutputOption = None) -> None:
    """Print the JSON Schema of the settings file, with which editors complete and check it."""
    show_text(schema_text(), output)
