// A program of somebody else's that uses the built package and ends in one way or another: node child.fixture.mjs DIR WAY
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { openEventStream } from "../../dist/index.js";

const [outputDir, way] = process.argv.slice(2);
const COUNT = 20_000;
const isInline = way.startsWith("inline ");

if (way.includes("host once before")) process.once("SIGTERM", () => setTimeout(() => process.exit(7), 50));
if (way.includes("host survives")) process.on("uncaughtException", () => undefined);

const stream = await openEventStream({
  outputDir,
  simulationId: "run",
  signals: !way.includes("signals off"),
  ...(isInline && { thread: "inline" }),
});

if (way.includes("host on after")) {
  process.on("SIGTERM", () => {
    stream.action("host", "tidies up");
    void stream
      .close({ status: "interrupted", description: "The host ended it" })
      .then(() => process.exit(3));
  });
}

const emitAll = (count) => {
  for (let emitted = 0; emitted < count; emitted++)
    stream.action("alice", "buy", { n: emitted, filler: "x".repeat(200) });
};
const ready = () => writeFileSync(join(outputDir, "ready"), String(stream.stats().emitted));
const stay = () =>
  setInterval(() => {
    stream.action("alice", "wait");
    writeFileSync(join(outputDir, "last-emit.tmp"), String(Date.now()));
    renameSync(join(outputDir, "last-emit.tmp"), join(outputDir, "last-emit"));
  }, 5);

const call = async () => {
  for (let ordinal = 0; ; ordinal++) {
    await stream.tape.append({
      coordinate: {
        actor: { type: "agent", agent_id: "alice" },
        turn: 0,
        purpose: "talk",
        ordinal,
        attempt: 1,
      },
      model: "m",
      sampling: {},
      messages: [{ role: "user", content: `question ${ordinal}` }],
      outcome: "response",
      text: "x".repeat((ordinal * 997) % 50_000),
      latency_ms: 1,
    });
    stream.decision("alice", "talk", { details: { call: `agent alice/0/talk/${ordinal}#1` } });
    writeFileSync(join(outputDir, "last-emit.tmp"), String(Date.now()));
    renameSync(join(outputDir, "last-emit.tmp"), join(outputDir, "last-emit"));
    await new Promise((resolve) => setTimeout(resolve, 3));
  }
};

switch (way.replace(/^inline /, "")) {
  case "end without close":
    emitAll(COUNT);
    break;
  case "wait for ever":
    emitAll(COUNT);
    stream.waitingFor(() => "the decision of alice in turn 1");
    await new Promise(() => undefined);
    break;
  case "exit inside a loop":
    for (let emitted = 0; ; emitted++) {
      stream.action("alice", "buy", { n: emitted, filler: "x".repeat(200) });
      if (emitted === COUNT - 1) process.exit(4);
    }
  // biome-ignore lint/suspicious/noFallthroughSwitchClause: the loop does not end
  case "exit 0":
    emitAll(COUNT);
    process.exit(0);
  // biome-ignore lint/suspicious/noFallthroughSwitchClause: the process ends
  case "exit while closing":
    emitAll(COUNT);
    void stream.close();
    process.exit(0);
  case "throw":
    emitAll(COUNT);
    setTimeout(() => {
      throw new TypeError("the agent is gone");
    }, 1);
    break;
  case "reject":
    emitAll(COUNT);
    void Promise.reject(new RangeError("no such asset"));
    break;
  case "host survives an exception":
    emitAll(COUNT);
    setTimeout(() => {
      throw new Error("nothing serious");
    }, 1);
    setTimeout(() => stream.action("alice", "goes on"), 30);
    break;
  default:
    // Until a signal comes.
    emitAll(COUNT);
    // Where nothing is done at the end, what was emitted has to be in the file before.
    if (way.includes("signals off")) await stream.flush();
    ready();
    if (way === "kill amid calls") await call();
    stay();
}
