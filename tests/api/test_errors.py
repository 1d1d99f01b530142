"""Errors: which class an answer becomes, what it says, and what it never says."""

import copy
import json
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api import errors
from serving_widgets.api.error_body import mask, read_error_body
from serving_widgets.api.http_errors import error_from

BY_CODE = [
    ("INVALID_STATE", 400, errors.InvalidState, errors.BadRequest),
    ("INVALID_PARAMETER_VALUE", 400, errors.InvalidParameterValue, errors.BadRequest),
    ("RESOURCE_DOES_NOT_EXIST", 404, errors.ResourceDoesNotExist, errors.NotFound),
    ("ENDPOINT_NOT_FOUND", 404, errors.EndpointNotFound, errors.NotFound),
    ("ABORTED", 409, errors.Aborted, errors.ResourceConflict),
    ("ALREADY_EXISTS", 409, errors.AlreadyExists, errors.ResourceConflict),
    ("RESOURCE_ALREADY_EXISTS", 409, errors.ResourceAlreadyExists, errors.ResourceConflict),
    ("RESOURCE_CONFLICT", 409, errors.ResourceConflict, errors.ApiError),
    ("RESOURCE_EXHAUSTED", 429, errors.ResourceExhausted, errors.TooManyRequests),
    ("REQUEST_LIMIT_EXCEEDED", 429, errors.RequestLimitExceeded, errors.TooManyRequests),
    ("UNKNOWN", 500, errors.UnknownError, errors.InternalError),
    ("DATA_LOSS", 500, errors.DataLoss, errors.InternalError),
]
BY_STATUS = [
    (400, errors.BadRequest),
    (401, errors.Unauthenticated),
    (403, errors.PermissionDenied),
    (404, errors.NotFound),
    (409, errors.ResourceConflict),
    (429, errors.TooManyRequests),
    (499, errors.Cancelled),
    (500, errors.InternalError),
    (501, errors.NotImplementedByService),
    (503, errors.TemporarilyUnavailable),
    (504, errors.DeadlineExceeded),
]


def answer(status, body, headers=None, **about):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return error_from(status, data, headers or {}, **{"method": "GET", "path": "/x", **about})


@pytest.mark.parametrize(("code", "status", "cls", "parent"), BY_CODE)
def test_a_known_error_code_decides_the_class(code, status, cls, parent):
    error = answer(status, {"error_code": code, "message": "no"})
    assert type(error) is cls
    assert isinstance(error, parent)


@pytest.mark.parametrize(("code", "status", "cls", "parent"), BY_CODE)
def test_a_known_error_code_wins_over_the_status(code, status, cls, parent):
    assert type(answer(418, {"error_code": code, "message": "no"})) is cls


@pytest.mark.parametrize(("status", "cls"), BY_STATUS)
@pytest.mark.parametrize("body", [b"", {}, {"error_code": "BRAND_NEW"}, {"error_code": 403}, b"<html>x</html>"])
def test_without_a_known_code_the_status_decides(status, cls, body):
    assert type(answer(status, body)) is cls


def test_the_status_wins_over_a_code_that_only_names_a_family():
    assert (
        type(answer(400, {"error_code": "INTERNAL_ERROR", "message": "Model is missing inputs"})) is errors.BadRequest
    )
    assert type(answer(418, {"error_code": "PERMISSION_DENIED"})) is errors.PermissionDenied


def test_a_status_nobody_knows_is_still_an_error_of_the_service():
    error = answer(418, b"")
    assert type(error) is errors.ApiError
    assert "I'm a Teapot" in str(error)
    assert "HTTP 499" in str(answer(499, b""))


@pytest.mark.parametrize(
    ("body", "code", "message"),
    [
        (b'{"error_code": "X", "message": "m", "details": [1]}', "X", "m"),
        (b'{"error_code": "X", "message": "m", "error": "from 1.2"}', "X", "from 1.2"),
        (b'{"error": {"message": "inner", "code": "model_not_found"}}', "model_not_found", "inner"),
        (b'{"detail": "no such user", "status": "404", "scimType": "noTarget"}', "SCIM_404", "noTarget no such user"),
        (b'{"detail": "no such user", "scimType": "null"}', "SCIM_400", "no such user"),
        (b"MALFORMED_REQUEST: one: two", "MALFORMED_REQUEST", "one: two"),
        (b'"QUOTED_CODE: text"', "QUOTED_CODE", "text"),
        (b"<html><title>t</title><pre>a &lt; b</pre></html>", "", "a < b"),
        (b"<html><title>Bad\n Gateway</title></html>", "", "Bad Gateway"),
        (b"", "", "Bad Request."),
        (b"[1, 2]", "", "Bad Request, with an answer that is not JSON: [1, 2]"),
        (b"oops", "", "Bad Request, with an answer that is not JSON: oops"),
        (b'{"a": 1}', "", 'Bad Request: {"a": 1}'),
        (b'{"error_code": "X"}', "X", "Bad Request."),
        (b'{"error_code": "X", "message": "m", "details": {"no": "list"}}', "X", "m"),
    ],
)
def test_every_form_of_body_is_read(body, code, message):
    assert read_error_body(400, body)[:2] == (code, message)


@given(st.integers(100, 999), st.binary(max_size=80))
def test_no_body_at_all_makes_reading_fail(status, body):
    code, message, details = read_error_body(status, body)
    assert isinstance(code, str)
    assert message
    assert details == []


def test_a_body_nested_beyond_all_measure_is_quoted_not_followed():
    message = read_error_body(400, b"[" * 200_000)[1]
    assert len(message) < 400


def test_an_error_says_what_was_asked_what_came_back_and_what_to_do():
    error = answer(
        409,
        {"error_code": "RESOURCE_CONFLICT", "message": "Endpoint churn is currently updating."},
        endpoint="churn",
        action="stop churn",
    )
    assert error.message == "Couldn't stop churn: Endpoint churn is currently updating. (409 RESOURCE_CONFLICT)"
    assert error.hint.endswith("follow it with %serving wait churn.")
    assert str(error) == f"{error.message}\n{error.hint}"
    assert error.problem() == {"code": "resource_conflict", "message": error.message, "hint": error.hint}
    assert error._render_traceback_() == [error.message, error.hint]


def test_the_request_id_comes_from_a_header_in_any_case_or_from_the_details():
    assert answer(500, b"", {"X-Request-ID": "r1"}).request_id == "r1"
    details = [{"@type": "type.googleapis.com/google.rpc.RequestInfo", "request_id": "r2", "serving_data": ""}]
    error = answer(403, {"error_code": "PERMISSION_DENIED", "message": "no", "details": details})
    assert error.request_id == "r2"
    assert error.details == tuple(details)


@pytest.mark.parametrize(("status", "named"), [(404, False), (400, True), (409, True), (403, True), (500, True)])
def test_the_text_names_the_request_where_its_operators_would_be_asked(status, named):
    assert ("request r1" in str(answer(status, b"", {"x-request-id": "r1"}))) is named


@pytest.mark.parametrize(("status", "cls"), BY_STATUS)
def test_every_class_says_what_to_do(status, cls):
    assert len(answer(status, b"", endpoint="churn").hint) > 20
    assert "{" not in answer(status, b"").hint


def test_some_answers_give_a_better_hint_than_their_class():
    shard = answer(404, {"error_code": "FEATURE_DISABLED", "message": "Model serving is not enabled for your shard."})
    assert "administrator" in shard.hint
    assert "token" in answer(403, {"error_code": "403", "message": "Invalid access token."}).hint
    assert "fewer rows" in answer(413, b"").hint


@pytest.mark.parametrize(
    "secret",
    [
        "dapi0123456789abcdef0123456789abcdef-2",
        "dose0123456789abcdef0123456789abcdef",
        "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl",
    ],
)
def test_what_looks_like_a_token_is_never_repeated(secret):
    error = answer(403, {"error_code": "PERMISSION_DENIED", "message": f"Token {secret} (Bearer {secret}) is bad"})
    assert secret not in str(error) + repr(error) + json.dumps(error.problem())
    assert secret not in repr(vars(error))
    assert "Token *** (Bearer ***) is bad" in str(error)


def test_words_that_only_sound_like_credentials_stay():
    text = "Bearer authentication is needed; see basic settings."
    assert mask(text) == text


@pytest.mark.parametrize(
    "error",
    [
        errors.ServingError("m", hint="h"),
        errors.ActionRefused("m", action="stop", endpoint="churn", hint="h", code="not_a_custom_model"),
        errors.OutcomeUnknown("m", action="stop", endpoint="churn"),
        errors.WaitFailed("m", label="Ready (Update failed)", reason="r", log_lines=["l"]),
        errors.ConnectionFailed("m", host="h.example.com"),
        errors.RequestTimeout("m", seconds=3.0),
        answer(404, {"error_code": "ENDPOINT_NOT_FOUND", "message": "gone"}, endpoint="churn", action="query churn"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_survives_pickling_and_copying_whole(error):
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(twin) is type(error)
        assert str(twin) == str(error)
        assert vars(twin) == vars(error)


def test_an_error_without_a_hint_is_one_line_and_its_code_is_its_class():
    assert str(errors.LoopThreadError("Not here.")) == "Not here."
    assert errors.LoopThreadError("Not here.").code == "loop_thread_error"
    assert errors.ServingError("m", code="other").code == "other"


def test_the_docstring_draws_the_tree_as_it_is():
    drawn = [line.split("──")[1].split()[0] for line in errors.__doc__.splitlines() if "──" in line]

    def below(cls):
        public = [each for each in cls.__subclasses__() if not each.__name__.startswith("_")]
        hidden = [each for each in cls.__subclasses__() if each.__name__.startswith("_")]
        return {each.__name__ for each in public}.union(*map(below, public + hidden)) if cls.__subclasses__() else set()

    assert sorted(drawn) == sorted(name for name in below(errors.ServingError) if hasattr(errors, name))
