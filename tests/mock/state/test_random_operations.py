"""Several people work on one workspace, in any order: it always is in a state that the service knows.

A model of the workspace, much simpler than the mock and written from the service's documentation alone, is told what
was done; after each step everything that can be read has to agree with it.
"""

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from inside import ADA, CONTROL, DROPPED, PERMISSIONS, Inside

from serving_widgets.mock import Scenario

BEN, QUENTIN, VERA = "ben@example.com", "quentin@example.com", "vera@example.com"
PEOPLE = (ADA, BEN, QUENTIN, VERA)
NAMES = ("one", "two", "three", "four", "five")
QUOTA = 3
LEVELS = ("CAN_VIEW", "CAN_QUERY", "CAN_MANAGE")
CONFIGS = {
    "plain": [("alpha", "1", False)],
    "newer": [("alpha", "2", False)],
    "pair": [("alpha", "2", False), ("beta", "1", False)],
    "idle": [("gamma", "1", True)],
    "broken": [("broken", "1", False)],
    "crashing": [("alpha", "2", False), ("crashing", "1", False)],
    "external": [],
}
FAILING = ("broken", "crashing")
LONGEST = 1800
"""Service seconds after which no deployment of these is still going on."""

# (ready, config_update, suspend, a configuration serves, one is pending): the life cycle, row by row.
ROWS = {
    "empty": ("NOT_READY", "NOT_UPDATING", "NOT_SUSPENDED", False, False),
    "creating": ("NOT_READY", "IN_PROGRESS", "NOT_SUSPENDED", False, True),
    "first failed": ("NOT_READY", "UPDATE_FAILED", "NOT_SUSPENDED", False, True),
    "running": ("READY", "NOT_UPDATING", "NOT_SUSPENDED", True, False),
    "running, external": ("READY", "NOT_UPDATING", None, True, False),
    "updating": ("READY", "IN_PROGRESS", "NOT_SUSPENDED", True, True),
    "update failed": ("READY", "UPDATE_FAILED", "NOT_SUSPENDED", True, True),
    "stopped": ("NOT_READY", "NOT_UPDATING", "SUSPENDED", True, False),
    "starting": ("NOT_READY", "IN_PROGRESS", "NOT_SUSPENDED", True, True),
}
UNDER_WAY = ("creating", "updating", "starting")
QUERIED = ("running", "running, external", "updating", "update failed")


@dataclass
class Wanted:
    """What an endpoint has to be like."""

    id: str
    grants: dict
    tags: dict
    row: str = "empty"
    accepted: int = 0
    serving: str | None = None
    serving_version: int | None = None
    coming: str | None = None

    def accept(self, config):
        """Take on a configuration."""
        self.accepted += 1
        if config == "external":
            self.row, self.serving, self.serving_version, self.coming = "running, external", config, self.accepted, None
            return
        self.coming = config
        self.row = {"stopped": "starting"}.get(self.row, "updating" if self.serving else "creating")

    def over(self):
        """Return the row in which what is under way ends."""
        if self.coming in FAILING:
            return "update failed" if self.serving else "first failed"
        return "running"

    def end(self):
        """Let what is under way end."""
        self.row = self.over()
        if self.row == "running":
            self.serving, self.serving_version, self.coming = self.coming, self.accepted, None


def body_of(config):
    if config == "external":
        key = {"openai_api_key_plaintext": "s3cr3t"}
        model = {"name": "gpt-4o", "provider": "openai", "task": "llm/v1/chat", "openai_config": key}
        return {"served_entities": [{"external_model": model}]}
    entities = [
        {"entity_name": f"main.ml.{name}", "entity_version": version, "scale_to_zero_enabled": to_zero}
        for name, version, to_zero in CONFIGS[config]
    ]
    share = 100 // len(entities)
    routes = [
        {"served_entity_name": f"{name}-{version}", "traffic_percentage": share} for name, version, _ in CONFIGS[config]
    ]
    return {"served_entities": entities, "traffic_config": {"routes": routes}}


def served(config):
    """Return the names and versions of the models that a configuration on the wire has."""
    return [
        (one["entity_name"].rsplit(".", 1)[-1], one["entity_version"])
        for one in config["served_entities"]
        if "entity_name" in one
    ]


# Who may do a lot does a lot, and most of it with what is there.
person = st.sampled_from((ADA, ADA, ADA, BEN, BEN, QUENTIN, VERA))
name = st.runner().flatmap(
    lambda self: st.sampled_from((*sorted(self.endpoints) * 5, *NAMES)) if self.endpoints else st.sampled_from(NAMES)
)
config = st.sampled_from(("plain", "plain", "newer", "pair", "idle", "broken", "crashing", "external"))
pause = st.sampled_from([250, LONGEST, 0, 30, 700, 100])
past = st.sampled_from(
    [
        [],
        [lambda self, name: self.later(LONGEST)],
        [lambda self, name: self.later(LONGEST), lambda self, name: self.update(BEN, name, "pair", 0)],
        [lambda self, name: self.later(LONGEST), lambda self, name: self.update(BEN, name, "crashing", LONGEST)],
        [lambda self, name: self.later(LONGEST), lambda self, name: self.stop(BEN, name)],
        [
            lambda self, name: self.later(LONGEST),
            lambda self, name: self.stop(BEN, name),
            lambda self, name: self.start(BEN, name, 0),
        ],
    ]
)
tags = st.dictionaries(st.sampled_from("abc"), st.sampled_from(["", "x", "y"]) | st.none(), max_size=2)
level = st.sampled_from(LEVELS)
principal = st.sampled_from(
    [
        ("user_name", BEN),
        ("user_name", VERA),
        ("group_name", "applications"),
        ("group_name", "analysts"),
        ("group_name", "users"),
        ("service_principal_name", "6f0c1c1e-8a3b-4d5e-9f70-1b2c3d4e5f60"),
    ]
)
NONSENSE = (
    ("POST", CONTROL, {"name": "a b", "config": body_of("plain")}),
    ("POST", CONTROL, {"name": "six", "config": {"served_entities": [{"entity_name": "main.ml.alpha"}]}}),
    ("POST", CONTROL, {"name": "six", "config": body_of("plain"), "tags": [{"key": 7}]}),
    ("POST", CONTROL, [1]),
    ("PUT", CONTROL + "/{}/config", {"served_entities": []}),
    ("PUT", CONTROL + "/{}/config", {**body_of("pair"), "traffic_config": {"routes": []}}),
    ("PUT", CONTROL + "/{}/config", "text"),
    ("PATCH", CONTROL + "/{}/tags", {"add_tags": [{"key": ""}]}),
    ("PATCH", CONTROL + "/{}/tags", {"add_tags": 7, "delete_tags": ["a"]}),
    ("PATCH", PERMISSIONS + "/{id}", {"access_control_list": [{"user_name": BEN, "permission_level": "CAN_FLY"}]}),
    ("PATCH", PERMISSIONS + "/{id}", {"access_control_list": [{"permission_level": "CAN_MANAGE"}]}),
    ("PUT", PERMISSIONS + "/{id}", {"access_control_list": [{"user_name": "no@body", "permission_level": "CAN_VIEW"}]}),
    ("POST", CONTROL + "/{}/config:pause", {}),
    ("DELETE", CONTROL + "/{}/config", {}),
)


class Workspace(RuleBasedStateMachine):
    """The operations, and what has to hold after each of them."""

    @initialize(
        first=st.lists(st.tuples(st.sampled_from([*CONFIGS, None]), past), min_size=1, max_size=QUOTA), pause=pause
    )
    def begin(self, first, pause):
        self.ask = Inside(Scenario("random", quota=QUOTA))
        self.groups = {}
        for user in PEOPLE:
            me = self.ask("GET", "/api/2.0/preview/scim/v2/Me", user=user).body
            self.groups[user] = {group["display"] for group in me["groups"]}
        self.endpoints: dict[str, Wanted] = {}
        self.ids: set[str] = set()
        self.fault = None
        self.moved = 0.0
        for name, (config, past) in zip(NAMES, first, strict=False):
            self.create(BEN, name, config, {})
            for step in past:
                step(self, name)
        self.later(pause)

    def teardown(self):
        if hasattr(self, "ask"):
            self.ask.close()

    # What people do

    @rule(user=person, name=name, config=config | st.none(), tags=tags)
    def create(self, user, name, config, tags):
        body = {"name": name, "tags": [pair(key, value) for key, value in tags.items()]}
        if config:
            body["config"] = body_of(config)
        refused = {409} if name in self.endpoints else set()
        refused |= {400} if self.full() else set()
        if self.write("POST", CONTROL, body, user, refused):
            shown = self.ask("GET", f"{CONTROL}/{name}").body
            assert shown["id"] not in self.ids
            self.ids.add(shown["id"])
            wanted = Wanted(shown["id"], {("user_name", user): "CAN_MANAGE"}, tags)
            if config:
                wanted.accept(config)
            self.endpoints[name] = wanted

    @rule(user=person, name=name, config=config, pause=pause)
    def update(self, user, name, config, pause):
        refused = self.unless(user, "CAN_MANAGE", name)
        wanted = self.endpoints.get(name)
        if wanted:
            refused |= {409} if wanted.row in UNDER_WAY else set()
            refused |= {400} if wanted.row == "stopped" else set()
            external = "external" in (wanted.serving, wanted.coming)
            refused |= {400} if wanted.accepted and external != (config == "external") else set()
        if self.write("PUT", f"{CONTROL}/{name}/config", body_of(config), user, refused):
            wanted.accept(config)
            self.later(pause)

    @rule(user=person, name=name)
    def stop(self, user, name):
        refused = self.unless(user, "CAN_MANAGE", name)
        wanted = self.endpoints.get(name)
        if wanted:
            refused |= {409} if wanted.row in UNDER_WAY else set()
            refused |= {400} if wanted.row not in ("running", "update failed") else set()
        if self.write("POST", f"{CONTROL}/{name}/config:stop", None, user, refused):
            wanted.row, wanted.coming = "stopped", None

    @rule(user=person, name=name, pause=pause)
    def start(self, user, name, pause):
        refused = self.unless(user, "CAN_MANAGE", name)
        wanted = self.endpoints.get(name)
        if wanted:
            refused |= {409} if wanted.row in UNDER_WAY else set()
            refused |= {400} if wanted.row != "stopped" or self.full() else set()
        if self.write("POST", f"{CONTROL}/{name}/config:start", None, user, refused):
            wanted.accept(wanted.serving)
            self.later(pause)

    @rule(user=person, name=name)
    def delete(self, user, name):
        if self.write("DELETE", f"{CONTROL}/{name}", None, user, self.unless(user, "CAN_MANAGE", name)):
            del self.endpoints[name]

    @rule(user=person, name=name, add=tags, remove=st.sets(st.sampled_from("abc"), max_size=2))
    def patch_tags(self, user, name, add, remove):
        remove -= set(add)
        body = {"add_tags": [pair(key, value) for key, value in add.items()], "delete_tags": sorted(remove)}
        if self.write("PATCH", f"{CONTROL}/{name}/tags", body, user, self.unless(user, "CAN_MANAGE", name)):
            kept = {key: value for key, value in self.endpoints[name].tags.items() if key not in remove}
            self.endpoints[name].tags = {**kept, **add}

    @rule(
        user=person,
        name=name,
        method=st.sampled_from(["PATCH", "PUT"]),
        asked=st.dictionaries(principal, level, max_size=3),
    )
    def permit(self, user, name, method, asked):
        wanted = self.endpoints.get(name)
        items = [{kind: who, "permission_level": level} for (kind, who), level in asked.items()]
        path = f"{PERMISSIONS}/{wanted.id if wanted else 'f' * 32}"
        if self.write(method, path, {"access_control_list": items}, user, self.unless(user, "CAN_MANAGE", name)):
            wanted.grants = {**(wanted.grants if method == "PATCH" else {}), **asked}

    @rule(user=person, name=name)
    def query(self, user, name):
        refused = self.unless(user, "CAN_QUERY", name)
        wanted = self.endpoints.get(name)
        if wanted:
            refused |= {400} if wanted.row not in QUERIED else set()
        external = wanted is not None and wanted.serving == "external"
        body = {"messages": [{"role": "user", "content": "hi"}]} if external else {"inputs": [[1, 2]]}
        before = self.ask.world.clock.now()
        answer = self.ask("POST", f"/serving-endpoints/{name}/invocations", body, user=user)
        assert answer.status == 200 if not refused else answer.status in refused, answer
        # A query that wakes an endpoint takes its time.
        self.moved += self.ask.world.clock.now() - before

    @rule(user=person, name=name, wrong=st.sampled_from(NONSENSE))
    def send_nonsense(self, user, name, wrong):
        method, path, body = wrong
        wanted = self.endpoints.get(name)
        path = path.replace("{id}", wanted.id if wanted else "f" * 32).format(name)
        before = self.ask.visible()
        assert 400 <= self.ask(method, path, body, user=user).status < 500
        assert self.ask.visible() == before

    @rule(seconds=st.sampled_from([0, 1, 30, 100, 250, 700, LONGEST, 4000]))
    def advance(self, seconds):
        assert self.ask("POST", "/_mock/advance", {"seconds": seconds}).status == 200
        self.moved += seconds

    @rule(fault=st.sampled_from([{"status": 503}, {"status": 429}, {"disconnect": "before"}, {"disconnect": "after"}]))
    def break_the_next_write(self, fault):
        self.fault = fault

    def later(self, seconds):
        """Look, let time pass, and look again."""
        self.every_endpoint_is_as_it_has_to_be()
        if seconds:
            self.advance(seconds)
            self.every_endpoint_is_as_it_has_to_be()

    # What has to hold

    @invariant()
    def every_endpoint_is_as_it_has_to_be(self):
        if not hasattr(self, "ask"):
            return
        moved, self.moved = self.moved, 0.0
        for name, wanted in self.endpoints.items():
            self.check(wanted, self.ask("GET", f"{CONTROL}/{name}").body, moved)
            entries = self.ask("GET", f"{PERMISSIONS}/{wanted.id}").body["access_control_list"]
            assert {who: own for entry in entries for who, own in direct(entry)} == wanted.grants

    @invariant()
    def everybody_sees_what_they_may_and_the_list_says_what_get_says(self):
        if not hasattr(self, "ask"):
            return
        for user in PEOPLE:
            listed = {one["name"]: one for one in self.ask("GET", CONTROL, user=user).body["endpoints"]}
            levels = {name: self.level(user, name) for name in self.endpoints}
            assert {name: one["permission_level"] for name, one in listed.items()} == {
                name: level for name, level in levels.items() if level
            }
            for name, level in levels.items():
                answer = self.ask("GET", f"{CONTROL}/{name}", user=user)
                if level is None:
                    assert (answer.status, answer.code) == (403, "PERMISSION_DENIED")
                    continue
                detail, short = answer.body, listed[name]
                assert {key: value for key, value in short.items() if key != "config"} == {
                    key: value for key, value in detail.items() if key not in ("config", "pending_config")
                }
                assert ("config" in short) == ("config" in detail)
                if "config" in short:
                    assert served(short["config"]) == served(detail["config"])

    def check(self, wanted, shown, moved):
        state = shown["state"]
        config, pending = shown.get("config"), shown.get("pending_config")
        row = (
            state["ready"],
            state["config_update"],
            state.get("suspend"),
            config is not None,
            pending is not None,
        )
        assert row in ROWS.values(), f"no row of the life cycle: {row}"
        if wanted.row in UNDER_WAY and moved and row != ROWS[wanted.row]:
            wanted.end()
        assert row == ROWS[wanted.row]
        assert not (wanted.row in UNDER_WAY and moved >= LONGEST)
        assert shown["id"] == wanted.id
        assert {tag["key"]: tag.get("value") for tag in shown.get("tags", ())} == wanted.tags
        if config:
            assert config["config_version"] == wanted.serving_version
            assert served(config) == [one[:2] for one in CONFIGS[wanted.serving]]
            found = {one["state"]["deployment"] for one in config["served_entities"]}
            assert found <= ({"DEPLOYMENT_ABORTED"} if state["ready"] == "NOT_READY" else {"DEPLOYMENT_READY"})
        if pending:
            assert pending["config_version"] == wanted.accepted
            assert served(pending) == [one[:2] for one in CONFIGS[wanted.coming]]
            found = {one["state"]["deployment"] for one in pending["served_entities"]}
            if wanted.row in UNDER_WAY:
                assert found <= {"DEPLOYMENT_CREATING", "DEPLOYMENT_READY"}
            else:
                assert found & {"DEPLOYMENT_FAILED", "DEPLOYMENT_ABORTED"}
                assert "DEPLOYMENT_CREATING" not in found

    def write(self, method, path, body, user, refused):
        """Send a write, broken if that is due; return whether it has been done, by what its answer must be."""
        fault, self.fault = self.fault, None
        if fault:
            self.ask.world.faults.set([{"method": method, "path": path, **fault}])
        answer = self.ask(method, path, body, user=user)
        if fault:
            assert self.ask.world.faults.take(method, path, 0) is None
            assert answer.status == fault.get("status", DROPPED)
            return not refused and fault.get("disconnect") == "after"
        if refused:
            assert answer.status in refused, answer
            return False
        assert answer.status == 200, answer
        return True

    def unless(self, user, least, name):
        """Return how an operation is refused that needs a permission, if it is."""
        if name not in self.endpoints:
            return {404}
        level = self.level(user, name)
        return set() if level and LEVELS.index(level) >= LEVELS.index(least) else {403}

    def level(self, user, name):
        if "admins" in self.groups[user]:
            return "CAN_MANAGE"
        grants = self.endpoints[name].grants
        mine = [("user_name", user), *(("group_name", group) for group in self.groups[user])]
        return max((grants[one] for one in mine if one in grants), key=LEVELS.index, default=None)

    def full(self):
        return sum(wanted.row != "stopped" for wanted in self.endpoints.values()) >= QUOTA


def pair(key, value):
    return {"key": key} if value is None else {"key": key, "value": value}


def direct(entry):
    """Yield the direct grants of an entry of an access control list."""
    for kind in ("user_name", "group_name", "service_principal_name"):
        for permission in entry["all_permissions"] if kind in entry else ():
            if not permission["inherited"]:
                yield (kind, entry[kind]), permission["permission_level"]


TestWorkspace = Workspace.TestCase
TestWorkspace.settings = settings(max_examples=2 * settings.default.max_examples, stateful_step_count=20)
