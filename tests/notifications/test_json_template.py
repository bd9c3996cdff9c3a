"""A template of a user's own becomes the body it stands for, and what is wrong with one is told beforehand."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acrwatch import ActionGroup, SettingsError, WorkflowPlace
from acrwatch.notifications.json_template import template_problems
from acrwatch.notifications.template_fields import FIELDS
from acrwatch.references import literal
from acrwatch.workflow import run
from acrwatch.workflow.validation import validate
from tests.notifications.sending import URL, json_webhook, odd_alerts, own, ran, sent
from tests.payloads import HOSTILE, SAMPLES, Payload
from tests.settings.content import example, refusal
from tests.synthesis import SUBSCRIPTION, Host, as_terraform_reads

RESOLVED = {"monitorCondition": "Resolved"}
EVERY = {"alone": {name: f"{{{name}}}" for name in FIELDS}} | {
    "inside": {name: f"<{{{name}}}>" for name, field in FIELDS.items() if field.text is not None}
}


def problems(template: Any) -> dict[str, str]:
    """Place and sentence of everything that is wrong with a template."""
    return {problem.place: str(problem) for problem in template_problems(template)}


def test_fields_stand_in_texts_alone_and_cut() -> None:
    """And whatever is not text stays what it is."""
    template = {
        "text": "{severity} {title:12}: {identity} in {registry}",
        "rows": [{"n": 1, "no": None, "yes": True}, "{measured}"],
        "braces": "{{title}}",
    }

    assert sent(json_webhook(template), own()) == {
        "text": "Sev2 Excessive D…: ci@example.com in shopimages",
        "rows": [{"n": 1, "no": None, "yes": True}, "64 Images (alerted at > 50)"],
        "braces": "{title}",
    }


def test_a_field_that_stands_alone_has_its_own_type() -> None:
    """A number, a list, a Boolean, or all that Azure sent."""
    alert = own({"Registry": "contoso"})
    found = sent(json_webhook({name: f"{{{name}}}" for name in ("value", "dimensions", "resolved", "payload")}), alert)

    assert found == {
        "value": 64.0,
        "dimensions": [{"name": "Registry", "value": "contoso"}],
        "resolved": False,
        "payload": alert,
    }


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_has_a_value_for_an_alert_of_ours(name: str) -> None:
    """Of a resolved one, since a field tells when."""
    moments = {**RESOLVED, "resolvedDateTime": "2026-03-02T03:31:04Z"}
    alert = own(
        dict.fromkeys(("Registry", "Repository", "Identity", "CallerIpAddress", "Client"), "x"),
        essentials=moments,
        properties={"acrwatch_variant": "v"},
    )

    assert sent(json_webhook({"is": f"{{{name}}}"}), alert)["is"]


@pytest.mark.parametrize("name", SAMPLES)
def test_each_field_copes_with_each_documented_form(name: str) -> None:
    """A text is empty where the alert has none."""
    found = sent(json_webhook(EVERY), SAMPLES[name])

    assert all(isinstance(found["inside"][field], str) for field in EVERY["inside"])


@settings(max_examples=30)
@given(odd_alerts())
def test_no_alert_fails_a_template(alert: Payload) -> None:
    """Whatever it holds, with every field there is."""
    if ran(json_webhook(EVERY), alert).started:
        assert set(sent(json_webhook(EVERY), alert)) == set(EVERY)


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_a_log_row_stays_inside_its_string(text: str) -> None:
    """Quotes and braces end nothing, and no expression in it is evaluated."""
    found = sent(json_webhook({"a": "{identity}", "b": "<{identity}>"}), own({"Identity": f"a{text}b"}))

    assert found == {"a": f"a{text}b", "b": f"<a{text}b>"}


TEXTS = st.text(alphabet=st.sampled_from("@{}$%'\"\\ ab\n"), max_size=10)


@given(TEXTS, TEXTS)
def test_static_text_arrives_as_it_was_written(before: str, after: str) -> None:
    """From the file, by way of Terraform and of Logic Apps."""
    doubled = [text.replace("{", "{{").replace("}", "}}") for text in (before, after)]
    template = {"is": literal(f"{doubled[0]}{{state}}{doubled[1]}")}
    assert template_problems(template) == []
    receiver = json_webhook(template)
    definition = receiver.definition()
    body = definition["actions"]["Send"]["inputs"]["body"]
    body["is"] = as_terraform_reads(body["is"])

    assert validate(definition) == []
    (delivery,) = run(definition, own(), {"url": URL}).deliveries
    assert delivery.body == {"is": f"{before}fired{after}"}


@pytest.mark.parametrize(
    ("template", "place", "says"),
    [
        ([], "", "is not a mapping"),
        ("{title}", "", "is not a mapping"),
        ({}, "", "it is empty"),
        ({"a": ["{titel}"]}, "a[0]", "there is no field 'titel'; did you mean title?"),
        ({"a": "{"}, "a", "{ stands alone"),
        ({"a": "x }"}, "a", "} stands alone"),
        ({"a": "{Title}"}, "a", "there is no field 'Title'; did you mean title?"),
        ({"a": "is {payload}"}, "a", "{payload} is no text"),
        ({"a": "{resolved:5}"}, "a", "{resolved} is no text"),
        ({"a": "{title:1}"}, "a", "'1' is no number of characters from 2 on"),
        ({"a": "${var.token}"}, "a", "a reference would be read"),
        ({"{title}": 1}, "{title}", "cannot be a key"),
        ({"@odata": 1}, "@odata", "cannot be a key"),
        ({"a": {1, 2}}, "a", "a set is no JSON"),
    ],
)
def test_what_is_wrong_with_a_template_is_told(template: Any, place: str, says: str) -> None:
    """With its place."""
    found = problems(template)

    assert list(found) == [place]
    assert says in found[place]


def test_a_template_that_nests_too_deep_is_refused() -> None:
    """Rather than to run out of stack."""
    template: Any = "x"
    for _ in range(30):
        template = {"a": template}

    assert "nests deeper than 20 levels" in "".join(problems(template).values())


def test_what_logic_apps_would_refuse_is_told() -> None:
    """An expression may have 8,192 characters."""
    receiver = json_webhook({"a": "{title}" * 400})

    (problem,) = receiver.problems()
    assert problem.path == ("template",)
    assert "Logic Apps would refuse it" in problem.message


def test_a_settings_file_is_told_the_line(tmp_path: Path) -> None:
    """Of the very text."""
    hook = {"type": "json_webhook", "template": {"a": {"b": "{titel}"}}}
    (problem,) = refusal(tmp_path, example({"action_groups/security/receivers": {"one": hook}})).problems

    assert problem.place == "action_groups.security.receivers.one.template.a.b"
    assert problem.line is not None


def test_a_target_can_be_spared_resolutions() -> None:
    """One that opens a ticket for whatever it is sent."""
    resolved = own(essentials=RESOLVED)

    assert ran(json_webhook({"a": "b"}), resolved).started is True
    assert ran(json_webhook({"a": "b"}, send_resolved=False), resolved).started is False
    assert ran(json_webhook({"a": "b"}, send_resolved=False), own()).started is True


def test_a_target_that_asks_who_calls_is_told() -> None:
    """By a secret of its own."""
    (delivery,) = ran(json_webhook({"a": "b"}, authorization="${var.token}"), own()).deliveries

    assert delivery.request().headers["Authorization"] == URL
    assert URL not in repr(delivery)
    (plain,) = ran(json_webhook({"a": "b"}), own()).deliveries
    assert "Authorization" not in plain.headers


def test_a_literal_authorization_is_refused() -> None:
    """It is a secret, where there is one."""
    (problem,) = json_webhook({"a": "b"}, authorization="Bearer c4nary").problems()

    assert problem.path == ("authorization",)
    assert "c4nary" not in str(problem)


def test_a_template_that_is_refused_raises_with_all_of_it() -> None:
    """When the receiver is used."""
    host = Host("cdktf")
    with pytest.raises(SettingsError) as error:
        ActionGroup(
            host.scope,
            "group",
            name="g",
            short_name="g",
            resource_group_name="rg",
            receivers=[json_webhook({"a": "{x}", "b": "{y}"})],
            workflows=WorkflowPlace(
                resource_group_id=f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg", location="westeurope"
            ),
        )

    assert [problem.place for problem in error.value.problems] == [
        "receivers[0].template.a", "receivers[0].template.b",
    ]  # fmt: skip
