import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Store } from "@llm-sim/store";
import { Command } from "commander";
import { each, wholeNumber } from "../arguments/index.ts";
import { EXIT, wrongCall } from "../failure/index.ts";
import { loadLake } from "../lake/index.ts";
import { forkStarter } from "../running/index.ts";
import { DEFAULT_OUTPUT, existingDirectory } from "../runs/index.ts";
import { plainText } from "../terminal/index.ts";
import type { Environment, MakeCommand } from "./make-command.ts";
import { openInBrowser } from "./open-in-browser.ts";

interface Options {
  output: string;
  store?: string;
  port: number;
  host: string;
  open: boolean;
  token?: string;
  corsOrigin?: string[];
  allowWrite: boolean;
}

export const serveCommand: MakeCommand = (environment) =>
  new Command("serve")
    .description("serve the runs over HTTP: web UI at /, API documentation at /docs")
    .argument("[dir]", `where runs lie (default: ./${DEFAULT_OUTPUT})`)
    .option("--output <dir>", "the same as [dir]", DEFAULT_OUTPUT)
    .option(
      "--store <address>",
      "serve the runs of a lake, clickhouse://user@host:8123/database; the password is read from CLICKHOUSE_PASSWORD",
    )
    .option("--port <n>", "the port; 0 takes any that is free", wholeNumber(0, 65_535), 8000)
    .option("--host <host>", "the address to bind to; others than loopback need a token", "127.0.0.1")
    .option("--open", "open the web UI in a browser", false)
    .option("--token <token>", "ask every request for data for this token (default: $LLM_SIM_TOKEN)")
    .option("--allow-write", "let the UI and the API make forks, for who has the token", false)
    .option("--cors-origin <origin>", "let pages of this origin read the answers; repeatable", each)
    .action((directory: string | undefined, options: Options) =>
      options.store === undefined
        ? serve(environment, placeOnDisk(environment, directory ?? options.output), options)
        : serveLake(environment, directory, { ...options, store: options.store }),
    );

/** What is served. */
type Place = { name: string; outputDir: string } | { name: string; store: Store };

function placeOnDisk(environment: Environment, directory: string): Place {
  return { name: directory, outputDir: existingDirectory(environment, directory) };
}

async function serveLake(
  environment: Environment,
  directory: string | undefined,
  options: Options & { store: string },
): Promise<void> {
  if (directory !== undefined)
    throw wrongCall(`Serve ${directory}, or the lake that --store names: not both.`);
  if (options.allowWrite)
    throw wrongCall("--allow-write is for runs on disk: over a lake there are no forks and no new notes.");
  const { openLake, openLakeStore } = await loadLake("serve --store");
  const lake = openLake(options.store, { password: environment.env.CLICKHOUSE_PASSWORD ?? "" });
  try {
    await serve(environment, { name: lake.name, store: await openLakeStore(lake) }, options);
  } finally {
    await lake.close();
  }
}

async function serve(environment: Environment, place: Place, options: Options): Promise<void> {
  const { stdout, stderr, env } = environment;
  const { startServer } = await import("@llm-sim/server");
  // An empty variable is how one is unset where it cannot be removed.
  const given = options.token ?? (env.LLM_SIM_TOKEN || undefined);
  // Who writes asks for a token on loopback as well: every program of this machine reaches it there.
  const token = given ?? (options.allowWrite ? randomBytes(24).toString("base64url") : undefined);
  const startFork =
    options.allowWrite && "outputDir" in place ? await forkStarter(place.outputDir, env) : undefined;
  const webRoot = builtWebUi();
  const server = await startServer({
    ...("store" in place ? { store: place.store } : { outputDir: place.outputDir }),
    host: options.host,
    port: options.port,
    ...(token !== undefined && { token }),
    ...(options.corsOrigin && { corsOrigins: options.corsOrigin }),
    ...(webRoot !== undefined && { webRoot }),
    ...(startFork && { startFork }),
  });
  await environment.interruptible(async (signal) => {
    try {
      await stdout.line(plainText(`Serving ${place.name} at ${server.browserUrl}`));
      await stderr.line("Ctrl+C ends it.");
      if (options.open && !(await openInBrowser(server.browserUrl))) {
        await stderr.line("No browser could be started: open the address yourself.");
      }
      if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    } finally {
      await server.close();
    }
    if (signal.reason === "SIGINT") environment.exitWith(EXIT.interrupted);
  });
}

/** The web UI's built files, where they are installed. */
function builtWebUi(): string | undefined {
  let manifest: string;
  try {
    manifest = fileURLToPath(import.meta.resolve("@llm-sim/web/package.json"));
  } catch {
    return undefined;
  }
  const built = join(dirname(manifest), "dist");
  return existsSync(join(built, "index.html")) ? built : undefined;
}
