import { whyNot } from "../../kernel/acts";
import type { Picture } from "../../kernel/contract";
import { useView } from "../../view";
import { ConfirmDialog } from "./ConfirmDialog";
import { ImpactItems, useImpact } from "./Impact";

/** The last step before an endpoint is gone: says what will happen to whom, and wants the exact name. */
export function DeleteDialog({ picture, onClose }: { picture: Picture; onClose(): void }) {
  const { acts, live, store } = useView();
  const { name } = picture;
  const doing = acts.of(name);
  const found = useImpact(name);
  const close = (): void => {
    acts.dismiss(name);
    onClose();
  };
  const remove = async (typed: string): Promise<void> => {
    if (await acts.act("delete", name, typed)) onClose();
  };
  return (
    <ConfirmDialog
      verb="Delete"
      label="Delete endpoint"
      name={name}
      typed
      ongoing={doing.action === "delete" ? "Deleting…" : null}
      refused={whyNot("delete", picture, { live: live.state.value, state: store.state.value, doing })}
      note={doing.note}
      problem={doing.failed?.action === "delete" ? doing.failed.problem : null}
      onConfirm={(typed) => void remove(typed)}
      onClose={close}
    >
      <li>{whoNotices(picture)}</li>
      <ImpactItems found={found} />
      <li>
        Its configuration, tags and permissions are deleted, too. While this kernel runs it can be created again, without keys that were
        given in plain text; after that, this cannot be undone.
      </li>
      <li>The models it serves are not deleted.</li>
    </ConfirmDialog>
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
