import { Writable } from "node:stream";
import { expect, it } from "vitest";
import { sendSearch } from "./send-search.ts";

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it("what a search tells a client that does not read is told as held, until it has gone out", async () => {
  const taken: (() => void)[] = [];
  const raw = new Writable({ highWaterMark: 1, write: (_piece, _encoding, done) => void taken.push(done) });
  const held: number[] = [];
  const piece = (length: number) => new Uint8Array(length);
  const sent = sendSearch(
    { raw, ended: new AbortController().signal },
    async (onPiece) => {
      onPiece(piece(1000));
      onPiece(piece(500));
      return { body: piece(30) };
    },
    (bytes) => held.push(bytes),
  );
  await settled();
  expect(held).toEqual([1000, 1500, 1530]);
  for (let at = 0; at < 3; at++) {
    taken.shift()?.();
    await settled();
  }
  await sent;
  expect(held).toEqual([1000, 1500, 1530, 530, 30, 0]);
});
