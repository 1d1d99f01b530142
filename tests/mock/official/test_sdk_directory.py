"""The model registry and the directory by the unmodified databricks-sdk."""

import pytest
from databricks.sdk import WorkspaceClient
from databricks.sdk.errors import NotFound
from databricks.sdk.service.catalog import ModelVersionInfoStatus


@pytest.fixture
def sdk(mock):
    return WorkspaceClient(host=mock.host, token=mock.token)


def test_registered_models(sdk):
    listed = list(sdk.registered_models.list(max_results=3))
    assert len(listed) == len({one.full_name for one in listed}) == 8
    in_schema = list(sdk.registered_models.list(catalog_name="main", schema_name="customers"))
    assert [one.name for one in in_schema] == ["churn_model", "nightly_scores"]
    found = sdk.registered_models.get("main.risk.fraud_detector", include_aliases=True)
    assert {one.alias_name: one.version_num for one in found.aliases} == {"Champion": 7, "Challenger": 8}
    with pytest.raises(NotFound, match="does not exist"):
        sdk.registered_models.get("main.risk.nothing")


def test_model_versions(sdk):
    listed = list(sdk.model_versions.list("main.customers.nightly_scores", max_results=5))
    assert [one.version for one in listed] == list(range(14, 0, -1))
    found = sdk.model_versions.get("main.customers.nightly_scores", 14, include_aliases=True)
    assert (found.status, found.aliases[0].alias_name) == (ModelVersionInfoStatus.READY, "Champion")
    assert sdk.model_versions.get_by_alias("main.risk.fraud_detector", "Challenger").version == 8


def test_users(sdk):
    assert len(list(sdk.users.list(count=2))) == 6
    (ben,) = sdk.users.list(filter='userName eq "ben@example.com"')
    assert sdk.users.get(ben.id).display_name == "Ben Okafor"


def test_groups(sdk):
    (analysts,) = sdk.groups.list(filter='displayName eq "analysts"')
    assert [one.display for one in sdk.groups.get(analysts.id).members] == ["Vera Lind"]


def test_service_principals(sdk):
    (batch,) = sdk.service_principals.list()
    assert batch.display_name == "batch-scoring"
    assert sdk.service_principals.get(batch.id).application_id == batch.application_id
