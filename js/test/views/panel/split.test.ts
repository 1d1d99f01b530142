import { describe, expect, it } from "vitest";
import { moved, sharedOut, typedShares } from "../../../src/views/panel/split";

/** Numbers that look random and are the same in every run. */
function dice(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1664525 + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** Shares of 100 among two to eight, zeros among them. */
function anyShares(roll: (below: number) => number): number[] {
  const weights = Array.from({ length: 2 + roll(7) }, () => (roll(4) ? roll(100) : 0));
  return sharedOut(weights, 100);
}

const sum = (shares: readonly number[]): number => shares.reduce((all, share) => all + share, 0);

describe("shares of the traffic, one of which is moved", () => {
  it("are whole, never negative, and always 100 together, wherever and however often", () => {
    const roll = dice(1);
    for (let round = 0; round < 2000; round++) {
      let shares = anyShares(roll);
      for (let step = 0; step < 5; step++) {
        const at = roll(shares.length);
        const to = roll(101);
        shares = moved(shares, at, to);
        expect(shares[at]).toBe(to);
        expect(sum(shares)).toBe(100);
        expect(shares.every((share) => Number.isInteger(share) && share >= 0)).toBe(true);
      }
    }
  });

  it("take from the others, or give to them, in proportion: less than one percent away from it", () => {
    const roll = dice(2);
    for (let round = 0; round < 2000; round++) {
      const shares = anyShares(roll);
      const at = roll(shares.length);
      const to = roll(101);
      const others = 100 - shares[at]!;
      if (others === 0) continue;
      moved(shares, at, to).forEach((share, i) => {
        if (i !== at) expect(Math.abs(share - (shares[i]! * (100 - to)) / others)).toBeLessThan(1);
      });
    }
  });

  it("keep their order: who had more does not get less", () => {
    const roll = dice(3);
    for (let round = 0; round < 2000; round++) {
      const shares = anyShares(roll);
      const at = roll(shares.length);
      const next = moved(shares, at, roll(101));
      for (let i = 0; i < shares.length; i++) {
        for (let j = 0; j < shares.length; j++) {
          if (i !== at && j !== at && shares[i]! > shares[j]!) expect(next[i]).toBeGreaterThanOrEqual(next[j]!);
        }
      }
    }
  });

  it("stay as they are when one is moved to where it is", () => {
    const roll = dice(4);
    for (let round = 0; round < 1000; round++) {
      const shares = anyShares(roll);
      const at = roll(shares.length);
      expect(moved(shares, at, shares[at]!)).toEqual(shares);
    }
  });

  it.each([
    [[100], 0, 30, [100]],
    [[90, 10], 0, 0, [0, 100]],
    [[90, 10], 1, 25, [75, 25]],
    [[100, 0, 0], 0, 70, [70, 15, 15]],
    [[50, 30, 20], 0, 0, [0, 60, 40]],
    [[50, 30, 20], 2, 1000, [0, 0, 100]],
    [[50, 30, 20], 2, -5, [63, 37, 0]],
  ])("%j, number %d to %d: %j", (shares, at, to, expected) => {
    expect(moved(shares, at, to)).toEqual(expected);
  });
});

describe("shares that are locked or typed", () => {
  it("stay as they are, and the others share what is left", () => {
    expect(moved([60, 10, 30], 0, 50, new Set([1]))).toEqual([50, 10, 40]);
    expect(moved([60, 10, 30], 0, 95, new Set([1]))).toEqual([90, 10, 0]);
    expect(moved([60, 10, 30], 0, 5, new Set([1, 2]))).toEqual([60, 10, 30]);
    const roll = dice(7);
    for (let i = 0; i < 500; i++) {
      const shares = anyShares(roll);
      const at = roll(shares.length);
      const locked = new Set(shares.map((_, one) => one).filter((one) => one !== at && roll(2)));
      const after = moved(shares, at, roll(130), locked);
      expect(sum(after)).toBe(100);
      expect(Math.min(...after)).toBeGreaterThanOrEqual(0);
      for (const one of locked) expect(after[one]).toBe(shares[one]);
    }
  });

  it("are one percent, or all of them at once", () => {
    expect(typedShares("60/10/30", 3)).toEqual([60, 10, 30]);
    expect(typedShares(" 60 % , 10, 30 ", 3)).toEqual([60, 10, 30]);
    expect(typedShares("35 %", 3)).toEqual([35]);
    for (const odd of ["60/10/20", "60/40", "101", "-1", "1.5", "", "x"]) expect(typedShares(odd, 3)).toBeNull();
  });
});
