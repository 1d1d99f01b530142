/** Principals, levels and changes in words. Pure. */
import { permissionWords } from "../../page/words";
import type { AccessPicture as Access, ChangePicture as Change, PrincipalKind as Kind, Who } from "./contract";

export const KIND: Readonly<Record<Kind, string>> = {
  user: "User",
  group: "Group",
  service_principal: "Service principal",
};

/** Characters that cannot be seen and that can make a name look like another one. */
const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** A text of the service's with a mark in place of each character that could deceive the eye. */
export function visible(text: string): string {
  return text.replace(UNSEEN, "\ufffd");
}

/** JSON in which each such character is written by its number: what is seen is what is sent. */
export function visibleJson(value: unknown): string {
  const escaped = (text: string): string => `\\u${text.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return JSON.stringify(value, null, 2).replace(UNSEEN, (one) => (one === "\n" ? one : escaped(one)));
}

/** The kind that a name's form says, as the kernel tells them apart; null for no name. */
export function kindOf(typed: string, forms: Access["forms"]): Kind | null {
  const name = typed.trim();
  if (!name) return null;
  const found = Object.entries(forms).find(([, form]) => new RegExp(form).test(name));
  return (found?.[0] as Kind | undefined) ?? null;
}

export function keyOf({ kind, name }: Who): string {
  return `${kind}\n${name}`;
}

export const NOTHING = "Not granted";

export function levelWords(level: string | null): string {
  return level === null ? NOTHING : visible(permissionWords(level));
}

/** What a change does: "+" grants, "−" takes away, "~" changes. */
export function signOf({ before, after }: Change): "+" | "−" | "~" {
  if (before === null) return "+";
  return after === null ? "−" : "~";
}

/** "Can view → Can query". */
export function changeWords({ before, after }: Change): string {
  return `${levelWords(before)} → ${after === null ? "Removed" : levelWords(after)}`;
}

/** A sentence of the kernel's with the levels as they are called here. */
export function sentence(text: string): string {
  return text.replace(/\bCAN_[A-Z]+\b/g, (level) => `“${levelWords(level)}”`);
}

/** What the one request does, and to whom not. */
export function requestWords(method: "PATCH" | "PUT", entries: number): string {
  return method === "PATCH"
    ? "One PATCH request, since nothing is removed: no one else is affected."
    : `One PUT request, since a grant is removed: it replaces all grants made here with ${entries === 0 ? "none" : `these ${entries}`}. ` +
        "The list is read again right before; if it has changed, nothing is sent.";
}
