import { Button } from "../../ui/controls/Button";
import { Child } from "../../ui/frame/Child";
import { Icon } from "../../ui/controls/Icon";
import { StatusMark } from "../../ui/status/StatusMark";
import type { Row } from "./contract";
import type { Chosen } from "./state";

/** The open endpoint below the grid, in a panel of its own. */
export function Detail({ name, row, model, onClose }: Chosen & { onClose(): void }) {
  return (
    <section class="sw-detail" aria-label={`Details of ${name}`}>
      <span class="sw-detail-close">
        <Button look="quiet" label="Close details" onClick={onClose}>
          <Icon name="close" />
        </Button>
      </span>
      {model ? <Child of={model} /> : row && <Opening row={row} />}
    </section>
  );
}

/** What the list knows, until the kernel has made the panel. */
function Opening({ row: { name, status } }: { row: Row }) {
  return (
    <div class="sw-header">
      <span class="sw-title sw-mono sw-clip" title={name}>
        {name}
      </span>
      <span class="sw-pair">
        <StatusMark phase={status.phase} />
        {status.label}
      </span>
    </div>
  );
}
