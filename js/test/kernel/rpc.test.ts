import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Rpc, RpcError } from "../../src/kernel/rpc";
import { FakeModel } from "../fake";

function line(events = {}) {
  const model = new FakeModel({});
  const life = new AbortController();
  return { model, life, rpc: new Rpc<any>(model, events, life.signal) };
}

describe("a request", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("gets the result that carries its id, and no other's", async () => {
    const { model, rpc } = line();
    const [first, second] = [rpc.request("refresh", {}), rpc.request("refresh", {})];
    const [a, b] = model.sent;
    model.say({ id: b!.id, type: "result", data: 2 });
    model.say({ id: a!.id, type: "result", data: 1 });
    expect(await Promise.all([first, second])).toEqual([1, 2]);
  });

  it("passes progress on in order before its result", async () => {
    const { model, rpc } = line();
    const seen: unknown[] = [];
    const done = rpc.request("rows", {}, { onProgress: (data) => seen.push(data) });
    const { id } = model.sent[0]!;
    model.say({ id, type: "ack" });
    model.say({ id, type: "progress", data: 1 });
    model.say({ id, type: "progress", data: 2 });
    model.say({ id, type: "result", data: null });
    await done;
    expect(seen).toEqual([1, 2]);
  });

  it("is rejected with the kernel's words when it fails", async () => {
    const { model, rpc } = line();
    const done = rpc.request("act", {});
    const problem = { code: "permission_denied", message: "You may not.", hint: "Ask bob." };
    model.say({ id: model.sent[0]!.id, type: "error", error: problem });
    await expect(done).rejects.toMatchObject({ problem });
  });

  it("is called queued after a second without an acknowledgement, and is sent once all the same", async () => {
    const { model, rpc } = line();
    const queued = vi.fn();
    void rpc.request("act", {}, { onQueued: queued });
    await vi.advanceTimersByTimeAsync(999);
    expect(queued).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(queued).toHaveBeenCalledWith(true);
    await vi.advanceTimersByTimeAsync(600_000);
    model.say({ id: model.sent[0]!.id, type: "ack" });
    expect(queued).toHaveBeenLastCalledWith(false);
    expect(model.sent).toHaveLength(1);
  });

  it("reports silence after five seconds, but not once acknowledged", async () => {
    const silent = vi.fn();
    const { model, rpc } = line({ silent });
    void rpc.request("hello", {});
    model.say({ id: model.sent[0]!.id, type: "ack" });
    await vi.advanceTimersByTimeAsync(10_000);
    expect(silent).not.toHaveBeenCalled();
    void rpc.request("hello", {});
    await vi.advanceTimersByTimeAsync(5000);
    expect(silent).toHaveBeenCalledOnce();
  });

  it("can be cancelled, which tells the kernel and ignores a late result", async () => {
    const { model, rpc } = line();
    const stop = new AbortController();
    const done = rpc.request("rows", {}, { signal: stop.signal });
    const { id } = model.sent[0]!;
    stop.abort();
    await expect(done).rejects.toMatchObject({ problem: { code: "cancelled" } });
    expect(model.requests("cancel")[0]!.args).toEqual({ id });
    model.say({ id, type: "result", data: 1 });
  });

  it("says that nothing was sent when the comm throws", async () => {
    const unsendable = vi.fn();
    const { model, rpc } = line({ unsendable });
    model.dead = true;
    await expect(rpc.request("act", {})).rejects.toMatchObject({ problem: { code: "not_sent" } });
    expect(unsendable).toHaveBeenCalledOnce();
  });

  it("ends with its view, which then listens no more", async () => {
    const { model, life, rpc } = line();
    const done = rpc.request("act", {});
    life.abort();
    await expect(done).rejects.toBeInstanceOf(RpcError);
    expect(model.listeners).toBe(0);
  });

  it("leaves messages for other views' requests alone", () => {
    const message = vi.fn();
    const { model } = line({ message });
    model.say({ id: "another-view-1", type: "result", data: {} });
    expect(message).not.toHaveBeenCalled();
    model.say({ type: "delta", base: 1, rev: 2 });
    expect(message).toHaveBeenCalledOnce();
  });
});
