import { describe, expect, it } from "vitest";
import { parseLakeAddress } from "../address/index.ts";
import { tableStatements } from "./definition.ts";

describe("the tables of a lake", () => {
  it("remember tokens of inserts, each", () => {
    const statements = tableStatements(parseLakeAddress("clickhouse://h/db"));
    const placed = statements.filter((statement) => statement.includes("place UInt64"));
    expect(placed).toHaveLength(6);
    for (const statement of placed)
      expect(statement).toContain("non_replicated_deduplication_window = 10000");
    expect(statements.join()).not.toMatch(/Replicated|Distributed|ON CLUSTER/);
  });

  it("are replicated on a cluster, and a run's rows lie on one shard", () => {
    const statements = tableStatements(parseLakeAddress("clickhouse://h/db?cluster=main"));
    for (const statement of statements) expect(statement).toContain("ON CLUSTER `main`");
    const events = statements.filter((statement) => /EXISTS events(_local)? /.test(statement));
    expect(events[0]).toMatch(/ENGINE = ReplicatedMergeTree\([\s\S]*replicated_deduplication_window = 10000/);
    expect(events[1]).toContain("ENGINE = Distributed(`main`, `db`, events_local, cityHash64(run))");
  });
});
