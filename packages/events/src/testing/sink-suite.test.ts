import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  InlineSink,
  type LineSink,
  nodeDisk,
  type RecoveredRun,
  recoverRun,
  type Sink,
  WorkerSink,
} from "../write/index.ts";
import { MemorySink, type SinkUnderTest, sinkSuite } from "./index.ts";

const QUEUE = 4 * 1024 * 1024;

/** A file sink as the emitter sees it, made to take lines that are there already. */
class LinesInto implements Sink {
  readonly #sink: LineSink;
  #closed: Promise<void> | undefined;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  write(line: Uint8Array): boolean {
    const sink = this.#sink;
    const length = line.length + 1;
    if (this.#closed || !sink.claim(false)) return false;
    if (sink.limit - sink.start < length && !(sink.widen(false) && sink.limit - sink.start >= length))
      return false;
    sink.buffer.set(line, sink.start);
    sink.buffer[sink.start + length - 1] = 0x0a;
    return sink.commit(length);
  }

  flush(): Promise<void> {
    return this.#closed ?? this.#sink.flush();
  }

  close(): Promise<void> {
    const nothing = { status: "completed", endTime: 0, emitted: 0, dropped: 0, suppressed: 0 } as const;
    this.#closed ??= this.#sink.close(nothing).then((lost) => expect(lost).toBe(0));
    return this.#closed;
  }
}

function openFile(make: (directory: string, recovered: RecoveredRun) => LineSink): SinkUnderTest {
  const directory = mkdtempSync(join(tmpdir(), "llm-sim-sink-"));
  return {
    sink: new LinesInto(make(directory, recoverRun(nodeDisk, directory))),
    lines: () => readFileSync(join(directory, "events.jsonl"), "utf8").split("\n").slice(0, -1),
    dispose: () => rmSync(directory, { recursive: true }),
  };
}

const options = (directory: string, recovered: RecoveredRun) => ({
  directory,
  recovered,
  simulationId: "suite",
  verbosity: "DETAIL" as const,
  startTime: 0,
  provenance: {},
  maxFileSize: Number.MAX_SAFE_INTEGER,
  compress: "none" as const,
  durability: "none" as const,
  onClosed: () => undefined,
});

const SINKS: [string, () => SinkUnderTest][] = [
  [
    "MemorySink",
    () => {
      const sink = new MemorySink();
      return { sink, lines: () => sink.lines };
    },
  ],
  [
    "MemorySink with room for 3 lines",
    () => {
      const sink = new MemorySink(3);
      return { sink, lines: () => sink.lines };
    },
  ],
  [
    "InlineSink",
    () => openFile((directory, recovered) => new InlineSink(QUEUE, QUEUE / 4, options(directory, recovered))),
  ],
  [
    "WorkerSink",
    () => openFile((directory, recovered) => new WorkerSink(QUEUE, QUEUE / 4, options(directory, recovered))),
  ],
];

describe.each(SINKS)("%s passes the suite of every sink:", (_, open) => {
  for (const { name, run } of sinkSuite(open)) it(name, run);
});

describe("the suite fails a sink that", () => {
  /** A sink that is right but for one thing. */
  class Wrong extends MemorySink {
    push(line: Uint8Array, encoding: BufferEncoding = "utf8"): boolean {
      return this.lines.push(Buffer.from(line).toString(encoding)) > 0;
    }
  }
  const wrongs: [string, () => MemorySink][] = [
    [
      "loses a line",
      () =>
        new (class extends Wrong {
          override write(line: Uint8Array) {
            return line.length % 7 === 0 || super.write(line);
          }
        })(),
    ],
    [
      "holds on to the memory",
      () =>
        new (class extends Wrong {
          readonly kept: Uint8Array[] = [];
          override write(line: Uint8Array) {
            return this.kept.push(line) > 0;
          }
          override async flush() {
            for (const line of this.kept.splice(0)) this.push(line);
          }
        })(),
    ],
    [
      "turns lines round",
      () =>
        new (class extends Wrong {
          override write(line: Uint8Array) {
            return this.lines.unshift(Buffer.from(line).toString()) > 0;
          }
        })(),
    ],
    [
      "spoils characters",
      () =>
        new (class extends Wrong {
          override write(line: Uint8Array) {
            return this.push(line, "latin1");
          }
        })(),
    ],
    [
      "takes lines after its close",
      () =>
        new (class extends Wrong {
          override async close() {}
        })(),
    ],
    [
      "throws when it is full",
      () =>
        new (class extends Wrong {
          override write(): boolean {
            throw new Error("full");
          }
        })(),
    ],
    [
      "says no to what it keeps",
      () =>
        new (class extends Wrong {
          override write(line: Uint8Array) {
            return !super.write(line);
          }
        })(),
    ],
  ];
  it.each(wrongs)("%s", async (_, make) => {
    const failed: string[] = [];
    const tests = sinkSuite(() => {
      const sink = make();
      return { sink, lines: () => sink.lines };
    });
    for (const { name, run } of tests) await run().catch(() => failed.push(name));
    expect(failed.length).toBeGreaterThan(0);
  });
});
