import type { ComponentChild } from "preact";
import type { Phase } from "../../kernel/contract";
import { PHASES } from "../../page/tables";

const SHAPES: Readonly<Record<string, ComponentChild>> = {
  disc: <circle cx="6" cy="6" r="4.5" class="sw-fill" />,
  half: (
    <>
      <circle cx="6" cy="6" r="4" class="sw-line" />
      <path d="M6 2a4 4 0 0 0 0 8Z" class="sw-fill" />
    </>
  ),
  triangle: <path d="M6 1.2 11.2 10.5H.8Z" class="sw-fill" />,
  square: <rect x="2" y="2" width="8" height="8" rx="1" class="sw-fill" />,
  ring: <circle cx="6" cy="6" r="4" class="sw-line" />,
};

/** The shape of a status, in its colour. The word always stands beside it. */
export function StatusMark({ phase }: { phase: Phase }) {
  const { shape, colour } = PHASES[phase] ?? PHASES.other;
  return (
    <svg class={`sw-mark sw-mark-${phase}`} style={{ color: `var(--sw-${colour})` }} viewBox="0 0 12 12" aria-hidden="true">
      {SHAPES[shape]}
    </svg>
  );
}
