/**
 * The code that all widgets of one kernel share. `mount` draws one view; what else is exported is there for the parts.
 *
 * Each view is a part: the build bundles `views/<room>/<kind>.tsx` by itself, with whatever this module does not hold. What it
 * does hold, parts import from here, so that there is one of each: one Preact, one set of signals. A part that wants
 * more of it than is exported here does not build; a module that a second view wants moves here by being exported.
 */
import { effect } from "@preact/signals";
import { type ComponentType, h, render } from "preact";
import { keepFocus } from "./page/focus";
import { keepKeys } from "./page/keys";
import type { MountContext } from "./host";
import { keepSavedState } from "./kernel/saved_state";
import { Store } from "./kernel/store";
import { addStyle } from "./page/style";
import tokens from "./theme/tokens.css";
import controls from "./ui/controls/controls.css";
import dialogs from "./ui/dialogs/dialogs.css";
import frame from "./ui/frame/frame.css";
import status from "./ui/status/status.css";
import { Shell } from "./ui/frame/Shell";
import { type StoreKind, View, ViewContext } from "./view";

export { batch, computed, signal } from "@preact/signals";
export { Fragment, jsx, jsxs } from "preact/jsx-runtime";
export { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
export { ONGOING, VERB, whyNot } from "./kernel/acts";
export { FROZEN } from "./kernel/live";
export { Store } from "./kernel/store";
export { QUEUED } from "./kernel/rpc";
export { Age, Elapsed } from "./ui/status/Age";
export { Banner } from "./ui/frame/Banner";
export { Button } from "./ui/controls/Button";
export { CodeButtons, copy, CopyButton } from "./ui/controls/CopyButton";
export { Dialog } from "./ui/dialogs/Dialog";
export { EndpointStatus } from "./ui/status/EndpointStatus";
export { Heading } from "./ui/frame/Heading";
export { Icon } from "./ui/controls/Icon";
export { LinkBanner } from "./ui/status/LinkBanner";
export { isRefused, LastChecked, Stale } from "./ui/status/LastChecked";
export { Missing } from "./ui/status/Missing";
export { Popover } from "./ui/controls/Popover";
export { Prose } from "./ui/frame/Prose";
export { CodeLine, Recipes } from "./ui/controls/Recipes";
export { StatusMark } from "./ui/status/StatusMark";
export { Tabs } from "./ui/controls/Tabs";
export { useUniqueId, useView } from "./view";
export { PHASES } from "./page/tables";
export { count, deploymentWords, kindWords, permissionWords, safeLink } from "./page/words";

/** What the module of a view exports. */
export interface Part {
  default: ComponentType;
  /** Its own style sheet. */
  css?: string;
  /** Letters that it uses together with Ctrl. */
  keys?: string;
  /** What keeps its snapshots, where the plain store does not do. */
  Store?: StoreKind<Store<any>>;
}

const THEME = [tokens, frame, controls, status, dialogs].join("");

/** Where parts import this module from. */
export const url = import.meta.url;

export function mount(part: Part, context: MountContext): void {
  const life = new AbortController();
  const signal = AbortSignal.any([context.signal, life.signal]);
  draw(part, {
    ...context,
    signal,
    replace: (model) => {
      life.abort();
      mount(part, { ...context, model });
    },
  });
}

function draw({ default: Kind, css = "", keys, Store: Keeper = Store }: Part, context: MountContext): void {
  keepSavedState(context.model);
  const kind = String(context.model.get("kind"));
  const root = document.createElement("div");
  root.className = `sw-root sw-${kind}`;
  // Inside another view, what Escape closes next may be that view's.
  keepKeys(root, context.signal, keys, (event) => event.key === "Escape" && view.nested);
  keepFocus(root, context.signal);
  context.el.replaceChildren(root);
  const dress = (): void => {
    addStyle(root, "core", THEME);
    if (css) addStyle(root, kind, css);
  };
  dress();
  // Hosts attach a view after rendering it; a shadow root is known only then.
  requestAnimationFrame(dress);

  const view = new View(context.model, root, context.signal, Keeper, context.host, context.replace);
  view.watch(context);
  const marked = effect(() => {
    const { link, workspace } = view.store.state.value;
    root.classList.toggle("sw-stale", link.state === "stale" || link.state === "error" || view.live.state.value === "frozen");
    if (!workspace.colour || view.nested) return;
    root.dataset.colour = workspace.colour;
    root.style.setProperty("--sw-colour", `var(--sw-${workspace.colour})`);
  });
  render(h(ViewContext.Provider, { value: view, children: h(Shell, { children: h(Kind, {}) }) }), root);
  context.signal.addEventListener("abort", () => {
    marked();
    render(null, root);
    root.remove();
  });
}
