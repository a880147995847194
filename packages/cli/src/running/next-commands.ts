import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { DEFAULT_OUTPUT } from "../runs/index.ts";

/** Commands to go on with, as the user would type them here. */
export class NextCommands {
  readonly #program: string;
  readonly #output: string;

  constructor(env: Readonly<Record<string, string | undefined>>, output: string) {
    this.#program = isOnPath(env) ? "llm-sim" : "npx llm-sim";
    this.#output = output;
  }

  /** @param lines a command without the program's name, and what it is for */
  text(lines: readonly (readonly [command: string, purpose: string])[]): string[] {
    const commands = lines.map(([command, purpose]) => [`${this.#program} ${command}`, purpose] as const);
    const width = Math.max(...commands.map(([command]) => command.length));
    return ["Next:", ...commands.map(([command, purpose]) => `  ${command.padEnd(width)}   # ${purpose}`)];
  }

  /** ` --output DIR`, where runs do not lie where a command looks by itself. */
  get outputFlag(): string {
    return this.#output === DEFAULT_OUTPUT ? "" : ` --output ${quoted(this.#output)}`;
  }

  /** ` DIR`, for the commands that take it as an argument. */
  get outputArgument(): string {
    return this.#output === DEFAULT_OUTPUT ? "" : ` ${quoted(this.#output)}`;
  }
}

/** Whether a shell finds the program: what npm starts has a path of its own, which the user has not. */
function isOnPath({ npm_command, PATH = "" }: Readonly<Record<string, string | undefined>>): boolean {
  return (
    npm_command === undefined && PATH.split(delimiter).some((folder) => existsSync(join(folder, "llm-sim")))
  );
}

/** An argument as a shell takes it. */
export function quoted(text: string): string {
  return /^[\w./:=@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
