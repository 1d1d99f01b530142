import { deploymentWords } from "../words";
import type { Picture, Step } from "../protocol";
import { Age, Elapsed } from "./Age";
import { StatusMark } from "./StatusMark";

/** The update under way, or the last one seen: each served entity with the stages that it went through. */
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
      <ul class="sw-steps">
        {byEntity(update.steps).map((steps) => (
          <EntityStory key={storyKey(steps[0]!)} steps={steps} />
        ))}
      </ul>
      {status.reason && !update.steps.some(({ message }) => message === status.reason) && (
        <p class="sw-reason">{status.reason}</p>
      )}
    </div>
  );
}

/** One served entity: where it is now, and how long each stage took. What was ready from the start has no story. */
function EntityStory({ steps }: { steps: readonly Step[] }) {
  const first = steps[0]!;
  const last = steps.at(-1)!;
  const running = last.phase === "updating";
  const stages = steps.filter(({ phase, message }) => phase === "updating" && (message || steps.length > 1));
  const end = running || steps.length === 1 ? last.ended : last.started;
  const untouched = steps.length === 1 && last.phase === "ready";
  return (
    <li class="sw-step">
      <StatusMark phase={last.phase} />
      <span class="sw-mono sw-clip" title={last.entity}>
        {last.entity}
      </span>
      <span class="sw-muted sw-nowrap">{last.version && `v${last.version}`}</span>
      <span class="sw-grow">{deploymentWords(last.state)}</span>
      {first.started !== null && !untouched && <Elapsed from={first.started} to={end} />}
      {stages.map((stage, i) => (
        <div key={i} class={stage === last ? "sw-stage" : "sw-stage sw-muted"}>
          <span>{stage.message || deploymentWords(stage.state)}</span>
          {stage.started !== null && stages.length > 1 && <Elapsed from={stage.started} to={stage.ended} />}
        </div>
      ))}
      {last.message && !running && <p>{last.message}</p>}
    </li>
  );
}

/** The steps of each entity together, in the order in which the entities first appear. */
function byEntity(steps: readonly Step[]): Step[][] {
  const stories = new Map<string, Step[]>();
  for (const step of steps) {
    const story = stories.get(storyKey(step));
    if (story) story.push(step);
    else stories.set(storyKey(step), [step]);
  }
  return [...stories.values()];
}

function storyKey({ entity, version }: Step): string {
  return `${entity}\n${version}`;
}
