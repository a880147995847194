import { readManifest } from "@llm-sim/events/run";
import { type Event, type EventType, MODEL_CALL, membersOf, type StateEvent } from "@llm-sim/events/schema";
import type { RunOnDisk } from "@llm-sim/store";

/** Members of `details` whose words are the program's own, never an agent's or a model's. */
const OWN_WORDS: Readonly<Record<EventType, ReadonlySet<string>>> = {
  MILESTONE: new Set(["state_hash"]),
  DECISION: new Set(),
  ACTION: new Set(),
  STATE: new Set(["rule"]),
  DETAIL: new Set(["rule", "conditions"]),
  SYSTEM: new Set(["system_event_type", "refused_by", "agent_type"]),
};
/** The same of a model call. */
const WORDS_OF_CALL = new Set([
  "system_event_type",
  "call",
  "purpose",
  "model",
  "served_model",
  "outcome",
  "finish_reason",
  "marks",
  "broken_off_by",
]);
/** A name as a program has them; anything else may be what somebody said. */
const IDENTIFIER = /^[\w$.-]{1,64}$/;

/**
 * Takes out of a run's events whatever may quote what a model was asked or answered. What an event is (its kinds, names, ids,
 * times, turns, causes) stays as it is, and so do numbers, truth values and names of agents; descriptions, and every other text
 * in values, payloads and details, are gone: `null` stands in their place.
 */
export class TextRemover {
  /** Those of the config, and those that came. */
  readonly #agents: Set<string>;

  constructor(run: RunOnDisk) {
    this.#agents = new Set(configuredAgents(readManifest(run.directory)?.config));
  }

  without(event: Event): Event {
    this.#learn(event);
    const forms = new Map<string, string>(membersOf(event.event_type).map(({ name, form }) => [name, form]));
    const ownWords =
      event.details?.system_event_type === MODEL_CALL ? WORDS_OF_CALL : OWN_WORDS[event.event_type];
    const copy: Event = { ...event };
    delete copy.description;
    for (const [name, value] of Object.entries(copy)) {
      const form = forms.get(name);
      if (form === undefined || form === "value" || form === "object")
        Object.assign(copy, { [name]: this.#scrubbed(value, name === "details" ? ownWords : NONE) });
    }
    return copy;
  }

  /** Of a write, what the variable has come to. */
  newValueOf(event: StateEvent): unknown {
    this.#learn(event);
    return this.#scrubbed(event.new_value);
  }

  #learn(event: Event): void {
    const others = event.event_type === "ACTION" ? (event.participating_agent_ids ?? []) : [];
    const about = event.event_type === "SYSTEM" ? [event.subject_agent_id] : [];
    for (const id of [event.agent_id, ...others, ...about]) if (typeof id === "string") this.#agents.add(id);
  }

  /** @param ownWords names of members that stay as they are */
  #scrubbed(value: unknown, ownWords: ReadonlySet<string> = NONE): unknown {
    if (typeof value === "string") return this.#agents.has(value) ? value : null;
    if (Array.isArray(value)) return value.map((item: unknown) => this.#scrubbed(item));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
        if (ownWords.has(name)) return [[name, member]];
        return IDENTIFIER.test(name) || this.#agents.has(name) ? [[name, this.#scrubbed(member)]] : [];
      }),
    );
  }
}

const NONE: ReadonlySet<string> = new Set();

function configuredAgents(config: unknown): string[] {
  if (typeof config !== "object" || config === null || !("agents" in config)) return [];
  if (!Array.isArray(config.agents)) return [];
  return config.agents.flatMap((agent: unknown) =>
    typeof agent === "object" && agent !== null && "name" in agent && typeof agent.name === "string"
      ? [agent.name]
      : [],
  );
}
