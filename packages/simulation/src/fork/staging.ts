import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { RunError } from "../run/index.ts";

/** No run's id begins with a dot: nobody takes for a run what is not one yet. */
const PREFIX = ".forking-";

/** Where a fork is put together, until its first own turn begins: what fails before leaves nothing behind. */
export class Staging {
  readonly directory: string;
  readonly #final: string;
  #isOver = false;

  private constructor(directory: string, final: string) {
    this.directory = directory;
    this.#final = final;
  }

  /** @throws RunError RUN_EXISTS or OUTPUT_UNWRITABLE */
  static async begin(outputDir: string, simulationId: string): Promise<Staging> {
    const final = join(outputDir, simulationId);
    refuseTaken(final, simulationId);
    const directory = join(outputDir, `${PREFIX}${process.pid}-${simulationId}`);
    try {
      await mkdir(outputDir, { recursive: true });
      await sweep(outputDir);
      await rm(directory, { recursive: true, force: true });
      await mkdir(directory);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new RunError("OUTPUT_UNWRITABLE", `${outputDir} cannot be written: ${reason}`, {}, { cause });
    }
    return new Staging(directory, final);
  }

  /** It is a run from now on. */
  async finish(): Promise<void> {
    refuseTaken(this.#final, this.#final);
    await rename(this.directory, this.#final);
    this.#isOver = true;
  }

  /** What did not become a run goes. */
  async end(): Promise<void> {
    if (!this.#isOver) await rm(this.directory, { recursive: true, force: true });
  }
}

function refuseTaken(directory: string, id: string): void {
  if (existsSync(directory))
    throw new RunError("RUN_EXISTS", `There is a run ${id} already: choose another id`, { directory });
}

/** What processes that are no more have left behind. */
async function sweep(outputDir: string): Promise<void> {
  for (const name of await readdir(outputDir)) {
    const process = name.startsWith(PREFIX) ? Number.parseInt(name.slice(PREFIX.length), 10) : Number.NaN;
    if (Number.isInteger(process) && !isAlive(process))
      await rm(join(outputDir, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}
