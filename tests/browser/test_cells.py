"""Lines of a widget become cells of the notebook that it stands in, where a person can run them or not."""

CONNECT = 'import serving_widgets as sw\nws = sw.connect("mock", clock="manual")'


def sources(lab):
    return [cell["source"] for cell in lab.notebook()["cells"]]


def test_a_recipe_is_sent_to_a_new_cell_below_the_widget_and_not_run(lab):
    lab.open([CONNECT, "sw.EndpointPanel('churn', tab='overview')", "1 + 1"]).run(0).run(1)
    place = lab.show(1).output(1)
    place.get_by_role("button", name="Recipe").click()
    place.get_by_role("button", name="Send the magic line: stop to a cell").click()
    lab.until(lambda: sources(lab)[1:], ["sw.EndpointPanel('churn', tab='overview')", "%serving stop churn", "1 + 1"])
    assert lab.outputs(2) == []
    assert lab.notebook()["cells"][2]["execution_count"] is None


def test_a_line_of_a_widget_inside_another_one_goes_below_the_cell_that_holds_both(lab):
    lab.open([CONNECT, "sw.EndpointPanel('churn', tab='metrics')", "1 + 1"]).run(0).run(1)
    place = lab.show(1).output(1)
    place.get_by_role("button", name="Recipe").click()
    place.get_by_role("button", name="Send the Python line to a cell").click()
    lab.until(lambda: len(sources(lab)), 4)
    assert "metrics" in sources(lab)[2]
