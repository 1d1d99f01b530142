import { useEffect, useRef, useState } from "preact/hooks";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import type { Explorer } from "./explorer";
import type { BodyDraft as Draft } from "./contract";

const ROLES: Readonly<Record<string, string>> = { user: "You", assistant: "Model", system: "System" };

/** The request as a conversation; the answer comes in as it is written. */
export function Chat({ explorer, messages, locked, sending, text, onText, onSend }: {
  explorer: Explorer;
  messages: NonNullable<Draft["messages"]>;
  locked: string | null;
  sending: boolean;
  text: string;
  onText(text: string): void;
  onSend(): void;
}) {
  const streamed = explorer.streamed.value;
  return (
    <div class="sw-schema-chat">
      <ol aria-label="Conversation" class="sw-schema-messages">
        {messages.map((message, number) => (
          <Message key={number} explorer={explorer} number={number} {...message} locked={locked} />
        ))}
        {sending && (
          <li class="sw-schema-message">
            <span class="sw-caption">Model</span>
            <div class="sw-schema-said">{streamed || "…"}</div>
          </li>
        )}
      </ol>
      {messages.length === 0 && !sending && <p class="sw-muted">No messages yet.</p>}
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
