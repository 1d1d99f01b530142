"""``%config ServingMagics``: what there is to set, what it does, and what is refused."""

import pytest

import serving_widgets as sw
from serving_widgets.workspace import active

SETTINGS = {"debug": False, "display": "auto", "read_only": False, "protect": []}


@pytest.fixture
def magics(shell):
    """Return the object that holds the settings."""
    return shell.magics_manager.registry["ServingMagics"]


def test_the_settings_are_listed_with_what_they_do_and_their_values(run, magics):
    text = run("%config ServingMagics").text
    for name, default in SETTINGS.items():
        assert f"ServingMagics.{name}=" in text
        assert f"Current: {default!r}" in text
        assert magics.traits()[name].help.split("'")[0][:30] in " ".join(text.split())
    assert set(SETTINGS) == set(magics.traits(config=True))


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("display = 'table'", "expected any of ['auto', 'widget', 'static'], not the str 'table'"),
        ("debug = 'perhaps'", "expected a boolean, not the str 'perhaps'"),
        ("read_only = 2", "expected a boolean, not the int 2"),
        ("protect = 5", "expected a list or a dict, not the int 5"),
        ("protect = [1]", "A pattern in 'protect' is text, such as 'prod-*', and not 1."),
    ],
)
def test_a_value_that_makes_no_sense_is_refused_in_words_and_changes_nothing(setting, said, run, magics, caplog):
    outcome = run(f"%config ServingMagics.{setting}")
    # IPython tells it as it tells of its own settings: on the error stream, without a traceback.
    (told,) = caplog.messages
    assert said in told
    assert "Traceback" not in outcome.text + told
    assert {name: getattr(magics, name) for name in SETTINGS} == SETTINGS


def test_connections_that_a_line_opens_are_read_only_where_that_is_set_unless_the_line_says_otherwise(run, nowhere):
    run("%config ServingMagics.read_only = True")
    assert "read-only" in run("%serving list").text
    assert active().read_only
    run("%serving connect mock --name open --no-read-only")
    assert not active().read_only
    run("%serving connect mock --name closed")
    assert active().read_only


def test_bare_connect_opens_with_the_settings_too(run, nowhere):
    run("%config ServingMagics.read_only = True\n%config ServingMagics.protect = ['prod-*']")
    run("%serving connect")
    assert active().read_only
    assert active().guard.protect == ("prod-*",)


def test_endpoints_that_are_set_as_protected_can_not_be_changed_whatever_the_line_protects(run, workspace, changes):
    run("%config ServingMagics.protect = ['chu*']")
    run("%serving connect mock --name team --protect 'pri*'")
    assert active().guard.protect == ("chu*", "pri*")
    for name in ("churn", "pricing"):
        assert isinstance(run(f"%serving delete {name} --yes").error, sw.ActionRefused)
    assert run("%serving stop example-endpoint").error is None


def test_what_is_set_stays_as_it_is_for_connections_that_are_open(run, workspace):
    run("%config ServingMagics.read_only = True")
    assert run("%serving stop unity-model-endpoint").error is None
