// Foxes and rabbits in a loop of one's own: @llm-sim/events alone, no orchestrator. Run it: node predators.mjs [output]
import { openEventStream } from "@llm-sim/events";

const [outputDir = "output"] = process.argv.slice(2);
const simulationId = `predators-${Date.now()}`;
const stream = await openEventStream({ outputDir, simulationId, verbosity: "STATE" });

const population = { rabbits: 40, foxes: 9 };
for (const [name, value] of Object.entries(population)) {
  stream.state(name, { old_value: null, new_value: value, change: "added" });
}

function set(name, value) {
  if (population[name] === value) return;
  stream.state(name, { old_value: population[name], new_value: value });
  population[name] = value;
}

for (let season = 1; season <= 20; season++) {
  stream.turn(season, () => {
    const decision = stream.decision("foxes", "hunt", { new_value: Math.round(population.foxes / 2) });
    stream.because(decision, () => {
      const eaten = Math.min(population.rabbits, Math.round(population.rabbits * population.foxes * 0.02));
      const hunt = stream.action("foxes", "eat", { eaten });
      stream.because(hunt, () => {
        set("rabbits", population.rabbits - eaten);
        set("foxes", Math.max(2, Math.round(population.foxes * 0.8 + eaten * 0.1)));
      });
    });
    set("rabbits", Math.min(200, Math.round(population.rabbits * 1.3))); // caused by the turn itself
  });
}

await stream.close();
console.log(`${stream.stats().written} events in ${stream.directory}`);
