import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { ConfirmDialog } from "../../ui/dialogs/ConfirmDialog";
import { Dialog } from "../../ui/dialogs/Dialog";
import type { Editor } from "./editor";
import type { PlanPicture as Plan } from "./contract";
import { Line } from "./Staged";
import { keyOf, sentence } from "./words";

/** The second question before one loses one's own access, or an endpoint its last manager; or where a pattern wants one. */
export function Confirm({ plan, editor }: { plan: Plan; editor: Editor }) {
  const problem = editor.problemOf("save");
  const { question, saving } = editor.access;
  if (question === "typed" || question === "click") {
    return (
      <ConfirmDialog
        verb="Change permissions of"
        label="Save changes"
        name={editor.view.store.state.value.name}
        typed={question === "typed"}
        danger={plan.concerns.length > 0}
        ongoing={saving ? "Saving…" : null}
        refused={editor.refused}
        note={editor.note.value}
        problem={problem}
        onConfirm={(typed) => void editor.save(true, typed)}
        onClose={editor.close}
      >
        {plan.concerns.map(({ code, message }) => (
          <li key={code}>{sentence(message)}</li>
        ))}
        {plan.changes.map((change) => (
          <Line key={keyOf(change)} change={change} />
        ))}
      </ConfirmDialog>
    );
  }
  return (
    <Dialog title="Save anyway?" onClose={editor.close}>
      <ul class="sw-consequences">
        {plan.concerns.map(({ code, message }) => (
          <li key={code}>{sentence(message)}</li>
        ))}
      </ul>
      <ul class="sw-changes">
        {plan.changes.map((change) => (
          <Line key={keyOf(change)} change={change} />
        ))}
      </ul>
      {problem && <Banner tone="error" problem={problem} />}
      <div class="sw-bar sw-end">
        <span class="sw-muted">{editor.note.value}</span>
        <span data-safe>
          <Button onClick={editor.close}>Cancel</Button>
        </span>
        <Button look="danger" refused={editor.refused} onClick={() => void editor.save(true)}>
          {editor.access.saving ? "Saving…" : "Save anyway"}
        </Button>
      </div>
    </Dialog>
  );
}
