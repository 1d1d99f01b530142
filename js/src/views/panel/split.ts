/** Shares of a whole, in whole percents. Pure. */

export const WHOLE = 100;

/**
 * The shares after one of them was moved: it gets what it was moved to, the others share the rest in proportion to what
 * they had. Whole numbers, never negative, always 100 together. One alone has everything.
 */
export function moved(shares: readonly number[], at: number, to: number): number[] {
  if (shares.length === 1) return [WHOLE];
  const own = Math.min(WHOLE, Math.max(0, Math.round(to)));
  const others = sharedOut(shares.filter((_, i) => i !== at), WHOLE - own);
  return [...others.slice(0, at), own, ...others.slice(at)];
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
