"""The unmodified client of OpenAI on the mock: an endpoint is its model."""

import base64
import struct

import openai
import pytest

HELLO = [{"role": "user", "content": "Hello"}]


def client_of(mock, token=None):
    """OpenAI's client; it asks once."""
    return openai.OpenAI(base_url=f"{mock.host}/serving-endpoints", api_key=token or mock.token, max_retries=0)


@pytest.fixture
def client(mock, monkeypatch):
    """Return OpenAI's client of the default user."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with client_of(mock) as client:
        yield client


@pytest.fixture
def agent(mock):
    """Return the name of an endpoint whose model is an agent."""
    mock.serve("agent", lambda body: "Latency is the time to an answer.", task="agent/v1/responses")
    return "agent"


def test_chat(client, mock):
    answer = client.chat.completions.create(model="chat", messages=HELLO, n=2, temperature=0.1, max_tokens=50)
    assert [choice.finish_reason for choice in answer.choices] == ["stop", "stop"]
    assert "Hello!" in answer.choices[0].message.content
    assert (answer.model, answer.created) == ("gpt-4o", int(mock.clock.now()))
    assert answer.usage.total_tokens == answer.usage.prompt_tokens + answer.usage.completion_tokens


def test_chat_with_a_model_paid_per_token(client):
    answer = client.chat.completions.create(model="databricks-llama", messages=HELLO)
    assert answer.model == "databricks-llama"


def test_streaming_chat(client):
    whole = client.chat.completions.create(model="chat", messages=HELLO)
    *chunks, last = client.chat.completions.create(
        model="chat", messages=HELLO, stream=True, stream_options={"include_usage": True}
    )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks) == whole.choices[0].message.content
    assert (last.choices, last.usage) == ([], whole.usage)
    assert {chunk.id for chunk in chunks} == {whole.id}


def test_streaming_chat_by_its_helper(client):
    with client.chat.completions.stream(model="chat", messages=HELLO) as stream:
        kinds = {event.type for event in stream}
        final = stream.get_final_completion()
    assert "content.delta" in kinds
    assert "Hello!" in final.choices[0].message.content


def test_completions(client, ask, entity):
    ask.create("writer", entity.external(name="davinci", task="llm/v1/completions"))
    whole = client.completions.create(model="writer", prompt="Once", stop="!")
    chunks = client.completions.create(model="writer", prompt="Once", stop="!", stream=True)
    assert "".join(chunk.choices[0].text for chunk in chunks) == whole.choices[0].text
    assert "Once" in whole.choices[0].text


def test_embeddings(client, ask, entity, mock):
    ask.create("vectors", entity.external(name="text-embedding-3-small", task="llm/v1/embeddings"))
    answer = client.embeddings.create(model="vectors", input=["one", "two"], dimensions=16)
    plain = client.embeddings.create(model="vectors", input=["one", "two"], dimensions=16, encoding_format="float")
    packed = client.embeddings.create(model="vectors", input=["one", "two"], dimensions=16, encoding_format="base64")
    for by_default, number, text in zip(answer.data, plain.data, packed.data, strict=True):
        assert by_default.embedding == pytest.approx(number.embedding, abs=1e-6)
        assert by_default.embedding == list(struct.unpack("<16f", base64.b64decode(text.embedding)))
    assert answer.usage.prompt_tokens == 2
    with pytest.raises(openai.BadRequestError):
        client.embeddings.create(model="vectors", input=[])


def test_responses(client, agent):
    answer = client.responses.create(model=agent, input="What is latency?")
    assert answer.output_text == "Latency is the time to an answer."
    assert (answer.status, answer.usage.output_tokens) == ("completed", 7)


def test_streaming_responses(client, agent):
    events = list(client.responses.create(model=agent, input="What is latency?", stream=True))
    assert "".join(event.delta for event in events if event.type == "response.output_text.delta") == (
        "Latency is the time to an answer."
    )
    with client.responses.stream(model=agent, input="What is latency?") as stream:
        assert stream.get_final_response().output_text == "Latency is the time to an answer."


def test_refusals_arrive_as_its_own_errors(client, mock):
    def ask(client, model="chat", **more):
        return client.chat.completions.create(model=model, messages=HELLO, **more)

    viewer, unknown = client_of(mock, mock.token_of("vera@example.com")), client_of(mock, "nonsense")
    refusals = [
        (openai.NotFoundError, "ENDPOINT_NOT_FOUND", lambda: ask(client, "nobody")),
        (openai.BadRequestError, "BAD_REQUEST", lambda: ask(client, "pricing")),
        (openai.BadRequestError, "BAD_REQUEST", lambda: ask(client, n=9)),
        (openai.BadRequestError, "BAD_REQUEST", lambda: client.embeddings.create(model="chat", input="a")),
        (openai.PermissionDeniedError, "PERMISSION_DENIED", lambda: ask(viewer)),
        (openai.AuthenticationError, "UNAUTHENTICATED", lambda: ask(unknown)),
    ]
    for kind, code, refused in refusals:
        with pytest.raises(kind) as caught:
            refused()
        assert type(caught.value) is kind
        assert caught.value.body["error_code"] == code
        assert caught.value.request_id


def test_a_fault_is_not_tried_again_as_it_says_so(mock):
    patient = openai.OpenAI(base_url=f"{mock.host}/serving-endpoints", api_key=mock.token, max_retries=5)
    mock.faults([{"path": "*/chat/completions", "status": 429}])
    with pytest.raises(openai.RateLimitError):
        patient.chat.completions.create(model="chat", messages=HELLO)
    assert len(mock.journal()) == 1
