"""Keys of JupyterLab's own that work while the focus is in a widget, in a real JupyterLab."""

CONNECT = 'import serving_widgets as sw; ws = sw.connect("mock", clock="manual")'
DIRTY = "path => window.lab.panel(path).context.model.dirty"


def test_the_notebook_is_saved_with_the_focus_in_a_widget_and_no_letter_is_a_shortcut(lab):
    lab.open([CONNECT, "sw.EndpointBrowser()"]).run(0).run(1)
    place = lab.show(1).output(1)
    search = place.get_by_role("searchbox", name="Search endpoints")
    search.focus()
    lab.until(lambda: lab.page.evaluate(DIRTY, lab.path))
    search.press_sequentially("dd")
    lab.expect(search).to_have_value("dd")
    assert len(lab.notebook()["cells"]) == 2
    lab.page.keyboard.press("Control+s")
    lab.page.wait_for_function("path => !window.lab.panel(path).context.model.dirty", arg=lab.path)
    lab.expect(search).to_have_value("dd")


def test_the_side_bar_is_closed_with_the_focus_in_a_grid(lab):
    lab.open([CONNECT, "sw.EndpointBrowser()"]).run(0).run(1)
    place = lab.show(1).output(1)
    place.get_by_role("gridcell", name="churn", exact=True).focus()
    shown = "() => !window.jupyterapp.shell.leftCollapsed"
    before = lab.settled(lambda: lab.page.evaluate(shown))
    lab.page.keyboard.press("Control+b")
    lab.page.wait_for_function(f"before => ({shown})() !== before", arg=before)
    lab.page.keyboard.press("Control+b")
    lab.page.wait_for_function(f"before => ({shown})() === before", arg=before)
