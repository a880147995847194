// Serves an example's stand-in for a language model on this machine, or records the example's tape with it anew:
//
//   node examples/stand-in.mjs negotiation            # http://127.0.0.1:11435/v1, until Ctrl-C
//   node examples/stand-in.mjs negotiation --record   # writes examples/negotiation/tape.jsonl
import { copyFile, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startModelServer } from "@llm-sim/llm/testing";
import { loadConfig, runSimulation } from "@llm-sim/simulation";

/** Beside Ollama's. */
const PORT = 11435;
const EXAMPLES = ["negotiation", "town-hall"];

/** Runs an example, and asks the stand-in. @returns its tape, which is gone with the run once `keep` has it */
export async function recordTape(example, keep) {
  const directory = join(import.meta.dirname, example);
  const server = await started(example);
  const outputDir = await mkdtemp(join(tmpdir(), "llm-sim-record-"));
  try {
    const simulation = await loadConfig(join(directory, "simulation.yaml"));
    const { play: _, ...llm } = simulation.llm;
    const asking = { ...simulation, llm: { ...llm, base_url: server.base_url } };
    const result = await runSimulation(asking, { outputDir, simulationId: example });
    return await keep(join(result.directory, "tape.jsonl"), result);
  } finally {
    await server.close();
    await rm(outputDir, { recursive: true, force: true });
  }
}

async function started(example, options) {
  const { answer } = await import(`./${example}/stand-in.mjs`);
  // It counts no tokens, as some servers do not: they are estimated.
  return startModelServer(({ body }) => ({ usage: null, ...answer(body) }), options);
}

async function main([example, option]) {
  if (!EXAMPLES.includes(example)) throw new Error(`give the name of an example: ${EXAMPLES.join(", ")}`);
  if (option === "--record") {
    const tape = join(import.meta.dirname, example, "tape.jsonl");
    const { turns, reason } = await recordTape(example, async (recorded, result) => {
      await copyFile(recorded, tape);
      return result;
    });
    console.log(`${tape}: ${turns} turns. ${reason ?? ""}`);
    return;
  }
  const { base_url } = await started(example, { port: PORT });
  console.log(`${example}'s stand-in for a model answers at ${base_url}; Ctrl-C ends.`);
}

if (process.argv[1] === import.meta.filename) {
  await main(process.argv.slice(2)).catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
