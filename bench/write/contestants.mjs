// The same events written by each contestant: a decision, an action and two changes of state, about 400 bytes each.
import { once } from "node:events";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { openEventStream } from "@llm-sim/events";
import pino from "pino";
import SonicBoom from "sonic-boom";
import { emitTo, eventOf } from "./events.mjs";

const CHUNK_BYTES = 64 * 1024;

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
