"""Azure's clouds: where their services answer, and for whom a token is.

From azure-mgmt-core (`get_arm_endpoints`) and azure-identity (`AzureAuthorityHosts`); the names of the log services are
those of the Azure CLI. A cloud of one's own, or the stand-in of the tests, comes in a file.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from acrwatch.errors import InputError

VARIABLE = "ACRWATCH_CLOUD_FILE"
"""The environment variable that names the file of a cloud."""


class CloudName(StrEnum):
    """The clouds that Microsoft and its partners run."""

    PUBLIC = "public"
    US_GOVERNMENT = "usgov"
    CHINA = "china"


@dataclass(frozen=True, kw_only=True)
class Cloud:
    """Where one cloud answers; each address is `https://` and a host.

    Args:
        arm: Azure Resource Manager.
        arm_scope: what a token for it is asked for.
        logs: Log Analytics.
        authority: Microsoft Entra ID.
        ca_file: certificates to trust in place of those of the machine. Default: those of the machine.
    """

    arm: str
    arm_scope: str
    logs: str
    authority: str
    ca_file: str | None = None


CLOUDS: Mapping[CloudName, Cloud] = MappingProxyType(
    {
        CloudName.PUBLIC: Cloud(
            arm="https://management.azure.com",
            arm_scope="https://management.azure.com/.default",
            logs="https://api.loganalytics.io",
            authority="https://login.microsoftonline.com",
        ),
        CloudName.US_GOVERNMENT: Cloud(
            arm="https://management.usgovcloudapi.net",
            arm_scope="https://management.core.usgovcloudapi.net/.default",
            logs="https://api.loganalytics.us",
            authority="https://login.microsoftonline.us",
        ),
        CloudName.CHINA: Cloud(
            arm="https://management.chinacloudapi.cn",
            arm_scope="https://management.chinacloudapi.cn/.default",
            logs="https://api.loganalytics.azure.cn",
            authority="https://login.chinacloudapi.cn",
        ),
    }
)


def cloud_of(name: CloudName, environment: Mapping[str, str]) -> Cloud:
    """The cloud that is meant: that of the file in `ACRWATCH_CLOUD_FILE`, else the one of the name.

    Args:
        name: one of Azure's clouds.
        environment: the environment variables of the process.

    Raises:
        InputError: the file cannot be read, or is not that of a cloud.
    """
    file = environment.get(VARIABLE)
    return CLOUDS[name] if not file else read_cloud(Path(file))


def read_cloud(file: Path) -> Cloud:
    """Read the file of a cloud: JSON with the members of `Cloud`.

    Args:
        file: the file.

    Raises:
        InputError: it cannot be read, or is not that of a cloud.
    """
    names = [field.name for field in fields(Cloud)]
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InputError(f"{VARIABLE}: {file} cannot be read as JSON: {error}") from None
    if not isinstance(content, dict) or not set(content) <= set(names) or not {*names[:4]} <= set(content):
        raise InputError(f"{VARIABLE}: {file} needs {', '.join(names[:4])}, and may have {names[4]}")
    for name in ("arm", "logs", "authority"):
        if not isinstance(content[name], str) or not content[name].startswith("https://"):
            raise InputError(f"{VARIABLE}: {file}: {name} has to begin with https://, since a token is sent there")
    return Cloud(**content)
