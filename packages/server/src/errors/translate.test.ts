import { expect, it } from "vitest";
import { toApiError } from "./index.ts";

it.each(["EMFILE", "ENFILE"])("%s is told as what it is, and as what passes", (code) => {
  const error = Object.assign(new Error(`${code}: too many open files, open '/home/someone'`), { code });
  const { statusCode, ...answer } = toApiError(error);
  expect([statusCode, answer.code]).toEqual([503, "OVERLOADED"]);
  expect(toApiError(error).message).toContain("ulimit -n");
  expect(toApiError(error).message).not.toContain("someone");
});

it("so is a thread that could not begin for want of descriptors", () => {
  const cause = Object.assign(new Error("EMFILE: too many open files"), { code: "EMFILE" });
  const { statusCode, code } = toApiError(
    new Error("The thread was crashed before it had answered.", { cause }),
  );
  expect([statusCode, code]).toEqual([503, "OVERLOADED"]);
});
