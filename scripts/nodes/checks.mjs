// What a user of the packages does, in order: each goes on from what the ones before left in the project.
import { cpSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { publicPackages } from "./tarballs.mjs";

const PROGRAMS = join(import.meta.dirname, "programs");
const RUN = "sim/simulation.yaml";

/** Each takes the project and what it is made of, says in a few words what it saw, and throws where that is not right. */
export const CHECKS = [
  { name: "npm install --engine-strict", run: install },
  { name: "npx llm-sim init, run", run: initAndRun },
  { name: "npx llm-sim why", run: why },
  { name: "a batch: run --seeds 1..3 --jobs 2", run: batch },
  { name: "npx llm-sim serve, with the web UI", run: serve },
  { name: "import of every export", run: importAll },
  { name: "require of every export", run: requireAll },
  { name: "a program that records, as a module", run: ({ project }) => record(project, "events.mjs") },
  { name: "a program that records, in CommonJS", run: ({ project }) => record(project, "events.cjs") },
  { name: "the READMEs' programs", run: readmes },
];

async function install({ project, tarballs }) {
  const { stdout, stderr } = await project.install(...tarballs.map(({ file }) => file));
  expectNone(stderr.trim(), "npm warned");
  const added = /added (\d+) packages/.exec(stdout)?.[1];
  const zods = JSON.parse((await project.run("npm", ["ls", "zod", "--all", "--json"])).stdout);
  const versions = new Set(versionsOf("zod", zods));
  if (versions.size !== 1) throw new Error(`zod is there in ${[...versions].join(" and ")}`);
  return `${added} packages, zod ${[...versions][0]}`;
}

/** Of one package, wherever it is in the tree that `npm ls` tells of. */
function versionsOf(name, tree) {
  return Object.entries(tree.dependencies ?? {}).flatMap(([key, node]) => [
    ...(key === name ? [node.version] : []),
    ...versionsOf(name, node),
  ]);
}

async function initAndRun({ project }) {
  await project.run("npx", ["--no", "llm-sim", "init", "sim"]);
  const { stdout } = await project.llmSim("run", RUN, "--json", "--id", "first");
  const { status, turns } = JSON.parse(stdout);
  expectSame([status, turns], ["completed", 20]);
  await project.llmSim("verify", "first");
  return `${turns} turns`;
}

async function why({ project }) {
  const { stdout } = await project.llmSim("why", "first", "lena.cash");
  if (!/^lena\.cash was .* written in that turn by sales\./.test(stdout)) throw new Error(stdout);
  return stdout.split(":")[0];
}

async function batch({ project }) {
  await project.llmSim("run", RUN, "--seeds", "1..3", "--jobs", "2");
  const { stdout } = await project.llmSim("ls", "--json");
  const runs = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const completed = runs.filter(({ status }) => status === "completed").length;
  expectSame(completed, 4);
  return `${completed - 1} runs`;
}

async function serve({ project }) {
  const server = project.start("npx", ["--no", "llm-sim", "serve", "--port", "0"]);
  try {
    const url = await addressOf(server);
    const page = await (await fetched(url, { headers: { accept: "text/html" } })).text();
    const assets = [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path);
    if (!assets.some((path) => path.endsWith(".js"))) throw new Error(`no UI at /:\n${page}`);
    for (const path of assets) await fetched(new URL(path, url));
    const navigation = await fetched(new URL("/runs/first", url), { headers: { accept: "text/html" } });
    expectSame(await navigation.text(), page);
    const { simulations } = await (await fetched(new URL("/simulations", url))).json();
    expectSame(simulations.length, 4);
    // Comparing and verifying are done in threads of their own, whose modules have to be packed.
    await fetched(new URL(`/compare?left=first&right=${simulations[0].id}`, url));
    await fetched(new URL("/simulations/first/integrity", url));
    await fetched(new URL("/docs", url));
    return `the page and ${assets.length} files of it`;
  } finally {
    await project.end(server);
  }
}

function addressOf(server) {
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (text) => {
      said += text;
      const [, url] = /Serving \S+ at (http\S+)/.exec(said) ?? [];
      if (url !== undefined) resolve(url);
    };
    server.stdout.setEncoding("utf8").on("data", listen);
    server.stderr.setEncoding("utf8").on("data", listen);
    server.once("exit", () => reject(new Error(`the server ended before it served: ${said}`)));
  });
}

async function fetched(url, init) {
  const response = await fetch(url, init);
  if (!response.ok) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
  return response;
}

/** `@llm-sim/events/read`, for every way in but those of the program and the UI, which nobody imports. */
export function specifiers() {
  return publicPackages()
    .filter(({ manifest }) => manifest.bin === undefined)
    .flatMap(({ manifest: { name, exports } }) =>
      Object.keys(exports)
        .filter((path) => path !== "./package.json")
        .map((path) => name + path.slice(1)),
    );
}

async function importAll({ project }) {
  const file = project.write(
    "all.mjs",
    `${specifiers()
      .map(
        (specifier, at) =>
          `import * as m${at} from "${specifier}"; if (!Object.keys(m${at}).length) throw new Error("${specifier}");`,
      )
      .join("\n")}\n`,
  );
  const { stderr } = await project.run("node", [file]);
  expectNone(stderr, "node warned");
  return `${specifiers().length} modules`;
}

async function requireAll({ project }) {
  const manifests = publicPackages().map(({ manifest }) => `${manifest.name}/package.json`);
  const program = [...specifiers(), ...manifests]
    .map((specifier) => `if (!Object.keys(require("${specifier}")).length) throw new Error("${specifier}");`)
    .join("\n");
  const { stderr } = await project.run("node", [project.write("all.cjs", program)]);
  expectNone(stderr, "node warned");
  return `${specifiers().length} modules`;
}

async function record(project, program) {
  cpSync(join(PROGRAMS, program), join(project.directory, program));
  const { stderr } = await project.run("node", [program, program]);
  expectNone(stderr, "node warned");
  return recorded(project, program);
}

/** Reads back what one of the programs recorded. */
export async function recorded(project, id) {
  const { stdout } = await project.llmSim("events", id, "--json");
  const kinds = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).event_type);
  expectSame(kinds, ["MILESTONE", "MILESTONE", "DECISION", "ACTION", "STATE", "MILESTONE", "MILESTONE"]);
  await project.llmSim("verify", id, "--complete");
  return `${kinds.length} events`;
}

/** The READMEs' blocks as they stand, in their order: a block with a name is a file, and who shows `npm install` has it behind them. */
async function readmes({ project }) {
  let programs = 0;
  for (const { manifest } of publicPackages()) {
    const { name } = manifest;
    const installed = join(project.directory, "node_modules", name);
    for (const file of ["README.md", "LICENSE"])
      if (!existsSync(join(installed, file))) throw new Error(`${name} has no ${file}`);
    const folder = `readmes/${name}`;
    const cwd = join(project.directory, folder);
    const text = readFileSync(join(installed, "README.md"), "utf8");
    for (const [, language, file, code] of text.matchAll(/^```(\w+)(?: file=(\S+))?\n([\s\S]*?)^```/gm)) {
      if (file !== undefined) project.write(join(folder, file), code);
      if (file !== undefined || !["js", "sh"].includes(language) || code.startsWith("npm install")) continue;
      programs++;
      const program = project.write(
        join(folder, `program-${programs}.${language === "js" ? "mjs" : "sh"}`),
        code,
      );
      if (language === "js") await project.run("node", [program], { cwd });
      else await project.run("sh", ["-e", program], { cwd });
    }
  }
  return `${programs} programs`;
}

export function expectNone(text, what) {
  if (text !== "") throw new Error(`${what}: ${text}`);
}

export function expectSame(actual, expected) {
  const [is, should] = [actual, expected].map((value) => JSON.stringify(value));
  if (is !== should) throw new Error(`expected ${should}, got ${is}`);
}
