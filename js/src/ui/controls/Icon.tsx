/** Line icons on a 16-pixel grid. They are always decoration: the word or the accessible name stands beside them. */
const PATHS = {
  alert: "M8 2.5 14 13H2L8 2.5ZM8 6.5v3M8 11.2v.3",
  bell: "M3.5 11.5c1-1 1.2-2 1.2-4a3.3 3.3 0 0 1 6.6 0c0 2 .2 3 1.2 4ZM6.8 13.2a1.3 1.3 0 0 0 2.4 0",
  cell: "M2.5 3h11v5h-11zM8 10v4.5M5.8 12.3 8 14.5l2.2-2.2",
  check: "m3.5 8.5 3 3 6-7",
  chevron: "m4.5 6.5 3.5 3.5 3.5-3.5",
  close: "m4.5 4.5 7 7M11.5 4.5l-7 7",
  code: "m5.5 4.5-3.5 3.5 3.5 3.5M10.5 4.5l3.5 3.5-3.5 3.5",
  copy: "M5.5 5.5h7v8h-7zM10.5 5.5v-3h-7v8h2",
  kebab: "M8 3.4v.2M8 7.9v.2M8 12.4v.2",
  lock: "M4 7.5h8v5.5H4zM5.5 7.5V5.2a2.5 2.5 0 0 1 5 0v2.3",
  open: "M9.5 3H13v3.5M13 3 7.5 8.5M11.5 9.5V13H3V4.5h3.5",
  pause: "M5.5 4v8M10.5 4v8",
  refresh: "M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3",
  search: "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9ZM10.3 10.3l3.2 3.2",
  up: "M8 12.5v-9M4.5 7 8 3.5 11.5 7",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name, turn = false, spin = false }: { name: IconName; turn?: boolean; spin?: boolean }) {
  const extra = `${turn ? " sw-turned" : ""}${spin ? " sw-spin" : ""}`;
  return (
    <svg class={`sw-icon sw-icon-${name}${extra}`} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
