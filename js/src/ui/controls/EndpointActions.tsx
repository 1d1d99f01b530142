import { useState } from "preact/hooks";
import { ONGOING, VERB, whyNot } from "../../kernel/acts";
import type { Action, Picture } from "../../kernel/contract";
import { useView } from "../../view";
import { ConfirmDialog } from "../dialogs/ConfirmDialog";
import { DeleteDialog } from "../dialogs/DeleteDialog";
import { ImpactItems } from "../dialogs/Impact";
import { Banner } from "../frame/Banner";
import { ReadOnly } from "../frame/ReadOnly";
import { Button } from "./Button";
import { Recipes } from "./Recipes";

interface EndpointActionsProps {
  picture: Picture;
  /** For views that do not say it elsewhere. */
  sayReadOnly?: boolean;
}

const CONSEQUENCE: Readonly<Record<string, string>> = {
  stop: "Queries to it fail immediately, for everyone, until it is started again.",
  start: "Compute is provisioned and billed from then on. It takes a few minutes to become ready.",
};

/** Stop, start and delete one endpoint, with what is under way and what went wrong. */
export function EndpointActions({ picture, sayReadOnly = false }: EndpointActionsProps) {
  const { acts, live, store } = useView();
  const [deleting, setDeleting] = useState(false);
  const { name } = picture;
  const doing = acts.of(name);
  const busy = doing.action ?? picture.busy;
  const now = { live: live.state.value, state: store.state.value, doing };
  const readOnly = sayReadOnly && now.live !== "frozen" && now.state.workspace.read_only;
  const { failed, asked } = doing;
  const dismiss = (): void => acts.dismiss(name);
  const button = (action: Action, onClick: () => void) => (
    <Button refused={whyNot(action, picture, now)} onClick={onClick}>
      {busy === action ? ONGOING[action] : VERB[action]}
    </Button>
  );
  if (picture.deleted) return <div class="sw-actions sw-muted">{name} was deleted.</div>;
  return (
    <div class="sw-actions">
      <div class="sw-bar" role="group" aria-label={`Actions for ${name}`}>
        {button("stop", () => void acts.act("stop", name))}
        {button("start", () => void acts.act("start", name))}
        <Recipes picture={picture} />
        <span class="sw-grow sw-muted">{doing.note}</span>
        {button("delete", () => setDeleting(true))}
      </div>
      {readOnly && <ReadOnly reason={readOnly} />}
      {failed && !(deleting && failed.action === "delete") && (
        <Banner tone="error" problem={failed.problem} onDismiss={dismiss} />
      )}
      {deleting && <DeleteDialog picture={picture} onClose={() => setDeleting(false)} />}
      {asked && (
        <ConfirmDialog
          verb={VERB[asked.action]}
          label={`${VERB[asked.action]} endpoint`}
          name={name}
          typed={asked.impact.question === "typed"}
          danger={asked.action === "stop"}
          refused={whyNot(asked.action, picture, now)}
          note={doing.note}
          problem={null}
          ongoing={doing.action ? ONGOING[doing.action]! : null}
          onConfirm={(typed) => void acts.act(asked.action, name, typed)}
          onClose={dismiss}
        >
          <li>{CONSEQUENCE[asked.action]}</li>
          <ImpactItems found={asked.impact} />
        </ConfirmDialog>
      )}
    </div>
  );
}
