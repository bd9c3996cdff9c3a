"""The JSON Schema says what the model says, so that an editor and `acrwatch check` do not disagree."""

import copy
import json
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from acrwatch.cli.schema import schema_text
from acrwatch.detection.catalogue import catalogue
from acrwatch.errors import SettingsError
from acrwatch.settings.file import load_settings
from acrwatch.settings.schema import known_keys, settings_schema
from acrwatch.settings.secrets import SECRET_FIELDS
from tests.settings.content import GONE, example, refusal, written
from tests.settings.test_keys import REACHES
from tests.settings.test_receivers import RECEIVERS, with_receiver
from tests.settings.test_validation import WRONG

COMMITTED = Path(__file__).parents[2] / "acrwatch.schema.json"
PULLED = "detections/excessive_images_pulled"


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(settings_schema())


def accepts(content: Any) -> bool:
    """Whether the schema takes the content, with keys as the texts that JSON has."""
    return bool(validator().is_valid(json.loads(json.dumps(content))))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(settings_schema())


def test_the_committed_schema_is_up_to_date() -> None:
    """Else run: acrwatch schema --output acrwatch.schema.json."""
    assert COMMITTED.read_text(encoding="utf-8") == schema_text()


def test_the_schema_accepts_the_example() -> None:
    assert accepts(example())


def test_the_example_tells_editors_where_the_schema_is() -> None:
    first = (COMMITTED.parent / "acrwatch.example.yaml").read_text().splitlines()[0]

    assert first == f"# yaml-language-server: $schema={COMMITTED.name}"


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key, value, *_ in REACHES], ids=[key for key, *_ in REACHES]
)
def test_the_schema_accepts_what_reaches_the_watch(key: str, value: Any) -> None:
    assert accepts(example({key: value}))


@pytest.mark.parametrize("kind", RECEIVERS)
def test_the_schema_accepts_a_receiver_of_every_kind_and_takes_no_secret(kind: str) -> None:
    """Nor a name, since the key is the name."""
    assert accepts(example(with_receiver(kind)))
    for field in (*SECRET_FIELDS[kind], "name", "bogus"):
        assert not accepts(example(with_receiver(kind, **{field: "x"})))


# Schema and model both refuse these; what only the model can know is not among them.
KNOWN_TO_THE_MODEL_ONLY = {
    "routing.severity.high",
    "routing.severity.true",
    "detections.excessive_images_pulled.severity",
}
BOTH = [(key, value) for key, value, place, _ in WRONG if place not in KNOWN_TO_THE_MODEL_ONLY]


@pytest.mark.parametrize(("key", "value"), BOTH, ids=[f"{key}={value!r}"[:60] for key, value in BOTH])
def test_the_schema_refuses_what_the_model_refuses(key: str, value: Any) -> None:
    assert not accepts(example({key: value}))


@pytest.mark.parametrize("value", [0, 100_001, "40", 1.5, True, None])
def test_the_schema_knows_the_range_of_a_parameter(value: Any) -> None:
    assert not accepts(example({f"{PULLED}/parameters/images_limit": value}))
    assert not accepts(example({f"{PULLED}/variants/payments/parameters/images_limit": value}))


def test_the_schema_completes_every_detection_and_its_parameters() -> None:
    detections = settings_schema()["properties"]["detections"]["properties"]

    assert list(detections) == list(catalogue())
    for id_, detection in catalogue().items():
        parameters = detections[id_]["allOf"][1]["properties"]["parameters"]["properties"]
        assert {name: said["description"] for name, said in parameters.items()} == {
            name: parameter.doc for name, parameter in detection.parameters.items()
        }


def test_the_schema_lets_a_detection_of_a_users_own_folder_through() -> None:
    assert accepts(example({"detections/my_own": {"severity": 1, "parameters": {"anything": ["a"]}}}))


def described(schema: Any, path: str = "") -> list[str]:
    """Paths of the keys of the file's first level and of all definitions without a description."""
    missing = [f"{path}/{name}" for name, member in schema["properties"].items() if not member.get("description")]
    return missing + [name for name, member in schema["$defs"].items() if not member.get("description")]


def test_every_key_and_definition_of_the_schema_is_described() -> None:
    assert described(settings_schema()) == []


def test_the_schema_names_no_secret_field() -> None:
    text = json.dumps(settings_schema()["$defs"])

    for field in {"integration_key", "callback_url", "http_trigger_url"}:
        assert f'"{field}"' not in text


@pytest.mark.parametrize(
    ("path", "some"),
    [
        ((), {"location", "workspace"}),
        (("detections", "excessive_images_pulled"), {"except", "variants", "severity"}),
        (("detections", "excessive_images_pulled", "parameters"), {"images_limit", "repositories_limit"}),
        (("detections", "excessive_images_pulled", "only", 0), {"registry", "client", "reason"}),
        (("action_groups", "security", "receivers", "team"), {"type", "email_address"}),
        (("backend",), {"path", "organization"}),
    ],
    ids=lambda value: ".".join(map(str, value)) if isinstance(value, tuple) else "",
)
def test_the_keys_that_are_allowed_at_a_path_are_known(path: tuple[Any, ...], some: set[str]) -> None:
    assert some <= set(known_keys(path, example()))


ANY = st.one_of(st.none(), st.booleans(), st.integers(-2, 200), st.floats(0, 2), st.text("ab.${é ", max_size=4))
PARTS: list[tuple[str, Any]] = [
    *((key, value) for key, value, *_ in REACHES),
    *((key, value) for key, value in BOTH if value is not GONE),
    *(next(iter(with_receiver(kind).items())) for kind in RECEIVERS),
    ("backend", {"type": "local", "path": "x"}),
    ("backend", {"type": "cloud", "organization": "a", "workspace": "b"}),
    ("provider_version", "~> 5.2"),
    ("environment", "china"),
    ("resource_provider_registrations", "none"),
    ("detections_dir", "."),
    (f"{PULLED}/parameters/repositories_limit", None),
    ("routing/severity", {0: ["oncall"], "1": ["security"]}),
]


@st.composite
def contents(draw: st.DrawFn) -> Any:
    """The example with a few parts exchanged, by values that were meant for them or by any."""
    changes: dict[str, Any] = {}
    for key, value in draw(st.lists(st.sampled_from(PARTS), max_size=4)):
        changes[key] = copy.deepcopy(value if draw(st.integers(0, 3)) else draw(ANY))
    try:
        return example(changes)
    except (TypeError, ValueError, AttributeError, KeyError, IndexError):
        # A later change lies below one that is no mapping any more.
        return example()


@given(contents())
@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_the_model_accepts_the_schema_accepts(content: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        try:
            load_settings(written(Path(folder), content))
        except SettingsError:
            return

    assert list(validator().iter_errors(json.loads(json.dumps(content)))) == []


def test_a_file_that_the_schema_accepts_may_still_not_work(tmp_path: Path) -> None:
    """Which is why `acrwatch check` is there."""
    content = example({"routing/default": ["nobody"]})

    assert accepts(content)
    assert [problem.place for problem in refusal(tmp_path, content).problems] == ["routing.default[0]"]
