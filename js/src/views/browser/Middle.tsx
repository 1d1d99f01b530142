/** Characters at the end that stay: names of one kind differ there, as in "…-prod-eu" and "…-prod-us". */
const TAIL = 8;
/** Of a model the name stays, and its catalog and schema give way. */
const PLACE = /^[^.\s]+\.[^.\s]+\./;

/** A name on one line; where there is no room for it, what distinguishes it least gives way. */
export function Middle({ text, title = text }: { text: string; title?: string }) {
  const place = PLACE.exec(text)?.[0].length;
  const cut = place ?? (text.length > 2 * TAIL ? text.length - TAIL : text.length);
  return (
    <span class={`sw-middle sw-mono${place ? " sw-model" : ""}`} title={title}>
      <span class="sw-clip">{text.slice(0, cut)}</span>
      {cut < text.length && <span class="sw-clip">{text.slice(cut)}</span>}
    </span>
  );
}
