import type { ComponentChildren } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { FROZEN } from "../../kernel/live";
import type { ErrorFields as Problem, VersionChoice } from "../../kernel/contract";
import { QUEUED, type RpcError } from "../../kernel/rpc";
import type { Store } from "../../kernel/store";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { CodeLine } from "../../ui/controls/Recipes";
import { Banner } from "../../ui/frame/Banner";
import { Child } from "../../ui/frame/Child";
import { Heading } from "../../ui/frame/Heading";
import { Age } from "../../ui/status/Age";
import { LinkBanner } from "../../ui/status/LinkBanner";
import { useUniqueId, useView } from "../../view";
import type { CreateOps, CreateState, NewFieldArgs, TagPair } from "./contract";
import css from "./create_endpoint.css";

export { css };

const REST_MS = 300;
const useCreateView = useView<CreateState, Store<CreateState>, CreateOps>;

/** What the fields of the form share: sending an edit, and how many are on their way. */
interface Form {
  edit(field: string, value: NewFieldArgs["value"]): Promise<void>;
  pending: number;
  wait(by: number): void;
}

/** A form that creates an endpoint from the registry; once that is done, the panel of the new endpoint. */
export default function CreateEndpoint() {
  const view = useCreateView();
  const { draft, workspace, ...state } = view.store.state.value;
  const [pending, setPending] = useState(0);
  const [note, setNote] = useState("");
  const [failed, setFailed] = useState<Problem | null>(null);
  const ask = async <K extends "edit" | "create" | "again">(op: K, args: CreateOps[K][0]): Promise<boolean> => {
    setFailed(null);
    setPending((count) => count + 1);
    try {
      await view.rpc.request(op, args as never, { onQueued: (queued) => setNote(queued ? QUEUED : "") });
      return true;
    } catch (error) {
      setFailed((error as RpcError).problem);
      return false;
    } finally {
      setPending((count) => count - 1);
      setNote("");
    }
  };
  const form: Form = {
    edit: async (field, value) => void (await ask("edit", { field, value })),
    pending,
    wait: (by) => setPending((count) => count + by),
  };
  const frozen = view.live.state.value === "frozen" ? FROZEN : null;
  const refused =
    frozen ??
    workspace.read_only ??
    (state.sending ? "The request is being sent." : null) ??
    (pending > 0 ? "The request is being prepared. Review it, then create." : null) ??
    (state.name_fault || state.faults[0] || null);
  const create = async (): Promise<void> => {
    if (await ask("create", { mark: state.mark })) view.report(`${draft.name} is being created.`);
  };
  if (state.created !== null) {
    return (
      <div class="sw-panel">
        <div class="sw-header">
          <Heading name="Create endpoint" words />
          <Button refused={frozen} onClick={() => void ask("again", {})}>
            Create another
          </Button>
        </div>
        <LinkBanner />
        {state.panel && <Child of={state.panel} />}
      </div>
    );
  }
  return (
    <div class="sw-panel" aria-busy={state.reading}>
      <div class="sw-header">
        <Heading name="Create endpoint" words always />
      </div>
      <LinkBanner />
      {workspace.read_only !== null && <Banner tone="info" icon="lock" problem={{ code: "", message: workspace.read_only, hint: "" }} />}
      <div class="sw-form">
        <Text label="Name" field="name" value={draft.name} form={form} mono fault={state.name_fault} good={draft.name !== "" && "Free"} />
        <Model form={form} />
        <Version form={form} />
        <div class="sw-fields">
          <Select label="Size" field="size" value={draft.size} form={form} options={state.sizes.map(({ key, means }) => [key, `${key} – ${means}`])} />
          <Select label="Workload type" field="type" value={draft.type} form={form} options={state.types.map((one) => [one, one])} />
        </div>
        <label class="sw-choice">
          <input type="checkbox" checked={draft.to_zero} onChange={(event) => void form.edit("to_zero", event.currentTarget.checked)} />
          Scale to zero when idle: nothing is billed then, and the first query after it waits for a start
        </label>
        <Tags tags={draft.tags} form={form} />
        <Text label="Budget policy" field="policy" value={draft.policy} form={form} mono hint="The id of a policy. Left empty, usage is billed to the one that is assigned to you, if one is." />
      </div>
      {state.request && <Request />}
      {(state.problem ?? failed) && <Banner tone="error" problem={(state.problem ?? failed)!} />}
      <div class="sw-bar sw-end">
        <span class="sw-grow sw-muted">{note || (!state.name_fault && state.faults[0]) || ""}</span>
        <Button look="main" refused={refused} onClick={() => void create()}>
          {state.sending ? "Creating…" : "Create"}
        </Button>
      </div>
    </div>
  );
}

/** Catalog, schema and model of the registry; typed where it can't be read, or where one wants to. */
function Model({ form }: { form: Form }) {
  const { draft, catalogs, schemas, models, unread } = useCreateView().store.state.value;
  const typing = draft.typing || unread !== "";
  const names = (all: readonly string[], last = false): [string, string][] => all.map((one) => [one, last ? one.split(".").slice(2).join(".") : one]);
  return (
    <div class="sw-registry">
      {typing ? (
        <Text label="Model" field="model" value={draft.model} form={form} mono placeholder="catalog.schema.model" hint={unread} />
      ) : (
        <div class="sw-fields">
          <Select label="Catalog" field="catalog" value={draft.catalog} form={form} options={names(catalogs)} ask="Choose a catalog" />
          <Select label="Schema" field="schema" value={draft.schema} form={form} options={names(schemas)} ask="Choose a schema" />
          <Select label="Model" field="model" value={draft.model} form={form} options={names(models, true)} ask="Choose a model" />
        </div>
      )}
      {unread === "" && (
        <Button look="quiet" onClick={() => void form.edit("typing", !draft.typing)}>
          {typing ? "Pick from the registry" : "Type a name"}
        </Button>
      )}
    </div>
  );
}

/** A version by its number or by an alias, with what the registry says of it. */
function Version({ form }: { form: Form }) {
  const { draft, versions, reading } = useCreateView().store.state.value;
  if (draft.model && reading) return <p class="sw-muted">Reading the versions of {draft.model}…</p>;
  if (versions.length === 0) {
    return <Text label="Version or alias" field="version" value={draft.version} form={form} mono placeholder={draft.model ? "1" : "Choose a model first"} />;
  }
  const aliases = versions.flatMap((one) => one.aliases.map((alias): [string, string] => [alias, `${alias} – version ${one.version}`]));
  const wanted = draft.version.replace(/^@/, "").toLowerCase();
  const chosen = versions.find((one) => one.version === draft.version || one.aliases.some((alias) => alias.toLowerCase() === wanted));
  return (
    <div class="sw-registry">
      <Select
        label="Version or alias"
        field="version"
        value={draft.version}
        form={form}
        ask="Choose a version"
        options={[...aliases, ...versions.map((one): [string, string] => [one.version, `Version ${one.version}${one.aliases.length ? ` – ${one.aliases.join(", ")}` : ""}`])]}
      />
      {chosen && <About version={chosen} />}
    </div>
  );
}

function About({ version }: { version: VersionChoice }) {
  const { created, creator, comment, status } = version;
  return (
    <p class="sw-muted">
      Version {version.version}
      {created !== null && (
        <>
          , registered <Age at={created} />
        </>
      )}
      {creator && ` by ${creator}`}
      {status && status !== "READY" && <span class="sw-reason">, {status}</span>}
      {comment && `: ${comment}`}
    </p>
  );
}

interface FieldProps {
  label: string;
  field: string;
  value: string;
  form: Form;
}

interface TextProps extends FieldProps {
  mono?: boolean;
  placeholder?: string;
  hint?: string;
  fault?: string;
  good?: string | false;
}

/** A text that goes to the kernel once the hand rests, so that it is checked while it is typed and survives a reload. */
function Text({ label, field, value, form, mono, placeholder, hint = "", fault = "", good = "" }: TextProps) {
  const id = useUniqueId();
  const [text, later] = useLater(value, (typed) => form.edit(field, typed), form);
  const said = fault || good || hint;
  return (
    <div class="sw-field">
      <label class="sw-caption" for={id}>
        {label}
      </label>
      <input
        id={id}
        class={`sw-input${mono ? " sw-mono" : ""}`}
        type="text"
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        placeholder={placeholder}
        value={text}
        aria-invalid={fault ? true : undefined}
        aria-describedby={said ? `${id}-said` : undefined}
        onInput={(event) => later.plan(event.currentTarget.value)}
        onBlur={later.flush}
      />
      {said && (
        <span id={`${id}-said`} class={`sw-said ${fault ? "sw-reason" : "sw-muted"}`} aria-live="polite">
          {good && !fault && <Icon name="check" />}
          {said}
        </span>
      )}
    </div>
  );
}

function Select({ label, field, value, form, options, ask }: FieldProps & { options: readonly [string, string][]; ask?: string }) {
  const known = options.some(([key]) => key === value);
  return (
    <label class="sw-field">
      <span class="sw-caption">{label}</span>
      <select class="sw-input" value={value} onChange={(event) => void form.edit(field, event.currentTarget.value)}>
        {ask && !value && <option value="">{ask}</option>}
        {value && !known && <option value={value}>{value}</option>}
        {options.map(([key, words]) => (
          <option key={key} value={key}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

function Tags({ tags, form }: { tags: readonly TagPair[]; form: Form }) {
  const change = (at: number, pair: Partial<TagPair>): Promise<void> => form.edit("tags", tags.map((one, i) => (i === at ? { ...one, ...pair } : one)));
  return (
    <fieldset class="sw-plain sw-new-tags">
      <legend class="sw-caption">Tags</legend>
      {tags.map((tag, at) => (
        <div key={at} class="sw-bar">
          <TagText label={`Key of tag ${at + 1}`} value={tag.key} form={form} onSet={(key) => change(at, { key })} />
          <TagText label={`Value of tag ${at + 1}`} value={tag.value} form={form} onSet={(value) => change(at, { value })} />
          <Button look="quiet" label={`Remove tag ${at + 1}`} onClick={() => void form.edit("tags", tags.filter((_, i) => i !== at))}>
            <Icon name="close" />
          </Button>
        </div>
      ))}
      <Button onClick={() => void form.edit("tags", [...tags, { key: "", value: "" }])}>Add a tag</Button>
    </fieldset>
  );
}

function TagText({ label, value, form, onSet }: { label: string; value: string; form: Form; onSet(text: string): Promise<void> }) {
  const [text, later] = useLater(value, onSet, form);
  return (
    <input
      class="sw-input"
      type="text"
      aria-label={label}
      placeholder={label.split(" ")[0]}
      spellcheck={false}
      value={text}
      onInput={(event) => later.plan(event.currentTarget.value)}
      onBlur={later.flush}
    />
  );
}

/** What is typed, until the kernel has it: sent when the hand rests or the field is left. */
function useLater(value: string, send: (text: string) => Promise<void>, form: Form): [string, { plan(text: string): void; flush(): void }] {
  const [text, setText] = useState<string | null>(null);
  const latest = useRef(send);
  latest.current = send;
  const later = useMemo(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let due: string | null = null;
    const flush = (): void => {
      clearTimeout(timer);
      const typed = due;
      due = null;
      if (typed === null) return;
      form.wait(-1);
      void latest.current(typed).then(() => setText((now) => (now === typed ? null : now)));
    };
    const plan = (typed: string): void => {
      if (due === null) form.wait(1);
      due = typed;
      setText(typed);
      clearTimeout(timer);
      timer = setTimeout(flush, REST_MS);
    };
    return { plan, flush };
  }, []);
  useEffect(() => later.flush, []);
  return [text ?? value, later];
}

/** The exact request, and the lines that send the same. */
function Request(): ComponentChildren {
  const { request, recipe } = useCreateView().store.state.value;
  if (!request) return null;
  return (
    <details class="sw-unfold" open>
      <summary>
        Request:{" "}
        <code class="sw-mono">
          {request.method} {request.path}
        </code>
      </summary>
      <pre class="sw-json" tabIndex={0} role="group" aria-label="Body of the request">
        {request.text}
      </pre>
      {recipe && (
        <>
          <CodeLine text={recipe.magic} what="the magic line" />
          <CodeLine text={recipe.python} what="the Python line" />
        </>
      )}
    </details>
  );
}
