import { describe, expect, it } from "vitest";
import { ago, duration, exact, serviceTime } from "../../src/page/time";

const S = 1000;
const MIN = 60 * S;
const H = 60 * MIN;
const D = 24 * H;

describe("times in words", () => {
  it.each([
    [-3 * S, "just now"],
    [4 * S, "just now"],
    [34 * S, "34 s ago"],
    [3 * MIN + 50 * S, "3 min ago"],
    [2 * H, "2 h ago"],
    [45 * D, "45 d ago"],
    [90 * D, "3 mo ago"],
    [800 * D, "2 y ago"],
  ])("%d ms are %s", (ms, words) => expect(ago(ms)).toBe(words));

  it.each([
    [-1, "0 s"],
    [59_999, "59 s"],
    [2 * MIN + 10 * S, "2 min 10 s"],
    [3 * MIN, "3 min"],
    [H + 4 * MIN + 59 * S, "1 h 4 min"],
    [3 * D + 2 * H, "3 d 2 h"],
  ])("%d ms last %s", (ms, words) => expect(duration(ms)).toBe(words));

  it("the exact time carries its zone", () => {
    expect(exact(1_700_000_000_000)).toMatch(/^2023-11-1[45] \d\d:\d\d:\d\d \S+$/);
    expect(exact(Number.NaN)).toBe("unknown time");
  });

  it("service time runs at its own rate from where it was taken", () => {
    const clock = { at: 1000, taken: 50, rate: 60 };
    expect(serviceTime(clock, 50)).toBe(1000);
    expect(serviceTime(clock, 60)).toBe(1600);
    expect(serviceTime({ ...clock, rate: 0 }, 99_999)).toBe(1000);
  });
});
