import { count } from "../../words";
import type { Logs } from "./logs";
import { piecesOf } from "./text";

interface LogRowProps {
  logs: Logs;
  line: number;
  /** Style: where it is. */
  top: number;
  chosen: boolean;
}

const LEVEL_LOOKS = ["", "", "", " sw-log-warning", " sw-log-error"];

/** One line of a log, or the first line of a folded traceback with what it came to. */
export function LogRow({ logs, line, top, chosen }: LogRowProps) {
  const { lines } = logs;
  const { times, fold, wrap } = logs.options.value;
  const { head, size, level, trace } = lines.units();
  const place = lines.place(line);
  const begins = head[place] === place;
  const unit = begins && trace[place] !== 0 && size[place]! > 0;
  const folded = unit && fold && !logs.opened.value.has(line);
  const here = lines.has(line);
  return (
    <div
      class={`sw-log-row${LEVEL_LOOKS[here ? level[place]! : 0]}${chosen ? " sw-log-at" : ""}`}
      style={{ top: `${top}px` }}
      data-line={line}
    >
      <span class="sw-log-number" aria-hidden="true">
        {line + 1}
      </span>
      <span class="sw-log-text">
        <Text logs={logs} line={line} times={times} />
        {fold && unit && (
          <button
            type="button"
            class="sw-log-fold"
            tabIndex={-1}
            aria-expanded={!folded}
            onClick={(event) => {
              event.stopPropagation();
              logs.toggle(line);
            }}
          >
            {folded ? `+ ${count(size[place]!, "line")}` : "Fold"}
          </button>
        )}
        {folded && !wrap && <span class="sw-log-aside">{lastWords(logs, line)}</span>}
      </span>
    </div>
  );
}

function Text({ logs, line, times }: { logs: Logs; line: number; times: boolean }) {
  const { lines } = logs;
  if (!lines.has(line)) return <span class="sw-log-aside">…</span>;
  const pieces = piecesOf(lines.raw(line), {
    hidden: times ? undefined : lines.stamp(line),
    sought: logs.sought.value.sought,
  });
  return (
    <>
      {pieces.map(({ text, look }, index) =>
        look ? (
          <span key={index} class={look}>
            {text}
          </span>
        ) : (
          text
        ),
      )}
    </>
  );
}

/** The line that names the error: the last of the traceback. */
function lastWords({ lines }: Logs, line: number): string {
  const { head, size } = lines.units();
  const place = lines.place(line);
  let last = line;
  for (let next = line + 1, found = 0; next < lines.total && found < size[place]!; next++) {
    if (head[lines.place(next)] !== place) continue;
    found++;
    if (lines.plain(next).trim()) last = next;
  }
  if (last === line) return "";
  const words = lines.plain(last).replace(/^\[[a-z0-9]{5}\] ?/, "");
  return words.length > 90 ? `${words.slice(0, 90)}…` : words;
}
