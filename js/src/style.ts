/** Puts the style sheet into the root node that a view lives in, once. */
import css from "./theme.css";

const MARK = "data-sw-style";

export function addStyle(el: Element): void {
  const root = el.getRootNode();
  const parent = root instanceof ShadowRoot ? root : document.head;
  if (parent.querySelector(`style[${MARK}="${__INPUTS__}"]`)) return;
  const style = document.createElement("style");
  style.setAttribute(MARK, __INPUTS__);
  style.textContent = css;
  parent.append(style);
}
