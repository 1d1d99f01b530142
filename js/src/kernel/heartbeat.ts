/** Tells each kernel every 20 s which of its views are on screen, so that it keeps nothing up to date that is off screen. */
import type { ReadonlySignal } from "@preact/signals";
import type { Model } from "../host";
import { randomId } from "./rpc";

export const BEAT_EVERY_MS = 20_000;

interface Kernel {
  views: Map<string, Model>;
  /** When the kernel last heard of us. */
  last: number;
  timer: ReturnType<typeof setInterval> | undefined;
}

const kernels = new Map<string, Kernel>();

interface Visible {
  id: string;
  root: Element;
  signal: AbortSignal;
  awaited: ReadonlySignal<boolean>;
}

/** Count a view in for as long as it lives, and out whenever it is scrolled away while no one waits for its news. */
export function watchVisibility({ id, root, signal: life, awaited }: Visible, runtime: Model, runtimeId: string): void {
  let onScreen = typeof IntersectionObserver === "undefined";
  const update = (): void => {
    const seen = onScreen && document.visibilityState !== "hidden";
    if ((seen || awaited.value) && !life.aborted) join(runtimeId, id, runtime);
    else leave(runtimeId, id);
  };
  if (!onScreen) {
    const observer = new IntersectionObserver((changes) => {
      onScreen = changes.at(-1)?.isIntersecting ?? false;
      update();
    });
    observer.observe(root);
    life.addEventListener("abort", () => observer.disconnect());
  }
  document.addEventListener("visibilitychange", update, { signal: life });
  const stop = awaited.subscribe(update);
  life.addEventListener("abort", () => {
    stop();
    update();
  });
}

function join(runtimeId: string, view: string, runtime: Model): void {
  let kernel = kernels.get(runtimeId);
  if (!kernel) {
    // The first beat goes out at once: its answer aims later ones past a cell that keeps the kernel busy.
    kernel = { views: new Map(), last: 0, timer: undefined };
    kernels.set(runtimeId, kernel);
  }
  kernel.views.set(view, runtime);
  if (kernel.timer !== undefined) return;
  kernel.timer = setInterval(() => beat(kernel), BEAT_EVERY_MS);
  if (Date.now() - kernel.last >= BEAT_EVERY_MS) beat(kernel);
}

function leave(runtimeId: string, view: string): void {
  const kernel = kernels.get(runtimeId);
  kernel?.views.delete(view);
  if (kernel?.views.size !== 0) return;
  clearInterval(kernel.timer);
  kernel.timer = undefined;
}

function beat(kernel: Kernel): void {
  const speaker = kernel.views.values().next().value;
  if (!speaker) return;
  kernel.last = Date.now();
  try {
    speaker.send({ id: randomId(), op: "beat", args: { views: [...kernel.views.keys()] } });
  } catch {
    // A kernel that is gone needs no heartbeat; its views find out for themselves.
  }
}
