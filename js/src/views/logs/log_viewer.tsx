import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { LinkBanner } from "../../ui/status/LinkBanner";
import { Missing } from "../../ui/status/Missing";
import { Tabs } from "../../ui/controls/Tabs";
import { useView } from "../../view";
import { count } from "../../page/words";
import ansi from "../../theme/ansi.css";
import own from "./log_viewer.css";
import { Builds, lastGood } from "./Builds";
import { Find } from "./Find";
import { Findings } from "./Findings";
import { Header } from "./Header";
import { Histogram } from "./Histogram";
import { Keys } from "./Keys";
import { Levels } from "./Levels";
import { LogList } from "./list/LogList";
import { Logs } from "./logs";
import type { LogViewerState as LogState, Sort } from "./contract";

export const css = ansi + own;
/** Ctrl+F finds in the log. */
export const keys = "f";

const TABS = [
  { key: "server", label: "Server logs" },
  { key: "build", label: "Build logs" },
];

/** The server and build logs of one endpoint. */
export default function LogViewer() {
  const view = useView<LogState>();
  const logs = useMemo(() => new Logs(view), []);
  const input = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [comparing, setComparing] = useState<"ask" | "good" | null>(null);
  const [keysShown, setKeysShown] = useState(false);
  const { sort, log, endpoint } = view.store.state.value;
  const find = (): void => {
    input.current?.focus();
    input.current?.select();
  };
  const otherBuild = useRef<HTMLSelectElement>(null);
  useEffect(() => {
    if (comparing) otherBuild.current?.focus();
  }, [comparing]);
  const toLog = (): void => list.current?.focus();
  const stopComparing = (): void => {
    setComparing(null);
    toLog();
  };
  const keyDown = (event: KeyboardEvent): void => {
    // The browser's own search sees no more than the rows on screen.
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "f" && input.current) {
      event.preventDefault();
      event.stopPropagation();
      find();
    }
  };
  const any = log.total > log.first;
  const good = lastGood(view.store.state.value);
  const compareWithGood = (): void => {
    setComparing("good");
    // A server's failure comes of what its build put into the image.
    if (sort !== "build") logs.open({ sort: "build" });
  };
  return (
    <div class="sw-panel" onKeyDown={keyDown} aria-busy={log.state === "loading"}>
      <Header logs={logs} onCompare={() => setComparing("ask")} />
      <LinkBanner />
      {logs.problem.value && (
        <Banner tone="error" problem={logs.problem.value} onDismiss={() => (logs.problem.value = null)} />
      )}
      <Tabs
        label="Logs"
        tabs={TABS}
        chosen={sort}
        onChoose={(key) => {
          setComparing(null);
          logs.open({ sort: key as Sort });
        }}
      >
        {comparing && sort === "build" && (
          <Builds
            key={`${log.key} ${comparing}`}
            first={comparing === "good" ? good : null}
            selectRef={otherBuild}
            onClose={stopComparing}
          />
        )}
        <Findings logs={logs} onLeave={toLog} onCompare={good ? compareWithGood : null} />
        {any ? (
          <>
            <div class="sw-log-tools">
              <Find logs={logs} inputRef={input} onLeave={toLog} />
              <Levels logs={logs} />
              {sort === "server" && <Histogram key={log.key} logs={logs} />}
            </div>
            <div class="sw-log-stack">
              <LogList
                key={log.key}
                logs={logs}
                label={TABS.find(({ key }) => key === sort)!.label}
                listRef={list}
                onFind={find}
                onKeys={() => setKeysShown(true)}
              />
              {keysShown && <Keys anchor={list} onClose={() => setKeysShown(false)} />}
              {logs.choice.value.rows.length === 0 && <NoLineMatches logs={logs} />}
              {logs.unseen.value > 0 && (
                <button
                  type="button"
                  class="sw-log-pill"
                  onClick={() => {
                    logs.stick();
                    toLog();
                  }}
                >
                  {logs.unseen.value.toLocaleString("en")} new
                </button>
              )}
            </div>
          </>
        ) : (
          <div class="sw-log-none">{endpoint || log.problem ? <Nothing /> : <Missing />}</div>
        )}
      </Tabs>
    </div>
  );
}

/** Endpoints whose models do not run in this workspace: that they have no logs here is not an error. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  external: "serves an external model, which runs at its provider. Its logs are there, not here.",
  foundation: "serves a pay-per-token foundation model, which Databricks runs. It has no logs of its own.",
};

/** Why there are no lines. */
function Nothing() {
  const { log, sort, endpoint, entities } = useView<LogState>().store.state.value;
  const elsewhere = ELSEWHERE[endpoint?.facts?.kind ?? ""];
  if (endpoint && elsewhere) return <span class="sw-muted">{`${endpoint.name} ${elsewhere}`}</span>;
  if (log.problem) return <Banner tone="error" problem={log.problem} />;
  if (log.state === "loading") return <span class="sw-muted">Loading…</span>;
  if (entities.length === 0 && endpoint) {
    return <span class="sw-muted">{endpoint.name} serves nothing yet, so it has no logs.</span>;
  }
  if (sort === "build") {
    return <span class="sw-muted">No build log yet. It is available once the build has ended, for 30 days.</span>;
  }
  const note = endpoint?.status.note || (endpoint?.status.phase === "stopped" ? "Stopped" : "");
  return (
    <span class="sw-muted">
      {note ? `${note}: no server is running, so there are no lines.` : "The server has written no lines yet."}
    </span>
  );
}

function NoLineMatches({ logs }: { logs: Logs }) {
  const share = logs.remote.value ? 1 : logs.share.value;
  if (logs.waiting.value) return <div class="sw-log-nothing sw-muted">Searching…</div>;
  return (
    <div class="sw-log-nothing">
      <span class="sw-muted">
        {share < 1 ? `Loading ${count(logs.lines.total - logs.lines.first, "line")}…` : "No lines match."}
      </span>
      {share === 1 && <Button onClick={() => logs.clear()}>Show all</Button>}
    </div>
  );
}
