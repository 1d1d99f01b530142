import { Fragment } from "preact";
import { useState } from "preact/hooks";
import type { RecipePicture as Recipe, Shown } from "../../kernel/contract";
import { Button } from "../../ui/controls/Button";
import { CopyButton } from "../../ui/controls/CopyButton";
import { Icon } from "../../ui/controls/Icon";
import { CodeLine } from "../../ui/controls/Recipes";
import { useUniqueId } from "../../view";
import type { Group, Line } from "./contract";

type Sort = "same" | "new" | "gone" | "other";

const SIGNS: Readonly<Record<Sort, string>> = { same: "", new: "+", gone: "−", other: "≠" };
const NAMES: Readonly<Record<Sort, string>> = { same: "", new: "added", gone: "removed", other: "changed" };

/** How two sides relate, as a sign that does without colour. */
export function Sign({ before, after, changed = before !== after }: { before: unknown; after: unknown; changed?: boolean }) {
  const sort: Sort = !changed ? "same" : before === null ? "new" : after === null ? "gone" : "other";
  return (
    <span class={`sw-relation sw-relation-${sort}`}>
      <span aria-hidden="true">{SIGNS[sort]}</span>
      <span class="sw-hidden">{NAMES[sort]}</span>
    </span>
  );
}

interface BesideProps {
  caption: string;
  titles: readonly [string, string];
  groups: readonly Group[];
  /** One side only: there is nothing to compare with. */
  single?: boolean;
  /** Leave out what is the same on both sides. */
  brief?: boolean;
}

/** Two configurations beside each other, entity by entity. */
export function Beside({ caption, titles, groups, single = false, brief = false }: BesideProps) {
  return (
    <table class={single ? "sw-beside sw-single" : "sw-beside"}>
      <caption class="sw-hidden">{caption}</caption>
      <thead>
        <tr>
          <th scope="col">Setting</th>
          <th scope="col">{titles[0]}</th>
          {!single && <th scope="col">{titles[1]}</th>}
        </tr>
      </thead>
      {groups.map((group) => (
        <tbody key={`${group.left}\n${group.right}`}>
          <tr>
            <th scope="rowgroup" colSpan={single ? 2 : 3} class="sw-mono">
              {!single && <Sign before={group.left} after={group.right} />}
              {titleOf(group)}
            </th>
          </tr>
          {group.lines
            .filter((line) => !brief || line.changed)
            .map((line) => (
              <Setting key={line.field} line={line} single={single} />
            ))}
        </tbody>
      ))}
    </table>
  );
}

function Setting({ line, single }: { line: Line; single: boolean }) {
  const differs = line.changed && !single;
  return (
    <tr class={differs ? "sw-differs" : ""}>
      <th scope="row">
        {!single && <Sign before={line.left} after={line.right} changed={line.changed} />}
        {line.field}
      </th>
      <td>{line.left ?? "–"}</td>
      {!single && <td>{line.right ?? "–"}</td>}
    </tr>
  );
}

/** The exact request, secrets left out, and the lines that send the same; the body unfolds. */
export function RequestView({ request, recipe }: { request: Shown; recipe: Recipe | null }) {
  const [open, setOpen] = useState(false);
  const id = useUniqueId();
  return (
    <div class="sw-sending">
      <div class="sw-bar">
        <Button look="quiet" expanded={open} onClick={() => setOpen(!open)}>
          <Icon name="chevron" turn={open} />
          Request
        </Button>
        <code class="sw-mono sw-grow sw-clip" title={`${request.method} ${request.path}`}>
          {request.method} {request.path}
        </code>
        <CopyButton text={request.text} what="the request's body" />
      </div>
      {open && (
        <Fragment>
          <pre id={id} class="sw-json" tabIndex={0} role="group" aria-label="Body of the request">
            {request.text}
          </pre>
          {recipe && (
            <div class="sw-recipes sw-flush">
              <div class="sw-caption">The same in a cell</div>
              <CodeLine text={recipe.magic} what="the magic line" />
              <CodeLine text={recipe.python} what="the Python line" />
            </div>
          )}
        </Fragment>
      )}
    </div>
  );
}

function titleOf({ left, right }: Group): string {
  if (left === null || right === null) return left ?? right ?? "";
  return left === right ? left : `${left} → ${right}`;
}
