import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { ggufOf } from "./gguf.mjs";
import { tinyModel } from "./tiny-model.mjs";

it("a model's file has a head, what is known of the model, its tensors' places and their weights", () => {
  const file = ggufOf({ "a.b": ["u32", 7] }, { t: { shape: [2], weights: Float32Array.of(1, -2) } });
  const lines = [
    ["GGUF, version 3", "47475546", "03000000"],
    ["one tensor, one thing known", "0100000000000000", "0100000000000000"],
    ["a.b, a u32, is 7", "0300000000000000", "612e62", "04000000", "07000000"],
    ["t, of one dimension, 2 long", "0100000000000000", "74", "01000000", "0200000000000000"],
    ["of floats, from byte 0 of what follows", "00000000", "0000000000000000"],
    ["up to a multiple of 32 bytes", "00".repeat(20)],
    ["1 and -2, up to the next", "0000803f", "000000c0", "00".repeat(24)],
  ];
  expect(file.toString("hex")).toBe(lines.flatMap(([, ...bytes]) => bytes).join(""));
});

it("the tiny model is the same bytes everywhere, some 300 kB of them", () => {
  const file = tinyModel();
  expect(file.length).toBe(301_696);
  expect(createHash("sha256").update(file).digest("hex")).toMatchInlineSnapshot(
    `"aa34d34337c8de097c48c4d4469cbcb5654dcd028d5bfef8a53cce3a2a34f234"`,
  );
});
