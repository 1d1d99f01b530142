import { type ComponentChildren, Fragment } from "preact";
import { kindWords } from "./listing";
import type { Picture, Row } from "../../protocol";
import { Age } from "../../ui/Age";
import { Button } from "../../ui/Button";
import { CopyButton } from "../../ui/CopyButton";
import { EndpointActions } from "../../ui/EndpointActions";
import { EndpointStatus } from "../../ui/EndpointStatus";
import { Icon } from "../../ui/Icon";
import { ServedEntities } from "../../ui/ServedEntities";
import { StatusMark } from "../../ui/StatusMark";
import { Timeline } from "../../ui/Timeline";
import { permissionWords } from "../../words";

interface DetailProps {
  row: Row;
  /** Null until the kernel has looked at this endpoint. */
  picture: Picture | null;
  onClose(): void;
}

/** One endpoint below the grid: status, actions, the update under way, what is served, and the rest of the facts. */
export function Detail({ row, picture, onClose }: DetailProps) {
  return (
    <section class="sw-detail" aria-label={`Details of ${row.name}`}>
      <div class="sw-detail-head">
        <div class="sw-header">
          <span class="sw-title sw-mono sw-clip" title={row.name}>
            {row.name}
          </span>
          <CopyButton text={row.name} what="name" />
          {picture ? <EndpointStatus picture={picture} /> : <PlainStatus row={row} />}
        </div>
        <Button look="quiet" label="Close details" onClick={onClose}>
          <Icon name="close" />
        </Button>
      </div>
      {picture && <EndpointActions picture={picture} />}
      {picture?.status.reason && !picture.update && <p class="sw-reason">{picture.status.reason}</p>}
      {picture?.update && <Timeline picture={picture} />}
      {picture && picture.served.length > 0 && <ServedEntities picture={picture} />}
      <Facts row={row} picture={picture} />
    </section>
  );
}

function PlainStatus({ row: { status } }: { row: Row }) {
  return (
    <span class="sw-pair">
      <StatusMark phase={status.phase} />
      {status.label}
    </span>
  );
}

function Facts({ row, picture }: { row: Row; picture: Picture | null }) {
  const facts: [string, ComponentChildren][] = [
    ["Kind", kindWords(row.kind)],
    ["Creator", row.creator],
    ["Created", row.created !== null && <Age at={row.created} />],
    ["Updated", row.updated !== null && <Age at={row.updated} />],
    ["Your permission", picture?.permission && permissionWords(picture.permission)],
    ["Budget policy", picture?.budget_policy && <span class="sw-mono">{picture.budget_policy}</span>],
    ["Route-optimized", picture?.route_optimized && "Yes"],
    ["Tags", row.tags.map(([key, value]) => (value ? `${key}: ${value}` : key)).join(", ")],
    ["URL", row.url && <Copied text={row.url} what="URL" />],
    ["ID", picture?.id && <Copied text={picture.id} what="ID" />],
  ];
  return (
    <dl class="sw-facts">
      {facts
        .filter(([, value]) => value)
        .map(([term, value]) => (
          <Fragment key={term}>
            <dt>{term}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
    </dl>
  );
}

function Copied({ text, what }: { text: string; what: string }) {
  return (
    <span class="sw-pair">
      <span class="sw-mono sw-clip" title={text}>
        {text}
      </span>
      <CopyButton text={text} what={what} />
    </span>
  );
}
