/** A sentence in which `code` stands between backticks, as the kernel writes it. Text only, whatever it says. */
export function Prose({ text }: { text: string }) {
  const parts = text.split("`");
  if (parts.length % 2 === 0) return <>{text}</>;
  return <>{parts.map((part, i) => (i % 2 ? <code class="sw-code">{part}</code> : part))}</>;
}
