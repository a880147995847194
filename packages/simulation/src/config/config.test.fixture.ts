import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach } from "vitest";
import type { Simulation } from "../run/index.ts";
import { ConfigError, describeProblem, loadConfig, type Override } from "./index.ts";

/** Where a test's config lies. */
export let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "llm-sim-config-"));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

export const GOOD = `simulation: { name: market, turns: 50, seed: 7, checkpoint_interval: 10 }
events: { verbosity: STATE, max_file_size: 500MB, queue_size: 64MB, on_full: drop, compress: none }
engine: { type: market, params: { interest_rate: 0.02 } }
agents:
  - { name: alice, type: trader, initial_state: { wealth: 1000 } }
  - name: bob
    type: trader
validator: { type: basic }
llm: { base_url: http://localhost:11434/v1, model: llama3.1, api_key_env: OPENAI_API_KEY }
`;

export async function load(
  text: string,
  files: Record<string, string> = {},
  overrides: Override[] = [],
): Promise<Simulation> {
  for (const [name, content] of Object.entries({ ...files, "sim.yaml": text })) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
  return loadConfig(join(directory, "sim.yaml"), { overrides });
}

/** The error, its file brought down to its name. */
export async function refusal(
  text: string,
  files?: Record<string, string>,
  overrides?: Override[],
): Promise<ConfigError> {
  try {
    await load(text, files, overrides);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("The config was accepted");
}

export function shown(error: ConfigError): string[] {
  return error.problems.map((problem) => describeProblem("sim.yaml", problem));
}
