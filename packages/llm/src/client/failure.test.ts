import { APICallError } from "ai";
import { describe, expect, it } from "vitest";
import { failureOf } from "./failure.ts";
import { ModelClientError } from "./index.ts";

const failed = (members: Partial<ConstructorParameters<typeof APICallError>[0]>) =>
  failureOf(new APICallError({ message: "failed", url: "", requestBodyValues: {}, ...members }), (text) =>
    text.replaceAll("hush", "-"),
  );
const coded = (code: string, cause?: unknown) => Object.assign(new Error(code, { cause }), { code });

describe("of an error of the client below", () => {
  it.each(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"])(
    "%s is a timeout, though nobody set one",
    (code) => {
      const cause = new TypeError("fetch failed", { cause: coded(code) });
      for (const statusCode of [undefined, 200])
        expect(failed({ cause, ...(statusCode && { statusCode }) })).toMatchObject({ outcome: "timeout" });
    },
  );

  it("the reason is said in one line, by its innermost name, however deep", () => {
    const cause = new AggregateError([coded("ECONNREFUSED"), coded("ECONNREFUSED")], "all failed");
    expect(failed({ message: "Cannot connect to API: \n hush", cause })).toEqual({
      outcome: "network",
      error: "no answer: - (ECONNREFUSED)",
    });
  });

  it("no more is kept than a person reads", () => {
    const long = failed({ statusCode: 500, responseBody: "x".repeat(100_000) });
    expect(long).toMatchObject({ outcome: "http_error", error: `${"x".repeat(499)}…` });
    const invalid = failed({ statusCode: 200, responseBody: "x".repeat(100_000) });
    expect(invalid).toMatchObject({ outcome: "invalid", text: `${"x".repeat(3999)}…` });
  });

  it("none goes on as it is: it may hold the request", () => {
    expect(() => failureOf(new TypeError("hush!"), () => "clean")).toThrow(
      new ModelClientError("LLM_REQUEST_INVALID", "clean"),
    );
  });
});
