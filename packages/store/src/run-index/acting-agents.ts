import { NO_AGENT } from "./event-fields.ts";

/** Which agents have events of their own, by their codes. */
export class ActingAgents {
  #isActing = new Uint8Array(64);
  count = 0;

  add(agent: number): void {
    if (this.#isActing[agent] === 1) return;
    if (agent >= this.#isActing.length) {
      const grown = new Uint8Array(Math.max(agent + 1, this.#isActing.length * 2));
      grown.set(this.#isActing);
      this.#isActing = grown;
    }
    this.#isActing[agent] = 1;
    this.count++;
  }

  remove(agent: number): void {
    if (this.#isActing[agent] !== 1) return;
    this.#isActing[agent] = 0;
    this.count--;
  }

  /** Those of so many codes that have none. */
  silent(codes: number): number[] {
    const silent: number[] = [];
    for (let agent = NO_AGENT + 1; agent < codes; agent++)
      if (this.#isActing[agent] !== 1) silent.push(agent);
    return silent;
  }
}
