import { useEffect, useState } from "preact/hooks";
import type { ImpactOps, ImpactPicture, Snapshot } from "../../kernel/contract";
import type { Store } from "../../kernel/store";
import { useView } from "../../view";

/** What a change would affect, read anew for each endpoint; undefined while it is being read. */
export function useImpact(name: string, wanted = true): ImpactPicture | null | undefined {
  const { rpc } = useView<Snapshot, Store, ImpactOps>();
  const [found, setFound] = useState<ImpactPicture | null>();
  useEffect(() => {
    if (!wanted) return;
    const told = (found: ImpactPicture | null): void => setFound(found?.callers ? found : null);
    rpc.request("impact", { name }).then(told, () => told(null));
  }, [name, wanted]);
  return found;
}

/** Requests of the last minute and who can query, as items of a list of consequences. */
export function ImpactItems({ found }: { found: ImpactPicture | null | undefined }) {
  if (found === undefined) return <li class="sw-muted">Reading its requests and permissions…</li>;
  if (found === null) return null;
  const { requests, trend, entities, callers, total, notes } = found;
  const shares = entities.length > 1 ? `: ${entities.map((one) => `${one.name} ${one.requests ?? "–"} (${one.percent} %)`).join(", ")}` : "";
  return (
    <>
      {requests !== null && (
        <li>
          <span class="sw-number">{requests.toLocaleString("en")}</span> requests in the last minute{trend && `, ${trend}`}
          {requests > 0 && shares}.
        </li>
      )}
      {callers.length > 0 && (
        <li>
          Can be queried by {callers.join(", ")}
          {total > callers.length && ` and ${total - callers.length} more`}.
        </li>
      )}
      {notes.map((note) => (
        <li key={note} class="sw-muted">
          {note}
        </li>
      ))}
    </>
  );
}
