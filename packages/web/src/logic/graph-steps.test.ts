import { describe, expect, it } from "vitest";
import { nodeAtKey } from "./graph-steps.ts";

describe("arrow keys in a graph", () => {
  //   a   b
  //    \ / \
  //     c   d   e
  const positions = new Map([
    ["a", { x: 0, y: 0 }],
    ["b", { x: 200, y: 0 }],
    ["c", { x: 110, y: 80 }],
    ["d", { x: 300, y: 80 }],
    ["e", { x: 500, y: 80 }],
  ]);
  const edges = [
    { id: "1", from: "a", to: "c" },
    { id: "2", from: "b", to: "c" },
    { id: "3", from: "b", to: "d" },
  ];
  const from = (id: string, key: string) => nodeAtKey(key, id, { edges, positions });

  it("lead up to the nearest cause and down to the nearest effect", () => {
    expect(from("c", "ArrowUp")).toBe("b");
    expect(from("b", "ArrowDown")).toBe("c");
    expect([from("a", "ArrowUp"), from("e", "ArrowDown")]).toEqual([undefined, undefined]);
  });

  it("lead to the node beside it, connected or not", () => {
    expect([from("d", "ArrowLeft"), from("d", "ArrowRight")]).toEqual(["c", "e"]);
    expect([from("c", "ArrowLeft"), from("x", "ArrowRight"), from("c", "a")]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
