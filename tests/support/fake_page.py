"""A page that is none: what would go to it is kept, what it would say can be said."""

import itertools
import threading

import comm
from patience import until


class FakeComm(comm.base_comm.BaseComm):
    """A comm whose messages are kept."""

    all: dict[str, "FakeComm"] = {}  # noqa: RUF012 – of one test
    lock = threading.Lock()

    def __init__(self, *args, **kwargs):
        self.messages = []
        super().__init__(*args, **kwargs)

    def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
        with self.lock:
            self.messages.append((msg_type, data))
        FakeComm.all[self.comm_id] = self


class Page:
    """What a page with views of one widget would see and say."""

    ids = itertools.count()

    def __init__(self, widget):
        self.widget = widget
        self.comm = FakeComm.all[widget.model_id]

    def customs(self):
        with FakeComm.lock:
            return [data["content"] for kind, data in self.comm.messages if data and data.get("method") == "custom"]

    def states(self):
        with FakeComm.lock:
            return [
                data["state"]["state"]
                for kind, data in self.comm.messages
                if data and data.get("method") == "update" and "state" in data["state"]
            ]

    def say(self, op, **args):
        """Send an intent and return its id."""
        request = f"r{next(self.ids)}"
        message = {"method": "custom", "content": {"id": request, "op": op, "args": args}}
        self.widget._handle_msg({"content": {"data": message}, "buffers": []})
        return request

    def answers(self, request):
        return [content for content in self.customs() if content.get("id") == request]

    def ask(self, op, **args):
        """Send an intent and return its last answer."""
        request = self.say(op, **args)
        assert until(lambda: any(each["type"] in ("result", "error") for each in self.answers(request))), op
        return self.answers(request)[-1]
