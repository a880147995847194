// `npm run test:llm`: a real model on this machine, without a network: node-llama-cpp, which this command alone installs (83 MB, into
// node_modules/.cache), and a model of 300 kB that tiny-model.mjs writes. With `--if-installed` it does nothing where it was never run.
import { join } from "node:path";
import { build } from "../build.mjs";
import { root, run } from "../install.mjs";
import { installed, isInstalled, whyNot } from "./llama.mjs";

const isOptional = process.argv.includes("--if-installed");
const tests = process.argv.slice(2).filter((argument) => argument !== "--if-installed");

/** Ends this process where no real model is to be had, saying why. */
function prepare() {
  const reason = whyNot();
  if (isOptional && (reason ?? !isInstalled())) {
    console.log(`test:llm is left out: ${reason ?? "npm run test:llm installs what it needs (83 MB)"}.`);
    process.exit(0);
  }
  try {
    if (reason !== undefined) throw new Error(reason);
    installed();
  } catch (error) {
    console.error(`test:llm: ${error.message}`);
    process.exit(1);
  }
}

prepare();
build();
const config = join(import.meta.dirname, "vitest.config.ts");
run(join(root, "node_modules", ".bin", "vitest"), ["run", "--config", config, ...tests]);
