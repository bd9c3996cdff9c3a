"""Azure on this machine, for tests: the real SDK talks to it over TLS (extra `azure`)."""

from acrwatch.testing.azure.from_stack.applying import apply_stack
from acrwatch.testing.azure.stand_in import AzureStandIn

__all__ = ["AzureStandIn", "apply_stack"]
