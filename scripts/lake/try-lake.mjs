import { randomBytes } from "node:crypto";
import { openLake } from "@llm-sim/lake";
import { startEngine } from "./engine.mjs";

/**
 * A lake to try things on: the engine before which the front stands or, where CLICKHOUSE_URL names one, a server
 * (`clickhouse://user@host:8123`, its password in CLICKHOUSE_PASSWORD).
 *
 * @param {{ password?: string, isCluster?: boolean }} options the password without which the front lets nobody in; whether the engine stands
 * for a cluster of two shards
 */
export async function tryLake({ password = "", isCluster } = {}) {
  const server = process.env.CLICKHOUSE_URL;
  const engine = server === undefined ? await startEngine({ password, isCluster }) : undefined;
  const run = randomBytes(4).toString("hex");
  let count = 0;
  const made = [];
  return {
    /** `undefined` where it is a server of somebody's. */
    engine,
    /** @returns the address of a database that nobody has used */
    address() {
      const database = `llm_sim_test_${run}_${count++}`;
      made.push(database);
      if (engine !== undefined) return engine.address(database);
      const address = new URL(server);
      address.pathname = `/${database}`;
      return address.href;
    },
    async close() {
      if (engine !== undefined) return engine.stop();
      const lake = openLake(server);
      for (const database of made) await lake.command(`DROP DATABASE IF EXISTS \`${database}\``);
      return lake.close();
    },
  };
}
