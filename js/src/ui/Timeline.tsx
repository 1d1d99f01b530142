import { deploymentWords } from "../words";
import type { Picture, Step } from "../protocol";
import { Age, Elapsed } from "./Age";
import { StatusMark } from "./StatusMark";

/** The update under way, or the last one seen: one line for each served entity. */
export function Timeline({ picture }: { picture: Picture }) {
  const { update, status } = picture;
  if (!update) return <div class="sw-muted">No update has been seen since this notebook began to look.</div>;
  const running = update.finished === null;
  return (
    <div class="sw-timeline">
      <div class="sw-muted">
        {running ? "Update" : "Last update"}
        {update.version !== null && ` to config version ${update.version}`}
        {status.total !== null && status.done !== null && ` · ${status.done} of ${status.total} ready`}
        {update.started !== null && (
          <>
            {" · "}
            {running ? "running for " : "took "}
            <Elapsed from={update.started} to={update.finished} />
          </>
        )}
        {update.finished !== null && (
          <>
            {" · ended "}
            <Age at={update.finished} />
          </>
        )}
      </div>
      <ol class="sw-steps">
        {update.steps.map((step) => (
          <StepLine key={`${step.entity}\n${step.version}`} step={step} />
        ))}
      </ol>
      {status.reason && !update.steps.some(({ message }) => message === status.reason) && (
        <p class="sw-reason">{status.reason}</p>
      )}
    </div>
  );
}

function StepLine({ step }: { step: Step }) {
  return (
    <li class="sw-step">
      <StatusMark phase={step.phase} />
      <span class="sw-mono sw-clip" title={step.entity}>
        {step.entity}
      </span>
      <span class="sw-muted sw-nowrap">{step.version && `v${step.version}`}</span>
      <span class="sw-grow">{deploymentWords(step.state)}</span>
      {step.started !== null && <Elapsed from={step.started} to={step.ended} />}
      {step.message && <p class={step.phase === "failed" ? "sw-reason" : "sw-muted"}>{step.message}</p>}
    </li>
  );
}
