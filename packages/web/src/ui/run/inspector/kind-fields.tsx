import type { Event, JsonValue } from "@llm-sim/events/schema";
import { AgentLink } from "./agent-link.tsx";
import { Change } from "./change.tsx";
import { JsonTree } from "./json-tree.tsx";

/** The fields that the kind of event has, in the order one asks for them. */
export function KindFields({ event }: { event: Event }) {
  return (
    <>
      <OwnFields event={event} />
      {event.lossy && (
        <p className="note warning-note">
          Altered to be recorded: <code>{event.lossy.join(", ")}</code>
        </p>
      )}
    </>
  );
}

function OwnFields({ event }: { event: Event }) {
  switch (event.event_type) {
    case "STATE":
      return (
        <>
          <Facts
            facts={[
              ["Variable", <b key="v">{event.variable_name}</b>],
              ["Of", event.scope === "agent" ? <AgentLink key="a" agent={event.agent_id} /> : "the world"],
              ["Change", event.change],
            ]}
          />
          <Change from={event.old_value} to={event.new_value} />
        </>
      );
    case "DECISION":
      return (
        <>
          <Facts
            facts={[
              ["Agent", <AgentLink key="a" agent={event.agent_id} />],
              ["Decision", event.decision_type],
            ]}
          />
          {(event.old_value !== undefined || event.new_value !== undefined) && (
            <Change from={event.old_value} to={event.new_value} />
          )}
        </>
      );
    case "ACTION":
      return (
        <>
          <Facts
            facts={[
              ["Agent", <AgentLink key="a" agent={event.agent_id} />],
              ["Action", event.action_type],
              ["Interaction", event.interaction_type],
            ]}
          />
          {event.participating_agent_ids && (
            <ul className="parties" aria-label="Taking part">
              {event.participating_agent_ids.map((agent) => (
                <li key={agent}>
                  <AgentLink agent={agent} />
                </li>
              ))}
            </ul>
          )}
          <Section title="Payload" value={event.action_payload} />
        </>
      );
    case "DETAIL":
      return (
        <>
          <Facts
            facts={[
              ["Calculation", event.calculation_type],
              ["For", event.agent_id && <AgentLink key="a" agent={event.agent_id} />],
            ]}
          />
          <Section title="Intermediate values" value={event.intermediate_values} />
        </>
      );
    case "SYSTEM":
      return (
        <>
          <p className={`system-status system-${event.status}`}>
            {event.status}
            {event.error_type && `: ${event.error_type}`}
          </p>
          <Facts
            facts={[
              ["Concerns", event.subject_agent_id && <AgentLink key="a" agent={event.subject_agent_id} />],
              ["Retry", event.retry_count === undefined ? undefined : String(event.retry_count)],
            ]}
          />
        </>
      );
    case "MILESTONE":
      return (
        <Facts
          facts={[
            ["Milestone", event.milestone_type],
            ["Phase", event.name],
          ]}
        />
      );
  }
}

function Facts({ facts }: { facts: readonly [string, React.ReactNode][] }) {
  const present = facts.filter(([, value]) => value !== undefined && value !== "");
  if (present.length === 0) return null;
  return (
    <dl className="facts-list">
      {present.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Section({ title, value }: { title: string; value: JsonValue }) {
  if (typeof value === "object" && value !== null && Object.keys(value).length === 0) return null;
  return (
    <section className="section">
      <h3>{title}</h3>
      <JsonTree value={value} />
    </section>
  );
}
