import { useState } from "preact/hooks";
import { whyNot } from "../../kernel/acts";
import type { Picture } from "../../kernel/contract";
import { useUniqueId, useView } from "../../view";
import { Banner } from "../frame/Banner";
import { Button } from "../controls/Button";
import { Dialog } from "./Dialog";

/** The last step before an endpoint is gone: says what will happen to whom, and wants the exact name. */
export function DeleteDialog({ picture, onClose }: { picture: Picture; onClose(): void }) {
  const view = useView();
  const { acts, live, store } = view;
  const [typed, setTyped] = useState("");
  const box = useUniqueId();
  const { name } = picture;
  const doing = acts.of(name);
  const deleting = doing.action === "delete";
  const exact = typed === name;
  const refused =
    whyNot("delete", picture, { live: live.state.value, state: store.state.value, doing }) ??
    (exact ? null : `Type ${name} exactly as shown to delete it.`);
  const close = (): void => {
    acts.dismiss(name);
    onClose();
  };
  const remove = async (): Promise<void> => {
    if (await acts.act("delete", name, typed)) onClose();
  };
  return (
    <Dialog
      title={
        <>
          Delete <span class="sw-mono">{name}</span>?
        </>
      }
      onClose={close}
    >
      <ul class="sw-consequences">
        <li>{whoNotices(picture)}</li>
        <li>Its configuration, tags and permissions are deleted. This cannot be undone.</li>
        <li>The models it serves are not deleted.</li>
      </ul>
      <form
        class="sw-confirm"
        onSubmit={(event) => {
          event.preventDefault();
          if (refused) view.announce(refused);
          else void remove();
        }}
      >
        <label for={box}>Type the endpoint's name</label>
        <input
          id={box}
          data-first=""
          class="sw-input sw-mono"
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
        {doing.failed?.action === "delete" && <Banner tone="error" problem={doing.failed.problem} />}
        <div class="sw-bar sw-end">
          {doing.note && <span class="sw-muted">{doing.note}</span>}
          <span data-safe>
            <Button onClick={close}>{deleting ? "Close" : "Cancel"}</Button>
          </span>
          <Button look="danger" refused={refused} onClick={() => void remove()}>
            {deleting ? "Deleting…" : "Delete endpoint"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function whoNotices({ status, served, traffic }: Picture): string {
  if (status.phase === "stopped") return "It is stopped, so no queries are being answered.";
  const answering = served.length ? ` by ${served.length === 1 ? "1 served entity" : `${served.length} served entities`}` : "";
  const split = traffic.length > 1 ? ` (${traffic.map(({ entity, percent }) => `${entity} ${percent} %`).join(", ")})` : "";
  return status.label.startsWith("Ready")
    ? `Queries, now answered${answering}${split}, fail immediately for everyone.`
    : "Queries to it fail for everyone.";
}
