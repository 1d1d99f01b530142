import { Icon } from "../controls/Icon";

/** That nothing may be changed, in a line, as the first sentence has it; how to change that unfolds. */
export function ReadOnly({ reason }: { reason: string }) {
  const end = reason.search(/\. [A-Z]/) + 1;
  return (
    <div class="sw-banner sw-banner-info">
      <Icon name="lock" />
      <details class="sw-grow">
        <summary>{reason.slice(0, end || reason.length)}</summary>
        {end > 0 && reason.slice(end + 1)}
      </details>
    </div>
  );
}
