"""The driver itself, shown on a plain ipywidgets button: what the other browser tests lean on."""

import pytest
from lab_driver.notebook import PICTURES

BUTTON = """
import ipywidgets, IPython
button = ipywidgets.Button(description="Count 0")
def count(_):
    button.description = f"Count {int(button.description.split()[1]) + 1}"
button.on_click(count)
button
"""


def test_a_click_reaches_the_kernel_and_comes_back(lab, kernel):
    lab.open([BUTTON, "import ipykernel; print(ipykernel.version_info[:2])"], kernel=kernel).run_all()
    lab.output(0).get_by_role("button", name="Count 0").click()
    lab.output(0).get_by_role("button", name="Count 1").wait_for()
    assert (lab.text(1).strip() == "(7, 3)") is (kernel == "ipykernel73")


def test_a_reload_and_a_closed_tab_keep_the_widget(lab):
    lab.open([BUTTON]).run(0)
    lab.output(0).get_by_role("button", name="Count 0").click()
    lab.reload().output(0).get_by_role("button", name="Count 1").click()
    lab.output(0).get_by_role("button", name="Count 2").wait_for()
    lab.close_tab().reopen().output(0).get_by_role("button", name="Count 2").wait_for()


def test_a_restarted_kernel_has_forgotten_everything(lab):
    lab.open(["kept = 1", "kept"]).run_all().restart().run(1, fails=True)
    assert "NameError" in lab.outputs(1)[0]["ename"]


def test_a_cell_can_be_left_running(lab):
    lab.open([lab.held() + "print('done')"]).start(0)
    assert lab.text(0) == ""
    assert lab.release().finish(0).text(0) == "done\n"


def test_an_unexpected_error_in_a_cell_fails_the_test(lab):
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        lab.open(["1 / 0"]).run(0)


def test_themes_widths_and_pictures(lab, monkeypatch, tmp_path):
    monkeypatch.setenv(PICTURES, str(tmp_path))
    lab.open([BUTTON]).run(0).theme("dark")
    for pixels in (360, 700):
        assert lab.width(pixels).shot(f"driver-{pixels}", 0).stat().st_size > 0
        place = lab.output(0).locator(".jp-OutputArea-output").first
        lab.until(lambda place=place: round(place.bounding_box()["width"]), pixels)


def test_console_errors_and_requests_to_elsewhere_are_noticed(lab):
    lab.open(["None"])
    lab.page.evaluate("console.error('seen')")
    lab.page.evaluate("fetch('https://example.invalid/x').catch(() => null)")
    lab.until(lambda: any("seen" in error for error in lab.errors))
    assert lab.outside == ["https://example.invalid/x"]
    lab.errors.clear()
    lab.outside.clear()
