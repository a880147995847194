import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EventStream, openEventStream } from "@llm-sim/events";
import { listSegments } from "@llm-sim/events/read";
import { expectByContract } from "./contract.test.fixture.ts";
import { type RunningServer, type ServerOptions, startServer } from "./start-server.ts";

const taken: (() => unknown)[] = [];

/** Closes and removes what the functions below opened and made, the last first: for `afterEach` or `afterAll`. */
export async function giveBack(): Promise<void> {
  for (let release = taken.pop(); release !== undefined; release = taken.pop()) await release();
}

/** An empty output directory. */
export function outputDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), "llm-sim-server-"));
  taken.push(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** A run that is being written. */
export async function openRun(outputDir: string, simulationId: string): Promise<EventStream> {
  const stream = await openEventStream({
    outputDir,
    simulationId,
    verbosity: "DETAIL",
    signals: false,
    provenance: { name: "market", seed: 7 },
  });
  taken.push(() => stream.close());
  return stream;
}

/** One turn in which each agent decides, acts together with the next one, and changes: four events, and two of the turn's. */
export function writeTurn(
  stream: EventStream,
  turn: number,
  agents: readonly string[] = ["alice", "bob"],
): void {
  stream.turn(turn, (scope) => {
    for (const [index, agent] of agents.entries()) {
      const partner = agents[(index + 1) % agents.length] ?? agent;
      const decision = scope.decision(agent, "trade", {
        new_value: { with: partner },
        description: `${agent} decides, ünïcode`,
      });
      const action = scope.action(
        agent,
        "trade",
        { amount: turn },
        { caused_by: decision, interaction_type: "trade", participating_agent_ids: [agent, partner] },
      );
      scope.state("wealth", {
        agent_id: agent,
        old_value: turn === 1 ? null : turn - 1,
        new_value: turn,
        caused_by: action,
        ...(turn === 1 && { change: "added" }),
      });
      scope.system("warning", { error_type: "slow", subject_agent_id: agent, caused_by: decision });
    }
  });
}

/** A finished run of `turns` turns of ten events. */
export async function writeRun(outputDir: string, simulationId = "market-1", turns = 3): Promise<void> {
  const stream = await openRun(outputDir, simulationId);
  for (let turn = 1; turn <= turns; turn++) writeTurn(stream, turn);
  await stream.close();
}

/** The lines of a run's log, read from its files. */
export async function linesOf(runDirectory: string): Promise<string[]> {
  const segments = await listSegments(runDirectory);
  return segments.flatMap(({ file }) =>
    readFileSync(join(runDirectory, file), "utf8").split("\n").filter(Boolean),
  );
}

/** A server on a port of its own. */
export async function serve(options: Omit<ServerOptions, "port">): Promise<RunningServer> {
  const server = await startServer({ port: 0, ...options });
  taken.push(() => server.close());
  return server;
}

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** The body, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: what an answer holds is what the tests are about
  json: any;
}

/** One request with the path as it stands: `fetch` would tidy it up. Rejects where the answer breaks the contract of the wire. */
export function ask(
  server: Pick<RunningServer, "port">,
  path: string,
  {
    method = "GET",
    headers = {},
    body,
  }: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(
      { host: "127.0.0.1", port: server.port, path, method, headers, agent: false },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          const status = response.statusCode ?? 0;
          const [contentType] = response.headers["content-type"]?.split(";") ?? [];
          try {
            if (method === "GET") expectByContract(path, { status, contentType, text });
          } catch (error) {
            reject(error);
            return;
          }
          const isJson = contentType === "application/json" && text !== "";
          resolve({ status, headers: response.headers, text, json: isJson ? JSON.parse(text) : undefined });
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
