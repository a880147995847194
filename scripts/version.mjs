// `npm run version -- 0.2.0`: one version for everything, and what changed under its heading in CHANGELOG.md. It writes nothing
// where it refuses. docs/releasing.md has the steps around it.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import semver from "semver";
import { root } from "./install.mjs";

const RANGES = ["dependencies", "devDependencies", "peerDependencies", "optionalDependencies"];
const NOTES = "changes";
const HEADING = /^## (\S+) \((unreleased|\d{4}-\d{2}-\d{2})\)$/;

/** Why a version is not set, in one line. */
export class Refusal extends Error {}

/**
 * Sets the version of every package of a repository, of their ranges for each other, of the lock file and of the API's document;
 * dates the changes of CHANGELOG.md and moves the notes of changes/ there.
 *
 * @param today YYYY-MM-DD
 * @returns what was done, a line each
 * @throws Refusal before anything is written
 */
export function setVersion(folder, version, today) {
  const repository = openRepository(folder);
  const from = refuseUnlessHigher(repository, version);
  const notes = readNotes(folder);
  const changelog = datedChangelog(repository.changelog, version, today, notes);
  const names = new Set(repository.manifests.map(({ json }) => json.name));
  for (const { path, json } of repository.manifests) {
    setIn(json, version, names);
    writeJson(join(folder, path), json);
  }
  const lock = readJson(join(folder, "package-lock.json"));
  for (const [path, entry] of Object.entries(lock.packages))
    if (path === "" || repository.workspaces.includes(path)) setIn(entry, version, names);
  writeJson(join(folder, "package-lock.json"), lock);
  const openapi = readJson(join(folder, "docs", "openapi.json"));
  openapi.info.version = version;
  writeJson(join(folder, "docs", "openapi.json"), openapi);
  writeFileSync(join(folder, "CHANGELOG.md"), changelog);
  for (const { file } of notes) rmSync(join(folder, NOTES, file));
  return [
    `${from} → ${version} in ${repository.manifests.length} packages, package-lock.json and docs/openapi.json`,
    `CHANGELOG.md: ${version} (${today}), with ${notes.length} ${notes.length === 1 ? "note" : "notes"} of changes/`,
  ];
}

function openRepository(folder) {
  const git = (...args) => spawnSync("git", args, { cwd: folder, encoding: "utf8" });
  const status = git("status", "--porcelain");
  if (status.status !== 0)
    throw new Refusal(`${folder} is no git repository: a release is made from a clone.`);
  const [changed, ...more] = status.stdout.split("\n").filter(Boolean);
  if (changed !== undefined) {
    const rest = more.length > 0 ? ` and ${more.length} more` : "";
    throw new Refusal(
      `The tree has changes (${changed.slice(3)}${rest}): commit them or put them away first.`,
    );
  }
  const { workspaces } = readJson(join(folder, "package.json"));
  const manifests = workspaces.map((workspace) => {
    const path = join(workspace, "package.json");
    return { path, json: readJson(join(folder, path)) };
  });
  const changelog = readFileSync(join(folder, "CHANGELOG.md"), "utf8");
  const tags = git("tag", "--list", "v*").stdout.split("\n").filter(Boolean);
  return { workspaces, manifests, changelog, tags };
}

/** @returns the version until now, the highest of any package */
function refuseUnlessHigher({ manifests, changelog, tags }, version) {
  if (semver.valid(version) !== version)
    throw new Refusal(
      `${JSON.stringify(version)} is no version: it looks like 0.2.0 or 0.2.0-rc.1 (semver.org).`,
    );
  const current = manifests
    .map(({ json }) => json.version)
    .reduce((one, other) => (semver.gt(other, one) ? other : one));
  if (semver.lt(version, current))
    throw new Refusal(`${version} is lower than ${current}, which the packages have.`);
  const released = changelog.split("\n").flatMap((line) => {
    const [, name, date] = HEADING.exec(line) ?? [];
    return name === undefined || date === "unreleased" ? [] : [{ name, what: `was released on ${date}` }];
  });
  const tagged = tags.map((tag) => ({ name: tag.slice(1), what: "has a tag" }));
  for (const { name, what } of [...released, ...tagged])
    if (semver.valid(name) && semver.lte(version, name))
      throw new Refusal(`${version} is not higher than ${name}, which ${what}.`);
  return current;
}

/**
 * The notes of what is not released: Markdown in changes/, one for each change that users see.
 *
 * @throws Refusal where one of them cannot be taken as one entry of the list
 */
export function readNotes(folder) {
  const directory = join(folder, NOTES);
  const files = existsSync(directory) ? readdirSync(directory) : [];
  return files
    .filter((file) => file.endsWith(".md") && file !== "README.md")
    .sort()
    .map((file) => {
      const text = readFileSync(join(directory, file), "utf8").trim();
      if (text === "")
        throw new Refusal(`${NOTES}/${file} is empty: say what changed for users, or delete it.`);
      if (/^(#|[-*] )|\n\s*\n/.test(text))
        throw new Refusal(
          `${NOTES}/${file} is to be one paragraph without heading or list: it becomes one entry of a list.`,
        );
      return { file, text };
    });
}

/** The changelog with the section of a version on top, dated, which holds what stood there as unreleased and the notes. */
function datedChangelog(changelog, version, today, notes) {
  const lines = changelog.trimEnd().split("\n");
  const isHeading = (line) => line.startsWith("## ");
  const first = lines.findIndex(isHeading);
  const start = first === -1 ? lines.length : first;
  const isUnreleased = HEADING.exec(lines[start] ?? "")?.[2] === "unreleased";
  const next = lines.findIndex((line, at) => at > start && isHeading(line));
  const end = !isUnreleased ? start : next === -1 ? lines.length : next;
  const before = lines
    .slice(start + 1, end)
    .join("\n")
    .trim();
  const entries = notes.map(({ text }) => `- ${text.replaceAll("\n", "\n  ")}`);
  if (before === "" && entries.length === 0)
    throw new Refusal(`Nothing says what changed: write ${NOTES}/<what>.md for each change that users see.`);
  const section = [before, entries.join("\n")].filter((part) => part !== "").join("\n");
  const parts = [
    lines.slice(0, start).join("\n").trim(),
    `## ${version} (${today})`,
    section,
    lines.slice(end).join("\n").trim(),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function setIn(manifest, version, names) {
  if (manifest.version !== undefined) manifest.version = version;
  for (const ranges of RANGES.map((kind) => manifest[kind] ?? {}))
    for (const [name, range] of Object.entries(ranges))
      if (names.has(name)) ranges[name] = range.replace(/^([~^]?)\d\S*$/, `$1${version}`);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, "utf8"));
}

function writeJson(path, json) {
  writeFileSync(path, `${JSON.stringify(json, null, 2)}\n`);
}

function main([version, ...more]) {
  if (process.env.npm_command === "version")
    throw new Refusal("`npm version` knows one package only: use `npm run version -- 0.2.0`.");
  if (process.env.npm_lifecycle_event === "preversion") return;
  if (version === undefined || more.length > 0)
    throw new Refusal("Say which version, and nothing else: npm run version -- 0.2.0");
  for (const line of setVersion(root, version, new Date().toISOString().slice(0, 10))) console.log(line);
  console.log("Next: read `git diff`, then go on with docs/releasing.md.");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  try {
    main(process.argv.slice(2));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    console.error(`error: ${error.message}`);
    process.exitCode = 1;
  }
}
