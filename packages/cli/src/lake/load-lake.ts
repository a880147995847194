import { failed } from "../failure/index.ts";

const PACKAGE = "@llm-sim/lake";

/**
 * Not a dependency: few need it.
 *
 * @param what needs it, for the message
 * @throws CliError where it is not installed
 */
export async function loadLake(what: string): Promise<typeof import("@llm-sim/lake")> {
  try {
    return await import("@llm-sim/lake");
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    const problem = isAbsent ? "is not installed" : `cannot be loaded (${String(error)})`;
    throw failed(`${what} needs the package ${PACKAGE}, which ${problem}: npm install ${PACKAGE}`, error);
  }
}
