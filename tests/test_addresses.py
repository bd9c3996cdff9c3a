"""Terraform addresses are a contract: under another address a rule is replaced, and forgets what it alerted.

So is every argument whose change destroys and re-creates. `tests/released/` has the contract of each version. What is
new is added to that of the version being made by `python -m tests.contract`; what a release has is never taken away.
"""

from copy import deepcopy
from typing import Any

import pytest
import yaml

from acrwatch.core import CORES
from tests.contract import ONLY_READS, RECREATES, RELEASED, STACKS, contract, file_of, version
from tests.synthesis import RULE, Body

RELEASES = sorted(folder.name for folder in RELEASED.iterdir())


def kept(release: str, stack: str) -> Body:
    content: Body = yaml.safe_load(file_of(release, stack).read_text("utf-8"))
    return content


def broken(before: Body, now: Body) -> list[str]:
    """What Terraform would destroy of a state that an earlier version left."""
    gone = [f"{address} is gone" for address in before if address not in now]
    return gone + [
        f"{address}: {argument} was {value!r} and is {now[address].get(argument)!r}"
        for address, arguments in before.items()
        if address in now
        for argument, value in arguments.items()
        if now[address].get(argument) != value
    ]


@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("stack", STACKS)
def test_a_stack_keeps_what_a_state_of_this_version_holds(stack: str, core: str) -> None:
    """With what is new in it, so that the contract of a release is whole."""
    assert contract(STACKS[stack](core)) == kept(version(), stack)


@pytest.mark.parametrize("stack", STACKS)
@pytest.mark.parametrize("release", RELEASES)
def test_an_upgrade_destroys_nothing(release: str, stack: str) -> None:
    """Whoever deployed this version, or an earlier one, has a state with these."""
    assert broken(kept(release, stack), contract(STACKS[stack]("cdktf"))) == []


def test_every_release_in_the_changelog_has_its_contract() -> None:
    """The one being made too."""
    assert file_of(version(), "example").is_file()
    assert {path.stem for release in RELEASED.iterdir() for path in release.iterdir()} == set(STACKS)


def test_what_destroys_is_told() -> None:
    """A new address, another Azure name, another region; a new resource destroys nothing."""
    before = contract(STACKS["example"]("cdktf"))
    now: Any = deepcopy(before)
    first, second, *_ = (address for address in now if address.startswith(RULE))
    now[f"{first}_2"] = now.pop(first)
    now[second]["name"] = "other"

    assert broken(before, now) == [f"{first} is gone", f"{second}: name was {before[second]['name']!r} and is 'other'"]


def test_every_type_that_is_deployed_is_in_the_table() -> None:
    """One that is missing would be held by its address alone."""
    deployed = {type_ for make in STACKS.values() for type_ in make("cdktf")["resource"]}

    assert deployed == {*RECREATES, *ONLY_READS}
