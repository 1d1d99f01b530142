import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { useUniqueId } from "../../view";
import type { Explorer } from "./explorer";
import { Form } from "./Form";
import type { BodyDraft as Draft, BodyFinding as Finding, Field } from "./contract";

const ROLES: Readonly<Record<string, string>> = { user: "You", assistant: "Model", system: "System" };

/** Parameters that are set most often, in this order. */
const USUAL = ["temperature", "max_tokens", "max_completion_tokens"];

/** The request as a conversation, its parameters beside it; the answer comes in as it is written. */
export function Chat({ explorer, messages, fields, errors, locked, sending, text, onText, onSend }: {
  explorer: Explorer;
  messages: NonNullable<Draft["messages"]>;
  fields: Field[];
  errors: Finding[];
  locked: string | null;
  sending: boolean;
  text: string;
  onText(text: string): void;
  onSend(): void;
}) {
  const streamed = explorer.streamed.value;
  const usual = USUAL.flatMap((name) => fields.filter((field) => field.name === name));
  const others = fields.filter((field) => !usual.includes(field));
  // The prompt of the system has a field of its own above the conversation.
  const system = messages[0]?.role === "system" && messages[0].plain ? messages[0].text : null;
  // The answer in whole may be here before the news that nothing is under way any more.
  const pending = explorer.waiting.value || (sending && messages.at(-1)?.role !== "assistant");
  const spoken = messages.map((message, number) => ({ ...message, number })).slice(system === null ? 0 : 1);
  return (
    <div class="sw-schema-beside">
      <div class="sw-schema-chat">
        <SystemPrompt explorer={explorer} text={system} locked={locked} />
        <ol aria-label="Conversation" class="sw-schema-messages">
          {spoken.map((message) => (
            <Message key={message.number} explorer={explorer} {...message} locked={locked} />
          ))}
          {pending && (
            <li class="sw-schema-message">
              <span class="sw-caption">Model</span>
              <div class="sw-schema-said">{streamed || "…"}</div>
            </li>
          )}
        </ol>
        {spoken.length === 0 && !pending && <p class="sw-muted">No messages yet.</p>}
        <textarea
          class="sw-input"
          rows={2}
          aria-label="Message"
          placeholder="Message"
          value={text}
          readOnly={locked !== null}
          onInput={(event) => onText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
            event.preventDefault();
            onSend();
          }}
        />
      </div>
      {fields.length > 0 && (
        <aside aria-label="Parameters" class="sw-schema-params">
          <Form explorer={explorer} fields={usual.length ? usual : fields} errors={errors} locked={locked} />
          {usual.length > 0 && others.length > 0 && (
            <details>
              <summary class="sw-muted">More parameters</summary>
              <Form explorer={explorer} fields={others} errors={errors} locked={locked} />
            </details>
          )}
        </aside>
      )}
    </div>
  );
}

/** What the model is told before the conversation; taken when the field is left. */
function SystemPrompt({ explorer, text, locked }: { explorer: Explorer; text: string | null; locked: string | null }) {
  const id = useUniqueId();
  const [typed, setTyped] = useState<string | null>(null);
  const leave = async (): Promise<void> => {
    if (typed === null) return;
    const said = typed.trim();
    if (said !== (text ?? "")) {
      const place = text === null ? { number: null, role: "system" } : { number: 0 };
      await explorer.edit("message", said ? { ...place, text: said } : { number: 0 });
    }
    setTyped(null);
  };
  return (
    <div class="sw-field">
      <label for={id} class="sw-caption">
        System prompt
      </label>
      <textarea
        id={id}
        class="sw-input"
        rows={typed || text ? 2 : 1}
        placeholder="None"
        readOnly={locked !== null}
        value={typed ?? text ?? ""}
        onInput={(event) => setTyped(event.currentTarget.value)}
        onBlur={() => void leave()}
      />
    </div>
  );
}

function Message({ explorer, number, role, text, plain, locked }: {
  explorer: Explorer;
  number: number;
  role: string;
  text: string;
  /** Content of several parts is edited as JSON. */
  plain: boolean;
  locked: string | null;
}) {
  const [typed, setTyped] = useState<string | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const name = ROLES[role] ?? role;
  useEffect(() => area.current?.focus(), [typed !== null]);
  const leave = async (): Promise<void> => {
    if (typed === null) return;
    await explorer.edit("message", { number, text: typed });
    setTyped(null);
  };
  return (
    <li class={`sw-schema-message sw-schema-message-${role === "user" ? "user" : "other"}`}>
      <span class="sw-caption">{name}</span>
      {typed === null ? (
        <div class="sw-schema-said">{text || <span class="sw-schema-none">empty</span>}</div>
      ) : (
        <textarea
          class="sw-input"
          rows={Math.min(10, typed.split("\n").length + 1)}
          aria-label={`Message ${number + 1}, ${name}`}
          value={typed}
          ref={area}
          onInput={(event) => setTyped(event.currentTarget.value)}
          onBlur={() => void leave()}
        />
      )}
      {!locked && typed === null && (
        <span class="sw-schema-tools">
          {plain && (
            <Button look="quiet" label={`Edit message ${number + 1}`} onClick={() => setTyped(text)}>
              Edit
            </Button>
          )}
          <Button look="quiet" label={`Remove message ${number + 1}`} onClick={() => void explorer.edit("message", { number })}>
            <Icon name="close" />
          </Button>
        </span>
      )}
    </li>
  );
}
