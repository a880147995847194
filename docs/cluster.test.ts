import { spawnSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, expect, it } from "vitest";
import { parse } from "yaml";
import * as z from "zod";

const root = resolve(import.meta.dirname, "..");
const page = readFileSync(join(root, "docs/cluster.md"), "utf8");
const home = mkdtempSync(join(tmpdir(), "llm-sim-cluster-"));
afterAll(() => rmSync(home, { recursive: true }));

function fileOf(name: string): string {
  return (
    new RegExp(`\`\`\`\\w+ file=${name.replaceAll(".", "\\.")}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? ""
  );
}

/** The members of batch/v1 that the page uses, and no others: a slip in a name is found. */
const jobSchema = z.strictObject({
  apiVersion: z.literal("batch/v1"),
  kind: z.literal("Job"),
  metadata: z.strictObject({ name: z.string().regex(/^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/) }),
  spec: z.strictObject({
    completionMode: z.literal("Indexed"),
    completions: z.int().min(1),
    parallelism: z.int().min(1),
    backoffLimitPerIndex: z.int().min(0),
    podFailurePolicy: z.strictObject({
      rules: z.array(
        z.union([
          z.strictObject({
            action: z.literal("Ignore"),
            onPodConditions: z.array(z.strictObject({ type: z.string() })),
          }),
          z.strictObject({
            action: z.enum(["FailIndex", "FailJob", "Count"]),
            onExitCodes: z.strictObject({
              containerName: z.string(),
              operator: z.enum(["In", "NotIn"]),
              values: z.array(z.int().min(1)),
            }),
          }),
        ]),
      ),
    }),
    template: z.strictObject({
      spec: z.strictObject({
        // What a podFailurePolicy asks for.
        restartPolicy: z.literal("Never"),
        terminationGracePeriodSeconds: z.int().min(0),
        containers: z.tuple([
          z.strictObject({
            name: z.string(),
            image: z.string(),
            workingDir: z.string(),
            command: z.array(z.string()),
            args: z.array(z.string()),
            resources: z.record(z.enum(["requests", "limits"]), z.record(z.string(), z.string())),
            volumeMounts: z.array(z.strictObject({ name: z.string(), mountPath: z.string() })),
          }),
        ]),
        volumes: z.array(
          z.strictObject({
            name: z.string(),
            persistentVolumeClaim: z.strictObject({ claimName: z.string() }),
          }),
        ),
      }),
    }),
  }),
});

it("has a Kubernetes job of the form of batch/v1, which says as many shards as it has completions", () => {
  const { spec } = jobSchema.parse(parse(fileOf("market-job.yaml")));
  const { containers, volumes } = spec.template.spec;
  const [container] = containers;
  expect(container.args).toContain(`auto/${spec.completions}`);
  expect(container.args[container.args.indexOf("--output") + 1]).toBe(container.volumeMounts[0]?.mountPath);
  expect(container.volumeMounts.map(({ name }) => name)).toEqual(volumes.map(({ name }) => name));
  for (const rule of spec.podFailurePolicy.rules)
    if ("onExitCodes" in rule) expect(rule.onExitCodes.containerName).toBe(container.name);
});

it("has scripts that run as they stand, and a matrix: together they make a batch", () => {
  cpSync(join(root, "examples/commons"), home, { recursive: true });
  cpSync(join(home, "simulation.yaml"), join(home, "market.yaml"));
  mkdirSync(join(home, "node_modules"));
  symlinkSync(join(root, "node_modules", ".bin"), join(home, "node_modules", ".bin"));
  symlinkSync(join(root, "node_modules", "@llm-sim"), join(home, "node_modules", "@llm-sim"));
  const run = (script: string, env: NodeJS.ProcessEnv, seeds: RegExp) => {
    const few = script.replace(seeds, "--seeds 1..2 --turns 2 --id all");
    expect(few).not.toBe(script);
    writeFileSync(join(home, "script.sh"), few);
    const ended = spawnSync("bash", ["script.sh"], {
      cwd: home,
      env: { ...process.env, ...env },
      encoding: "utf8",
    });
    expect(ended).toMatchObject({ status: 0 });
    return ended.stderr;
  };
  const slurm = {
    SLURM_ARRAY_TASK_ID: "0",
    SLURM_ARRAY_TASK_MIN: "0",
    SLURM_ARRAY_TASK_MAX: "63",
    SLURM_ARRAY_TASK_COUNT: "64",
  };
  expect(run(fileOf("market.sbatch"), slurm, /--seeds \S+/)).toContain("shard 1/64");
  expect(fileOf("market.sbatch")).toContain("--array=0-63\n");
  // As GNU parallel fills it in, which need not be here.
  const [, command = "", count] =
    /^parallel .* --jobs 1 (.*) ::: \$\(seq (\d+)\)$/m.exec(fileOf("parallel.sh")) ?? [];
  expect(run(command.replace("{}", "2"), {}, /--seeds \S+/)).toContain(`shard 2/${count}`);
  expect(readdirSync(join(home, "output")).filter((name) => !name.startsWith("."))).toEqual([
    "all-s1",
    "all-s2",
  ]);
  const { jobs } = z
    .looseObject({
      jobs: z.looseObject({
        shard: z.looseObject({ strategy: z.looseObject({ matrix: z.object({ shard: z.array(z.int()) }) }) }),
      }),
    })
    .parse(parse(fileOf("sweep.yaml")));
  const { shard } = jobs.shard.strategy.matrix;
  expect(fileOf("sweep.yaml")).toContain(`--shard \${{ matrix.shard }}/${shard.length}\n`);
  expect(shard).toEqual(shard.map((_, at) => at + 1));
}, 60_000);
