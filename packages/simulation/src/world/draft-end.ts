/**
 * Stands where a draft keeps what was touched of it, once its transaction is done or undone: whoever still uses the draft is
 * told. It is found where a draft looks anyway, so that it costs nothing before.
 */
export class DraftEnd {
  /** What the transaction belonged to. */
  readonly by: () => string;

  constructor(by: () => string) {
    this.by = by;
  }

  get(_key?: string): never {
    throw this.#tooLate();
  }

  set(_key: string, _touched: unknown): never {
    throw this.#tooLate();
  }

  #tooLate(): Error {
    return new Error(
      `The draft of ${this.by()} can be used until its effect is over: keep values of it, and change more in another rule`,
    );
  }
}
