// Susceptible, infected, recovered (Kermack and McKendrick 1927) on a small-world network (Watts and Strogatz 1998).
import { type AgentSeed, BaseEngine, type Random } from "@llm-sim/simulation";
import * as z from "zod";

export interface Person {
  health: "susceptible" | "infected" | "recovered";
  at_home: boolean;
  neighbours: string[];
  /** The turn of the infection. */
  since?: number;
}

export interface Epidemic {
  global: {
    infected: number;
    /** The turn in which the last of all who are ill so far will be well again. */
    ill_until: number;
  };
  agents: Record<string, Person>;
}

export interface PersonView {
  me: Person;
  /** How a neighbour is. */
  healthOf: (neighbour: string) => Person["health"] | undefined;
}

const params = z.strictObject({
  /** Each person's, before any are rewired; even. */
  neighbours: z.int().min(2).multipleOf(2),
  /** The probability that a tie goes to anybody instead of a neighbour. */
  rewiring: z.number().min(0).max(1),
  /** The probability that an infected person passes it on to one neighbour in one turn. */
  contagion: z.number().min(0).max(1),
  days_ill: z.int().positive(),
  first_cases: z.int().positive(),
});

export class EpidemicEngine extends BaseEngine<Epidemic, z.infer<typeof params>> {
  static readonly params = params;
  static readonly memory = "none";

  readonly actions = {
    go_out: this.action(z.strictObject({}), (draft, { agent_id }) => {
      this.agent(draft, agent_id).at_home = false;
    }),
    stay_home: this.action(z.strictObject({}), (draft, { agent_id }) => {
      this.agent(draft, agent_id).at_home = true;
    }),
  };

  override initialState(agents: readonly AgentSeed[]): Epidemic {
    const ids = agents.map(({ id }) => id);
    const ties = smallWorld(ids, this.params.neighbours, this.params.rewiring, this.random);
    const people = ids.map((id): [string, Person] => [
      id,
      { health: "susceptible", at_home: false, neighbours: ties.get(id) ?? [] },
    ]);
    const first = this.random.shuffle(people).slice(0, this.params.first_cases);
    for (const [, person] of first) Object.assign(person, { health: "infected", since: 0 });
    return {
      global: { infected: first.length, ill_until: this.params.days_ill },
      agents: Object.fromEntries(people),
    };
  }

  override observe(agentId: string, world: Epidemic): PersonView {
    return {
      me: this.agent(world, agentId),
      healthOf: (neighbour) => world.agents[neighbour]?.health,
    };
  }

  override afterActions(): void {
    for (const id of Object.keys(this.world.agents)) this.apart(id, () => this.#pass(id));
    this.rule("census", (draft) => {
      draft.global.infected = Object.values(draft.agents).filter(
        ({ health }) => health === "infected",
      ).length;
    });
    // The census would do as well, but rests on everybody: this way the last infection is the cause of the end.
    if (this.turn >= this.world.global.ill_until) {
      this.phase("extinction", { description: "Nobody is infected any more" });
      this.stop("nobody is infected any more");
    }
  }

  /** One person's day, apart from the others': what it comes to rests on this person and whom it meets. */
  #pass(id: string): void {
    const person = this.agent(this.world, id);
    if (person.health !== "infected") return;
    const { at_home, neighbours, since = 0 } = person;
    if (since === this.turn) return; // infected today: it is not contagious yet
    if (!at_home) for (const neighbour of neighbours) this.apart(neighbour, () => this.#meet(id, neighbour));
    if (this.turn - since >= this.params.days_ill) this.#recover(id);
  }

  #meet(infected: string, neighbour: string): void {
    const { health, at_home } = this.agent(this.world, neighbour);
    if (health !== "susceptible" || at_home || !this.random.chance(this.params.contagion)) return;
    this.rule(
      "infection",
      (draft) => {
        const person = this.agent(draft, neighbour);
        person.health = "infected";
        person.since = this.turn;
        draft.global.ill_until = this.turn + this.params.days_ill;
      },
      { values: { from: infected, to: neighbour } },
    );
  }

  #recover(id: string): void {
    this.rule("recovery", (draft) => {
      const person = this.agent(draft, id);
      person.health = "recovered";
      delete person.since;
    });
  }
}

/** A ring in which everybody knows the nearest, some ties rewired to anybody; ties go both ways. */
function smallWorld(
  ids: readonly string[],
  degree: number,
  rewiring: number,
  random: Random,
): Map<string, string[]> {
  const ties = new Map(ids.map((id) => [id, new Set<string>()]));
  for (const [index, id] of ids.entries()) {
    for (let step = 1; step <= degree / 2; step++) {
      const near = ids[(index + step) % ids.length] ?? id;
      const other = random.chance(rewiring) ? (random.pick(ids) ?? near) : near;
      if (other === id) continue;
      ties.get(id)?.add(other);
      ties.get(other)?.add(id);
    }
  }
  return new Map([...ties].map(([id, others]) => [id, [...others]]));
}
