import { signal } from "@preact/signals";
import type { View } from "../../view";
import { Button } from "../controls/Button";
import { Icon } from "../controls/Icon";

/** What came of asking the browser whether it may notify. */
type Grant = "granted" | "refused" | "absent";

interface Status {
  label: string;
  phase: string;
}

const GRACE_MS = 5000;

const FALLBACK: Readonly<Record<Grant, string>> = {
  granted: "You will be notified when it ends.",
  refused: "This browser was not allowed to notify, so this view will say when it ends.",
  absent: "This browser shows no notifications here, so this view will say when it ends.",
};

/** The updates whose end a person wants to be told of. The browser is asked on that click only. */
export class Waits {
  readonly names = signal<ReadonlySet<string>>(new Set());
  readonly said = signal("");
  /** Ends that were told in the view, newest last, until they are dismissed. */
  readonly ended = signal<readonly { name: string; label: string }[]>([]);
  readonly #view: View;
  readonly #last = new Map<string, Status | null>();
  #grant: Grant = "absent";

  constructor(view: View) {
    this.#view = view;
  }

  async ask(names: readonly string[]): Promise<void> {
    this.#grant = await permission();
    for (const name of names) {
      this.names.value = new Set([...this.names.value, name]);
      if (this.#last.get(name)?.phase === "updating") continue;
      // It was started a moment ago, and the picture that says so may be on its way.
      setTimeout(() => this.#over(name, this.#last.get(name) ?? null), GRACE_MS);
    }
    this.said.value = FALLBACK[this.#grant];
    this.#view.awaited.value = true;
    this.#view.announce(this.said.value);
  }

  /** What is known of an endpoint now; null when it is gone. */
  see(name: string, status: Status | null): void {
    const before = this.#last.get(name);
    this.#last.set(name, status);
    if (before?.phase === "updating") this.#over(name, status);
  }

  dismiss(): void {
    this.ended.value = [];
  }

  #over(name: string, status: Status | null): void {
    if (!this.names.peek().has(name) || status?.phase === "updating") return;
    const label = status?.label ?? "Deleted";
    const rest = new Set(this.names.peek());
    rest.delete(name);
    this.names.value = rest;
    this.ended.value = [...this.ended.peek(), { name, label }];
    if (rest.size === 0) this.#view.awaited.value = false;
    if (this.#grant === "granted") notify(`${name}: ${label}`);
    this.#view.announce(`${name}: the update has ended. ${label}`);
  }
}

/** Asks to be told when updates end, and what was said to that. */
export function NotifyButton({ waits, names }: { waits: Waits; names: readonly string[] }) {
  const waiting = names.length > 0 && names.every((name) => waits.names.value.has(name));
  if (waiting) return <span class="sw-muted">{waits.said}</span>;
  return (
    <Button onClick={() => void waits.ask(names)}>
      <Icon name="bell" />
      {names.length > 1 ? "Notify me when they end" : "Notify me when it ends"}
    </Button>
  );
}

/** The ends that came while a person waited: for who did not see the notification, or was shown none. */
export function Ended({ waits }: { waits: Waits }) {
  if (waits.ended.value.length === 0) return null;
  return (
    <div class="sw-banner sw-banner-news">
      <Icon name="bell" />
      <div class="sw-grow">
        {waits.ended.value.map(({ name, label }) => (
          <div key={name}>
            <span class="sw-mono">{name}</span>: the update has ended. {label}
          </div>
        ))}
      </div>
      <Button look="quiet" label="Dismiss" onClick={() => waits.dismiss()}>
        <Icon name="close" />
      </Button>
    </div>
  );
}

async function permission(): Promise<Grant> {
  if (typeof Notification === "undefined") return "absent";
  try {
    return (await Notification.requestPermission()) === "granted" ? "granted" : "refused";
  } catch {
    return "absent";
  }
}

function notify(text: string): void {
  try {
    new Notification("Model serving", { body: text });
  } catch {
    // Some browsers have the name and not the thing; the view says it all the same.
  }
}
