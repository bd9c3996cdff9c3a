"""Writes the bindings of all providers: `python -m codegen --schemas DIR`, from the root of the repository."""

import argparse
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from codegen import python
from codegen.schema import common, read
from codegen.table import table
from codegen.targets import DATA_SOURCES, PROVIDERS

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Read the schemas and replace the generated packages."""
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument(
        "--schemas", type=Path, nargs="+", required=True, help="folders with <provider>-<version>.json files"
    )
    parser.add_argument("--to", type=Path, default=ROOT / "constructs" / "acrwatch", help="package to write into")
    options = parser.parse_args()
    for provider in PROVIDERS:
        folder: Path = options.to / provider
        folder.mkdir(exist_ok=True)
        files = generate(options.schemas, provider)
        for stale in {file.name for file in folder.iterdir() if file.is_file()} - set(files):
            (folder / stale).unlink()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8")


def generate(schemas: Sequence[Path], provider: str) -> Mapping[str, str]:
    """Give the files of one provider's package by name."""
    versions = read(schemas, provider)
    origin = python.Origin(
        provider=provider, source=versions[-1].source, versions=[schema.version for schema in versions]
    )
    resources = {name: f"{provider}_{name}" for name in PROVIDERS[provider]}
    own = common([schema.provider for schema in versions], f"provider {provider}")
    texts = {"_source": python.source_module(origin), "provider": python.provider_module(own, origin)}
    homes = {f"{python.camel(provider)}Provider": "provider"}
    for name, type_ in resources.items():
        found = common([schema.resources[type_] for schema in versions], type_)
        texts[name] = python.resource_module(name, found, origin)
        homes[python.resource_class(name, origin)] = name
    data_sources = {f"data_{provider}_{name}": f"{provider}_{name}" for name in DATA_SOURCES[provider]}
    for module, type_ in data_sources.items():
        found = common([schema.data_sources[type_] for schema in versions], f"data {type_}")
        texts[module] = python.data_source_module(type_, found, origin)
        homes[python.camel(module)] = module
    texts["__init__"] = python.front_door(homes, origin)
    files = {f"{module}.py": _formatted(text) for module, text in texts.items()}
    return files | {"schema.json": table(versions, list(resources.values()), list(data_sources.values()))}


def _formatted(text: str) -> str:
    # Sorting of imports first, since it may join or split lines; both read the project's own settings.
    for command in (["check", "--select=I,RUF022", "--fix", "--quiet"], ["format", "--quiet"]):
        text = subprocess.run(  # noqa: S603  # our own linter on our own text
            [sys.executable, "-m", "ruff", *command, "--stdin-filename=constructs/acrwatch/binding.py", "-"],
            cwd=ROOT,
            input=text,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    return text


if __name__ == "__main__":
    main()
