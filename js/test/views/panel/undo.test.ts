import { describe, expect, it } from "vitest";
import type { ImpactPicture, UndoPicture } from "../../../src/kernel/contract";
import { OFFERED_MS } from "../../../src/kernel/undo";
import { endpointState, type FakeModel, picture, type Sent } from "../../fake";
import { allByRole, byRole, click, mounted, settle, type, useMounts } from "../../mounted";

useMounts();

const OFFER: UndoPicture = {
  number: 3,
  said: "churn was stopped.",
  verb: "Undo",
  requests: [{ method: "POST", path: "/api/2.0/serving-endpoints/churn/config:start", text: "" }],
  notes: [],
};
const IMPACT: ImpactPicture = {
  requests: 236,
  trend: "rising",
  entities: [
    { name: "a-1", requests: 210, percent: 90 },
    { name: "b-2", requests: 26, percent: 10 },
  ],
  callers: ["ben@example.com", "the group admins"],
  total: 12,
  notes: [],
  question: "",
};

/** A kernel that answers each operation with what stands here, an error where that has a code. */
function answering(answers: Record<string, (args: Sent["args"]) => unknown>) {
  return (model: FakeModel): void => {
    model.kernel = ({ id, op, args }) => {
      model.say({ id, type: "ack" });
      const data = answers[op]?.(args);
      const failed = (data as { code?: string } | null | undefined)?.code;
      if (op !== "hello") model.say(failed ? { id, type: "error", error: data } : { id, type: "result", data: data ?? null });
    };
  };
}

async function controls(answers: Record<string, (args: Sent["args"]) => unknown>) {
  const view = mounted("endpoint_controls", endpointState(picture("churn")), answering(answers));
  await settle();
  return view;
}

describe("after an act", () => {
  it("the way back stands where the act was done, with the request that it sends", async () => {
    const { el, model } = await controls({ undo_plan: () => OFFER, undo: () => "The stop of churn was undone." });
    await click(byRole(el, "button", "Stop"));
    expect(el.textContent).toContain("churn was stopped.");
    expect(el.textContent).toContain("POST /api/2.0/serving-endpoints/churn/config:start");
    await click(byRole(el, "button", "Undo"));
    expect(model.requests("undo").map(({ args }) => args)).toEqual([{ number: 3 }]);
    expect(el.textContent).toContain("The stop of churn was undone.");
    expect(allByRole(el, "button", "Undo")).toHaveLength(0);
  });

  it("it goes after some seconds, but not while it is looked at", async () => {
    const { el } = await controls({ undo_plan: () => OFFER });
    await click(byRole(el, "button", "Stop"));
    const banner = el.querySelector(".sw-outcome")!;
    banner.dispatchEvent(new MouseEvent("mouseenter"));
    await settle(OFFERED_MS + 1000);
    expect(byRole(el, "button", "Undo")).toBeTruthy();
    banner.dispatchEvent(new MouseEvent("mouseleave"));
    await settle(OFFERED_MS + 1000);
    expect(allByRole(el, "button", "Undo")).toHaveLength(0);
  });

  it("a refusal says why, and stays", async () => {
    const { el } = await controls({
      undo_plan: () => OFFER,
      undo: () => ({ code: "changed_since", message: "churn was changed since: it is Ready.", hint: "Look at it." }),
    });
    await click(byRole(el, "button", "Stop"));
    await click(byRole(el, "button", "Undo"));
    await settle(OFFERED_MS * 2);
    expect(byRole(el, "alert").textContent).toBe("churn was changed since: it is Ready. Look at it.");
  });

  it("what can't be undone is not offered", async () => {
    const { el } = await controls({ undo_plan: () => ({ code: "not_undoable", message: "No.", hint: "" }) });
    await click(byRole(el, "button", "Stop"));
    expect(el.querySelector(".sw-outcome")).toBeNull();
  });
});

describe("an act that has to be confirmed", () => {
  it("says whom it hits, focuses the safe choice, and is done once it is confirmed", async () => {
    const { el, model } = await controls({ act: ({ confirm }) => (confirm ? null : IMPACT) });
    await click(byRole(el, "button", "Stop"));
    const dialog = byRole(el, "dialog");
    expect(dialog.textContent).toContain("236 requests in the last minute, rising: a-1 210 (90 %), b-2 26 (10 %).");
    expect(dialog.textContent).toContain("Can be queried by ben@example.com, the group admins and 10 more.");
    expect(document.activeElement).toBe(byRole(dialog, "button", "Cancel"));
    await click(byRole(dialog, "button", "Stop endpoint"));
    expect(model.requests("act").map(({ args }) => args)).toEqual([
      { action: "stop", name: "churn" },
      { action: "stop", name: "churn", confirm: "yes" },
    ]);
    expect(allByRole(el, "dialog")).toHaveLength(0);
  });

  it("wants the name where a pattern says so", async () => {
    const { el, model } = await controls({ act: ({ confirm }) => (confirm ? null : { ...IMPACT, question: "typed" }) });
    await click(byRole(el, "button", "Stop"));
    const dialog = byRole(el, "dialog");
    await click(byRole(dialog, "button", "Stop endpoint"));
    expect(model.requests("act")).toHaveLength(1);
    await type(byRole(dialog, "textbox", "Type the endpoint's name"), "churn");
    await click(byRole(dialog, "button", "Stop endpoint"));
    expect(model.requests("act").at(-1)!.args.confirm).toBe("churn");
  });

  it("is not done when it is called off", async () => {
    const { el, model } = await controls({ act: () => IMPACT });
    await click(byRole(el, "button", "Stop"));
    await click(byRole(byRole(el, "dialog"), "button", "Cancel"));
    expect(allByRole(el, "dialog")).toHaveLength(0);
    expect(model.requests("act")).toHaveLength(1);
  });
});
