import { Icon } from "../../ui/controls/Icon";
import type { Editor } from "./editor";
import { Name } from "./grants/Name";
import type { AccessPicture as Access, MatrixRow, Reason } from "./contract";
import { KIND, keyOf, levelWords, visible } from "./words";

const WHY = { direct: "granted here", group: "through ", inherited: "inherited " } as const;
const TITLE = { view: "View", query: "Query", manage: "Manage" } as const;
const ABILITIES = ["view", "query", "manage"] as const;

/** Who can do what, and why: whoever looks first, then everybody on the list. */
export function Matrix({ editor }: { editor: Editor }) {
  const { access } = editor;
  return (
    <div class="sw-matrix-box">
      <div class="sw-scroll" tabIndex={0} role="region" aria-label="Who can do what">
        <table class="sw-matrix">
          <thead>
            <tr>
              <th scope="col">Principal</th>
              {ABILITIES.map((ability) => (
                <th key={ability} scope="col">
                  {TITLE[ability]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {access.matrix.map((row) => (
              <Row key={keyOf(row)} row={row} you={isMe(row, access)} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="sw-muted">
        {access.plan && "This shows current access, without staged changes. "}
        {access.me
          ? "Your own row counts your groups. Others may have more through their groups, which the list does not show."
          : "The service did not say who you are, so your own row is missing; you are asked before anyone loses “Can manage”."}
      </p>
      <dl class="sw-facts">
        {access.levels
          .filter(({ says }) => says)
          .map(({ level, says }) => (
            <div key={level}>
              <dt>{levelWords(level)}</dt>
              <dd>{visible(says)}</dd>
            </div>
          ))}
      </dl>
    </div>
  );
}

function Row({ row, you }: { row: MatrixRow; you: boolean }) {
  return (
    <tr>
      <th scope="row">
        <Name who={row} display={row.display} />
        <span class="sw-caption">
          {KIND[row.kind]}
          {you && " · you"}
        </span>
      </th>
      {ABILITIES.map((ability) => (
        <td key={ability}>
          <Why reason={row[ability]} />
        </td>
      ))}
    </tr>
  );
}

function Why({ reason }: { reason: Reason | null }) {
  if (!reason) {
    return (
      <span class="sw-muted">
        <span aria-hidden="true">–</span>
        <span class="sw-hidden">No</span>
      </span>
    );
  }
  return (
    <span class="sw-yes">
      <Icon name="check" />
      <span class="sw-hidden">Yes: </span>
      <span class="sw-muted">
        {WHY[reason.source]}
        {reason.through && <span class="sw-place">{visible(reason.through)}</span>}
      </span>
    </span>
  );
}

function isMe(row: MatrixRow, { me }: Access): boolean {
  return me !== null && keyOf(row) === keyOf(me);
}
