import { useState } from "preact/hooks";
import { FROZEN } from "../../kernel/live";
import { count } from "../../page/words";
import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import { Banner } from "../../ui/frame/Banner";
import { Heading } from "../../ui/frame/Heading";
import { Stale } from "../../ui/status/LastChecked";
import { LinkBanner } from "../../ui/status/LinkBanner";
import { useView } from "../../view";
import type { ComparedRow, ComparedSection, CompareState, SideHeading as Side } from "./contract";
import css from "./endpoint_compare.css";

export { css };

/** Differences of one subject that are shown at once; installed packages may differ by the hundred. */
const FIRST = 8;

/** Two endpoints beside each other: what differs first, what is the same on demand. */
export default function EndpointCompare() {
  const view = useView<CompareState>();
  const { left, right, sections, notes, known, unread, link } = view.store.state.value;
  const [all, setAll] = useState(false);
  const differ = sections.reduce((sum, { differs }) => sum + differs.length, 0);
  const same = sections.reduce((sum, one) => sum + one.same.length, 0);
  const loading = !known && !unread && link.state !== "error";
  return (
    <div class="sw-panel" aria-busy={loading}>
      <div class="sw-header">
        <Heading name={`${left.name} and ${right.name}`} />
        <Stale />
        <span class="sw-header-end">
          <Button refused={view.live.state.value === "frozen" ? FROZEN : null} onClick={() => void view.refresh()}>
            <Icon name="refresh" spin={view.refreshing.value.on} />
            Refresh
          </Button>
        </span>
      </div>
      <LinkBanner />
      {unread && <Banner tone="error" problem={unread} action={{ label: "Retry", onClick: () => void view.refresh() }} />}
      {loading && <p class="sw-muted sw-compare-note">Reading both endpoints…</p>}
      {known && (
        <>
          <div class="sw-bar sw-compare-note">
            <span class="sw-grow" aria-live="polite">
              {differ === 0 ? `Nothing differs of ${count(same, "setting")} that were compared.` : count(differ, "difference")}
            </span>
            {same > 0 && (
              <Button look="quiet" expanded={all} onClick={() => setAll(!all)}>
                {all ? "Hide what is the same" : `Show what is the same (${same})`}
              </Button>
            )}
          </div>
          {(differ > 0 || all) && (
            <table class="sw-compared">
              <caption class="sw-hidden">
                {left.name} and {right.name}
              </caption>
              <thead>
                <tr>
                  <th scope="col">Setting</th>
                  <Title side={left} />
                  <Title side={right} />
                </tr>
              </thead>
              {sections
                .filter(({ differs, same }) => differs.length > 0 || (all && same.length > 0))
                .map((section) => (
                  <Section key={section.title} section={section} all={all} />
                ))}
            </table>
          )}
          {notes.map((note) => (
            <p key={note} class="sw-muted sw-compare-note">
              Not compared: {note}
            </p>
          ))}
        </>
      )}
    </div>
  );
}

/** One subject: its differences, of many the first ones, and what is the same where that is asked for. */
function Section({ section: { title, differs, same }, all }: { section: ComparedSection; all: boolean }) {
  const [whole, setWhole] = useState(false);
  const shown = whole || differs.length <= FIRST + 1 ? differs : differs.slice(0, FIRST);
  return (
    <tbody>
      <tr>
        <th scope="rowgroup" colSpan={3} class="sw-caption">
          {title}
        </th>
      </tr>
      {shown.map((row) => (
        <Row key={row.what} row={row} differs />
      ))}
      {shown.length < differs.length && (
        <tr>
          <td colSpan={3}>
            <Button look="quiet" onClick={() => setWhole(true)}>
              Show {differs.length - shown.length} more that differ
            </Button>
          </td>
        </tr>
      )}
      {all && same.map((row) => <Row key={row.what} row={row} />)}
    </tbody>
  );
}

function Title({ side: { name, where, colour } }: { side: Side }) {
  return (
    <th scope="col">
      <span class="sw-mono">{name}</span>
      {where && (
        <span class="sw-compare-where" style={colour ? { borderColor: `var(--sw-${colour})` } : undefined}>
          {where}
        </span>
      )}
    </th>
  );
}

function Row({ row: { what, left, right }, differs = false }: { row: ComparedRow; differs?: boolean }) {
  const sign = !differs ? "" : left === null ? "+" : right === null ? "−" : "≠";
  const word = { "": "", "+": "only right", "−": "only left", "≠": "different" }[sign];
  return (
    <tr class={differs ? "sw-differs" : ""}>
      <th scope="row">
        <span class="sw-compare-sign" aria-hidden="true">
          {sign}
        </span>
        <span class="sw-hidden">{word}</span>
        {what}
      </th>
      <td>{left ?? "–"}</td>
      <td>{right ?? "–"}</td>
    </tr>
  );
}
