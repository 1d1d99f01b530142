"""axe-core reads every widget in a real JupyterLab, in both themes; keys typed in a widget stay there."""

CONNECT = 'import serving_widgets as sw\nws = sw.connect("mock", clock="manual")'


def test_axe_finds_what_is_wrong_so_that_its_silence_means_something(lab):
    lab.open(["from IPython.display import HTML; HTML('<img src=\"data:,\"><button></button>')"]).run(0)
    assert any("button-name" in found for found in lab.violations(0))


def test_axe_finds_nothing_in_any_widget(lab):
    widgets = [
        "sw.EndpointBrowser(selected='churn')",
        "sw.StatusBadge('fraud-detector')",
        "sw.EndpointControls('unity-model-endpoint')",
        "sw.StatusBadge('nope')",
    ]
    lab.open([CONNECT, *widgets]).run_all()
    lab.show(1).output(1).get_by_role("grid", name="Endpoints").wait_for()
    lab.show(2).output(2).get_by_role("button", name="Show the update").click()
    lab.show(3).output(3).get_by_role("button", name="Delete", exact=True).click()
    lab.output(3).get_by_role("dialog").wait_for()
    lab.axe_all({index: f"axe-{index}" for index in range(1, len(widgets) + 1)})


def test_keys_typed_in_a_widget_never_reach_jupyterlabs_shortcuts(lab):
    lab.open([CONNECT, "sw.EndpointBrowser()", "1"]).run(0).run(1)
    place = lab.output(1)
    place.get_by_role("grid", name="Endpoints").wait_for()
    place.get_by_role("searchbox").press_sequentially("ddxaa")
    place.get_by_role("searchbox").fill("")
    place.get_by_role("grid", name="Endpoints").get_by_role("row").nth(2).click()
    lab.page.keyboard.type("ddxaa")
    lab.stays(lambda: len(lab.notebook()["cells"]), 0.3)
    assert len(lab.notebook()["cells"]) == 3


def test_the_keyboard_alone_finds_opens_and_closes_an_endpoint(lab):
    lab.open([CONNECT, "browser = sw.EndpointBrowser(); browser", "print(browser.selected)"]).run(0).run(1)
    place = lab.output(1)
    place.get_by_role("searchbox").focus()
    lab.page.keyboard.type("pric")
    lab.page.keyboard.press("ArrowDown")
    lab.page.keyboard.press("Enter")
    place.get_by_role("button", name="Start", exact=True).wait_for()
    assert lab.run(2).text(2) == "pricing\n"
    place.get_by_role("grid", name="Endpoints").locator("[tabindex='0']").first.focus()
    lab.page.keyboard.press("Escape")
    place.get_by_role("button", name="Start", exact=True).wait_for(state="detached")
