import { Option } from "commander";

export const DEFAULT_OUTPUT = "output";

/** `--output DIR`, where runs lie. */
export function outputOption(): Option {
  return new Option("--output <dir>", "where runs lie").default(DEFAULT_OUTPUT, "./output");
}
