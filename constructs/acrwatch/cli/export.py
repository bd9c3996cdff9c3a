"""`acrwatch export`: a watch as a plain Terraform module."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from acrwatch.core import CORES, core_named
from acrwatch.errors import SettingsError
from acrwatch.output.show import show_text
from acrwatch.settings.file import load_settings
from acrwatch.watch_plan import plan_watch

EXAMPLE = "Example: acrwatch export --module modules/acrwatch --settings acrwatch.yaml"


def export(module: Path, settings: Path) -> list[Path]:
    """Write the watch of a settings file as a Terraform module.

    Args:
        module: the folder; an earlier export in it is replaced.
        settings: the settings file.

    Returns:
        The files that were written.

    Raises:
        InputError: the settings are wrong, or there is something else in the folder.
    """
    from acrwatch.exporting.caller import caller_text
    from acrwatch.exporting.content import module_content
    from acrwatch.exporting.folder import module_files, write_module
    from acrwatch.exporting.readme import readme_text
    from acrwatch.exporting.variables import parameterised

    read = load_settings(settings)
    plan, problems = plan_watch(read.watch())
    if problems:
        raise SettingsError(problems, str(settings))
    default = next((core for core in CORES if find_spec(core) is not None), CORES[0])
    core = core_named(os.environ.get("ACRWATCH_CORE", default))
    watch, variables = parameterised(read, plan)
    content = module_content(watch, variables, core)
    needs_azapi = "azapi" in content["terraform"]["required_providers"]
    caller = caller_text(read, variables, needs_azapi=needs_azapi)
    files = dict(module_files(content, readme_text(content, variables), caller))
    write_module(module, files)
    return [module / name for name in files]


def command(
    module: Annotated[Path, typer.Option("--module", help="The folder to write; an earlier export is replaced.")],
    settings: Annotated[Path, typer.Option("--settings", help="The settings file.")] = Path("acrwatch.yaml"),
) -> None:
    """Write the watch as a Terraform module without CDK: ids and secrets are variables, with a caller in HCL."""
    # jsii warns on each run with Node 20; it reads this when the core is imported.
    os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20")
    written = export(module, settings)
    show_text("".join(f"{file}\n" for file in written), None)
