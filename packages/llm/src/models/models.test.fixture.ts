import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EventHandle } from "@llm-sim/events";
import { type Attempt, TapeWriter } from "@llm-sim/events/tape";
import { type Coordinate, callDetailsSchema } from "@llm-sim/events/tape/schema";
import type { AttemptReport, Call, Models, Question, Reply } from "@llm-sim/simulation";
import { afterEach } from "vitest";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "llm-sim-models-"));
  folders.push(folder);
  return folder;
}

export interface Asking {
  agent?: string;
  turn?: number;
  ordinal?: number;
  signal?: AbortSignal;
}

/** What a run does for those who ask in it, without the run: keeps what is recorded, and makes a tape of it. */
export class Record {
  readonly attempts: Attempt[] = [];
  readonly reports: AttemptReport[] = [];
  readonly warnings: { error_type: string; description: string; details: object }[] = [];
  readonly #models: Models;

  constructor(models: Models) {
    this.#models = models;
  }

  ask<T = string>(
    question: Partial<Question<T>> = {},
    { agent = "alice", turn = 1, ordinal = 0, signal = new AbortController().signal }: Asking = {},
  ): Promise<Reply<T>> {
    const whole = { purpose: "decide", messages: [{ role: "user" as const, content: "What?" }], ...question };
    const { purpose, key } = whole;
    const call: Call = {
      coordinate: {
        actor: { type: "agent", agent_id: agent },
        turn,
        purpose,
        ...(key !== undefined && { key }),
        ordinal,
      },
      signal,
      record: (attempt, report) => {
        this.attempts.push(attempt);
        this.reports.push({ ...report, details: callDetailsSchema.parse(report.details) });
        return Promise.resolve(EventHandle.none);
      },
      warn: (error_type, description, details) => this.warnings.push({ error_type, description, details }),
    };
    return this.#models.ask(whole, call);
  }

  tapeText(texts = true): string {
    const writer = new TapeWriter({ simulationId: "run", texts });
    return this.attempts.flatMap((one) => writer.linesOf(one)).join("");
  }

  /** @returns the tape's file */
  tape(texts = true): string {
    const file = join(temporaryFolder(), "tape.jsonl");
    writeFileSync(file, this.tapeText(texts));
    return file;
  }

  /** All that it would have put into files. */
  text(): string {
    return JSON.stringify([this.attempts, this.reports, this.warnings]);
  }

  get statuses(): string[] {
    return this.reports.map(({ status, error_type = "" }) => `${status} ${error_type}`.trim());
  }

  get coordinates(): Coordinate[] {
    return this.attempts.map(({ coordinate }) => coordinate);
  }
}
