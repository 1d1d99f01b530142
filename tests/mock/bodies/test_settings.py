"""Tags, rate limits, AI Gateway, notifications, telemetry: checked, kept, given back."""

import pytest

from serving_widgets.mock.service import assumptions

TABLES = {"logs_table": "main.ops.logs", "metrics_table": "main.ops.metrics"}
GATEWAY = {
    "fallback_config": {"enabled": True},
    "guardrails": {
        "input": {"invalid_keywords": ["secret"], "pii": {"behavior": "BLOCK"}, "safety": True},
        "output": {"valid_topics": ["weather"], "pii": {"behavior": "MASK"}},
    },
    "inference_table_config": {
        "catalog_name": "main",
        "schema_name": "logs",
        "table_name_prefix": "chat",
        "enabled": True,
    },
    "rate_limits": [
        {"calls": 100, "key": "endpoint", "renewal_period": "minute"},
        {"tokens": 9000, "key": "user_group", "principal": "analysts", "renewal_period": "minute"},
    ],
    "usage_tracking_config": {"enabled": True},
}
LIMITS = [{"calls": 10, "key": "user", "renewal_period": "minute"}]
NOTIFIED = {"on_update_success": ["ops@example.com"], "on_update_failure": ["ops@example.com", "ada@example.com"]}


@pytest.fixture
def change(ask):
    """Return a way to change a setting of an endpoint."""
    methods = {
        "tags": "PATCH",
        "rate-limits": "PUT",
        "ai-gateway": "PUT",
        "notifications": "PATCH",
        "telemetry-config": "PATCH",
    }

    def send(name, setting, body, **options):
        return ask(methods[setting], f"{ask.control}/{name}/{setting}", body, **options)

    return send


def test_tags_are_added_changed_and_deleted_in_one_request(ask, change):
    added = [{"key": "tier", "value": "gold"}, {"key": "a"}]
    answer = change("churn", "tags", {"add_tags": added, "delete_tags": ["team", "never there"]})
    assert answer.body == {"tags": [{"key": "a"}, {"key": "tier", "value": "gold"}]}
    assert ask.get("churn").body["tags"] == answer.body["tags"]
    (listed,) = [one for one in ask("GET", ask.control).body["endpoints"] if one["name"] == "churn"]
    assert listed["tags"] == answer.body["tags"]


def test_the_last_tag_leaves_an_empty_answer_and_no_trace(ask, change):
    keys = [tag["key"] for tag in ask.get("churn").body["tags"]]
    assert change("churn", "tags", {"delete_tags": keys}).body == {"tags": []}
    assert "tags" not in ask.get("churn").body


def test_a_gateway_is_given_back_as_it_was_put_and_shown_with_the_endpoint(ask, change):
    assert change("chat", "ai-gateway", GATEWAY).body == GATEWAY
    assert ask.get("chat").body["ai_gateway"] == GATEWAY


def test_a_gateway_is_replaced_as_a_whole_and_goes_with_its_last_part(ask, change):
    change("chat", "ai-gateway", GATEWAY)
    only = {"usage_tracking_config": {"enabled": False}}
    assert change("chat", "ai-gateway", only).body == only
    assert ask.get("chat").body["ai_gateway"] == only
    assert change("chat", "ai-gateway", {}).body == {}
    assert "ai_gateway" not in ask.get("chat").body


def test_a_rate_limit_is_for_the_endpoint_unless_it_says_otherwise(change):
    limit = {"calls": 5, "renewal_period": "minute"}
    assert change("chat", "ai-gateway", {"rate_limits": [limit]}).body["rate_limits"] == [{**limit, "key": "endpoint"}]


def test_only_an_administrator_governs_a_ready_made_endpoint(ask, change):
    assert change("databricks-llama", "ai-gateway", GATEWAY).status == 200
    assert ask.get("databricks-llama", user="vera@example.com").body["ai_gateway"] == GATEWAY
    for setting, body in (("ai-gateway", {}), ("rate-limits", {})):
        assert change("databricks-llama", setting, body, user="ben@example.com").code == "PERMISSION_DENIED"


def test_legacy_rate_limits_are_answered_and_never_shown(ask, change):
    assert change("chat", "rate-limits", {"rate_limits": LIMITS}).body == {"rate_limits": LIMITS}
    assert "rate_limits" not in ask.get("chat").body
    assert change("churn", "rate-limits", {"rate_limits": LIMITS}).code == "INVALID_PARAMETER_VALUE"


def test_notifications_are_replaced_and_removed(ask, change):
    answer = change("churn", "notifications", {"email_notifications": NOTIFIED})
    assert answer.body == {"name": "churn", "email_notifications": NOTIFIED}
    assert ask.get("churn").body["email_notifications"] == NOTIFIED
    change("churn", "notifications", {"email_notifications": {}})
    assert "email_notifications" not in ask.get("churn").body


def test_telemetry_is_replaced_and_removed_and_counts_as_an_update_of_the_endpoint(ask, change):
    ask.mock.advance(60)
    config = {
        "table_names": TABLES,
        "enabled_telemetry_features": ["TELEMETRY_FEATURE_LOGS"],
        "inference_table_config": {"sampling_fraction": 0.25},
    }
    answer = change("example-endpoint", "telemetry-config", {"telemetry_config": config})
    assert answer.body["telemetry_config"] == config
    assert answer.body == ask.get("example-endpoint").body
    assert answer.body["last_updated_timestamp"] == round(ask.mock.clock.now() * 1000)
    profile = {"telemetry_profile_id": "p-1"}
    replaced = change("example-endpoint", "telemetry-config", {"telemetry_config": profile})
    assert replaced.body["telemetry_config"] == profile
    assert "telemetry_config" not in change("example-endpoint", "telemetry-config", {}).body


def test_telemetry_that_says_not_where_to_changes_nothing(change):
    profile = {"telemetry_profile_id": "p-1"}
    change("example-endpoint", "telemetry-config", {"telemetry_config": profile})
    answer = change("example-endpoint", "telemetry-config", {"telemetry_config": {"enabled_telemetry_features": []}})
    assert answer.body["telemetry_config"] == profile


def test_telemetry_is_for_endpoints_with_custom_models(ask, change):
    ask("POST", ask.control, {"name": "bare"})
    for name, kind in (("chat", "EXTERNAL_MODELS"), ("bare", "NO_CONFIG")):
        answer = change(name, "telemetry-config", {"telemetry_config": {"telemetry_profile_id": "p"}})
        assert (answer.status, answer.code) == (400, "INVALID_PARAMETER_VALUE")
        assert answer.body["message"] == (
            f"Telemetry configuration is not supported for endpoint type '{kind}'. "
            "This API only supports endpoints with custom served models."
        )


def test_telemetry_waits_for_an_update_to_complete(change):
    answer = change("fraud-detector", "telemetry-config", {})
    assert (answer.status, answer.code) == (409, "RESOURCE_CONFLICT")
    assert answer.body["message"] == (
        "Endpoint fraud-detector is currently updating. "
        "Wait for the update to complete before updating its telemetry configuration."
    )


def test_creation_takes_all_of_them_and_shows_those_that_are_shown(ask, entity):
    shown = ask.create(
        "fresh",
        tags=[{"key": "team", "value": "risk"}],
        ai_gateway=GATEWAY,
        rate_limits=LIMITS,
        email_notifications=NOTIFIED,
        telemetry_config={"table_names": TABLES},
        description="Scores loans.",
        route_optimized=True,
    ).body
    assert shown == ask.get("fresh").body
    assert shown["ai_gateway"] == GATEWAY
    assert shown["email_notifications"] == NOTIFIED
    assert shown["telemetry_config"] == {"table_names": TABLES}
    assert shown["description"] == "Scores loans."
    assert shown["route_optimized"] is True
    assert "rate_limits" not in shown


def test_creation_passes_over_telemetry_that_the_endpoint_can_not_have(ask, entity):
    wanted = {"telemetry_profile_id": "p"}
    assert "telemetry_config" not in ask.create("gateway", entity.external(), telemetry_config=wanted).body
    bare = ask("POST", ask.control, {"name": "bare", "telemetry_config": wanted})
    assert "telemetry_config" not in bare.body


@pytest.mark.parametrize(("field", "value"), [("ai_gateway", GATEWAY), ("rate_limits", LIMITS)])
def test_an_endpoint_without_a_config_has_nothing_to_govern(ask, field, value):
    answer = ask("POST", ask.control, {"name": "bare", field: value})
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETER_VALUE")
    assert answer.body["message"] == f"Cannot specify {field} when creating endpoints without a config."


def test_a_description_and_route_optimization_stay_as_they_were_created(ask, entity):
    before = ask.get("example-endpoint").body
    newer = entity("main.examples.vanilla_simple_model", "3")
    shown = ask.update("example-endpoint", newer, description="Other words.", route_optimized=True).body
    assert shown["description"] == before["description"] != "Other words."
    assert shown["route_optimized"] is False


REFUSED = {
    "tags that are no list": ("tags", {"add_tags": {"key": "a"}}, "add_tags must be a list"),
    "a tag without a key": ("tags", {"add_tags": [{"value": "x"}]}, "add_tags[0].key is required"),
    "a tag with an empty key": ("tags", {"add_tags": [{"key": ""}]}, "needs a key"),
    "a tag with a number": ("tags", {"add_tags": [{"key": "a", "value": 1}]}, "add_tags[0].value must be a string"),
    "a tag twice": ("tags", {"add_tags": [{"key": "a"}, {"key": "a"}]}, "twice"),
    "a key that is none": ("tags", {"delete_tags": [None]}, "delete_tags[0] must be a string"),
    "limits that are no list": ("rate-limits", {"rate_limits": 10}, "rate_limits must be a list"),
    "a limit without calls": ("rate-limits", {"rate_limits": [{"renewal_period": "minute"}]}, "calls is required"),
    "a limit by the hour": (
        "rate-limits",
        {"rate_limits": [{"calls": 1, "renewal_period": "hour"}]},
        "rate_limits[0].renewal_period is 'hour'",
    ),
    "a limit for a team": (
        "rate-limits",
        {"rate_limits": [{"calls": 1, "renewal_period": "minute", "key": "team"}]},
        "rate_limits[0].key is 'team'",
    ),
    "a limit below nothing": (
        "rate-limits",
        {"rate_limits": [{"calls": -1, "renewal_period": "minute"}]},
        "calls must be at least 0",
    ),
    "a limit of nothing": ("ai-gateway", {"rate_limits": [{"renewal_period": "minute"}]}, "calls or tokens"),
    "a limit for nobody": (
        "ai-gateway",
        {"rate_limits": [{"calls": 1, "key": "user_group", "renewal_period": "minute"}]},
        "needs a principal",
    ),
    "an unknown behavior": (
        "ai-gateway",
        {"guardrails": {"input": {"pii": {"behavior": "WARN"}}}},
        "guardrails.input.pii.behavior is 'WARN'",
    ),
    "fallback that is no yes or no": (
        "ai-gateway",
        {"fallback_config": {"enabled": "yes"}},
        "fallback_config.enabled must be true or false",
    ),
    "a table without a place": (
        "ai-gateway",
        {"inference_table_config": {"enabled": True, "catalog_name": "main"}},
        "schema_name",
    ),
    "somebody without an address": (
        "notifications",
        {"email_notifications": {"on_update_failure": ["ada"]}},
        "must be an e-mail address",
    ),
    "a table without a catalog": (
        "telemetry-config",
        {"telemetry_config": {"table_names": {"logs_table": "logs"}}},
        "catalog.schema.table",
    ),
    "both ways at once": (
        "telemetry-config",
        {"telemetry_config": {"table_names": TABLES, "telemetry_profile_id": "p"}},
        "not both",
    ),
    "an unknown signal": (
        "telemetry-config",
        {"telemetry_config": {"telemetry_profile_id": "p", "enabled_telemetry_features": ["SMOKE"]}},
        "enabled_telemetry_features[0] is 'SMOKE'",
    ),
    "more than everything": (
        "telemetry-config",
        {"telemetry_config": {"telemetry_profile_id": "p", "inference_table_config": {"sampling_fraction": 1.5}}},
        "sampling_fraction must be a number from 0 to 1",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_setting_at_fault_is_refused_by_its_place_and_nothing_changes(ask, change, case):
    setting, body, words = REFUSED[case]
    name = "chat" if setting in ("ai-gateway", "rate-limits") else "example-endpoint"
    before = ask.get(name).text
    answer = change(name, setting, body)
    assert (answer.status, answer.code) == (400, "INVALID_PARAMETER_VALUE")
    assert words in answer.body["message"]
    assert ask.get(name).text == before


@pytest.mark.parametrize("setting", ["tags", "rate-limits", "ai-gateway", "notifications", "telemetry-config"])
def test_an_endpoint_that_is_not_there_has_no_settings(change, setting):
    assert change("nope", setting, {}).code == "RESOURCE_DOES_NOT_EXIST"


def test_fields_that_the_service_does_not_know_are_passed_over(ask, change):
    assert change("churn", "tags", {"add_tags": [{"key": "a", "colour": "red"}], "replace": True}).status == 200
    assert {"key": "a"} in ask.get("churn").body["tags"]
    config = {"usage_tracking_config": {"enabled": True, "since": "now"}, "mood": "good"}
    assert change("chat", "ai-gateway", config).body == {"usage_tracking_config": {"enabled": True}}


def test_whether_unknown_fields_are_refused_is_one_switch(change, monkeypatch):
    monkeypatch.setattr(assumptions, "UNKNOWN_FIELDS_REFUSED", True)
    answer = change("chat", "ai-gateway", {"mood": "good"})
    assert answer.code == "INVALID_PARAMETER_VALUE"
    assert "mood" in answer.body["message"]
