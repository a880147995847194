// `npm run test:nodes`: packs every package and tries it as a user does, on each Node that it is made for, with each compiler and as
// a bundle. Versions as arguments are tried instead of those below; `--short` leaves out all but the newest compiler and one Node.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { FORMATS, runBundled } from "./bundles.mjs";
import { CHECKS } from "./checks.mjs";
import { Project } from "./project.mjs";
import { packAll } from "./tarballs.mjs";
import { compilerOf, esbuildOf, nodeOf } from "./tools.mjs";
import { compile, WAYS } from "./types.mjs";

/** The oldest that package.json allows, and the newest of each line that is kept by Node's project. */
const NODES = ["20.19.0", "22.23.3", "24.21.0"];
/** The oldest that works, as docs/events.md says, and those behind it. */
const TYPESCRIPTS = ["5.4.5", "5.7.3", "5.9.3", "6.0.3", "7.0.2"];
const ESBUILD = "0.28.2";

const failures = [];

/** @returns the table's cell; what went wrong is told below the table */
async function cell(where, check) {
  try {
    const seen = await check();
    console.error(`${where}: ${seen ?? "ok"}`);
    return "ok";
  } catch (error) {
    failures.push(`${where}: ${error.message}`);
    console.error(`${where}: FAILED`);
    return "FAILED";
  }
}

/** @returns a column of the table */
async function tryOn(version, tarballs) {
  const where = `Node ${version}`;
  const node = nodeOf(version);
  const project = new Project(node);
  try {
    const column = [];
    for (const { name, run } of CHECKS)
      column.push(await cell(`${where}, ${name}`, () => run({ project, tarballs })));
    for (const format of Object.keys(FORMATS))
      column.push(
        await cell(`${where}, ${bundled(format)}`, () => runBundled(project, node, format, byEsbuild)),
      );
    return column;
  } finally {
    project.remove();
  }
}

const bundled = (format) => `a program bundled by esbuild (${format}), alone`;

async function byEsbuild(source, made, format) {
  const args = [
    source,
    "--bundle",
    "--platform=node",
    `--format=${format}`,
    `--outfile=${made}`,
    "--log-level=error",
  ];
  await promisify(execFile)(esbuildOf(ESBUILD), args);
}

/** @returns a row for each way of compiling */
async function tryCompilers(versions, tarballs) {
  const project = new Project();
  try {
    await project.install(...tarballs.map(({ file }) => file));
    await project.llmSim("init", "sim");
    const rows = [];
    for (const way of WAYS) {
      const name = `${way.resolution}, ${way.surroundings}`;
      const row = [name];
      for (const version of versions)
        row.push(
          await cell(`TypeScript ${version}, ${name}`, () => compile(project, compilerOf(version), way)),
        );
      rows.push(row);
    }
    return rows;
  } finally {
    project.remove();
  }
}

function print(head, rows) {
  for (const row of [head, head.map(() => "---"), ...rows]) console.log(`| ${row.join(" | ")} |`);
  console.log("");
}

for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
const isShort = process.argv.includes("--short");
const asked = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const nodes = asked.length > 0 ? asked : isShort ? NODES.slice(0, 1) : NODES;
const typescripts = isShort ? TYPESCRIPTS.slice(-1) : TYPESCRIPTS;
const folder = mkdtempSync(join(tmpdir(), "llm-sim-tarballs-"));
try {
  const tarballs = packAll(folder);
  const columns = [];
  for (const version of nodes) columns.push(await tryOn(version, tarballs));
  const names = [...CHECKS.map(({ name }) => name), ...Object.keys(FORMATS).map(bundled)];
  const compiled = await tryCompilers(typescripts, tarballs);
  print(
    ["package", "packed"],
    tarballs.map(({ name, size }) => [name, `${Math.round(size / 1000)} kB`]),
  );
  print(
    ["", ...nodes.map((version) => `Node ${version}`)],
    names.map((name, row) => [name, ...columns.map((column) => column[row])]),
  );
  print(["tsc --strict", ...typescripts.map((version) => `TypeScript ${version}`)], compiled);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
for (const failure of failures) console.log(failure);
process.exitCode = failures.length > 0 ? 1 : 0;
