import { pathToFileURL } from "node:url";

const SOURCE = "/src/";

/**
 * Where a thread, or a process of its own, finds a module that stands beside the one that asks. Threads run what is built: for
 * a module that runs from source, as in tests, that lies in `dist`. In a bundle it may be missing; who starts it copes with that.
 *
 *     new Worker(builtModule("./worker.ts", import.meta.url));
 *
 * @param module relative to the one that asks, in TypeScript
 * @param from `import.meta.url`; bundlers leave it undefined in CommonJS, and the module would lie beside the program
 */
export function builtModule(module: string, from: string | undefined): URL {
  const asking = new URL(from ?? pathToFileURL(process.argv[1] ?? "").href);
  const built = new URL(module.replace(/\.ts$/, ".js"), asking);
  if (!asking.pathname.endsWith(".ts")) return built;
  const at = built.href.lastIndexOf(SOURCE);
  return at < 0 ? built : new URL(`${built.href.slice(0, at)}/dist/${built.href.slice(at + SOURCE.length)}`);
}
