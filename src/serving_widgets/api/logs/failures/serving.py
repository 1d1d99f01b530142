"""What goes wrong while a server answers queries."""

from __future__ import annotations

from .rule import Rule, Sign

#: What states an exception on a line of its own.
EXCEPTION = (
    r"^[\s│|]*(?P<what>(?:[A-Za-z_]\w*\.)*[A-Z]\w*"
    r"(?:Error|Exception|Interrupt|Exit|Iteration|Timeout|Failed|Failure|Fault|NotFound|Denied|Invalid|Exceeded)\b"
    r"(?:: .*)?)$"
)
_SOON = r"^\s*(?P<what>(?:\w+\.)*[A-Z]\w*(?:Error|Exception)\b(?:: .*)?)$"
#: Sources: MLflow's scoring server, Flask, uvicorn, and Databricks docs, *Model Serving limits and regions*.
SERVING: tuple[Rule, ...] = (
    Rule(
        "throttled",
        (
            Sign("REQUEST_LIMIT_EXCEEDED", r"(?P<what>REQUEST_LIMIT_EXCEEDED.*)", in_warnings=True),
            Sign("RESOURCE_EXHAUSTED", ""),
            Sign("RateLimitError", r"RateLimitError: (?P<what>.+)"),
            Sign("429 Client Error", r"429 Client Error: (?P<what>.+)"),
            Sign("Too Many Requests", r"(?:rror|xception).*Too Many Requests|429.*Too Many Requests"),
            Sign("ResourceExhausted: 429", r"429 (?P<what>.+)"),
            Sign("Error code: 429", ""),
            Sign("ThrottlingException", ""),
            Sign("TooManyRequests", r"(?:rror|xception|ERROR)"),
            Sign("insufficient_quota", ""),
            Sign("You exceeded your current quota", ""),
            Sign("QUOTA_EXCEEDED", ""),
        ),
        "Throttled",
        "There were more requests at once than the endpoint, or a service it calls, has capacity for (429).",
        "Send fewer at once and try again after a pause, give the endpoint more concurrency, or raise the limit at the "
        "service that answers 429.",
        "requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url: https://api.example.com/v1",
        "[k3m9x] sent 429 rows in 3 batches",
        rank=4,
    ),
    Rule(
        "wrong_input",
        (
            Sign("Model is missing inputs ", r"(?P<what>missing inputs \[.*?\])"),
            Sign("Failed to enforce schema", ""),
            Sign("Failed to convert column ", r"convert column (?P<what>\S+)"),
            Sign("does not match expected shape", ""),
            Sign("Incompatible input types for column", r"(?P<what>column \S+)"),
            Sign("Failed to parse input", ""),
            Sign("Unrecognized content type parameters", r"(?P<what>content type parameters: \S+?)[.,]? "),
            Sign("Failed to parse data as", r"(?P<what>data as .+)"),
            Sign("The input must be a JSON dictionary", ""),
            Sign("should match those that were passed during fit", r"(?P<what>feature names should match.*)"),
            Sign("columns are missing: ", r"(?P<what>columns are missing: .+)"),
            Sign("features, but", r"(?P<what>X has \d+ features, but .*)"),
        ),
        "Wrong input",
        "A query did not have the columns or types that the model's signature asks for.",
        "Compare the request with the schema: %serving schema shows it, ep.sample() makes one that fits.",
        "mlflow.exceptions.MlflowException: Model is missing inputs ['contract'].",
        "UserWarning: X does not have valid feature names, but IsolationForest was fitted with them",
        rank=4,
    ),
    Rule(
        "model_error",
        (
            Sign("unexpected error while evaluating the model", outcome=_SOON),
            Sign("Exception on /", r"Exception on /\S+ \[POST\]", outcome=_SOON),
            Sign("Exception in ASGI application", outcome=_SOON),
            Sign("Unhandled exception", r"(?i)unhandled exception (?:in|while|during)", outcome=_SOON),
            Sign("Encountered Exception", r"^Encountered Exception: ?(?P<what>.*)", outcome=_SOON),
        ),
        "Model raised an error",
        "The model's own code failed.",
        "Try the same input where the model was made; fix the code, then deploy a new version.",
        "[ERROR] Exception on /invocations [POST]\nTraceback (most recent call last):\nKeyError: 'weekly'",
        "UserWarning: an error rate of 2 % was found in the validation set",
        rank=5,
    ),
)
