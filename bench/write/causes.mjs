// What tracking of causes costs: examples at several levels against a run with the stream off and, where another tree is named,
// against that one. `node bench/write/causes.mjs [OTHER_TREE]`. CPU time, medians, one process a run, in turn.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { median } from "../measure.mjs";

const run = promisify(execFile);
const script = fileURLToPath(new URL("./causes-run.mjs", import.meta.url));
const here = fileURLToPath(new URL("../..", import.meta.url));
const [other] = process.argv.slice(2);
const rounds = Number(process.env.ROUNDS ?? 5);

const cases = [
  ["market", "50"],
  ["market", "1000"],
  ["epidemic", ""],
];
const levels = ["off", "MILESTONE", "ACTION", "STATE"];

for (const [example, turns] of cases) {
  const sides = [
    ...levels.map((level) => ({ tree: here, level, name: level })),
    ...(other
      ? [
          { tree: other, level: "STATE", name: "other STATE" },
          { tree: other, level: "off", name: "other off" },
        ]
      : []),
  ];
  const times = new Map(sides.map(({ name }) => [name, []]));
  const sizes = new Map();
  for (let round = 0; round < rounds; round++) {
    for (const { tree, level, name } of round % 2 ? sides.toReversed() : sides) {
      const outputDir = mkdtempSync(join(tmpdir(), "causes-"));
      const verbosity = level === "off" ? "STATE" : level;
      const { stdout } = await run(process.execPath, [
        script,
        tree,
        example,
        level === "off" ? "off" : "file",
        verbosity,
        turns,
        outputDir,
      ]);
      const { ms, events, bytes } = JSON.parse(stdout);
      times.get(name).push(ms);
      sizes.set(name, events ? `${events} events, ${Math.round(bytes / events)} bytes each` : "");
      rmSync(outputDir, { recursive: true, force: true });
    }
  }
  const off = median(times.get("off"));
  console.log(`${example} ${turns || "as configured"}`);
  for (const { name } of sides) {
    const ms = median(times.get(name));
    console.log(
      `  ${name.padEnd(12)} ${ms.toFixed(0).padStart(6)} ms  ${(ms / off).toFixed(2)} × off  ${sizes.get(name)}`,
    );
  }
}
