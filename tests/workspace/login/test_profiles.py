"""The configuration file as people and tools write it: what is offered, and where the fault is where there is one."""

import pytest

import serving_widgets as sw

SECRET = "canary-0123456789"


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "databrickscfg"
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(path))
    return path


def test_an_empty_default_is_not_offered_but_a_profile_that_is_complete(file, connect):
    file.write_text("[DEFAULT]\n\n[prd]\nhost = https://adb-1.1.azuredatabricks.net\ntoken = dapi0123456789\n")
    with pytest.warns(UserWarning, match="prd"):
        ws = connect()
    lines = [source.line for source in ws.sources if source.name in ("configuration file", "profile")]
    assert lines == ['sw.connect(profile="prd")'] * 2


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (f"[dev]\nhost = https://a.b\ntoken = {SECRET}\n[dev]\nhost = https://a.b\n", ("[dev]", "twice", "line 4")),
        (f"[dev]\ntoken = {SECRET}\ntoken = {SECRET}\n", ("token", "twice", "[dev]", "line 3")),
        (f"token = {SECRET}\n", ("line 1", "before the first profile")),
        (f"[dev]\n{SECRET}\n", ("line 2",)),
        (f"[DEFAULT]\nhost = https://a.b # mine\ntoken = {SECRET}\n", ("line 2", "host", "[DEFAULT]", "comment")),
        (f"[DEFAULT]\nhost = https://a.b\ntoken = '{SECRET}'\n", ("line 3", "token", "[DEFAULT]", "quotes")),
    ],
)
def test_what_is_wrong_with_the_file_is_told_by_its_place_and_never_by_its_value(file, text, where):
    file.write_text(text)
    with pytest.raises(sw.ConfigError) as caught:
        sw.connect(profile="DEFAULT" if "[DEFAULT]" in text else "dev")
    for each in (file.name, *where):
        assert each in str(caught.value)
    assert SECRET not in str(caught.value)
