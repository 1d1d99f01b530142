"""Every setting of the official SDK is accounted for."""

import databricks.sdk.core
import pytest
from databricks.sdk.core import Config

import serving_widgets as sw
from serving_widgets.workspace.login.sdk_fields import ALIASES, FIELDS, READ

ATTRIBUTES = {each.name: each for each in Config.attributes()}


@pytest.mark.parametrize("name", ATTRIBUTES)
def test_a_setting_of_the_sdk_is_in_the_table_with_its_variable(name):
    assert name in FIELDS, "add it to workspace/login/sdk_fields.py, with what becomes of it"
    assert FIELDS[name].variable == (ATTRIBUTES[name].env or "")
    assert set(ALIASES.get(name, ())) >= set(getattr(ATTRIBUTES[name], "env_aliases", ()))


def test_what_is_not_used_says_why():
    assert all(field.use for field in FIELDS.values())
    assert not [name for name, field in FIELDS.items() if not field.used and len(field.use) < 20]


class Asked(Exception):
    """Ends the login where the SDK is asked."""


def test_a_profile_s_settings_get_to_the_sdk_as_the_table_says(tmp_path, monkeypatch):
    values = {name: f"value-of-{name}" for name in FIELDS} | {"host": "https://x.example", "auth_type": "oauth-m2m"}
    file = tmp_path / "file"
    file.write_text("[dev]\n" + "".join(f"{name} = {value}\n" for name, value in values.items()))
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(file))
    given = {}

    class Recorded(Config):
        def __init__(self, **settings):
            given.update(settings)
            raise Asked

    monkeypatch.setattr(databricks.sdk.core, "Config", Recorded)
    with pytest.raises(sw.ConfigError):
        sw.connect(profile="dev")
    passed_on = {name for name, value in given.items() if name != "auth_type" and value == values.get(name)}
    wanted = {name for name, field in FIELDS.items() if field.used and field.use != READ} - {"auth_type"}
    assert passed_on == wanted
    assert given["config_file"] == str(file)
    assert given["profile"] == "dev"


@pytest.mark.parametrize("variable", ["DATABRICKS_OIDC_TOKEN_FILEPATH", "DATABRICKS_OIDC_TOKEN_FILE"])
def test_a_variable_of_two_names_is_known_by_both(variable, monkeypatch, service):
    monkeypatch.setenv("DATABRICKS_HOST", service.host)
    monkeypatch.setenv(variable, "/nowhere")
    with pytest.raises(sw.ConfigError, match="file-oidc did not work"):
        sw.connect()
