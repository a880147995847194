// One session of a run, which tells the pipe at descriptor 3 what it emitted and when, each event as soon as `emit` is back.
import { readdirSync, writeSync } from "node:fs";
import { openEventStream, repairRun } from "@llm-sim/events";
import { FRAME_BYTES, MARKS, microseconds } from "./report.mjs";

const { outputDir, simulationId, act, seed, maxFileSize, compress, pace, bytes, events } = JSON.parse(
  process.argv[2],
);

const frame = Buffer.alloc(FRAME_BYTES);

function tell(text, at) {
  frame.fill(0);
  frame.latin1Write(text, 0);
  frame.writeDoubleLE(at, FRAME_BYTES - 8);
  for (let sent = 0; sent < FRAME_BYTES; ) {
    try {
      sent += writeSync(3, frame, sent, FRAME_BYTES - sent);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

const threads = () => readdirSync("/proc/self/task");

/** @returns the thread that came last, which is the drain's: Node starts its own before */
function newestOf(before) {
  return threads()
    .filter((id) => !before.includes(id))
    .map(Number)
    .toSorted((left, right) => right - left)[0];
}

tell(MARKS.begun, microseconds());
if (act === "repair") {
  await repairRun(`${outputDir}/${simulationId}`);
  tell(MARKS.closed, microseconds());
  process.exit(0);
}

const before = threads();
const stream = await openEventStream({
  outputDir,
  simulationId,
  maxFileSize,
  compress,
  verbosity: "DETAIL",
  onWarning: (message) => tell(`${MARKS.warning}${message}`.slice(0, FRAME_BYTES - 8), microseconds()),
});
tell(MARKS.opened, newestOf(before) ?? 0);

let number = seed % 97;
let turn;
let decision;
let wealth = null;
// A session knows nothing of what the one before it lost: each has an agent of its own.
const agent = `agent-${number}-${process.pid}`;
const filler = "x".repeat(bytes);

/** A turn of some thirty events, each of a kind and size by its number. */
function emitOne() {
  number++;
  const at = microseconds();
  let handle;
  if (turn === undefined || number % 37 === 0) {
    turn = stream.startTurn(stream.turnNumber + 1);
    handle = turn.cause;
  } else if (number % 5 === 0) handle = decision = turn.decision(agent, "trade", { new_value: number });
  else if (number % 3 === 0) {
    handle = turn.state("wealth", { agent_id: agent, old_value: wealth, new_value: number });
    wealth = number;
  } else
    handle = turn.action(
      agent,
      "buy",
      { number, filler: number % 499 === 0 ? filler.repeat(200) : filler },
      {
        caused_by: decision ? [decision] : [],
      },
    );
  tell(handle.event_id ?? MARKS.dropped, at);
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

for (let emitted = 0; emitted < events; ) {
  for (let burst = 0; burst < pace.burst && emitted < events; burst++, emitted++) emitOne();
  if (pace.pause_ms > 0) await pause(pace.pause_ms);
  else if (pace.yields) await new Promise((resolve) => setImmediate(resolve));
}
if (act === "close") {
  tell(MARKS.closing, microseconds());
  await stream.close();
  tell(MARKS.closed, microseconds());
} else {
  // Nothing more to say: stays open until it is killed or told to end.
  setInterval(() => undefined, 1000);
}
