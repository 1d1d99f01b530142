import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { browserState, endpointState, FakeModel, obliging, picture, row } from "./fake";
import { byRole } from "./mounted";

const JS = join(import.meta.dirname, "..");
const STATIC = join(JS, "..", "src", "serving_widgets", "static");
const PARTS = readdirSync(join(JS, "src", "views"), { recursive: true, encoding: "utf8" })
  .map((name) => basename(name))
  .filter((name) => /^[a-z]+_[a-z_]+\.tsx$/.test(name))
  .map((name) => name.replace(".tsx", ".js"))
  .sort();
const ALL = ["loader.js", "runtime.js", ...PARTS];
const built = (name: string): string => readFileSync(join(STATIC, name), "utf8");

describe("the bundles", () => {
  beforeAll(() => void execFileSync(process.execPath, ["build.mjs"], { cwd: JS }));

  it("are the loader, the runtime, and a part for each view", () => {
    expect(PARTS.length).toBeGreaterThan(6);
    expect(readdirSync(STATIC).sort()).toEqual(ALL.sort());
  });

  it.each([
    ["loader.js", 1_500],
    ["runtime.js", 60_000],
    ["create_endpoint.js", 9_500],
    ["endpoint_compare.js", 4_000],
    ["endpoint_browser.js", 48_000],
    ["endpoint_controls.js", 7_500],
    ["endpoint_metrics.js", 16_500],
    ["endpoint_panel.js", 38_500],
    ["permissions_editor.js", 36_000],
    ["schema_explorer.js", 42_000],
    ["status_badge.js", 3_000],
  ])("fit their budgets: %s in %d bytes", (name, most) => {
    expect(Buffer.byteLength(built(name))).toBeLessThanOrEqual(most);
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
    for (const name of ALL) expect(built(name).split("\n")[0], name).toBe(line);
  });

  it("evaluate nothing, fetch nothing, and hold no style sheet's import", () => {
    for (const name of ALL) {
      expect(built(name), name).not.toMatch(/\beval\(|new Function|\bfetch\(|XMLHttpRequest|WebSocket|@import|sendBeacon/);
    }
  });

  it("hold Preact and the signals once: parts import them, in one statement with one name to fill in", () => {
    expect(built("runtime.js")).not.toContain("serving-widgets:runtime");
    for (const name of PARTS) {
      expect(built(name).match(/serving-widgets:runtime/g), name).toHaveLength(1);
      expect(built(name), name).toMatch(/^import\{[^}]*\bjsx as [^}]*\}from"serving-widgets:runtime";/m);
      expect(built(name), name).not.toContain("diffed");
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

describe("the bundles on a page", () => {
  const life = new AbortController();
  afterEach(() => {
    life.abort();
    vi.unstubAllGlobals();
  });

  it("find each other: one runtime under all parts, each imported once", async () => {
    // Node imports no blob: addresses, so the same code comes from data: addresses here.
    vi.stubGlobal("Blob", class { constructor(readonly parts: string[]) {} });
    const data = (code: string): string => `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
    const address = vi
      .spyOn(URL, "createObjectURL")
      .mockImplementation((blob) => data((blob as unknown as { parts: string[] }).parts.join("")));
    const carriers = Object.fromEntries(ALL.map((name) => [name, new FakeModel({ code: built(name), hash: name })]));
    const { render } = (await import(/* @vite-ignore */ data(built("loader.js")))).default;
    const shown = async (kind: string, state: object): Promise<{ el: HTMLElement; model: FakeModel }> => {
      const model = new FakeModel({ _runtime: "IPY_MODEL_runtime.js", _part: `IPY_MODEL_${kind}.js`, kind, state });
      model.widget_manager = { get_model: async (id) => carriers[id]! };
      obliging(model);
      const el = document.body.appendChild(document.createElement("div"));
      await render({ model, el, signal: life.signal });
      return { el, model };
    };

    const browser = await shown("endpoint_browser", browserState([row("ads"), row("churn")]));
    const badge = await shown("status_badge", endpointState(picture("churn")));
    await shown("status_badge", endpointState(picture("ads")));
    expect(address).toHaveBeenCalledTimes(3);
    expect(byRole(browser.el, "grid", "Endpoints").textContent).toContain("churn");
    expect(byRole(badge.el, "status").textContent).toBe("Ready");

    const stopped = { ...picture("churn").status, label: "Not ready (Stopped)" };
    badge.model.set("state", endpointState(picture("churn", { status: stopped }), { rev: 2 }));
    browser.model.set("state", browserState([row("pricing")], { rev: 2 }));
    await vi.waitFor(() => expect(byRole(badge.el, "status").textContent).toBe("Not ready (Stopped)"));
    await vi.waitFor(() => expect(browser.el.textContent).toContain("pricing"));
    expect(document.querySelectorAll("style[data-sw-style]")).toHaveLength(3);
  });
});
