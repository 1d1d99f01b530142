import { useState } from "preact/hooks";
import type { EndpointViewState as EndpointState } from "../../kernel/contract";
import { Stale } from "../../ui/status/LastChecked";
import { Button } from "../../ui/controls/Button";
import { EndpointStatus } from "../../ui/status/EndpointStatus";
import { Heading } from "../../ui/frame/Heading";
import { Icon } from "../../ui/controls/Icon";
import { LinkBanner } from "../../ui/status/LinkBanner";
import { Missing } from "../../ui/status/Missing";
import { Timeline } from "../../ui/status/Timeline";
import { useView } from "../../view";
import css from "./status_badge.css";

export { css };

/** One endpoint's status in a line, with the story of its update behind a button. */
export default function StatusBadge() {
  const { store } = useView<EndpointState>();
  const [open, setOpen] = useState(false);
  const { name, endpoint } = store.state.value;
  return (
    <div class="sw-badge">
      <div class="sw-pill">
        <Heading name={name} />
        {endpoint ? <EndpointStatus picture={endpoint} /> : <Missing />}
        <Stale />
        {endpoint && (
          <Button look="quiet" label={open ? "Hide the update" : "Show the update"} expanded={open} onClick={() => setOpen(!open)}>
            <Icon name="chevron" turn={open} />
          </Button>
        )}
      </div>
      <LinkBanner />
      {open && endpoint && (
        <div class="sw-inset">
          <Timeline picture={endpoint} />
        </div>
      )}
    </div>
  );
}
