/** The service's own words, as a person reads them. Unknown ones are shown as they came. */

import { DEPLOYMENTS, KINDS } from "./tables";

export function deploymentWords(state: string): string {
  return wordOf(DEPLOYMENTS, state);
}

export function kindWords(kind: string): string {
  return wordOf(KINDS, kind);
}

const PERMISSIONS: Readonly<Record<string, string>> = {
  CAN_VIEW: "Can view",
  CAN_QUERY: "Can query",
  CAN_MANAGE: "Can manage",
};

export function permissionWords(level: string): string {
  return wordOf(PERMISSIONS, level);
}

/** "1 endpoint", "10,000 endpoints". */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** The address when it is one that a page may safely link to, else null. */
export function safeLink(address: string | null): string | null {
  if (!address || !URL.canParse(address)) return null;
  return new URL(address).protocol === "https:" ? address : null;
}

function wordOf(table: Readonly<Record<string, string>>, key: string): string {
  return Object.hasOwn(table, key) ? table[key]! : key;
}
