import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { parseEventLine, walkSegments } from "@llm-sim/events/read";
import { TAPE_FILE } from "@llm-sim/events/run";
import { type BreakOff, coordinateText } from "@llm-sim/events/tape";
import { AskError, type LlmSettings, loadLlm, type Models, type TapeAnswers } from "../asking/index.ts";
import { messageOf, RunError } from "../run/index.ts";

/** What of a tape was used when its run was played again. */
export interface AnswersUsed {
  /** Calls that were answered from it. */
  used: number;
  /** Of all on it. */
  of: number;
  /** Coordinates of those that nobody asked for. */
  unasked: string[];
}

/**
 * The answers that a run was given; absent where nobody gave any.
 *
 * @param settings the config's, which may say that none are kept
 * @param without entries that were broken off so are taken for not there
 * @throws RunError NOT_PLAYABLE where they were not kept
 */
export async function answersOf(
  directory: string,
  settings: LlmSettings | undefined,
  without: readonly BreakOff[] = [],
): Promise<TapeAnswers | undefined> {
  const tape = join(directory, TAPE_FILE);
  if (!existsSync(tape)) {
    if (settings && (await hasCalls(directory))) {
      const run = basename(directory);
      const why =
        settings.tape === "off"
          ? `${run} kept no tape of what models answered (llm.tape: off): it cannot be played again; record with llm.tape: full.`
          : `${run} asked models, and its ${TAPE_FILE} is not there: put it back to play the run again.`;
      throw new RunError("NOT_PLAYABLE", why, { directory });
    }
    return undefined;
  }
  try {
    return await (await loadLlm())?.AnswersOnTape.read(tape, { without });
  } catch (error) {
    throw new RunError("NOT_PLAYABLE", messageOf(error), { directory }, { cause: error });
  }
}

/** Whether its log says that a model was asked. */
async function hasCalls(directory: string): Promise<boolean> {
  for await (const { lines } of walkSegments(directory)) {
    for (const { bytes, damage } of lines) {
      if (damage !== undefined) continue;
      const parsed = parseEventLine(bytes);
      if (parsed.ok && parsed.event.event_type === "SYSTEM" && parsed.event.details?.call !== undefined)
        return true;
    }
  }
  return false;
}

/** Who answers from a tape alone: no model is asked, no key is read. */
export async function playedModels(
  settings: LlmSettings | undefined,
  answers: TapeAnswers | undefined,
): Promise<Models | undefined> {
  if (answers) {
    const source = { answers, onMiss: "fail" as const };
    return (await loadLlm())?.createModels({ settings: settings ?? UNKNOWN_MODEL, source });
  }
  return settings && NOBODY;
}

/** Of a run whose models were its program's own, whose questions all name the model. */
const UNKNOWN_MODEL: LlmSettings = { model: "unknown" };

const NOBODY: Models = {
  ask: async () => {
    throw new AskError("tape_miss", "The run has no tape that an answer could be taken from");
  },
  isSpent: false,
  spent: { tokens: 0, usd: 0 },
  totals: () => undefined,
};

export function answersUsed({ reused, size, unasked }: TapeAnswers): AnswersUsed {
  return { used: reused.calls, of: size, unasked: unasked.map((coordinate) => coordinateText(coordinate)) };
}
