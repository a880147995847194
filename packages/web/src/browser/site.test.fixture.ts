import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RunBatch } from "@llm-sim/events/run";
import type { VerbosityLevel } from "@llm-sim/events/schema";
import { type RunningServer, type ServerOptions, startServer } from "@llm-sim/server";
import { loadConfig, type Override, runSimulation } from "@llm-sim/simulation";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { launchBrowser } from "./browser.test.fixture.ts";

const ROOT = join(import.meta.dirname, "../../../..");
export const WEB_ROOT = join(import.meta.dirname, "../../dist");

export interface SiteRun {
  id: string;
  /** Under `examples/`. */
  config: string;
  verbosity?: VerbosityLevel;
  overrides?: Override[];
  batch?: RunBatch;
}

/** A server over real runs, and a browser that looks at it. */
export interface Site {
  outputDir: string;
  server: RunningServer;
  browser: Browser;
  /** A page at a path; what goes wrong in it is in `faults`. */
  open(path: string, options?: PageOptions): Promise<Page>;
  /** Errors in the page's console, requests to another host. Aborted requests are none: the page gives up what nobody waits for. */
  faults: string[];
  /** A question of this page was meant to be refused: what the browser says of that, now or later, is no fault. */
  refused(page: Page): void;
  /** Closes the pages: one that goes on drawing slows the next down. */
  closePages(): Promise<void>;
  close(): Promise<void>;
}

export interface PageOptions {
  width?: number;
  height?: number;
  colorScheme?: "light" | "dark";
  /** What `navigator.language` says, where it is no locale that a browser can be started with. */
  language?: string;
}

export async function openSite(
  runs: readonly SiteRun[],
  serverOptions: Pick<ServerOptions, "token" | "startFork"> = {},
): Promise<Site> {
  if (!existsSync(join(WEB_ROOT, "index.html")))
    throw new Error("The web UI is not built: run `npm run build` first.");
  const outputDir = await mkdtemp(join(tmpdir(), "llm-sim-web-"));
  for (const { id, config, verbosity = "DETAIL", overrides = [], batch } of runs) {
    const simulation = await loadConfig(join(ROOT, "examples", config), { overrides });
    await runSimulation(simulation, { outputDir, verbosity, simulationId: id, batch, signals: false });
  }
  const [server, browser] = await Promise.all([
    startServer({ outputDir, port: 0, webRoot: WEB_ROOT, ...serverOptions }),
    launchBrowser(),
  ]);
  const contexts: BrowserContext[] = [];
  const faults: string[] = [];
  const meantToBeRefused = new WeakSet<Page>();
  const refusals = new WeakMap<Page, string[]>();
  /** Counted for its page as well: what another one was refused stays a fault. */
  function addRefusal(page: Page, fault: string): void {
    if (meantToBeRefused.has(page)) return;
    faults.push(fault);
    refusals.set(page, [...(refusals.get(page) ?? []), fault]);
  }
  async function closePages(): Promise<void> {
    await Promise.all(contexts.splice(0).map((context) => context.close()));
  }
  return {
    outputDir,
    server,
    browser,
    faults,
    refused(page) {
      meantToBeRefused.add(page);
      for (const refusal of refusals.get(page) ?? []) {
        const at = faults.indexOf(refusal);
        if (at >= 0) faults.splice(at, 1);
      }
    },
    async open(path, { width = 1280, height = 800, colorScheme = "light", language } = {}) {
      const context = await browser.newContext({
        viewport: { width, height },
        colorScheme,
        locale: "en-US",
        reducedMotion: "reduce",
        acceptDownloads: true,
        permissions: ["clipboard-read", "clipboard-write"],
      });
      contexts.push(context);
      if (language !== undefined)
        await context.addInitScript((name) => {
          Object.defineProperty(navigator, "language", { get: () => name });
          Object.defineProperty(navigator, "languages", { get: () => [name] });
        }, language);
      const page = await context.newPage();
      page.setDefaultTimeout(10_000);
      page.on("pageerror", (error) => faults.push(error.message));
      page.on("console", (message) => {
        if (message.type() !== "error") return;
        const fault = `${message.text()} ${message.location().url}`.trimEnd();
        if (/status of 4\d\d/.test(fault)) addRefusal(page, fault);
        else faults.push(fault);
      });
      page.on("request", (request) => {
        if (!request.url().startsWith(server.url) && !/^(blob|data):/.test(request.url()))
          faults.push(`asked ${request.url()}`);
      });
      await page.goto(server.url + path);
      return page;
    },
    closePages,
    async close() {
      await closePages();
      await browser.close();
      await server.close();
      await rm(outputDir, { recursive: true, force: true });
    },
  };
}
