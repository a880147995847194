import { createHash } from "node:crypto";
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { verifyRun } from "@llm-sim/events/read";
import { readManifest } from "@llm-sim/events/run";
import { type Event, formatTimestamp } from "@llm-sim/events/schema";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { type Answer, ask, jsonLines, temporaryDirectory } from "./cli.test.fixture.ts";
import { REPOSITORY } from "./documents.test.fixture.ts";

const directory = temporaryDirectory();
const file = (name: string) => join(directory, name);
const bring = (log: string, map: string, ...more: string[]): Promise<Answer> =>
  ask(directory, ["import", log, "--map", map, ...more]);

async function eventsOf(run: string, ...kinds: string[]): Promise<Event[]> {
  const { stdout } = await ask(directory, ["export", run, "--format", "jsonl"]);
  return jsonLines<Event>(stdout).filter((event) => kinds.length === 0 || kinds.includes(event.event_type));
}

beforeAll(() => cpSync(join(REPOSITORY, "examples", "import"), directory, { recursive: true }));

describe("five shapes of logs that other programs leave", () => {
  const shapes = [
    ["tool-calls.jsonl", "tool-calls.yaml", ["tool-calls"], 8],
    ["village.jsonl", "village.yaml", ["village"], 7],
    ["sweep.jsonl", "sweep.yaml", ["rate-0.1", "rate-0.2"], 6],
    ["grid.json", "grid.yaml", ["grid"], 6],
    ["per-agent.jsonl", "per-agent.yaml", ["per-agent"], 7],
  ] as const;

  it.each(shapes)("%s", async (log, map, runs, records) => {
    const answer = await bring(log, map, "--json");
    expect(answer.code, answer.stderr).toBe(0);
    const reports = jsonLines<{ id: string; records: number }>(answer.stdout);
    expect(reports.map(({ id }) => id)).toEqual(runs);
    expect(reports.reduce((sum, report) => sum + report.records, 0)).toBe(records);
    for (const run of runs) {
      expect(await verifyRun(file(`output/${run}`))).toMatchObject({ result: "ok", violations: [] });
      const bytes = readFileSync(file(log));
      expect(readManifest(file(`output/${run}`))).toMatchObject({
        status: "completed",
        causes: { version: 2, by: "emitter" },
        import: { file: log, bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") },
      });
      expect(readFileSync(file(`output/${run}/run.json`), "utf8")).not.toContain(directory);
    }
  });

  it("milliseconds, and causes by the ids that records name", async () => {
    const events = await eventsOf("tool-calls");
    const byText = new Map(events.map((event) => [event.description, event]));
    const thought = byText.get("planner: thought: look the price up first");
    expect(thought?.timestamp).toBe("2024-03-01T10:00:00.412000Z");
    const failure = events.find(({ event_type }) => event_type === "SYSTEM");
    const [search, again, sell] = events.filter(({ event_type }) => event_type === "ACTION");
    expect(search?.caused_by).toEqual([thought?.event_id]);
    expect(failure).toMatchObject({
      status: "retry",
      subject_agent_id: "planner",
      caused_by: [search?.event_id],
    });
    expect(again?.caused_by).toEqual([failure?.event_id]);
    const sold = byText.get("trader: thought: sell 20");
    expect(sold?.caused_by).toEqual(
      expect.arrayContaining([again?.event_id, byText.get("Phase: step 2")?.event_id]),
    );
    // More digits than a double holds are kept, and said to be written otherwise.
    expect(sell).toMatchObject({
      turn_number: 2,
      caused_by: [sold?.event_id],
      action_payload: { amount: 20, order: "9054686819491029395" },
      lossy: ["/action_payload/order"],
      details: { id: "e6" },
    });
  });

  it("turns that are words, and local times", async () => {
    const turns = (await eventsOf("village", "MILESTONE")).filter(
      (event) => "source_turn" in (event.details ?? {}),
    );
    expect(turns.map(({ turn_number, description }) => `${turn_number} ${description}`)).toEqual([
      "1 Turn 1 started: Day 1",
      "2 Turn 2 started: Night 1",
      "3 Turn 3 started: Day 2",
    ]);
    expect(turns[0]?.timestamp).toBe("2024-03-01T16:00:00.000000Z");
  });

  it("several runs in one file, each with its own turns and its name", async () => {
    const events = await eventsOf("rate-0.2", "ACTION");
    expect(events.map(({ agent_id, turn_number }) => [agent_id, turn_number])).toEqual([
      ["lena", 1],
      ["omar", 1],
      ["omar", 3],
    ]);
    expect(events[0]).toMatchObject({
      action_payload: { amount: 35 },
      timestamp: "2024-03-01T09:00:00.100000Z",
    });
    expect(readManifest(file("output/rate-0.2"))?.name).toBe("rate 0.2");
  });

  it("agents that are numbers, and a row of variables whose changes alone are events", async () => {
    const { stdout } = await ask(directory, ["state", "grid", "--turn", "2", "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({
      agents: { "agent-1": { wealth: 1, pos: [1, 3] }, "agent-2": { wealth: 1, pos: [2, 3] } },
    });
    const moves = (await eventsOf("grid", "STATE")).filter(
      (event) =>
        event.event_type === "STATE" && event.agent_id === "agent-2" && event.variable_name === "pos",
    );
    expect(moves).toMatchObject([
      { turn_number: 0, change: "added" },
      { turn_number: 2, old_value: [3, 3] },
    ]);
  });

  it("times that step back from agent to agent, put in order", async () => {
    const events = await eventsOf("per-agent", "DECISION", "ACTION");
    expect(events.map(({ agent_id, timestamp }) => [agent_id, timestamp.slice(17, -1)])).toEqual([
      ["ann", "00.000000"],
      ["ben", "00.100000"],
      ["ann", "00.700000"],
      ["ben", "00.800000"],
      ["ann", "02.000000"],
      ["ben", "02.100000"],
      ["ann", "02.900000"],
    ]);
    const decision = events.find(
      ({ agent_id, event_type }) => agent_id === "ben" && event_type === "DECISION",
    );
    expect(events[3]?.caused_by).toEqual([decision?.event_id]);
    expect(events[5]?.caused_by).toEqual([decision?.event_id]);
    expect(events[6]).toMatchObject({ participating_agent_ids: ["ann", "ben"] });
  });

  it("is refused where the run is there already, before anything is written", async () => {
    const answer = await bring("sweep.jsonl", "sweep.yaml");
    expect(answer).toMatchObject({
      code: 2,
      stdout: "",
      stderr: expect.stringContaining("There is a run rate-0.1 in output already"),
    });
  });
});

const MAP = `time: { field: t, unit: s }
turn: { field: turn }
events:
  - { kind: ACTION, agent_id: who, action_type: what }
`;
let number = 0;
async function bringText(log: string | Buffer, map: string = MAP): Promise<Answer & { run: string }> {
  const run = `text-${++number}`;
  writeFileSync(file(`${run}.jsonl`), log);
  writeFileSync(file(`${run}.yaml`), map);
  return { ...(await bring(`${run}.jsonl`, `${run}.yaml`)), run };
}

describe("a mapping that is wrong is refused with its place and the nearest name, and nothing is written", () => {
  const LOG = '{"t":1,"turn":1,"who":"ann","what":"move","note":"x"}\n';
  it.each([
    [
      "an unknown key",
      `${MAP}cuases: { otherwise: turn }\n`,
      /yaml:5:1: unknown key "cuases"; did you mean "causes"\?/,
    ],
    [
      "a key of another kind",
      MAP.replace("action_type", "decision_type"),
      /yaml:4:5: missing key "action_type" in events\.0: expected where a ACTION has it/,
    ],
    [
      "an unknown kind",
      MAP.replace("ACTION", "ACTON"),
      /yaml:4:\d+: events\.0\.kind is "ACTON".*did you mean "ACTION"\?/,
    ],
    [
      "an unknown unit",
      MAP.replace("unit: s", "unit: sec"),
      /yaml:1:\d+: time\.unit is "sec": expected one of s, ms, us, ns/,
    ],
    [
      "a field that no record has",
      MAP.replace("who", "whom"),
      /yaml:4:\d+: no record that events\.0 takes has a field "whom"; did you mean "who"\?/,
    ],
    [
      "a time that no record has",
      MAP.replace("field: t,", "field: ts,"),
      /yaml:1:\d+: no record has a field "ts"/,
    ],
    [
      "a condition on a field that no record has",
      `${MAP}  - { when: { knd: x }, skip: true }\n`,
      /yaml:5:\d+: no record has a field "knd"/,
    ],
    [
      "a misspelt option of a field",
      MAP.replace("who", "{ feild: who }"),
      /yaml:4:\d+: unknown key "feild" in events\.0\.agent_id; did you mean "field"\?/,
    ],
    [
      "two ways at once",
      MAP.replace("who", "{ field: who, value: ann }"),
      /expected one of field, value, text, object/,
    ],
    ["no YAML", "time: [", /yaml:\d+:\d+: not YAML/],
  ])("%s", async (_, map, message) => {
    const answer = await bringText(LOG, map);
    expect(answer).toMatchObject({ code: 2, stdout: "", stderr: expect.stringMatching(message) });
    expect(answer.stderr.trim().split("\n")).toHaveLength(1);
    expect(existsSync(file(`output/${answer.run}`))).toBe(false);
  });

  it("a mapping or a log that is not there", async () => {
    expect(await bring("sweep.jsonl", "no.yaml")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no such mapping"),
    });
    expect(await bring("no.jsonl", "sweep.yaml")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("There is no file no.jsonl"),
    });
  });
});

describe("lines that cannot be used", () => {
  it("are counted, named by line with the reason, recorded in the log, and make the exit code 1", async () => {
    const log = [
      '{"t":1,"turn":1,"who":"ann","what":"move"}',
      '{"t":2,"turn":1,"who":"ann","wh',
      '{"turn":1,"who":"ann","what":"move"}',
      '{"t":"noon","turn":1,"who":"ann","what":"move"}',
      '{"t":-5,"turn":1,"who":"ann","what":"move"}',
      '{"t":3,"turn":"later","who":"ann","what":"move"}',
      '{"t":3,"turn":-1,"who":"ann","what":"move"}',
      '{"t":3,"turn":1,"what":"move"}',
      '{"t":3,"turn":1,"who":"a,b","what":"move"}',
      "[1]",
      '{"t":4,"turn":1,"who":"ann","what":"stop"}',
    ].join("\r\n");
    const { run, code, stderr } = await bringText(log);
    expect(code).toBe(1);
    expect(stderr).toContain("9 of 11 records could not be imported:");
    expect(stderr).toMatch(/:2: no JSON: /);
    expect(stderr).toMatch(/:3: it has no time: there is no t\n/);
    expect(stderr).toMatch(/:4: t is "noon": expected a moment/);
    expect(await verifyRun(file(`output/${run}`))).toMatchObject({ result: "ok", violations: [] });
    const [warning] = await eventsOf(run, "SYSTEM");
    expect(warning).toMatchObject({
      status: "warning",
      error_type: "import_rejected",
      details: { rejected: 9 },
    });
    const rejects = warning?.details?.rejects;
    expect(Array.isArray(rejects) && rejects.map((reject) => JSON.stringify(reject))).toHaveLength(9);
    expect((await eventsOf(run, "ACTION")).map((event) => event.timestamp)).toEqual(
      [1e6, 4e6].map((time) => formatTimestamp(time)),
    );
  });

  it("all of them: nothing is written", async () => {
    const { run, code, stderr } = await bringText("not a log\nat all\n");
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        /2 of 2 records are no events; line 1: no JSON: .*; expected JSON Lines, or one JSON array\.\n$/,
      ),
    ]);
    expect(existsSync(file(`output/${run}`))).toBe(false);
  });

  it.each([
    ["an empty file", "", /There is no record in/],
    ["an empty array", "[]", /There is no record in/],
    ["UTF-16", Buffer.from('\ufeff{"t":1}\n', "utf16le"), /the file is UTF-16; save it as UTF-8/],
    ["a file of one object over several lines", '{\n "t": 1\n}\n', /expected JSON Lines, or one JSON array/],
  ])("%s is named as what it is", async (_, log, message) => {
    const { code, stderr } = await bringText(log);
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)]);
  });

  it("an array that ends in the middle of a record has those before it", async () => {
    const log = `[${JSON.stringify({ t: 1, turn: 1, who: "ann", what: "move" })},\n{"t":2,"wh`;
    const { code, stderr, run } = await bringText(log);
    expect([code, stderr]).toEqual([1, expect.stringContaining(":2: the array ends in the middle of it")]);
    expect(await eventsOf(run, "ACTION")).toHaveLength(1);
  });

  it("what no rule takes is one of them, unless a rule leaves it out", async () => {
    const log = '{"t":1,"turn":1,"who":"ann","what":"move"}\n{"t":2,"turn":1,"who":"ann","what":"ping"}\n';
    const map = MAP.replace("kind: ACTION", "when: { what: move }, kind: ACTION");
    expect(await bringText(log, map)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(":2: no rule of the mapping's events takes it"),
    });
    const skipping = await bringText(log, `${map}  - { skip: true }\n`);
    expect(skipping).toMatchObject({ code: 0, stderr: "1 record of 2 left out, as the mapping says.\n" });
  });
});

describe("times", () => {
  it.each([
    ["s", "1709287200.123456", "2024-03-01T10:00:00.123456Z"],
    ["ms", "1709287200123", "2024-03-01T10:00:00.123000Z"],
    ["us", "1709287200123456", "2024-03-01T10:00:00.123456Z"],
    ["ns", "1709287200123456789", "2024-03-01T10:00:00.123456Z"],
    ["s", '"1709287200"', "2024-03-01T10:00:00.000000Z"],
    ["s", '"2024-03-01T12:00:00.5+02:00"', "2024-03-01T10:00:00.500000Z"],
    ["s", '"2024-03-01 10:00:00"', "2024-03-01T10:00:00.000000Z"],
  ])("in %s: %s", async (unit, time, expected) => {
    const log = `{"t":${time},"turn":1,"who":"ann","what":"move"}\n`;
    const { run, code } = await bringText(log, MAP.replace("unit: s", `unit: ${unit}`));
    const [action] = await eventsOf(run, "ACTION");
    expect([code, action?.timestamp]).toEqual([0, expected]);
    // What a log's times cannot hold is kept as it was.
    const isFiner = unit === "ns";
    expect(action?.details?.source_time !== undefined).toBe(isFiner);
  });

  it("out of a log's range hint at the unit", async () => {
    const log = '{"t":1709287200123,"turn":1,"who":"ann","what":"move"}\n'.repeat(2);
    const { code, stderr } = await bringText(log.replaceAll("1709287200123", "170928720012345678"));
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(/outside of what a log holds, 1970 to 2255-06-05, in s/),
    ]);
  });
});

describe("whatever the order of the lines", () => {
  it("every record is an event once, at its time, and verify accepts the run", async () => {
    const record = fc.record({
      t: fc.nat({ max: 20 }),
      turn: fc.oneof(
        fc.nat({ max: 5 }),
        fc.nat({ max: 5 }).map((turn) => `turn ${turn}`),
        fc.constant(null),
      ),
      who: fc.constantFrom(1, 2, "gpt-4.1"),
      what: fc.constantFrom("move", "wait"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { minLength: 1, maxLength: 20 }),
        fc.constantFrom("time", "turn", "file"),
        fc.boolean(),
        async (records, order, isArray) => {
          const numbered = records.map((one, place) => ({ ...one, place }));
          const log = isArray
            ? JSON.stringify(numbered, undefined, 1)
            : numbered.map((one) => `${JSON.stringify(one)}\n`).join("");
          const { run, code, stderr } = await bringText(
            log,
            MAP.replace("events:", `order: ${order}\nevents:`),
          );
          // A field that is null everywhere counts as there.
          expect([code, stderr.includes("could not be imported")], stderr).toEqual([0, false]);
          expect(await verifyRun(file(`output/${run}`))).toMatchObject({ result: "ok", violations: [] });
          const actions = await eventsOf(run, "ACTION");
          expect(actions).toHaveLength(numbered.length);
          expect(new Set(actions.map(({ details }) => details?.place)).size).toBe(numbered.length);
          for (const { details, timestamp, agent_id } of actions) {
            const source = numbered.find(({ place }) => place === details?.place);
            expect(agent_id).toBe(String(source?.who));
            expect(details?.source_time ?? source?.t).toBe(source?.t);
            if (details?.source_time === undefined)
              expect(timestamp).toBe(formatTimestamp((source?.t ?? 0) * 1e6));
          }
          if (order === "time")
            expect(actions.every(({ details }) => details?.source_time === undefined)).toBe(true);
          if (order === "file")
            expect(actions.map(({ details }) => details?.place)).toEqual(numbered.map(({ place }) => place));
        },
      ),
      { numRuns: 12 },
    );
  });
});

describe("changes of variables", () => {
  it("of a nested object are named by the keys on the way", async () => {
    const log = [
      '{"t":1,"vars":{"offers":{"gpt-4.1":{"price":2}},"list":[1],"none":{}}}',
      '{"t":2,"vars":{"offers":{"gpt-4.1":{"price":3}},"list":[1]}}',
    ].join("\n");
    const { run } = await bringText(
      log,
      "time: { field: t, unit: s }\nevents: [{ kind: STATE, variables: vars }]\n",
    );
    expect(await verifyRun(file(`output/${run}`))).toMatchObject({ result: "ok", violations: [] });
    expect(await eventsOf(run, "STATE")).toMatchObject([
      { variable_name: 'offers."gpt-4.1".price', new_value: 2, change: "added" },
      { variable_name: "list", new_value: [1], change: "added" },
      { variable_name: 'offers."gpt-4.1".price', old_value: 2, new_value: 3 },
    ]);
  });

  const map = `time: { field: t, unit: s }
events:
  - { kind: STATE, agent_id: { field: who, optional: true }, variable_name: name, old_value: { field: from, optional: true }, new_value: to }
`;

  it("follow each other, and what the source said instead is kept", async () => {
    const { run, stderr } = await bringText(
      [
        '{"t":1,"who":7,"name":"gold","from":10,"to":9}',
        '{"t":2,"who":7,"name":"gold","from":9,"to":8}',
        '{"t":3,"who":7,"name":"gold","from":5,"to":4}',
        '{"t":4,"name":"price","to":1}',
        '{"t":5,"name":"price","to":2}',
      ].join("\n"),
      map,
    );
    expect(stderr).toBe("1 old value that is not the value before: in details.source_old_value.\n");
    expect(await verifyRun(file(`output/${run}`))).toMatchObject({ result: "ok", violations: [] });
    expect(await eventsOf(run, "STATE")).toMatchObject([
      { agent_id: "7", scope: "agent", old_value: 10, new_value: 9 },
      { old_value: 9, new_value: 8 },
      { old_value: 8, new_value: 4, details: { source_old_value: 5 } },
      { scope: "global", old_value: null, new_value: 1 },
      { scope: "global", old_value: 1, new_value: 2 },
    ]);
  });
});
