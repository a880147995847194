// Logs as other hands, broken disks and mistakes leave them. Each kind alters a copy of a whole run of one segment, `events.jsonl`.
import { appendFileSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../install.mjs";

const PYTHON_RUN = join(
  root,
  "packages/events/src/read/fixtures/python-dialect/py-late-20251005-101500-3agents",
);
const GARBAGE = Buffer.from('\u0000\u0001{"half": [1, 2\n{}\nnull\n[]\n"text"\n\ufffd'.repeat(50));
const CLOSED = "events_2026-11-26_10-00-00-000000.jsonl";
const LATER = "events_2026-11-27_10-00-00-000000.jsonl";

const SIZE_OF_LONG_LINE = 20 * 1024 * 1024;

/** @param lines without newlines */
const textOf = (lines) => lines.map((line) => `${line}\n`).join("");

/** The line with members of it set anew. */
const altered = (line, members) => JSON.stringify({ ...JSON.parse(line), ...members });

/** Every `step`-th line of a kind of event. */
function alterEach(lines, type, members) {
  return lines.map((line, index) => {
    const event = JSON.parse(line);
    return event.event_type === type
      ? altered(line, typeof members === "function" ? members(event, index) : members)
      : line;
  });
}

/** What a kind does with the files of its run. */
class Files {
  constructor(directory, lines) {
    [this.directory, this.lines] = [directory, lines];
  }

  path(name) {
    return join(this.directory, name);
  }

  write(name, content) {
    writeFileSync(this.path(name), content);
  }

  remove(name) {
    rmSync(this.path(name), { recursive: true, force: true });
  }

  log(content) {
    this.write("events.jsonl", content);
  }

  logOf(lines) {
    this.log(textOf(lines));
  }

  manifest(members) {
    const manifest = JSON.parse(readFileSync(this.path("run.json"), "utf8"));
    this.write("run.json", JSON.stringify({ ...manifest, ...members }));
  }
}

const nested = (depth) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;

/**
 * Each kind: what it does and, where that is plain, how many events are served then and how many lines are counted as skipped,
 * given how many lines there were.
 *
 * @type {Record<string, { make: (files: Files) => void, holds?: (count: number) => { events?: number, skipped?: number } }>}
 */
export const ODD_LOGS = {
  empty: { make: (files) => files.log(""), holds: () => ({ events: 0, skipped: 0 }) },
  "only zeros": { make: (files) => files.log(Buffer.alloc(50_000)), holds: () => ({ events: 0 }) },
  "zeros in the middle": {
    make: ({ lines, ...files }) =>
      writeFileSync(
        join(files.directory, "events.jsonl"),
        Buffer.concat([
          Buffer.from(textOf(lines.slice(0, 20))),
          Buffer.alloc(5000),
          Buffer.from(textOf(lines.slice(20))),
        ]),
      ),
    // Nothing is missing, and that it is no log as it was written is told of.
    holds: (count) => ({ events: count, skipped: 1 }),
  },
  "in UTF-16": {
    make: (files) => files.log(Buffer.from(`\ufeff${textOf(files.lines)}`, "utf16le")),
    holds: () => ({ events: 0 }),
  },
  "with a UTF-8 mark": {
    make: (files) => files.log(`\ufeff${textOf(files.lines)}`),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "with CRLF": {
    make: (files) => files.log(textOf(files.lines).replaceAll("\n", "\r\n")),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "no newline at its end": {
    make: (files) => files.log(textOf(files.lines).slice(0, -1)),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "half a line at its end": {
    make: (files) => files.log(textOf(files.lines).slice(0, -40)),
    holds: (count) => ({ events: count - 1 }),
  },
  "half a line in the middle": {
    make: (files) => files.logOf(files.lines.map((line, at) => (at === 20 ? line.slice(0, 60) : line))),
    holds: (count) => ({ events: count - 1, skipped: 1 }),
  },
  "blank lines": {
    make: (files) => files.log(textOf(files.lines).replaceAll("\n", "\n\n \n")),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "millions of newlines": {
    make: (files) => files.log(`${"\n".repeat(3_000_000)}${textOf(files.lines)}`),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "one line of 20 MB": {
    make: (files) =>
      files.logOf(
        files.lines.map((line, at) =>
          at === 30
            ? altered(line, { extra: "x".repeat(SIZE_OF_LONG_LINE), exact: 0.12345678901234568 })
            : line,
        ),
      ),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "numbers of a million digits": {
    make: (files) =>
      files.logOf(
        files.lines.map((line, at) =>
          at % 10 === 5
            ? line.replace(/\}$/, `,"extra":1.${"0".repeat(1e6)}1,"more":${"7".repeat(1e6)}}`)
            : line,
        ),
      ),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "values and reasons of a million characters": {
    make: (files) =>
      files.logOf(
        files.lines.map((line, at) => {
          const event = JSON.parse(line);
          const long = `${'\\" . '.repeat(2e5)}'`;
          if (event.event_type === "STATE" && at % 7 === 0) return altered(line, { new_value: long });
          if (event.event_type === "DETAIL") return altered(line, { error: long, error_message: long });
          return line;
        }),
      ),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "names of a hundred thousand characters": {
    make: (files) =>
      files.log(textOf(files.lines).replaceAll('"wealth"', JSON.stringify('a."b'.repeat(25_000)))),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "a line nested 10,000 deep": {
    make: (files) =>
      files.logOf(
        files.lines.toSpliced(30, 0, files.lines[30].replace(/\}$/, `,"extra":${nested(10_000)}}`)),
      ),
    holds: (count) => ({ events: count, skipped: 1 }),
  },
  "lines that are no objects": {
    make: (files) =>
      files.logOf(files.lines.toSpliced(5, 0, "[]", "null", "3", '"text"', "{}", "true", "nonsense")),
    holds: (count) => ({ events: count, skipped: 7 }),
  },
  "bytes that are no UTF-8": {
    make: (files) => files.log(Buffer.from(textOf(files.lines).replaceAll("xxx", "x\u00ff\u00fe"), "latin1")),
  },
  "lone surrogates": {
    make: (files) => files.logOf(files.lines.map((line) => line.replace("xxxx", "\\ud800x\\udc00"))),
    holds: (count) => ({ events: count }),
  },
  "ids twice": {
    make: (files) => files.logOf([...files.lines, ...files.lines.slice(10, 20)]),
    holds: (count) => ({ events: count, skipped: 10 }),
  },
  "ids that descend": {
    make: (files) => files.logOf(files.lines.toReversed()),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "times back and forth": {
    make: (files) =>
      files.logOf(
        files.lines.map((line, at) =>
          altered(line, { timestamp: `2026-11-26T10:00:${String((at * 37) % 60).padStart(2, "0")}.000000Z` }),
        ),
      ),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "times of other forms": {
    make: (files) =>
      files.logOf(
        files.lines.map((line, at) =>
          altered(line, {
            timestamp: [
              "2026-11-26T10:00:00Z",
              "2026-11-26",
              12,
              "yesterday",
              "9999-12-31T23:59:59.999999Z",
              "0000-01-01T00:00:00Z",
            ][at % 6],
          }),
        ),
      ),
  },
  "unknown kinds": {
    make: (files) => files.logOf(alterEach(files.lines, "DETAIL", { event_type: "RUMOUR" })),
  },
  "the dialect of Python": {
    make: (files) => {
      files.remove("");
      cpSync(PYTHON_RUN, files.directory, { recursive: true });
    },
  },
  "another run's events": {
    make: (files) =>
      files.logOf(files.lines.map((line) => altered(line, { simulation_id: "somebody-else" }))),
  },
  "causes that are not there": { make: (files) => files.logOf(files.lines.toSpliced(3, 30)) },
  "causes in a circle": {
    make: (files) => {
      const ids = files.lines.map((line) => JSON.parse(line).event_id);
      files.logOf(
        files.lines.map((line, at) => altered(line, { caused_by: [ids[(at + 1) % ids.length], ids[at]] })),
      );
    },
  },
  "turns that are none": {
    make: (files) =>
      files.logOf(
        files.lines.map((line, at) =>
          altered(line, {
            turn_number: [-1, 1.5, 4_294_967_299, "3", null, 9_007_199_254_740_991, 1e300, 2][at % 8],
          }),
        ),
      ),
  },
  "numbers beyond a double": {
    make: (files) =>
      files.logOf(
        files.lines.map((line) =>
          line
            .replace(/"new_value":(\d+)/, '"new_value":1e999')
            .replace(/"amount":(\d+)/, '"amount":12345678901234567890123456789012345678901234567890.5'),
        ),
      ),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "names that trap": {
    make: (files) =>
      files.log(
        textOf(files.lines)
          .replaceAll('"alice"', '"__proto__"')
          .replaceAll('"bob"', '"constructor"')
          .replaceAll('"wealth"', '"__proto__.toString"')
          .replaceAll('"trade"', '"<script>alert(1)</script>"'),
      ),
  },
  "values that are no values": {
    make: (files) =>
      files.logOf(
        alterEach(files.lines, "STATE", (_, at) => ({
          new_value: [
            { a: [{ b: null }] },
            [],
            "",
            null,
            { "": { "": 1 } },
            Array.from({ length: 20_000 }, () => 1),
          ][at % 6],
        })),
      ),
  },
  "no end, and two of them": {
    make: (files) =>
      files.logOf([
        ...files.lines,
        altered(files.lines.at(-1), { event_id: "7ZZZZZZZZZZZZZZZZZZZZZZZZZ" }),
        files.lines[0],
      ]),
  },
  "gzip damaged by a bit": {
    make: (files) => {
      const packed = Buffer.concat(
        [0, 20, 40, 60].map((from) => gzipSync(textOf(files.lines.slice(from, from + 20)))),
      );
      packed[Math.floor(packed.length / 3)] ^= 4;
      files.write(`${CLOSED}.gz`, packed);
      files.logOf(files.lines.slice(80));
    },
  },
  "gzip cut off": {
    make: (files) => {
      const packed = gzipSync(textOf(files.lines.slice(0, 60)));
      files.write(`${CLOSED}.gz`, packed.subarray(0, packed.length - 30));
      files.logOf(files.lines.slice(60));
    },
  },
  "gzip in many members": {
    make: (files) => {
      files.write(
        `${CLOSED}.gz`,
        Buffer.concat(files.lines.slice(0, 60).map((line) => gzipSync(`${line}\n`))),
      );
      files.logOf(files.lines.slice(60));
    },
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "gzip of nothing, and an empty one": {
    make: (files) => {
      files.write(`${CLOSED}.gz`, gzipSync(""));
      files.write(`${LATER}.gz`, "");
    },
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "a gzip that is none": { make: (files) => files.write(`${CLOSED}.gz`, GARBAGE) },
  "a segment in both forms": {
    make: (files) => {
      files.write(CLOSED, textOf(files.lines.slice(0, 60)));
      files.write(`${CLOSED}.gz`, gzipSync(textOf(files.lines.slice(10, 20))));
      files.logOf(files.lines.slice(60));
    },
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "segments named out of order": {
    make: (files) => {
      files.write(LATER, textOf(files.lines.slice(0, 30)));
      files.write(CLOSED, textOf(files.lines.slice(30, 60)));
      files.write("events_2026-13-45_99-00-00-000000.jsonl", textOf(files.lines.slice(0, 5)));
      files.logOf(files.lines.slice(60));
    },
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "no active segment": {
    make: (files) => {
      files.write(CLOSED, textOf(files.lines));
      files.remove("events.jsonl");
    },
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "no run.json": {
    make: (files) => files.remove("run.json"),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "run.json that is no JSON": {
    make: (files) => files.write("run.json", GARBAGE),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "run.json empty": {
    make: (files) => files.write("run.json", ""),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "run.json of a later version": { make: (files) => files.manifest({ format_version: 99 }) },
  "run.json of another run": {
    make: (files) =>
      files.manifest({
        simulation_id: "another",
        counts: { emitted: 1, written: 1, dropped: 0, suppressed: 0, pending: 0 },
      }),
  },
  "run.json of wrong types": {
    make: (files) =>
      files.write(
        "run.json",
        JSON.stringify({
          simulation_id: 7,
          status: [],
          start_time: {},
          counts: "many",
          config: null,
          segments: { a: 1 },
          batch: { id: 3 },
          parent: 5,
          seed: { a: 1 },
        }),
      ),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "run.json of 30 MB": {
    make: (files) =>
      files.manifest({
        config: {
          simulation: { name: "long" },
          extra: Array.from({ length: 300_000 }, () => "x".repeat(100)),
        },
      }),
  },
  "run.json nested 10,000 deep": {
    make: (files) => files.write("run.json", `{"simulation_id":"a","config":${nested(10_000)}}`),
  },
  "garbage for events.index": {
    make: (files) => files.write("events.index", GARBAGE),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "garbage for parts of events.index": {
    make: (files) => {
      for (const name of ["events.index.0", "events.index.262144", "events.index.x"])
        files.write(name, GARBAGE);
    },
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "garbage for segments.jsonl": {
    make: (files) => files.write("segments.jsonl", GARBAGE),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "garbage for tape.jsonl": {
    make: (files) => files.write("tape.jsonl", GARBAGE),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "garbage for notes.jsonl": {
    make: (files) => files.write("notes.jsonl", GARBAGE),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "garbage for summary.json": {
    make: (files) => files.write("summary.json", GARBAGE),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "summary.json of wrong types": {
    make: (files) =>
      files.write("summary.json", JSON.stringify({ variables: [{ name: 3 }], refusals: null, widest: {} })),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "garbage for a checkpoint": {
    make: (files) => {
      mkdirSync(files.path("checkpoints"), { recursive: true });
      files.write("checkpoints/turn_4.json", GARBAGE);
      files.write("checkpoints/turn_x.json", "{}");
    },
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "garbage for writer.lock": {
    make: (files) => files.write("writer.lock", GARBAGE),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "a foreign lock": {
    make: (files) => {
      files.write(
        "writer.lock",
        JSON.stringify({
          host: "elsewhere",
          pid: 1,
          process_start: "1",
          started: "2026-11-26T10:00:00.000000Z",
        }),
      );
      files.manifest({ status: "running" });
    },
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "garbage for seal.json": {
    make: (files) => files.write("seal.json", GARBAGE),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "a tape that ends in half a line": {
    make: (files) => appendFileSync(files.path("tape.jsonl"), '{"line":"attempt","half'),
    holds: (count) => ({ events: count, skipped: 0 }),
  },
  "files that do not belong to it": {
    make: (files) => {
      files.write("events.txt", GARBAGE);
      files.write("events_.jsonl", GARBAGE);
      files.write("-rf", GARBAGE);
      files.write("\u001b[31mred.jsonl", GARBAGE);
    },
    holds: (count) => ({ events: count, skipped: 0 }),
  },
};

/** Makes the run of a kind in a copy of `whole`. @returns its id */
export function writeOddLog(outputDir, kind, whole, lines) {
  const id = `odd-${kind.replaceAll(/[^A-Za-z0-9]+/g, "-")}`;
  const directory = join(outputDir, id);
  cpSync(whole, directory, { recursive: true });
  ODD_LOGS[kind].make(new Files(directory, lines));
  return id;
}
