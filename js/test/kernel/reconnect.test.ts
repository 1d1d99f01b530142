import { describe, expect, it } from "vitest";
import { endpointState, FakeModel, obliging, picture } from "../fake";
import { allByRole, byRole, click, mounted, settle, useMounts } from "../mounted";

useMounts();

const AGAIN = { widget: "EndpointControls", args: { endpoint: "churn" }, scenario: "demo", profile: null, protect: {} };

/** A frozen view on a page whose kernel was restarted and answers an expression with this. */
async function frozen(answer: unknown, again: typeof AGAIN | null = AGAIN) {
  const fresh = new FakeModel({ kind: "endpoint_controls", state: endpointState(picture("churn"), { rev: 9 }) });
  obliging(fresh);
  const asked: { user_expressions: { told: string }; code: string; silent: boolean }[] = [];
  const view = mounted("endpoint_controls", endpointState(picture("churn"), { again }), (model) => {
    model.dead = true;
    const kernel = {
      requestExecute: (content: (typeof asked)[0]) => {
        asked.push(content);
        return { done: Promise.resolve({ content: { status: "ok", user_expressions: { told: { data: { "text/plain": JSON.stringify(answer) } } } } }) };
      },
    };
    model.widget_manager = { kernel, get_model: async (id: string) => (id === "new" ? fresh : Promise.reject(new Error("unknown"))) } as never;
  });
  await settle();
  return { ...view, asked, fresh };
}

describe("a frozen view", () => {
  it("asks a fresh kernel for the same connection and goes on as the new widget", async () => {
    const { el, asked, fresh, model } = await frozen({ model: "new" });
    await click(byRole(el, "button", "Reconnect"));
    await settle(100);
    expect(asked).toHaveLength(1);
    expect([asked[0]!.code, asked[0]!.silent]).toEqual(["", true]);
    const [, json] = /\.again\(__import__\("serving_widgets"\), (.*)\)$/s.exec(asked[0]!.user_expressions.told)!;
    expect(JSON.parse(JSON.parse(json!))).toMatchObject({ again: AGAIN, workspace: { name: "mock" } });
    expect(el.textContent).not.toContain("Frozen");
    await click(byRole(el, "button", "Stop"));
    expect(fresh.requests("act")).toHaveLength(1);
    expect(model.listeners).toBe(0);
  });

  it("says why it can't be opened again", async () => {
    const { el } = await frozen({ error: { code: "config", message: "This kernel has no credential.", hint: "Run the cell." } });
    await click(byRole(el, "button", "Reconnect"));
    expect(el.textContent).toContain("This kernel has no credential.Run the cell.");
    expect(byRole(el, "button", "Reconnect")).toBeTruthy();
  });

  it("offers nothing where the state does not say how", async () => {
    expect(allByRole((await frozen({}, null)).el, "button", "Reconnect")).toHaveLength(0);
  });
});
