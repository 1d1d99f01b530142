import { useEffect, useMemo, useState } from "preact/hooks";
import { FROZEN } from "../../kernel/live";
import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { count } from "../../page/words";
import { RequestView, Sign } from "./Changes";
import { Confirm } from "./Confirm";
import { onEnter, type PanelView, Requests, usePanelView } from "./state";
import type { TagRow, TagsPicture as Tags } from "./contract";

const REST_MS = 300;

/** The tags as they are and as they shall be; nothing is sent before it is saved. */
export function TagsTab({ name, tags }: { name: string; tags: Tags }) {
  const view = usePanelView();
  const requests = useMemo(() => new Requests(view), []);
  const staged = tags.rows.filter((row) => row.staged);
  const refused = frozen(view) ?? view.store.state.value.workspace.read_only ?? tags.can;
  const problem = tags.problem ?? requests.problem.value;
  const save = async (confirm?: string): Promise<void> => {
    if (!(await requests.write("tags_save", { mark: tags.mark, ...(confirm ? { confirm } : {}) }))) return;
    view.done(name);
    view.report(`The tags of ${name} are saved.`);
  };
  return (
    <>
      {refused && !view.store.state.value.workspace.read_only && (
        <Banner tone="info" icon="lock" problem={{ code: "", message: refused, hint: "" }} />
      )}
      {tags.rows.length === 0 && <p class="sw-muted">{name} has no tags.</p>}
      {tags.rows.length > 0 && (
        <table class="sw-beside sw-tags">
          <caption class="sw-hidden">Tags of {name}</caption>
          <thead>
            <tr>
              <th scope="col">Key</th>
              <th scope="col">Now</th>
              {!refused && <th scope="col">After saving</th>}
              {!refused && (
                <th scope="col" class="sw-cell-end">
                  <span class="sw-hidden">Actions</span>
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {tags.rows.map((row) => (
              <Tag key={row.key} row={row} readOnly={refused !== null} requests={requests} />
            ))}
          </tbody>
        </table>
      )}
      {!refused && <NewTag requests={requests} />}
      {problem && <Banner tone="error" problem={problem} />}
      {staged.length > 0 && (
        <>
          {tags.request && <RequestView request={tags.request} recipe={tags.recipe} />}
          <div class="sw-bar sw-end">
            <span class="sw-grow sw-muted">{requests.note.value || count(staged.length, "change")}</span>
            <Button onClick={() => void requests.send("tags_discard", {})}>Discard</Button>
            <Button look="main" refused={refused ?? (tags.sending ? "The tags are being sent." : null)} onClick={() => void save()}>
              {tags.sending ? "Saving…" : "Save tags"}
            </Button>
          </div>
          <Confirm verb="Save tags of" name={name} requests={requests} onConfirm={(typed) => void save(typed)} />
        </>
      )}
    </>
  );
}

function Tag({ row, readOnly, requests }: { row: TagRow; readOnly: boolean; requests: Requests }) {
  const { key, before, after, staged } = row;
  return (
    <tr class={staged ? "sw-differs" : ""}>
      <th scope="row" class="sw-mono">
        <Sign before={before} after={after} />
        {key}
      </th>
      <td>{before ?? "–"}</td>
      {!readOnly && <td>{after === null ? <span class="sw-muted">Removed</span> : <Value row={row} requests={requests} />}</td>}
      {!readOnly && (
        <td class="sw-cell-end">
          {staged && (
            <Button look="quiet" label={`Undo the change of ${key}`} onClick={() => void requests.send("tag_undo", { key })}>
              Undo
            </Button>
          )}
          {!staged && (
            <Button look="quiet" label={`Remove ${key}`} onClick={() => void requests.send("tag_remove", { key })}>
              Remove
            </Button>
          )}
        </td>
      )}
    </tr>
  );
}

/** The value as it shall be; what is typed goes to the kernel once the hand rests, so that nothing of it is lost. */
function Value({ row: { key, after }, requests }: { row: TagRow; requests: Requests }) {
  const [text, setText] = useState<string | null>(null);
  const later = useMemo(() => requests.later(REST_MS), []);
  useEffect(() => later.flush, []);
  const send = async (value: string): Promise<void> => {
    await requests.send("tag_set", { key, value });
    setText((now) => (now === value ? null : now));
  };
  return (
    <input
      class="sw-input"
      type="text"
      aria-label={`Value of ${key}`}
      spellcheck={false}
      value={text ?? after ?? ""}
      onInput={(event) => {
        const { value } = event.currentTarget;
        setText(value);
        later.plan(() => void send(value));
      }}
      onBlur={later.flush}
    />
  );
}

function NewTag({ requests }: { requests: Requests }) {
  const [key, setKey] = useState("");
  const [value, setValue] = useState("");
  const add = async (): Promise<void> => {
    if (!(await requests.send("tag_set", { key, value }))) return;
    setKey("");
    setValue("");
  };
  return (
    <div role="group" aria-label="Add a tag" class="sw-bar sw-new" onKeyDown={onEnter(() => void add())}>
      <Field label="New tag" placeholder="key" value={key} onInput={setKey} />
      <Field label="Value of the new tag" placeholder="value" value={value} onInput={setValue} />
      <Button refused={key.trim() ? null : "A tag needs a key."} onClick={() => void add()}>
        Add tag
      </Button>
    </div>
  );
}

function Field(props: { label: string; placeholder: string; value: string; onInput(text: string): void }) {
  return (
    <input
      class="sw-input"
      type="text"
      aria-label={props.label}
      placeholder={props.placeholder}
      spellcheck={false}
      autocomplete="off"
      value={props.value}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}

export function frozen(view: PanelView): string | null {
  return view.live.state.value === "frozen" ? FROZEN : null;
}
