import { useEffect, useMemo } from "preact/hooks";
import { FROZEN } from "../../kernel/live";
import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { EndpointStatus } from "../../ui/status/EndpointStatus";
import { Heading } from "../../ui/frame/Heading";
import { Icon } from "../../ui/controls/Icon";
import { LinkBanner } from "../../ui/status/LinkBanner";
import { Stale } from "../../ui/status/LastChecked";
import { Missing } from "../../ui/status/Missing";
import { Tabs } from "../../ui/controls/Tabs";
import { useUniqueId } from "../../view";
import { count } from "../../page/words";
import { Answer, Waiting } from "./Answer";
import { Code } from "./Code";
import { Columns } from "./Columns";
import { Explorer, save, useSchemaView } from "./explorer";
import { History } from "./History";
import type { SchemaState } from "./contract";
import { Request } from "./Request";
import css from "./schema_explorer.css";

export { css };

/** What an endpoint takes, a request to try it with, and the answer. */
export default function SchemaExplorer() {
  const view = useSchemaView();
  const explorer = useMemo(() => new Explorer(view), []);
  const { name, endpoint, schema } = view.store.state.value;
  // In a panel what an endpoint takes and asking it are two tabs, which share the draft.
  const part = view.root.closest<HTMLElement>("[data-part]")?.dataset.part;
  const revs = schema?.revs;
  useEffect(() => explorer.follow(revs), [revs]);
  const known = explorer.schema.value;
  const draft = explorer.draft.value;
  const answer = explorer.answer.value;
  const history = explorer.history.value;
  const frozen = view.live.state.value === "frozen" ? FROZEN : null;
  const refused = frozen ?? schema?.can ?? (schema?.sending ? "A request is under way." : null);

  return (
    <div class={`sw-panel${view.nested ? " sw-nested" : ""}`}>
      {part !== "query" && (
        <div class="sw-header">
          <Heading name={name} />
          {!view.nested && !schema?.of_document && (endpoint ? <EndpointStatus picture={endpoint} /> : <Missing />)}
          {!view.nested && <Stale />}
          <span class="sw-grow" />
          {schema?.state === "ready" && <Button refused={frozen} onClick={() => void save(explorer, "document")}>Save schema</Button>}
          <Button look="quiet" label="Refresh" onClick={() => void view.refresh()}>
            <Icon name="refresh" spin={view.refreshing.value.on} />
          </Button>
        </div>
      )}
      <LinkBanner />
      {schema?.state === "absent" && schema.problem && <Banner tone="info" icon="alert" problem={schema.problem} />}
      {schema?.state === "loading" && endpoint && <p class="sw-schema-pane sw-muted">Loading…</p>}
      {schema && draft && known && schema.state !== "loading" && !useless(schema) && (
        <>
          <Paths explorer={explorer} path={schema.path} method={schema.method} frozen={frozen !== null} />
          {part === "query" ? (
            <>
              <Formats explorer={explorer} schema={schema} frozen={frozen !== null} />
              <Request key={`${schema.path} ${schema.format}`} explorer={explorer} draft={draft} />
            </>
          ) : (
            <Tabs
              label="Input formats"
              tabs={schema.formats.map(({ key, label }) => ({ key, label }))}
              chosen={schema.format}
              onChoose={(key) => void explorer.edit("format", { key })}
            >
              <div class="sw-schema-body">
                {schema.path && <p class="sw-schema-words sw-muted">{known.described || known.words}</p>}
                <Columns schema={known} open={part === "schema"} />
                {part !== "schema" && <Request key={`${schema.path} ${schema.format}`} explorer={explorer} draft={draft} />}
              </div>
            </Tabs>
          )}
          {part !== "schema" && (
            <>
              {explorer.waiting.value ? <Waiting /> : answer && <Answer explorer={explorer} answer={answer} frozen={frozen} />}
              {history.length > 0 && <History explorer={explorer} lines={history} shown={answer?.number ?? 0} frozen={frozen} refused={refused} />}
              <Code explorer={explorer} rev={draft.rev} />
            </>
          )}
        </>
      )}
    </div>
  );
}

/** Nothing is known of what it takes, and nothing can be sent: there is no request to write. */
function useless({ state, formats, can }: SchemaState["schema"]): boolean {
  return state === "absent" && can !== null && formats.every(({ key }) => key === "json");
}

/** The input formats, where there is a choice. */
function Formats({ explorer, schema, frozen }: { explorer: Explorer; schema: SchemaState["schema"]; frozen: boolean }) {
  const id = useUniqueId();
  if (schema.formats.length < 2) return null;
  return (
    <div class="sw-schema-path">
      <label for={id} class="sw-muted">
        Input format
      </label>
      <select id={id} class="sw-schema-select sw-mono" disabled={frozen} value={schema.format} onChange={(event) => void explorer.edit("format", { key: event.currentTarget.value })}>
        {schema.formats.map(({ key, label }) => (
          <option key={key} value={key}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

/** The paths of the schema; one of them is shown. */
function Paths({ explorer, path, method, frozen }: { explorer: Explorer; path: string; method: string; frozen: boolean }) {
  const id = useUniqueId();
  const operations = explorer.operations.value;
  if (operations.length < 2) {
    return path ? (
      <div class="sw-schema-path">
        <span class="sw-muted">{method.toUpperCase()}</span> <span class="sw-mono">{path}</span>
      </div>
    ) : null;
  }
  return (
    <div class="sw-schema-path">
      <label for={id} class="sw-muted">
        Path
      </label>
      <select
        id={id}
        class="sw-schema-select sw-mono"
        disabled={frozen}
        value={operations.findIndex((one) => one.path === path && one.method === method)}
        onChange={(event) => {
          const { path, method } = operations[Number(event.currentTarget.value)]!;
          void explorer.edit("open", { path, method });
        }}
      >
        {operations.map((one, at) => (
          <option key={at} value={at}>
            {one.method.toUpperCase()} {one.path}
            {one.summary && ` – ${one.summary}`}
          </option>
        ))}
      </select>
      <span class="sw-muted sw-number">{count(operations.length, "operation")}</span>
    </div>
  );
}
