import type { ReactNode } from "react";
import { formatClock, formatCount, nameText } from "../../../logic/format/index.ts";
import { toggle, type ViewFilter } from "../../../logic/view/index.ts";
import { Icon, KindMark } from "../../parts/index.ts";

interface ChipsProps {
  filter: ViewFilter;
  /** Names in it that are no agent's. */
  unknown: readonly string[];
  onChange: (patch: Partial<ViewFilter>) => void;
}

/** Each criterion as something that can be taken away. */
export function Chips({ filter, unknown, onChange }: ChipsProps) {
  const { kinds, agents, involving, turns, time, text, searchIn } = filter;
  return (
    <>
      {kinds.map((kind) => (
        <Chip key={kind} name={`kind ${kind}`} onRemove={() => onChange({ kinds: toggle(kinds, kind) })}>
          <KindMark kind={kind} /> {kind}
        </Chip>
      ))}
      {agents.map((agent) => (
        <Chip
          key={agent}
          name={`agent ${agent}`}
          onRemove={() => onChange({ agents: toggle(agents, agent) })}
        >
          <i>{unknown.includes(agent) ? "no agent" : "agent"}</i> <bdi>{nameText(agent)}</bdi>
        </Chip>
      ))}
      {involving.map((agent) => (
        <Chip
          key={agent}
          name={`involving ${agent}`}
          onRemove={() => onChange({ involving: toggle(involving, agent) })}
        >
          <i>{unknown.includes(agent) ? "involving no agent" : "involving"}</i> <bdi>{nameText(agent)}</bdi>
        </Chip>
      ))}
      {(turns.from !== undefined || turns.to !== undefined) && (
        <Chip name="turns" onRemove={() => onChange({ turns: {} })}>
          <i>turns</i> {turns.from === undefined ? "first" : formatCount(turns.from)}–
          {turns.to === undefined ? "last" : formatCount(turns.to)}
        </Chip>
      )}
      {(time.from !== undefined || time.to !== undefined) && (
        <Chip name="time" onRemove={() => onChange({ time: {} })}>
          <i>time</i> {time.from ? formatClock(time.from) : "start"} –{" "}
          {time.to ? formatClock(time.to) : "end"}
        </Chip>
      )}
      {text !== "" && (
        <Chip name="text" onRemove={() => onChange({ text: "" })}>
          <i>{searchIn === "payload" ? "anywhere" : "text"}</i> “<bdi>{text}</bdi>”
        </Chip>
      )}
    </>
  );
}

function Chip({ name, onRemove, children }: { name: string; onRemove: () => void; children: ReactNode }) {
  return (
    <span className="chip">
      <span className="chip-text">{children}</span>
      <button type="button" aria-label={`Take ${name} out of the filter`} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </span>
  );
}
