"""Language models: what they say depends on the question alone, in OpenAI's shapes, whole or in pieces."""

import base64
import json
import math
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.mock import language

CHAT = "/serving-endpoints/chat/completions"
HELLO = [{"role": "user", "content": "Hello"}]

TEXTS = st.text(st.characters(codec="utf-8"), min_size=1, max_size=60)


def say(text, **more):
    return {"model": "chat", "messages": [{"role": "user", "content": text}], **more}


def content(answer):
    return answer.body["choices"][0]["message"]["content"]


def events(answer):
    """The JSON of a stream's events, after a look at its form."""
    assert answer.headers["content-type"].startswith("text/event-stream")
    blocks = answer.text.split("\n\n")
    assert blocks.pop() == ""
    assert all(block.startswith("data: ") and "\n" not in block for block in blocks)
    assert blocks.pop() == "data: [DONE]"
    return [json.loads(block.removeprefix("data: ")) for block in blocks]


@pytest.fixture
def served(ask, entity):
    """Return a way to have an endpoint of a task, whose model answers as the mock's own do."""

    def serve(task):
        ask.mock.serve("words", lambda body: language.BY_TASK[task].predict(body), task=task)
        return "words"

    return serve


@pytest.mark.parametrize(
    ("question", "known"),
    [
        ("What is 12 * 7?", "12 * 7 is 84."),
        ("what is 1 / 0", "Nothing can be divided by zero."),
        ("Hello there", "Hello! What would you like to know?"),
        ("Please summarise this: Sales rose. Costs did not.", "In one sentence: Sales rose."),
        ("What is an embedding?", "An embedding is a list of numbers"),
        ("Who wrote this?", "this is a mock model’s answer."),
    ],
)
def test_an_answer_has_to_do_with_the_question(ask, question, known):
    said = content(ask("POST", CHAT, say(question)))
    assert question in said
    assert known in said


def test_the_last_question_of_the_user_is_answered_whatever_form_it_has(ask):
    turns = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "What is drift?"},
        {"role": "assistant", "content": None, "tool_calls": []},
        {"role": "user", "content": [{"type": "text", "text": "And what is churn?"}]},
        {"role": "assistant", "content": "It is"},
    ]
    assert "“And what is churn?”" in content(ask("POST", CHAT, {"model": "chat", "messages": turns}))


def test_the_same_request_has_the_same_answer_and_id_streamed_or_not(ask):
    first = ask("POST", CHAT, say("Hello")).body
    assert ask("POST", CHAT, say("Hello")).body == first
    assert {event["id"] for event in events(ask("POST", CHAT, say("Hello", stream=True)))} == {first["id"]}
    assert ask("POST", CHAT, say("Hello", n=2)).body["id"] != first["id"]


def test_several_answers_differ_and_are_numbered(ask):
    answer = ask("POST", CHAT, say("Hello", n=3)).body
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]
    assert len({choice["message"]["content"] for choice in answer["choices"]}) == 3


def test_an_answer_ends_before_a_stop_and_at_its_most_tokens(ask):
    assert content(ask("POST", CHAT, say("What is 2 + 2?", stop=["2 + 2 is"]))).endswith("“What is 2 + 2?”. ")
    for name in ("max_tokens", "max_completion_tokens"):
        answer = ask("POST", CHAT, say("Hello", **{name: 2})).body
        assert len(answer["choices"][0]["message"]["content"].split()) == 2
        assert answer["choices"][0]["finish_reason"] == "length"
        assert answer["usage"]["completion_tokens"] == 2


BAD = {
    "n": [0, 6, 1.0, "1", True],
    "max_tokens": [0, -1, 1.5, "9"],
    "temperature": [-0.1, 2.1, "hot"],
    "top_p": [1.1],
    "stop": [1, [1]],
    "stream": ["yes"],
    "stream_options": [{"include_usage": True}],
}


@pytest.mark.parametrize(("name", "value"), [(name, value) for name, values in BAD.items() for value in values])
def test_an_option_out_of_its_range_is_refused_by_name(ask, name, value):
    answer = ask("POST", CHAT, say("Hello", **{name: value}))
    assert (answer.status, answer.code) == (400, "BAD_REQUEST")
    assert name in answer.body["message"]


def test_an_option_that_is_null_counts_as_not_given(ask):
    assert ask("POST", CHAT, say("Hello", **dict.fromkeys(BAD))).body == ask("POST", CHAT, say("Hello")).body


@pytest.mark.parametrize("messages", [[], "Hello", [1], [{"content": "no role"}], [{"role": "pirate", "content": "A"}]])
def test_messages_at_fault_are_refused(ask, messages):
    assert ask("POST", CHAT, {"model": "chat", "messages": messages}).code == "BAD_REQUEST"


def test_a_streamed_chat_adds_up_to_the_whole_one(ask):
    whole = ask("POST", CHAT, say("What is 3 + 4?", n=2)).body
    chunks = events(ask("POST", CHAT, say("What is 3 + 4?", n=2, stream=True)))
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert {chunk["created"] for chunk in chunks} == {int(ask.mock.clock.now())}
    for choice in whole["choices"]:
        mine = [one["choices"][0] for one in chunks if one["choices"][0]["index"] == choice["index"]]
        assert mine[0]["delta"] == {"role": "assistant", "content": ""}
        assert "".join(one["delta"].get("content", "") for one in mine) == choice["message"]["content"]
        assert [one["finish_reason"] for one in mine] == [None] * (len(mine) - 1) + [choice["finish_reason"]]
    assert not any("usage" in chunk for chunk in chunks)


def test_a_stream_ends_with_the_usage_if_it_is_asked_for(ask):
    options = {"stream": True, "stream_options": {"include_usage": True}}
    *chunks, last = events(ask("POST", CHAT, say("Hello", **options)))
    assert {chunk["usage"] for chunk in chunks} == {None}
    assert last["choices"] == []
    assert last["usage"] == ask("POST", CHAT, say("Hello")).body["usage"]


def test_half_a_character_is_streamed_as_it_came(ask):
    half = "half \ud83d"
    chunks = events(ask("POST", CHAT, say(half, stream=True)))
    text = "".join(one["choices"][0]["delta"].get("content", "") for one in chunks)
    assert text == ask("POST", CHAT, say(half)).body["choices"][0]["message"]["content"]
    assert half in text


def test_completions_answer_each_prompt_and_stream_too(ask, served):
    body = {"model": served("llm/v1/completions"), "prompt": ["Once", "Twice"], "n": 2}
    whole = ask("POST", "/serving-endpoints/completions", body).body
    assert (whole["object"], len(whole["choices"])) == ("text_completion", 4)
    assert whole["usage"]["prompt_tokens"] == 2
    chunks = events(ask("POST", "/serving-endpoints/completions", {**body, "stream": True}))
    for choice in whole["choices"]:
        mine = [one["choices"][0] for one in chunks if one["choices"][0]["index"] == choice["index"]]
        assert "".join(one["text"] for one in mine) == choice["text"]
        assert mine[-1]["finish_reason"] == "stop"


def test_an_agent_answers_with_a_response_whose_events_tell_it_piece_by_piece(ask, served):
    body = {"model": served("agent/v1/responses"), "input": "What is latency?"}
    whole = ask("POST", "/serving-endpoints/responses", body).body
    assert (whole["object"], whole["status"]) == ("response", "completed")
    said = whole["output"][0]["content"][0]["text"]
    assert "Latency is the time" in said
    told = events(ask("POST", "/serving-endpoints/responses", {**body, "stream": True}))
    assert [event["sequence_number"] for event in told] == list(range(len(told)))
    assert [told[0]["type"], told[-1]["type"]] == ["response.created", "response.completed"]
    assert "".join(one["delta"] for one in told if one["type"] == "response.output_text.delta") == said
    assert told[-1]["response"] == whole
    turns = [{"role": "user", "content": [{"type": "input_text", "text": "What is latency?"}]}]
    again = ask.query("words", {"input": turns}).body
    assert again["output"][0]["content"][0]["text"] == said
    short = ask.query("words", {"input": "Hello", "max_output_tokens": 2}).body
    assert (short["status"], short["incomplete_details"]) == ("incomplete", {"reason": "max_output_tokens"})


def test_an_agent_that_chats_answers_as_chat_models_do(ask, served):
    name = served("agent/v1/chat")
    assert ask.query(name, {"messages": HELLO}).body["object"] == "chat.completion"
    assert ask("POST", CHAT, {"model": name, "messages": HELLO}).status == 200


def test_embeddings_come_as_numbers_or_in_base64_as_asked(ask, served):
    path, body = "/serving-endpoints/embeddings", {"model": served("llm/v1/embeddings"), "input": ["one", "two"]}
    plain = ask("POST", path, body).body
    assert [item["index"] for item in plain["data"]] == [0, 1]
    assert plain["usage"] == {"prompt_tokens": 2, "total_tokens": 2}
    packed = ask("POST", path, {**body, "encoding_format": "base64"}).body
    for item, other in zip(plain["data"], packed["data"], strict=True):
        raw = base64.b64decode(other["embedding"])
        assert list(struct.unpack(f"<{len(raw) // 4}f", raw)) == pytest.approx(item["embedding"], abs=1e-6)
    assert len(ask("POST", path, {**body, "dimensions": 8}).body["data"][0]["embedding"]) == 8
    assert ask("POST", path, {**body, "input": [[1, 2], [3]]}).body["usage"]["prompt_tokens"] == 3


@pytest.mark.parametrize(
    "fault", [{"input": []}, {"input": 1}, {"input": [1.5]}, {"encoding_format": "hex"}, {"dimensions": 0}]
)
def test_embeddings_refuse_what_has_no_vector(ask, served, fault):
    body = {"model": served("llm/v1/embeddings"), "input": "one", **fault}
    assert ask("POST", "/serving-endpoints/embeddings", body).code == "BAD_REQUEST"


@given(TEXTS)
def test_a_vector_has_length_one_and_depends_on_the_text_alone(text):
    vector = language.replies.vector(text, 64)
    assert math.hypot(*vector) == pytest.approx(1, abs=1e-4)
    assert vector == language.replies.vector(text, 64)


def test_similar_texts_have_similar_vectors():
    def likeness(one, other):
        pair = (language.replies.vector(text, 64) for text in (one, other))
        return sum(a * b for a, b in zip(*pair, strict=True))

    near = likeness("the customer cancelled her contract", "customers who cancelled a contract")
    assert near > 0.3 > likeness("the customer cancelled her contract", "quarterly output of steel") + 0.1


@given(TEXTS, st.integers(1, 5), st.integers(1, 30), st.lists(TEXTS, max_size=2))
def test_whatever_is_asked_the_pieces_of_the_answer_are_the_answer(text, count, limit, stop):
    body = say(text, n=count, max_tokens=limit, stop=stop, stream=True)
    language.check("llm/v1/chat", body)
    answer = language.BY_TASK["llm/v1/chat"].predict(body)
    answer = language.complete("llm/v1/chat", answer, body, name="m", at=1.5)
    said = [""] * count
    for line in list(language.lines(answer, body))[:-1]:
        choice = json.loads(line.removeprefix(b"data: "))["choices"][0]
        said[choice["index"]] += choice["delta"].get("content", "")
    assert said == [choice["message"]["content"] for choice in answer["choices"]]
    assert answer["usage"]["completion_tokens"] == sum(len(one.split()) for one in said)


@pytest.mark.parametrize("task", ["llm/v1/chat", "llm/v1/completions", "agent/v1/responses"])
def test_a_function_may_answer_a_language_task_with_just_a_string(ask, task):
    ask.mock.serve("bot", lambda body: "Just so.", task=task)
    body = {language.KEY_OF_TASK[task]: HELLO if task == "llm/v1/chat" else "Hello"}
    answer = ask.query("bot", body)
    assert (answer.status, "Just so." in answer.text) == (200, True)
    assert answer.body["model"] == "bot-1"


def test_what_a_function_answers_in_a_shape_of_its_own_is_one_event_of_a_stream(ask):
    ask.mock.serve("bot", lambda body: {"object": "chat.completion", "words": ["a"]}, task="llm/v1/chat")
    (event,) = events(ask.query("bot", {"messages": HELLO, "stream": True}))
    assert event["words"] == ["a"]


def test_models_of_the_service_have_a_task_by_their_name(ask, entity):
    assert language.task_of("system.ai.gte_large_en_v1_5") == "llm/v1/embeddings"
    served = {"entity_name": "system.ai.meta_llama_v3_1_8b_instruct", "entity_version": "1"}
    made = ask.create("llama", {**served, "min_provisioned_throughput": 0, "max_provisioned_throughput": 9500})
    assert made.status == 200
    ask.mock.advance(3600)
    assert ask("POST", CHAT, {"model": "llama", "messages": HELLO}).body["object"] == "chat.completion"
