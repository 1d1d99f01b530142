import { describe, expect, it } from "vitest";
import type { CreateState } from "../../../src/views/create/contract";
import { made, obliging } from "../../fake";
import { byRole, click, mounted, settle, type, useMounts } from "../../mounted";

useMounts();

const STATE = made<CreateState>("create_endpoint");
const READY: Partial<CreateState> = {
  draft: { ...STATE.draft, name: "ads", catalog: "main", schema: "ml", model: "main.ml.ads", version: "7" },
  faults: [],
  schemas: ["ml"],
  models: ["main.ml.ads"],
  versions: [
    { version: "8", aliases: ["Challenger"], status: "READY", created: STATE.clock.at, creator: "ben@example.com", comment: "" },
    { version: "7", aliases: ["Champion"], status: "READY", created: STATE.clock.at, creator: "ada@example.com", comment: "the good one" },
  ],
  request: { method: "POST", path: "/api/2.0/serving-endpoints", text: '{"name": "ads"}' },
  recipe: { magic: "%serving create ads", python: "sw…" },
  mark: "m1",
};

async function form(change: Partial<CreateState> = {}) {
  const view = mounted("create_endpoint", { ...STATE, ...change }, obliging);
  await settle();
  return view;
}

const labelled = <T extends HTMLElement>(el: Element, text: string): T => {
  const label = [...el.querySelectorAll("label")].find((one) => one.textContent!.startsWith(text))!;
  return (label.querySelector("select, input") ?? el.querySelector(`#${CSS.escape(label.htmlFor)}`)) as T;
};

describe("the form", () => {
  it("sends each edit, and creates what it shows", async () => {
    const { el, model } = await form(READY);
    await type(labelled(el, "Name"), "ads-2");
    await settle(400);
    const version = labelled<HTMLSelectElement>(el, "Version or alias");
    version.value = "Challenger";
    version.dispatchEvent(new Event("change", { bubbles: true }));
    await settle();
    expect(model.requests("edit").map(({ args }) => args)).toEqual([
      { field: "name", value: "ads-2" },
      { field: "version", value: "Challenger" },
    ]);
    expect(el.textContent).toContain("by ada@example.com: the good one");
    expect(el.textContent).toContain("POST /api/2.0/serving-endpoints");
    await click(byRole(el, "button", "Create"));
    expect(model.requests("create").map(({ args }) => args)).toEqual([{ mark: "m1" }]);
  });

  it("says what is missing, and why a name won't do, and sends nothing", async () => {
    const { el, model } = await form({ ...READY, name_fault: "There is an endpoint ads already." });
    const name = labelled(el, "Name");
    expect(name.getAttribute("aria-invalid")).toBe("true");
    expect(el.querySelector(`#${CSS.escape(name.getAttribute("aria-describedby")!)}`)!.textContent).toBe("There is an endpoint ads already.");
    await click(byRole(el, "button", "Create"));
    expect(model.requests("create")).toHaveLength(0);
  });

  it("takes a typed model and version where the registry can't be read, and says why", async () => {
    const { el, model } = await form({ unread: "You may not read the registry." });
    expect(el.textContent).toContain("You may not read the registry.");
    await type(labelled(el, "Model"), "main.ml.ads");
    labelled(el, "Model").dispatchEvent(new FocusEvent("blur"));
    await settle();
    expect(model.requests("edit").map(({ args }) => args)).toEqual([{ field: "model", value: "main.ml.ads" }]);
    expect(labelled<HTMLInputElement>(el, "Version or alias").tagName).toBe("INPUT");
  });

  it("adds and removes tags", async () => {
    const { el, model } = await form({ draft: { ...STATE.draft, tags: [{ key: "team", value: "risk" }] } });
    await click(byRole(el, "button", "Add a tag"));
    await click(byRole(el, "button", "Remove tag 1"));
    expect(model.requests("edit").map(({ args }) => args.value)).toEqual([[{ key: "team", value: "risk" }, { key: "", value: "" }], []]);
  });
});
