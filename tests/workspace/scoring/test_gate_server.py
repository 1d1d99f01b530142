"""Turns for requests: as many at once as the endpoint may be asked, in all processes together, and none in a pause."""

import asyncio
import pickle
import socket
import time

import pandas as pd
import pytest

from serving_widgets.workspace.runtime import event_loop
from serving_widgets.workspace.scoring import gate_server
from serving_widgets.workspace.scoring.gate_server import LOOPBACK, GateAddress, address_towards, serve
from serving_widgets.workspace.scoring.request_gate import RequestGate


def on_loop(start):
    return event_loop.run_sync(start, twin="it")


async def most_at_once(gates, turns):
    running = most = 0

    async def one(gate):
        nonlocal running, most
        async with gate.turn() as turn:
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.01)
            running -= 1
            turn.count(10)

    await asyncio.gather(*(one(gates[number % len(gates)]) for number in range(turns)))
    return most


def test_several_processes_together_have_no_more_turns_than_one_alone():
    async def main():
        address = await serve(3, LOOPBACK, "it")
        return await most_at_once([address.gate(), address.gate(), pickle.loads(pickle.dumps(address)).gate()], 30)

    assert on_loop(main) == 3


def test_a_pause_that_one_was_told_holds_for_all():
    async def main():
        address = await serve(2, LOOPBACK, "it")
        one, other = address.gate(), address.gate()
        async with one.turn() as turn:
            turn.pause(0.3)
            began = time.monotonic()
            await asyncio.sleep(0.05)
            async with other.turn():
                return time.monotonic() - began

    assert on_loop(main) >= 0.25


def test_a_worker_that_dies_gives_its_turn_back():
    async def main():
        address = await serve(1, LOOPBACK, "it")
        reader, writer = await asyncio.open_connection(address.host, address.port)
        writer.write(f"{address.ticket}\n".encode())
        assert await reader.readline() == b"go\n"
        writer.transport.abort()
        async with address.gate().turn():
            return "had"

    assert on_loop(main) == "had"


@pytest.mark.parametrize("ticket", ["", "wrong", "é" * 100])
def test_without_the_ticket_or_a_server_each_worker_sends_one_at_a_time(ticket):
    async def main():
        address = await serve(5, LOOPBACK, "it")
        stranger = GateAddress(address.host, address.port, ticket).gate()
        nowhere = GateAddress(LOOPBACK, 9, address.ticket).gate()
        return await most_at_once([stranger], 4), await most_at_once([nowhere], 4)

    assert on_loop(main) == (1, 1)


def test_an_address_that_cannot_be_reached_is_tried_by_one_part_and_shared_by_all(monkeypatch):
    tried = []

    async def unreachable(*address):
        tried.append(address)
        raise TimeoutError

    async def main():
        address = GateAddress(LOOPBACK, 9, "ticket")
        monkeypatch.setattr(asyncio, "open_connection", unreachable)
        async with address.gate().turn():
            pass
        return await most_at_once([address.gate(), pickle.loads(pickle.dumps(address)).gate()], 4)

    assert (on_loop(main), tried) == (1, [(LOOPBACK, 9)])


def test_plans_made_at_the_same_time_share_a_server(monkeypatch):
    monkeypatch.setattr(gate_server, "_servers", {})

    async def main():
        return await asyncio.gather(serve(1, LOOPBACK, "one"), serve(1, LOOPBACK, "other"))

    one, other = on_loop(main)
    assert one.port == other.port
    assert one.ticket != other.ticket


def test_a_server_that_could_not_start_is_started_anew_by_the_next_plan(monkeypatch):
    monkeypatch.setattr(gate_server, "_servers", {})
    start = asyncio.start_server

    async def failing(*_):
        raise OSError

    async def main():
        monkeypatch.setattr(asyncio, "start_server", failing)
        failed = await asyncio.gather(*(serve(1, LOOPBACK, "it") for _ in range(2)), return_exceptions=True)
        monkeypatch.setattr(asyncio, "start_server", start)
        await serve(1, LOOPBACK, "it")
        return failed

    assert [type(each) for each in on_loop(main)] == [OSError, OSError]


def test_both_ends_of_a_turn_notice_when_the_other_machine_is_gone(monkeypatch):
    sockets, keep_alive = [], gate_server._keep_alive

    def noted(writer):
        keep_alive(writer)
        sockets.append(writer.get_extra_info("socket"))

    monkeypatch.setattr(gate_server, "_keep_alive", noted)

    async def main():
        address = await serve(1, LOOPBACK, "it")
        async with address.gate().turn():
            return [bool(each.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)) for each in sockets]

    assert on_loop(main) == [True, True]


def test_a_gate_of_this_process_counts_and_pauses():
    async def main():
        gate = RequestGate(2)
        most = await most_at_once([gate], 6)
        return most, gate.rows

    assert on_loop(main) == (2, 60)


def test_after_429_the_other_requests_of_a_table_wait_as_well(ws):
    asked = {}

    def model(rows):
        asked[rows[0]["n"]] = time.monotonic()
        return [0]

    ws.mock.serve("m", model, signature={"inputs": [{"name": "n", "type": "long"}]})
    ws.mock.faults([{"path": "*/m/invocations", "status": 429, "retry_after": 1, "count": 1}])
    ws.endpoints.get("m").predict(pd.DataFrame({"n": range(60)}), batch_rows=1, concurrency=2)
    others = [moment for row, moment in asked.items() if row]
    assert len(others) == 59
    assert max(others) - min(others) >= 0.9


def test_no_address_but_loopback_is_used_for_this_machine_alone():
    assert {address_towards(host) for host in ("", "localhost", LOOPBACK, "::1", "no.such.host.invalid")} == {LOOPBACK}
