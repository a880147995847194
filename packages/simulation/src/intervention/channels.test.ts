import { describe, expect, it } from "vitest";
import { agentChannels } from "./agent-channels.test.fixture.ts";
import { simulationOf } from "./channel.test.fixture.ts";
import { testClaim } from "./claim.test.fixture.ts";
import { engineChannels } from "./engine-channels.test.fixture.ts";
import { isIntervention } from "./interventions.test.fixture.ts";
import { memoryChannels } from "./memory-channels.test.fixture.ts";
import { recorded } from "./recording.test.fixture.ts";

describe.each(["STATE", "DETAIL"] as const)(
  "at %s, a change leads on to every difference it makes",
  (verbosity) => {
    describe.each(Object.entries({ engine: engineChannels, agent: agentChannels, memory: memoryChannels }))(
      "of the %s, by",
      (_, channels) => {
        it.each(Object.entries(channels))("%s", async (_name, channel) => {
          const left = await recorded(simulationOf(channel, false), verbosity);
          const right = await recorded(simulationOf(channel, true), verbosity);
          const claim = testClaim(left, right, (event) => isIntervention(event));
          expect(claim.unexplained.map(({ text }) => text)).toEqual([]);
          expect(claim.gaps > 0).toBe(channel.isGap === true);
          if (_name !== "how often another rule drew") expect(claim.differing).toBeGreaterThan(0);
        });
      },
    );
  },
);
