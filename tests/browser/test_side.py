"""A live view in JupyterLab's side area."""

import pytest

pytest.importorskip("sidecar", reason="no sidecar: pip install 'serving-widgets[side]'")


def test_a_panel_opens_at_the_side_is_replaced_there_and_stays_while_cells_scroll(lab):
    cells = ["%load_ext serving_widgets", "%serving connect mock --clock manual", "%serving panel churn --side"]
    lab.open([*cells, "%serving panel chat --side", *["1"] * 40]).run(0).run(1).run(2)
    side = lab.page.locator("#jp-right-stack")
    side.get_by_text("Custom model", exact=True).wait_for()
    lab.shot("side-churn")
    lab.run(3)
    side.get_by_text("External model", exact=True).wait_for()
    lab.expect(side.get_by_text("Custom model", exact=True)).to_have_count(0)
    lab.show(40)
    lab.expect(side.get_by_text("External model", exact=True)).to_be_visible()
    lab.shot("side-chat")
