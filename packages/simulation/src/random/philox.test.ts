import { expect, it } from "vitest";
import { type Block, philox } from "./philox.ts";

// From `kat_vectors` of Random123, the authors' own implementation.
it.each<{ key: [number, number]; counter: Block; words: Block }>([
  {
    key: [0, 0],
    counter: [0, 0, 0, 0],
    words: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
  },
  {
    key: [0xffffffff, 0xffffffff],
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    words: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    key: [0xa4093822, 0x299f31d0],
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    words: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
])("gives the published words for key $key", ({ key, counter, words }) => {
  const block: Block = [0, 0, 0, 0];
  philox(block, key[0], key[1], counter);
  expect(block).toEqual(words);
});
