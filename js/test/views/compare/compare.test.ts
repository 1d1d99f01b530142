import { describe, expect, it } from "vitest";
import type { CompareState } from "../../../src/views/compare/contract";
import { made } from "../../fake";
import { byRole, click, mounted, settle, useMounts } from "../../mounted";

useMounts();

async function compared(change: Partial<CompareState> = {}) {
  const { el, model } = mounted("endpoint_compare", { ...made<CompareState>("endpoint_compare"), known: true, ...change });
  await settle();
  return { el, model };
}

const TAGS = {
  title: "Tags",
  differs: [
    { what: "team", left: "risk", right: null },
    { what: "tier", left: "a", right: "b" },
  ],
  same: [{ what: "owner", left: "ada", right: "ada" }],
};

describe("two endpoints beside each other", () => {
  it("show what differs, and what is the same on demand", async () => {
    const { el } = await compared({ sections: [TAGS] });
    const rows = (): string[] => [...el.querySelectorAll("tbody tr")].map((row) => row.textContent!);
    expect(el.textContent).toContain("2 differences");
    expect(rows()).toEqual(["Tags", "−only leftteamrisk–", "≠differenttierab"]);
    await click(byRole(el, "button", "Show what is the same (1)"));
    expect(rows().at(-1)).toBe("owneradaada");
  });

  it("say so where nothing differs, and what was not compared", async () => {
    const { el } = await compared({ sections: [{ ...TAGS, differs: [] }], notes: ["Permissions of churn: you may not."] });
    expect(el.textContent).toContain("Nothing differs of 1 setting that were compared.");
    expect(el.textContent).toContain("Not compared: Permissions of churn: you may not.");
    expect(el.querySelector("table")).toBeNull();
  });

  it("name the workspaces where they are two", async () => {
    const { el } = await compared({ sections: [TAGS], right: { name: "churn", where: "prod", colour: "red" } });
    expect(el.querySelector("thead")!.textContent).toContain("churnprod");
  });
});
