/** Puts a style sheet into the root node that a view lives in, once. */
const MARK = "data-sw-style";

export function addStyle(el: Element, name: string, css: string): void {
  const root = el.getRootNode();
  const parent = root instanceof ShadowRoot ? root : document.head;
  const mark = `${__INPUTS__} ${name}`;
  if (parent.querySelector(`style[${MARK}="${mark}"]`)) return;
  const style = document.createElement("style");
  style.setAttribute(MARK, mark);
  style.textContent = css;
  parent.append(style);
}
