"""Every parameter, limit and entry reaches the deployed KQL as a literal, and nothing else does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acrwatch.detection.catalogue import catalogue
from acrwatch.detection.model import Detection
from acrwatch.detection.query import NO_LIMIT, deployed_query, threshold
from acrwatch.detection.tuning import IdentityLimit, ParameterSetting, TuningEntry, Variant
from acrwatch.detection.tuning_checks import tuning_problems
from acrwatch.kql.text import code_of, pattern, string_literal
from tests.detection.content import EVENT_QUERY, VOLUME_QUERY, event, volume

PULLED = catalogue()["excessive_images_pulled"]
SHIPPED = list(catalogue().values())
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=30)
HOSTILE = ['"', "\\", "a | take 1", "x // y", '");', "ünïcode 日本", "'", "```", "); drop"]


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Detection:
    return event(tmp_path_factory.mktemp("event"))


@pytest.fixture(scope="module")
def burst(tmp_path_factory: pytest.TempPathFactory) -> Detection:
    return volume(tmp_path_factory.mktemp("volume"))


def let(detection: Detection, settings: Variant, name: str) -> str:
    """The body of a `let` in the deployed query."""
    lines = deployed_query(detection, settings).splitlines()
    (found,) = [line for line in lines if line.startswith(f"let {name} = ")]
    return found.removeprefix(f"let {name} = ")


def test_without_tuning_the_query_stands_under_its_defaults(one: Detection) -> None:
    assert deployed_query(one, Variant()) == (
        "let whole = 5;\n"
        "let broken = real(0.5);\n"
        "let switch = true;\n"
        'let word = "a";\n'
        'let words = dynamic(["a", "b"]);\n'
        "let in_scope = (repository: string, identity: string) { true };\n" + EVENT_QUERY.strip()
    )


@pytest.mark.parametrize(
    ("name", "value", "literal"),
    [
        ("whole", 7, "7"),
        ("broken", 1, "1"),
        ("broken", 1e-07, "real(1e-07)"),
        ("broken", -2.5, "real(-2.5)"),
        ("switch", False, "false"),
        ("word", 'a"\\', '"a\\"\\\\"'),
        ("words", ["x"], 'dynamic(["x"])'),
        ("words", [], "dynamic([])"),
    ],
)
def test_a_parameter_of_each_type_reaches_the_query(
    one: Detection, name: str, value: ParameterSetting, literal: str
) -> None:
    assert let(one, Variant(parameters={name: value}), name) == f"{literal};"


def test_a_limit_by_identity_is_a_function_with_the_default_last(burst: Detection) -> None:
    """The first entry that matches counts, as `case` does."""
    limits = [
        IdentityLimit(identity="svc-*", parameters={"high": 100, "low": 7}),
        IdentityLimit(identity="b", parameters={"high": 200}),
    ]
    settings = Variant(parameters={"high": 40}, limits=limits)

    assert let(burst, settings, "high") == (
        f"(identity: string) {{ case(identity matches regex {pattern('svc-*')}, 100, "
        f"identity matches regex {pattern('b')}, 200, 40) }};"
    )
    assert let(burst, settings, "low") == (
        f"(identity: string) {{ case(identity matches regex {pattern('svc-*')}, 7, {NO_LIMIT}) }};"
    )


def test_a_limit_for_nobody_in_particular_is_a_plain_number(burst: Detection) -> None:
    assert let(burst, Variant(), "high") == "(identity: string) { 30 };"
    assert let(burst, Variant(), "low") == f"(identity: string) {{ {NO_LIMIT} }};"
    assert let(burst, Variant(parameters={"low": 3}), "low") == "(identity: string) { 3 };"


def test_entries_are_alternatives_whose_fields_must_all_match() -> None:
    settings = Variant(
        only=[TuningEntry(registry="r", repository="a/*"), TuningEntry(identity="i")],
        except_=[TuningEntry(identity="i", client="c", reason="because")],
    )

    assert let(PULLED, settings, "in_scope") == (
        "(registry: string, repository: string, identity: string, client: string) { "
        f"((registry matches regex {pattern('r')} and repository matches regex {pattern('a/*')})"
        f" or (identity matches regex {pattern('i')}))"
        f" and not((identity matches regex {pattern('i')} and client matches regex {pattern('c')})) }};"
    )


def test_a_reason_stays_out_of_the_query() -> None:
    """It is for people, and may hold line breaks."""
    entry = TuningEntry(identity="i", reason="nightly\npurge")

    assert "nightly" not in deployed_query(PULLED, Variant(except_=[entry]))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_survives_as_a_literal(one: Detection, burst: Detection, text: str) -> None:
    settings = Variant(only=[TuningEntry(identity=text)], parameters={"word": text, "words": [text]})
    limited = Variant(limits=[IdentityLimit(identity=text, parameters={"high": 1})])

    assert pattern(text) in let(one, settings, "in_scope")
    assert let(one, settings, "word") == f"{string_literal(text)};"
    assert let(one, settings, "words") == f"dynamic([{string_literal(text)}]);"
    assert pattern(text) in let(burst, limited, "high")


@pytest.mark.parametrize(
    ("text", "meant"), [("$${x}", "${x}"), ("%%{if}", "%{if}"), ("$$${x}", "$${x}"), ("a$", "a$"), ("$$", "$$")]
)
def test_a_text_means_what_terraform_would_make_of_it(one: Detection, burst: Detection, text: str, meant: str) -> None:
    """Texts of a tuning are given as all others are, escaped; the logs hold them as they were meant."""
    settings = Variant(only=[TuningEntry(identity=text)], parameters={"word": text, "words": [text]})
    limited = Variant(limits=[IdentityLimit(identity=text, parameters={"high": 1})])

    assert f"identity matches regex {pattern(meant)})" in let(one, settings, "in_scope")
    assert let(one, settings, "word") == f"{string_literal(meant)};"
    assert let(one, settings, "words") == f"dynamic([{string_literal(meant)}]);"
    assert f"identity matches regex {pattern(meant)}, 1" in let(burst, limited, "high")
    assert tuning_problems(one, settings) == tuning_problems(burst, limited) == []


@given(text=TEXT)
def test_no_text_changes_the_code_of_a_query(one: Detection, text: str) -> None:
    """Whatever stands in a tuning, the words, pipes and comments of the query are the same."""
    settings = Variant(
        only=[TuningEntry(identity=text)], except_=[TuningEntry(identity=text)], parameters={"word": text}
    )
    plain = Variant(only=[TuningEntry(identity="x")], except_=[TuningEntry(identity="x")])

    assert tuning_problems(one, replace(settings, except_=())) or code_of(deployed_query(one, settings)) == code_of(
        deployed_query(one, plain)
    )


@pytest.mark.parametrize("detection", SHIPPED, ids=lambda detection: detection.id)
def test_every_parameter_and_field_of_a_shipped_detection_reaches_its_query(detection: Detection) -> None:
    changed = {
        name: (not parameter.default) if isinstance(parameter.default, bool) else 17
        for name, parameter in detection.parameters.items()
    }
    entry = TuningEntry(**{field.value: f"tuned{field}" for field in detection.tuning})
    settings = Variant(parameters=changed, only=[entry], except_=[entry])
    query = deployed_query(detection, settings)

    assert tuning_problems(detection, settings) == []
    for name, value in changed.items():
        assert str(value).lower() in let(detection, settings, name)
    for field in detection.tuning:
        assert query.count(pattern(f"tuned{field}")) == 2
    assert query.endswith(detection.query.strip())


@pytest.mark.parametrize("detection", SHIPPED, ids=lambda detection: detection.id)
def test_plain_tables_are_read_when_missing_ones_need_not_be_tolerated(detection: Detection) -> None:
    """The setting takes the empty leg out and leaves the rest as it is."""
    tolerant = deployed_query(detection, Variant())
    plain = deployed_query(detection, Variant(), tolerate_missing_tables=False)
    (table,) = detection.data.tables

    assert "isfuzzy" in tolerant
    for word in ("isfuzzy", "union", "datatable"):
        assert word not in code_of(plain)
    assert f"let Events =\n    {table}\n" in plain
    assert plain.partition(f"    {table}\n")[2] == tolerant.partition(f", {table}\n")[2]


def test_the_threshold_is_the_number_of_the_rule(one: Detection) -> None:
    assert threshold(one, Variant()) == 1


@pytest.mark.parametrize(
    ("settings", "lowest"),
    [
        (Variant(), 30),
        (Variant(parameters={"high": 12}), 12),
        (Variant(parameters={"low": 4}), 4),
        (Variant(parameters={"high": 12, "low": 40}), 12),
        (Variant(limits=[IdentityLimit(identity="a", parameters={"high": 200})]), 30),
        (Variant(limits=[IdentityLimit(identity="a", parameters={"high": 8})]), 8),
        (Variant(limits=[IdentityLimit(identity="a", parameters={"low": 2})]), 2),
        (Variant(parameters={"low": None, "high": 9}), 9),
    ],
)
def test_the_threshold_is_the_lowest_of_the_limits(burst: Detection, settings: Variant, lowest: int) -> None:
    """The query applies each one's own limit; the rule's threshold may not hold back what passed it."""
    assert threshold(burst, settings) == lowest


def test_the_small_queries_are_deployed_as_they_stand(burst: Detection) -> None:
    assert deployed_query(burst, Variant()).endswith(VOLUME_QUERY.strip())
