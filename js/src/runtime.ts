/**
 * The code that all widgets of one kernel share. `mount` draws one view.
 *
 * A new widget is one file below `views/` and one line in the table.
 */
import { type ComponentType, h, render } from "preact";
import { keepFocus } from "./focus";
import type { MountContext } from "./host";
import { addStyle } from "./style";
import { Shell } from "./ui/Shell";
import { View, ViewContext } from "./view";
import { EndpointBrowser } from "./views/endpoint_browser";
import { EndpointControls } from "./views/endpoint_controls";
import { StatusBadge } from "./views/status_badge";

const VIEWS: Readonly<Record<string, ComponentType>> = {
  endpoint_browser: EndpointBrowser,
  endpoint_controls: EndpointControls,
  status_badge: StatusBadge,
};

export function mount(kind: string, context: MountContext): void {
  const Kind = Object.hasOwn(VIEWS, kind) ? VIEWS[kind] : undefined;
  if (!Kind) throw new Error(`This version has no widget called ${kind}.`);
  const root = document.createElement("div");
  root.className = `sw-root sw-${kind}`;
  // Two locks on one door: Lumino looks for the attribute, older hosts see no event at all.
  root.setAttribute("data-lm-suppress-shortcuts", "true");
  root.addEventListener("keydown", (event) => event.stopPropagation());
  keepFocus(root, context.signal);
  context.el.append(root);
  addStyle(root);
  // Hosts attach a view after rendering it; a shadow root is known only then.
  requestAnimationFrame(() => addStyle(root));

  const view = new View(context.model, root, context.signal);
  view.watch(context);
  render(h(ViewContext.Provider, { value: view, children: h(Shell, { children: h(Kind, {}) }) }), root);
  context.signal.addEventListener("abort", () => {
    render(null, root);
    root.remove();
  });
}
