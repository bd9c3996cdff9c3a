"""What of a stack a person reviews: without secrets, machines, and what a patch release changes.

How it looks as text is decided in `text`.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from acrwatch.references import is_whole_reference
from acrwatch.secrecy import masked, secret_in

# Members that hold a secret in some resource of azurerm, azapi or another provider, by the end of their names.
_SECRET_MEMBER = re.compile(
    r"(?:^|_)(?:password|passphrase|secrets?|tokens?|credentials?|(?:private|primary|secondary|access|api|shared|account"
    r"|integration|routing|function)_key|connection_string|sas|sensitive_body|service_uri|callback_url"
    r"|http_trigger_url)$",
    re.IGNORECASE,
)
_SECRET_TYPE = re.compile(r"_(?:secret|password|token)$")
_NOTES = "//"
# Block -> how many names lead to its bodies.
_BLOCKS = {
    **dict.fromkeys(("resource", "data", "ephemeral"), 2),
    **dict.fromkeys(("check", "import", "module", "moved", "output", "provider", "removed", "variable"), 1),
    **dict.fromkeys(("locals", "terraform"), 0),
}
# Block -> what a body that is marked as sensitive keeps for itself.
_SENSITIVE = {"variable": "default", "output": "value"}
_EXACT = re.compile(r"(=?\s*\d+\.\d+)\.\d+")


def reviewable(stack: Mapping[str, Any]) -> dict[str, Any]:
    """A stack, or a single resource of one, as it belongs into a file that is committed and reviewed.

    Keys are sorted. Left out: what the core notes under `//`, its own version and paths of constructs among it. Masked:
    values that look like secrets or stand in members that hold one, unless they are references; what variables and
    outputs hold that are marked as sensitive; folders of this machine; and the patch number of a provider that is
    pinned exactly, as the prebuilt packages do.

    Args:
        stack: the stack, as `synth` gives it; it is not changed.
    """
    if not stack.keys() <= {*_BLOCKS, _NOTES}:
        return _arguments(stack)
    return {kind: _bodies(stack[kind], _BLOCKS[kind], (kind,)) for kind in sorted(stack) if kind != _NOTES}


def hidden(member: str, value: Any) -> Any:
    """A value as it may be shown: itself, or a remark in its place where it is or holds a secret.

    Args:
        member: name of the attribute it stands in.
        value: plain values.
    """
    return _hidden(value) if _SECRET_MEMBER.search(member) else _cleaned(value)


def _bodies(block: Any, depth: int, names: tuple[str, ...]) -> Any:
    if isinstance(block, list | tuple):
        return [_bodies(member, depth, names) for member in block]
    if not isinstance(block, Mapping):
        return _cleaned(block)
    # A map of tags may have the key `//`, so it goes only where Terraform takes it for a note.
    kept = {key: block[key] for key in sorted(block) if key != _NOTES}
    if depth:
        return {key: _bodies(value, depth - 1, (*names, key)) for key, value in kept.items()}
    body = _arguments(kept)
    if kept.get("sensitive") in (True, "true") and (own := _SENSITIVE.get(names[0], "")) in kept:
        body[own] = _hidden(kept[own])
    if names[0] in ("resource", "data") and _SECRET_TYPE.search(names[1]) and "value" in kept:
        body["value"] = _hidden(kept["value"])
    if names == ("terraform",) and "required_providers" in kept:
        body["required_providers"] = {
            name: _unpatched(provider) for name, provider in body["required_providers"].items()
        }
    return body


def _arguments(body: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _hidden(body[key]) if _SECRET_MEMBER.search(key) else _cleaned(body[key]) for key in sorted(body)}


def _cleaned(value: Any) -> Any:
    if isinstance(value, Mapping):
        return _arguments(value)
    if isinstance(value, list | tuple):
        return [_cleaned(member) for member in value]
    if isinstance(value, str):
        # Line by line, so that a change elsewhere in a query is seen.
        return _placeless("\n".join(map(masked, value.split("\n"))))
    return value


def _unpatched(provider: Any) -> Any:
    if not isinstance(provider, Mapping) or not isinstance(provider.get("version"), str):
        return provider
    version = provider["version"]
    return {**provider, "version": _EXACT.sub(r"\1.(patch)", version) if _EXACT.fullmatch(version) else version}


def _hidden(value: Any) -> Any:
    """All literals below; a reference is no secret, and worth a review."""
    if isinstance(value, Mapping):
        return {key: _hidden(value[key]) for key in sorted(value)}
    if isinstance(value, list | tuple):
        return [_hidden(member) for member in value]
    if value is None or isinstance(value, bool) or is_whole_reference(value):
        return value
    kind = secret_in(value) if isinstance(value, str) else None
    return f"(hidden: {f'it looks like {kind}' if kind else 'it may be a secret'})"


def _placeless(text: str) -> str:
    """The last part of a path below a folder of this machine, whose names in between differ between runs."""
    for name, folder in _folders():
        if text.startswith(folder):
            return f"({name})/{Path(text).name}"
    return text


def _folders() -> list[tuple[str, str]]:
    known = [("temporary folder", tempfile.gettempdir()), ("project", str(Path.cwd())), ("home", str(Path.home()))]
    return [(name, f"{folder}/") for name, folder in known if len(folder) > 1]
