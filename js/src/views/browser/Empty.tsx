import { Button } from "../../ui/controls/Button";
import { CodeLine } from "../../ui/controls/Recipes";

const CREATE = "%serving create my-endpoint --entity main.default.my_model --version 1";
const SKELETON_ROWS = 6;

/** A workspace in which nothing has been made yet. */
export function NoEndpoints() {
  return (
    <div class="sw-empty">
      <div class="sw-title">No endpoints yet</div>
      <div class="sw-muted">To serve a registered model, run this in a cell:</div>
      <CodeLine text={CREATE} what="the magic line" />
    </div>
  );
}

export function NothingMatches({ onClear }: { onClear(): void }) {
  return (
    <div class="sw-nothing">
      <span class="sw-muted">No endpoints match.</span>
      <Button onClick={onClear}>Clear filters</Button>
    </div>
  );
}

/** Stands for the rows at first load only; a later refresh leaves the rows where they are. */
export function LoadingRows() {
  return (
    <div class="sw-skeleton" aria-hidden="true">
      {Array.from({ length: SKELETON_ROWS }, (_, row) => (
        <div key={row} class="sw-bone-row">
          <span class="sw-bone" />
          <span class="sw-bone" />
          <span class="sw-bone" />
        </div>
      ))}
    </div>
  );
}
