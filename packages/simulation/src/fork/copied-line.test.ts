import * as fc from "fast-check";
import { expect, it } from "vitest";
import { withSimulationId } from "./copied-line.ts";

const renamed = (line: string, id: string) =>
  withSimulationId(Buffer.from(line), Buffer.from(JSON.stringify(id))).toString();

it("replaces the run's id and nothing else", () => {
  expect(
    renamed(
      '{"event_id":"1", "simulation_id" : "old","details":{"simulation_id":"old"},"description":"\\"simulation_id\\":\\"old\\"","x":["simulation_id"]}\r\n',
      "new",
    ),
  ).toBe(
    '{"event_id":"1", "simulation_id" : "new","details":{"simulation_id":"old"},"description":"\\"simulation_id\\":\\"old\\"","x":["simulation_id"]}\r\n',
  );
});

it("says of any event the same but for the run's id, and gives the line back where it had that id", () => {
  const event = fc.record(
    { simulation_id: fc.string(), description: fc.string(), details: fc.jsonValue(), "\\": fc.jsonValue() },
    { requiredKeys: ["simulation_id"] },
  );
  fc.assert(
    fc.property(event, fc.string(), fc.constantFrom(undefined, 2), (given, id, indent) => {
      const line = JSON.stringify(given, null, indent);
      const own = JSON.parse(line);
      expect(JSON.parse(renamed(line, id))).toEqual({ ...own, simulation_id: id });
      expect(renamed(renamed(line, id), own.simulation_id)).toBe(line);
    }),
  );
});
