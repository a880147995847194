import { fork } from "@llm-sim/api";
import { MAX_BODY } from "../limits.ts";
import type { Api, ApiContext } from "./api.ts";
import { commandSchema } from "./route-schema.ts";
import { writeGuard } from "./write-guard.ts";

export function addForks(api: Api, { store, forks }: ApiContext): void {
  api.post(
    fork.path,
    {
      schema: commandSchema(fork),
      bodyLimit: MAX_BODY,
      onRequest: writeGuard(forks !== undefined, "to make forks"),
    },
    async (request, reply) => {
      if (forks === undefined) return; // refused above
      const run = await store.openRun(request.params.id);
      const directory = await run.files();
      const started = await forks.start({ simulation_id: run.id, directory, request: request.body });
      return reply.code(202).send({ simulation_id: started });
    },
  );
}
