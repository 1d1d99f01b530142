// @vitest-environment node
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { inflateRawSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";

const JS = join(import.meta.dirname, "..");
const STATIC = join(JS, "..", "src", "serving_widgets", "static");
const built = (name: string): string => readFileSync(join(STATIC, name), "utf8");

describe("the bundles", () => {
  beforeAll(() => void execFileSync(process.execPath, ["build.mjs"], { cwd: JS }));

  it("fit their budgets: 1.5 kB for every widget, 60 kB once per kernel", () => {
    expect(Buffer.byteLength(built("loader.js"))).toBeLessThanOrEqual(1500);
    expect(Buffer.byteLength(built("runtime.js"))).toBeLessThanOrEqual(60_000);
  });

  it("name the inputs that they were built from, by the rule that build.mjs states", () => {
    const paths = [
      ...readdirSync(join(JS, "src"), { recursive: true, encoding: "utf8" })
        .filter((name) => statSync(join(JS, "src", name)).isFile())
        .map((name) => `src/${name.replaceAll("\\", "/")}`),
      "build.mjs",
      "package-lock.json",
      "package.json",
      "tsconfig.json",
    ].sort();
    const hash = createHash("sha256");
    for (const path of paths) hash.update(`${path}\0`).update(readFileSync(join(JS, path))).update("\0");
    const line = `/* inputs:${hash.digest("hex")} */`;
    expect(built("loader.js").split("\n")[0]).toBe(line);
    expect(built("runtime.js").split("\n")[0]).toBe(line);
  });

  it("evaluate nothing, fetch nothing, and hold no style sheet's import", () => {
    const packed = /atob\("([^"]+)"\)/.exec(built("runtime.js"))![1]!;
    const runtime = inflateRawSync(Buffer.from(packed, "base64")).toString("utf8");
    for (const code of [built("loader.js"), built("runtime.js"), runtime]) {
      expect(code).not.toMatch(/\beval\(|new Function|\bfetch\(|XMLHttpRequest|WebSocket|@import|sendBeacon/);
    }
  });

  it("are written without innerHTML anywhere in our sources", () => {
    for (const name of readdirSync(join(JS, "src"), { recursive: true, encoding: "utf8" })) {
      if (!/\.tsx?$/.test(name)) continue;
      expect(readFileSync(join(JS, "src", name), "utf8"), name).not.toMatch(/innerHTML|insertAdjacentHTML|outerHTML/i);
    }
  });

  it("the lock file names no registry, and esbuild for every platform", () => {
    const lock = JSON.parse(readFileSync(join(JS, "package-lock.json"), "utf8")) as { packages: Record<string, object> };
    expect(Object.values(lock.packages).filter((one) => "resolved" in one)).toEqual([]);
    expect(Object.keys(lock.packages).filter((name) => name.includes("@esbuild/")).length).toBeGreaterThan(20);
  });
});
