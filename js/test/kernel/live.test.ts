import { describe, expect, it } from "vitest";
import { endpointState, type FakeModel, obliging, picture } from "../fake";
import { allByRole, byRole, click, mounted, settle, useMounts } from "../mounted";

useMounts();

const FROZEN = "Frozen – the kernel is gone. Run the cell again.";
const controls = (prepare?: (model: FakeModel) => void) =>
  mounted("endpoint_controls", endpointState(picture("churn")), prepare);

/** A kernel that is idle and does not answer. */
function silent(model: FakeModel): void {
  model.widget_manager = { get_model: () => Promise.reject(new Error("none")), kernel: { status: "idle" } };
}

describe("a view", () => {
  it("introduces itself once and says goodbye when it is closed", async () => {
    const view = controls();
    await settle();
    const [hello] = view.model.requests("hello");
    expect(view.model.requests("hello")).toHaveLength(1);
    view.close();
    expect(view.model.requests("bye")[0]!.args).toEqual({ view: hello!.args.view });
    expect(hello!.args.rev).toBe(1);
    expect(view.el.childElementCount).toBe(0);
    expect(view.model.listeners).toBe(0);
  });

  it("is frozen when nobody answers and the kernel is not busy", async () => {
    const { el } = controls(silent);
    await settle(4900);
    expect(el.textContent).not.toContain(FROZEN);
    await settle(200);
    expect(el.textContent).toContain(FROZEN);
  });

  it("waits as long as the kernel is busy, and freezes only when it stays silent after that", async () => {
    const kernel = { status: "busy" };
    const { el } = controls((model) => {
      model.widget_manager = { get_model: () => Promise.reject(new Error("none")), kernel };
    });
    await settle(60_000);
    expect(el.textContent).not.toContain(FROZEN);
    kernel.status = "idle";
    await settle(3000);
    expect(el.textContent).not.toContain(FROZEN);
    await settle(10_000);
    expect(el.textContent).toContain(FROZEN);
  });

  it("waits while a kernel that is called idle runs a cell, and not where it answers", async () => {
    let answer = (): void => undefined;
    const asked = new Promise<void>((resolve) => (answer = resolve));
    const { el } = controls((model) => {
      silent(model);
      model.widget_manager!.kernel!.requestKernelInfo = () => asked;
    });
    await settle(60_000);
    expect(el.textContent).not.toContain(FROZEN);
    answer();
    await settle(10_000);
    expect(el.textContent).toContain(FROZEN);
  });

  it("sends a second message once the first is answered, which a host may aim past the cells", async () => {
    const { model } = controls();
    await settle();
    expect(model.sent.map(({ op }) => op)).not.toContain("cancel");
    model.say({ id: model.requests("hello")[0]!.id, type: "result", data: null });
    await settle();
    expect(model.sent.at(-1)!.op).toBe("cancel");
  });

  it("on a page that hides the kernel's status waits a minute after the last picture", async () => {
    const { el } = controls(() => undefined);
    await settle(60_000);
    expect(el.textContent).not.toContain(FROZEN);
    await settle(15_000);
    expect(el.textContent).toContain(FROZEN);
  });

  it("on a page made long ago freezes after five seconds", async () => {
    const state = { ...endpointState(picture("churn")), clock: { at: 0, taken: Date.now() - 3_600_000, rate: 1 } };
    const { el } = mounted("status_badge", state, () => undefined);
    await settle(5100);
    expect(el.textContent).toContain(FROZEN);
  });

  it("thaws when the kernel publishes a picture", async () => {
    const { el, model } = controls(silent);
    await settle(6000);
    expect(el.textContent).toContain(FROZEN);
    model.set("state", endpointState(picture("churn"), { rev: 2 }));
    await settle();
    expect(el.textContent).not.toContain(FROZEN);
  });

  it("thaws when the kernel answers after all", async () => {
    const { el, model } = controls(silent);
    await settle(6000);
    expect(el.textContent).toContain(FROZEN);
    model.say({ id: model.requests("hello")[0]!.id, type: "ack" });
    await settle();
    expect(el.textContent).not.toContain(FROZEN);
    expect(byRole(el, "button", "Stop").hasAttribute("aria-disabled")).toBe(false);
  });

  it("is frozen at once when its comm goes, and every control says so and sends nothing", async () => {
    const { el, model } = controls();
    await settle();
    model.dead = true;
    model.emit("comm_live_update");
    await settle();
    expect(el.textContent).toContain(FROZEN);
    const before = model.sent.length;
    for (const button of allByRole(byRole(el, "group", "Actions for churn"), "button")) {
      if (button.textContent?.includes("Recipe")) continue;
      expect(button.getAttribute("aria-disabled")).toBe("true");
      await click(button);
    }
    expect(model.sent).toHaveLength(before);
  });

  it("does not freeze when the comm changed for the better", async () => {
    const { el, model } = controls();
    await settle();
    model.emit("comm_live_update");
    await settle();
    expect(el.textContent).not.toContain(FROZEN);
  });

  it("restored from a file without a kernel is frozen from the start", async () => {
    const { el } = mounted("status_badge", { ...endpointState(picture("churn")), live: false }, () => undefined);
    await settle();
    expect(el.textContent).toContain(FROZEN);
    expect(byRole(el, "status").textContent).toBe("Ready");
  });

  it("restored beside a kernel that knows nothing of it says so without asking it, and draws at once", async () => {
    const { el, model } = mounted("status_badge", { ...endpointState(picture("churn")), live: false }, (one) => {
      one.dead = true;
    });
    expect(el.textContent).toContain(FROZEN);
    await settle();
    expect(model.sent).toEqual([]);
    expect(byRole(el, "status").textContent).toBe("Ready");
  });

  it("tells an action under way that its outcome is unknown when the kernel goes", async () => {
    const { el, model } = controls((one) => {
      obliging(one);
      const answer = one.kernel!;
      one.kernel = (request) => (request.op === "act" ? one.say({ id: request.id, type: "ack" }) : answer(request));
    });
    await settle();
    await click(byRole(el, "button", "Stop"));
    expect(el.textContent).toContain("Stopping…");
    model.dead = true;
    model.emit("comm_live_update");
    await settle();
    expect(byRole(el, "alert").textContent).toContain("the outcome is unknown");
  });
});
