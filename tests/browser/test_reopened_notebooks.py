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
    reopened(lab)
    for index, name in enumerate(WIDGETS, start=len(OPENED)):
        place = lab.show(index).output(index)
        place.locator(".sw-banner-frozen").filter(has_text=FROZEN).first.wait_for()
        assert place.get_by_text("model not found").count() == 0, name
    lab.shot("reopened", len(OPENED))
    # Saving it again, with no kernel behind what it shows, loses nothing of that.
    lab.save()
    reopened(lab)
    for index, name in enumerate(WIDGETS, start=len(OPENED)):
        place = lab.show(index).output(index)
        place.locator(".sw-banner-frozen").filter(has_text=FROZEN).first.wait_for()
        assert place.get_by_text("model not found").count() == 0, name


def reopened(lab):
    """Open the notebook again, in a page that has seen nothing of it."""
    for _ in range(3):
        lab.reload_page()
        place = lab.show(len(OPENED)).output(len(OPENED))
        place.locator(".sw-root").or_(place.get_by_text("model not found")).first.wait_for()
        if place.locator(".sw-root").count():
            return
        # ipywidgets' manager gives up on saved widgets if the new kernel's connection comes up between its two looks.
        lab.errors.clear()
