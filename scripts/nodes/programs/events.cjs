// The same in CommonJS.
const { openEventStream } = require("@llm-sim/events");

async function main() {
  const stream = await openEventStream({
    outputDir: "output",
    simulationId: process.argv[2],
    verbosity: "STATE",
  });
  await stream.turn(1, async () => {
    const decision = stream.decision("alice", "strategy_change", { old_value: "hold", new_value: "buy" });
    stream.because(decision, () => {
      stream.action("alice", "buy", { asset: "bonds", amount: 100 });
      stream.state("wealth", { agent_id: "alice", old_value: 1000, new_value: 900 });
    });
  });
  await stream.close();
}

void main();
