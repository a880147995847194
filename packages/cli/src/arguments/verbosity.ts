import { VERBOSITY_LEVELS, type VerbosityLevel } from "@llm-sim/events/schema";
import { InvalidArgumentError } from "commander";

/** `STATE`, whatever its case. */
export function verbosity(text: string): VerbosityLevel {
  const level = VERBOSITY_LEVELS.find((one) => one === text.toUpperCase());
  if (!level) throw new InvalidArgumentError(`Expected one of ${VERBOSITY_LEVELS.join(", ")}.`);
  return level;
}
