import type { Gap } from "@llm-sim/api";
import { parseCriteria, type Run } from "@llm-sim/store";
import { Option } from "commander";
import { EXIT } from "../failure/index.ts";
import { plainText } from "../terminal/index.ts";
import { type AskedLog, gapsInOne, leftOutLines, terminalText } from "../view/index.ts";
import type { Environment } from "./make-command.ts";

/** `--strict`, on every command that reads a run's log. */
export function strictOption(): Option {
  return new Option(
    "--strict",
    `end with exit code ${EXIT.incomplete} where the answer may not be all`,
  ).default(false, "off");
}

/**
 * Says in one line, beside the data, that an answer may not be the whole truth.
 *
 * @param isShown the user reads the reasons in the answer itself
 */
export async function sayGaps(
  environment: Environment,
  gaps: readonly Gap[],
  strict: boolean,
  isShown = false,
): Promise<void> {
  const { stderr } = environment;
  const line = gapsInOne(gaps);
  if (line === undefined) return;
  if (!isShown) await stderr.write(terminalText([line], stderr));
  if (strict) environment.exitWith(EXIT.incomplete);
}

/**
 * The same of a list of events. Lines that are no events are told of by how many they are; that nobody vouches for a list
 * of what was recorded goes without saying.
 */
export async function sayListGaps(
  environment: Environment,
  asked: readonly AskedLog[],
  gaps: readonly Gap[],
  strict: boolean,
): Promise<void> {
  const lines = await leftOutLines(asked);
  const others = gaps.filter(
    ({ kind }) => kind !== "as_recorded" && !(kind === "unreadable" && lines.length > 0),
  );
  await sayGaps(environment, others, strict);
  for (const line of lines) await environment.stderr.line(plainText(line));
  if (strict && gaps.length > 0) environment.exitWith(EXIT.incomplete);
}

const WHOLE_LOG = parseCriteria({});

/** The same of a whole run. */
export async function sayRunGaps(environment: Environment, run: Run, strict: boolean): Promise<void> {
  const { answer, skipped } = await run.ask((asked) => asked.completeness(WHOLE_LOG));
  await sayListGaps(environment, [{ log: run, skipped }], answer.gaps, strict);
}
