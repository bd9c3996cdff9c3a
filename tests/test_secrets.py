"""No secret is in any file that synthesis writes, nor in what it says when it refuses one."""

from pathlib import Path
from typing import Any

import pytest

from acrwatch import SettingsError, load_settings
from acrwatch.settings.secrets import RECEIVERS, SECRET_FIELDS, secret_variables
from tests.notifications.kinds import KINDS, WORKFLOW_KINDS
from tests.project import Project
from tests.synthesis import Body, loaded, watch_settings

CANARY = "c4n4ry-8d1f"
CASES = {case.kind: case for case in KINDS + WORKFLOW_KINDS}
GIVEN = {kind.type: CASES[kind].given for kind in RECEIVERS}


def receivers() -> Body:
    """One of each kind that has a secret, as a settings file has it: without the secret."""
    return {
        f"r{n}": {"type": kind, **{key: value for key, value in GIVEN[kind].items() if key not in fields}}
        for n, (kind, fields) in enumerate(SECRET_FIELDS.items())
        if fields
    }


def settings() -> Body:
    """A file with all of these."""
    return watch_settings(action_groups={"people": {"receivers": receivers()}})


SOURCES = (
    *(
        f"ARM_{name}"
        for name in ("CLIENT_SECRET", "CLIENT_CERTIFICATE_PASSWORD", "OIDC_TOKEN", "ACCESS_KEY", "SAS_TOKEN")
    ),
    *(f"AZURE_{name}" for name in ("CLIENT_SECRET", "PASSWORD", "STORAGE_KEY")),
    *("TF_TOKEN_app_terraform_io", "TF_CLI_ARGS", "TF_VAR_of_somebody_else", "ACCESS_TOKEN"),
)
"""Variables of the environment in which deployers have secrets beside those of the receivers."""
FILES = (".env", "terraform.tfvars", "secrets.auto.tfvars.json", ".terraformrc", "terraform.acrwatch.tfstate")


def with_canary(folder: Path) -> list[str]:
    """The files below a folder that hold the secret."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sorted(path.name for path in files if CANARY.encode() in path.read_bytes())


@pytest.mark.parametrize("form", ["json", "hcl"])
@pytest.mark.parametrize("core", ["cdktf", "cdktn"])
def test_no_file_holds_a_secret_of_environment_or_project(tmp_path: Path, core: str, form: str) -> None:
    """In neither form, of neither core; what is there instead is the variable."""
    project = Project(tmp_path)
    file = project.settings(settings())
    variables = [variable.name for variable in secret_variables(load_settings(file))]
    for name in FILES:
        (tmp_path / name).write_text(CANARY, "utf-8")
    file.write_text(f"{file.read_text('utf-8')}# {CANARY}\n", "utf-8")
    given = dict.fromkeys([*(f"TF_VAR_{name}" for name in variables), *SOURCES], CANARY)
    ran = project.run(HOME=str(tmp_path), ACRWATCH_CORE=core, SYNTH_HCL_OUTPUT="true" if form == "hcl" else "", **given)

    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "", "")
    assert with_canary(tmp_path) == sorted([*FILES, file.name])
    (written,) = [path for path in tmp_path.rglob("*") if path.name in ("cdk.tf", "cdk.tf.json")]
    assert len(variables) == len(receivers())
    assert [written.read_text("utf-8").count(f"${{var.{name}}}") for name in variables] == [1] * len(variables)


@pytest.mark.parametrize("name", list(receivers()))
def test_a_settings_file_with_a_secret_is_refused_without_repeating_it(tmp_path: Path, name: str) -> None:
    """Whatever form it is given in; the way out names the variable."""
    for value in (CANARY, f"${{{CANARY}}}", [CANARY], {"x": CANARY}, ""):
        content = settings()
        receiver = content["action_groups"]["people"]["receivers"][name]
        (field,) = SECRET_FIELDS[receiver["type"]]
        receiver[field] = value
        with pytest.raises(SettingsError) as error:
            loaded(tmp_path, content)

        assert [problem.place for problem in error.value.problems] == [f"action_groups.people.receivers.{name}.{field}"]
        assert f"export TF_VAR_{name}_{field}" in str(error.value)
        assert CANARY not in f"{error.value}{error.value!r}"


@pytest.mark.parametrize(
    "wrong",
    [
        {"service_url": CANARY},
        {"service_uri": CANARY, "type": "webhok"},
        {"service_uri": CANARY, "type": None},
        {"service_uri": CANARY, "type": "email", "email_address": "a@example.com"},
    ],
)
def test_a_secret_beside_another_mistake_is_not_repeated(tmp_path: Path, wrong: dict[str, Any]) -> None:
    """A key that is misspelled, or a type that has no such field."""
    content = watch_settings(action_groups={"people": {"receivers": {"x": {"type": "webhook"} | wrong}}})
    with pytest.raises(SettingsError) as error:
        loaded(tmp_path, content)

    assert CANARY not in f"{error.value}{error.value!r}"


@pytest.mark.parametrize(
    "text",
    [
        f"https://hooks.slack.com/services/T0/B0/{CANARY}",
        f"https://x.example.com/?sv=1&sig={CANARY}",
        f"Endpoint=sb://x;SharedAccessKeyName=a;SharedAccessKey={CANARY}",
        f"AccountName=x;AccountKey={CANARY}",
        f"https://x.example.com/?apiKey={CANARY}",
        f"https://events.pagerduty.com/integration/{CANARY}/enqueue",
        f"https://u:{CANARY}@example.com",
    ],
)
@pytest.mark.parametrize("place", ["tags", "runbook_base_url", "location", "name"])
def test_what_looks_like_a_secret_is_refused_anywhere(tmp_path: Path, text: str, place: str) -> None:
    """Secrets end up where nobody thought of them, and all of it goes into the state."""
    value = {"note": text} if place == "tags" else text
    with pytest.raises(SettingsError, match="a settings file is no place for secrets") as error:
        loaded(tmp_path, watch_settings(**{place: value}))

    assert CANARY not in f"{error.value}{error.value!r}"
