import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import type { Jiti } from "jiti";
import { settled } from "../answer/index.ts";
import type { LoadedModule } from "../run/index.ts";

/**
 * Loads the TypeScript or JavaScript modules that a config names, without a build step. What they import from
 * `@llm-sim/*` and from `zod` is what runs here, wherever the modules lie.
 */
export class ModuleLoader {
  /** The config's, which paths are relative to. */
  readonly directory: string;
  readonly #files = new Set<string>();
  /** Texts that count beside the code, by the files that they came from. */
  readonly #texts = new Map<string, string>();
  #jiti: Promise<Jiti> | undefined;

  constructor(directory: string) {
    this.directory = directory;
  }

  /** The file that a path in the config means, where there is one. */
  find(path: string): string | undefined {
    const file = resolve(this.directory, path);
    return existsSync(file) ? file : undefined;
  }

  /**
   * A module's exports by name. What the module throws comes through.
   *
   * @throws NeverSettled where it awaits, at its top, what never comes
   */
  async load(file: string): Promise<Record<string, unknown>> {
    this.#jiti ??= makeJiti(this.directory);
    const jiti = await this.#jiti;
    const exported: unknown = await settled(
      jiti.import(file),
      () => "what it awaits at its top never settles, and nothing is left that could settle it",
    );
    this.#note(file, jiti);
    return typeof exported === "object" && exported !== null ? { ...exported } : {};
  }

  /** A file by its path from the config. */
  relativePath(path: string): string {
    return relative(this.directory, resolve(this.directory, path)).replaceAll(sep, "/");
  }

  /**
   * The text of a file that is no module.
   *
   * @throws Error where it is not there, or is not UTF-8
   */
  readText(path: string): string {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      readFileSync(resolve(this.directory, path)),
    );
  }

  /** A text counts beside the code, as what was read from `path` or, where it was recorded, had been. */
  noteText(path: string, text: string): void {
    this.#texts.set(resolve(this.directory, path), text);
  }

  /** The modules that were loaded and what they imported, and texts that count beside them, by the hash of their bytes. */
  get modules(): LoadedModule[] {
    const contents = new Map<string, string | Buffer>(this.#texts);
    for (const file of this.#files) contents.set(file, readFileSync(file));
    return [...contents.keys()].toSorted().map((file) => ({
      path: this.relativePath(file),
      sha256: createHash("sha256")
        .update(contents.get(file) ?? "")
        .digest("hex"),
    }));
  }

  #note(file: string, jiti: Jiti): void {
    if (this.#files.has(file) || file.includes(`${sep}node_modules${sep}`)) return;
    this.#files.add(file);
    for (const child of jiti.cache[file]?.children ?? []) this.#note(child.filename, jiti);
  }
}

/** Only where a config names a module: starting it takes longer than a small simulation. */
async function makeJiti(directory: string): Promise<Jiti> {
  const { createJiti } = await import("jiti");
  return createJiti(resolve(directory, "config.js"), {
    interopDefault: false,
    virtualModules: {
      "@llm-sim/simulation": await import("@llm-sim/simulation"),
      "@llm-sim/events": await import("@llm-sim/events"),
      "@llm-sim/events/schema": await import("@llm-sim/events/schema"),
      zod: await import("zod"),
    },
  });
}
