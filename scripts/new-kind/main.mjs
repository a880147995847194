// Follows CONTRIBUTING's recipe for a new kind of event in a copy of the tree, and sees whether it was all: the copy is built and tested, a
// program emits such an event, and it is read, verified, indexed, filtered, served, told of and exported. Then the copy is thrown away.
//
//     npm run test:recipe [-- --keep]
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../install.mjs";
import { apply, problemsOf } from "./apply.mjs";
import { RECIPE } from "./recipe.mjs";
import { scratchCopy } from "./scratch.mjs";

/** The tests that hold what is written by hand to the table of members, and those that go through all kinds. */
const TESTS = [
  "packages/events/src/schema",
  "packages/events/src/emit/members",
  "packages/events/src/emit/description",
  "packages/events/src/emit/causes",
  "packages/events/src/line/is-event",
  "packages/events/src/line/upcast",
  "packages/events/src/columns",
  "packages/events/src/canonical",
  "packages/events/src/words",
  "packages/store/src/run-index/native-line",
  "packages/web/src/logic/palette",
  "packages/web/src/logic/event-text",
  "packages/cli/src/terminal",
];

const PROGRAM = `import { openEventStream } from "@llm-sim/events";
const stream = await openEventStream({ simulationId: "signals", outputDir: "output" });
stream.turn(1, () => {
  const alarm = stream.signal("alice", "alarm", { of: "fire" }, { channel: "shout", strength: 3, receiver_agent_id: "bob" });
  stream.because(alarm, () => stream.decision("bob", "flight", { new_value: "run" }));
});
await stream.close();
`;

const SCANNED = `
import { readFileSync } from "node:fs";
import { EventFields, Names } from "./packages/store/dist/run-index/event-fields.js";
import { NativeLineScanner } from "./packages/store/dist/run-index/native-line.js";
const bytes = readFileSync("output/signals/events.jsonl");
const scanner = new NativeLineScanner(new Names(), new EventFields());
for (let at = 0; at < bytes.length; ) {
  const end = scanner.scan(bytes, at);
  if (bytes[end] !== 0x0a) throw new Error("left to the parser: " + bytes.subarray(at, bytes.indexOf(10, at)));
  at = end + 1;
}
`;

const keep = process.argv.includes("--keep");
const problems = problemsOf(RECIPE, root);
for (const problem of problems) console.error(problem);
if (problems.length > 0) process.exit(1);

const copy = scratchCopy();
console.log("A new kind of event, made in a copy by the recipe,");
try {
  apply(RECIPE, copy);
  follow();
  console.log("The recipe for a new kind of event is complete.");
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  if (keep) console.log(`The copy is ${copy}.`);
  else rmSync(copy, { recursive: true, force: true });
}

function follow() {
  const node = (what, args, options) => run(what, process.execPath, args, options);
  const tsc = join("node_modules", "typescript", "bin", "tsc");
  node("compiles", [tsc, "-b"]);
  node("compiles for the browser", [tsc, "-p", join("packages", "web")]);
  node(
    "is built for the browser",
    [join(root, "node_modules", "vite", "bin", "vite.js"), "build", "--logLevel", "warn"],
    {
      cwd: join(copy, "packages", "web"),
    },
  );
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  node("passes the tests that go through all kinds", [vitest, "run", ...TESTS], {
    env: { ...process.env, UPDATE_DOCS: "1" },
  });

  writeFileSync(join(copy, "signals.mjs"), PROGRAM);
  node("is emitted", ["signals.mjs"]);
  const ask = (what, ...args) => node(what, [join("packages", "cli", "bin", "llm-sim.js"), ...args]);
  const events = (what, ...args) => jsonLines(ask(what, "events", "signals", "--json", ...args));
  const [signal, ...others] = events("is filtered by kind", "--type", "SIGNAL");
  expect(
    "is read as it was emitted",
    others.length === 0 && signal?.receiver_agent_id === "bob" && signal.strength === 3,
  );
  expect(
    "is found by whom it involves",
    events("is filtered by agent", "--involving", "bob").some(({ event_id }) => event_id === signal.event_id),
  );
  expect("is verified", ask("is verified", "verify", "signals").includes("ok"));
  expect("is shown", ask("is shown", "show", "signals", signal.event_id).includes("alarm"));
  expect("is told of", ask("is told of", "causes", "signals", signal.event_id).includes("alice: alarm"));
  const csv = ask("is exported", "export", "signals", "--format", "csv");
  expect(
    "has its columns",
    csv.startsWith("run,event_id,") && csv.split("\n")[0].includes(",signal_type,signal_payload,channel,"),
  );
  expect("has its cells", csv.includes('alarm,"{""of"":""fire""}",shout,3,bob'));
  expect("is in the schema", ask("is in the schema", "schema").includes('"SIGNAL"'));
  node("is scanned without the parser", ["--input-type=module", "-e", SCANNED]);
}

/** @returns what it printed */
function run(what, command, args, options = {}) {
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: copy,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    ...options,
  });
  if (status === 0) {
    console.log(`  ${what}`);
    return stdout;
  }
  throw new Error(`The recipe is not complete: a new kind ${what}?\n${args.join(" ")}\n${stdout}\n${stderr}`);
}

function expect(what, isSo) {
  if (!isSo) throw new Error(`The recipe is not complete: a new kind ${what}?`);
}

function jsonLines(text) {
  return text
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));
}
