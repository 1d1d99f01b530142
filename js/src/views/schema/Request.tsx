import { useRef, useState } from "preact/hooks";
import { FROZEN } from "../../kernel/live";
import type { RpcError } from "../../kernel/rpc";
import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { Menu, type MenuItem } from "../../ui/controls/Menu";
import { Tabs } from "../../ui/controls/Tabs";
import { useView } from "../../view";
import { Chat } from "./Chat";
import type { Explorer } from "./explorer";
import { Findings } from "./Findings";
import { Form } from "./Form";
import { Grid } from "./Grid";
import { Json, Unreadable } from "./Json";
import type { FramePicture as Frame, BodyDraft as Draft, SchemaState, ViewKey } from "./contract";

const LABELS: Readonly<Record<ViewKey, string>> = { chat: "Messages", table: "Table", form: "Form", json: "JSON" };

/** The draft of a request, seen one way at a time, and what can be done with it. */
export function Request({ explorer, draft }: { explorer: Explorer; draft: Draft }) {
  const view = useView<SchemaState>();
  const { can, sending } = view.store.state.value.schema;
  const [said, setSaid] = useState("");
  const frozen = view.live.state.value === "frozen" ? FROZEN : null;
  const locked = frozen ?? (draft.fault ? "The JSON can’t be read: fix it first." : null);
  const all = explorer.schema.value?.views ?? ["json"];
  const main = all[0]!;
  // What a table or a conversation has beside it needs no view of its own.
  const views = main === "table" || main === "chat" ? all.filter((key) => key !== "form") : all;
  const shown = views.includes(explorer.shown) ? explorer.shown : main;
  const wrong = draft.fault !== null || draft.total > 0;
  const refused = frozen ?? can ?? (sending ? "A request is under way." : null);
  const why = wrong ? (draft.fault ? "The JSON can’t be read." : `${draft.summary} Fix it, or send it anyway.`) : null;

  const send = async (anyway: boolean): Promise<void> => {
    if (shown === "chat" && said.trim()) {
      // A conversation that is still the sample begins with what is said instead.
      const number = !draft.undo && draft.messages?.length === 1 ? 0 : null;
      if (!(await explorer.edit("message", { number, role: "user", text: said.trim() }))) return;
      setSaid("");
    }
    await explorer.send(anyway ? { anyway: true } : {});
  };

  return (
    <div class="sw-schema-request">
      <Tabs label="Request as" tabs={views.map((key) => ({ key, label: LABELS[key] }))} chosen={shown} onChoose={(key) => (explorer.chosen.value = key as ViewKey)}>
        <div class="sw-schema-pane">
          {shown !== "json" && <Unreadable explorer={explorer} draft={draft} table={shown === "table"} />}
          {shown === "table" && draft.table && <Grid explorer={explorer} table={draft.table} errors={draft.errors} locked={locked} />}
          {shown === "table" && draft.table && <Below explorer={explorer} table={draft.table} locked={locked} />}
          {shown === "table" && draft.fields.length > 0 && (
            <>
              <div class="sw-caption">Parameters</div>
              <Form explorer={explorer} fields={draft.fields} errors={draft.errors} locked={locked} />
            </>
          )}
          {shown === "table" && !draft.table && <p class="sw-muted">This request is not a table of rows. Edit it as JSON, or start from a sample.</p>}
          {shown === "form" && <Form explorer={explorer} fields={draft.fields} errors={draft.errors} locked={locked} />}
          {shown === "json" && <Json explorer={explorer} draft={draft} />}
          {shown === "chat" && (
            <Chat
              explorer={explorer}
              messages={draft.messages ?? []}
              fields={draft.fields}
              errors={draft.errors}
              locked={locked}
              sending={sending}
              text={said}
              onText={setSaid}
              onSend={() => said.trim() !== "" && refused === null && why === null && void send(false)}
            />
          )}
          <Findings explorer={explorer} draft={draft} />
        </div>
      </Tabs>
      {explorer.problem.value && <Banner tone="error" problem={explorer.problem.value} onDismiss={() => (explorer.problem.value = null)} />}
      <div class="sw-schema-actions">
        <Button refused={frozen} onClick={() => void explorer.edit("sample", { rows: draft.table?.total || 2 })}>
          Sample
        </Button>
        {views.includes("table") && <Load explorer={explorer} refused={frozen} />}
        {draft.undo && (
          <Button look="quiet" refused={frozen} onClick={() => void explorer.edit("undo")}>
            Undo
          </Button>
        )}
        <span class="sw-grow sw-muted">{explorer.note.value || (can && !frozen ? can : "")}</span>
        {sending && <Button onClick={() => explorer.stop()}>Cancel</Button>}
        {wrong && !sending && (
          <Button refused={refused} onClick={() => void send(true)}>
            Send anyway
          </Button>
        )}
        <Button look="main" refused={refused ?? why} onClick={() => void send(false)}>
          {sending && <Icon name="refresh" spin />}
          Send request
        </Button>
      </div>
    </div>
  );
}

function Below({ explorer, table, locked }: { explorer: Explorer; table: NonNullable<Draft["table"]>; locked: string | null }) {
  const { rows, total, more_columns: more } = table;
  return (
    <div class="sw-bar sw-schema-below">
      <Button look="quiet" refused={locked} onClick={() => void explorer.edit("rows", { add: 1 })}>
        Add row
      </Button>
      <span class="sw-grow sw-muted sw-caption">
        {rows.length < total || more > 0
          ? `The first ${rows.length.toLocaleString("en")} of ${total.toLocaleString("en")} rows${more > 0 ? `, without ${more} columns` : ""}; all of it is sent.`
          : "Enter to edit, Delete to clear. Paste rows as TSV or CSV."}
      </span>
    </div>
  );
}

/** Offers the DataFrames in this notebook by name. */
function Load({ explorer, refused }: { explorer: Explorer; refused: string | null }) {
  const anchor = useRef<HTMLButtonElement>(null);
  const [frames, setFrames] = useState<Frame[] | null>(null);
  const open = async (): Promise<void> => {
    try {
      setFrames(await explorer.view.rpc.request("frames", {}));
    } catch (error) {
      explorer.problem.value = (error as RpcError).problem;
    }
  };
  const items: MenuItem[] = (frames ?? []).map(({ name, rows }) => ({
    label: name,
    count: rows,
    onPick: () => void explorer.edit("load", { name }),
  }));
  return (
    <>
      <Button buttonRef={anchor} popup expanded={frames !== null} refused={refused} onClick={() => (frames ? setFrames(null) : void open())}>
        Load DataFrame
        <Icon name="chevron" />
      </Button>
      {frames && (
        <Menu
          anchor={anchor}
          label="DataFrames in this notebook"
          items={items.length ? items : [{ label: "This notebook has no DataFrame" }]}
          onClose={() => setFrames(null)}
        />
      )}
    </>
  );
}
