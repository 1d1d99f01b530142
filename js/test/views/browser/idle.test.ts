import { describe, expect, it } from "vitest";
import type { IdleFound } from "../../../src/views/browser/contract";
import { browserState, type FakeModel, row } from "../../fake";
import { allByRole, byRole, click, mounted, settle, useMounts } from "../../mounted";

useMounts();

const FOUND: IdleFound = {
  rows: [
    { name: "ads", reasons: ["idle"], evidence: "no request in the last minute", stoppable: true },
    { name: "large", reasons: ["over-sized"], evidence: "at most 3 % of its processors", stoppable: true },
    { name: "route", reasons: ["idle"], evidence: "no request in the last minute", stoppable: false },
  ],
  recipe: { magic: "%serving idle --hours 24", python: "sw.workspace().idle(24)" },
};
const PLAN = { rows: [{ name: "ads", label: "Ready", phase: "ready", why: null, requests: 12 }], recipe: null };

function kernel(model: FakeModel): void {
  model.kernel = ({ id, op }) => {
    model.say({ id, type: "ack" });
    const data = { idle: FOUND, plan_many: PLAN }[op];
    if (op !== "hello") model.say({ id, type: "result", data: data ?? {} });
  };
}

describe("idle endpoints", () => {
  it("are shown with their evidence; those without requests are ticked, and stopped as one reviewed act", async () => {
    const { el, model } = mounted("endpoint_browser", browserState([row("ads"), row("large"), row("route")]), kernel);
    await settle();
    await click(byRole(el, "button", "Views"));
    const item = [...document.querySelectorAll<HTMLElement>("[role^=menuitem]")].find((one) => one.textContent!.includes("Idle"))!;
    await click(item);
    const dialog = byRole(el, "dialog");
    expect(dialog.textContent).toContain("no request in the last minute");
    expect(allByRole(dialog, "checkbox").map((box) => (box as HTMLInputElement).checked)).toEqual([true, false, false]);
    expect(model.requests("act_many")).toHaveLength(0);
    await click(byRole(dialog, "button", "Stop 1 endpoint…"));
    expect(model.requests("plan_many").map(({ args }) => args)).toEqual([{ action: "stop", names: ["ads"] }]);
    const review = byRole(el, "dialog");
    expect(review.textContent).toContain("12 requests in the last minute");
    await click(byRole(review, "button", "Stop 1 endpoint"));
    expect(model.requests("act_many").map(({ args }) => args.names)).toEqual([["ads"]]);
  });
});
