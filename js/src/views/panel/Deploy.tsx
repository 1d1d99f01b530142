import { useEffect, useMemo, useState } from "preact/hooks";
import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { ImpactItems, useImpact } from "../../ui/dialogs/Impact";
import { useUniqueId } from "../../view";
import { Confirm } from "./Confirm";
import { Beside, RequestView } from "./Changes";
import type { ConfigPicture as Config, DraftPicture as Draft, DraftPart as Part, Source } from "./contract";
import type { VersionChoice } from "../../kernel/contract";
import { onEnter, type Requests, usePanelView } from "./state";
import { Traffic } from "./Traffic";

const REST_MS = 300;
const WORKING = "The request is being prepared. Review it, then deploy.";
const START: Readonly<Record<Source, string>> = { active: "Active configuration", pending: "Failed configuration" };

interface DeployProps {
  name: string;
  config: Config;
  draft: Draft;
  requests: Requests;
  refused: string | null;
  onDiscard(): Promise<void>;
  /** Show the update that a deployment begins. */
  onFollow(): void;
}

/** The editor of the next configuration: what it serves, how traffic is shared, what changes, and the exact request. */
export function Deploy({ name, config, draft, requests, refused, onDiscard, onFollow }: DeployProps) {
  const view = usePanelView();
  const problem = draft.problem ?? requests.problem.value;
  const nothing = draft.changes.length === 0 ? `${name} already serves this configuration.` : null;
  const why =
    refused ??
    (draft.sending ? "The request is being sent." : null) ??
    (requests.open.value > 0 ? WORKING : null) ??
    draft.faults[0] ??
    nothing;
  const found = useImpact(name);
  const deploy = async (confirm?: string): Promise<void> => {
    if (!(await requests.write("deploy", { mark: draft.mark, ...(confirm ? { confirm } : {}) }))) return;
    view.done(name);
    view.report(`${named(draft)} on its way.`, { label: "Follow", onClick: onFollow });
    view.root.querySelector<HTMLElement>("[role=tabpanel]")?.focus({ preventScroll: true });
  };
  return (
    <section class="sw-deploy" aria-label={`Deploy a version to ${name}`}>
      <div class="sw-title">Deploy a version</div>
      {draft.notes.length > 0 && <Notes notes={draft.notes} />}
      {draft.sources.length > 1 && <Start draft={draft} requests={requests} />}
      <div class="sw-parts">
        {draft.parts.map((part) => (
          <Entity key={part.key} part={part} draft={draft} versions={config.known[part.model] ?? []} requests={requests} />
        ))}
      </div>
      {config.unread && <p class="sw-muted">The registry can't be read, so versions are typed: {config.unread}</p>}
      <NewEntity model={draft.parts[0]?.model ?? ""} requests={requests} />
      <Traffic parts={draft.parts} requests={requests} />
      <div>
        <div class="sw-caption">What changes</div>
        {nothing ? (
          <p class="sw-muted">Nothing yet.</p>
        ) : (
          <Beside caption={`What changes in ${name}`} titles={["Now", "After deploying"]} groups={draft.changes} brief />
        )}
      </div>
      <div>
        <div class="sw-caption">Whom it affects</div>
        <ul class="sw-consequences">
          <ImpactItems found={found} />
        </ul>
      </div>
      <RequestView request={draft.request} recipe={draft.recipe} />
      {problem && <Banner tone="error" problem={problem} />}
      <div class="sw-bar sw-end">
        <span class="sw-grow sw-muted">{requests.note.value || (!nothing && draft.faults[0]) || ""}</span>
        <Button onClick={() => void onDiscard()}>Discard</Button>
        <Button look="main" refused={why} onClick={() => void deploy()}>
          {draft.sending ? "Deploying…" : "Deploy"}
        </Button>
      </div>
      <Confirm verb="Deploy to" name={name} requests={requests} onConfirm={(typed) => void deploy(typed)} />
    </section>
  );
}

/** What is new of a configuration that was sent: the one version where there is just one. */
function named({ parts }: Draft): string {
  const versions = parts.filter(({ added, edited }) => added || edited.includes("entity_version")).map(({ version }) => version);
  return versions.length === 1 && versions[0] ? `v${versions[0]} is` : "The new configuration is";
}

/** What others did meanwhile, and what became of the edits. */
function Notes({ notes }: { notes: readonly string[] }) {
  return (
    <div class="sw-banner sw-banner-news" role="status">
      <Icon name="alert" />
      <div class="sw-grow">
        Someone else changed the configuration in the meantime. Your edits now apply on top of it.
        <ul class="sw-consequences">
          {notes.map((note) => (
            <li key={note}>{note}</li>
          ))}
        </ul>
      </div>
    </div>
  );
}

function Start({ draft, requests }: { draft: Draft; requests: Requests }) {
  const name = useUniqueId();
  return (
    <fieldset class="sw-fields sw-plain">
      <legend class="sw-caption">Start from</legend>
      {draft.sources.map((source) => (
        <label key={source} class="sw-choice">
          <input type="radio" name={name} checked={draft.source === source} onChange={() => void requests.send("draft", { source })} />
          {START[source]}
        </label>
      ))}
    </fieldset>
  );
}

interface EntityProps {
  part: Part;
  draft: Draft;
  versions: readonly VersionChoice[];
  requests: Requests;
}

function Entity({ part, draft, versions, requests }: EntityProps) {
  const set = (field: string, value: string | boolean) => requests.send("draft_edit", { key: part.key, field, value });
  return (
    <fieldset class="sw-part">
      <legend class="sw-hidden">{part.name}</legend>
      <div class="sw-bar">
        <span class="sw-mono sw-clip" title={part.name}>
          {part.name}
        </span>
        {part.model && (
          <span class="sw-muted sw-mono sw-clip sw-grow" title={part.model}>
            {part.model}
          </span>
        )}
        {part.added && <span class="sw-tag">New</span>}
        <Button
          look="quiet"
          label={`Remove ${part.name}`}
          refused={draft.parts.length > 1 ? null : "An endpoint serves at least one entity."}
          onClick={() => void requests.send("draft_remove", { key: part.key })}
        >
          Remove
        </Button>
      </div>
      <div class="sw-fields">
        {part.version !== null && <Version value={part.version} versions={versions} requests={requests} onSet={(text) => set("entity_version", text)} />}
        {part.size !== null && <Choice label="Size" value={part.size} values={draft.sizes} onSet={(value) => void set("workload_size", value)} />}
        {part.type !== null && <Choice label="Workload type" value={part.type} values={draft.types} onSet={(value) => void set("workload_type", value)} />}
        {part.to_zero !== null && (
          <label class="sw-choice">
            <input type="checkbox" checked={part.to_zero} onChange={(event) => void set("scale_to_zero_enabled", event.currentTarget.checked)} />
            Scale to zero
          </label>
        )}
      </div>
    </fieldset>
  );
}

interface VersionProps {
  value: string;
  versions: readonly VersionChoice[];
  requests: Requests;
  onSet(text: string): Promise<boolean>;
}

/** A version: typed, picked among those that were seen, or stepped with the arrow keys. */
function Version({ value, versions, requests, onSet }: VersionProps) {
  const [text, setText] = useState<string | null>(null);
  const list = useUniqueId();
  const later = useMemo(() => requests.later(REST_MS), []);
  useEffect(() => later.flush, []);
  const change = (next: string): void => {
    setText(next);
    later.plan(() => void onSet(next).then(() => setText((now) => (now === next ? null : now))));
  };
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowUp: 1, ArrowDown: -1 }[event.key];
    const number = Number(text ?? value);
    if (by === undefined || !Number.isInteger(number)) return;
    event.preventDefault();
    change(String(Math.max(1, number + by)));
  };
  return (
    <label class="sw-field">
      <span class="sw-caption">Version</span>
      <input
        class="sw-input sw-version"
        type="text"
        inputMode="numeric"
        autocomplete="off"
        list={versions.length > 1 ? list : undefined}
        value={text ?? value}
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={step}
        onBlur={later.flush}
      />
      <datalist id={list}>
        {versions.map(({ version, aliases, creator, created }) => (
          <option key={version} value={version}>
            {[aliases.join(", "), created && new Date(created).toLocaleDateString("en", { dateStyle: "medium" }), creator].filter(Boolean).join(" · ")}
          </option>
        ))}
      </datalist>
    </label>
  );
}

function Choice(props: { label: string; value: string; values: readonly string[]; onSet(value: string): void }) {
  const { label, value, values, onSet } = props;
  return (
    <label class="sw-field">
      <span class="sw-caption">{label}</span>
      <select class="sw-input" value={value} onChange={(event) => onSet(event.currentTarget.value)}>
        {(values.includes(value) ? values : [value, ...values]).map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
    </label>
  );
}

/** One more model version: a challenger of the same model is what is wanted most. */
function NewEntity({ model, requests }: { model: string; requests: Requests }) {
  const [open, setOpen] = useState(false);
  const [name, setName] = useState(model);
  const [version, setVersion] = useState("");
  if (!open) {
    return (
      <div>
        <Button onClick={() => setOpen(true)}>Add an entity</Button>
      </div>
    );
  }
  const add = async (): Promise<void> => {
    if (!(await requests.send("draft_add", { model: name, version }))) return;
    setVersion("");
    setOpen(false);
  };
  const missing = !name.trim() ? "Name the model, such as catalog.schema.model." : !version.trim() ? "Name the version." : null;
  return (
    <div role="group" aria-label="Add an entity" class="sw-fields sw-new" onKeyDown={onEnter(() => void add())}>
      <label class="sw-field sw-grow">
        <span class="sw-caption">Model</span>
        <input class="sw-input sw-mono" type="text" spellcheck={false} autocomplete="off" value={name} onInput={(event) => setName(event.currentTarget.value)} />
      </label>
      <label class="sw-field">
        <span class="sw-caption">Version</span>
        <input class="sw-input sw-version" type="text" inputMode="numeric" autocomplete="off" value={version} onInput={(event) => setVersion(event.currentTarget.value)} />
      </label>
      <Button refused={missing} onClick={() => void add()}>
        Add
      </Button>
      <Button look="quiet" onClick={() => setOpen(false)}>
        Cancel
      </Button>
    </div>
  );
}
