"""Whatever text an argument has, Terraform reads the same from the JSON and from the HCL of a stack.

`terraform_data` is built into Terraform, so the real program can be asked without a provider. It takes half a
second, so many texts go through it at once.
"""

import importlib
import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acrwatch import hcl
from acrwatch.binding import DataSource, Lifecycle, ProviderSource, Resource
from acrwatch.references import literal
from tests import needs

CORES = ("cdktf", "cdktn")


class Data(Resource):
    """Terraform's own resource: what goes in as `input` comes out as `output`."""

    TYPE = "terraform_data"
    SOURCE = ProviderSource(name="terraform", source="terraform.io/builtin/terraform", versions=("1.11.4",))


class State(DataSource):
    """Terraform's own data source: the outputs in another state."""

    TYPE = "terraform_remote_state"
    SOURCE = Data.SOURCE


AWKWARD = [
    "",
    " ",
    "123",
    "1e3",
    "true",
    "null",
    '["a"]',
    '{"a": 1}',
    '"quoted"',
    "\\",
    'C:\\path\\"x"',
    "one\ntwo\r\nthree\n",
    "\n",
    "\ttab",
    "AzureActivity\n| where Name == 'a' // \"b\"\n| extend x = @'\\d{3}'\n",
    json.dumps({"text": 'a "b" \\ \n', "ref": "${x}", "n": [1, {}]}),
    "${x}",
    "$${x}",
    "$$${x}",
    "%{if}",
    "%%{x}",
    "$",
    "%",
    "$${",
    "}",
    "${TfToken[TOKEN.1]}",
    "#{TfToken[TOKEN.1]}",
    "<<EOF\nx\nEOF",
    "é 漢 🐳 \u2028 \ufeff \x1b \x00",
    "for",
    "-a",
    "value",
]

# No surrogates, which are in no JSON text; characters that mean something to HCL more often than by chance.
TEXTS = st.text(alphabet=st.sampled_from("ab1 \"\\\n\r\t${}%[]<>#&'") | st.characters(exclude_categories=["Cs"]))


def planned(folder: Path, stack: Mapping[str, str]) -> dict[str, Any]:
    """Apply a stack, given as file name and text, and give the output of each `terraform_data` by address."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in stack.items():
        (folder / name).write_text(text, encoding="utf-8", newline="")
    for command in (["init", "-input=false"], ["apply", "-input=false", "-auto-approve"]):
        ran = subprocess.run(
            ["terraform", *command, "-no-color"], cwd=folder, capture_output=True, text=True, check=False
        )
        assert ran.returncode == 0, f"{ran.stderr}\n{stack}"
    shown = subprocess.run(["terraform", "show", "-json"], cwd=folder, capture_output=True, text=True, check=True)
    resources = json.loads(shown.stdout)["values"]["root_module"]["resources"]
    made = (resource for resource in resources if resource["mode"] == "managed")
    return {resource["address"]: resource["values"].get("output") for resource in made}


def both_ways(folder: Path, core_name: str, inputs: list[Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Apply the same inputs as JSON and as HCL."""
    core = importlib.import_module(core_name)
    stack = core.TerraformStack(core.Testing.app(), "stack")
    source = Data(stack, "source", {"input": 'id "of" source'})
    for n, value in enumerate(inputs):
        Data(stack, f"x{n}", {"input": value(source) if callable(value) else value})
    as_json = planned(folder / "json", {"main.tf.json": core.Testing.synth(stack)})
    return as_json, planned(folder / "hcl", {"main.tf": core.Testing.synth_hcl(stack)})


@needs.command("terraform")
@pytest.mark.parametrize("core_name", CORES)
def test_awkward_text_survives_json_and_hcl(core_name: str, tmp_path: Path) -> None:
    """As a value, in a list, as value and key of a map, at depth, and next to a reference."""
    texts = [literal(text) for text in AWKWARD]
    together = {
        "list": texts,
        "map": dict(zip(texts, texts, strict=True)),
        "deep": [{"list": [*texts, 1, 2.5, True, [], {}]}, {"maps": [{text: [text]} for text in texts]}],
    }

    as_json, as_hcl = both_ways(tmp_path, core_name, [*texts, together])

    assert as_json == as_hcl
    assert [as_json[f"terraform_data.x{n}"] for n in range(len(AWKWARD))] == AWKWARD
    assert as_json[f"terraform_data.x{len(AWKWARD)}"] == {
        "list": AWKWARD,
        "map": dict(zip(AWKWARD, AWKWARD, strict=True)),
        "deep": [{"list": [*AWKWARD, 1, 2.5, True, [], {}]}, {"maps": [{text: [text]} for text in AWKWARD]}],
    }


@needs.command("terraform")
@pytest.mark.parametrize("core_name", CORES)
def test_references_survive_beside_awkward_text(core_name: str, tmp_path: Path) -> None:
    """What is inside the braces is no text to escape, and what is outside still is."""
    around = [text for text in AWKWARD if not text.endswith(("$", "%"))]

    def beside(text: str) -> Any:
        return lambda source: literal(text) + source.reference("output") + literal(text)

    inputs = [beside(text) for text in around]
    inputs += [lambda source: '${format("%s \\"}", "a")} "b"\n', lambda source: '%{ if "a" == "a" }"yes"%{ endif }']
    inputs += [lambda source: '${\n  lower(\n    "X"\n  )\n}', lambda source: [source.reference("output"), "a"]]
    inputs += [lambda source: {"a": source.reference("output"), "b": [{"c": source.reference("output")}]}]

    as_json, as_hcl = both_ways(tmp_path, core_name, inputs)

    assert as_json == as_hcl
    assert [as_json[f"terraform_data.x{n}"] for n in range(len(inputs))] == [
        *(f'{text}id "of" source{text}' for text in around),
        'a "} "b"\n',
        '"yes"',
        "x",
        ['id "of" source', "a"],
        {"a": 'id "of" source', "b": [{"c": 'id "of" source'}]},
    ]


@needs.command("terraform")
@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=50, max_size=100))
def test_any_text_survives_json_and_hcl(texts: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    """Terraform gives back what went in, but in the normal form (NFC) of Unicode, for both."""
    folder = tmp_path_factory.mktemp("texts")
    escaped = [literal(text) for text in texts]

    as_json, as_hcl = both_ways(folder, "cdktf", [*escaped, {"all": escaped}])

    assert as_json == as_hcl
    assert [as_json[f"terraform_data.x{n}"] for n in range(len(texts))] == [normalize("NFC", text) for text in texts]


@needs.command("terraform")
@pytest.mark.parametrize("core_name", CORES)
def test_for_each_survives_json_and_hcl(core_name: str, tmp_path: Path) -> None:
    """Keys and values of any text, and references to single instances."""
    core = importlib.import_module(core_name)
    stack = core.TerraformStack(core.Testing.app(), "stack")
    source = Data(stack, "source", {"input": "from elsewhere"})
    keys = [text for text in AWKWARD if "TfToken" not in text]
    instances = {literal(text): literal(text) for text in keys} | {"other": source.reference("output")}
    each = Data(stack, "each", {"input": "${each.value}!"}, for_each=instances)
    for n, key in enumerate(instances):
        Data(stack, f"at{n}", {"input": each.at(key, "output")})

    as_json = planned(tmp_path / "json", {"main.tf.json": core.Testing.synth(stack)})
    as_hcl = planned(tmp_path / "hcl", {"main.tf": core.Testing.synth_hcl(stack)})

    assert as_json == as_hcl
    found = [as_json[f"terraform_data.at{n}"] for n in range(len(instances))]
    assert found == [*(f"{text}!" for text in keys), "from elsewhere!"]


@needs.command("terraform")
@pytest.mark.parametrize("core_name", CORES)
def test_a_data_source_is_read_in_json_and_hcl(core_name: str, tmp_path: Path) -> None:
    """Alone and with instances, behind awkward text in its arguments and in what it is referred to for."""
    core = importlib.import_module(core_name)
    stack = core.TerraformStack(core.Testing.app(), "stack")
    awkward = [text for text in AWKWARD if "\0" not in text]
    files = {}
    for name in ("plain", 'with "${x}" and \\'):
        files[name] = tmp_path / f"{name}.tfstate"
        outputs = {"texts": {"value": awkward, "type": ["list", "string"]}}
        files[name].write_text(json.dumps({"version": 4, "outputs": outputs, "resources": []}), encoding="utf-8")
    first, second = (literal(str(file)) for file in files.values())
    one = State(stack, "one", {"backend": "local", "config": {"path": second}})
    each = State(stack, "each", {"backend": "local", "config": {"path": "${each.value}"}}, for_each={"a": first})
    Data(stack, "x", {"input": one.reference("outputs.texts")})
    Data(stack, "y", {"input": each.at("a", "outputs")})

    as_json = planned(tmp_path / "json", {"main.tf.json": core.Testing.synth(stack)})
    as_hcl = planned(tmp_path / "hcl", {"main.tf": core.Testing.synth_hcl(stack)})

    assert as_json == as_hcl
    assert as_json["terraform_data.x"] == awkward
    assert as_json["terraform_data.y"] == {"texts": awkward}


@needs.command("terraform")
def test_ignored_changes_are_ignored_in_json_and_hcl(tmp_path: Path) -> None:
    """A tag that others write, in the way Terraform names it, in either language."""
    core = importlib.import_module("cdktf")

    def stack(tags: dict[str, str]) -> Any:
        made = core.TerraformStack(core.Testing.app(), "stack")
        Data(
            made,
            "x",
            {"input": f"${{tomap({json.dumps(tags)})}}"},
            lifecycle=Lifecycle(ignore_changes=('input["Cost.Centre"]',)),
        )
        return made

    outputs = []
    for synth, name in ((core.Testing.synth, "main.tf.json"), (core.Testing.synth_hcl, "main.tf")):
        planned(tmp_path / name, {name: synth(stack({"Cost.Centre": "before", "team": "a"}))})
        outputs.append(planned(tmp_path / name, {name: synth(stack({"Cost.Centre": "after", "team": "b"}))}))

    assert outputs == [{"terraform_data.x": {"Cost.Centre": "before", "team": "b"}}] * 2


def test_a_plain_text_stays_readable_in_hcl() -> None:
    """Nothing but quotes, backslashes and what is invisible is touched."""
    assert hcl.quoted('a "b" \\ ${var["x"]} é\n') == 'a \\"b\\" \\\\ ${var["x"]} é\\n'
