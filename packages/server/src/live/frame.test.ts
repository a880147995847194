import fc from "fast-check";
import { expect, it } from "vitest";
import { eventFrame } from "./frame.ts";

it("is one message of which a client reads the same JSON, whatever the event holds", () => {
  fc.assert(
    fc.property(fc.json({ stringUnit: "binary" }), fc.constantFrom("", " ", "\r", "\r\r"), (json, space) => {
      const line = `{${space}"value":${space}${json}}`;
      const text = eventFrame({ event_id: "01KAR8B1C0A1B2C000000000F7", line: Buffer.from(line) }).toString();
      const [id, data, ...rest] = text.split(/\r\n|\r|\n/);
      expect(id).toBe("id: 01KAR8B1C0A1B2C000000000F7");
      expect(JSON.parse(data?.replace(/^data: /, "") ?? "")).toEqual(JSON.parse(line));
      expect(rest).toEqual(["", ""]);
    }),
  );
});
