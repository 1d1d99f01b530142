import { describe, expect, it } from "vitest";
import type { EndpointViewState as EndpointState, Picture } from "../../../src/kernel/contract";
import { endpointState, type FakeModel, obliging, picture } from "../../fake";
import { allByRole, byRole, click, mounted, press, settle, type, useMounts } from "../../mounted";

useMounts();

function controls(endpoint: Picture | null, change: Partial<EndpointState> = {}, prepare?: (model: FakeModel) => void) {
  return mounted("endpoint_controls", endpointState(endpoint, change), prepare);
}

/** A kernel that acknowledges, and leaves each action unanswered until `finish` or `refuse`. */
function slow() {
  let model: FakeModel;
  return {
    prepare(one: FakeModel): void {
      model = one;
      model.kernel = ({ id }) => model.say({ id, type: "ack" });
    },
    async finish(): Promise<void> {
      model.say({ id: model.requests("act").at(-1)!.id, type: "result", data: {} });
      await settle();
    },
    async refuse(message: string): Promise<void> {
      const error = { code: "permission_denied", message, hint: "Ask bob." };
      model.say({ id: model.requests("act").at(-1)!.id, type: "error", error });
      await settle();
    },
  };
}

const described = (el: Element, button: HTMLElement): string =>
  el.querySelector(`#${CSS.escape(button.getAttribute("aria-describedby")!)}`)!.textContent!;

describe("a button that may not be used", () => {
  it("says why, keeps its place in the tab order, and sends nothing", async () => {
    const { el, model } = controls(picture("churn", { can: { stop: "churn is being updated.", start: null, delete: null } }));
    await settle();
    const stop = byRole(el, "button", "Stop");
    expect(stop.getAttribute("aria-disabled")).toBe("true");
    expect(stop.hasAttribute("disabled")).toBe(false);
    expect(described(el, stop)).toBe("churn is being updated.");
    await click(stop);
    expect(model.requests("act")).toHaveLength(0);
    expect(el.querySelector("[aria-live]")!.textContent).toBe("churn is being updated.");
  });

  it("is described by its own reason, even beside another view", async () => {
    const first = controls(picture("churn", { can: { stop: "First reason.", start: null, delete: null } }));
    const second = controls(picture("churn", { can: { stop: "Second reason.", start: null, delete: null } }));
    await settle();
    expect(described(document.body, byRole(first.el, "button", "Stop"))).toBe("First reason.");
    expect(described(document.body, byRole(second.el, "button", "Stop"))).toBe("Second reason.");
  });

  it("carries the reason why the workspace is read-only, whatever else would be allowed", async () => {
    const { workspace } = endpointState(null);
    const reason = "Open read-only. Run `sw.connect(profile=\"x\")`.";
    const { el, model } = controls(picture("churn"), { workspace: { ...workspace, read_only: reason } });
    await settle();
    for (const name of ["Stop", "Start", "Delete"]) {
      expect(described(el, byRole(el, "button", name))).toBe("Open read-only. Run sw.connect(profile=\"x\").");
      await click(byRole(el, "button", name));
    }
    expect(allByRole(el, "dialog")).toHaveLength(0);
    expect(model.requests("act")).toHaveLength(0);
  });

  it("waits for a write that another view began", async () => {
    const { el } = controls(picture("churn", { busy: "stop" }));
    await settle();
    expect(byRole(el, "button", "Stopping…").getAttribute("aria-disabled")).toBe("true");
    expect(described(el, byRole(el, "button", "Delete"))).toBe("Stopping is in progress.");
  });
});

describe("stopping", () => {
  it("takes one click and no question; ten clicks send one request", async () => {
    const kernel = slow();
    const { el, model } = controls(picture("churn"), {}, kernel.prepare);
    await settle();
    const stop = byRole(el, "button", "Stop");
    for (let i = 0; i < 10; i++) stop.click();
    await settle();
    for (let i = 0; i < 10; i++) stop.click();
    expect(model.requests("act").map(({ args }) => args)).toEqual([{ action: "stop", name: "churn" }]);
    expect(stop.textContent).toBe("Stopping…");
    await kernel.finish();
    expect(stop.textContent).toBe("Stop");
  });

  it("keeps the focus on the button while it is under way", async () => {
    const kernel = slow();
    const { el } = controls(picture("churn"), {}, kernel.prepare);
    await settle();
    const stop = byRole(el, "button", "Stop");
    stop.focus();
    await click(stop);
    expect(document.activeElement).toBe(stop);
    await kernel.finish();
    expect(document.activeElement).toBe(stop);
  });

  it("says that the kernel is busy after a second, and sends nothing a second time", async () => {
    const { el, model } = controls(picture("churn"), {}, () => undefined);
    await settle();
    await click(byRole(el, "button", "Stop"));
    await settle(1100);
    expect(el.textContent).toContain("Kernel busy – queued");
    await settle(3000);
    expect(model.requests("act")).toHaveLength(1);
  });

  it("that failed says what happened and what to do, until that is dismissed", async () => {
    const kernel = slow();
    const { el } = controls(picture("churn"), {}, kernel.prepare);
    await settle();
    await click(byRole(el, "button", "Stop"));
    await kernel.refuse("You may not stop churn.");
    expect(byRole(el, "alert").textContent).toContain("You may not stop churn.Ask bob.");
    expect(byRole(el, "button", "Stop").hasAttribute("aria-disabled")).toBe(false);
    await click(byRole(el, "button", "Dismiss"));
    expect(allByRole(el, "alert")).toHaveLength(0);
  });

  it("leaves the focus in the view when the focused part goes away", async () => {
    const kernel = slow();
    const { el } = controls(picture("churn"), {}, kernel.prepare);
    await settle();
    await click(byRole(el, "button", "Stop"));
    await kernel.refuse("You may not stop churn.");
    byRole(el, "button", "Dismiss").focus();
    await click(byRole(el, "button", "Dismiss"));
    expect(document.activeElement).toBe(el.firstElementChild);
  });
});

describe("deleting", () => {
  async function dialog(prepare: (model: FakeModel) => void = obliging) {
    const view = controls(picture("churn"), {}, prepare);
    await settle();
    const opener = byRole(view.el, "button", "Delete");
    opener.focus();
    await click(opener);
    const box = byRole(view.el, "dialog");
    return { ...view, opener, box, name: byRole(box, "textbox", "Type the endpoint's name") };
  }

  it("opens a modal dialog that says what will happen, and takes the name at once", async () => {
    const { el, box, model } = await dialog();
    expect(box.getAttribute("aria-modal")).toBe("true");
    expect(box.textContent).toContain("this cannot be undone.");
    expect(document.activeElement).toBe(byRole(box, "textbox", "Type the endpoint's name"));
    expect(model.requests("act")).toHaveLength(0);
    expect(byRole(el, "group", "Actions for churn").hasAttribute("inert")).toBe(true);
  });

  it.each(["", "n", "y", "Churn", "churn ", " churn", "chur", "churn2", "CHURN"])(
    "refuses %j in place of the name, by click and by Enter",
    async (text) => {
      const { box, name, model } = await dialog();
      await type(name, text);
      const last = byRole(box, "button", "Delete endpoint");
      expect(last.getAttribute("aria-disabled")).toBe("true");
      await click(last);
      name.closest("form")!.dispatchEvent(new Event("submit", { bubbles: true, cancelable: true }));
      await settle();
      expect(model.requests("act")).toHaveLength(0);
    },
  );

  it("sends the exact name once, and closes", async () => {
    const { el, box, name, model, opener } = await dialog();
    await type(name, "churn");
    const last = byRole(box, "button", "Delete endpoint");
    expect(last.hasAttribute("aria-disabled")).toBe(false);
    for (let i = 0; i < 10; i++) last.click();
    await settle();
    expect(model.requests("act").map(({ args }) => args)).toEqual([{ action: "delete", name: "churn", confirm: "churn" }]);
    expect(allByRole(el, "dialog")).toHaveLength(0);
    expect(document.activeElement).toBe(opener);
  });

  it("that failed keeps the dialog and what was typed", async () => {
    const kernel = slow();
    const { el, box, name } = await dialog(kernel.prepare);
    await type(name, "churn");
    await click(byRole(box, "button", "Delete endpoint"));
    await kernel.refuse("Somebody else is updating it.");
    expect(allByRole(el, "alert")).toHaveLength(1);
    expect(byRole(box, "alert").textContent).toContain("Somebody else is updating it.");
    expect((name as HTMLInputElement).value).toBe("churn");
  });

  it("is called off by Escape, which gives the focus back", async () => {
    const { el, box, opener, model } = await dialog();
    await press(box, "Escape");
    expect(allByRole(el, "dialog")).toHaveLength(0);
    expect(document.activeElement).toBe(opener);
    expect(el.querySelector("[inert]")).toBeNull();
    expect(model.requests("act")).toHaveLength(0);
  });

  it("keeps Tab inside", async () => {
    const { box, name } = await dialog();
    const last = byRole(box, "button", "Delete endpoint");
    last.focus();
    await press(last, "Tab");
    expect(document.activeElement).toBe(name);
    await press(name, "Tab", { shiftKey: true });
    expect(document.activeElement).toBe(last);
  });
});

describe("recipes", () => {
  it("offer the lines that do the same, and close with Escape", async () => {
    const { el } = controls(picture("churn"));
    await settle();
    const opener = byRole(el, "button", "Recipe");
    await click(opener);
    const box = byRole(el, "group", "Recipes for churn");
    expect(box.textContent).toContain("%serving stop churn");
    expect(box.textContent).toContain("ep.stop()");
    await press(box, "Escape");
    expect(allByRole(el, "group", "Recipes for churn")).toHaveLength(0);
    expect(document.activeElement).toBe(opener);
  });
});
