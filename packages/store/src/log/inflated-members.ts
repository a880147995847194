import type { GzipMember } from "./gzip-member.ts";

/** Whose members they are; it is told what of them is held. */
export interface HoldsInflated {
  /** Bytes of memory. */
  inflated: number;
}

/** The text of members that were inflated lately: those used last, as many as there is room for, whatever segments they are of. */
export class InflatedMembers {
  readonly #most: number;
  /** The least recently used comes first. */
  readonly #kept = new Map<GzipMember, { text: Buffer; owner: HoldsInflated }>();
  #bytes = 0;

  /** @param most bytes of text; the member that was used last stays in any case */
  constructor(most: number) {
    this.#most = most;
  }

  text(member: GzipMember, owner: HoldsInflated, inflate: () => Buffer): Buffer {
    const kept = this.#kept.get(member);
    if (kept !== undefined) {
      this.#kept.delete(member);
      this.#kept.set(member, kept);
      return kept.text;
    }
    const text = inflate();
    this.#kept.set(member, { text, owner });
    this.#bytes += text.length;
    owner.inflated += text.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#most || oldest === member) break;
      this.#letGo(oldest);
    }
    return text;
  }

  /** Its owner is done with them. */
  forget(owner: HoldsInflated): void {
    if (owner.inflated === 0) return;
    for (const [member, kept] of this.#kept) if (kept.owner === owner) this.#letGo(member);
  }

  #letGo(member: GzipMember): void {
    const kept = this.#kept.get(member);
    if (kept === undefined) return;
    this.#kept.delete(member);
    this.#bytes -= kept.text.length;
    kept.owner.inflated -= kept.text.length;
  }
}

/** Those of this thread. Members are of about 1 MB: enough for the pages around one place, and for a chain that goes back and forth. */
export const inflatedMembers = new InflatedMembers(16 * 1024 * 1024);
