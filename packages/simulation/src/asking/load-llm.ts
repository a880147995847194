import { codeOf } from "@llm-sim/events/errors";
import type { JsonObject } from "@llm-sim/events/schema";
import type { BreakOff, Coordinate, Message, Sampling } from "@llm-sim/events/tape/schema";
import type { LlmSettings } from "./llm-settings.ts";
import type { Models } from "./models.ts";

/** What a model would be asked, as it would stand on the tape. */
export interface ShownRequest {
  model: string;
  sampling: Sampling;
  messages: readonly Message[];
  /** JSON Schema of the answer. */
  schema?: JsonObject | undefined;
}

/** What a run's models are made of. */
export interface ModelsPlan {
  settings: LlmSettings;
  /** Models that are asked beside the config's. */
  models?: readonly string[] | undefined;
  /** Where keys are looked up; the process's where it is left out. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Of whom answers are taken instead of, or before, a model: what `@llm-sim/llm` makes of a tape. */
  source?: { answers: TapeAnswers; onMiss: "live" | "fail"; mayAsk?: () => boolean } | undefined;
  /** What the run has spent already. */
  spent?: { tokens: number; usd: number } | undefined;
  /** Where the runs of a batch share their limits. */
  batch?: { directory: string } | undefined;
  /** Nobody is asked: each request that would be made is shown here. What `source` has is answered from it. */
  onRequest?: ((coordinate: Coordinate, request: ShownRequest) => void) | undefined;
}

/** The answers on a tape, and what was looked for on it. */
export interface TapeAnswers {
  readonly size: number;
  /** What all that is on the tape has taken. */
  readonly spent: { tokens: number; usd: number };
  /** What was taken from it. */
  readonly reused: { calls: number; tokens: number; usd: number };
  /** Takes those of the turns up to this one, which are not played. @returns how many, and what they took */
  skip(lastTurn: number): { calls: number; tokens: number; usd: number };
  /** What was looked for in vain, in the order of asking; the reason is one line. */
  readonly misses: readonly { coordinate: Coordinate; reason: string }[];
  /** What is on the tape and was not asked for. */
  readonly unasked: Coordinate[];
}

/** What is used here of `@llm-sim/llm`, which is built on this package. */
export interface LlmPackage {
  createModels(plan: ModelsPlan): Promise<Models>;
  AnswersOnTape: {
    /** @param options.without entries that were broken off so are taken for not there */
    read(file: string, options?: { without?: readonly BreakOff[] }): Promise<TapeAnswers>;
  };
}

// Not written where it is imported: the package is built after this one, and need not be there.
export const LLM_PACKAGE: string = "@llm-sim/llm";

/** @throws Error that says how to install it, where it is not there */
export async function loadLlm(): Promise<LlmPackage> {
  const loaded = await importLlm(
    (cause) =>
      new Error(`Asking language models needs a package that is not installed: npm install ${LLM_PACKAGE}`, {
        cause,
      }),
  );
  if (isLlmPackage(loaded)) return loaded;
  throw new Error(
    `The ${LLM_PACKAGE} that is installed is of another version than this: npm install ${LLM_PACKAGE}`,
  );
}

/**
 * What the package exports.
 *
 * @param missing what is thrown where it is not installed
 */
export async function importLlm(missing: (cause: unknown) => Error): Promise<object> {
  try {
    const loaded: unknown = await import(LLM_PACKAGE);
    return Object(loaded);
  } catch (error) {
    // What the package itself imports may be missing as well.
    if (codeOf(error) !== "ERR_MODULE_NOT_FOUND" || !String(error).includes(`'${LLM_PACKAGE}'`)) throw error;
    throw missing(error);
  }
}

function isLlmPackage(loaded: unknown): loaded is LlmPackage {
  return typeof Object(loaded).createModels === "function";
}
