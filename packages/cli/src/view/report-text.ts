import { VERIFY_RULES, type VerifyReport } from "@llm-sim/events/read";
import { counted, type Paint, plainText } from "../terminal/index.ts";

interface Located {
  file: string;
  line: number;
  offset: number;
}

/** A verification's report for a person: the verdict first, then what was found, each with its place. */
export function reportText(report: VerifyReport, paint: Paint): string[] {
  return [verdict(report, paint), ...losses(report, paint), ...violations(report, paint)];
}

function verdict(report: VerifyReport, paint: Paint): string {
  const { simulation_id, result, events, being_written, violation_count, losses: lost } = report;
  const { dialect, has_manifest, repeated_lines } = report;
  const parts = [counted(events, "event")];
  if (violation_count > 0) parts.push(counted(violation_count, "violation"));
  if (lost.length > 0) parts.push(counted(lost.length, "recorded loss", "recorded losses"));
  if (repeated_lines > 0) parts.push(counted(repeated_lines, "repeated line"));
  if (!has_manifest) {
    const hand = dialect === "native" ? "no run.json" : `${dialect} dialect`;
    parts.push(`${hand}: schema, ids and causes only`);
  }
  if (being_written) parts.push("still being written");
  return `${paint.bold(plainText(simulation_id))}: ${painted(result, paint)} (${parts.join(", ")})`;
}

function painted(result: VerifyReport["result"], paint: Paint): string {
  if (result === "ok") return paint.good(result);
  return result === "loss" ? paint.caution(result) : paint.bad(result);
}

function losses({ losses: lost, unproven }: VerifyReport, paint: Paint): string[] {
  if (lost.length === 0) return [];
  return [
    ...lost.map((loss) => `  ${paint.caution("loss")} ${placeOf(loss)}: ${plainText(loss.message)}`),
    ...(unproven.length > 0 ? [`  not provable there: ${unproven.join(", ")}`] : []),
  ];
}

function violations({ violations: listed, violation_count }: VerifyReport, paint: Paint): string[] {
  const lines = listed.map((one) => `  ${paint.bad(one.rule)} ${placeOf(one)}: ${plainText(one.message)}`);
  const rules = new Set(listed.map((one) => one.rule));
  for (const rule of rules) lines.push(`  ${paint.dim(`${rule}: ${VERIFY_RULES[rule]}`)}`);
  const more = violation_count - listed.length;
  return more > 0 ? [...lines, `  … and ${counted(more, "more violation", "more violations")}`] : lines;
}

/** `events.jsonl:57 (byte 20331)`; run.json has no lines. */
function placeOf({ file, line, offset }: Located): string {
  return line === 0 ? file : `${file}:${line} (byte ${offset})`;
}
