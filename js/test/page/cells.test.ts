import { afterEach, describe, expect, it, vi } from "vitest";
import { endpointState, type FakeModel, obliging, picture } from "../fake";
import { byRole, click, mounted, settle, useMounts } from "../mounted";

const controls = (prepare: (model: FakeModel) => void = () => undefined) =>
  mounted("endpoint_controls", endpointState(picture("churn")), (model) => {
    obliging(model);
    prepare(model);
  }).el;

const inNotebook = (insertCell: (...what: unknown[]) => void, readOnly = false) => (model: FakeModel) => {
  document.body.dataset.windowedListIndex = "3";
  model.widget_manager = { get_model: () => Promise.reject(new Error("none")), context: { model: { readOnly, sharedModel: { insertCell } } } };
};

describe("sending a line to a cell", () => {
  useMounts();
  afterEach(() => {
    delete document.body.dataset.windowedListIndex;
  });

  it("puts it into a new cell below the widget's", async () => {
    const insertCell = vi.fn();
    const el = controls(inNotebook(insertCell));
    await click(byRole(el, "button", "Recipe"));
    await click(byRole(el, "button", "Send the magic line: stop to a cell"));
    expect(insertCell.mock.calls).toEqual([[4, { cell_type: "code", source: "%serving stop churn", metadata: { trusted: true } }]]);
    await settle();
    expect(el.textContent).toContain("Sent the magic line: stop to a new cell below. It has not been run.");
  });

  it("is not offered where the host gives no way to the notebook, or the notebook can't be changed", async () => {
    for (const el of [controls(), controls(inNotebook(vi.fn(), true))]) {
      await click(byRole(el, "button", "Recipe"));
      expect(byRole(el, "button", "Copy the magic line: stop")).toBeTruthy();
      expect([...el.querySelectorAll("button")].filter(({ title }) => title.startsWith("Send"))).toEqual([]);
    }
  });
});
