"""A stack that Terraform and Azure would take, as far as that is known before the apply.

Which arguments a provider has is decided in `provider_tables`, what Azure refuses in `azure_rules`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acrwatch.testing.azure_rules import azure_problems
from acrwatch.testing.provider_tables import AZAPI_VERSIONS, VERSIONS, violations
from acrwatch.testing.synthesis import content_of


def stack_problems(
    stack: Any, *, azurerm: Sequence[str] = VERSIONS, azapi: Sequence[str] = AZAPI_VERSIONS
) -> list[str]:
    """List what the providers or Azure would refuse in a stack, one sentence each, with the place in front.

    The tables know the resource types that acrwatch deploys, whoever deploys them; others are not looked at. No
    sentence holds a secret.

    Args:
        stack: a stack as plain values, or anything that `synth` takes.
        azurerm: versions of azurerm it has to fit, out of `VERSIONS`. Default: all.
        azapi: versions of azapi it has to fit, out of `AZAPI_VERSIONS`. Default: all.

    Raises:
        ValueError: there is no table of a version.
    """
    content = content_of(stack)
    refused = [f"azurerm {version}: {said}" for version in azurerm for said in violations(content, version)]
    refused += [f"azapi {version}: {said}" for version in azapi for said in violations(content, version, "azapi")]
    return refused + [f"Azure: {problem}" for problem in azure_problems(content)]


def assert_valid(stack: Any, *, azurerm: Sequence[str] = VERSIONS, azapi: Sequence[str] = AZAPI_VERSIONS) -> None:
    """Fail if the providers or Azure would refuse something in a stack, and list all of it.

    Args:
        stack: a stack as plain values, or anything that `synth` takes.
        azurerm: versions of azurerm it has to fit, out of `VERSIONS`. Default: all.
        azapi: versions of azapi it has to fit, out of `AZAPI_VERSIONS`. Default: all.

    Raises:
        AssertionError: something would be refused.
        ValueError: there is no table of a version.
    """
    found = stack_problems(stack, azurerm=azurerm, azapi=azapi)
    if found:
        count = f"{len(found)} problem{'s' if len(found) != 1 else ''}"
        raise AssertionError("\n".join([f"{count} in the stack", *(f"  {one}" for one in found)]))
