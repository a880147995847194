import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ANY_AGENTS,
  anyonesText,
  isNameError,
  keysIn,
  keyText,
  parentName,
  readStepsWithin,
  readVariable,
  referenceOf,
  type VariableId,
  type VariableReference,
  variableMeant,
  variableText,
} from "./index.ts";

const AGENTS = new Set(["alice", "gpt-4", "gpt-4.1", "Dr. Smith", "a", "a.b", "global", "turn", "007"]);
const isThere = (...written: [string | undefined, string][]) => {
  return ({ agent_id, variable_name }: VariableId) =>
    written.some(([agent, name]) => agent === agent_id && name === variable_name);
};

/** What a name means where nothing is there yet: whose it would be. */
function meant(reference: VariableReference, there = isThere()): [string | undefined, string] {
  if (reference.of === "anyone") return ["*", reference.variable_name];
  const { agent_id, variable_name } = variableMeant(reference.meanings, there, AGENTS);
  return [agent_id, variable_name];
}

describe("the name of a variable", () => {
  it.each([
    ["price", undefined, "price"],
    ["bank.rate", undefined, "bank.rate"],
    ["alice.wealth", "alice", "wealth"],
    ["alice.inventory.gold", "alice", "inventory.gold"],
    ['alice["inventory"].gold', "alice", "inventory.gold"],
    ["global.alice.wealth", undefined, "alice.wealth"],
    ["agents.alice.wealth", "alice", "wealth"],
    ['"gpt-4.1".wealth', "gpt-4.1", "wealth"],
    ["gpt-4.1.wealth", "gpt-4.1", "wealth"],
    ['"gpt-4".1.wealth', "gpt-4", "1.wealth"],
    ["Dr. Smith.wealth", "Dr. Smith", "wealth"],
    ['agents."Dr. Smith".params.x', "Dr. Smith", "params.x"],
    ["'Dr. Smith'.mood", "Dr. Smith", "mood"],
    ["a.b.c", "a.b", "c"],
    ['"a".b.c', "a", "b.c"],
    ['a."b".c', "a", "b.c"],
    ["007.licence", "007", "licence"],
    ["global.x", undefined, "x"],
    ['"global".x', undefined, "x"],
    ['agents."global".x', "global", "x"],
    ["agents.global.x", "global", "x"],
    ["turn.length", undefined, "turn.length"],
    ["agents.turn.length", "turn", "length"],
    ["turn", undefined, "turn"],
    ["agents.count", undefined, "agents.count"],
    ["global.agents.alice.wealth", undefined, "agents.alice.wealth"],
    ['"gold price"', undefined, "gold price"],
    ["gold price", undefined, "gold price"],
    ["*.wealth", "*", "wealth"],
    ["agents.*.wealth", "*", "wealth"],
    ['agents."*".wealth', "*", "wealth"],
    ["items.0.price", undefined, "items.0.price"],
    ['a."".b', "a", ".b"],
    ['"say \\"hi\\"\\u0021".x', undefined, 'say "hi"!.x'],
  ])("%s is of %s: %s", (text, agent, name) => {
    expect(meant(readVariable(text))).toEqual([agent, name]);
  });

  it("is the longest agent's that has it, then a shorter one's, then the world's", () => {
    const reference = readVariable("a.b.c");
    expect(meant(reference, isThere([undefined, "a.b.c"], ["a", "b.c"], ["a.b", "c"]))).toEqual(["a.b", "c"]);
    expect(meant(reference, isThere([undefined, "a.b.c"], ["a", "b.c"]))).toEqual(["a", "b.c"]);
    expect(meant(reference, isThere([undefined, "a.b.c"]))).toEqual([undefined, "a.b.c"]);
    expect(meant(reference)).toEqual(["a.b", "c"]);
  });

  it.each([
    ["", 0, "empty"],
    ['"Dr. Smith.wealth', 0, 'the quote " is not closed'],
    ['alice."gold', 5, 'the quote " is not closed'],
    ["alice..gold", 5, "between dots is empty"],
    [".gold", 0, "between dots is empty"],
    ["alice.", 5, "between dots is empty"],
    ['"alice"wealth', 7, "expected a dot"],
  ])("is refused where it is %j, at %i: %s", (text, position, problem) => {
    const error = failure(() => readVariable(text));
    expect(isNameError(error)).toBe(true);
    expect(error).toMatchObject({ code: "NAME_INVALID", text, position });
    expect(String(error)).toContain(text.includes('"') ? `'${text}', at` : `"${text}", at`);
    expect(String(error)).toContain(problem);
  });

  it.each([
    [undefined, "price", "price"],
    [undefined, "bank.rate", "bank.rate"],
    [undefined, "alice.wealth", "global.alice.wealth"],
    [undefined, "turn", "global.turn"],
    [undefined, "agents.alice.wealth", "global.agents.alice.wealth"],
    [undefined, "gold price", 'global."gold price"'],
    [undefined, "bank.interest rate", 'bank."interest rate"'],
    [undefined, "not", "global.not"],
    [undefined, "7", "global.7"],
    [undefined, "", 'global.""'],
    [undefined, "a..b", 'global.a."".b'],
    ["alice", "inventory.gold", "alice.inventory.gold"],
    ["gpt-4.1", "wealth", '"gpt-4.1".wealth'],
    ["Dr. Smith", "wealth", '"Dr. Smith".wealth'],
    ["a", "b.c", '"a".b.c'],
    ["a", "c", "a.c"],
    ["global", "x", 'agents."global".x'],
    ["*", "x", 'agents."*".x'],
    ["not", "x", '"not".x'],
    ["007", "licence", '"007".licence'],
    ["Zoë", "größe", "Zoë.größe"],
    ["__proto__", "__proto__", "__proto__.__proto__"],
  ])("of %s, %j, is written %s", (agent_id, variable_name, text) => {
    expect(variableText({ agent_id, variable_name }, AGENTS)).toBe(text);
  });

  it("is written for certain where nobody knows the agents", () => {
    const written = (agent_id: string | undefined, variable_name: string) =>
      variableText({ agent_id, variable_name }, ANY_AGENTS);
    expect(written(undefined, "price")).toBe("price");
    expect(written("alice", "wealth")).toBe("alice.wealth");
    expect(written(undefined, "bank.rate")).toBe("global.bank.rate");
    expect(written("alice", "inventory.gold")).toBe('"alice".inventory.gold');
    expect(anyonesText("inventory.gold coins")).toBe('*.inventory."gold coins"');
    expect(anyonesText("7.8")).toBe('*."7".8');
  });

  it("that was written can be read again, alone and within an expression, whoever there is", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "alice",
        "a",
        "b",
        "a.b",
        "gpt-4.1",
        "Dr. Smith",
        "global",
        "agents",
        "turn",
        "*",
        "not",
      ),
      fc.constantFrom(
        "__proto__",
        "constructor",
        "",
        " ",
        ".",
        '"',
        "'",
        "\\",
        "[0]",
        '["x"]',
        "Ω",
        "🙂",
        "\ud83d",
        "\u0000",
      ),
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.string({ unit: fc.constantFrom("a", "b", ".", '"', "\\", " ", "-", "7"), maxLength: 6 }),
    );
    const name = fc.array(piece, { minLength: 1, maxLength: 4 }).map((pieces) => pieces.join("."));
    const id = piece.filter((text) => text !== "");
    const variable = fc.record({ agent_id: fc.option(id, { nil: undefined }), variable_name: name });
    fc.assert(
      fc.property(variable, fc.array(id), fc.boolean(), (written, others, isKnown) => {
        const own = written.agent_id === undefined ? [] : [written.agent_id];
        const agents = new Set([...others, ...own]);
        const text = variableText(written, isKnown ? agents : ANY_AGENTS);
        const references = [readVariable(text)];
        const within = readStepsWithin(`${text} > 3`, 0);
        expect(within.end).toBe(text.length);
        references.push(referenceOf(within.steps));
        for (const reference of references) {
          if (reference.of !== "one") throw new Error(`${text} is of anyone`);
          // Whatever else is there of an agent that there is, this is what is meant. (Of names that no simulation gives,
          // with quotes of their own, it takes the log to tell.)
          const keys = keysIn(written.variable_name);
          const isOurs = keys.map(keyText).join(".") === written.variable_name;
          // With quotes that are no key's it is one of those two, or no name leads to it.
          fc.pre(isOurs || keys.join(".") === written.variable_name);
          const there = ({ agent_id, variable_name }: VariableId) =>
            (isOurs || variable_name === written.variable_name) &&
            (agent_id === undefined || agents.has(agent_id));
          const [meaning] = reference.meanings.filter(there);
          expect(meaning).toEqual(written);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("has the keys it was joined of, with one that has a dot in quotes", () => {
    for (const [keys, name] of [
      [["inventory", "gold"], "inventory.gold"],
      [["offers", "gpt-4.1", "price"], 'offers."gpt-4.1".price'],
      [["offers", 'say "x".'], 'offers."say \\"x\\"."'],
      [['"a', 'b"'], '"\\"a".b"'],
    ] as const) {
      expect(keys.map(keyText).join(".")).toBe(name);
      expect(keysIn(name)).toEqual(keys);
      expect(
        readVariable(variableText({ agent_id: undefined, variable_name: name }, ANY_AGENTS)),
      ).toMatchObject({
        meanings: expect.arrayContaining([{ agent_id: undefined, variable_name: name }]),
      });
    }
    const key = fc.string({ unit: fc.constantFrom("a", ".", '"', "\\", "b") });
    fc.assert(
      fc.property(fc.array(key, { minLength: 1, maxLength: 4 }), (keys) => {
        const name = keys.map(keyText).join(".");
        expect(keysIn(name)).toEqual(keys);
        expect(keysIn(parentName(name))).toEqual(keys.length === 1 ? [""] : keys.slice(0, -1));
      }),
    );
    // As another hand may name it: the dot within the quotes is the name's all the same.
    expect(meant(readVariable('global."alice.wealth"'), isThere([undefined, "alice.wealth"]))).toEqual([
      undefined,
      "alice.wealth",
    ]);
  });

  it("has no more meanings than an agent's id can be long", () => {
    const reference = readVariable(Array.from({ length: 5000 }, () => "a").join("."));
    expect(reference.of === "one" && reference.meanings.length).toBe(65);
  });
});

function failure(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}
