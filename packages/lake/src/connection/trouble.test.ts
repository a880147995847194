import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { isLakeError } from "../errors.ts";
import { openLake } from "./lake.ts";

const PASSWORD = "pass%word/ß'\"1";
const servers: ReturnType<typeof createServer>[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** A stand-in that answers everything so. */
async function answering(status: number, body: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status).end(body);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const at = server.address();
  return `clickhouse://ann@127.0.0.1:${typeof at === "object" ? at?.port : ""}/db`;
}

async function trouble(address: string) {
  const lake = openLake(address, { password: PASSWORD });
  try {
    await lake.select("SELECT 1");
  } catch (error) {
    if (isLakeError(error)) return error;
    throw error;
  } finally {
    await lake.close();
  }
  throw new Error("nothing went wrong");
}

const header = Buffer.from(`ann:${PASSWORD}`).toString("base64");

describe("what goes wrong with a lake", () => {
  it.each([
    [403, "Code: 516. DB::Exception: ann: Authentication failed. (AUTHENTICATION_FAILED)", "LAKE_REFUSED"],
    [500, "Code: 243. DB::Exception: Cannot reserve 1 MiB. (NOT_ENOUGH_SPACE)", "LAKE_FULL"],
    [404, "Code: 16. DB::Exception: No such column name. (NO_SUCH_COLUMN_IN_TABLE)", "LAKE_TABLES"],
    [502, "<html>Bad Gateway</html>", "LAKE_UNREACHABLE"],
  ])("has a code: %i %s", async (status, body, code) => {
    expect((await trouble(await answering(status, body))).code).toBe(code);
  });

  it("is unreachable where nobody listens", async () => {
    expect((await trouble("clickhouse://ann@127.0.0.1:1/db")).code).toBe("LAKE_UNREACHABLE");
  });

  it.each([PASSWORD, encodeURIComponent(PASSWORD), header])(
    "is told in one line without the password",
    async (secret) => {
      const body = `Code: 62. DB::Exception: near\n${secret}\nin your query. (SYNTAX_ERROR)`;
      const error = await trouble(await answering(400, body));
      expect(error.message).toContain("SYNTAX_ERROR");
      expect(JSON.stringify([error.message, error.stack, error.cause])).not.toContain(secret);
      expect(error.message).not.toContain("\n");
    },
  );
});
