// What recording costs a whole run: examples as processes of their own, at several levels beside one with its stream off and,
// where another tree is named (an earlier version, built), beside that one's run. By itself:
// node bench/write/examples.mjs [--rounds 5] [--other TREE]
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs, promisify } from "node:util";
import { alternate, verdict } from "../measure.mjs";

const run = promisify(execFile);
const script = fileURLToPath(new URL("./example-run.mjs", import.meta.url));
const here = fileURLToPath(new URL("../..", import.meta.url));

const market = { off: { MILESTONE: 1.2, ACTION: 1.35, STATE: 1.5 }, other: 1, bytes: 430 };
/** Wall time at each level beside the stream off; at STATE beside the other tree's, and the bytes of an event. */
const CASES = [
  { example: "market", turns: "50", atMost: market },
  { example: "market", turns: "1000", atMost: market },
  { example: "epidemic", turns: "", atMost: { off: { STATE: 2.2 }, other: 1.15, bytes: 530 } },
];
const LEVELS = ["off", "MILESTONE", "ACTION", "STATE"];
const OTHERS = "STATE, other tree";

/** @returns whether each figure is within what it is held to */
export async function examplesCost(rounds, other) {
  const held = [];
  for (const { example, turns, atMost } of CASES) {
    const written = {};
    const once = async (tree, level, name) => {
      const outputDir = mkdtempSync(join(tmpdir(), "llm-sim-example-"));
      const start = performance.now();
      const { stdout } = await run(process.execPath, [script, tree, example, level, turns, outputDir]);
      const ms = performance.now() - start;
      rmSync(outputDir, { recursive: true, force: true });
      written[name] = JSON.parse(stdout);
      return ms;
    };
    const sides = Object.fromEntries(LEVELS.map((level) => [level, () => once(here, level, level)]));
    if (other !== undefined) sides[OTHERS] = () => once(other, "STATE", OTHERS);
    const ms = await alternate(sides, rounds);

    const title = turns === "" ? example : `${example}, ${turns} turns`;
    console.log(`  ${title}:`);
    for (const [name, value] of Object.entries(ms)) {
      const { events, bytes } = written[name];
      const size = events > 0 ? `${events} events of ${Math.round(bytes / events)} bytes` : "";
      const ratio = `${(value / ms.off).toFixed(2)} × off`;
      console.log(`    ${name.padEnd(20)} ${value.toFixed(0).padStart(6)} ms  ${ratio}  ${size}`);
    }
    for (const [level, limit] of Object.entries(atMost.off))
      held.push(verdict(`${title}: ${level} beside the stream off`, ms[level] / ms.off, limit));
    if (other !== undefined)
      held.push(verdict(`${title}: STATE beside the other tree's`, ms.STATE / ms[OTHERS], atMost.other));
    const { events, bytes } = written.STATE;
    held.push(verdict(`${title}: an event at STATE`, bytes / events, atMost.bytes, "bytes"));
  }
  return held;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const { values } = parseArgs({
    options: { rounds: { type: "string", default: "5" }, other: { type: "string" } },
  });
  console.log("Examples, wall time of the process:");
  if ((await examplesCost(Number(values.rounds), values.other)).includes(false)) process.exitCode = 1;
}
