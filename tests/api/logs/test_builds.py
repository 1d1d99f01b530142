"""What two builds have installed, and how they differ."""

from hypothesis import given
from hypothesis import strategies as st

from serving_widgets.api.logs.builds import PackageChange, compare_builds, failing_packages, has_installed, packages_of
from serving_widgets.mock.logs import texts

LOG = """\
channels:
- conda-forge
dependencies:
- python=3.11.11
- pip<=24.2
- pip:
  - numpy==1.24.1
  - scikit_learn==1.3.1
name: mlflow-env
openssl-3.4.0        |   2.8 MB | ########## | 100%
  openssl-3.4.0-h7b32b05_1
Collecting numpy==1.24.1 (from -r /tmp/requirements.txt (line 1))
\x1b[32mSuccessfully installed numpy-1.24.1 python-dateutil-2.8.3 scikit-learn-1.3.1 attr_s-4.12.2.post1\x1b[0m
"""


def test_what_was_installed_is_found_under_one_spelling():
    assert packages_of(LOG) == {
        "attr-s": "4.12.2.post1",
        "numpy": "1.24.1",
        "openssl": "3.4.0",
        "python": "3.11.11",
        "python-dateutil": "2.8.3",
        "scikit-learn": "1.3.1",
    }


def test_a_build_that_failed_still_says_what_it_asked_for():
    failed = LOG.partition("Collecting")[0] + texts.lines("version_conflict")[0]
    assert packages_of(failed)["scikit-learn"] == "1.3.1"


def test_added_removed_and_changed_packages_are_told_apart():
    newer = LOG.replace("numpy-1.24.1", "numpy-2.0.0").replace("numpy==1.24.1", "numpy==2.0.0")
    newer = newer.replace(" python-dateutil-2.8.3", " polars-1.9.0")
    assert compare_builds(LOG, newer) == (
        PackageChange("numpy", "1.24.1", "2.0.0"),
        PackageChange("polars", None, "1.9.0"),
        PackageChange("python-dateutil", "2.8.3", None),
    )


def test_a_build_that_installed_nothing_is_compared_by_what_both_ask_for():
    failed = LOG.partition("Collecting")[0].replace("numpy==1.24.1", "numpy==2.1.0")
    assert compare_builds(LOG, failed) == (PackageChange("numpy", "1.24.1", "2.1.0"),)
    assert (has_installed(LOG), has_installed(failed)) == (True, False)


def test_the_packages_that_a_failure_names_are_those_of_the_build_alone():
    failed = LOG.partition("Collecting")[0] + "\n".join(texts.lines("version_conflict"))
    assert "numpy" in failing_packages(failed)
    assert set(failing_packages(failed)) <= set(packages_of(failed))
    assert failing_packages(LOG) == ()
    assert failing_packages(LOG + "ERROR: No matching distribution found for Scikit.Learn==9\n") == ("scikit-learn",)


# Texts are drawn from parts: what a regular expression describes takes hypothesis seconds.
words = st.sampled_from(["a", "numpy", "scikit", "learn", "x9", "py4j", "z"])
names = st.lists(words, min_size=1, max_size=3).map("-".join)
numbers = st.lists(st.integers(0, 999).map(str), min_size=1, max_size=4).map(".".join)
versions = st.builds("{}{}".format, numbers, st.sampled_from(["", "rc1", ".post2"]))
installed = st.dictionaries(names, versions, max_size=12)


@given(installed, installed)
def test_the_comparison_equals_that_of_the_lists(before, after):
    def log(packages):
        return "Successfully installed " + " ".join(f"{name}-{version}" for name, version in packages.items())

    changes = {change.name: (change.before, change.after) for change in compare_builds(log(before), log(after))}
    assert changes == {
        name: (before.get(name), after.get(name)) for name in {*before, *after} if before.get(name) != after.get(name)
    }


def test_builds_behind_the_prefix_of_their_transport_are_compared_as_well():
    asked = ["dependencies:", "- python=3.11.10", "- pip:", "  - numpy==2.1.0", "  - scikit-learn==1.3.0"]
    before = "\n".join(f"#23 {at}.267 {line}" for at, line in enumerate(asked))
    after = before.replace("2.1.0", "1.26.4")
    assert packages_of(before) == {"numpy": "2.1.0", "python": "3.11.10", "scikit-learn": "1.3.0"}
    assert compare_builds(before, after) == (PackageChange("numpy", "2.1.0", "1.26.4"),)
