import { describe, expect, it } from "vitest";
import { isInvalidEventError } from "../index.ts";
import { openMemoryStream } from "../testing/index.ts";
import { wronglyTyped } from "../testing/wrongly-typed.test.fixture.ts";

const open = (options: Parameters<typeof openMemoryStream>[0] = {}) =>
  openMemoryStream({ verbosity: "DETAIL", ...options });

async function lastAfter(
  emit: (stream: Awaited<ReturnType<typeof open>>["stream"]) => unknown,
  options = {},
) {
  const { stream, events } = await open(options);
  emit(stream);
  // Every line passes the schema: events() parses it.
  return events().at(-1);
}

describe("what cannot be a valid event", () => {
  it.each([
    ["an agent's id with a comma", "agent_id", (s) => s.action("a,b", "buy")],
    ["no agent", "agent_id", (s) => s.decision(wronglyTyped(undefined), "plan")],
    ["a type that is no text", "type", (s) => s.action("a", wronglyTyped(7))],
    ["an agent without a name", "agent_id", (s) => s.action("", "buy")],
    ["an action without a type", "action_type is empty", (s) => s.action("a", "")],
    ["a decision without a type", "decision_type is empty", (s) => s.decision("a", "")],
    [
      "a variable without a name",
      "variable_name is empty",
      (s) => s.state("", { old_value: 1, new_value: 2 }),
    ],
    ["a calculation without a type", "calculation_type is empty", (s) => s.detail("", {})],
    ["a phase without a name", "phase's name is empty", (s) => s.phase("")],
    ["an error without a type", "error_type is empty", (s) => s.system("warning", { error_type: "" })],
    [
      "an interaction without a type",
      "interaction_type is empty",
      (s) => s.action("a", "buy", {}, { interaction_type: "" }),
    ],
    ["a payload that is no object", "action_payload", (s) => s.action("a", "buy", wronglyTyped(7))],
    [
      "one participant",
      "participating_agent_ids",
      (s) => s.action("a", "buy", {}, { participating_agent_ids: ["a"] }),
    ],
    ["a status there is not", "status", (s) => s.system(wronglyTyped("fine"))],
    ["a retry count below 0", "retry_count", (s) => s.system("warning", { retry_count: -1 })],
    ["a subject with a comma", "subject_agent_id", (s) => s.system("warning", { subject_agent_id: "a,b" })],
    [
      "a change there is not",
      "change",
      (s) => s.state("v", { old_value: 1, new_value: 2, change: wronglyTyped("kept") }),
    ],
    ["details that are no object", "details", (s) => s.phase("p", { details: [1] })],
    ["a description that is no text", "description", (s) => s.phase("p", { description: wronglyTyped(7) })],
    [
      "a cause that is no handle",
      "caused_by",
      (s) => s.action("a", "buy", {}, { caused_by: wronglyTyped("01KATN0000ABCDEFGHJKMN0001") }),
    ],
    [
      "a field that throws",
      "could not be read",
      (s) =>
        s.action(
          "a",
          "buy",
          {},
          {
            get description(): string {
              throw new Error("shut");
            },
          },
        ),
    ],
    [
      "a field that throws nothing",
      "could not be read",
      (s) =>
        s.action(
          "a",
          "buy",
          {},
          {
            get description(): string {
              throw Object.create(null);
            },
          },
        ),
    ],
  ] as [string, string, (s: Awaited<ReturnType<typeof open>>["stream"]) => unknown][])(
    "%s is recorded as SYSTEM failure invalid_event with the input, or thrown where the stream is strict",
    async (_, reason, emit) => {
      const event = await lastAfter(emit);
      expect(event).toMatchObject({ event_type: "SYSTEM", status: "failure", error_type: "invalid_event" });
      expect(event?.details).toMatchObject({
        reason: expect.stringContaining(reason),
        input: expect.any(Object),
      });
      expect(event?.caused_by).toHaveLength(1);

      const strict = await open({ strict: true });
      let thrown: unknown;
      try {
        emit(strict.stream);
      } catch (error) {
        thrown = error;
      }
      expect(isInvalidEventError(thrown)).toBe(true);
      expect(strict.stream.stats()).toMatchObject({ emitted: 1, written: 1 });
    },
  );

  it("a suppressed event costs no look at its fields", async () => {
    const { stream, events } = await open({ verbosity: "MILESTONE" });
    stream.action(
      "a,b",
      "buy",
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new Error("looked");
          },
        },
      ),
    );
    stream.action(
      "a",
      "buy",
      {},
      {
        get caused_by(): never {
          throw new Error("shut");
        },
      },
    );
    stream.system("success", {
      get details(): object {
        throw new Error("shut");
      },
    });
    expect(events()).toHaveLength(1);
    expect(stream.stats()).toMatchObject({ emitted: 4, suppressed: 3, written: 1 });
  });
});
