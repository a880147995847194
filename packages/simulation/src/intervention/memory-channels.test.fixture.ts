import type { AgentContext, DecideFunction, Decision } from "../index.ts";
import type { Channel, Place } from "./channel.test.fixture.ts";

type Shown = { world: Place["global"] };

/** What agents remember from one turn to the next. `x` is seen in turn 1 only, and what it was comes out in turn 3. */
export const memoryChannels: Record<string, Channel> = {
  "a key": remembering(
    (memory, x) => {
      memory.x = x;
    },
    (memory) => memory.x,
  ),
  "that a key was not written": remembering(
    (memory, x) => {
      if (x > 1) memory.x = 1;
    },
    (memory) => "x" in memory,
  ),
  "a key that was not written": remembering(
    (memory, x) => {
      if (x > 1) memory.x = 1;
    },
    (memory) => memory.x ?? 0,
  ),
  "which keys there are": remembering(
    (memory, x) => {
      if (x > 1) memory.x = 1;
      else memory.y = 1;
    },
    (memory) => Object.keys(memory).join(),
  ),
  "which keys there are, where there are none": remembering(
    (memory, x) => {
      if (x > 1) memory.x = 1;
    },
    (memory) => Object.keys(memory).length,
  ),
  "what is inside": remembering(
    (memory, x) => {
      memory.seen = [];
      if (Array.isArray(memory.seen)) memory.seen.push(x);
    },
    (memory) => memory.seen,
  ),
  "that a key was taken away": remembering(
    (memory, x, turn) => {
      if (turn === 1) memory.x = 5;
      if (x > 1) delete memory.x;
    },
    (memory) => memory.x ?? 0,
  ),
  "which keys there are, of which one was taken away": remembering(
    (memory, x, turn) => {
      if (turn === 1) memory.x = 5;
      else if (x > 1) delete memory.x;
    },
    (memory) => Object.keys(memory).length,
  ),
  "all of it, as JSON": remembering(
    (memory, x) => {
      memory.x = x;
    },
    (memory) => JSON.stringify(memory),
  ),
  "a field that nobody declared": { isGap: true, agents: { alice: secretive(), bob: secretive() } },
  "what it could not decide": {
    decide: (shown: Shown, { turn }) => {
      if (turn === 1 && shown.world.x > 1) throw new Error("too much");
      return { decision_type: "wait" };
    },
  },
};

type Memory = AgentContext["memory"];

function remembering(
  write: (memory: Memory, x: number, turn: number) => void,
  read: (memory: Memory) => unknown,
): Channel {
  const decide = (shown: Shown, { memory, turn }: AgentContext): Decision => {
    if (turn < 3) write(memory, shown.world.x, turn);
    return turn === 3 ? { decision_type: "say", new_value: read(memory) } : { decision_type: "wait" };
  };
  return { decide: Object.assign(decide, { memory: "tracked" }) };
}

function secretive(): DecideFunction<Shown> {
  let secret = 0;
  return (shown, { turn }) => {
    if (turn === 1) secret = shown.world.x;
    return turn === 3 ? { decision_type: "say", new_value: secret } : { decision_type: "wait" };
  };
}
