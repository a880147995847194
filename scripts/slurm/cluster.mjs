// A cluster of this machine alone: Slurm's controller and one node, with ports, keys and files of their own, so that whatever else of
// Slurm runs here is left alone.
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { hostname, tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const PROGRAMS = ["slurmctld", "slurmd", "munged", "sbatch", "squeue", "scontrol", "scancel"];
const PATIENCE_MS = 30_000;
/** Debian has the daemons where only root looks for programs. */
const PATH = [process.env.PATH, "/usr/sbin", "/usr/local/sbin"].join(delimiter);

/** Why no cluster can be had here, and what to do; `undefined` where one can. */
export function whyNot() {
  const missing = PROGRAMS.filter((name) => spawnSync("which", [name], { env: { PATH } }).status !== 0);
  if (missing.length > 0)
    return `Slurm is not installed (no ${missing.join(", ")}): apt-get install slurm-wlm munge`;
  if (process.getuid?.() !== 0) return "Slurm's daemons start jobs as root alone: run it as root";
  return undefined;
}

/** Starts a cluster. `env` makes Slurm's programs speak to it; `stop` ends what was started. */
export async function startCluster() {
  const directory = mkdtempSync(join(tmpdir(), "llm-sim-slurm-"));
  const at = (name) => join(directory, name);
  const env = { ...process.env, PATH, SLURM_CONF: at("slurm.conf") };
  const daemons = [];
  const start = (program, args) => daemons.push(spawn(program, args, { env, stdio: "ignore" }));
  const stop = async () => {
    spawnSync("scancel", ["--user", "root"], { env });
    spawnSync("scontrol", ["shutdown"], { env });
    for (const daemon of daemons.toReversed()) await ended(daemon);
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    for (const name of ["state", "spool"]) mkdirSync(at(name));
    writeFileSync(at("munge.key"), Buffer.from(Array.from({ length: 128 }, () => Math.random() * 256)), {
      mode: 0o600,
    });
    writeFileSync(at("slurm.conf"), settings(at, await freePorts(2)));
    start("munged", [
      "--foreground",
      "--force",
      `--socket=${at("munge.socket")}`,
      `--key-file=${at("munge.key")}`,
      `--pid-file=${at("munged.pid")}`,
      `--seed-file=${at("munge.seed")}`,
      `--log-file=${at("munged.log")}`,
    ]);
    start("slurmctld", ["-D", "-c"]);
    start("slurmd", ["-D", "-N", hostname().split(".")[0]]);
    await until("the node is idle", () =>
      said("sinfo", ["--noheader", "--format=%t"], env).startsWith("idle"),
    );
    return { env, stop };
  } catch (error) {
    const log = (name) => tail(at(name));
    const told = `${error.message}\n${log("slurmctld.log")}\n${log("slurmd.log")}\n${log("munged.log")}`;
    await stop();
    throw new Error(told, { cause: error });
  }
}

function settings(at, [controller, node]) {
  const name = hostname().split(".")[0];
  return `ClusterName=llm-sim
SlurmctldHost=${name}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
SlurmctldPort=${controller}
SlurmdPort=${node}
AuthType=auth/munge
AuthInfo=socket=${at("munge.socket")},cred_expire=5
CryptoType=crypto/munge
StateSaveLocation=${at("state")}
SlurmdSpoolDir=${at("spool")}
SlurmctldPidFile=${at("slurmctld.pid")}
SlurmdPidFile=${at("slurmd.pid")}
SlurmctldLogFile=${at("slurmctld.log")}
SlurmdLogFile=${at("slurmd.log")}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=2
ReturnToService=2
KillWait=10
MpiDefault=none
NodeName=${name} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP OverSubscribe=FORCE:4
`;
}

/** What a program prints, trimmed; nothing where it fails. */
export function said(program, args, env) {
  const { stdout, status } = spawnSync(program, args, { env, encoding: "utf8" });
  return status === 0 ? stdout.trim() : "";
}

/** Waits until something is so. @throws where it does not become so */
export async function until(what, isSo, patience = PATIENCE_MS) {
  const begun = Date.now();
  while (!isSo()) {
    if (Date.now() - begun > patience)
      throw new Error(`It did not come to pass in ${patience} ms that ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function ended(daemon) {
  if (daemon.exitCode !== null || daemon.signalCode !== null) return;
  const gone = new Promise((resolve) => daemon.once("exit", resolve));
  const asked = setTimeout(() => daemon.kill("SIGTERM"), 3_000);
  const told = setTimeout(() => daemon.kill("SIGKILL"), 10_000);
  // Munge hears of no Slurm.
  if (daemon.spawnfile === "munged") daemon.kill("SIGTERM");
  await gone;
  clearTimeout(asked);
  clearTimeout(told);
}

async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer());
  for (const server of servers) await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const ports = servers.map((server) => server.address().port);
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}

function tail(path) {
  try {
    return readFileSync(path, "utf8").split("\n").slice(-8).join("\n");
  } catch {
    return "";
  }
}
