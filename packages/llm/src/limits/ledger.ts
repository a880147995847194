import { appendFileSync, closeSync, fstatSync, openSync, readSync } from "node:fs";
import * as z from "zod";

/** What was spent on answers; `usd` of those whose price is known. */
export interface Spent {
  tokens: number;
  usd: number;
}

export interface Ledger {
  add(spent: Spent): void;
  total(): Readonly<Spent>;
}

/** Kept by this process alone. */
export class OwnLedger implements Ledger {
  readonly #total: Spent;

  constructor({ tokens = 0, usd = 0 }: Partial<Spent>) {
    this.#total = { tokens, usd };
  }

  add({ tokens, usd }: Spent): void {
    this.#total.tokens += tokens;
    this.#total.usd += usd;
  }

  total(): Readonly<Spent> {
    return this.#total;
  }
}

const lineSchema = z.object({ tokens: z.number().min(0), usd: z.number().min(0) });

/**
 * Kept in a file that processes share: a line for each answer, appended in one write, so that no lock is needed. Each begins with a line
 * end of its own: what a process that died left half written spoils no other's line.
 */
export class SharedLedger implements Ledger {
  readonly #file: string;
  readonly #total: Spent = { tokens: 0, usd: 0 };
  /** How much of the file is in the total, in bytes: whole lines. */
  #read = 0;

  constructor(file: string) {
    this.#file = file;
  }

  add(spent: Spent): void {
    appendFileSync(this.#file, `\n${JSON.stringify(spent)}\n`);
  }

  total(): Readonly<Spent> {
    const more = this.#more();
    const end = more.lastIndexOf("\n") + 1;
    this.#read += end;
    for (const line of more.slice(0, end).split("\n")) {
      const spent = parsed(line);
      this.#total.tokens += spent?.tokens ?? 0;
      this.#total.usd += spent?.usd ?? 0;
    }
    return this.#total;
  }

  /** What was appended since it was last read, a character for a byte: nothing but ASCII is in it. */
  #more(): string {
    let file: number;
    try {
      file = openSync(this.#file, "r");
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
      throw error;
    }
    try {
      const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - this.#read));
      return bytes.toString("latin1", 0, readSync(file, bytes, 0, bytes.length, this.#read));
    } finally {
      closeSync(file);
    }
  }
}

function parsed(line: string): Spent | undefined {
  try {
    return lineSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
