import { Banner } from "../../../ui/frame/Banner";
import { Button } from "../../../ui/controls/Button";
import { useUniqueId } from "../../../view";
import type { Editor } from "../editor";
import { LevelButton } from "./LevelButton";
import type { AccessRow, PrincipalKind as Kind } from "../contract";
import { KIND, kindOf, levelWords, visible } from "../words";

/** Stages a grant for a principal named by e-mail, group name or application id. */
export function AddForm({ editor }: { editor: Editor }) {
  const { access } = editor;
  const hint = useUniqueId();
  const typed = editor.typed.value;
  const kind = kindOf(typed, access.forms);
  const known = kind && access.rows.find((row) => row.kind === kind && row.name === typed.trim());
  const refused = editor.refused ?? (kind ? null : "Name a user by e-mail, a group by name or a service principal by application id.");
  const problem = editor.problemOf("add");
  const grant = (): void => {
    if (refused) editor.view.announce(refused);
    else void editor.grant();
  };
  return (
    <>
      <form
        class="sw-add"
        onSubmit={(event) => {
          event.preventDefault();
          grant();
        }}
      >
        <span class="sw-add-name">
          <input
            class="sw-input"
            type="text"
            aria-label="User, group or service principal"
            aria-describedby={hint}
            placeholder="E-mail, group or application id"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            value={typed}
            onInput={(event) => (editor.typed.value = event.currentTarget.value)}
          />
          {kind && <span class="sw-tag">{KIND[kind]}</span>}
        </span>
        <LevelButton
          label="Level to grant"
          level={editor.level.value}
          levels={access.levels.map(({ level }) => level)}
          refused={editor.refused}
          onPick={(level) => (editor.level.value = level)}
        />
        <Button refused={refused} onClick={grant}>
          Grant
        </Button>
        <span id={hint} class="sw-add-hint sw-muted" aria-live="polite">
          {kind ? said(typed.trim(), kind, known ?? null) : "Nothing is sent until you save."}
        </span>
      </form>
      {problem && <Banner tone="error" problem={problem} onDismiss={() => (editor.failed.value = null)} />}
    </>
  );
}

/** What sort of principal that seems to be, and what it has already. */
function said(name: string, kind: Kind, row: AccessRow | null): string {
  const words = KIND[kind].toLowerCase();
  if (row?.direct) return `${visible(name)} (${words}) already has ${levelWords(row.direct)} here.`;
  if (row?.inherited) return `${visible(name)} (${words}) already inherits ${levelWords(row.inherited)}.`;
  return `${visible(name)} will be added as a ${words}.`;
}
