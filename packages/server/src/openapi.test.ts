import { readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { openStore } from "@llm-sim/store";
import { expect, it } from "vitest";
import { buildServer } from "./build-server.ts";

const COMMITTED = new URL("../../../docs/openapi.json", import.meta.url);

it("docs/openapi.json is the document that the server gives (UPDATE_OPENAPI=1 writes it anew)", async () => {
  const store = openStore(tmpdir());
  const app = await buildServer({ store });
  const given: unknown = (await app.inject("/openapi.json")).json();
  await app.close();
  await store.close();
  if (process.env.UPDATE_OPENAPI === "1") writeFileSync(COMMITTED, `${JSON.stringify(given, null, 2)}\n`);
  expect(given).toEqual(JSON.parse(readFileSync(COMMITTED, "utf8")));
});
