"""Resource ids are checked before Azure sees them, with the right spelling to paste."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.ids import IdKind, canonical, expected_form, guid_problems, id_problems, subscription_of

GUID = "11111111-2222-3333-4444-555555555555"
KINDS = list(IdKind)


def an_id(kind: IdKind) -> str:
    filled = expected_form(kind).replace("<subscription>", GUID).replace("<group>", "rg-one")
    while "<name>" in filled:
        filled = filled.replace("<name>", "thing", 1)
    return filled


@pytest.mark.parametrize("kind", KINDS)
def test_an_id_of_the_kind_is_fine(kind: IdKind) -> None:
    assert id_problems(an_id(kind), kind, "x") == []


@pytest.mark.parametrize("kind", KINDS)
def test_wrong_casing_is_refused_with_the_id_to_write(kind: IdKind) -> None:
    """The provider compares the casing, so it would be refused at apply."""
    wrong = an_id(kind).replace("/subscriptions/", "/Subscriptions/")

    (problem,) = id_problems(wrong, kind, "x")

    assert problem.path == ("x",)
    assert problem.way_out == f"write {an_id(kind)}"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "spoil",
    [
        lambda id_: f"{id_}/",
        lambda id_: id_[1:],
        lambda id_: f" {id_}",
        lambda id_: f"{id_} ",
        lambda id_: id_.replace(GUID, "not-a-guid"),
        lambda id_: id_.replace("/subscriptions/", "/subscription/"),
        lambda id_: id_.rpartition("/")[0],
        lambda id_: f"{id_.rpartition('/')[0]}/",
        lambda id_: f"https://management.azure.com{id_}",
    ],
    ids=["slash", "no-slash", "blank-before", "blank-after", "guid", "word", "short", "empty-name", "url"],
)
def test_a_malformed_id_is_refused_with_the_form_it_should_have(kind: IdKind, spoil: Callable[[str], str]) -> None:
    (problem,) = id_problems(spoil(an_id(kind)), kind, "x")

    assert "is not the id of" in problem.message
    assert problem.way_out == f"it looks like {expected_form(kind)}"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not IdKind.SUBSCRIPTION])
@pytest.mark.parametrize("name", ["a b", "a?b", "a#b", "a%20b", "a@b", "a:b", "a,b", "a'b", 'a"b', "a\nb", "a\\b", "*"])
def test_a_name_in_an_id_has_no_characters_that_azure_gives_to_none(kind: IdKind, name: str) -> None:
    """Such an id was cut out of a URL, or put together wrong."""
    before, _, _ = an_id(kind).rpartition("/")
    group = an_id(kind).replace("rg-one", name)

    for wrong in (f"{before}/{name}", group):
        (problem,) = id_problems(wrong, kind, "x")
        assert "is not the id of" in problem.message
        assert canonical(wrong, kind) is None


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not IdKind.SUBSCRIPTION])
@pytest.mark.parametrize("name", ["rg.one_(a)", "Größe-日本", "$Default", "a~1", "-", "1"])
def test_a_name_in_an_id_may_have_any_that_azure_gives_to_some(kind: IdKind, name: str) -> None:
    before, _, _ = an_id(kind).rpartition("/")

    assert id_problems(f"{before}/{name}", kind, "x") == []
    assert id_problems(an_id(kind).replace("rg-one", name), kind, "x") == []


def test_an_id_of_another_type_is_refused_with_the_type_it_has() -> None:
    (problem,) = id_problems(an_id(IdKind.REGISTRY), IdKind.WORKSPACE, "workspace")

    assert "but of a Microsoft.ContainerRegistry/registries one" in problem.message


@pytest.mark.parametrize("value", ["${var.id}", "/subscriptions/${var.s}/x", "${TfToken[TOKEN.1]}"])
def test_a_reference_is_let_through(value: str) -> None:
    """Azure makes the value, so it cannot be wrong here."""
    assert id_problems(value, IdKind.REGISTRY, "x") == []
    assert guid_problems(value, "x") == []


def test_an_escaped_template_is_no_reference() -> None:
    assert id_problems("$${var.id}", IdKind.REGISTRY, "x")


@given(st.text(max_size=60), st.sampled_from(KINDS))
def test_any_text_gets_an_answer(text: str, kind: IdKind) -> None:
    """Canonical ids are their own canonical form, all others have one problem."""
    right = canonical(text, kind)

    assert right is None or canonical(right, kind) == right
    assert len(id_problems(text, kind, "x")) <= 1


@pytest.mark.parametrize("value", ["", GUID[:-1], f"{GUID}0", f"{{{GUID}}}", GUID.replace("-", ""), f"{GUID}\n"])
def test_what_is_no_guid_is_refused_with_its_text(value: str) -> None:
    (problem,) = guid_problems(value, "tenant_id")

    assert problem.path == ("tenant_id",)
    assert repr(value) in problem.message


def test_a_guid_is_fine_in_any_casing() -> None:
    assert guid_problems(GUID.upper().replace("1", "A"), "x") == []


def test_the_subscription_is_read_from_an_id_and_unknown_in_a_reference() -> None:
    assert subscription_of(an_id(IdKind.REGISTRY).upper()) == GUID
    assert subscription_of("/subscriptions/${var.s}/resourceGroups/x") is None
    assert subscription_of("nothing") is None
