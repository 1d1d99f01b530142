import { ConfirmDialog } from "../../ui/dialogs/ConfirmDialog";
import { ImpactItems } from "../../ui/dialogs/Impact";
import type { Requests } from "./state";

interface ConfirmProps {
  verb: string;
  name: string;
  requests: Requests;
  onConfirm(typed: string): void;
}

/** The question before a write that a pattern of names wants confirmed. */
export function Confirm({ verb, name, requests, onConfirm }: ConfirmProps) {
  const asked = requests.asked.value;
  if (!asked) return null;
  return (
    <ConfirmDialog
      verb={verb}
      label={verb.split(" ")[0]!}
      name={name}
      typed={asked.question === "typed"}
      danger={false}
      ongoing={null}
      refused={null}
      note={requests.note.value}
      problem={null}
      onConfirm={onConfirm}
      onClose={() => (requests.asked.value = null)}
    >
      <ImpactItems found={asked} />
    </ConfirmDialog>
  );
}
