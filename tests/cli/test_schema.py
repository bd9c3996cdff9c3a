"""`acrwatch schema` gives the JSON Schema, to standard output or to a file."""

import json
from pathlib import Path

from acrwatch.settings.schema import settings_schema
from tests.cli.running import run


def test_the_schema_is_printed() -> None:
    assert json.loads(run("schema").stdout) == settings_schema()


def test_the_schema_is_written_to_a_file(tmp_path: Path) -> None:
    file = tmp_path / "x.schema.json"

    assert run("schema", "--output", str(file)).output == ""
    assert file.read_text(encoding="utf-8") == run("schema").stdout
