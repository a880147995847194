import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { temporaryDirectory } from "../cli.test.fixture.ts";
import { writeParquet } from "./parquet.ts";

vi.mock("@duckdb/node-api", () => {
  throw Object.assign(new Error("Cannot find package '@duckdb/node-api'"), { code: "ERR_MODULE_NOT_FOUND" });
});

it("names the package that Parquet needs, where it is absent", async () => {
  const path = join(temporaryDirectory(), "state.parquet");
  async function* rows() {}
  await expect(
    writeParquet(path, { columns: [{ name: "run", type: "VARCHAR" }], rows: rows() }),
  ).rejects.toThrow("@duckdb/node-api");
  expect(existsSync(path)).toBe(false);
});
