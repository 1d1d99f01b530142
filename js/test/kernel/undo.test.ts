import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ImpactOps, UndoPicture } from "../../src/kernel/contract";
import type { Rpc } from "../../src/kernel/rpc";
import { Undo } from "../../src/kernel/undo";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const offer = (number: number): UndoPicture => ({ number, said: `Change ${number}.`, verb: "Undo", requests: [], notes: [] });

/** What undoes the last act, with a kernel that answers when the test does. */
function undoing() {
  const asked: { resolve(data: unknown): void; reject(error: unknown): void }[] = [];
  const request = () => new Promise((resolve, reject) => asked.push({ resolve, reject }));
  const told: string[] = [];
  const undo = new Undo({ request } as unknown as Rpc<ImpactOps>, (text) => told.push(text), new AbortController().signal);
  return { asked, told, undo, settle: () => vi.advanceTimersByTimeAsync(0) };
}

async function offered() {
  const all = undoing();
  void all.undo.look("a");
  all.asked[0]!.resolve(offer(1));
  await all.settle();
  return all;
}

describe("the offer to undo the last act", () => {
  it("is not replaced by a late answer about an older act", async () => {
    const { asked, undo, settle } = undoing();
    void undo.look("a");
    void undo.look("b");
    asked[1]!.resolve(offer(2));
    await settle();
    asked[0]!.resolve(offer(1));
    await settle();
    expect(undo.offer.value?.number).toBe(2);
  });

  it("does not come back once it was dismissed", async () => {
    const { asked, undo, settle } = undoing();
    void undo.look("a");
    undo.forget();
    asked[0]!.resolve(offer(1));
    await settle();
    expect(undo.offer.value).toBeNull();
  });

  it("stays, for as long as any, when an older act has been undone meanwhile", async () => {
    const { asked, undo, settle } = await offered();
    void undo.send();
    void undo.look("b");
    asked[2]!.resolve(offer(2));
    await settle();
    asked[1]!.resolve("Change 1 was undone.");
    await settle();
    expect([undo.offer.value?.number, undo.sending.value]).toEqual([2, false]);
    await vi.runAllTimersAsync();
    expect(undo.offer.value).toBeNull();
  });

  it("stays when undoing an older act is refused, which is told all the same", async () => {
    const { asked, told, undo, settle } = await offered();
    void undo.send();
    void undo.look("b");
    asked[2]!.resolve(offer(2));
    asked[1]!.reject({ problem: { code: "changed_since", message: "It was changed since.", hint: "" } });
    await settle();
    expect([undo.offer.value?.number, undo.problem.value, told]).toEqual([2, null, ["It was changed since."]]);
  });
});
