/**
 * What a line of a log looks like: text, and nothing that a terminal or a browser would obey.
 *
 * Colours become classes. Every other escape sequence is left out, links among them; control characters and marks that
 * change the direction of writing are spelled out.
 */

/** A piece of a line that is drawn in one way. */
export interface Piece {
  text: string;
  /** Classes, "" for plain text. */
  look: string;
}

export interface Drawing {
  /** Characters that are not drawn: from and to, in the plain text. */
  hidden?: readonly [number, number];
  /** What is searched for, as a global expression. */
  sought?: RegExp | null;
}

/** Longer lines are drawn so far; a row must not weigh more than a screen. */
export const MOST_DRAWN = 4000;

/** CSI and OSC sequences, and the two-character ones (ECMA-48). */
const ESCAPES = /\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_])/g;
/** What prints nothing and changes how the rest is read. */
const HIDDEN = /[\0-\x08\x0a-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g;

/** The text without escape sequences. */
export function plainOf(raw: string): string {
  return raw.includes("\x1b") ? raw.replace(ESCAPES, "") : raw;
}

/** The text as it may go to a clipboard: no escape sequences, no other character that a terminal would obey. */
export function safeToPaste(raw: string): string {
  return plainOf(raw).replace(HIDDEN, "");
}

/** The pieces that a line is drawn as. */
export function piecesOf(raw: string, { hidden, sought }: Drawing = {}): Piece[] {
  let pieces = raw.includes("\x1b") ? coloured(raw) : [{ text: raw, look: "" }];
  if (hidden && hidden[1] > hidden[0]) pieces = without(pieces, hidden);
  const length = pieces.reduce((sum, { text }) => sum + text.length, 0);
  if (length > MOST_DRAWN) pieces = without(pieces, [MOST_DRAWN, length]);
  if (sought) pieces = marked(pieces, sought);
  pieces = pieces.flatMap(spelled);
  if (length > MOST_DRAWN) {
    pieces.push({ text: ` … ${(length - MOST_DRAWN).toLocaleString("en")} more characters`, look: "sw-log-aside" });
  }
  return pieces;
}

function coloured(raw: string): Piece[] {
  const pieces: Piece[] = [];
  let style: Style = PLAIN;
  let at = 0;
  const put = (to: number): void => {
    if (to > at) pieces.push({ text: raw.slice(at, to), look: lookOf(style) });
  };
  for (const { 0: sequence, index } of raw.matchAll(ESCAPES)) {
    put(index);
    at = index + sequence.length;
    if (sequence.startsWith("\x1b[") && sequence.endsWith("m")) style = styled(style, sequence.slice(2, -1));
  }
  put(raw.length);
  return pieces;
}

interface Style {
  ink: number | null;
  ground: number | null;
  marks: ReadonlySet<string>;
}

const PLAIN: Style = { ink: null, ground: null, marks: new Set() };
const MARKS: Readonly<Record<number, string>> = { 1: "bold", 2: "dim", 3: "italic", 4: "under", 7: "turned", 9: "struck" };
const UNMARKS: Readonly<Record<number, readonly string[]>> = {
  22: ["bold", "dim"],
  23: ["italic"],
  24: ["under"],
  27: ["turned"],
  29: ["struck"],
};

/** The style after a sequence that selects graphic renditions. */
function styled(style: Style, parameters: string): Style {
  if (!/^[\d;:]*$/.test(parameters)) return style;
  const codes = parameters.split(/[;:]/).map(Number);
  let { ink, ground } = style;
  let marks = new Set(style.marks);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i]!;
    if (code === 0) [ink, ground, marks] = [null, null, new Set()];
    else if (MARKS[code]) marks.add(MARKS[code]);
    else if (UNMARKS[code]) UNMARKS[code].forEach((mark) => marks.delete(mark));
    else if (code >= 30 && code <= 37) ink = code - 30;
    else if (code >= 90 && code <= 97) ink = code - 82;
    else if (code >= 40 && code <= 47) ground = code - 40;
    else if (code >= 100 && code <= 107) ground = code - 92;
    else if (code === 39) ink = null;
    else if (code === 49) ground = null;
    else if (code === 38 || code === 48) {
      const [colour, used] = extended(codes.slice(i + 1));
      if (code === 38) ink = colour;
      else ground = colour;
      i += used;
    }
  }
  return { ink, ground, marks };
}

/** One of 256 colours, or one of millions: the nearest of the sixteen that can be read in every theme. */
function extended([kind, ...rest]: number[]): [number | null, number] {
  if (kind === 5) {
    const [code = 0] = rest;
    if (code < 16) return [code, 2];
    if (code >= 232) return [code < 244 ? 8 : 7, 2];
    const cube = code - 16;
    return [nearest(Math.floor(cube / 36) / 5, (Math.floor(cube / 6) % 6) / 5, (cube % 6) / 5), 2];
  }
  if (kind === 2) {
    const [red = 0, green = 0, blue = 0] = rest;
    return [nearest(red / 255, green / 255, blue / 255), 4];
  }
  return [null, 1];
}

function nearest(red: number, green: number, blue: number): number {
  const high = Math.max(red, green, blue);
  if (high - Math.min(red, green, blue) < 0.15) return high < 0.6 ? 8 : 7;
  const on = (part: number): number => (part > high * 0.6 ? 1 : 0);
  return on(red) + 2 * on(green) + 4 * on(blue) + (high > 0.8 ? 8 : 0);
}

function lookOf({ ink, ground, marks }: Style): string {
  const classes = [...marks].map((mark) => `sw-ansi-${mark}`);
  // Coloured ink on a coloured ground can't always be read; the ground's meaning is enough then.
  if (ground !== null) classes.push(`sw-ansi-ground-${ground}`);
  else if (ink !== null) classes.push(`sw-ansi-${ink}`);
  return classes.join(" ");
}

/** The pieces without the characters of a range. */
function without(pieces: readonly Piece[], [from, to]: readonly [number, number]): Piece[] {
  const kept: Piece[] = [];
  let at = 0;
  for (const { text, look } of pieces) {
    const rest = text.slice(0, Math.max(from - at, 0)) + text.slice(Math.max(to - at, 0));
    if (rest) kept.push({ text: rest, look });
    at += text.length;
  }
  return kept;
}

/** The pieces with what is searched for marked, wherever colours begin or end in it. */
function marked(pieces: readonly Piece[], sought: RegExp): Piece[] {
  const whole = pieces.map(({ text }) => text).join("");
  const ranges = [...whole.matchAll(sought)]
    .filter(({ 0: found }) => found.length > 0)
    .map(({ 0: found, index }) => [index, index + found.length] as const);
  if (ranges.length === 0) return [...pieces];
  const result: Piece[] = [];
  let at = 0;
  for (const { text, look } of pieces) {
    let done = 0;
    for (const [from, to] of ranges) {
      const begin = Math.max(from - at, done);
      const end = Math.min(to - at, text.length);
      if (end <= begin) continue;
      if (begin > done) result.push({ text: text.slice(done, begin), look });
      result.push({ text: text.slice(begin, end), look: `${look} sw-log-found`.trim() });
      done = end;
    }
    if (done < text.length) result.push({ text: text.slice(done), look });
    at += text.length;
  }
  return result;
}

function spelled({ text, look }: Piece): Piece[] {
  if (text.search(HIDDEN) < 0) return [{ text, look }];
  const result: Piece[] = [];
  let at = 0;
  for (const { 0: character, index } of text.matchAll(HIDDEN)) {
    if (index > at) result.push({ text: text.slice(at, index), look });
    const code = character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    result.push({ text: `U+${code}`, look: "sw-log-control" });
    at = index + character.length;
  }
  if (at < text.length) result.push({ text: text.slice(at), look });
  return result;
}

/** The short id of a replica, then a date and a time with whatever brackets are round them. */
const STAMP =
  /^(\[[a-z0-9]{5}\] ?)?(\[?\d{4}[-/]\d\d[-/]\d\d[ T]\d\d:\d\d:\d\d(?:[.,]\d{1,6})?(?: ?(?:Z|[+-]\d\d:?\d\d))?\]? ?)/;

/** Where in a plain text its time stamp is: from and to; both 0 where it has none. */
export function stampOf(plain: string): [number, number] {
  const match = STAMP.exec(plain);
  if (!match) return [0, 0];
  const from = match[1]?.length ?? 0;
  return [from, from + match[2]!.length];
}
