import { describe, expect, it } from "vitest";
import type { EndpointViewState as EndpointState, Picture, StepPicture as Step } from "../../../src/kernel/contract";
import { endpointState, picture } from "../../fake";
import { allByRole, byRole, click, mounted, settle, useMounts } from "../../mounted";

useMounts();

const NOW = 1_700_000_000_000;

function badge(endpoint: Picture | null, change: Partial<EndpointState> = {}) {
  return mounted("status_badge", endpointState(endpoint, change));
}

const STATES = { ready: "DEPLOYMENT_READY", updating: "DEPLOYMENT_CREATING", failed: "DEPLOYMENT_FAILED" };

function step(entity: string, phase: keyof typeof STATES, message: string, started: number, ended: number | null): Step {
  return { entity, version: "4", state: STATES[phase], phase, message, started, ended };
}

const updating = picture("fraud", {
  status: { label: "Ready (Updating)", phase: "updating", note: "", reason: "", done: 1, total: 2 },
  update: {
    started: NOW - 130_000,
    finished: null,
    over: false,
    version: 2,
    steps: [
      step("old", "ready", "", NOW - 130_000, null),
      step("new", "updating", "Building the image", NOW - 130_000, NOW - 60_000),
      step("new", "updating", "Loading the model", NOW - 60_000, null),
    ],
  },
});

describe("a badge", () => {
  it.each([
    ["ready", "circle.sw-fill"],
    ["updating", "circle.sw-line + path"],
    ["failed", "path.sw-fill"],
    ["stopped", "rect"],
    ["other", "circle.sw-line:only-child"],
    ["a phase of tomorrow", "circle.sw-line:only-child"],
  ])("draws %s with a shape of its own and keeps the word", async (phase, shape) => {
    const { el } = badge(picture("churn", { status: { ...updating.status, label: "The word", phase: phase as never } }));
    await settle();
    expect(byRole(el, "status").textContent).toBe("The word");
    expect(byRole(el, "status").querySelector(shape)).not.toBeNull();
  });

  it("says which workspace it is of, and that it is read-only", async () => {
    const { el } = badge(picture("churn"), {
      workspace: { name: "prod", label: "adb-1.example.com", host: "https://adb-1.example.com", mock: false, read_only: "Found.", colour: "red" },
    });
    await settle();
    expect(el.querySelector(".sw-heading")!.textContent).toBe("churnprodRead-only");
    expect(el.querySelector("[title='https://adb-1.example.com']")!.textContent).toBe("prod");
    expect(el.querySelector<HTMLElement>(".sw-root")!.style.getPropertyValue("--sw-colour")).toBe("var(--sw-red)");
  });

  it("names no workspace twice, and tells the embedded one by its chip", async () => {
    const { el } = badge(picture("churn"));
    await settle();
    expect(el.querySelector(".sw-heading")!.textContent).toBe("churnMock");
  });

  it.each(["stale", "error"] as const)("draws hollow marks while the picture is %s", async (state) => {
    const { el } = badge(picture("churn"), { link: { state, seen: NOW, problem: null } });
    await settle();
    expect(el.querySelector(".sw-root")!.classList).toContain("sw-stale");
  });

  it("shows a note beside the status, not in it", async () => {
    const { el } = badge(picture("churn", { status: { ...picture("churn").status, note: "Scaled to zero" } }));
    await settle();
    expect(byRole(el, "status").textContent).toBe("Ready");
    expect(el.textContent).toContain("Scaled to zero");
  });

  it("tells the story of an update, the running step by the workspace's clock", async () => {
    const { el } = badge(updating, { clock: { at: NOW, taken: Date.now(), rate: 60 } });
    await settle();
    expect(el.textContent).not.toContain("config version 2");
    await click(byRole(el, "button", "Show the update"));
    expect(el.textContent).toContain("Update to config version 2 · 1 of 2 ready · running for 2 min");
    const [ready, running] = [...el.querySelectorAll("li")];
    expect(ready!.textContent).toBe("oldv4Ready");
    expect(running!.textContent).toMatch(
      /^newv4Creating2 min 1\d sBuilding the image1 min 10 sLoading the model1 min( \d s)?$/,
    );
    await settle(10_000);
    expect(running!.textContent).toMatch(
      /^newv4Creating12 min 1\d sBuilding the image1 min 10 sLoading the model11 min( \d s)?$/,
    );
  });

  it("says why an update failed", async () => {
    const steps = [
      step("new", "updating", "Building the image", NOW - 90_000, NOW - 60_000),
      step("new", "failed", "No module named 'x'.", NOW - 60_000, NOW),
    ];
    const { el } = badge(picture("churn", { update: { ...updating.update!, finished: NOW, over: true, steps } }));
    await settle();
    await click(byRole(el, "button", "Show the update"));
    expect(el.textContent).toContain("Last update to config version 2");
    expect(el.querySelector("li")!.textContent).toBe("newv4Failed30 sBuilding the imageNo module named 'x'.");
  });

  it("says how long a seen update took, and of one that nobody saw end only when it began", async () => {
    const stop = step("new", "updating", "Building the image", NOW - 90_000, null);
    const story = async (finished: number | null): Promise<string> => {
      const update = { ...updating.update!, finished, over: true, steps: [stop] };
      const { el, close } = badge(picture("churn", { update }), { clock: { at: NOW, taken: Date.now(), rate: 60 } });
      await settle();
      await click(byRole(el, "button", "Show the update"));
      const text = el.querySelector(".sw-timeline")!.textContent!.replaceAll(/, 20\d\d-[-\d: ]+ \S+?(?=newv4| ·)/g, "");
      await settle(20_000);
      expect(el.querySelector("li")!.textContent).toBe("newv4CreatingBuilding the image");
      close();
      return text;
    };
    expect(await story(NOW - 10_000)).toMatch(/^Last update to config version 2 · took 2 min · ended 1\d s ago/);
    expect(await story(null)).toMatch(/^Last update to config version 2 · started 2 min ago/);
  });

  it("keeps one status region when the status changes, and makes the new one glow", async () => {
    const { el, model } = badge(picture("churn"));
    await settle();
    const region = byRole(el, "status");
    expect(el.querySelector(".sw-glow")).toBeNull();
    model.set("state", endpointState(updating, { rev: 2, name: "churn" }));
    await settle();
    model.set("state", endpointState({ ...updating, status: { ...updating.status, label: "Ready" } }, { rev: 3 }));
    await settle();
    expect(byRole(el, "status")).toBe(region);
    expect(el.querySelector(".sw-glow")).not.toBeNull();
  });

  it("says Loading before the first look, Not found after one that found nothing, Deleted when it is gone", async () => {
    const { link } = endpointState(null);
    const loading = badge(null, { link: { ...link, state: "loading" } });
    const missing = badge(null);
    const gone = badge(picture("churn", { deleted: true }));
    await settle();
    expect(byRole(loading.el, "status").textContent).toBe("Loading…");
    expect(byRole(missing.el, "status").textContent).toBe("Not found");
    expect(byRole(gone.el, "status").textContent).toBe("Deleted");
  });

  it("says how old its picture is when the workspace does not answer, and offers to try again", async () => {
    const problem = { code: "connection_failed", message: "No answer.", hint: "Check the network." };
    const seen = Date.now() - 34_000;
    const stale = badge(picture("churn"), { link: { state: "stale", seen, problem } });
    const failed = badge(picture("churn"), { link: { state: "error", seen, problem } });
    await settle();
    expect(stale.el.textContent).toMatch(/Last checked 34 s ago,.* – retrying/);
    expect(byRole(failed.el, "alert").textContent).toContain("No answer.Check the network.");
    await click(byRole(failed.el, "button", "Retry"));
    expect(failed.model.requests("refresh")).toHaveLength(1);
  });

  it.each(["unauthenticated", "permission_denied"])("says a refusal at once with the way out, and promises no retry that helps: %s", async (code) => {
    const problem = { code, message: "The token is not taken.", hint: "Sign in again." };
    const { el } = badge(picture("churn"), { link: { state: "stale", seen: Date.now() - 34_000, problem } });
    await settle();
    expect(byRole(el, "alert").textContent).toContain("The token is not taken.Sign in again.");
    expect(el.textContent).toContain("access refused");
    expect(el.textContent).not.toContain("retrying");
    expect(el.querySelector(".sw-stale .sw-mark")).not.toBeNull();
  });

  it("keeps markup in everything that the service says as text", async () => {
    const evil = "<img src=x onerror=alert(1)>";
    const { el } = badge(
      picture(evil, {
        status: { ...updating.status, label: evil, note: evil, reason: evil },
        update: { ...updating.update!, steps: [{ ...updating.update!.steps[0]!, entity: evil, message: evil, version: evil, state: evil }] },
      }),
    );
    await settle();
    await click(byRole(el, "button", "Show the update"));
    expect(el.querySelector("img")).toBeNull();
    expect(byRole(el, "status").textContent).toBe(evil);
  });

  it("has no tick running while nothing on it ages", async () => {
    const { el } = badge(picture("churn"));
    await settle();
    const before = el.innerHTML;
    await settle(60_000);
    expect(el.innerHTML).toBe(before);
    expect(allByRole(el, "alert")).toHaveLength(0);
  });
});
