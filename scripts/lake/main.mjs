// `npm run test:lake`: shipping into ClickHouse's engine and making runs again from there, through the official client. chdb, which this
// command alone installs (550 MB, into node_modules/.cache), stands for a server; where CLICKHOUSE_URL names one, it is asked instead.
// With `--if-installed` it does nothing where neither is there, and with `--cluster` it tries all of it on what stands for a cluster.
import { join } from "node:path";
import { build } from "../build.mjs";
import { root, run } from "../install.mjs";
import { installed, isInstalled, whyNot } from "./chdb.mjs";

const isOptional = process.argv.includes("--if-installed");
const isCluster = process.argv.includes("--cluster");
const tests = process.argv.slice(2).filter((argument) => !["--if-installed", "--cluster"].includes(argument));

/** Ends this process where no engine is to be had, saying why. */
function prepare() {
  if (process.env.CLICKHOUSE_URL !== undefined) return;
  const reason = whyNot();
  if (isOptional && (reason ?? !isInstalled())) {
    console.log(`test:lake is left out: ${reason ?? "npm run test:lake installs what it needs (550 MB)"}.`);
    process.exit(0);
  }
  try {
    if (reason !== undefined) throw new Error(reason);
    installed();
  } catch (error) {
    console.error(`test:lake: ${error.message}`);
    process.exit(1);
  }
}

prepare();
if (isCluster) process.env.LAKE_CLUSTER = "yes";
build();
const config = join(import.meta.dirname, "vitest.config.ts");
run(join(root, "node_modules", ".bin", "vitest"), ["run", "--config", config, ...tests]);
