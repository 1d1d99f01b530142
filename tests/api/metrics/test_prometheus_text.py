"""Metrics as text: read as the official parsers read them, and whatever comes in never makes reading fail."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.openmetrics.parser import text_string_to_metric_families as read_openmetrics
from prometheus_client.parser import text_string_to_metric_families as read_prometheus

from serving_widgets.api.metrics.prometheus_text import LONGEST, MOST_NOTES, Exemplar, MetricSample, parse_prometheus

PROMETHEUS = r"""
# A comment, and an empty line

# HELP http_requests_total The total\nnumber of "requests", C:\\ included.
# TYPE http_requests_total counter
http_requests_total{method="post",code="200"} 1027 1395066363000
http_requests_total{method="post",code="400",}    3 1395066363000

# Escaping in label values:
msdos_file_access_time_seconds{path="C:\\DIR\\FILE.TXT",error="Cannot find file:\n\"FILE.TXT\""} 1.458255915e9
metric_without_timestamp_and_labels 12.47
something_weird{problem="division by zero"} +Inf -3982045
	tabbed { a = "b" , c = "" }	-Inf
nothing NaN
# TYPE rpc_duration_seconds summary
rpc_duration_seconds{quantile="0.5"} 4773
rpc_duration_seconds_sum 1.7560473e+07
rpc_duration_seconds_count 2693
# TYPE latency histogram
latency_bucket{le="0.1"} 24054
latency_bucket{le="+Inf"} 144320
latency_sum 53423
latency_count 144320
"""

OPENMETRICS = r"""# TYPE cpu_ratio gauge
# UNIT cpu_ratio ratio
# HELP cpu_ratio How much of it, \"in use\"\nby us.
cpu_ratio{host="a"} 0.5 1520879607.789
# TYPE calls counter
calls_total{to="x"} 17 1520879607.5 # {trace_id="KOO5S4vxi0o"} 0.67
calls_created{to="x"} 1520430000.25 1520879607.5
# TYPE latency histogram
latency_bucket{le="0.1"} 8 # {} 0.054
latency_bucket{le="+Inf"} 17 # {trace_id="oHg5SJYRHA0"} 9.8 1520879607.789
latency_count 17
latency_sum 324789.3
# TYPE build info
build_info{version="1.2"} 1
# EOF
"""


def flat(families):
    """Return samples as (name, labels, value, seconds, exemplar), in order; no number is equal to itself here."""
    return [
        (
            one.name,
            dict(one.labels),
            "nan" if math.isnan(one.value) else float(one.value),
            None if one.timestamp is None else round(float(one.timestamp), 6),
            one.exemplar
            and (
                dict(one.exemplar.labels),
                float(one.exemplar.value),
                None if one.exemplar.timestamp is None else round(float(one.exemplar.timestamp), 6),
            ),
        )
        for family in families
        for one in family.samples
    ]


def by_name(samples):
    return sorted(samples, key=lambda one: (one[0], sorted(one[1].items())))


def test_prometheus_text_is_read_as_the_official_parser_reads_it():
    found = parse_prometheus(PROMETHEUS)
    assert found.notes == ()
    assert by_name(flat(found.families)) == by_name(flat(read_prometheus(PROMETHEUS)))
    named = {family.name: family for family in found.families}
    assert named["http_requests_total"].help == 'The total\nnumber of "requests", C:\\ included.'
    assert named["latency"].type == "histogram"
    assert len(named["latency"].samples) == 4
    assert len(named["rpc_duration_seconds"].samples) == 3
    assert named["nothing"].type == "unknown"


def test_openmetrics_is_read_as_the_official_parser_reads_it_exemplars_and_units_too():
    found = parse_prometheus(OPENMETRICS)
    assert found.notes == ()
    official = {family.name: family for family in read_openmetrics(OPENMETRICS)}
    assert by_name(flat(found.families)) == by_name(flat(official.values()))
    for family in found.families:
        assert (family.type, family.unit) == (official[family.name].type, official[family.name].unit)
        assert family.help == official[family.name].documentation
    exemplar = next(family for family in found.families if family.name == "latency").samples[1].exemplar
    assert exemplar == Exemplar({"trace_id": "oHg5SJYRHA0"}, 9.8, 1520879607.789)


def test_a_time_stamp_is_seconds_in_openmetrics_and_milliseconds_elsewhere():
    assert parse_prometheus("load 1 1500\n").families[0].samples[0].timestamp == 1.5
    assert parse_prometheus("load 1 1500\n# EOF\n").families[0].samples[0].timestamp == 1500


def test_nothing_is_read_behind_the_end():
    assert len(parse_prometheus("a 1\n# EOF\nb 2\n").families) == 1


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("load", "there is no value"),
        ("load much", "the value 'much' is not a number"),
        ("load 1_000", "the value '1_000' is not a number"),
        ("load ١", "the value '١' is not a number"),
        ("load 1 soon", "the time stamp 'soon' is not a number"),
        ("load 1 2 3", "more than a value and a time stamp follow"),
        ('load{host="a"', "not divided by a comma, or not closed"),
        ('load{host="a} 1', "no value in double quotes"),
        ("load{host=a} 1", "no value in double quotes"),
        ('load{host="a" b="c"} 1', "not divided by a comma"),
        ('load{="a"} 1', "a label has no name"),
        ('load{a="1",a="2"} 1', "the label a is there twice"),
        ('load{a="1"} 1 # 3', "an exemplar has no labels"),
        ('load{a="1"} 1 # {b="2"}', "an exemplar has no value"),
        ("2load 1", "doesn't begin with a metric name"),
        ("lo-ad 1", "'-' may not stand in a name"),
        ("# TYPE 2load gauge", "'2load' is not a metric name"),
        ("<html>", "doesn't begin with a metric name"),
    ],
)
def test_a_malformed_line_becomes_a_note_and_the_others_are_read(line, why):
    found = parse_prometheus(f"before 1\n{line}\nafter 2\n")
    assert [sample.name for family in found.families for sample in family.samples] == ["before", "after"]
    [note] = found.notes
    assert (note.number, note.line) == (2, line)
    assert why in note.why
    assert found.malformed == 1


def test_of_many_malformed_lines_the_first_are_kept_and_all_are_counted():
    found = parse_prometheus(f"{'!' * 10_000}\n" * 1000)
    assert found.malformed == 1000
    assert len(found.notes) == MOST_NOTES
    assert len(found.notes[0].line) == LONGEST


def test_what_is_said_first_of_a_metric_holds():
    found = parse_prometheus("# TYPE a gauge\n# TYPE a counter\n# HELP a one\n# HELP a two\na 1\n")
    assert (found.families[0].type, found.families[0].help) == ("gauge", "one")


def test_buckets_are_a_histogram_where_nothing_says_so():
    [family] = parse_prometheus('x_bucket{le="1"} 1\nx_bucket{le="+Inf"} 2\nx_sum 3\nx_count 2\n').families
    assert (family.name, family.type, len(family.samples)) == ("x", "histogram", 4)
    assert parse_prometheus("x_bucket 1\n").families[0].name == "x_bucket"


def test_a_gauge_whose_name_ends_as_a_counters_is_one():
    [family] = parse_prometheus("# TYPE request_count_total gauge\nrequest_count_total 3\n# EOF\n").families
    assert (family.name, family.type) == ("request_count_total", "gauge")


# What the official parsers take, both read alike ----------------------------------------------------------------------

LABELS = st.dictionaries(
    st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(lambda name: name not in ("le", "quantile")),
    st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r\0"), max_size=12),
    max_size=3,
)
NUMBERS = st.one_of(
    st.integers(-(2**53), 2**53),
    st.floats(allow_subnormal=False),
)
TIMES = st.none() | st.integers(0, 4_000_000_000_000)
NAMES = st.lists(st.from_regex(r"[a-z]{2,8}x", fullmatch=True), min_size=1, max_size=4, unique=True)


def escaped(text):
    return text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def braces(labels):
    return "{" + ",".join(f'{key}="{escaped(value)}"' for key, value in labels.items()) + "}" if labels else ""


def spelled(number):
    if isinstance(number, float) and not math.isfinite(number):
        return "NaN" if math.isnan(number) else "+Inf" if number > 0 else "-Inf"
    return repr(number)


@st.composite
def texts(draw, openmetrics):
    """Return a text of gauges and histograms."""
    lines = []
    for name in draw(NAMES):
        histogram = draw(st.booleans())
        lines.append(f"# TYPE {name} {'histogram' if histogram else 'gauge'}")
        if histogram:
            counts = sorted(draw(st.lists(st.integers(0, 1000), min_size=2, max_size=4)))
            bounds = ["0.5", "1.0", "2.5"][: len(counts) - 1]
            labels = draw(LABELS)
            for bound, count in zip([*bounds, "+Inf"], counts, strict=True):
                example = f" # {braces(draw(LABELS)) or '{}'} 0.25 17" if openmetrics and draw(st.booleans()) else ""
                lines.append(f"{name}_bucket{braces({**labels, 'le': bound})} {count}{example}")
            lines.append(f"{name}_count{braces(labels)} {counts[-1]}")
            lines.append(f"{name}_sum{braces(labels)} {draw(st.integers(0, 10_000))}")
        else:
            kept = draw(st.lists(LABELS, min_size=1, max_size=3, unique_by=lambda one: sorted(one.items()).__repr__()))
            for labels in kept:
                time = draw(TIMES)
                stamp = "" if time is None else f" {time / 1000:.3f}" if openmetrics else f" {time}"
                lines.append(f"{name}{braces(labels)} {spelled(draw(NUMBERS))}{stamp}")
    return "\n".join([*lines, "# EOF", ""] if openmetrics else [*lines, ""])


def official(reader, text):
    """Return what the official parser makes of it; it refuses more than it has to, such as long exemplars."""
    try:
        return by_name(flat(reader(text)))
    except ValueError:
        return None


@given(texts(openmetrics=False))
def test_any_prometheus_text_is_read_as_the_official_parser_reads_it(text):
    found = parse_prometheus(text)
    assert found.malformed == 0
    assert by_name(flat(found.families)) == official(read_prometheus, text)


@given(texts(openmetrics=True))
def test_any_openmetrics_text_is_read_as_the_official_parser_reads_it(text):
    found = parse_prometheus(text)
    assert found.malformed == 0
    expected = official(read_openmetrics, text)
    assert expected is None or by_name(flat(found.families)) == expected


@given(st.text() | st.text(alphabet='abc_{}=",\\#\n 19.+-eINFnaTYPEHELP'))
def test_no_text_makes_reading_fail_and_no_line_is_lost(text):
    found = parse_prometheus(text)
    samples = sum(len(family.samples) for family in found.families)
    assert samples + found.malformed <= text.count("\n") + 1
    for family in found.families:
        for sample in family.samples:
            assert isinstance(sample, MetricSample)
            assert isinstance(sample.value, float)
