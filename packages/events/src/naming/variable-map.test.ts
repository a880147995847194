import { expect, it } from "vitest";
import { VariableMap } from "./index.ts";

it("a map of variables keeps apart whose names are the same when joined, in the order in which they came", () => {
  const map = new VariableMap<number>();
  map.set("a", "b.c", 1);
  map.set("a.b", "c", 2);
  map.set(undefined, "a.b.c", 3);
  map.set("", "__proto__", 4);
  map.set("a", "b.c", 5);
  expect([...map]).toEqual([
    [{ agent_id: "a", variable_name: "b.c" }, 5],
    [{ agent_id: "a.b", variable_name: "c" }, 2],
    [{ agent_id: undefined, variable_name: "a.b.c" }, 3],
    [{ agent_id: "", variable_name: "__proto__" }, 4],
  ]);
  map.delete("a", "b.c");
  map.delete("a", "c");
  expect([map.size, map.get("a.b", "c"), map.has("a", "b.c"), map.has("a.b", "c")]).toEqual([
    3,
    2,
    false,
    true,
  ]);
});
