"""Where things stand in a notebook: the header in sight, what came of an act below it, the details beside the list."""

CONNECT = "import serving_widgets as sw; ws = sw.connect('mock', clock='manual', name='shop', colour='prod')"


def top(lab, index):
    """Return how far a widget's header is from the top of the notebook's window."""
    return (
        lab.output(index)
        .locator(".sw-header")
        .first.evaluate(
            "el => el.getBoundingClientRect().top - el.closest('.jp-WindowedPanel-outer').getBoundingClientRect().top"
        )
    )


def test_the_header_says_which_endpoint_and_workspace_while_one_scrolls(lab):
    lab.open([CONNECT, "sw.EndpointPanel('churn', tab='config')"]).run(0).run(1)
    place = lab.show(1).output(1)
    place.get_by_role("button", name="Deploy a version").wait_for()
    place.evaluate(
        "el => { const box = el.closest('.jp-WindowedPanel-outer');"
        " box.scrollTop += el.getBoundingClientRect().top - box.getBoundingClientRect().top + 200; }"
    )
    lab.page.wait_for_function("el => el.getBoundingClientRect().top < 0", arg=place.element_handle())
    lab.until(lambda: abs(top(lab, 1)) <= 1)
    lab.expect(place.locator(".sw-heading").first).to_contain_text("shop")


def test_an_open_endpoint_stands_beside_the_list_where_there_is_room(lab):
    lab.open([CONNECT, "sw.EndpointBrowser('churn')"]).run(0).run(1)
    place = lab.output(1)
    place.get_by_role("tab", name="Overview").wait_for()
    grid, details = place.get_by_role("grid"), place.get_by_role("region", name="Details of churn")
    lab.width(700, 1)
    lab.until(lambda: details.bounding_box()["y"] > grid.bounding_box()["y"])
    lab.width(1200, 1)
    place.locator(".sw-sides").wait_for()
    lab.until(lambda: details.bounding_box()["x"] >= grid.bounding_box()["x"] + grid.bounding_box()["width"])
