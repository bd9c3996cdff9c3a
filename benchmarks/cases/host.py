"""What the host of a watch has in any case: a provider, here without any typed binding."""

from types import ModuleType
from typing import Any


def add_provider(core: ModuleType, stack: Any) -> None:
    """Add the azurerm provider to a stack, which the core wants to see beside azurerm's resources."""

    class Azurerm(core.TerraformProvider):  # type: ignore[misc, name-defined]  # known at run time only
        def __init__(self) -> None:
            super().__init__(
                stack,
                "azurerm",
                terraform_resource_type="azurerm",
                terraform_provider_source="hashicorp/azurerm",
                terraform_generator_metadata=core.TerraformProviderGeneratorMetadata(
                    provider_name="azurerm", provider_version="~> 5.2"
                ),
            )

    Azurerm()
