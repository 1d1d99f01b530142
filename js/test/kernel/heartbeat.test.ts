import { describe, expect, it } from "vitest";
import { signal } from "@preact/signals";
import { watchVisibility } from "../../src/kernel/heartbeat";
import { FakeModel } from "../fake";
import { settle, useMounts } from "../mounted";

useMounts();

/** What the browser reports about an element, by hand. */
class Observer {
  static all: Observer[] = [];
  constructor(readonly report: (changes: { isIntersecting: boolean }[]) => void) {
    Observer.all.push(this);
  }
  observe(): void {}
  disconnect(): void {}
}

function views(count: number, runtimeId: string) {
  Observer.all = [];
  (globalThis as { IntersectionObserver: unknown }).IntersectionObserver = Observer;
  const runtime = new FakeModel({});
  const lives = Array.from({ length: count }, (_, i) => {
    const life = new AbortController();
    const awaited = signal(false);
    watchVisibility({ id: `view-${i}`, root: document.createElement("div"), signal: life.signal, awaited }, runtime, runtimeId);
    return Object.assign(life, { awaited });
  });
  const show = (at: number, visible: boolean): void => Observer.all[at]!.report([{ isIntersecting: visible }]);
  return { runtime, lives, show };
}

describe("the heartbeat", () => {
  it("comes at once, so that its answer can aim the next ones past a busy cell", () => {
    const { runtime, show } = views(2, "kernel-0");
    show(0, true);
    show(1, true);
    expect(runtime.sent.map(({ args }) => args.views)).toEqual([["view-0"]]);
  });

  it("is one message for each kernel every 20 s, naming the views on screen", async () => {
    const { runtime, show } = views(3, "kernel-a");
    show(0, true);
    show(2, true);
    await settle(61_000);
    const later = runtime.sent.slice(1).map(({ op, args }) => [op, args.views]);
    expect(later).toEqual(Array(3).fill(["beat", ["view-0", "view-2"]]));
  });

  it("stops while no view is on screen, and comes at once when one returns later", async () => {
    const { runtime, show } = views(1, "kernel-b");
    show(0, true);
    await settle(21_000);
    show(0, false);
    await settle(120_000);
    expect(runtime.sent).toHaveLength(2);
    show(0, true);
    expect(runtime.sent).toHaveLength(3);
  });

  it("forgets a closed view", async () => {
    const { runtime, lives, show } = views(2, "kernel-c");
    show(0, true);
    show(1, true);
    lives[0]!.abort();
    await settle(21_000);
    expect(runtime.sent[1]!.args.views).toEqual(["view-1"]);
    lives[1]!.abort();
    await settle(60_000);
    expect(runtime.sent).toHaveLength(2);
  });

  it("survives a kernel that is gone", async () => {
    const { runtime, show } = views(1, "kernel-d");
    runtime.dead = true;
    show(0, true);
    await settle(41_000);
    expect(runtime.sent).toHaveLength(0);
  });
});
