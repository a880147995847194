import type { CompareAnswer, DifferenceGroup } from "@llm-sim/api";
import { useState } from "react";
import type { DifferenceChoice } from "../../logic/compare/index.ts";
import { formatCount } from "../../logic/format/index.ts";
import { KindMark } from "../parts/index.ts";

/** Groups in sight at first. */
const SHOWN = 12;

interface DifferenceGroupsProps {
  answer: CompareAnswer;
  chosen: DifferenceChoice;
  onChoose: (chosen: DifferenceChoice) => void;
}

/** All differences counted by agent and by what they are called, a decision by its type. */
export function DifferenceGroups({ answer, chosen, onChoose }: DifferenceGroupsProps) {
  const [whole, setWhole] = useState(false);
  const { groups, groups_omitted: omitted } = answer;
  const most = Math.max(1, ...groups.map(({ total }) => total));
  const shown = whole ? groups : groups.slice(0, SHOWN);
  return (
    <section className="card" aria-label="Who differs in what">
      <h2>Who differs in what</h2>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled area must be reached by keys */}
      <section className="compared-values" tabIndex={0} aria-label="Differences by agent and name">
        <table>
          <thead>
            <tr>
              <th scope="col">Agent</th>
              <th scope="col">What</th>
              <th scope="col" className="numeric">
                Differences
              </th>
              <th scope="col" className="numeric">
                Changed
              </th>
              <th scope="col" className="numeric">
                Left only
              </th>
              <th scope="col" className="numeric">
                Right only
              </th>
              <th scope="col" className="numeric">
                Follow
              </th>
              <th scope="col" className="numeric">
                Turns
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((group) => (
              <GroupRow
                key={JSON.stringify([group.agent_id, group.event_type, group.name])}
                group={group}
                most={most}
                isChosen={isOf(chosen, group)}
                onChoose={onChoose}
              />
            ))}
          </tbody>
        </table>
      </section>
      {!whole && groups.length > SHOWN && (
        <button type="button" className="button quiet further" onClick={() => setWhole(true)}>
          All {formatCount(groups.length)}
        </button>
      )}
      {omitted > 0 && (whole || groups.length <= SHOWN) && (
        <p className="note">
          {formatCount(omitted)} smaller ones are not counted here; the list below has their differences.
        </p>
      )}
    </section>
  );
}

function isOf({ agent, kind, name }: DifferenceChoice, group: DifferenceGroup): boolean {
  return agent === (group.agent_id ?? "") && kind === group.event_type && name === group.name;
}

interface GroupRowProps {
  group: DifferenceGroup;
  most: number;
  isChosen: boolean;
  onChoose: (chosen: DifferenceChoice) => void;
}

function GroupRow({ group, most, isChosen, onChoose }: GroupRowProps) {
  const { agent_id: agent = "", event_type: kind, name, total, turn_start: from, turn_end: to } = group;
  return (
    <tr className={isChosen ? "chosen" : undefined}>
      <th scope="row">{agent === "" ? <span className="count">world</span> : agent}</th>
      <td>
        <button
          type="button"
          className="link row"
          aria-pressed={isChosen}
          title="List these below"
          onClick={() => onChoose(isChosen ? {} : { agent, kind, name })}
        >
          <KindMark kind={kind} /> {name}
        </button>
      </td>
      <td className="numeric group-count">
        <span className="group-bar" style={{ width: `${(total / most) * 100}%` }} aria-hidden="true" />
        {formatCount(total)}
      </td>
      {[group.changed, group.only_left, group.only_right, group.following].map((count, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: columns that never change
        <td key={at} className="numeric">
          {count === 0 ? "" : formatCount(count)}
        </td>
      ))}
      <td className="numeric">
        {from === to ? formatCount(from) : `${formatCount(from)}–${formatCount(to)}`}
      </td>
    </tr>
  );
}
