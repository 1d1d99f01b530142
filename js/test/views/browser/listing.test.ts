import { describe, expect, it } from "vitest";
import { entryOf, FACETS, facetValues, find, nextSort, NO_QUERY, type Query, sort } from "../../../src/views/browser/listing";
import type { BrowserState, Row } from "../../../src/views/browser/contract";
import { made, row } from "../../fake";

const WORDS = ["Ready", "Ready (Updating)", "Not ready (Stopped)", "Ready (Update failed)"];
const PHASES = ["ready", "updating", "stopped", "failed"] as const;
const COLUMNS = ["name", "status", "entities", "creator", "updated", "tags"];
const by = (key: string) => ({ key, kind: made<BrowserState>("endpoint_browser").columns.find((one) => one.key === key)!.kind });
const sorted = (key: string, down: boolean) => ({ column: key, kind: by(key).kind, down });

/** Rows of every sort, the same for the same seed. */
function rows(seed: number, count = 60): Row[] {
  let state = seed;
  const pick = (below: number): number => {
    state = (state * 1664525 + 1013904223) % 2 ** 32;
    return Math.floor((state / 2 ** 32) * below);
  };
  return Array.from({ length: count }, (_, i) => {
    const at = pick(4);
    return row(`ep-${i}`, {
      kind: ["custom", "external", "feature"][pick(3)]!,
      creator: ["", "alice", "bob", "Zoe"][pick(4)]!,
      updated: pick(4) ? pick(1000) : null,
      tags: pick(2) ? [`env: ${["prod", "dev"][pick(2)]}`] : [],
      entities: pick(3) ? [`model-${pick(5)}`] : [],
      status: { label: WORDS[at]!, phase: PHASES[at]!, note: "" },
    });
  });
}

const entries = (all: Row[]) => all.map((one) => entryOf(one));
const names = (found: readonly { row: Row }[]): string[] => found.map((one) => one.row.name);
const query = (change: Partial<Query> = {}): Query => ({ ...NO_QUERY, ...change });

describe("searching", () => {
  const all = entries([
    row("fraud-detector", { tags: ["env: prod"], entities: ["champion"] }),
    row("churn", { creator: "bob@example.com", status: { label: "Ready (Update failed)", phase: "failed", note: "" } }),
    row("nightly", { status: { label: "Ready", phase: "ready", note: "Scaled to zero" } }),
  ]);
  it.each([
    ["FRAUD", ["fraud-detector"]],
    ["env=prod", ["fraud-detector"]],
    ["champion", ["fraud-detector"]],
    ["bob failed", ["churn"]],
    ["scaled", ["nightly"]],
    ["  ", ["fraud-detector", "churn", "nightly"]],
    ["fraud bob", []],
  ])("for %j finds %j", (text, expected) => {
    expect(names(find(all, query({ text })).entries)).toEqual(expected);
  });
});

describe("facets", () => {
  it("promise exactly the rows that picking a value then shows, under any other filters", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const all = entries(rows(seed));
      const picked = {
        status: new Set(seed % 2 ? [WORDS[seed % 4]!] : []),
        kind: new Set(seed % 3 ? ["custom", "external"] : []),
        creator: new Set(seed % 5 ? ["alice", ""] : []),
        model: new Set<string>(seed % 7 ? [] : ["model-3"]),
        tag: new Set(seed % 3 ? [] : ["env: prod"]),
        permission: new Set<string>(),
      };
      const text = seed % 4 ? "ep" : "model-1";
      const { counts } = find(all, { text, picked });
      for (const facet of FACETS) {
        for (const value of new Set(all.flatMap((entry) => facetValues(entry.row, facet)))) {
          const alone = find(all, { text, picked: { ...picked, [facet]: new Set([value]) } });
          expect(counts[facet].get(value) ?? 0, `seed ${seed}: ${facet} ${value}`).toBe(alone.entries.length);
        }
      }
    }
  });
});

describe("sorting", () => {
  it("is total, keeps every row, and leaves the order between equals to the next key and then the name", () => {
    for (let seed = 1; seed <= 30; seed++) {
      const all = entries(rows(seed));
      const keys = [
        sorted(COLUMNS[seed % 6]!, seed % 2 === 0),
        sorted(COLUMNS[(seed * 5 + 1) % 6]!, seed % 3 === 0),
      ];
      const found = names(sort(all, keys));
      expect([...found].sort()).toEqual(names(all).sort());
      expect(names(sort([...all].reverse(), keys)), `seed ${seed}`).toEqual(found);
    }
  });

  it("puts rows without a value last in both directions", () => {
    const all = entries([row("none", { updated: null }), row("old", { updated: 1 }), row("new", { updated: 2 })]);
    expect(names(sort(all, [sorted("updated", false)]))).toEqual(["old", "new", "none"]);
    expect(names(sort(all, [sorted("updated", true)]))).toEqual(["new", "old", "none"]);
    const creators = entries([row("a", { creator: "" }), row("b", { creator: "x" }), row("c", { creator: "y" })]);
    expect(names(sort(creators, [sorted("creator", true)]))).toEqual(["c", "b", "a"]);
  });

  it("by status brings trouble to the top", () => {
    const all = entries(rows(3));
    const [first] = sort(all, [sorted("status", false)]);
    expect(first!.row.status.phase).toBe("failed");
  });

  it("reads numbers in names as numbers", () => {
    const all = entries([row("m10"), row("m9"), row("m1")]);
    expect(names(sort(all, []))).toEqual(["m1", "m9", "m10"]);
  });
});

describe("a click on a header", () => {
  const name = sorted("name", false);
  it("sorts by that column alone, and turns it round the next time", () => {
    expect(nextSort([name], by("status"), false)).toEqual([sorted("status", false)]);
    expect(nextSort([name], by("name"), false)).toEqual([sorted("name", true)]);
  });
  it("shows the newest first where the column is a time", () => {
    expect(nextSort([name], by("updated"), false)).toEqual([sorted("updated", true)]);
  });
  it("with Shift adds a key, turns it round, and takes it away again", () => {
    const two = nextSort([name], by("status"), true);
    expect(two).toEqual([name, sorted("status", false)]);
    const turned = nextSort(two, by("status"), true);
    expect(turned).toEqual([name, sorted("status", true)]);
    expect(nextSort(turned, by("status"), true)).toEqual([name]);
  });
});

describe("an entry", () => {
  it("is kept when its row is equal, so that nothing is drawn again", () => {
    const before = entryOf(row("churn"));
    expect(entryOf(row("churn"), before)).toBe(before);
  });
  it("remembers when the status changed, and forgets no earlier change for another reason", () => {
    const before = entryOf(row("churn"));
    expect(before.changed).toBe(0);
    const stopped = entryOf(row("churn", { busy: "stop" }), before);
    expect(stopped.changed).toBeGreaterThan(0);
    expect(entryOf(row("churn", { busy: "stop", creator: "bob" }), stopped).changed).toBe(stopped.changed);
  });
});
