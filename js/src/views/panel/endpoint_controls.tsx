import type { EndpointState } from "../../protocol";
import { Age } from "../../ui/status/Age";
import { CopyButton } from "../../ui/controls/CopyButton";
import { EndpointActions } from "../../ui/controls/EndpointActions";
import { EndpointStatus } from "../../ui/status/EndpointStatus";
import { LinkBanner } from "../../ui/status/LinkBanner";
import { Missing } from "../../ui/status/Missing";
import { Where } from "../../ui/status/Where";
import { useView } from "../../view";

/** Stop, start and delete one endpoint. */
export default function EndpointControls() {
  const { store } = useView<EndpointState>();
  const { name, endpoint, link } = store.state.value;
  return (
    <div class="sw-panel">
      <div class="sw-header">
        <span class="sw-title sw-mono sw-clip" title={name}>
          {name}
        </span>
        <CopyButton text={name} what="name" />
        {endpoint ? <EndpointStatus picture={endpoint} /> : <Missing />}
        {link.state === "stale" && link.seen !== null && (
          <span class="sw-muted sw-nowrap">
            Last checked <Age at={link.seen} host /> – retrying
          </span>
        )}
        <Where />
      </div>
      <LinkBanner />
      {endpoint?.status.reason && <p class="sw-reason">{endpoint.status.reason}</p>}
      {endpoint && <EndpointActions picture={endpoint} sayReadOnly />}
    </div>
  );
}
