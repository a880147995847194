import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync, inflateRawSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { verifyRun } from "../read/index.ts";
import { closedSegments, readManifest } from "../run/index.ts";
import { type EventStreamOptions, openEventStream, repairRun } from "./index.ts";

let output: string;
beforeEach(() => {
  output = mkdtempSync(join(tmpdir(), "llm-sim-gzip-"));
});
afterEach(() => rmSync(output, { recursive: true, force: true }));

const run = () => join(output, "run");
const open = (options: Partial<EventStreamOptions> = {}) =>
  openEventStream({
    outputDir: output,
    simulationId: "run",
    signals: false,
    compress: "gzip",
    maxFileSize: "3MB",
    ...options,
  });
const segments = () =>
  readdirSync(run())
    .filter((name) => name.startsWith("events"))
    .sort();

/** The members of a gzip file, as RFC 1952 lays them out: the plain ten-byte header that zlib writes, deflate, CRC and size. */
function membersOf(bytes: Buffer): string[] {
  const members: string[] = [];
  const header = bytes.subarray(0, 10);
  let start = 0;
  while (start < bytes.length) {
    // The next header that begins a member which inflates: inside deflated data the same bytes can occur by chance.
    let end = bytes.indexOf(header, start + 10);
    for (;;) {
      const member = bytes.subarray(start + 10, (end < 0 ? bytes.length : end) - 8);
      try {
        members.push(inflateRawSync(member).toString("utf8"));
        break;
      } catch (error) {
        if (end < 0) throw error;
        end = bytes.indexOf(header, end + 10);
      }
    }
    start = end < 0 ? bytes.length : end;
  }
  return members;
}

describe("compress: gzip", () => {
  it("rewrites closed segments as members of about 1 MB of whole lines, and takes the plain ones away", async () => {
    const stream = await open();
    const filler = () => Math.random().toString(36).repeat(20);
    for (let emitted = 0; emitted < 20_000; emitted++)
      stream.action("alice", "buy", { n: emitted, filler: filler() });
    await stream.close();
    const names = segments();
    const compressed = names.filter((name) => name.endsWith(".gz"));
    expect(compressed.length).toBeGreaterThanOrEqual(2);
    expect(names.filter((name) => !name.endsWith(".gz"))).toEqual(["events.jsonl"]);
    let numbers: number[] = [];
    for (const name of compressed) {
      const members = membersOf(readFileSync(join(run(), name)));
      expect(members.join("")).toBe(gunzipSync(readFileSync(join(run(), name))).toString());
      for (const [index, member] of members.entries()) {
        expect(member.endsWith("\n") && member.startsWith('{"event_id"')).toBe(true);
        if (index < members.length - 1) expect(Buffer.byteLength(member)).toBeGreaterThan(900_000);
        expect(Buffer.byteLength(member)).toBeLessThanOrEqual(1024 * 1024);
        const found = member
          .split("\n")
          .slice(0, -1)
          .flatMap((line) => JSON.parse(line).action_payload?.n ?? []);
        numbers = numbers.concat(found);
      }
    }
    const last = readFileSync(join(run(), "events.jsonl"), "utf8").split("\n").slice(0, -1);
    numbers = numbers.concat(last.flatMap((line) => JSON.parse(line).action_payload?.n ?? []));
    expect(numbers).toEqual(Array.from({ length: 20_000 }, (_, n) => n));
    const { file: list, segments: listed } = closedSegments(run(), readManifest(run()));
    expect(list).toBe("segments.jsonl");
    expect(listed.map(({ file }) => `${file}.gz`)).toEqual(compressed);
    expect((await verifyRun(run())).result).toBe("ok");
  });

  it("a line longer than a member has one to itself", async () => {
    const stream = await open({ maxFileSize: "6MB" });
    stream.action("alice", "buy", { filler: "x".repeat(3_000_000) });
    stream.action("alice", "buy", { filler: "y".repeat(2_500_000) });
    stream.action("alice", "buy", { filler: "z".repeat(2_500_000) });
    await stream.close();
    const [name] = segments().filter((one) => one.endsWith(".gz"));
    const members = membersOf(readFileSync(join(run(), name ?? "")));
    expect(members.every((member) => member.endsWith("\n"))).toBe(true);
    expect((await verifyRun(run())).result).toBe("ok");
  });

  it("after a crash between the two forms, the plain one counts, and the rewriting begins anew", async () => {
    const stream = await open({ compress: "none", maxFileSize: "10KB" });
    for (let emitted = 0; emitted < 100; emitted++) stream.action("alice", "buy", { n: emitted });
    await stream.flush();
    const [closed] = segments().filter((name) => name !== "events.jsonl");
    const path = join(run(), closed ?? "");
    writeFileSync(`${path}.gz`, "half of a compressed segm");
    writeFileSync(`${path}.gz.tmp`, "rest of a try before");
    // The lock goes as with a process that died.
    rmSync(join(run(), "writer.lock"));
    const again = await open({ maxFileSize: "10KB" });
    again.action("alice", "buy", { n: 100 });
    await again.close();
    await stream.close().catch(() => undefined);
    expect(existsSync(path)).toBe(false);
    expect(existsSync(`${path}.gz.tmp`)).toBe(false);
    expect(
      gunzipSync(readFileSync(`${path}.gz`))
        .toString()
        .split("\n")[0],
    ).toContain("simulation_start");
  });

  it("after a crash within the rewriting, what repairs the run takes the half of it away: all of it stands in the plain segment", async () => {
    const stream = await open({ compress: "none", maxFileSize: "10KB" });
    for (let emitted = 0; emitted < 100; emitted++) stream.action("alice", "buy", { n: emitted });
    await stream.flush();
    const [closed] = segments().filter((name) => name !== "events.jsonl");
    writeFileSync(join(run(), `${closed}.gz.tmp`), "half of a compressed segm");
    writeFileSync(
      join(run(), "events_2020-01-01_00-00-00-000000.jsonl.gz.tmp"),
      "of which there is no other form",
    );
    rmSync(join(run(), "writer.lock"));
    await repairRun(run());
    await stream.close().catch(() => undefined);
    expect(segments().filter((name) => name.endsWith(".tmp"))).toEqual([
      "events_2020-01-01_00-00-00-000000.jsonl.gz.tmp",
    ]);
    expect(segments()).toContain(closed);
  });
});
