import { deploymentWords } from "../../page/words";
import type { Picture, StepPicture as Step } from "../../kernel/contract";
import { Age, Elapsed } from "./Age";
import { StatusMark } from "./StatusMark";

/** The update under way, or the last one seen: each served entity with the stages that it went through. */
export function Timeline({ picture }: { picture: Picture }) {
  const { update, status } = picture;
  if (!update) return <div class="sw-muted">No update has been seen since this view was opened.</div>;
  const { started, finished, over, version } = update;
  return (
    <div class="sw-timeline">
      <div class="sw-muted">
        {over ? "Last update" : "Update"}
        {version !== null && ` to config version ${version}`}
        {status.total !== null && status.done !== null && ` · ${status.done} of ${status.total} ready`}
        <Lasted from={started} to={finished} over={over} before={over ? " · took " : " · running for "} />
        {finished !== null ? <Since words="ended" at={finished} /> : over && started !== null && <Since words="started" at={started} />}
      </div>
      <ul class="sw-steps">
        {byEntity(update.steps).map((steps) => (
          <EntityStory key={storyKey(steps[0]!)} steps={steps} over={over} />
        ))}
      </ul>
      {status.reason && !update.steps.some(({ message }) => message === status.reason) && (
        <p class="sw-reason">{status.reason}</p>
      )}
    </div>
  );
}

/** How long something took or has been taking; nothing where its beginning or end was not seen. */
function Lasted({ from, to, over, before = "" }: { from: number | null; to: number | null; over: boolean; before?: string }) {
  if (from === null || (over && to === null)) return null;
  return (
    <>
      {before}
      <Elapsed from={from} to={to} />
    </>
  );
}

function Since({ words, at }: { words: string; at: number }) {
  return (
    <>
      {` · ${words} `}
      <Age at={at} />
    </>
  );
}

/** One served entity: where it is now, and how long each stage took. What was ready from the start has no story. */
function EntityStory({ steps, over }: { steps: readonly Step[]; over: boolean }) {
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
      {!untouched && <Lasted from={first.started} to={end} over={over} />}
      {stages.map((stage, i) => (
        <div key={i} class={stage === last ? "sw-stage" : "sw-stage sw-muted"}>
          <span>{stage.message || deploymentWords(stage.state)}</span>
          {stages.length > 1 && <Lasted from={stage.started} to={stage.ended} over={over} />}
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
