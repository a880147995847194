import { EVENT_TYPES, type EventType, formatTimestamp } from "@llm-sim/events/schema";
import * as fc from "fast-check";
import { generatedId } from "./generate-log.ts";

export const AGENTS = ["alice", "bob", "carla", "dörte \u{1f600}", 'e"ve'] as const;
export const START = 1_763_882_100_000_000;
const WORDS = ["trade", "wealth", "Überfall", 'quote "x"', "back\\slash", "\u0001", "TRADE"] as const;

/** How a line is written: by this project, with its members in another order, by the Python dialect, or not as an event at all. */
const FORMS = [
  "native",
  "native",
  "native",
  "native",
  "reordered",
  "spaced",
  "python",
  "corrupt",
  "blank",
] as const;

interface Spec {
  type: EventType;
  agent: number;
  turnStep: number;
  timeStep: number;
  causes: number[];
  others: number[];
  word: number;
  form: (typeof FORMS)[number];
}

const anySpec: fc.Arbitrary<Spec> = fc.record({
  type: fc.constantFrom(...EVENT_TYPES),
  agent: fc.nat(AGENTS.length),
  turnStep: fc.constantFrom(0, 0, 0, 1, 2),
  timeStep: fc.constantFrom(0, 0, 1, 5, 1000),
  causes: fc.array(fc.nat(20), { maxLength: 3 }),
  others: fc.array(fc.nat(AGENTS.length - 1), { maxLength: 3 }),
  word: fc.nat(WORDS.length - 1),
  form: fc.constantFrom(...FORMS),
});

export interface AnyLog {
  segments: string[][];
  /** Ids of the events, and one that is none's. */
  ids: string[];
  /** Microseconds since 1970, of the events. */
  times: number[];
}

export interface AnyLogOptions {
  /** Whether ids, times and turns ascend along the log, as this project's writer has it. */
  isOrdered: boolean;
  maxLength?: number;
}

/** Logs of a few segments, with ties in time, causes that are missing, lines of other hands and lines that are no events. */
export function anyLog({ isOrdered, maxLength = 60 }: AnyLogOptions): fc.Arbitrary<AnyLog> {
  return fc
    .tuple(
      fc.array(anySpec, { minLength: 1, maxLength }),
      fc.array(fc.nat(maxLength), { maxLength: 3 }),
      fc.nat(1000),
    )
    .map(([specs, cuts, seed]) => {
      const order = specs.map((_, index) => index);
      // Pairs change places: ids and times go back and forth, as where several hands write.
      if (!isOrdered)
        for (let at = seed % 3; at + 1 < order.length; at += 3)
          [order[at], order[at + 1]] = [order[at + 1] ?? 0, order[at] ?? 0];
      let time = START;
      let turn = 0;
      const moments = specs.map(({ timeStep, turnStep }) => {
        time += timeStep;
        turn += turnStep;
        return { time, turn };
      });
      const idOf = (index: number): string => generatedId(moments[index]?.time ?? START, index);
      const missing = generatedId(START - 1000, 999);
      const lines = order.map((index) =>
        lineOf(specs[index], index, moments[index] ?? { time, turn }, idOf, missing),
      );
      const segments: string[][] = [];
      let from = 0;
      for (const cut of [...cuts].toSorted((a, b) => a - b)) {
        if (cut <= from || cut >= lines.length) continue;
        segments.push(lines.slice(from, cut));
        from = cut;
      }
      segments.push(lines.slice(from));
      return {
        segments,
        ids: [...specs.map((_, index) => idOf(index)), missing],
        times: moments.map((moment) => moment.time),
      };
    });
}

function lineOf(
  spec: Spec | undefined,
  index: number,
  moment: { time: number; turn: number },
  idOf: (index: number) => string,
  missing: string,
): string {
  if (spec === undefined || spec.form === "blank") return "  ";
  const agent = AGENTS[spec.agent];
  const fields = kindFields(spec, agent ?? "alice");
  const hasAgent = agent !== undefined && (spec.type === "STATE" || spec.type === "DETAIL");
  const needsAgent = spec.type === "DECISION" || spec.type === "ACTION";
  const agentId = needsAgent ? (agent ?? "alice") : hasAgent ? agent : undefined;
  const causes = [
    ...new Set(spec.causes.map((back) => (back >= index || back === 7 ? missing : idOf(index - 1 - back)))),
  ];
  const head = {
    event_id: idOf(index),
    timestamp: formatTimestamp(moment.time),
    turn_number: moment.turn,
    event_type: spec.type,
    simulation_id: "any-run",
    ...(agentId === undefined ? {} : { agent_id: agentId }),
    ...(causes.length === 0 ? {} : { caused_by: causes }),
    description: `${WORDS[spec.word]} of ${agentId ?? "nobody"}`,
  };
  const scope = spec.type === "STATE" ? { scope: agentId === undefined ? "global" : "agent" } : {};
  switch (spec.form) {
    case "corrupt":
      return JSON.stringify({ ...head, ...fields, ...scope }).slice(0, -1 - (index % 40));
    case "reordered":
      return JSON.stringify({ ...fields, ...scope, extra: [index], ...head });
    case "spaced":
      return JSON.stringify({ ...head, ...fields, ...scope }, null, 1).replaceAll("\n", "");
    case "python":
      return JSON.stringify({
        ...head,
        timestamp: head.timestamp.replace("Z", "+00:00"),
        event_type: spec.type === "STATE" ? "ENV" : spec.type,
        agent_id: agentId ?? null,
        caused_by: causes.length === 0 ? null : causes,
        details: { ...fields, ...scope },
      });
    default:
      return JSON.stringify({
        ...head,
        ...fields,
        ...scope,
        ...(index % 3 === 0 ? { details: { index } } : {}),
      });
  }
}

function kindFields({ type, others, turnStep }: Spec, agent: string): Record<string, unknown> {
  switch (type) {
    case "MILESTONE":
      return { milestone_type: "phase_transition", name: "trade" };
    case "DECISION":
      return { decision_type: "trade", old_value: null, new_value: { to: [1.5e-3, -0, true] } };
    case "ACTION":
      return {
        action_type: "trade",
        action_payload: { amount: turnStep, nested: [[], {}, [{}]] },
        ...(others.length < 2 ? {} : { participating_agent_ids: others.map((other) => AGENTS[other]) }),
      };
    case "STATE":
      return { variable_name: `wealth.${turnStep}`, old_value: agent, new_value: others };
    case "DETAIL":
      return { calculation_type: "interest", intermediate_values: { rate: 0.05 } };
    default: // SYSTEM
      return {
        status: "warning",
        retry_count: turnStep,
        ...(others[0] === undefined ? {} : { subject_agent_id: AGENTS[others[0]] }),
      };
  }
}
