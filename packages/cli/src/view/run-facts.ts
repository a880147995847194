import type { RunDetails } from "@llm-sim/api";
import { interventionSchema } from "@llm-sim/events/run";
import { jsonValueSchema, parseTimestamp } from "@llm-sim/events/schema";
import { interventionText, listText } from "@llm-sim/events/words";
import * as z from "zod";
import { counted, formatBytes, formatDuration, plainText } from "../terminal/index.ts";

/** What is known of a run, by the names that `--json` gives it; each fact in one line that is safe on a terminal. */
export function runFacts(run: RunDetails): [name: string, text: string][] {
  const facts: [string, string | undefined][] = [
    ["name", run.name],
    ["status", run.status],
    ["ended_by", run.ended_by ?? unsaid(run)],
    ["end_reason", run.end_reason],
    ["start_time", run.start_time],
    ["end_time", endTime(run)],
    ["seed", text(run.seed)],
    ["verbosity", run.verbosity],
    ["turns", text(run.turns)],
    ["event_count", text(run.event_count)],
    ["dropped", text(run.dropped)],
    ["skipped_lines", text(run.skipped_lines)],
    ["log", `${formatBytes(run.bytes)} in ${counted(run.segments, "segment")}`],
    ["batch", run.batch?.id],
    ["parent", run.parent && `${run.parent.simulation_id}, turn ${run.parent.turn}  ${run.parent.event_id}`],
    ["children", childrenText(run)],
    ["interventions", interventionsText(run)],
    ["tried", triedText(run)],
  ];
  return facts.flatMap(([name, value]) => (value === undefined ? [] : [[name, plainText(value)]]));
}

/** One part of what was run: the engine, or an entry of the config's agents. */
export interface Part {
  name: string;
  type: string;
  /** As JSON; empty where it has none. */
  params: string;
}

const partSchema = z.looseObject({ type: z.string(), params: jsonValueSchema.optional() });
const configSchema = z.looseObject({
  engine: partSchema.optional().catch(undefined),
  agents: z
    .array(partSchema.extend({ name: z.string(), count: z.int().optional().catch(undefined) }))
    .optional()
    .catch(undefined),
});

/** What the config says of engine and agents, as far as it can be read; how many agents came while the run went on. */
export function partsOf(run: RunDetails): { engine: Part | undefined; agents: Part[]; came: number } {
  const { engine, agents = [] } = configSchema.safeParse(run.config).data ?? {};
  const first = agents.reduce((sum, { count = 1 }) => sum + count, 0);
  return {
    came: agents.length === 0 ? 0 : Math.max(0, run.agents - first),
    engine: engine && part("engine", engine),
    agents: agents.map((agent) =>
      part(agent.count === undefined ? agent.name : `${agent.name} × ${agent.count}`, agent),
    ),
  };
}

function part(name: string, { type, params }: z.infer<typeof partSchema>): Part {
  const json = params === undefined ? "" : JSON.stringify(params);
  return { name: plainText(name), type: plainText(type), params: plainText(json) };
}

/** A run whose writer was told to end it says by what; of one whose writer died nothing does. */
function unsaid({ status }: RunDetails): string | undefined {
  return status === "interrupted" ? "(not said: its writer ended without closing it)" : undefined;
}

function endTime({ start_time: start, end_time: end }: RunDetails): string | undefined {
  const from = start === undefined ? undefined : parseTimestamp(start);
  const to = end === undefined ? undefined : parseTimestamp(end);
  if (from === undefined || to === undefined) return end;
  return `${end} (after ${formatDuration((to - from) / 1000)})`;
}

function childrenText({ children }: RunDetails): string | undefined {
  if (children.length === 0) return undefined;
  return listText(children.map(({ simulation_id, turn }) => `${simulation_id} (from turn ${turn + 1})`));
}

const interventionsSchema = z.array(interventionSchema);

/** What was made otherwise, a turn after the other. */
function interventionsText({ interventions }: RunDetails): string | undefined {
  const { data } = interventionsSchema.safeParse(interventions ?? []);
  if (data === undefined || data.length === 0) return undefined;
  return data.map((one) => `turn ${one.turn}: ${interventionText(one)}`).join("; ");
}

function triedText({ tried }: RunDetails): string | undefined {
  if (tried === undefined) return undefined;
  const { decisions, failures, actions, refusals } = tried;
  return `${counted(decisions, "decision")}, ${counted(failures, "failure")}; ${counted(actions, "action")}, ${counted(refusals, "refusal")}`;
}

function text(value: number | undefined): string | undefined {
  return value === undefined ? undefined : String(value);
}
