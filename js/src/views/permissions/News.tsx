import { Button } from "../../ui/controls/Button";
import { Icon } from "../../ui/controls/Icon";
import type { Editor } from "./editor";
import type { News as NewsOf } from "./contract";
import { Line } from "./Staged";
import { keyOf, levelWords } from "./words";

/** What others changed while edits were staged; said loudly when saving was called off for it. */
export function News({ news, editor }: { news: NewsOf; editor: Editor }) {
  const { refused, changes } = news;
  return (
    <div class={`sw-banner sw-banner-${refused ? "error" : "frozen"}`} role={refused ? "alert" : "status"}>
      <Icon name="alert" />
      <div class="sw-grow">
        <div>{leadWords(news)}</div>
        {changes.length > 0 && (
          <ul class="sw-changes">
            {changes.map((change) => (
              <Line key={keyOf(change)} change={change}>
                {change.yours !== undefined && (
                  <span class="sw-muted">
                    {change.yours === null ? "(you staged to remove it)" : `(you staged ${levelWords(change.yours)})`}
                  </span>
                )}
              </Line>
            ))}
          </ul>
        )}
        {editor.access.plan ? (
          <div class="sw-muted">Your edits are staged again on top of the current list. Review them, then save{refused ? " again" : ""}.</div>
        ) : (
          <div class="sw-muted">Your staged changes are already in place.</div>
        )}
      </div>
      <Button look="quiet" label="Dismiss" onClick={() => void editor.ask("seen", {})}>
        <Icon name="close" />
      </Button>
    </div>
  );
}

function leadWords({ refused, changes }: NewsOf): string {
  if (changes.length === 0) return "Saving would no longer do what was shown, so nothing was sent.";
  return refused
    ? "Someone else changed the permissions before you saved. Nothing was sent."
    : "Someone else changed the permissions since you staged your edits.";
}
