"""Two endpoints beside each other, live."""

import serving_widgets as sw


def differing(widget):
    """Return what differs, by section."""
    return {each["title"]: [row["what"] for row in each["differs"]] for each in widget.state["sections"]}


def test_it_shows_what_sw_compare_finds_differences_apart(ws, page):
    widget = sw.EndpointCompare("churn", "pricing")
    page(widget).ask("hello", view="v1")
    found = sw.compare("churn", "pricing")
    assert widget.differences == len(found.differences) == sum(map(len, differing(widget).values()))
    assert {"Configuration", "Tags", "Permissions"} <= set(differing(widget))
    assert sum(len(each["same"]) for each in widget.state["sections"]) == len(found.rows) - len(found.differences)


def test_it_follows_what_changes(ws, page, until):
    widget = sw.EndpointCompare("churn", "churn")
    page(widget).ask("hello", view="v1")
    assert widget.differences == 0
    widget = sw.EndpointCompare("churn", "pricing")
    page(widget).ask("hello", view="v2")
    ws.endpoints.get("churn").set_tags({"only-here": "yes"})
    assert until(lambda: "only-here" in differing(widget).get("Tags", []))


def test_two_workspaces_are_told_apart_and_both_followed(ws, page, until):
    with sw.connect("mock", clock="manual", name="prod", colour="prod") as prod:
        prod.watcher.pace = ws.watcher.pace
        widget = sw.EndpointCompare(ws.endpoints.get("churn"), prod.endpoints.get("churn"))
        view = page(widget)
        view.ask("hello", view="v1")
        assert (widget.state["left"]["where"], widget.state["right"]["where"]) == ("mock", "prod")
        assert (widget.differences, widget.state["right"]["colour"]) == (0, "red")
        prod.endpoints.get("churn").set_tags({"team": "other"})
        assert until(lambda: differing(widget).get("Tags") == ["team"])
        view.ask("bye", view="v1")


def test_one_alone_is_compared_with_what_is_on_its_way(ws, page):
    widget = sw.EndpointCompare("churn")
    page(widget).ask("hello", view="v1")
    assert widget.state["right"]["name"] == "churn@pending"
    assert "Configuration" in differing(widget)


def test_what_can_not_be_read_is_said(ws, page):
    widget = sw.EndpointCompare("churn", "no-such-endpoint")
    page(widget).ask("hello", view="v1")
    assert "no-such-endpoint" in widget.state["unread"]["message"]
    ws.mock.faults([{"path": "*permissions*", "status": 403, "count": None}])
    widget = sw.EndpointCompare("churn", "pricing")
    page(widget).ask("hello", view="v2")
    assert any("Permissions of churn" in note for note in widget.state["notes"])
