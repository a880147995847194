import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { fakeContext, type StartedCli, startCli } from "./cli.test.fixture.ts";

export const REPOSITORY = fileURLToPath(new URL("../../..", import.meta.url));
/** What the documents show is what a terminal of this width shows. */
const COLUMNS = 100;
/** A line that stands for any number of lines. */
export const ELISION = "…";

export interface Step {
  command: string;
  output: string[];
  /** Where the output begins in the document, in lines from 0. */
  line: number;
}

/** The commands of a document's `console` blocks, with the output below each. */
export function stepsOf(document: string): Step[] {
  const steps: Step[] = [];
  let isConsole = false;
  document.split("\n").forEach((text, line) => {
    if (text.startsWith("```")) isConsole = text === "```console";
    else if (isConsole && text.startsWith("$ "))
      steps.push({ command: text.slice(2), output: [], line: line + 1 });
    else if (isConsole) steps.at(-1)?.output.push(text);
  });
  return steps;
}

/** Does what a reader of a document does, in a directory with the examples in it. */
export class Reader {
  readonly #directory: string;
  /** Of the document, to what they are in this directory's runs. */
  readonly #ids = new Map<string, string>();
  readonly #variables = new Map<string, string>();
  #server: { process: StartedCli; address: string } | undefined;

  constructor(directory: string) {
    this.#directory = directory;
    cpSync(join(REPOSITORY, "examples"), join(directory, "examples"), { recursive: true });
  }

  /** @returns the command, its events' ids as they are here, and the lines that it prints */
  async follow({ command, output }: Step): Promise<{ command: string; lines: string[] }> {
    const translated = [...this.#ids].reduce((text, [id, here]) => text.replaceAll(id, here), command);
    const printed = await this.#print(this.#expanded(translated));
    const lines = printed === "" ? [] : printed.replace(/\n$/, "").split("\n");
    this.#learn(output, lines);
    return { command: translated, lines };
  }

  async leave(): Promise<void> {
    this.#server?.process.child.kill("SIGTERM");
    await this.#server?.process.ended;
  }

  /** `U=localhost:8000/simulations/market` is kept for `$U`. */
  #expanded(command: string): string {
    const [, name, value = ""] = /^([A-Z]+)=(\S+)$/.exec(command) ?? [];
    if (name !== undefined) this.#variables.set(`$${name}`, value);
    return [...this.#variables].reduce((text, [variable, told]) => text.replaceAll(variable, told), command);
  }

  async #print(command: string): Promise<string> {
    if (/^[A-Z]+=\S+$/.test(command)) return "";
    const [, unpiped, filter] = /^(.*) \| jq (.+)$/.exec(command) ?? [];
    if (unpiped !== undefined && filter !== undefined)
      return throughJq(wordsOf(filter), await this.#print(unpiped));
    const [call = "", head] = command.split(" | head -");
    const words = wordsOf(call);
    const settings = words.splice(
      0,
      words.findIndex((word) => !/^[A-Z_]+=/.test(word)),
    );
    const env = Object.fromEntries(settings.map((setting) => setting.split("=", 2)));
    const [program, ...rest] = words;
    if (program === "cat") return Promise.resolve(readFileSync(join(this.#directory, rest[0] ?? ""), "utf8"));
    if (program === "curl") return this.#fetch(rest);
    if (rest[0] === "serve") return this.#serve(rest, env);
    return this.#llmSim(rest, { env, head: head === undefined ? undefined : Number(head) });
  }

  async #llmSim(
    args: readonly string[],
    { env, head }: { env: NodeJS.ProcessEnv; head: number | undefined },
  ): Promise<string> {
    // The built program: it starts others of its files.
    const built = new URL("../dist/program.js", import.meta.url).href;
    const { runLlmSim }: typeof import("./program.ts") = await import(built);
    const fake = fakeContext(this.#directory, head === undefined ? COLUMNS : undefined);
    await runLlmSim(args, { ...fake.context, env: { ...fake.context.env, ...env } });
    return head === undefined ? fake.transcript() : fake.stdout().split("\n").slice(0, head).join("\n");
  }

  async #serve(args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
    const process = startCli(this.#directory, [...args, "--port", "0"], env);
    let heard = "";
    process.child.stdout?.on("data", (text: string) => {
      heard += text;
    });
    const refused = await process.said("Ctrl+C").then(
      () => undefined,
      () => process.ended,
    );
    if (refused !== undefined) return refused.stdout + refused.stderr;
    await this.leave();
    const address = /http:\S+?:\d+/.exec(heard)?.[0] ?? "";
    this.#server = { process, address };
    return `${heard.replace(/:\d+\//, ":8000/")}Ctrl+C ends it.\n`;
  }

  /** As `curl` does, with `-H` and `--data-urlencode`. */
  async #fetch(args: readonly string[]): Promise<string> {
    const valuesOf = (option: string) =>
      args.flatMap((arg, at) => (arg === option ? [args[at + 1] ?? ""] : []));
    const address = args.find((arg) => /^(https?:\/\/)?(localhost|127\.0\.0\.1)[:/]/.test(arg)) ?? "";
    const url = new URL(address.includes("://") ? address : `http://${address}`);
    for (const pair of valuesOf("--data-urlencode")) {
      const [name = "", ...value] = pair.split("=");
      url.searchParams.append(name, value.join("="));
    }
    const headers = valuesOf("-H").map((header): [string, string] => {
      const [name = "", ...value] = header.split(": ");
      return [name, value.join(": ")];
    });
    return (await fetch(`${this.#server?.address}${url.pathname}${url.search}`, { headers })).text();
  }

  /** Lines that are alike name the same events. */
  #learn(documented: readonly string[], printed: readonly string[]): void {
    const cut = documented.indexOf(ELISION);
    const pairs = documented.map((line, at) => {
      const isBehindCut = cut >= 0 && at > cut;
      return [line, printed[isBehindCut ? printed.length - documented.length + at : at] ?? ""] as const;
    });
    for (const [line, actual] of pairs) {
      if (shapeOf(line) !== shapeOf(actual)) continue;
      const ids = namesIn(actual);
      namesIn(line).forEach((id, at) => {
        const known = ids[at];
        if (known !== undefined) this.#ids.set(id, known);
      });
    }
  }
}

/** Whether answers can be filtered here, as documents do. */
export const HAS_JQ = spawnSync("jq", ["--version"]).status === 0;

function throughJq(args: readonly string[], document: string): string {
  return execFileSync("jq", args, { input: document, encoding: "utf8" });
}

/** As a shell takes a command apart. */
function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'([^']*)'|"((?:\\.|[^"])*)"|([^\s'"]))+/g)].map(([word]) => unquoted(word));
}

/** An argument without its quotes. */
function unquoted(word: string): string {
  return word.replaceAll(
    /'([^']*)'|"((?:\\.|[^"])*)"/g,
    (_, single?: string, double?: string) => single ?? (double ?? "").replaceAll(/\\(.)/g, "$1"),
  );
}

/** What a line names that is another whenever the command is run: events, and places to go on from. */
function namesIn(line: string): string[] {
  return [...(line.match(EVENT_ID) ?? []), ...[...line.matchAll(CURSOR)].map(([, cursor = ""]) => cursor)];
}

const CURSOR = /"next_cursor": ?"([^"]+)"/g;
const EVENT_ID = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/g;

/** A commit is there only where it was built in a repository. */
const BUILD = /"version":"\d+\.\d+\.\d[^"]*"(,"commit":"[^"]*")?/;

/** What of a line is the same whenever the command is run. */
export function shapeOf(line: string): string {
  return line
    .replace(EVENT_ID, "‹event›")
    .replace(BUILD, '"version":‹varies›')
    .replace(/\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z/g, "‹time›")
    .replace(/-\d{8}-\d{6}-[0-9a-f]{4}/g, "-‹run›")
    .replace(CURSOR, '"next_cursor":‹cursor›')
    .replace(/"(bytes|duration_ms|offset|directory|state_hash)": ?("[^"]*"|[\d.]+)/g, '"$1":‹varies›')
    .replace(/\+\d+\.\d+ s/g, "‹elapsed›")
    .replace(/just now|\d+ (s|min|h|d) ago/g, "‹ago›")
    .replace(/[\d.:]+ (ms|s|min|KB|MB|B)\b/g, "‹amount›")
    .replace(/\s+/g, " ")
    .trimEnd();
}
