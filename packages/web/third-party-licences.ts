import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Plugin } from "vite";

const FILE = "THIRD-PARTY-LICENSES.txt";
const LICENCE_FILES = /^(licen[cs]e|copying|notice)/i;
/** The folder of the package that a file belongs to; a package may hold packages. */
const PACKAGE = /^[^\0]*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/;

/**
 * Writes the licences of all that is built in, as its authors ask of whoever hands it on, and where its source is, as the EPL asks.
 * Vite's own `build.license` says no addresses, goes by what a chunk says of its modules (which leaves out what was inlined or comes
 * as a file), and says nothing where a text is missing.
 */
export function thirdPartyLicences(): Plugin {
  return {
    name: "third-party-licences",
    generateBundle() {
      try {
        this.emitFile({ type: "asset", fileName: FILE, source: licencesOf([...this.getModuleIds()]) });
      } catch (error) {
        this.error(error instanceof Error ? error.message : String(error));
      }
    },
  };
}

function licencesOf(modules: readonly string[]): string {
  const folders = new Set(modules.flatMap((file) => PACKAGE.exec(file)?.[0] ?? []));
  const rule = `\n\n${"-".repeat(80)}\n\n`;
  const intro = "The web UI of llm-sim contains the following packages.";
  return `${[intro, ...new Set([...folders].sort().map(licenceOf))].join(rule)}\n`;
}

function licenceOf(folder: string): string {
  const { name, version, license, repository, homepage } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  const files = readdirSync(folder).filter((file) => LICENCE_FILES.test(file));
  if (files.length === 0)
    throw new Error(
      `${name} is bundled, and ${relative(process.cwd(), folder)} holds no text of its licence`,
    );
  const source = addressOf(repository?.url ?? repository ?? homepage ?? "not said");
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8").trim());
  return [`${name} ${version}`, `Licence: ${license}`, `Source: ${source}`, "", ...texts].join("\n");
}

/** Of a repository as package.json may name it: for git, or on GitHub by owner and name alone. */
function addressOf(repository: string): string {
  if (/^[\w.-]+\/[\w.-]+$/.test(repository)) return `https://github.com/${repository}`;
  return repository.replace(/^git\+|\.git$/g, "");
}
