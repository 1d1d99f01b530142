import { type ComponentChildren, Fragment } from "preact";
import { useState } from "preact/hooks";
import type { Facts as FactsOf, Picture } from "../../kernel/contract";
import { Age } from "../../ui/status/Age";
import { Button } from "../../ui/controls/Button";
import { CopyButton } from "../../ui/controls/CopyButton";
import { EndpointActions } from "../../ui/controls/EndpointActions";
import { Icon } from "../../ui/controls/Icon";
import { ServedEntities } from "../../ui/status/ServedEntities";
import { Timeline } from "../../ui/status/Timeline";
import { NotifyButton, type Waits } from "../../ui/status/Waits";
import { openTab } from "../../page/open_tab";
import { kindWords, permissionWords, safeLink } from "../../page/words";
import type { BudgetPicture as Budget } from "./contract";
import { SplitActions } from "./SplitActions";
import { usePanelView } from "./state";

/** Actions, the update under way, what is served, and the rest of the facts. */
export function Overview({ picture, waits, refused, onSplit }: { picture: Picture; waits: Waits; refused: string | null; onSplit(to: string): void }) {
  const view = usePanelView();
  const { budget } = view.store.state.value;
  if (picture.deleted) return <EndpointActions picture={picture} />;
  return (
    <>
      <EndpointActions picture={picture} />
      {picture.status.reason && !picture.update && <p class="sw-reason">{picture.status.reason}</p>}
      {picture.update && <Timeline picture={picture} />}
      {picture.status.phase === "failed" && (
        <div>
          <Button onClick={() => openTab(view.root, "logs")}>Show the build log</Button>
        </div>
      )}
      {picture.status.phase === "updating" && (
        <div>
          <NotifyButton waits={waits} names={[picture.name]} />
        </div>
      )}
      {picture.served.length > 0 && <ServedEntities picture={picture} />}
      <SplitActions picture={picture} refused={refused} onSplit={onSplit} />
      {picture.facts && <Facts picture={picture} facts={picture.facts} budget={budget} />}
    </>
  );
}

function Facts({ picture, facts, budget }: { picture: Picture; facts: FactsOf; budget: Budget | null }) {
  const shown: [string, ComponentChildren][] = [
    ["Kind", kindWords(facts.kind)],
    ["Creator", facts.creator],
    ["Created", facts.created !== null && <Age at={facts.created} />],
    ["Updated", facts.updated !== null && <Age at={facts.updated} />],
    ["Your permission", picture.permission && permissionWords(picture.permission)],
    ["Route-optimized", picture.route_optimized && "Yes"],
    ["Tags", facts.tags.join(", ")],
    ["URL", facts.url && <Copied text={facts.url} what="URL" />],
    ["ID", picture.id && <Copied text={picture.id} what="ID" />],
    ["Budget policy", budget && <BudgetPolicy budget={budget} console={facts.console} />],
  ];
  return (
    <dl class="sw-about">
      {shown
        .filter(([, value]) => value)
        .map(([term, value]) => (
          <Fragment key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}

/** The policy in effect and where it comes from, or why there is none; and where it can be changed, if anywhere. */
function BudgetPolicy({ budget, console }: { budget: Budget; console: string | null }) {
  const link = safeLink(console);
  const [open, setOpen] = useState(false);
  return (
    <div class="sw-budget">
      {budget.policy ? <Copied text={budget.policy} what="budget policy" /> : <span>None</span>}
      <Button look="quiet" expanded={open} onClick={() => setOpen(!open)}>
        Why?
      </Button>
      <p class="sw-muted" hidden={!open}>
        {budget.source} {budget.change}
        {budget.change && link && (
          <>
            {" "}
            <a class="sw-link" href={link} target="_blank" rel="noopener noreferrer">
              Open in Databricks
              <Icon name="open" />
            </a>
          </>
        )}
      </p>
    </div>
  );
}

function Copied({ text, what }: { text: string; what: string }) {
  return (
    <span class="sw-pair">
      <span class="sw-mono sw-clip" title={text}>
        {text}
      </span>
      <CopyButton text={text} what={what} />
    </span>
  );
}
