import {
  type Curves,
  FORMAT_VERSION,
  MAX_SUMMARY_BYTES,
  type Tried,
  type Trouble,
  type VariableSummary,
} from "@llm-sim/events/run";

export interface SummaryFacts {
  simulation_id: string;
  /** The last that was begun. */
  turns: number;
  tried: Tried;
  refusals: readonly Trouble[];
  failures: readonly Trouble[];
  curves: Curves;
}

const NOT_KNOWN = {
  widest_decisions: "only the log's causes tell what followed from a decision: `llm-sim widest` counts them",
};

/**
 * `summary.json`: the first line holds what a list of runs shows, then one line for each variable. Where it would be larger
 * than a summary may be, the variables' points are thinned out evenly, and at last variables are left out and counted.
 */
export function summaryText(facts: SummaryFacts, maxBytes = MAX_SUMMARY_BYTES): string {
  const { simulation_id, turns, tried, refusals, failures, curves } = facts;
  const head = JSON.stringify({ format_version: FORMAT_VERSION, simulation_id, turns, tried });
  const before = [
    `${head.slice(0, -1)},`,
    `"refusals":${JSON.stringify(refusals)},`,
    `"failures":${JSON.stringify(failures)},`,
    `"not_known":${JSON.stringify(NOT_KNOWN)},`,
  ].join("\n");
  // Room for what stands around the variables.
  const room = maxBytes - Buffer.byteLength(before) - 200;
  let variables = [...curves.variables()];
  let lines = variables.map((variable) => JSON.stringify(variable));
  let every = curves.every;
  while (sizeOf(lines) > room && variables.some(({ points }) => (points?.length ?? 0) > 2)) {
    every *= 2;
    variables = variables.map(thinner);
    lines = variables.map((variable) => JSON.stringify(variable));
  }
  const fitting = fit(lines, room);
  const leftOut = lines.length - fitting.length;
  return `${before}
"every_turns":${every},${leftOut === 0 ? "" : `"variables_left_out":${leftOut},`}
"variables":[
${fitting.join(",\n")}
]}
`;
}

/** With every other point, the first and the last kept. */
function thinner(variable: VariableSummary): VariableSummary {
  const { points } = variable;
  if (points === undefined || points.length <= 2) return variable;
  return { ...variable, points: points.filter((_, at) => at % 2 === 0 || at === points.length - 1) };
}

function sizeOf(lines: readonly string[]): number {
  return lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 2, 0);
}

function fit(lines: readonly string[], room: number): readonly string[] {
  let used = 0;
  const end = lines.findIndex((line) => {
    used += Buffer.byteLength(line) + 2;
    return used > room;
  });
  return end === -1 ? lines : lines.slice(0, end);
}
