import { Console } from "node:console";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import { MAX_CALLS, type Prompt, type PromptsAnswer, promptOf } from "@llm-sim/api";
import { coordinateText } from "@llm-sim/events/tape/schema";
import type { Run } from "@llm-sim/store";
import { Command } from "commander";
import { agentId, wholeNumber } from "../arguments/index.ts";
import { failed, wrongCall } from "../failure/index.ts";
import { configFile } from "../running/index.ts";
import { outputOption, storeOption, withRun } from "../runs/index.ts";
import { promptsText } from "../view/index.ts";
import { jsonOption } from "./json-option.ts";
import type { Environment, MakeCommand } from "./make-command.ts";

interface Options {
  agent: string;
  turn: number;
  output: string;
  store?: string;
  json: boolean;
}

export const promptCommand: MakeCommand = (environment) =>
  new Command("prompt")
    .description("print what an agent was prompted with or, of a config, would be; nobody is asked")
    .argument("<config-or-run>", "a simulation's YAML file, or a run")
    .requiredOption("--agent <id>", "the agent that asks", agentId)
    .requiredOption("--turn <n>", "the turn in which it does", wholeNumber(1))
    .addOption(outputOption())
    .addOption(storeOption())
    .addOption(jsonOption("document"))
    .action(async (subject: string, options: Options) => {
      const { stdout, cwd } = environment;
      const answer = isConfig(resolve(cwd, subject))
        ? await ofConfig(environment, subject, options)
        : await withRun(environment, subject, options, (run) => ofRun(run, options));
      if (options.json) await stdout.line(JSON.stringify(answer));
      else await stdout.write(promptsText(answer, stdout));
    });

/** Also one that is not there. */
function isConfig(path: string): boolean {
  return /\.ya?ml$/i.test(path) || statSync(path, { throwIfNoEntry: false })?.isFile() === true;
}

async function ofConfig(
  { cwd }: Environment,
  config: string,
  { agent: agent_id, turn, json }: Options,
): Promise<PromptsAnswer> {
  const { loadConfig, promptsOf } = await import("@llm-sim/simulation");
  // What agents and engines print must not get between the data.
  if (json) globalThis.console = new Console(process.stderr, process.stderr);
  const prompts = await promptsOf(await loadConfig(configFile(cwd, config)), { agent_id, turn });
  return {
    agent_id,
    turn,
    prompts: prompts.map(({ coordinate, request: { schema, messages, ...request } }) => ({
      call: coordinateText(coordinate),
      purpose: coordinate.purpose,
      ...request,
      messages: [...messages],
      ...(schema && { schema }),
    })),
  };
}

async function ofRun(run: Run, { agent: agent_id, turn }: Options): Promise<PromptsAnswer> {
  const { simulation_id, calls } = await run.calls({
    agent_ids: [agent_id],
    actors: ["agent"],
    turn_start: turn,
    turn_end: turn,
    limit: MAX_CALLS,
  });
  if (calls.length === 0)
    throw wrongCall(
      `${agent_id} asked no language model in turn ${turn} of ${simulation_id}: llm-sim calls ${simulation_id} lists who did.`,
    );
  const prompts: Prompt[] = [];
  for (const { event_id, call } of calls) {
    const prompt = promptOf(await run.call(event_id));
    if (!prompt)
      throw failed(
        `What ${call} was asked is not on the tape of ${simulation_id}, which keeps hashes alone or nothing of it (llm.tape).`,
      );
    prompts.push(prompt);
  }
  return { simulation_id, agent_id, turn, prompts };
}
