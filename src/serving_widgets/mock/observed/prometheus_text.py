"""Health metrics of an endpoint, as the text that Prometheus reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from serving_widgets.mock.service import assumptions
from serving_widgets.mock.service.endpoint import EndpointRecord, Entity, draw

from .query_counters import BOUNDS_MS, Histogram, QueryCounters, QueryCounts, background_counts

_WITHOUT_CONTAINER = ("external", "foundation")
Sample = tuple[tuple[str, ...], float]


def exposition(endpoint: EndpointRecord, traffic: QueryCounters, now: float) -> str:
    """Return the metrics of the last minute in OpenMetrics' text format.

    Gauges are told by served entity, latencies for the endpoint as a whole. An endpoint that does not serve has none.

    Parameters
    ----------
    endpoint : Endpoint
        The endpoint.
    traffic : Traffic
        What was asked lately.
    now : float
        Service time.
    """
    config = endpoint.config if endpoint.ready else None
    shares = dict(config.routes) if config else {}
    tallies: dict[str, QueryCounts] = {}
    for entity in config.entities if config else ():
        tally = traffic.lately(endpoint.name, entity.name, now)
        demand = endpoint.demand * shares.get(entity.name, 0) / 100
        if demand:
            tally.merge(background_counts(endpoint.name, entity.name, demand, now))
        tallies[entity.name] = tally
    lines = []
    for name, samples in _gauges(endpoint, config.entities if config else (), tallies, now).items():
        lines.append(f"# TYPE {name} gauge")
        lines += [f"{name}{_labels(endpoint.name, *labels)} {value}" for labels, value in samples]
    for name, histogram in _histograms(tallies.values()).items():
        lines += _histogram(name, endpoint.name, histogram)
    return "\n".join([*lines, "# EOF", ""])


def _gauges(
    endpoint: EndpointRecord, entities: Iterable[Entity], tallies: Mapping[str, QueryCounts], now: float
) -> Mapping[str, list[Sample]]:
    gauges: dict[str, list[Sample]] = {name: [] for name in assumptions.GAUGES}
    for entity in entities:
        name, tally = entity.name, tallies[entity.name]
        gauges["request_count_total"].append(((name,), tally.queries))
        gauges["request_4xx_count_total"].append(((name,), tally.refused))
        gauges["request_5xx_count_total"].append(((name,), tally.broken))
        if entity.kind in _WITHOUT_CONTAINER:
            continue
        concurrency = 0 if entity.at_zero else assumptions.CONCURRENCY.get(entity.spec.get("workload_size", ""), 4)
        gauges["provisioned_concurrent_requests_total"].append(((name,), concurrency))
        if entity.at_zero:
            continue
        busy = min(tally.latency.total / (60_000 * concurrency), 1)
        noise = draw(endpoint.name, name, int(now) // 60)
        memory = 18 + 40 * draw(endpoint.name, name, "memory") + 2 * noise
        gauges["cpu_usage_percentage"].append(((name,), round(1 + 2 * noise + 90 * busy, 2)))
        gauges["mem_usage_percentage"].append(((name,), round(memory, 2)))
        if "GPU" in str(entity.spec.get("workload_type", "")):
            gauges["gpu_usage_percentage"].append(((name, "0"), round(95 * busy + noise, 2)))
            gauges["gpu_mem_usage_percentage"].append(((name, "0"), round(memory + 20, 2)))
    return {name: samples for name, samples in gauges.items() if samples}


def _histograms(tallies: Collection[QueryCounts]) -> Mapping[str, Histogram]:
    if not tallies:
        return {}
    whole = QueryCounts()
    for tally in tallies:
        whole.merge(tally)
    return {
        "request_latency_ms": whole.latency,
        "model_queue_time_ms": whole.queued,
        "model_prediction_latency_ms": whole.predicting,
    }


def _histogram(name: str, endpoint: str, histogram: Histogram) -> list[str]:
    lines = [f"# TYPE {name} histogram"]
    count = 0
    for bound, more in zip((*map(str, BOUNDS_MS), "+Inf"), histogram.counts, strict=True):
        count += more
        lines.append(f'{name}_bucket{{endpoint_name="{endpoint}",le="{bound}"}} {count}')
    labels = _labels(endpoint)
    return [*lines, f"{name}_sum{labels} {round(histogram.total, 3)}", f"{name}_count{labels} {count}"]


def _labels(*values: str) -> str:
    pairs = zip(assumptions.METRIC_LABELS, values, strict=False)
    return "{" + ",".join(f'{name}="{value}"' for name, value in pairs) + "}"
