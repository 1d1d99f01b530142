import type { Who } from "../contract";
import { KIND, visible } from "../words";

/** Who it is: what people call it, and what it is granted to by. A direction that a name sets ends with the name. */
export function Name({ who, display = "", you = false }: { who: Who; display?: string; you?: boolean }) {
  const name = visible(who.name);
  const called = visible(display);
  return (
    <span class="sw-who" title={called ? `${called}\n${name}` : name}>
      {called && <bdi class="sw-called">{called}</bdi>}
      <bdi class={called ? "sw-mono sw-muted" : "sw-mono"}>{name}</bdi>
      <span class="sw-hidden">, {KIND[who.kind]}</span>
      {you && <span class="sw-tag">You</span>}
    </span>
  );
}
