// The same events written by each contestant: a decision, an action and two changes of state, about 400 bytes each.
import { once } from "node:events";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import pino from "pino";
import SonicBoom from "sonic-boom";

const CHUNK_BYTES = 64 * 1024;

/** The fields that change from event to event, as a simulation would make them. */
export function payloadOf(index) {
  return {
    asset: "government-bonds",
    amount: index,
    price: 100.25 + index / 8,
    limits: { low: 90.5, high: 120 },
    counterparty: "central-bank",
    tags: ["rebalance", "rate-change"],
  };
}

/** The same as llm-sim's own calls. */
export function emitTo(scope, index) {
  const wealth = 1000 + index * 0.37;
  switch (index & 3) {
    case 0:
      return scope.decision("trader-7", "strategy_change", {
        old_value: "hold",
        new_value: "buy",
        details: {
          reason: "the interest rate moved below the expected return",
          confidence: 0.5 + (index % 50) / 100,
          horizon: 12,
        },
      });
    case 1:
      return scope.action("trader-7", "buy", payloadOf(index));
    default:
      return scope.state("wealth", {
        agent_id: "trader-7",
        old_value: wealth,
        new_value: wealth - 12.5,
        details: { rule: "purchase", fee: 0.25, balance_before: wealth },
      });
  }
}

const HEAD = {
  event_id: "01M83NP9WNFSAFYQ2JW05B7NHF",
  timestamp: "2026-11-23T07:42:24.149970Z",
  turn_number: 17,
};
const CAUSE = "01M83NP8BGM0WC375D8WP6APSR";

/**
 * What `emitTo` records, as an object, for those that are given one. Its id and its time cost them nothing, but the
 * description is made for each event as llm-sim makes it.
 */
export function eventOf(index) {
  const { event_id, timestamp, turn_number } = HEAD;
  const wealth = 1000 + index * 0.37;
  switch (index & 3) {
    case 0:
      return {
        event_id,
        timestamp,
        turn_number,
        event_type: "DECISION",
        simulation_id: "bench",
        agent_id: "trader-7",
        caused_by: [CAUSE],
        description: "trader-7: strategy_change: hold → buy",
        decision_type: "strategy_change",
        old_value: "hold",
        new_value: "buy",
        details: {
          reason: "the interest rate moved below the expected return",
          confidence: 0.5 + (index % 50) / 100,
          horizon: 12,
        },
      };
    case 1:
      return {
        event_id,
        timestamp,
        turn_number,
        event_type: "ACTION",
        simulation_id: "bench",
        agent_id: "trader-7",
        caused_by: [CAUSE],
        description: "trader-7: buy",
        action_type: "buy",
        action_payload: payloadOf(index),
      };
    default:
      return {
        event_id,
        timestamp,
        turn_number,
        event_type: "STATE",
        simulation_id: "bench",
        agent_id: "trader-7",
        caused_by: [CAUSE],
        description: `trader-7.wealth: ${wealth} → ${wealth - 12.5}`,
        variable_name: "wealth",
        old_value: wealth,
        new_value: wealth - 12.5,
        scope: "agent",
        details: { rule: "purchase", fee: 0.25, balance_before: wealth },
      };
  }
}

const microseconds = (start, count) => ((performance.now() - start) * 1000) / count;

export function contestants(directory, count) {
  const file = join(directory, "out.jsonl");
  const fresh = () => rmSync(file, { force: true });
  return {
    "llm-sim": async () => {
      rmSync(join(directory, "bench"), { recursive: true, force: true });
      const stream = await openEventStream({
        outputDir: directory,
        simulationId: "bench",
        verbosity: "STATE",
        signals: false,
      });
      const turn = stream.startTurn(17);
      const start = performance.now();
      for (let index = 0; index < count; index++) emitTo(turn, index);
      await stream.flush();
      const result = microseconds(start, count);
      if (stream.stats().dropped > 0) throw new Error("llm-sim dropped events");
      await stream.close();
      return result;
    },
    stringify: async () => {
      let bytes = 0;
      const start = performance.now();
      for (let index = 0; index < count; index++) bytes += JSON.stringify(eventOf(index)).length;
      if (bytes === 0) throw new Error("nothing was written");
      return microseconds(start, count);
    },
    "stringify + writeSync 64 KB": async () => {
      fresh();
      const out = openSync(file, "w");
      const start = performance.now();
      let chunk = "";
      for (let index = 0; index < count; index++) {
        chunk += `${JSON.stringify(eventOf(index))}\n`;
        if (chunk.length >= CHUNK_BYTES) {
          writeSync(out, chunk);
          chunk = "";
        }
      }
      writeSync(out, chunk);
      const result = microseconds(start, count);
      closeSync(out);
      return result;
    },
    "sonic-boom": async () => {
      fresh();
      const boom = new SonicBoom({ dest: file, sync: false, minLength: 4096 });
      await once(boom, "ready");
      const start = performance.now();
      for (let index = 0; index < count; index++) boom.write(`${JSON.stringify(eventOf(index))}\n`);
      boom.end();
      await once(boom, "close");
      return microseconds(start, count);
    },
    "pino child, sync 4096": async () => {
      fresh();
      const destination = pino.destination({ dest: file, sync: true, minLength: 4096 });
      const logger = pino(destination).child({ simulation_id: "bench" });
      const start = performance.now();
      for (let index = 0; index < count; index++) logger.info(eventOf(index));
      destination.flushSync();
      const result = microseconds(start, count);
      destination.end();
      return result;
    },
    "pino child, async": async () => {
      fresh();
      const destination = pino.destination({ dest: file, sync: false, minLength: 4096 });
      await once(destination, "ready");
      const logger = pino(destination).child({ simulation_id: "bench" });
      const start = performance.now();
      for (let index = 0; index < count; index++) logger.info(eventOf(index));
      destination.end();
      await once(destination, "close");
      return microseconds(start, count);
    },
  };
}
