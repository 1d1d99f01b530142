"""What a model, its build or its endpoint may not reach: permissions, secrets, feeds, hubs, files."""

from __future__ import annotations

from .rule import PROGRAMS, Rule, Sign, raised

#: Sources: pip, git, huggingface_hub, the Databricks SDK and Python write these lines themselves.
ACCESS: tuple[Rule, ...] = (
    Rule(
        "index_login",
        (
            Sign("User for ", r"^User for (?P<what>\S+?):\s*$"),
            Sign("HTTP error 40", r"HTTP error 40[13] while getting (?P<what>\S+)"),
            Sign("401 Error, Credentials not correct for", r"for (?P<what>\S+)", in_warnings=True),
            Sign(
                " Client Error: ",
                r"(?:ERROR: |Could not fetch URL ).*40[13] Client Error: \w+ for url: (?P<what>\S+)",
                in_warnings=True,
            ),
            Sign("could not read Username", r"could not read Username for '?(?P<what>[^':]+:?[^':]*)"),
            Sign("could not read Password", r"could not read Password for '?(?P<what>[^']+)"),
            Sign("Authentication failed for", r"[Aa]uthentication failed for '(?P<what>[^']+)"),
            Sign("EOF when reading a line", raised("EOFError"), confidence=0.6),
            Sign("Host key verification failed", ""),
            Sign("Permission denied (publickey)", ""),
            Sign("Missing credentials for", r"(?P<what>credentials for \S+)"),
            Sign("received an HTTP 401", ""),
            Sign("lack of valid authentication credentials", r"\((?P<what>https?://[^)]+)\) could not"),
            Sign("401 (Unauthorized)", r"(?i)(?:simple|index|feed|packag)"),
            Sign("HTTP status client error (40", r"status client error \(40[13][^)]*\) for url \((?P<what>[^)]+)"),
            Sign("CondaHTTPError: HTTP 40", r"HTTP 40[13] \S+ for url <(?P<what>[^>]+)"),
        ),
        "Package index requires a login",
        "A private package index or repository asks for credentials, and the build has none.",
        "Log the package's wheel with the model (code_paths=, or a file among its requirements), or give the "
        "workspace's "
        "build the feed's credentials.",
        "ERROR: HTTP error 401 while getting https://pkgs.example.com/simple/churn-features/",
        "Looking in indexes: https://****@pkgs.example.com/simple/\nSuccessfully installed churn-features-1.2.0",
        # A package that is not found is often one that may not be seen.
        rank=0,
        handled=True,
    ),
    Rule(
        "hub_gated",
        (
            Sign("GatedRepoError", ""),
            Sign("gated repo", raised(r"OSError|\w*Error") + r".*gated repo"),
            Sign("Cannot access gated repo for url", r"url (?P<what>https://\S+?)\.?$"),
            Sign("Repository Not Found for url", r"for url: (?P<what>https?://\S+?)\.?$"),
            Sign("Access to model ", r"Access to model (?P<what>\S+) is restricted"),
            Sign("awaiting a review from the repo authors", ""),
            Sign("Unauthorized for url: https://huggingface", r"url: (?P<what>\S+)"),
            Sign("Invalid user token", raised(r"\w*Error") + r".*Invalid user token"),
            Sign("is not a local folder and is not a valid model identifier", r"(?P<what>\S+) is not a local folder"),
        ),
        "Model hub refuses access",
        "The model is taken from a hub when it loads; there it is gated, private, or not of this name.",
        "Put the weights into the logged model. Or check the name, accept the model's terms, and give the endpoint a "
        "token as a secret: HF_TOKEN={{secrets/scope/key}}.",
        "huggingface_hub.errors.GatedRepoError: 401 Client Error. (Request ID: Root=1-0)",
        "UserWarning: authentication is recommended but still optional to access public models.",
        rank=1,
    ),
    Rule(
        "no_network",
        (
            Sign("couldn't connect to ", r"couldn't connect to '?(?P<what>https?://[^'\s]+)"),
            Sign("LocalEntryNotFoundError", ""),
            Sign("outgoing traffic has been disabled", ""),
            Sign("OfflineModeIsEnabled", ""),
            Sign("Max retries exceeded with url", r"host='(?P<what>[^']+)'.*Max retries exceeded"),
            Sign("Temporary failure in name resolution", r"(?:rror|<urlopen)\b"),
            Sign("Name or service not known", r"rror\b"),
            Sign("Network is unreachable", r"rror\b"),
            Sign("Cannot connect to host ", r"to host (?P<what>\S+)"),
            Sign("All connection attempts failed", r"rror\b"),
            Sign("failed to connect to all addresses", r"rror\b|UNAVAILABLE"),
            Sign("could not connect to server", r"rror\b"),
            Sign("Connection broken: IncompleteRead", raised(r"\w*Error")),
            Sign("APIConnectionError", raised("APIConnectionError")),
            Sign("ConnectTimeout", raised("ConnectTimeout|ConnectTimeoutError") + r"(?P<what>.*)"),
            Sign("Could not resolve host: ", r"host: (?P<what>\S+)"),
            # pip's last attempt: it goes on without the index, and finds nothing.
            Sign(
                "(Retry(total=0", r"(?P<what>NewConnection|ConnectTimeout|ReadTimeout|NameResolution)", in_warnings=True
            ),
            Sign("Connection refused", raised(r"\w*Error") + r".*Connection refused"),
            Sign("getaddrinfo failed", r"rror\b"),
            Sign("SSLCertVerificationError", raised(r"\w*Error")),
        ),
        "No network access",
        "The model fetches something from outside when it loads or answers, and the container can't reach it.",
        "Log weights, tokenizers and other data with the model (artifacts=) instead of fetching them, or have the "
        "network policy of the workspace allow the address.",
        "OSError: We couldn't connect to 'https://huggingface.co' to load the files.",
        "WARNING: Retrying after connection broken by NewConnectionError: Temporary failure in name resolution\n"
        "Successfully installed pandas-2.2.3",
        rank=1,
        handled=True,
    ),
    Rule(
        "missing_secret",
        (
            Sign("cannot configure default credentials", ""),
            Sign("api_key client option must be set", r"(?P<what>[A-Z][A-Z0-9_]+_(?:KEY|TOKEN)) environment"),
            Sign("must be set in the", r"(?P<what>[A-Z][A-Z0-9_]+) environment variable"),
            Sign(
                "environment variable",
                rf"{raised('[A-Za-z]*(?:Error|Exception)')}.*(?:not set|missing|required|set the)",
            ),
            Sign("Secret does not exist", r"(?P<what>scope: \S+.*key: \S+)"),
            Sign("No API key", rf"{raised('[A-Za-z]*Error')}"),
            Sign("Did not find ", r"Did not find (?P<what>\w*(?:key|token)\w*), please add"),
            Sign("KeyError: '", r"^(?:\w+\.)*KeyError: '(?P<what>[A-Z][A-Z0-9]*_[A-Z0-9_]*)'"),
            Sign("Unable to locate credentials", ""),
            Sign("NoCredentialsError", ""),
            Sign("DefaultCredentialsError", ""),
            Sign("RESOURCE_DOES_NOT_EXIST", r"(?P<what>[Ss]ecret .*)"),
            Sign("ecret ", r"(?i)secret (?:scope|reference)\b.*(?:does not exist|not found|invalid)"),
            Sign("Invalid secret", ""),
            Sign(
                "validation error",
                r"validation errors? for (?P<what>\w*(?:Settings|Config)\w*)",
                r"^(?P<what>[a-z]\w+)$",
            ),
            Sign("Failed to resolve secret", r"secret (?P<what>\S+)"),
            Sign("Incorrect API key provided", raised(r"\w*Error")),
        ),
        "Missing secret",
        "The model's code needs a credential or a setting that the endpoint was not given.",
        "Set it as an environment variable of the served entity, from a secret: "
        "NAME={{secrets/scope/key}}. Resources of the workspace can be declared with resources= when logging "
        "the model.",
        "openai.OpenAIError: The api_key client option must be set by setting the OPENAI_API_KEY environment variable",
        "Loaded the api_key from the environment variable OPENAI_API_KEY",
        rank=1,
        handled=True,
    ),
    Rule(
        "no_privilege",
        (
            Sign("does not have ", r"(?P<what>does not have (?:[A-Z][A-Z_ ]+|\S+ permission) on .+)"),
            Sign("PERMISSION_DENIED", r"PERMISSION_DENIED:? ?(?P<what>.*)"),
            Sign("is not authorized to", r"(?P<what>is not authorized to .+)"),
            Sign("does not have permission", r"(?P<what>does not have permission.*)"),
            Sign("doesn't have permission", r"(?P<what>doesn't have permission.*)"),
            Sign("INSUFFICIENT_PERMISSIONS", ""),
            Sign("INSUFFICIENT_PRIVILEGES", ""),
            Sign("PermissionDenied", r"(?:^|[\s.])PermissionDenied\w*: (?P<what>.+)"),
            Sign("AccessDenied", r"(?:rror|xception).*AccessDenied|AccessDenied\w*: (?P<what>.+)"),
            Sign("AuthorizationPermissionMismatch", ""),
            Sign("AuthorizationFailure", ""),
            Sign("403 Client Error", r"403 Client Error: Forbidden for url: (?P<what>\S+)"),
            Sign("(403) when calling the ", r"calling the (?P<what>\w+) operation"),
            Sign("403 Forbidden", r"(?:rror|xception|ERROR).*403 Forbidden"),
        ),
        "Missing permission",
        "The endpoint's creator, or the identity that it runs as, may not read the model, an endpoint, a "
        "secret or what "
        "else it needs.",
        "Grant it: EXECUTE on the model and USE on its catalog and schema, CAN_QUERY on an endpoint, READ on a secret "
        "scope.",
        "PERMISSION_DENIED: User does not have EXECUTE on Routine or Model.",
        "User ada@example.com does have EXECUTE on the model",
        rank=1,
    ),
    Rule(
        "read_only_fs",
        (
            Sign("Read-only file system", r"Read-only file system(?:: '?(?P<what>[^']+))?"),
            Sign("Permission denied: '", r"\[Errno 13\] Permission denied: '(?P<what>[^']+)"),
            Sign("Operation not supported", r"\[Errno 95\]"),
            Sign("no locator available for file", r"for file '(?P<what>[^']+)"),
            Sign("attempt to write a readonly database", ""),
            Sign("unable to open database file", raised("OperationalError") + "|OperationalError\\)"),
            Sign("is not writable", raised(r"\w*(?:Error|Exception)")),
        ),
        "Place can't be written to",
        "The model writes to a folder that is read-only in the container.",
        "Write below /tmp only, such as tempfile.mkdtemp() gives; caches follow HF_HOME, MPLCONFIGDIR, "
        "NUMBA_CACHE_DIR.",
        "OSError: [Errno 30] Read-only file system: '/app/cache'",
        "WARNING: Matplotlib created a temporary cache directory at /tmp/mpl because the default path is not "
        "a writable "
        "directory",
        rank=1,
        handled=True,
    ),
    Rule(
        "file_missing",
        (
            Sign(
                "No such file or directory: '",
                rf"(?:Error|Exception|\[Errno 2\]).*No such file or directory: '(?!{PROGRAMS}')(?P<what>[^']+)",
            ),
            Sign(
                "FileNotFoundError",
                raised(r"FileNotFoundError|\w*PathNotFound\w*") + rf"(?!.*'{PROGRAMS}')(?P<what>.+)",
            ),
            Sign("NoSuchKey", r"(?:rror|xception)"),
            Sign("(404) when calling the ", r"calling the (?P<what>\w+) operation"),
            Sign("BlobNotFound", r"(?:rror|xception)"),
            Sign(
                "does not exist",
                raised(r"\w*(?:NotFound|RestException|DoesNotExist)") + r"(?P<what>.*[Mm]odel .*does not exist)",
            ),
            Sign("could not open ", r"could not open '?(?P<what>\S+) for reading"),
            Sign("Resource ", r"^\s*Resource \W*(?P<what>[\w-]+)\W* not found\.$"),
            Sign("Can't find model ", r"Can't find model (?P<what>'\S+')"),
            Sign("must exist and must be a directory", r"(?P<what>\S+) must exist and must be a directory"),
            Sign("LocalFileSystem::Open", r"Open \W*(?P<what>/[^\s\"\\]+).*: No such file or directory"),
            Sign("Run with id=", r"(?P<what>Run with id=\S+) not found"),
            Sign("Run '", r"(?:rror|xception).*(?P<what>Run '\S+') not found"),
            Sign("RESOURCE_DOES_NOT_EXIST", r"(?P<what>(?:\w+ )?(?:[Mm]odel|[Aa]rtifact|[Ff]ile|[Pp]ath)\b.*)"),
            Sign("failures occurred while downloading one or more artifacts", ""),
            Sign("Failed to download artifacts", r"artifacts from (?:path )?'?(?P<what>[^'\s]+)"),
            Sign("No such artifact", r"No such artifact: '?(?P<what>[^']*)"),
            Sign("no file named ", rf"{raised('[A-Za-z]*Error')}.*no file named (?P<what>\S+)"),
            Sign("Path does not exist", r"Path does not exist: (?P<what>\S+)"),
            Sign("SavedModel file does not exist at", r"exist at: (?P<what>\S+?)[/{]"),
        ),
        "File or artifact missing",
        "The model opens a file that is not in its container. Paths of a notebook, such as /dbfs, /Volumes or "
        "/Workspace, "
        "do not exist there, and an artifact that was deleted is gone.",
        'Log the file with the model: artifacts={"name": path}, and open context.artifacts["name"].',
        "FileNotFoundError: [Errno 2] No such file or directory: '/dbfs/FileStore/vocab.json'",
        "W tensorflow/dso_loader.cc:64] libcudart.so.11.0: cannot open shared object file: No such file or directory",
        rank=1,
        handled=True,
    ),
    Rule(
        "wrong_artifact",
        (
            Sign('Could not find an "MLmodel" configuration file', ""),
            Sign('does not have the "python_function" flavor', ""),
            Sign("Model does not have the", r"Model does not have the (?P<what>\S+) flavor"),
        ),
        "Not a model",
        "The files of this version are not those of an MLflow model.",
        "Log the model with MLflow and register what that run logged, then deploy the new version.",
        'mlflow.exceptions.MlflowException: Could not find an "MLmodel" configuration file at "/model"',
        "Found the MLmodel configuration file of the model",
        rank=1,
    ),
)
