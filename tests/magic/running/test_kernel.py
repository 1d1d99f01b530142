"""In a real kernel: cells have ids, errors have no traceback, and a question reaches who sits there."""

import queue

import pytest

pytest.importorskip("ipykernel")
manager = pytest.importorskip("jupyter_client.manager")


@pytest.fixture(scope="module")
def kernel():
    """Return a client of a kernel with the extension loaded."""
    running, client = manager.start_new_kernel(kernel_name="python3")
    execute(client, "%load_ext serving_widgets\n%serving connect mock")
    yield client
    client.stop_channels()
    running.shutdown_kernel(now=True)


def execute(client, code, *, cell=None, answer=None):
    """Run a cell as a front end does; return what comes back on iopub, as pairs of a type and a content."""
    content = {
        "code": code,
        "silent": False,
        "store_history": True,
        "user_expressions": {},
        "allow_stdin": answer is not None,
        "stop_on_error": True,
    }
    request = client.session.msg("execute_request", content, metadata={"cellId": cell} if cell else {})
    client.shell_channel.send(request)
    if answer is not None:
        client.get_stdin_msg(timeout=30)
        client.input(answer)
    replies = []
    while True:
        try:
            message = client.get_iopub_msg(timeout=30)
        except queue.Empty:
            pytest.fail(f"the kernel did not finish {code!r}: {replies}")
        if message["parent_header"].get("msg_id") != request["header"]["msg_id"]:
            continue
        replies.append((message["msg_type"], message["content"]))
        if replies[-1] == ("status", {"execution_state": "idle"}):
            return replies


def of(replies, kind):
    """Return the contents of one type."""
    return [content for name, content in replies if name == kind]


def test_running_a_cell_again_closes_the_models_of_what_it_displayed(kernel):
    opened = {each["comm_id"] for each in of(execute(kernel, "%serving status churn --live", cell="one"), "comm_open")}
    elsewhere = execute(kernel, "%serving status churn --live", cell="two")
    again = execute(kernel, "%serving status churn --live", cell="one")
    closed = {each["comm_id"] for each in of(again, "comm_close")}
    assert of(elsewhere, "comm_close") == []
    assert closed
    assert closed <= opened
    (shown,) = of(again, "execute_result")
    assert shown["data"]["application/vnd.jupyter.widget-view+json"]["model_id"] not in closed


def test_an_error_is_its_own_lines(kernel):
    (error,) = of(execute(kernel, "%serving stpo churn"), "error")
    assert error["traceback"] == [
        "There is no command 'stpo'.",
        "%serving stpo churn",
        "         ^",
        "Usage: %serving COMMAND [ARGUMENT]… [OPTION]…",
        "Did you mean stop? %serving help tells what each does.",
    ]


def test_deleting_asks_the_front_end_and_refuses_where_it_takes_no_questions(kernel):
    (error,) = of(execute(kernel, "%serving delete chat"), "error")
    assert "%serving delete chat --yes" in error["traceback"][-1]
    (shown,) = of(execute(kernel, "%serving delete chat", answer="chat"), "execute_result")
    assert shown["data"]["text/plain"] == "chat was deleted from the mock workspace (demo)."
