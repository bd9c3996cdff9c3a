"""References are told from literal text without a core, and literal text survives Terraform."""

import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.references import is_reference, is_resolvable, is_whole_reference, literal, template_parts

CORES = ("cdktf", "cdktn")

REFERENCES = [
    "${azurerm_resource_group.rg.id}",
    "/subscriptions/${var.subscription}/x",
    "%{ if true }a%{ endif }",
    "$$$${literal} and ${var.x}",
    "${TfToken[TOKEN.7]}",
    ["#{TfToken[TOKEN.7]}"],
    ["a", "${var.b}"],
    {"&{TfToken[TOKEN.7]}": "String Map Token Value"},
    {"team": "${var.team}"},
]

LITERALS = [
    "",
    "text",
    "$${escaped}",
    "$$${escaped}",
    "%%{escaped}",
    "$ { } %",
    "#{ruby} &{text}",
    3,
    -8.1,
    True,
    None,
    ["a"],
    {"a": "b"},
    (),
]


@pytest.mark.parametrize("value", REFERENCES)
def test_a_template_or_a_token_is_a_reference(value: object) -> None:
    """Wherever it stands: in the text, in a list, in a map."""
    assert is_reference(value)


@pytest.mark.parametrize("value", LITERALS)
def test_what_is_known_now_is_no_reference(value: object) -> None:
    """An escaped template is text."""
    assert not is_reference(value)


@pytest.mark.parametrize("core_name", CORES)
def test_every_token_of_a_core_is_a_reference(core_name: str) -> None:
    """As text, number, list, map and object, and inside a longer text."""
    core = importlib.import_module(core_name)
    stack = core.TerraformStack(core.Testing.app(), "stack")
    resource = core.TerraformResource(stack, "x", terraform_resource_type="terraform_data")
    number = resource.get_number_attribute("n")
    flag = resource.get_boolean_attribute("b")

    tokens = [
        resource.get_string_attribute("s"),
        number,
        resource.get_number_list_attribute("ns"),
        resource.get_list_attribute("l"),
        resource.get_string_map_attribute("m"),
        flag,
        f"PT{number}M",
        core.Fn.upper(resource.get_string_attribute("s")),
    ]

    assert [token for token in tokens if not is_reference(token)] == []
    assert is_resolvable(flag)


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        ("${var.webhook}", True),
        ('${var.secrets["hook"]}', True),
        ("${TfToken[TOKEN.7]}", True),
        ('${jsonencode({a = "}", b = var.b})}', True),
        ("${azurerm_key_vault_secret.hook.value}", True),
        ('${module.secrets["hook"].url}', True),
        ('${jsonencode({a = "}"})}', False),
        ('${trimspace("hunter2")}', False),
        ('${join("", ["https://example.com/hunter2"])}', False),
        ('${true ? "https://example.com/hunter2" : var.a}', False),
        ("${var.a}${var.b}", False),
        ("https://${var.host}/T0", False),
        ("${var.a} ", False),
        ("${var.a", False),
        ('${"hunter2"}', False),
        ('${ ("hunter2")}', False),
        ("$${var.a}", False),
        ("plain", False),
        ("", False),
        (7, False),
        (None, False),
    ],
)
def test_only_one_reference_and_nothing_else_is_whole(value: object, whole: bool) -> None:
    """What is around a reference, or a literal in disguise, would be a secret in plain sight."""
    assert is_whole_reference(value) is whole


@given(st.text(alphabet='ab${}%"\\TfToken[#&', max_size=12) | st.text())
def test_escaped_text_has_no_template_but_the_broken_up_token(text: str) -> None:
    """A core looks for its tokens before Terraform sees an escape, so their spelling must not be left."""
    escaped = literal(text)

    assert "{TfToken[" not in escaped
    assert {part for expression, part in template_parts(escaped) if expression} <= {'${"TfToken"}'}


@given(st.text(alphabet='a${}%"\\ ', max_size=20))
def test_the_parts_of_a_template_make_the_template(text: str) -> None:
    """Nothing is lost between the parts, whatever is left open."""
    assert "".join(part for _, part in template_parts(text)) == text


def test_an_expression_ends_where_terraform_ends_it() -> None:
    """Braces in nested braces, strings and templates inside strings belong to it."""
    text = 'a ${lookup({x = "}"}, "${var.k}\\"}")} b %{ if v }c%{ endif } $${d}'

    assert template_parts(text) == [
        (False, "a "),
        (True, '${lookup({x = "}"}, "${var.k}\\"}")}'),
        (False, " b "),
        (True, "%{ if v }"),
        (False, "c"),
        (True, "%{ endif }"),
        (False, " $${d}"),
    ]
