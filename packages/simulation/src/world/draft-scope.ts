import { finishDraft } from "immer";

/** A node of a draft that was handed out. */
interface HandedOut {
  noteHandedOut(): void;
}

/** What all drafts of one transaction have in common. */
export class DraftScope {
  /** Of one that nothing else is read of, it is known that it is there. */
  readonly handedOut: HandedOut[] = [];
  readonly #by: string;
  /** The transaction is done or undone: what is still done to a draft of it would be lost. */
  isOver = false;
  #arrays: object[] | undefined;

  /** @param by what the transaction belongs to, for messages */
  constructor(by: string) {
    this.#by = by;
  }

  /** Arrays are drafts of immer's. */
  drafted(array: object): void {
    this.#arrays ??= [];
    this.#arrays.push(array);
  }

  end(): void {
    for (const node of this.handedOut) node.noteHandedOut();
    this.isOver = true;
    if (this.#arrays) for (const array of this.#arrays) finishDraft(array); // which revokes it
  }

  /** For a trap that finds the transaction over. */
  tooLate(): Error {
    return new Error(
      `The draft of ${this.#by} can be used until its effect is over: keep values of it, and change more in another rule`,
    );
  }
}
