import { describe, expect, it } from "vitest";
import { ALL, choose, DEFAULTS, Matches, NONE, type Options, rowOf, soughtBy, step } from "../../../src/views/logs/list/choose";
import { even, linesOnScreen, uneven } from "../../../src/views/logs/list/geometry";
import type { LinePart } from "../../../src/views/logs/contract";
import { Lines } from "../../../src/views/logs/list/lines";
import { MOST_DRAWN, piecesOf, plainOf, safeToPaste, stampOf } from "../../../src/views/logs/list/text";

/** A line: its text, level 0 to 4, whether it begins something, its replica's number, whether lines are missing before. */
type Line = [text: string, level?: number, head?: boolean, replica?: number, gap?: boolean];

function part(lines: Line[], from = 0): LinePart {
  const character = (code: number): string => String.fromCharCode(48 + code);
  return {
    begin: from,
    text: lines.map(([text]) => text).join("\n"),
    marks: lines.map(([, level = 0, head = true, , gap]) => character(level + (head ? 8 : 0) + (gap ? 16 : 0))).join(""),
    replicas: lines.map(([, , , replica = 0]) => character(replica)).join(""),
  };
}

function log(...lines: Line[]): Lines {
  const made = new Lines();
  made.resize(0, lines.length);
  made.put(part(lines));
  return made;
}

function shown(lines: Lines, change: Partial<Options> = {}, whose = ALL, opened: number[] = []): number[] {
  const options = { ...DEFAULTS, ...change };
  const { sought } = soughtBy(options);
  const matched = sought && new Matches().of(lines, sought, options.times);
  return [...choose(lines, options, whose, matched, new Set(opened)).rows];
}

function found(lines: Lines, change: Partial<Options>): number[] {
  const options = { ...DEFAULTS, ...change };
  const matched = new Matches().of(lines, soughtBy(options).sought!, options.times);
  return [...choose(lines, options, ALL, matched, new Set()).matches];
}

const TRACE: Line[] = [
  ["[ERROR] Exception on /invocations", 4],
  ["Traceback (most recent call last):", 4, false],
  ['  File "model.py", line 3', 4, false],
  ["ValueError: bad", 4, false],
];

describe("the text of a line", () => {
  const looks = (raw: string): [string, string][] => piecesOf(raw).map(({ text, look }) => [text, look]);

  it.each<[string, [string, string][]]>([
    ["plain", [["plain", ""]]],
    ["\x1b[31mred\x1b[0m not", [["red", "sw-ansi-1"], [" not", ""]]],
    ["\x1b[1;92mbold green\x1b[22m green\x1b[39m none", [["bold green", "sw-ansi-bold sw-ansi-10"], [" green", "sw-ansi-10"], [" none", ""]]],
    ["\x1b[33;41mon red", [["on red", "sw-ansi-ground-1"]]],
    ["\x1b[38;5;196mone of 256\x1b[m", [["one of 256", "sw-ansi-9"]]],
    ["\x1b[38;2;0;90;200mone of millions", [["one of millions", "sw-ansi-4"]]],
    ["\x1b[4:3mcurly", [["curly", "sw-ansi-under sw-ansi-italic"]]],
    ["a\x1b[2Kb\x1b]0;title\x07c", [["a", ""], ["b", ""], ["c", ""]]],
    ["\x1b]8;;https://evil.example\x1b\\link\x1b]8;;\x1b\\", [["link", ""]]],
    ["<img src=x onerror=alert(1)>", [["<img src=x onerror=alert(1)>", ""]]],
    ["a\u202etxt.exe", [["a", ""], ["U+202E", "sw-log-control"], ["txt.exe", ""]]],
    ["bell\x07", [["bell", ""], ["U+0007", "sw-log-control"]]],
  ])("draws %j", (raw, pieces) => {
    expect(looks(raw)).toEqual(pieces);
  });

  it("has no escape sequence and nothing that a terminal obeys once it is copied", () => {
    expect(safeToPaste("\x1b[31mred\x1b[0m\ta\u202eb\x07\r")).toBe("red\tab");
    expect(plainOf("\x1b[31mred\x1b[0m")).toBe("red");
  });

  it("marks what is searched for, across colours", () => {
    const pieces = piecesOf("a\x1b[31mbc\x1b[0md", { sought: /bcd/g });
    expect(pieces.map(({ text, look }) => [text, look])).toEqual([
      ["a", ""],
      ["bc", "sw-ansi-1 sw-log-found"],
      ["d", "sw-log-found"],
    ]);
  });

  it("takes an expression that finds nothing at all, everywhere", () => {
    expect(piecesOf("abc", { sought: /x*/g })).toEqual([{ text: "abc", look: "" }]);
  });

  it("draws the beginning of a line that is longer than a screen, and says how much is left", () => {
    const pieces = piecesOf("x".repeat(MOST_DRAWN + 7));
    expect(pieces[0]!.text).toHaveLength(MOST_DRAWN);
    expect(pieces[1]!.text).toContain("7 more characters");
  });

  it.each<[string, [number, number]]>([
    ["[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] x", [8, 36]],
    ["2026-01-12 09:00:05,123 WARNING x", [0, 24]],
    ["2026/01/12 09:00:05 INFO x", [0, 20]],
    ["no stamp 2026-01-12 09:00:05", [0, 0]],
  ])("knows where the time stamp of %j is", (plain, place) => {
    expect(stampOf(plain)).toEqual(place);
    expect(piecesOf(plain, { hidden: place }).map(({ text }) => text).join("")).not.toMatch(/^(\[\w{5}\] )?\[?2026/);
  });
});

describe("lines", () => {
  it("take parts in any order and know what is missing", () => {
    const lines = new Lines();
    lines.resize(0, 10);
    lines.put(part([["c"], ["d"]], 4));
    expect(lines.missing(0, 10)).toEqual([[0, 4], [6, 10]]);
    lines.put(part([["y"]], 9));
    expect(lines.loaded).toBe(3);
    expect(lines.complete).toBe(false);
  });

  it("keep their numbers when old ones go", () => {
    const lines = log(["a"], ["b"], ["c"]);
    lines.resize(2, 5);
    expect(lines.plain(2)).toBe("c");
    expect(lines.has(1)).toBe(false);
    expect(lines.missing(0, 9)).toEqual([[3, 5]]);
  });

  it("of two replicas that write at the same time stay apart", () => {
    const lines = log(["head", 4, true, 1], ["other", 2, true, 2], ["  goes on", 4, false, 1], ["  too", 2, false, 2]);
    const { head, size } = lines.units();
    expect([...head]).toEqual([0, 1, 0, 1]);
    expect([...size]).toEqual([1, 1, 0, 0]);
  });

  it("that go on with something graver make all of it as grave", () => {
    expect([...log(["said", 2], ["Traceback (most recent call last):", 4, false]).units().level]).toEqual([4, 4]);
  });

  it("do not go on across a gap", () => {
    expect([...log(["head", 4], ["  rest", 4, false, 0, true]).units().head]).toEqual([0, 1]);
  });
});

describe("what is shown", () => {
  const lines = (): Lines => log(["one", 2], ...TRACE, ["two", 2], ["three", 3], ["four", 1]);

  it("is everything, tracebacks folded to their first line", () => {
    expect(shown(lines())).toEqual([0, 1, 5, 6, 7]);
    expect(shown(lines(), { fold: false })).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(shown(lines(), {}, ALL, [1])).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it("is the things of the chosen levels, each whole", () => {
    expect(shown(lines(), { levels: new Set([4]), fold: false })).toEqual([1, 2, 3, 4]);
    expect(shown(lines(), { levels: new Set([1, 3]) })).toEqual([6, 7]);
  });

  it("is the lines of the chosen replica", () => {
    const two = log(["a", 0, true, 1], ["b", 0, true, 2], ["c", 0, true, 1]);
    expect(shown(two, {}, 1)).toEqual([0, 2]);
    expect(shown(two, {}, NONE)).toEqual([]);
  });

  it("is the lines that match, with context where that is wanted", () => {
    const ten = log(...Array.from({ length: 10 }, (_, i): Line => [i === 5 ? "needle" : `hay ${i}`]));
    expect(shown(ten, { query: "needle", filter: true })).toEqual([5]);
    expect(shown(ten, { query: "needle", filter: true, context: 2 })).toEqual([3, 4, 5, 6, 7]);
    expect(shown(ten, { query: "hay", filter: true, context: 3 })).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("counts context among the lines that level and replica let through", () => {
    const mixed = log(["a", 2], ["x", 1], ["b needle", 2], ["y", 1], ["c", 2]);
    expect(shown(mixed, { query: "needle", filter: true, context: 1, levels: new Set([2]) })).toEqual([0, 2, 4]);
  });

  it("has a matching line of a folded traceback, but not the others", () => {
    expect(shown(lines(), { query: "ValueError", filter: true })).toEqual([4]);
  });

  it("is not narrowed by a search that only leads from match to match", () => {
    expect(shown(lines(), { query: "two" })).toEqual(shown(lines()));
  });

  it("says where lines are missing", () => {
    expect(shown(log(["a"], ["b", 0, true, 0, true]))).toEqual([0, -2, 1]);
  });

  it("keeps a place for lines that are not here yet, until a filter has to know them", () => {
    const partly = new Lines();
    partly.resize(0, 4);
    partly.put(part([["c", 4]], 2));
    expect(shown(partly)).toEqual([0, 1, 2, 3]);
    expect(shown(partly, { levels: new Set([4]) })).toEqual([2]);
  });

  it.each<[string, Partial<Options>, number[]]>([
    ["plain text", { query: "a.c" }, [1]],
    ["an expression", { query: "a.c", regex: true }, [0, 1, 2]],
    ["capitals", { query: "ABC", exact: true }, [2]],
    ["an anchored expression", { query: "^a", regex: true }, [0, 1, 2]],
    ["text with escapes in it", { query: "red flag" }, [3]],
  ])("finds %s", (_, change, expected) => {
    expect(found(log(["abc"], ["a.c"], ["ABC"], ["\x1b[31mred\x1b[0m flag"]), change)).toEqual(expected);
  });

  it("finds nothing in a time stamp that is not shown", () => {
    const stamped = log(["[hc4q8] [2026-01-12 09:00:05 +0000] [7] [INFO] at five"]);
    expect(found(stamped, { query: "09:00" })).toEqual([0]);
    expect(found(stamped, { query: "09:00", times: false })).toEqual([]);
    expect(found(stamped, { query: "] [7]", times: false })).toEqual([0]);
  });

  it("says what is wrong with an expression", () => {
    expect(soughtBy({ ...DEFAULTS, query: "(", regex: true }).fault).toMatch(/^Invalid regular expression/);
    expect(soughtBy({ ...DEFAULTS, query: "(" }).sought).not.toBeNull();
  });

  it("agrees with looking at every line, whatever is chosen", () => {
    const random = seeded(7);
    for (let round = 0; round < 200; round++) {
      const all: Line[] = Array.from({ length: 1 + random(30) }, () => [
        ["alpha", "beta", "Traceback (most recent call last):", "gamma"][random(4)]!,
        random(5),
        random(3) > 0,
        random(3),
        random(15) === 0,
      ]);
      const lines = log(...all);
      const options = { levels: new Set(random(2) ? [random(5)] : []), context: random(3), filter: random(2) === 1, fold: false };
      const query = random(2) ? "alpha" : "";
      const whose = random(3) ? ALL : random(3);
      expect(shown(lines, { ...options, query }, whose).filter((row) => row >= 0)).toEqual(
        slowly(lines, all.length, options, query, whose),
      );
    }
  });
});

/** What is shown without folding, line by line. */
function slowly(
  lines: Lines,
  count: number,
  { levels, context, filter }: { levels: Set<number>; context: number; filter: boolean },
  query: string,
  whose: number,
): number[] {
  const { level } = lines.units();
  const candidates = Array.from({ length: count }, (_, line) => line).filter(
    (line) => (levels.size === 0 || levels.has(level[line]!)) && (whose === ALL || lines.replica(line) === whose),
  );
  if (!filter || !query) return candidates;
  return candidates.filter((_, at) =>
    candidates.some((line, other) => Math.abs(at - other) <= context && lines.plain(line).includes(query)),
  );
}

function seeded(state: number): (below: number) => number {
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

describe("moving on", () => {
  const numbers = new Int32Array([3, 7, 9]);

  it.each<[number, 1 | -1, number]>([
    [-1, 1, 3],
    [3, 1, 7],
    [5, 1, 7],
    [9, 1, 3],
    [9, -1, 7],
    [8, -1, 7],
    [3, -1, 9],
  ])("from %i by %i leads to %i", (from, by, to) => {
    expect(step(numbers, from, by)).toBe(to);
  });

  it("leads nowhere where there is nothing", () => {
    expect(step(new Int32Array(), 0, 1)).toBeNull();
  });

  it("finds the row of a line, or of the next one", () => {
    const rows = new Int32Array([2, -6, 5, 9]);
    expect([0, 2, 3, 5, 6, 10].map((line) => rowOf(rows, line))).toEqual([0, 0, 1, 1, 3, 4]);
  });
});

describe("where rows are", () => {
  it("rows of one height are counted", () => {
    const rows = even(1000);
    expect([rows.top(10), rows.at(205), rows.at(1e9), rows.height]).toEqual([200, 10, 999, 20_000]);
  });

  it("rows of many heights are added up", () => {
    const rows = uneven(new Uint16Array([1, 3, 1]));
    expect([0, 19, 20, 79, 80, 99, 1000].map((pixels) => rows.at(pixels))).toEqual([0, 0, 1, 1, 2, 2, 2]);
    expect([rows.top(2), rows.height]).toEqual([80, 100]);
  });

  it("a text takes as many lines as it has to", () => {
    expect([linesOnScreen("", 80), linesOnScreen("x".repeat(80), 80), linesOnScreen("x".repeat(81), 80)]).toEqual([1, 1, 2]);
  });
});
