import type { Picture, Served } from "../../kernel/contract";
import { Button } from "../../ui/controls/Button";

/**
 * The two ends of a split: the newest version of a model, of several models the one with the least traffic; and the
 * entity with the most traffic beside it. Null for no split.
 */
export function endsOf({ served }: Picture): { newest: Served; other: Served } | null {
  const sharing = served.filter(({ traffic }) => traffic !== null);
  const alike = sharing.every(({ model }) => model === sharing[0]!.model);
  sharing.sort((a, b) => (alike ? Number(b.version) - Number(a.version) : a.traffic! - b.traffic!));
  const [newest, ...rest] = sharing;
  const other = rest.sort((a, b) => b.traffic! - a.traffic!)[0];
  return newest && other ? { newest, other } : null;
}

/** The ways out of a split. Each opens the editor with all traffic at one end; what is sent is reviewed there. */
export function SplitActions({ picture, refused, onSplit }: { picture: Picture; refused: string | null; onSplit(to: string): void }) {
  const ends = endsOf(picture);
  if (!ends) return null;
  const { newest, other } = ends;
  const why = ({ name, traffic }: Served): string | null => refused ?? (traffic === 100 ? `${name} has all traffic.` : null);
  return (
    <div class="sw-bar" role="group" aria-label="Traffic split">
      <Button refused={why(newest)} onClick={() => onSplit(newest.name)}>
        Promote {newest.name}…
      </Button>
      <Button refused={why(other)} onClick={() => onSplit(other.name)}>
        Roll back to {other.name}…
      </Button>
    </div>
  );
}
