"""One's own notebook, run and saved in JupyterLab, and opened again when its kernel is gone."""

from made_notebooks import OPENED, WIDGETS, models

FROZEN = "Frozen – the kernel is gone. Run the cell again."


def test_a_notebook_that_was_saved_in_jupyterlab_is_drawn_again_without_its_kernel(lab):
    lab.open([*OPENED, *WIDGETS.values()])
    lab.run_all()
    lab.save()
    assert models(lab.saved()), "JupyterLab saved no widget state"
    lab.close_tab()
    lab.server.end_kernels()
    lab.reload_page().until_drawn(len(OPENED))
    for index in range(len(OPENED), len(OPENED) + len(WIDGETS)):
        place = lab.show(index).output(index)
        place.locator(".sw-banner-frozen").filter(has_text=FROZEN).first.wait_for()
        lab.absent(place.get_by_text("model not found"))
    lab.shot("reopened", len(OPENED))
    # Saving it again, with no kernel behind what it shows, loses nothing of that.
    lab.save().reload_page().until_drawn(len(OPENED))
    for index in range(len(OPENED), len(OPENED) + len(WIDGETS)):
        place = lab.show(index).output(index)
        place.locator(".sw-banner-frozen").filter(has_text=FROZEN).first.wait_for()
        lab.absent(place.get_by_text("model not found"))
