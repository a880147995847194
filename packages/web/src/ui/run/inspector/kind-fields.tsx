import type { DecisionEvent, Event, JsonValue, StateEvent } from "@llm-sim/events/schema";
import { eventFields, isToldInPart } from "../../../logic/event-text/index.ts";
import { LongText } from "../../parts/index.ts";
import { useWanted } from "../session.ts";
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
  const fields = eventFields(event);
  return (
    <>
      {event.event_type === "SYSTEM" && (
        <p className={`system-status system-${event.status}`}>
          {event.status}
          {event.error_type && `: ${event.error_type}`}
        </p>
      )}
      <Facts
        facts={fields.flatMap((field): [string, React.ReactNode][] => {
          if (field.form === "text") return [[field.title, field.text]];
          return field.form === "agent" ? [[field.title, <AgentLink key="a" agent={field.agent} />]] : [];
        })}
      />
      {(event.event_type === "STATE" || event.event_type === "DECISION") && <ValueChange event={event} />}
      {fields.map((field) => field.form === "agents" && <Parties key={field.title} {...field} />)}
      {fields.map((field) => field.form === "json" && <Section key={field.title} {...field} />)}
    </>
  );
}

/** A decision may say neither what was nor what is. */
function ValueChange({ event: { old_value, new_value } }: { event: StateEvent | DecisionEvent }) {
  if (old_value === undefined && new_value === undefined) return null;
  return (
    <>
      <Change from={old_value} to={new_value} />
      {typeof old_value === "string" && typeof new_value === "string" ? (
        <Rewritten from={old_value} to={new_value} />
      ) : (
        <>
          {isToldInPart(old_value) && <Section title="Before" value={old_value ?? null} />}
          {isToldInPart(new_value) && <Section title="After" value={new_value ?? null} />}
        </>
      )}
    </>
  );
}

/** A text in place of another: to be read, and what was changed in it. */
function Rewritten({ from, to }: { from: string; to: string }) {
  const wanted = useWanted("payload");
  if (!isToldInPart(from) && !isToldInPart(to)) return null;
  return (
    <section className="section">
      <h3>After</h3>
      <LongText text={to} label="the text after" before={from} sought={wanted} />
    </section>
  );
}

function Parties({ title, agents }: { title: string; agents: readonly string[] }) {
  return (
    <ul className="parties" aria-label={title}>
      {agents.map((agent) => (
        <li key={agent}>
          <AgentLink agent={agent} />
        </li>
      ))}
    </ul>
  );
}

function Facts({ facts }: { facts: readonly [string, React.ReactNode][] }) {
  if (facts.length === 0) return null;
  return (
    <dl className="facts-list">
      {facts.map(([name, value]) => (
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
