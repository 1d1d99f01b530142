import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { ErrorFields as Problem } from "../../kernel/contract";
import { useUniqueId, useView } from "../../view";
import { Button } from "../controls/Button";
import { Banner } from "../frame/Banner";
import { Dialog } from "./Dialog";

interface ConfirmDialogProps {
  /** What is about to be done, as the dialog's title begins and its button says it. */
  verb: string;
  label: string;
  name: string;
  /** The name has to be typed. */
  typed: boolean;
  danger?: boolean;
  /** What the label becomes while the request is under way. */
  ongoing: string | null;
  refused: string | null;
  note: string;
  problem: Problem | null;
  /** With the name as it was typed, or "yes". */
  onConfirm(typed: string): void;
  onClose(): void;
  /** The consequences, as items of a list. */
  children: ComponentChildren;
}

/** The last step before something is done to an endpoint: what will happen to whom, and the name where that is wanted. */
export function ConfirmDialog(props: ConfirmDialogProps) {
  const { verb, label, name, typed, danger = true, ongoing, note, problem, onConfirm, onClose, children } = props;
  const view = useView();
  const [text, setText] = useState("");
  const box = useUniqueId();
  const missing = typed && text !== name ? `Type ${name} exactly as shown to ${verb.toLowerCase()} it.` : null;
  const refused = props.refused ?? missing;
  const confirm = (): void => (refused ? view.announce(refused) : onConfirm(typed ? text : "yes"));
  return (
    <Dialog
      title={
        <>
          {verb} <span class="sw-mono">{name}</span>?
        </>
      }
      onClose={onClose}
    >
      <ul class="sw-consequences">{children}</ul>
      <form
        class="sw-confirm"
        onSubmit={(event) => {
          event.preventDefault();
          confirm();
        }}
      >
        {typed && (
          <>
            <label for={box}>Type the endpoint's name</label>
            <input
              id={box}
              data-first=""
              class="sw-input sw-mono"
              type="text"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              value={text}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </>
        )}
        {problem && <Banner tone="error" problem={problem} />}
        <div class="sw-bar sw-end">
          {note && <span class="sw-muted">{note}</span>}
          <span data-safe>
            <Button onClick={onClose}>{ongoing ? "Close" : "Cancel"}</Button>
          </span>
          <Button look={danger ? "danger" : "main"} refused={refused} onClick={confirm}>
            {ongoing ?? label}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
