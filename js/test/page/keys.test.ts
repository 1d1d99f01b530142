import { describe, expect, it } from "vitest";
import { isOwn } from "../../src/page/keys";

const key = (name: string, more: KeyboardEventInit = {}): KeyboardEvent => new KeyboardEvent("keydown", { key: name, ...more });

describe("a key is the view's own", () => {
  it.each(["d", "D", "Enter", "Escape", "/", "PageDown", "F2"])("without Ctrl: %s", (name) => {
    expect(isOwn(key(name))).toBe(true);
    expect(isOwn(key(name, { shiftKey: true }))).toBe(true);
  });

  it.each(["a", "c", "v", "x", "z", "Home", "End", "ArrowDown", "Enter"])("with Ctrl or Cmd where it edits or moves: %s", (name) => {
    expect(isOwn(key(name, { ctrlKey: true }))).toBe(true);
    expect(isOwn(key(name, { metaKey: true }))).toBe(true);
  });

  it.each(["s", "b", "f", "PageDown", "F2"])("not with Ctrl where nothing is bound to it: %s", (name) => {
    expect(isOwn(key(name, { ctrlKey: true }))).toBe(false);
  });

  it("with Ctrl where the view says so", () => {
    expect(isOwn(key("f", { ctrlKey: true }), "f")).toBe(true);
    expect(isOwn(key("f", { ctrlKey: true, shiftKey: true }), "f")).toBe(false);
  });

  it("with Ctrl and Shift to redo, and with nothing else", () => {
    expect(isOwn(key("Z", { ctrlKey: true, shiftKey: true }))).toBe(true);
    expect(isOwn(key("C", { ctrlKey: true, shiftKey: true }))).toBe(false);
  });

  it("not with Alt", () => {
    const event = key("ArrowLeft", { altKey: true });
    event.getModifierState = () => false;
    expect(isOwn(event)).toBe(false);
  });
});
