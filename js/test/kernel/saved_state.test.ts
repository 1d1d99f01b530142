import { describe, expect, it } from "vitest";
import { FakeModel } from "../fake";
import { keepSavedState } from "../../src/kernel/saved_state";

const VIEW = "application/vnd.jupyter.widget-view+json";

class Each {
  constructor(readonly model_id: string, readonly live: boolean, readonly refers: string[] = []) {}
  get comm_live(): boolean {
    return this.live;
  }
}

/** A manager that stores what is live, as JupyterLab's does, in a notebook that shows some of its models. */
class Manager {
  readonly _modelsSync: Map<string, Each>;
  readonly context;
  constructor(models: Each[], shown: unknown[]) {
    this._modelsSync = new Map(models.map((each) => [each.model_id, each]));
    const outputs = shown.map((model_id) => ({ data: { [VIEW]: { model_id } } }));
    this.context = { model: { toJSON: () => ({ cells: [{ source: "" }, { outputs: [{ text: "a" }, ...outputs] }] }) } };
  }
  get_state_sync(): { state: Record<string, unknown> } {
    const live = [...this._modelsSync.values()].filter(({ comm_live }) => comm_live);
    return { state: Object.fromEntries(live.map((each) => [each.model_id, each.refers.map((id) => `IPY_MODEL_${id}`)])) };
  }
}

function kept(manager: unknown): FakeModel {
  const model = new FakeModel({});
  model.widget_manager = manager as never;
  keepSavedState(model);
  return model;
}

describe("the state of widgets in the notebook's file", () => {
  it("keeps what outputs show without a kernel, with all that it refers to, and whatever is live", () => {
    const manager = new Manager(
      [new Each("a", true), new Each("5", false, ["6"]), new Each("6", false, ["5"]), new Each("gone", false)],
      ["a", 5],
    );
    kept(manager);
    expect(Object.keys(manager.get_state_sync().state).sort()).toEqual(["5", "6", "a"]);
    expect([...manager._modelsSync.values()].map(({ comm_live }) => comm_live)).toEqual([true, false, false, false]);
  });

  it("is arranged once for each manager, and not where a host hides what it takes", () => {
    const manager = new Manager([], []);
    kept(manager);
    const first = manager.get_state_sync;
    kept(manager);
    expect(manager.get_state_sync).toBe(first);
    const other = { get_model: async () => new FakeModel({}) };
    kept(other);
    expect(Object.keys(other)).toEqual(["get_model"]);
    kept(undefined);
  });
});
