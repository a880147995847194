// Holds the house to its doors. dependency-cruiser would do it, but reads TypeScript through a compiler API that
// TypeScript 7 does not have. Import cycles are oxlint's matter (import/no-cycle).
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative, resolve } from "node:path";
import { root } from "./install.mjs";

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^;'"]*?from\s*["']([^"']+)["']|\bimport\s*\(\s*["']([^"']+)["']\s*\)|(?:^|\n)import\s+["']([^"']+)["']/g;
const BUILTIN = new Set(builtinModules);
// The writing half never knows the reading half: the log is the only thing between them.
const WRITING = ["emit", "write", "open"];
const READING = ["read"];
const MAY_NOT_IMPORT = {
  "@llm-sim/simulation": [
    "@llm-sim/api",
    "@llm-sim/llm",
    "@llm-sim/store",
    "@llm-sim/lake",
    "@llm-sim/server",
    "llm-sim",
  ],
  "@llm-sim/llm": ["@llm-sim/api", "@llm-sim/store", "@llm-sim/lake", "@llm-sim/server", "llm-sim"],
  "@llm-sim/events": ["@llm-sim/api", "@llm-sim/llm", "@llm-sim/lake"],
  "@llm-sim/store": ["@llm-sim/simulation", "@llm-sim/lake", "@llm-sim/server", "llm-sim"],
  "@llm-sim/lake": ["@llm-sim/simulation", "@llm-sim/server", "llm-sim"],
  "@llm-sim/server": ["@llm-sim/simulation", "@llm-sim/lake", "llm-sim"],
};

// What runs in a browser: these alone, and nothing of Node's.
const MAY_IMPORT_ONLY = {
  "@llm-sim/api": ["zod", "@llm-sim/events/schema", "@llm-sim/events/tape/schema"],
};

// What stands behind a port of ours, and the one folder that knows it.
const BEHIND_PORT = new Map([
  ...["ai", "@ai-sdk/openai-compatible", "@ai-sdk/anthropic"].map((name) => [
    name,
    "packages/llm/src/client",
  ]),
  ["@clickhouse/client", "packages/lake/src/connection"],
]);

function sourcesBelow(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(
      (entry) =>
        entry.isFile() && /\.(ts|tsx)$/.test(entry.name) && !entry.parentPath.includes("node_modules"),
    )
    .map((entry) => join(entry.parentPath, entry.name));
}

const isTest = (file) => /\.test\.|\.fixture\.|\/browser-tests\/|\/testing\//.test(file);
export const packageOf = (specifier) =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");

/** @returns the specifiers that a module imports */
export function importsIn(text) {
  return [...text.matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3]);
}

/** @returns what is wrong, a line each */
export function boundaryProblems() {
  const problems = [];
  const rootManifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const inRepository = rootManifest.workspaces.flatMap((workspace) =>
    Object.keys(JSON.parse(readFileSync(join(root, workspace, "package.json"), "utf8")).dependencies ?? {}),
  );
  for (const workspace of rootManifest.workspaces) {
    const home = join(root, workspace);
    const manifest = JSON.parse(readFileSync(join(home, "package.json"), "utf8"));
    const declared = new Set(
      Object.keys({
        ...manifest.dependencies,
        ...manifest.optionalDependencies,
        ...manifest.peerDependencies,
      }),
    );
    const forBuild = new Set(Object.keys({ ...manifest.devDependencies }));
    // What a build of its own puts into its dist, nobody has to install.
    const isBundled = manifest.scripts?.build !== undefined;
    // Tests run in this repository, where all of its dependencies are at hand.
    const forTests = new Set([...Object.keys(rootManifest.devDependencies), ...forBuild, ...inRepository]);
    const source = join(home, "src");
    const built = buildOrder(home);
    for (const file of sourcesBelow(source)) {
      const where = relative(root, file);
      const test = isTest(where);
      for (const specifier of importsIn(readFileSync(file, "utf8"))) {
        const only = MAY_IMPORT_ONLY[manifest.name];
        if (!test && only && !specifier.startsWith(".") && !only.includes(specifier)) {
          problems.push(`${where}: ${manifest.name} may import ${only.join(" and ")} only, not ${specifier}`);
          continue;
        }
        if (specifier.startsWith("node:") || BUILTIN.has(specifier)) continue;
        if (specifier.startsWith(".")) {
          problems.push(...relativeProblems(source, file, where, specifier, test));
          continue;
        }
        const name = packageOf(specifier);
        if (name.startsWith("@llm-sim/") && name !== manifest.name && !built.isBefore(name, file))
          problems.push(
            `${where}: imports ${name}, which ${workspace}/tsconfig.json does not build before it`,
          );
        const port = BEHIND_PORT.get(name);
        if (port !== undefined && !where.startsWith(`${port}/`))
          problems.push(`${where}: imports ${name}, which is for ${port} alone`);
        if (name === manifest.name || declared.has(name) || (isBundled && forBuild.has(name))) {
          if (!test && MAY_NOT_IMPORT[manifest.name]?.includes(name))
            problems.push(`${where}: ${manifest.name} may not import ${name}`);
          continue;
        }
        if (test && (forTests.has(name) || name.startsWith("@llm-sim/"))) continue;
        if (isOptional(specifier)) continue;
        problems.push(`${where}: imports ${name}, which ${workspace}/package.json does not declare`);
      }
    }
  }
  return problems;
}

/** Which packages tsc builds before this one: a file that it compiles and that imports another gets an old build of it. */
function buildOrder(home) {
  const { references, exclude = [] } = JSON.parse(readFileSync(join(home, "tsconfig.json"), "utf8"));
  const before = (references ?? []).map(
    ({ path }) => JSON.parse(readFileSync(join(home, path, "package.json"), "utf8")).name,
  );
  const isCompiled = (file) => references && !exclude.some((folder) => file.startsWith(join(home, folder)));
  return { isBefore: (name, file) => !isCompiled(file) || before.includes(name) };
}

// Asked for by name at run time and missed with a message: its versions fit no range that a manifest could name.
const OPTIONAL = new Set(["@duckdb/node-api"]);

export const isOptional = (specifier) => OPTIONAL.has(packageOf(specifier));

function relativeProblems(source, file, where, specifier, test) {
  const target = resolve(dirname(file), specifier);
  const inside = relative(source, target);
  if (inside.startsWith(".."))
    return test ? [] : [`${where}: imports ${specifier}, outside its package's src`];
  const from = relative(source, dirname(file)).split("/").filter(Boolean);
  const to = dirname(inside)
    .split("/")
    .filter((part) => part !== "." && part !== "");
  const problems = [];
  if (!test && WRITING.includes(from[0]) && READING.includes(to[0]))
    problems.push(`${where}: the writing half imports the reading half (${specifier})`);
  // A file may reach into its own folder and the folders it lies in; into any other only by the front door.
  const isOwn = to.every((part, index) => from[index] === part);
  const isDoor = /\/index\.tsx?$/.test(`/${inside}`);
  const hasDoor =
    existsSync(join(dirname(target), "index.ts")) || existsSync(join(dirname(target), "index.tsx"));
  if (!test && !isOwn && !isDoor && hasDoor)
    problems.push(`${where}: imports ${specifier} past the front door of ${to.join("/")}`);
  if (!test && /\.(ts|tsx)$/.test(specifier) && !(existsSync(target) && statSync(target).isFile()))
    problems.push(`${where}: imports ${specifier}, which is not there`);
  return problems;
}
