import type { Writable } from "node:stream";
import { failed, OutputClosed } from "../failure/index.ts";

const DEFAULT_COLUMNS = 80;

export interface OutputOptions {
  /** As messages name it. */
  name?: string;
  isTerminal: boolean;
  /** Whether the terminal shows colours, and wants to. */
  color: boolean;
}

/** Standard output or standard error, with backpressure, and with an end when nobody reads any more. */
export class Output {
  readonly isTerminal: boolean;
  readonly color: boolean;
  readonly #name: string;
  readonly #stream: Writable & { columns?: number };
  #error: Error | undefined;
  #pending: Promise<void> | undefined;

  constructor(stream: Writable & { columns?: number }, options: OutputOptions) {
    this.#stream = stream;
    this.#name = options.name ?? "The output";
    this.isTerminal = options.isTerminal;
    this.color = options.color;
    stream.on("error", (error: Error) => {
      this.#error = error;
    });
  }

  /** Width in characters; asked each time, as a window may be resized. A terminal that knows no size says 0. */
  get columns(): number {
    return this.#stream.columns || DEFAULT_COLUMNS;
  }

  /**
   * Resolves when more may be written.
   *
   * @throws OutputClosed where the reader has gone, CliError where it cannot be written
   */
  async write(text: string | Uint8Array): Promise<void> {
    this.#throwIfBroken();
    if (this.#stream.write(text)) return;
    this.#pending ??= new Promise((resolve) => {
      const settle = () => {
        this.#stream.off("drain", settle).off("error", settle).off("close", settle);
        this.#pending = undefined;
        resolve();
      };
      this.#stream.on("drain", settle).on("error", settle).on("close", settle);
    });
    await this.#pending;
    this.#throwIfBroken();
  }

  line(text = ""): Promise<void> {
    return this.write(`${text}\n`);
  }

  /** Resolves when all that was written is with its reader, or there is none any more. */
  written(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#error || !this.#stream.writable) resolve();
      else this.#stream.write("", () => resolve());
    });
  }

  /**
   * Resolves when all that was written is with its reader.
   *
   * @throws as `write` does
   */
  async delivered(): Promise<void> {
    await this.written();
    this.#throwIfBroken();
  }

  #throwIfBroken(): void {
    if (!this.#error) return;
    if ("code" in this.#error && this.#error.code === "EPIPE") throw new OutputClosed();
    throw failed(
      `${this.#name} cannot be written: ${this.#error.message}; what was written of it is not whole.`,
      this.#error,
    );
  }
}
