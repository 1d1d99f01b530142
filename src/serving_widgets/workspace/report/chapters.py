"""What a report says of each endpoint: its facts as tables, cards and drawings under headings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from serving_widgets.api.endpoint.columns import served
from serving_widgets.api.metrics.metric_gaps import metrics_gap
from serving_widgets.render.blocks.messages import Message
from serving_widgets.render.blocks.table import Table
from serving_widgets.render.blocks.text import FailedText, moment
from serving_widgets.render.cards import Card, status_card
from serving_widgets.render.diagnosis import diagnosis_card
from serving_widgets.render.endpoints import status_label, status_words
from serving_widgets.render.metrics import MetricsPage
from serving_widgets.render.permissions import abilities_table, access_table
from serving_widgets.render.report.content import Block, EndpointChapter, ReportSection
from serving_widgets.render.schema import schema_card
from serving_widgets.workspace.metrics.metric_history import tracks

from .remarks import Remark, remarks_on, requests_a_minute

if TYPE_CHECKING:
    from serving_widgets.workspace.watch.update_timeline import Update

    from .comparing import ReportedChange
    from .reading import EndpointFacts

#: Rows of a table that tells of one endpoint.
MOST = 60


def chapter_of(facts: EndpointFacts) -> EndpointChapter:
    """Return the chapter of an endpoint."""
    noted = remarks_on(facts)
    sections = (
        ReportSection("State and configuration", _state(facts)),
        ReportSection("Remarks", tuple(_remarks(noted))),
        ReportSection("Why the update failed", tuple(_failure(facts))),
        ReportSection("Last updates", tuple(_updates(facts.updates))),
        ReportSection("Traffic and metrics", tuple(_metrics(facts))),
        ReportSection("Permissions", tuple(_permissions(facts))),
        ReportSection("Schema", tuple(_schema(facts))),
    )
    urgent = any(remark.urgent for remark in noted)
    return EndpointChapter(facts.info.name, status_words(facts.status), sections, urgent)


def attention_table(facts: Sequence[EndpointFacts]) -> Table:
    """Return what needs attention: what failed, then what is idle, then what is always on."""
    noted = [(each.info.name, remark) for each in facts for remark in remarks_on(each) if remark.urgent]
    noted.sort(key=lambda pair: (pair[1].rank, pair[0]))
    rows = [(name, _what(remark), f"{remark.evidence} {remark.advice}".rstrip()) for name, remark in noted]
    caption = "" if rows else "Nothing failed, is idle, or is always on."
    return Table(("Name", "What", "Why, and what to do"), rows, caption)


def overview_table(facts: Sequence[EndpointFacts]) -> Table:
    """Return all endpoints, a row each."""
    rows = [
        (
            each.info.name,
            status_label(each.status),
            _serves(each),
            _number(requests_a_minute(each)),
            moment(each.info.last_updated_timestamp),
            "; ".join(remark.what for remark in remarks_on(each) if remark.what != each.status.label),
        )
        for each in facts
    ]
    columns = ("Name", "Status", "Serves", "Requests a minute", "Last change (UTC)", "Remarks")
    return Table(columns, rows, "" if rows else "There are no endpoints, or none that you may view.")


def changes_table(changes: Sequence[ReportedChange], since: str) -> Table:
    """Return what has changed since an earlier report, a row each."""
    rows = [(change.endpoint, change.what, change.before, change.after) for change in changes]
    return Table(("Name", "What", "Before", "Now"), rows, f"Since {since}" if rows else f"Nothing, since {since}.")


def _state(facts: EndpointFacts) -> tuple[Block, ...]:
    card = status_card(facts.info, where="", status=facts.status)
    told = [(word, said) for word, said in card.facts if word not in _ELSEWHERE]
    return (Card("Facts", told, [_bounded(table) for table in card.tables]),)


#: Facts that a report tells in another place, or that are none to those who read it.
_ELSEWHERE = ("Status", "Find out why", "Your permission")


def _remarks(noted: Sequence[Remark]) -> list[Block]:
    rows = [(_what(remark), remark.evidence, remark.advice) for remark in noted]
    return [Table(("What", "What shows it", "What to do"), rows)] if rows else []


def _what(remark: Remark) -> str:
    return FailedText(remark.what) if remark.urgency == "failed" else remark.what


def _failure(facts: EndpointFacts) -> list[Block]:
    if facts.log is None:
        return [Message(f"Its log could not be read: {facts.missing['log']}")] if "log" in facts.missing else []
    card = diagnosis_card(facts.log.findings)
    words = facts.log.words
    end = (
        f"The end of {words}:\n\n" + "\n".join(facts.log.lines) if facts.log.lines else f"There is nothing in {words}."
    )
    return [*([card] if card is not None else []), Message(end)]


def _updates(updates: Sequence[Update]) -> list[Block]:
    if not updates:
        return [Message("None was seen while this workspace was open.")]
    *earlier, last = updates
    rows = [
        (step.entity, step.state, step.message, moment(step.started), _minutes(step.started, step.ended))
        for step in last.steps
    ]
    columns = ("Entity", "State", "Message", "Since (UTC)", "Took")
    steps = Table(columns, rows, f"The update to configuration {last.version} {_how(last)}, as far as it was seen")
    before = [(str(each.version), moment(each.started), _how(each)) for each in reversed(earlier)]
    tables = [steps, Table(("Configuration", "Since (UTC)", "What became of it"), before, "Updates before it")]
    return [_bounded(table) for table in tables if table.rows]


def _how(update: Update) -> str:
    took = _minutes(update.started, update.finished)
    if not update.over:
        return "goes on"
    return f"{'failed' if update.failed else 'was done'}{f' after {took}' if took else ''}"


def _minutes(begin: float | None, end: float | None) -> str:
    if begin is None or end is None or end < begin:
        return ""
    seconds = round((end - begin) / 1000)
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min {seconds % 60:02d} s"


def _metrics(facts: EndpointFacts) -> list[Block]:
    if "metrics" in facts.missing:
        return [Message(f"They could not be read: {facts.missing['metrics']}")]
    told = bool(facts.scrapes) and bool(facts.scrapes[-1].series)
    gap = metrics_gap(facts.info, told=told)
    alone = "Only one minute was measured; with more, their trend is drawn." if told and len(facts.scrapes) == 1 else ""
    page = MetricsPage.of(facts.info, "", [gap, alone], tracks(facts.scrapes))
    drawn = [drawing for drawing in page.drawings() if not drawing.flat]
    return [*(Message(each) for each in page.said), *map(_bounded, page.tables), *drawn]


def _permissions(facts: EndpointFacts) -> list[Block]:
    if facts.acl is None:
        return [Message(facts.missing.get("permissions", "They are not known."))]
    # Who makes the report is no one to those who read it: no principal is "you".
    access = access_table(facts.acl, facts.info.name, where="")
    able = abilities_table(facts.acl, facts.info.name, where="")
    return [_bounded(_captioned(able, "What each can do, and why")), _bounded(_captioned(access, "Grants"))]


def _schema(facts: EndpointFacts) -> list[Block]:
    if facts.document is None:
        return [Message(facts.missing.get("schema", "It has none."))]
    card = schema_card(facts.document, name=facts.info.name, where="")
    told = [(word, said) for word, said in card.facts if word != "Notes"]
    return [Card("What it takes", told, [_bounded(table) for table in card.tables])]


def _serves(facts: EndpointFacts) -> str:
    entities = facts.info.entities
    config = facts.info.config
    routes = config.traffic_config.routes if config is not None and config.traffic_config is not None else ()
    shares = {route.served_entity_name or route.served_model_name: route.traffic_percentage for route in routes}
    if len(entities) < 2:
        return ", ".join(map(served, entities))
    told = [(served(entity), shares.get(entity.name)) for entity in entities]
    return ", ".join(name if share is None else f"{name} ({share} %)" for name, share in told)


def _number(value: float | None) -> float | int | None:
    return None if value is None else int(value) if value == int(value) else round(value, 2)


def _captioned(table: Table, caption: str) -> Table:
    return Table(table.columns, table.rows, caption, table.note, table.code)


def _bounded(table: Table) -> Table:
    """Return the first rows of a table, less the columns that none of its rows fills."""
    more = len(table.rows) - MOST
    note = f"And {more:,} more. {table.note}".rstrip() if more > 0 else table.note
    filled = [any(cell not in (None, "") for cell in cells) for cells in zip(*table.rows, strict=True)]
    kept = [place for place, has in enumerate(filled) if has or place == 0]
    rows = [[row[place] for place in kept] for row in table.rows[:MOST]]
    return Table([table.columns[place] for place in kept], rows, table.caption, note, table.code)
