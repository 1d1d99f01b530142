import { useEffect, useMemo } from "preact/hooks";
import type { ImpactOps, Snapshot } from "../../kernel/contract";
import type { Store } from "../../kernel/store";
import { Undo } from "../../kernel/undo";
import { useView } from "../../view";
import { Button } from "../controls/Button";
import { Icon } from "../controls/Icon";
import { Prose } from "../frame/Prose";

/** What came of the last act, where more of it is to be seen, and for some seconds the way back with its request. */
export function UndoBanner() {
  const view = useView<Snapshot, Store, ImpactOps>();
  const undo = useMemo(() => new Undo(view.rpc, (text) => view.report(text), view.signal), []);
  const { outcome } = view;
  const acted = view.acted.value;
  useEffect(() => {
    if (acted) void undo.look(acted.name);
  }, [acted]);
  const offer = undo.offer.value;
  const problem = undo.problem.value;
  const { text, follow } = outcome.value ?? { text: offer?.said };
  if (!text) return null;
  const dismiss = (): void => {
    outcome.value = null;
    undo.forget();
  };
  return (
    <div
      class={`sw-banner sw-banner-${problem ? "error" : "news"} sw-outcome`}
      onMouseEnter={() => undo.hold()}
      onMouseLeave={() => undo.wait()}
      onFocusIn={() => undo.hold()}
      onFocusOut={() => undo.wait()}
    >
      <Icon name={problem ? "alert" : "check"} />
      <div class="sw-grow">
        <Prose text={text} />
        {problem ? (
          <div role="alert">
            <Prose text={`${problem.message} ${problem.hint}`} />
          </div>
        ) : (
          offer && (
            <details class="sw-unfold">
              <summary>{offer.verb} sends {offer.requests.map(({ method, path }) => `${method} ${path}`).join(", then ") || "nothing"}</summary>
              {offer.requests.map((request) => request.text && <pre key={request.path} class="sw-json" tabIndex={0}>{request.text}</pre>)}
              {offer.notes.map((note) => <p key={note}>{note}</p>)}
            </details>
          )
        )}
      </div>
      {follow && <Button onClick={follow.onClick}>{follow.label}</Button>}
      {offer && !problem && (
        <Button refused={undo.sending.value ? "The request is being sent." : null} onClick={() => void undo.send()}>
          {undo.sending.value ? "Sending…" : offer.verb}
        </Button>
      )}
      <Button look="quiet" label="Dismiss" onClick={dismiss}>
        <Icon name="close" />
      </Button>
    </div>
  );
}
