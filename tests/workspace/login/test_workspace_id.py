"""Which workspace of a shared host is meant: said in the header that the official SDK sends."""

import pytest

import serving_widgets as sw

HEADER = "x-databricks-workspace-id"


def _sent(service, ws):
    service.seen.clear()
    ws.endpoints.list()
    ws.close()
    return service.seen[0][2].get(HEADER)


@pytest.fixture
def file(tmp_path, monkeypatch):
    path = tmp_path / "databrickscfg"
    monkeypatch.setenv("DATABRICKS_CONFIG_FILE", str(path))
    return path


def test_a_profile_names_it(service, file):
    file.write_text(f"[dev]\nhost = {service.host}\nworkspace_id = 12345\ntoken = dapi0123456789\n")
    assert _sent(service, sw.connect(profile="dev")) == "12345"


def test_the_environment_names_it(service, monkeypatch):
    monkeypatch.setenv("DATABRICKS_HOST", service.host)
    monkeypatch.setenv("DATABRICKS_TOKEN", "dapi0123456789")
    monkeypatch.setenv("DATABRICKS_WORKSPACE_ID", "12345")
    assert _sent(service, sw.connect()) == "12345"


def test_an_address_from_the_browser_names_it(service, file):
    assert _sent(service, sw.connect(host=f"{service.host}/?o=12345", token="dapi0123456789")) == "12345"
    file.write_text(f"[dev]\nhost = {service.host}/?o=678\ntoken = dapi0123456789\n")
    assert _sent(service, sw.connect(profile="dev")) == "678"


def test_nothing_is_sent_where_nobody_names_one(service):
    assert _sent(service, sw.connect(host=service.host, token="dapi0123456789")) is None


def test_what_is_no_id_is_refused(service):
    with pytest.raises(sw.ConfigError, match="workspace_id"):
        sw.connect(host=f"{service.host}/?o=1%0d%0aX: y", token="dapi0123456789")
