import type { Phase } from "../../kernel/contract";

/**
 * The shape of a status: filled circle ready, half circle updating, triangle failed, square stopped, ring anything else.
 * The word always stands beside it.
 */
export function StatusMark({ phase }: { phase: Phase }) {
  return (
    <svg class={`sw-mark sw-mark-${phase}`} viewBox="0 0 12 12" aria-hidden="true">
      {phase === "ready" && <circle cx="6" cy="6" r="4.5" class="sw-fill" />}
      {phase === "updating" && (
        <>
          <circle cx="6" cy="6" r="4" class="sw-line" />
          <path d="M6 2a4 4 0 0 0 0 8Z" class="sw-fill" />
        </>
      )}
      {phase === "failed" && <path d="M6 1.2 11.2 10.5H.8Z" class="sw-fill" />}
      {phase === "stopped" && <rect x="2" y="2" width="8" height="8" rx="1" class="sw-fill" />}
      {!KNOWN.includes(phase) && <circle cx="6" cy="6" r="4" class="sw-line" />}
    </svg>
  );
}

const KNOWN: readonly string[] = ["ready", "updating", "failed", "stopped"];
