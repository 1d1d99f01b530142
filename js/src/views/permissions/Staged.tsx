import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { CopyButton } from "../../ui/controls/CopyButton";
import { CodeLine } from "../../ui/controls/Recipes";
import { ImpactItems, useImpact } from "../../ui/dialogs/Impact";
import { count } from "../../page/words";
import type { Editor } from "./editor";
import { Name } from "./grants/Name";
import type { ChangePicture as Change, PlanPicture as Plan } from "./contract";
import { changeWords, keyOf, requestWords, sentence, signOf, visibleJson } from "./words";

const NOTHING_STAGED = "There are no staged changes: grant, change or remove something first.";

/** What saving would change, the request that does it, and the buttons that send it or take it all back. */
export function Staged({ editor }: { editor: Editor }) {
  const { access } = editor;
  const { plan, saving, failed } = access;
  const refused = editor.refused ?? (plan ? null : NOTHING_STAGED);
  const problem = failed ?? editor.problemOf("save", "stage", "unstage", "discard");
  return (
    <section class="sw-staged-box" aria-label="Staged changes">
      {plan && <Changes plan={plan} name={editor.view.store.state.value.name} />}
      {problem && <Banner tone="error" problem={afterFailure(problem, access.rows.some(({ fault }) => fault !== null))} />}
      <div class="sw-bar sw-end">
        <span class="sw-grow sw-muted">{editor.note.value || (plan ? "" : "No staged changes.")}</span>
        <Button refused={refused} onClick={() => void editor.discard()}>
          Discard changes
        </Button>
        <Button look="main" refused={refused} onClick={() => void editor.save()}>
          {saving ? "Saving…" : "Save changes"}
        </Button>
      </div>
    </section>
  );
}

function Changes({ plan, name }: { plan: Plan; name: string }) {
  const [open, setOpen] = useState(false);
  // Who gains a grant is not in need of a warning.
  const loses = plan.changes.some((change) => signOf(change) === "−");
  const found = useImpact(name, loses);
  const body = visibleJson(plan.body);
  return (
    <>
      <div class="sw-bar">
        <span class="sw-title">{count(plan.changes.length, "staged change")}</span>
        <span class="sw-grow" />
        <Button look="quiet" expanded={open} onClick={() => setOpen(!open)}>
          {open ? "Hide the request" : "Show the request"}
        </Button>
      </div>
      <ul class="sw-changes">
        {plan.changes.map((change) => (
          <Line key={keyOf(change)} change={change} />
        ))}
      </ul>
      {loses && (
        <>
          <div class="sw-caption">In use now</div>
          <ul class="sw-consequences">
            <ImpactItems found={found} />
          </ul>
        </>
      )}
      {plan.concerns.map(({ code, message }) => (
        <Banner key={code} tone="info" icon="alert" problem={{ code, message: sentence(message), hint: "" }} />
      ))}
      <div class="sw-muted">{requestWords(plan.method, plan.body.access_control_list.length)}</div>
      {open && (
        <div class="sw-request">
          <div class="sw-codeblock">
            <pre tabIndex={0} aria-label="The request">
              {`${plan.method} ${plan.path}\n${body}`}
            </pre>
            <CopyButton text={body} what="the body" />
          </div>
          {plan.recipes.length > 0 && (
            <>
              <div class="sw-caption">{plan.recipes.length === 1 ? "The same in a cell" : "The same in a cell, one request each"}</div>
              {plan.recipes.map(({ magic }) => (
                <CodeLine key={magic} text={magic} what="the magic line" />
              ))}
              {plan.recipes.map(({ python }) => (
                <CodeLine key={python} text={python} what="the Python line" />
              ))}
            </>
          )}
        </div>
      )}
    </>
  );
}

/** One change, before and after; `children` is what else there is to say of it. */
export function Line({ change, children }: { change: Change; children?: ComponentChildren }) {
  const sign = signOf(change);
  return (
    <li class="sw-change">
      <span class={`sw-sign sw-mono${sign === "−" ? " sw-reason" : ""}`} aria-hidden="true">
        {sign}
      </span>
      <Name who={change} />
      <span>{changeWords(change)}</span>
      {children}
    </li>
  );
}

/** Where the row says what is wrong, it need not be said twice. */
function afterFailure<P extends { message: string; hint: string }>(problem: P, told: boolean): P {
  return told
    ? { ...problem, message: "Nothing was saved.", hint: "See the marked row: change or undo it, then save again. All edits are still there." }
    : problem;
}
