/** Shares of a whole, in whole percents. Pure. */

export const WHOLE = 100;

/**
 * The shares after one of them was moved: it gets what it was moved to, as far as those that are locked leave that; the
 * others share the rest in proportion to what they had. Whole numbers, never negative, always 100 together.
 */
export function moved(shares: readonly number[], at: number, to: number, locked: ReadonlySet<number> = new Set()): number[] {
  const free = WHOLE - shares.reduce((all, share, i) => (i !== at && locked.has(i) ? all + share : all), 0);
  const others = shares.map((_, i) => i).filter((i) => i !== at && !locked.has(i));
  const own = others.length ? Math.min(free, Math.max(0, Math.round(to))) : free;
  const rest = sharedOut(others.map((i) => shares[i]!), free - own);
  return shares.map((share, i) => (i === at ? own : locked.has(i) ? share : rest[others.indexOf(i)]!));
}

/** What was typed as shares: one percent, or as many as there are, "60/10/30", that sum to 100; null for anything else. */
export function typedShares(text: string, count: number): number[] | null {
  const parts = text.replaceAll("%", "").trim().split(/\s*[/,;\s]\s*/);
  const shares = parts.map((part) => (/^\d{1,3}$/.test(part) ? Number(part) : Number.NaN));
  const sum = shares.reduce((all, share) => all + share, 0);
  if (shares.length === 1) return sum <= WHOLE ? shares : null;
  return shares.length === count && sum === WHOLE ? shares : null;
}

/** Whole numbers in proportion to weights, of a given sum: the largest remainders are rounded up. Equal where all is 0. */
export function sharedOut(weights: readonly number[], total: number): number[] {
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const parts = sum > 0 ? weights : weights.map(() => 1);
  const whole = sum > 0 ? sum : weights.length;
  const shares = parts.map((part) => Math.floor((part * total) / whole));
  const rest = parts.map((part) => (part * total) % whole);
  const missing = total - shares.reduce((all, share) => all + share, 0);
  const order = parts.map((_, i) => i).sort((a, b) => rest[b]! - rest[a]! || a - b);
  for (const i of order.slice(0, missing)) shares[i]! += 1;
  return shares;
}
