"""MLflow's whole scoring server over HTTP agrees with what is said here; a few bodies of each of two signatures."""

from mlflow_server import main


def test_mlflows_server_takes_what_is_right_here(capsys):
    counts = main(6, ["scalars", "tensor"])
    assert counts.total() == 12
    assert counts["right"] + counts["refused"] + counts["exception"] == 12
    assert "false OK" in capsys.readouterr().out
