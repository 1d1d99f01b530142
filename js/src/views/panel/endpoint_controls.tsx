import type { EndpointViewState as EndpointState } from "../../kernel/contract";
import { Stale } from "../../ui/status/LastChecked";
import { CopyButton } from "../../ui/controls/CopyButton";
import { EndpointActions } from "../../ui/controls/EndpointActions";
import { EndpointStatus } from "../../ui/status/EndpointStatus";
import { Heading } from "../../ui/frame/Heading";
import { LinkBanner } from "../../ui/status/LinkBanner";
import { UndoBanner } from "../../ui/status/UndoBanner";
import { Missing } from "../../ui/status/Missing";
import { useView } from "../../view";

/** Stop, start and delete one endpoint. */
export default function EndpointControls() {
  const { store } = useView<EndpointState>();
  const { name, endpoint } = store.state.value;
  return (
    <div class="sw-panel">
      <div class="sw-header">
        <Heading name={name} />
        <CopyButton text={name} what="name" />
        {endpoint ? <EndpointStatus picture={endpoint} /> : <Missing />}
        <Stale />
      </div>
      <LinkBanner outcome={<UndoBanner />} />
      {endpoint?.status.reason && <p class="sw-reason">{endpoint.status.reason}</p>}
      {endpoint && <EndpointActions picture={endpoint} sayReadOnly />}
    </div>
  );
}
