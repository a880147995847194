/** Whoever read the output has gone (`| head`): nothing is left to do, and nothing is wrong. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}
