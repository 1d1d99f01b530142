import { useState } from "preact/hooks";
import { ACTIONS, ONGOING, VERB, whyNot } from "../acts";
import type { Picture } from "../protocol";
import { useView } from "../view";
import { Banner } from "./Banner";
import { Button } from "./Button";
import { DeleteDialog } from "./DeleteDialog";
import { Recipes } from "./Recipes";

/** Stop, start and delete one endpoint, with what is under way and what went wrong. */
export function EndpointActions({ picture }: { picture: Picture }) {
  const { acts, live, store } = useView();
  const [deleting, setDeleting] = useState(false);
  const { name } = picture;
  const doing = acts.of(name);
  const busy = doing.action ?? picture.busy;
  const now = { live: live.state.value, state: store.state.value, doing };
  const readOnly = now.live !== "frozen" && now.state.workspace.read_only;
  const failed = doing.failed;
  return (
    <div class="sw-actions">
      <div class="sw-bar" role="group" aria-label={`Actions for ${name}`}>
        {ACTIONS.map((action) => (
          <Button
            key={action}
            refused={whyNot(action, picture, now)}
            onClick={() => (action === "delete" ? setDeleting(true) : void acts.act(action, name))}
          >
            {busy === action ? ONGOING[action] : VERB[action]}
          </Button>
        ))}
        <Recipes picture={picture} />
        {doing.note && <span class="sw-muted">{doing.note}</span>}
      </div>
      {readOnly && <Banner tone="info" icon="lock" problem={{ code: "", message: readOnly, hint: "" }} />}
      {failed && !(deleting && failed.action === "delete") && (
        <Banner tone="error" problem={failed.problem} onDismiss={() => acts.dismiss(name)} />
      )}
      {deleting && <DeleteDialog picture={picture} onClose={() => setDeleting(false)} />}
    </div>
  );
}
