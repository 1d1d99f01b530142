import { useEffect, useRef } from "preact/hooks";
import { ONGOING } from "../../kernel/acts";
import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { Dialog } from "../../ui/dialogs/Dialog";
import { Prose } from "../../ui/frame/Prose";
import { CodeLine } from "../../ui/controls/Recipes";
import { StatusMark } from "../../ui/status/StatusMark";
import { NotifyButton, type Waits } from "../../ui/status/Waits";
import { count } from "../../page/words";
import type { ManyAction, Outlook } from "./contract";
import type { Going, Many } from "./many";

const VERB: Readonly<Record<ManyAction, string>> = { stop: "Stop", start: "Start" };
const PAST: Readonly<Record<ManyAction, string>> = { stop: "stopped", start: "started" };
const CONSEQUENCE: Readonly<Record<ManyAction, readonly [one: string, several: string]>> = {
  stop: [
    "Queries to it fail immediately, for everyone, until it is started again.",
    "Queries to them fail immediately, for everyone, until they are started again.",
  ],
  start: [
    "Compute is provisioned and billed from then on. The endpoint takes a few minutes to become ready.",
    "Compute is provisioned and billed from then on. The endpoints take a few minutes to become ready.",
  ],
};

/** The one question before several endpoints are acted on, and after it how it went with each. */
export function ManyDialog({ many, waits, onClose }: { many: Many; waits: Waits; onClose(): void }) {
  const { action, affected } = many;
  const stage = many.stage.value;
  const others = many.outlooks.value.filter(({ why }) => why !== null);
  const foot = useRef<HTMLDivElement>(null);
  const over = stage === "doing" || stage === "done";
  const stopped = stage === "done" && action === "stop" ? affected.filter(({ name }) => many.of(name).state === "done") : [];
  const started = stage === "done" && action === "start" ? affected.filter(({ name }) => many.of(name).state === "done") : [];

  // The button that was pressed is gone: the safe one is next.
  useEffect(() => {
    if (over) foot.current?.querySelector<HTMLElement>("[data-safe] button")?.focus();
  }, [over]);

  return (
    <Dialog title={titleOf(many)} onClose={onClose}>
      {stage === "planning" && <p class="sw-muted">{many.note.value || "Checking which endpoints are affected…"}</p>}
      {affected.length > 0 && (
        <>
          {!over && <p>{CONSEQUENCE[action][affected.length > 1 ? 1 : 0]}</p>}
          <div class="sw-caption">{over ? "Progress" : `Will be ${PAST[action]}`}</div>
          <ul class="sw-steps sw-many">
            {affected.map((one) => (
              <Affected key={one.name} one={one} many={many} />
            ))}
          </ul>
        </>
      )}
      {others.length > 0 && (
        <>
          <div class="sw-caption">{`Can't be ${PAST[action]}`}</div>
          <ul class="sw-steps sw-many">
            {others.map((one) => (
              <li key={one.name} class="sw-step">
                <StatusMark phase={one.phase} />
                <span class="sw-mono sw-clip">{one.name}</span>
                <span class="sw-grow sw-muted">{one.label}</span>
                <p>
                  <Prose text={one.why ?? ""} />
                </p>
              </li>
            ))}
          </ul>
        </>
      )}
      {stage === "asking" && many.recipe.value && (
        <details class="sw-unfold">
          <summary>Recipe</summary>
          <CodeLine text={many.recipe.value.magic} what="the magic lines" />
          <CodeLine text={many.recipe.value.python} what="the Python lines" />
        </details>
      )}
      {many.problem.value && <Banner tone="error" problem={many.problem.value} />}
      <div ref={foot} class="sw-bar sw-end">
        <span class="sw-grow sw-muted">{stage !== "planning" && many.note.value}</span>
        {stopped.length > 0 && (
          <Button onClick={() => void many.again("start", stopped.map(({ name }) => name))}>
            {stopped.length > 1 ? "Start them again" : "Start it again"}
          </Button>
        )}
        {started.length > 0 && <NotifyButton waits={waits} names={started.map(({ name }) => name)} />}
        <span data-safe>
          <Button onClick={onClose}>{over || affected.length === 0 ? "Close" : "Cancel"}</Button>
        </span>
        {!over && affected.length > 0 && (
          <Button look="main" onClick={() => void many.act()}>
            {`${VERB[action]} ${count(affected.length, "endpoint")}`}
          </Button>
        )}
      </div>
    </Dialog>
  );
}

const SAID: Readonly<Record<Going, string>> = { waiting: "Waiting", doing: "", done: "", refused: "Refused", failed: "Failed" };

function Affected({ one, many }: { one: Outlook; many: Many }) {
  const { state, problem } = many.of(one.name);
  const over = many.stage.value === "doing" || many.stage.value === "done";
  const past = PAST[many.action];
  const said = { ...SAID, doing: ONGOING[many.action], done: `${past[0]!.toUpperCase()}${past.slice(1)}` }[state];
  const bad = state === "failed" || state === "refused";
  return (
    <li class="sw-step">
      <StatusMark phase={bad ? "failed" : state === "doing" ? "updating" : over && state === "done" ? after(many.action) : one.phase} />
      <span class="sw-mono sw-clip">{one.name}</span>
      <span class="sw-grow sw-muted">{!over && (one.requests ? `${one.requests.toLocaleString("en")} requests in the last minute` : one.label)}</span>
      {over && <span class={bad ? "sw-reason" : ""}>{said}</span>}
      {problem && (
        <p>
          <Prose text={[problem.message, problem.hint].filter(Boolean).join(" ")} />
        </p>
      )}
    </li>
  );
}

function after(action: ManyAction): "stopped" | "updating" {
  return action === "stop" ? "stopped" : "updating";
}

function titleOf(many: Many): string {
  const { action, affected } = many;
  if (many.stage.value === "planning") return `${VERB[action]} the selected endpoints?`;
  if (many.stage.value === "doing") return `${ONGOING[action]} ${many.ended.value} of ${affected.length}`;
  if (many.stage.value === "done") return many.summary;
  if (affected.length === 0) return `None of the selected endpoints can be ${PAST[action]}`;
  return `${VERB[action]} ${count(affected.length, "endpoint")}?`;
}
