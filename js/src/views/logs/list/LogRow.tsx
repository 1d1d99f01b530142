import { Icon } from "../../../ui/controls/Icon";
import { count } from "../../../page/words";
import type { Logs } from "../logs";
import { copyUnit } from "../copying";
import { piecesOf } from "./text";

interface LogRowProps {
  logs: Logs;
  line: number;
  /** Pixels from the top. */
  top: number;
  /** That of the lines: a row is drawn again when it changes. */
  version: number;
  chosen: boolean;
}

/** Characters of it. */
const MOST_WORDS = 90;
const LEVEL_LOOKS = ["", "", "", " sw-log-warning", " sw-log-error"];

/** One line of a log, or the first line of a folded traceback with what it came to. */
export function LogRow({ logs, line, top, chosen, version }: LogRowProps) {
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
      <span class="sw-log-number">
        <span aria-hidden="true">{line + 1}</span>
        {fold && unit && (
          <button
            type="button"
            class="sw-log-fold"
            tabIndex={-1}
            aria-expanded={!folded}
            aria-label={`${count(size[place]!, "line")} of a traceback`}
            onClick={(event) => {
              event.stopPropagation();
              logs.toggle(line);
            }}
          >
            <Icon name="chevron" />
          </button>
        )}
      </span>
      <span class="sw-log-text">
        <Text logs={logs} line={line} times={times} version={version} />
        {unit && (
          <button
            type="button"
            class="sw-log-copy"
            tabIndex={-1}
            aria-label="Copy the traceback"
            title="Copy the traceback without line prefixes"
            onClick={(event) => {
              event.stopPropagation();
              void copyUnit(logs, line);
            }}
          >
            <Icon name="copy" />
          </button>
        )}
        {folded && (
          <span class="sw-log-aside">
            + {count(size[place]!, "line")}
            {!wrap && lastWords(logs, line)}
          </span>
        )}
      </span>
    </div>
  );
}

type TextProps = Pick<LogRowProps, "logs" | "line" | "version"> & { times: boolean };

function Text({ logs, line, times }: TextProps) {
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
  return ` · ${words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}…` : words}`;
}
