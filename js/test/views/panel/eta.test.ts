import { describe, expect, it } from "vitest";
import { endpointState, picture } from "../../fake";
import { mounted, settle, useMounts } from "../../mounted";

useMounts();

const MINUTE = 60_000;

async function badge(median: number, high: number): Promise<HTMLElement> {
  const { at } = endpointState(null).clock;
  const eta = { median: at + median * MINUTE, low: at + MINUTE, high: at + high * MINUTE, by: "by 5 updates of it" };
  const update = { started: at - MINUTE, finished: null, over: false, version: 4, steps: [], eta };
  const { el } = mounted("status_badge", endpointState(picture("churn", { update })));
  await settle();
  return el;
}

describe("when an update may end", () => {
  it("is told in the badge, with the spread and whose updates tell", async () => {
    const el = await badge(4, 6);
    expect(el.textContent).toContain("about 4 min left");
    expect(el.querySelector("[title*='5 updates']")!.getAttribute("title")).toBe("1 to 6 min, by 5 updates of it");
  });

  it("says so where it takes longer than usual", async () => {
    expect((await badge(-3, -1)).textContent).toContain("longer than usual");
  });
});
