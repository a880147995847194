import { shapedAs, type World } from "../world/index.ts";

/** The state as it stands, where nobody notes what is read: its parts are frozen, and which agents there are is not for the reader to change. */
export function guardedWorld<W extends Pick<World, "global" | "agents">>(
  world: W,
  readOnly: (key: string) => Error,
): W {
  const refuse = (_: object, key: string | symbol): never => {
    throw readOnly(String(key));
  };
  const agents = new Proxy<World["agents"]>(world.agents, {
    set: refuse,
    deleteProperty: refuse,
    defineProperty: refuse,
  });
  return shapedAs<W>({
    get global() {
      return world.global;
    },
    agents,
  });
}
