import { describe, expect, it } from "vitest";
import type { BrowserColumn } from "../../../src/views/browser/contract";
import { Layout } from "../../../src/views/browser/layout";
import type { Entry } from "../../../src/views/browser/listing";
import { FakeModel, row } from "../../fake";

describe("the room of columns", () => {
  const entries = [{ row: row("fraud-detector-eu") }] as unknown as Entry[];
  const layout = new Layout(new FakeModel({}) as never);
  const share = (room: number): string => {
    const name = { key: "name", title: "Name", kind: "name", width: 112, shown_from: 0 } as BrowserColumn;
    return layout.trackOf(name, entries, room);
  };

  it("goes to names first where a list is neither narrow nor wide", () => {
    const shares = [360, 571, 700, 1300].map(share);
    expect(shares[0]).toBe(shares[3]);
    expect(shares[1]).toBe(shares[2]);
    const fr = (track: string): number => Number(/([\d.]+)fr/.exec(track)![1]);
    expect(fr(shares[1]!)).toBeGreaterThan(2 * fr(shares[0]!));
  });
});
