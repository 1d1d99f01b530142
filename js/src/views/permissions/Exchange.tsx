import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { CopyButton } from "../../ui/controls/CopyButton";
import { Dialog } from "../../ui/dialogs/Dialog";
import { useUniqueId } from "../../view";
import { count } from "../../page/words";
import type { CopyArgs, ImportArgs } from "./contract";
import type { Editor } from "./editor";

/** Milliseconds without a key before names are asked for. */
const PAUSE_MS = 150;

/** Stages what another endpoint's list grants directly. */
export function CopyFrom({ editor, own }: { editor: Editor; own: string }) {
  const box = useRef<HTMLInputElement>(null);
  const list = useUniqueId();
  const [name, setName] = useState("");
  const [names, setNames] = useState<readonly string[]>([]);
  const [replace, setReplace] = useState(false);
  useLayoutEffect(() => box.current?.focus(), []);
  useEffect(() => {
    const life = new AbortController();
    const look = (): void => {
      editor.view.rpc
        .request("names", { text: name }, { signal: life.signal })
        .then(setNames)
        // Without the names one can still type one.
        .catch(() => undefined);
    };
    const timer = setTimeout(look, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      life.abort();
    };
  }, [name]);

  const refused = editor.refused ?? (name.trim() ? null : "Name the endpoint to copy from.");
  return (
    <Staging
      title="Copy grants from another endpoint"
      op="copy_from"
      args={{ name: name.trim(), replace }}
      replace={replace}
      onReplace={setReplace}
      said={`from ${name.trim()}`}
      refused={refused}
      editor={editor}
    >
      <label for={`${list}-box`}>Endpoint</label>
      <input
        ref={box}
        id={`${list}-box`}
        class="sw-input sw-mono"
        type="text"
        list={list}
        autocomplete="off"
        autocapitalize="off"
        spellcheck={false}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <datalist id={list}>
        {names.map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <span class="sw-muted">What is granted on it directly is staged for {own}; nothing is sent until you save.</span>
    </Staging>
  );
}

/** Stages what a text or a file grants. */
export function Import({ editor }: { editor: Editor }) {
  const box = useRef<HTMLTextAreaElement>(null);
  const id = useUniqueId();
  const [text, setText] = useState("");
  const [replace, setReplace] = useState(false);
  useLayoutEffect(() => box.current?.focus(), []);
  const read = (file: File | undefined): void => {
    file?.text().then(setText, () => editor.view.announce("The file couldn't be read."));
  };
  const refused = editor.refused ?? (text.trim() ? null : "Choose a file, or paste its text.");
  return (
    <Staging
      title="Import grants"
      op="import"
      args={{ json: text, replace }}
      replace={replace}
      onReplace={setReplace}
      said="from the text"
      refused={refused}
      editor={editor}
    >
      <label for={`${id}-file`}>JSON file</label>
      <input id={`${id}-file`} class="sw-file" type="file" accept=".json,application/json" onChange={(event) => read(event.currentTarget.files?.[0])} />
      <label for={`${id}-text`}>Text</label>
      <textarea
        ref={box}
        id={`${id}-text`}
        class="sw-input sw-text sw-mono"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
    </Staging>
  );
}

interface StagingProps {
  title: string;
  op: "copy_from" | "import";
  args: CopyArgs | ImportArgs;
  replace: boolean;
  onReplace(on: boolean): void;
  said: string;
  refused: string | null;
  editor: Editor;
  children: ComponentChildren;
}

/** A dialog that stages grants from elsewhere, beside those that are here or in their place. */
function Staging({ title, op, args, replace, onReplace, said, refused, editor, children }: StagingProps) {
  const problem = editor.problemOf(op);
  const stage = async (): Promise<void> => {
    if (refused) return editor.view.announce(refused);
    const told = await editor.ask(op, args);
    if (!told) return;
    editor.note.value = told.staged ? `Staged ${count(told.staged, "change")} ${said}.` : `Nothing differs ${said}.`;
    editor.view.announce(editor.note.value);
    editor.close();
  };
  return (
    <Dialog title={title} onClose={editor.close}>
      <form
        class="sw-confirm"
        onSubmit={(event) => {
          event.preventDefault();
          void stage();
        }}
      >
        {children}
        <label class="sw-check">
          <input type="checkbox" checked={replace} onChange={(event) => onReplace(event.currentTarget.checked)} />
          Also remove everyone who is not in it
        </label>
        {problem && <Banner tone="error" problem={problem} />}
        <div class="sw-bar sw-end">
          <span class="sw-muted">{editor.note.value}</span>
          <Button onClick={editor.close}>Cancel</Button>
          <Button look="main" refused={refused} onClick={() => void stage()}>
            Stage
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

/** The direct grants as text, to copy or to keep as a file. */
export function Export({ editor }: { editor: Editor }) {
  const id = useUniqueId();
  const [told, setTold] = useState<{ file: string; text: string } | null>(null);
  useEffect(() => {
    void editor.ask("export", {}).then((found) => found && setTold(found));
  }, []);
  const problem = editor.problemOf("export");
  return (
    <Dialog title="Export grants" onClose={editor.close}>
      {problem && <Banner tone="error" problem={problem} />}
      <label for={id}>Current direct grants</label>
      <div class="sw-codeblock">
        <textarea id={id} class="sw-input sw-text sw-mono" readOnly spellcheck={false} value={told?.text ?? ""} />
        <CopyButton text={told?.text ?? ""} what="the grants" />
      </div>
      <div class="sw-bar sw-end">
        <span class="sw-muted">{editor.note.value}</span>
        <span data-safe>
          <Button onClick={editor.close}>Close</Button>
        </span>
        <Button refused={told ? null : "The grants haven't loaded yet."} onClick={() => told && download(told.file, told.text)}>
          Download
        </Button>
      </div>
    </Dialog>
  );
}

function download(file: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = file;
  link.click();
  // The browser needs the address until it has begun to write the file.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
