import { fork } from "@llm-sim/api";
import { ApiError, invalidArgument } from "../errors/index.ts";
import { MAX_BODY } from "../limits.ts";
import type { Api, ApiContext } from "./api.ts";
import { commandSchema } from "./route-schema.ts";

export function addForks(api: Api, { store, forks }: ApiContext): void {
  api.post(
    fork.path,
    {
      schema: commandSchema(fork),
      bodyLimit: MAX_BODY,
      // Before anything of the body is read.
      onRequest: (request, _reply, done) => {
        if (forks === undefined) {
          const message = "This server only reads: start it with --allow-write to make forks.";
          return done(new ApiError("WRITE_NOT_ALLOWED", message));
        }
        if (!isJson(request.headers["content-type"]))
          return done(invalidArgument("Content-Type", "a fork is asked for as application/json"));
        done();
      },
    },
    async (request, reply) => {
      if (forks === undefined) return; // refused above
      const run = await store.openRun(request.params.id);
      const { id: simulation_id, directory } = run;
      const started = await forks.start({ simulation_id, directory, request: request.body });
      return reply.code(202).send({ simulation_id: started });
    },
  );
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(;|$)/i.test(contentType ?? "");
}
