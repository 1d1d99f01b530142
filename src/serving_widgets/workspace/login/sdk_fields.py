"""Every setting that the official SDK's ``Config`` has, and what becomes of it here. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

#: Read by this package itself.
READ = "read"
#: Part of a method of logging in: told from the others here, and passed on to the SDK, which carries it out.
LOGIN = "login"
#: Passed on to the SDK where that logs in.
PASSED_ON = "passed on"

_NO_COMPUTE = "model serving needs no compute of the workspace"
_OWN_TIMES = "time limits are those of this package: timeout= of each call"
_OWN_CONNECTIONS = "connections are those of this package"
_NO_REQUEST_LOG = "requests are not logged"


class SdkField(NamedTuple):
    """One setting.

    Attributes
    ----------
    variable
        Its environment variable, "" where it has none.
    use
        :data:`READ`, :data:`LOGIN`, :data:`PASSED_ON`, or why it is none of these.
    """

    variable: str
    use: str

    @property
    def used(self) -> bool:
        """Whether it has any effect."""
        return self.use in (READ, LOGIN, PASSED_ON)


#: Those by which a user signs in come first, in the order in which they are named in explanations.
FIELDS: Mapping[str, SdkField] = {
    "host": SdkField("DATABRICKS_HOST", LOGIN),
    "token": SdkField("DATABRICKS_TOKEN", LOGIN),
    "username": SdkField("DATABRICKS_USERNAME", LOGIN),
    "password": SdkField("DATABRICKS_PASSWORD", LOGIN),
    "metadata_service_url": SdkField("DATABRICKS_METADATA_SERVICE_URL", LOGIN),
    "client_id": SdkField("DATABRICKS_CLIENT_ID", LOGIN),
    "client_secret": SdkField("DATABRICKS_CLIENT_SECRET", LOGIN),
    "oidc_token_env": SdkField("DATABRICKS_OIDC_TOKEN_ENV", LOGIN),
    "oidc_token_filepath": SdkField("DATABRICKS_OIDC_TOKEN_FILEPATH", LOGIN),
    "azure_client_id": SdkField("ARM_CLIENT_ID", LOGIN),
    "azure_client_secret": SdkField("ARM_CLIENT_SECRET", LOGIN),
    "azure_tenant_id": SdkField("ARM_TENANT_ID", LOGIN),
    "azure_workspace_resource_id": SdkField("DATABRICKS_AZURE_RESOURCE_ID", LOGIN),
    "google_credentials": SdkField("GOOGLE_CREDENTIALS", LOGIN),
    "google_service_account": SdkField("DATABRICKS_GOOGLE_SERVICE_ACCOUNT", LOGIN),
    "auth_type": SdkField("DATABRICKS_AUTH_TYPE", LOGIN),
    "profile": SdkField("DATABRICKS_CONFIG_PROFILE", READ),
    "config_file": SdkField("DATABRICKS_CONFIG_FILE", READ),
    "workspace_id": SdkField("DATABRICKS_WORKSPACE_ID", PASSED_ON),
    "account_id": SdkField("DATABRICKS_ACCOUNT_ID", PASSED_ON),
    "group_id": SdkField("DATABRICKS_GROUP_ID", PASSED_ON),
    "cloud": SdkField("DATABRICKS_CLOUD", PASSED_ON),
    "discovery_url": SdkField("DATABRICKS_DISCOVERY_URL", PASSED_ON),
    "token_audience": SdkField("DATABRICKS_TOKEN_AUDIENCE", PASSED_ON),
    "scopes": SdkField("", PASSED_ON),
    "authorization_details": SdkField("", PASSED_ON),
    "azure_use_msi": SdkField("ARM_USE_MSI", PASSED_ON),
    "azure_environment": SdkField("ARM_ENVIRONMENT", PASSED_ON),
    "databricks_cli_path": SdkField("DATABRICKS_CLI_PATH", PASSED_ON),
    "disable_async_token_refresh": SdkField("DATABRICKS_DISABLE_ASYNC_TOKEN_REFRESH", PASSED_ON),
    "disable_oauth_refresh_token": SdkField("DATABRICKS_DISABLE_OAUTH_REFRESH_TOKEN", PASSED_ON),
    "cluster_id": SdkField("DATABRICKS_CLUSTER_ID", _NO_COMPUTE),
    "warehouse_id": SdkField("DATABRICKS_WAREHOUSE_ID", _NO_COMPUTE),
    "serverless_compute_id": SdkField("DATABRICKS_SERVERLESS_COMPUTE_ID", _NO_COMPUTE),
    "skip_verify": SdkField("", "whom to trust is never left open: SSL_CERT_FILE or REQUESTS_CA_BUNDLE says it"),
    "http_timeout_seconds": SdkField("", _OWN_TIMES),
    "retry_timeout_seconds": SdkField("", _OWN_TIMES),
    "rate_limit": SdkField("DATABRICKS_RATE_LIMIT", _OWN_CONNECTIONS),
    "max_connection_pools": SdkField("", _OWN_CONNECTIONS),
    "max_connections_per_pool": SdkField("", _OWN_CONNECTIONS),
    "debug_truncate_bytes": SdkField("DATABRICKS_DEBUG_TRUNCATE_BYTES", _NO_REQUEST_LOG),
    "debug_headers": SdkField("DATABRICKS_DEBUG_HEADERS", _NO_REQUEST_LOG),
    "disable_experimental_files_api_client": SdkField(
        "DATABRICKS_DISABLE_EXPERIMENTAL_FILES_API_CLIENT", "no files of the workspace are read"
    ),
}
#: Other names of a variable.
ALIASES: Mapping[str, tuple[str, ...]] = {"oidc_token_filepath": ("DATABRICKS_OIDC_TOKEN_FILE",)}
