import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { ErrorFields as Problem } from "../../kernel/contract";
import { RpcError } from "../../kernel/rpc";
import { Banner } from "../../ui/frame/Banner";
import { Button } from "../../ui/controls/Button";
import { useLogView } from "./logs";
import { count } from "../../page/words";
import { titleOf, versionsOf } from "./Pickers";
import type { LogViewerState as LogState, PackageChangePicture as PackageChange } from "./contract";

/** A build: of an entity, in a version of its configuration; null is the present one. */
export interface Build {
  entity: string;
  version: number | null;
}

interface Compared {
  with: string;
  changes: PackageChange[];
}

interface BuildsProps {
  /** Compare with this one at once. */
  first: Build | null;
  selectRef: RefObject<HTMLSelectElement | null>;
  onClose(): void;
}

/** How the packages of this build differ from those of another one. */
export function Builds({ first, selectRef, onClose }: BuildsProps) {
  const view = useLogView();
  const { entities, entity, version } = view.store.state.value;
  const builds = entities.flatMap((each) => [
    { entity: each.name, version: null, words: titleOf(each) },
    ...versionsOf(each).map(({ number, words }) => ({
      entity: each.name,
      version: number,
      words: `${each.name} – ${words.replace("Config", "config")}`,
    })),
  ]);
  const others = builds.filter((build) => build.entity !== entity || build.version !== version);
  const isFirst = (build: Build): boolean => build.entity === first?.entity && build.version === first.version;
  const [chosen, setChosen] = useState(Math.max(0, others.findIndex(isFirst)));
  const [busy, setBusy] = useState(false);
  const [compared, setCompared] = useState<Compared | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);

  const compare = async ({ words, ...build }: Build & { words: string }): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const { changes } = await view.rpc.request("compare", build);
      setCompared({ with: words, changes });
      view.announce(`${differ(changes.length)}.`);
    } catch (error) {
      setCompared(null);
      setProblem((error as RpcError).problem);
    }
    setBusy(false);
  };

  useEffect(() => {
    const build = others.find(isFirst);
    if (build) void compare(build);
  }, []);

  return (
    <section class="sw-log-builds" aria-label="Compare builds">
      <div class="sw-bar">
        <span class="sw-muted">Compare with</span>
        <select
          ref={selectRef}
          class="sw-select"
          aria-label="Other build"
          value={String(chosen)}
          onChange={(event) => setChosen(Number(event.currentTarget.value))}
        >
          {others.map(({ words }, index) => (
            <option key={index} value={String(index)}>
              {words}
            </option>
          ))}
        </select>
        <Button
          refused={others.length ? null : "There is no other build to compare with."}
          onClick={() => void compare(others[Math.min(chosen, others.length - 1)]!)}
        >
          {busy ? "Comparing…" : "Compare"}
        </Button>
        <span class="sw-grow" />
        <Button look="quiet" onClick={onClose}>
          Close
        </Button>
      </div>
      {problem && <Banner tone="error" problem={problem} onDismiss={() => setProblem(null)} />}
      {compared && <Changes {...compared} />}
    </section>
  );
}

function Changes({ with: other, changes }: Compared) {
  if (changes.length === 0) {
    return <p class="sw-muted">Both builds have the same packages in the same versions.</p>;
  }
  return (
    <div class="sw-log-changes" tabIndex={0} role="region" aria-label="Packages that differ">
      <table>
        <caption class="sw-caption">
          {differ(changes.length)} from {other}
        </caption>
        <thead>
          <tr>
            <th scope="col">Package</th>
            <th scope="col">Change</th>
            <th scope="col">Before</th>
            <th scope="col">Here</th>
          </tr>
        </thead>
        <tbody>
          {changes.map(({ name, before, after, blamed }) => (
            <tr key={name} class={blamed ? "sw-log-blamed" : undefined}>
              <th scope="row" class="sw-mono">
                {name}
                {blamed && <span class="sw-log-mark">named in the failure</span>}
              </th>
              <td>{before === null ? "Added" : after === null ? "Removed" : "Changed"}</td>
              <td class="sw-mono">{before ?? "–"}</td>
              <td class="sw-mono">{after ?? "–"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The build to compare a failed one with: that of what serves, else of the version before. */
export function lastGood({ entities, entity, version }: LogState): Build | null {
  const serving = entities.find(({ name, pending }) => !pending && name !== entity);
  if (serving) return { entity: serving.name, version: null };
  const own = entities.find(({ name }) => name === entity);
  const numbers = [...(own?.versions ?? []), ...(own?.older ?? [])];
  const before = numbers.find((number) => number < (version ?? Math.max(...numbers)));
  return own && before !== undefined ? { entity: own.name, version: before } : null;
}

function differ(packages: number): string {
  return `${count(packages, "package")} ${packages === 1 ? "differs" : "differ"}`;
}
