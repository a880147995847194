import { openEventStream } from "@llm-sim/events";
import { NAMES_THAT_TRAP } from "@llm-sim/events/testing";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

const ARABIC_NAME = "الثروة";
let site: Site;

/** Agents of every name, each with a variable of its own name; of the world a list, a grid, and a number under an Arabic name. */
async function writeNamedRun(outputDir: string, simulationId: string, step: number): Promise<void> {
  const stream = await openEventStream({ outputDir, simulationId, verbosity: "DETAIL", signals: false });
  for (const agent of NAMES_THAT_TRAP)
    stream.state("gold", { agent_id: agent, old_value: null, new_value: 10, change: "added" });
  stream.state("hand", { old_value: null, new_value: [1, 2], change: "added" });
  for (let turn = 1; turn <= 3; turn++)
    stream.turn(turn, () => {
      for (const agent of NAMES_THAT_TRAP) {
        const action = stream.action(agent, "greet", {}, { participating_agent_ids: [agent, "somebody"] });
        stream.state("gold", {
          agent_id: agent,
          old_value: 10 + (turn - 1) * step,
          new_value: 10 + turn * step,
          caused_by: action,
        });
      }
      stream.state(ARABIC_NAME, { old_value: 2 - turn, new_value: 1 - turn });
      if (turn === 3) stream.state("hand", { old_value: [1, 2], new_value: [1, 2, 3] });
    });
  await stream.close();
}

/** Forty agents with a list each, a map of numbers and one of words. */
async function writeMaps(outputDir: string): Promise<void> {
  const stream = await openEventStream({
    outputDir,
    simulationId: "maps",
    verbosity: "DETAIL",
    signals: false,
  });
  const map = (turn: number) => [0, 1, 2].map((row) => [0, 1, 2, 3].map((column) => row * column - turn));
  stream.state("heat", { old_value: null, new_value: map(0), change: "added" });
  stream.state("land", {
    old_value: null,
    new_value: [
      ["sea", "sea"],
      ["hill", true],
    ],
    change: "added",
  });
  for (let agent = 0; agent < 40; agent++)
    for (const [name, value] of [
      ["gold", (agent * 7) % 40],
      ["bag", Array.from({ length: agent }, (_, at) => at)],
    ] as const)
      stream.state(name, { agent_id: `agent ${agent}`, old_value: null, new_value: value, change: "added" });
  stream.turn(1, () => stream.state("heat", { old_value: map(0), new_value: map(1) }));
  await stream.close();
}

/** More events than a screen has room for. */
async function writeMany(outputDir: string): Promise<void> {
  const stream = await openEventStream({
    outputDir,
    simulationId: "many",
    verbosity: "DETAIL",
    signals: false,
  });
  for (let turn = 1; turn <= 200; turn++)
    stream.turn(turn, () => {
      for (const agent of ["NaN", "null", "7", "toString"])
        for (let count = 0; count < 3; count++)
          stream.state("gold", { agent_id: agent, old_value: count, new_value: count + 1 });
    });
  await stream.close();
}

beforeAll(async () => {
  site = await openSite([]);
  await writeMaps(site.outputDir);
  await writeMany(site.outputDir);
  await writeNamedRun(site.outputDir, "names", 1);
  await writeNamedRun(site.outputDir, "names-2", 2);
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

/** From left to right as it is seen, whatever the order in the page. */
async function left(part: Locator): Promise<number> {
  return (await part.boundingBox())?.x ?? Number.NaN;
}

/** Where a stretch of an element's text is seen, in pixels from the left. */
async function leftOf(element: Locator, text: string, last = false): Promise<number> {
  return element.evaluate(
    (node, [wanted, isLast]) => {
      const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
      for (let one = walker.nextNode(); one; one = walker.nextNode()) {
        const whole = one.textContent ?? "";
        const at = isLast ? whole.lastIndexOf(wanted) : whole.indexOf(wanted);
        if (at < 0) continue;
        const range = document.createRange();
        range.setStart(one, at);
        range.setEnd(one, at + wanted.length);
        return range.getBoundingClientRect().x;
      }
      return Number.NaN;
    },
    [text, last] as const,
  );
}

async function eventOf(query: string, run = "names"): Promise<string> {
  const answer = await fetch(`${site.server.url}/simulations/${run}/events?${query}`);
  const { events } = await answer.json();
  return events.at(-1).event_id;
}

describe("an agent may be called anything", () => {
  const COUNT = NAMES_THAT_TRAP.length;

  it("and is in the lanes, the world and the filter's choices", async () => {
    const page = await site.open("/runs/names?full=world", { height: 1400 });
    await page
      .locator(".world-table tbody tr")
      .nth(COUNT - 1)
      .waitFor();
    const agents = await page.locator(".world-table tbody th").allTextContents();
    // Of two of them nothing would be seen.
    const unseen = new Map([
      [" ", '" "'],
      ["\u200f", '"\\u200f"'],
    ]);
    const shown = NAMES_THAT_TRAP.map((name) => unseen.get(name) ?? name);
    expect(agents.toSorted()).toEqual(shown.toSorted());
    await page.getByRole("button", { name: "Agent", exact: true }).click();
    await eventually(() => page.locator(".menu-choice").count()).toBe(COUNT);
    await page.locator(".menu-choice", { hasText: "__proto__" }).click();
    await page.locator(".menu-choice", { hasText: "constructor" }).click();
    await page.keyboard.press("Escape");
    await eventually(() => page.locator(".world-table tbody tr").count()).toBe(2);
    await eventually(() => new URL(page.url()).searchParams.get("agents")).toBe("__proto__,constructor");
    await page.goto(
      `${site.server.url}/runs/names?full=timeline&agents=${encodeURIComponent("__proto__,🧙🔥,a/b")}`,
    );
    await page.locator(".lane-label", { hasText: "__proto__" }).waitFor();
    const lanes = await page.locator("button.lane-label").count();
    expect(lanes).toBeGreaterThan(0);
    expect(site.faults).toEqual([]);
  });

  it("and its value leads to why it has it, its events are listed, its curve is drawn", async () => {
    const page = await site.open("/runs/names?world=charts&agents=__proto__,toString");
    await page.locator(".legend-label", { hasText: "__proto__" }).waitFor();
    await eventually(() => page.locator(".event-row .agent").first().textContent()).toBe("__proto__");
    await page
      .getByRole("radio", { name: "Table" })
      .or(page.getByText("Table", { exact: true }))
      .first()
      .click();
    await page.locator(".world-table tbody .value").first().click();
    await page.locator(".event-details").getByText("__proto__.gold").first().waitFor();
    expect(site.faults).toEqual([]);
  });

  it("and two runs of such agents are compared", async () => {
    const page = await site.open("/runs/names/compare/names-2?variable=__proto__.gold");
    await page.locator(".verdict").waitFor();
    await page.locator(".u-over").first().waitFor();
    expect(await page.locator("select").first().inputValue()).toBe("__proto__.gold");
    expect(site.faults).toEqual([]);
  });
});

describe("a change", () => {
  it("reads from its old value to its new, beside a name that goes from right to left", async () => {
    const event = await eventOf(
      `event_types=STATE&turn_start=2&turn_end=2&q=${encodeURIComponent(ARABIC_NAME)}`,
    );
    const page = await site.open(
      `/runs/names?event=${event}&types=STATE&q=${encodeURIComponent(ARABIC_NAME)}`,
    );
    const old = page.locator(".changes .old");
    await old.waitFor();
    expect(await left(old)).toBeLessThan(await left(page.locator(".changes .new")));
    for (const place of [
      page.locator(".event-details .description"),
      page.locator(".event-row.selected .text"),
    ]) {
      await place.waitFor();
      expect(await leftOf(place, "0")).toBeLessThan(await leftOf(place, "-1", true));
    }
  });

  it("of a list tells what is in it", async () => {
    const page = await site.open("/runs/names?q=hand&types=STATE");
    await page.locator(".event-row .text", { hasText: "hand: [1,2] → [1,2,3]" }).waitFor();
  });

  it("is heard apart from the value that it led to", async () => {
    const page = await site.open("/runs/names?full=world&agents=a%2Fb");
    const value = page.locator(".world-table tbody .value").first();
    await value.waitFor();
    await page.getByRole("button", { name: "13, changed by +1", exact: true }).first().waitFor();
    expect(await value.locator("small").textContent()).toBe("+1");
  });
});

describe("the world's table", () => {
  const first = (page: Page) =>
    page.locator(".world-table tbody tr[class], .world-table tbody tr:has(th)").first().locator("th");

  it("is sorted by any column, which the address keeps", async () => {
    const page = await site.open("/runs/maps?full=world");
    await page.locator(".world-table").getByRole("button", { name: "gold", exact: true }).click();
    await eventually(() => first(page).textContent()).toBe("agent 17");
    await eventually(() => new URL(page.url()).searchParams.get("sort")).toBe("-gold");
    expect(await page.locator("th[aria-sort]").getAttribute("aria-sort")).toBe("descending");
    await page.reload();
    await eventually(() => first(page).textContent()).toBe("agent 17");
    await page.locator(".world-table").getByRole("button", { name: "bag", exact: true }).click();
    await eventually(() => first(page).textContent()).toBe("agent 39");
    expect(await page.locator(".world-table td").first().textContent()).toBe("[0,1,2,3,4,5,6,7,8,… 30 more]");
  });

  it("goes to the agent whose event is selected", async () => {
    const page = await site.open(`/runs/maps?q=${encodeURIComponent("agent 35.gold")}`);
    await page.locator(".world-table th", { hasText: "agent 0" }).first().waitFor();
    await page.locator(".event-row .text", { hasText: "agent 35.gold" }).first().click();
    const row = page.locator(".world-table tr.selected");
    await row.waitFor();
    expect(await row.locator("th").textContent()).toBe("agent 35");
    const [room, box] = [await page.locator(".world").boundingBox(), await row.boundingBox()];
    expect(box?.y ?? 0).toBeGreaterThan(room?.y ?? 0);
    expect((box?.y ?? 1e9) + (box?.height ?? 0)).toBeLessThanOrEqual(
      (room?.y ?? 0) + (room?.height ?? 0) + 1,
    );
  });
});

describe("a list of lists", () => {
  it("is a map, whose places are read by pointer and by keys", async () => {
    const page = await site.open("/runs/maps?full=world");
    await page.getByRole("button", { name: "Show heat as a grid" }).click();
    await eventually(() => new URL(page.url()).searchParams.get("world")).toBe("grid");
    const map = page.locator(".grid-map");
    await map.focus();
    const reading = page.locator(".grid-reading");
    await eventually(() => reading.textContent()).toBe("row 0, column 0: -1, was 0");
    await page.keyboard.press("End");
    await page.keyboard.press("PageDown");
    await eventually(() => reading.textContent()).toBe("row 2, column 3: 5, was 6");
    const box = await map.boundingBox();
    await map.hover({ position: { x: (box?.width ?? 0) / 8, y: (box?.height ?? 0) / 2 } });
    await eventually(() => reading.textContent()).toBe("row 1, column 0: -1, was 0");
    await page.locator(".grid-head select").selectOption("land");
    await page.locator(".grid-legend li", { hasText: "sea 2" }).waitFor();
    await eventually(() => new URL(page.url()).searchParams.get("grid")).toBe("land");
    expect(site.faults).toEqual([]);
  });
});

describe("the timeline's bars", () => {
  it("say whose events they are, when, and how many of which kind; the selected event is marked among them", async () => {
    const event = await eventOf("event_types=STATE&turn_start=2&turn_end=2&agent_ids=NaN", "many");
    const plain = await site.open("/runs/many?full=timeline&at=200");
    const canvas = plain.locator(".lanes-canvas");
    await canvas.waitFor();
    await plain.locator(".lane-label", { hasText: "NaN" }).waitFor();
    const row = await plain.locator(".lane-label", { hasText: "NaN" }).boundingBox();
    const box = await canvas.boundingBox();
    if (!row || !box) throw new Error("there are no lanes");
    const at = { x: box.x + box.width / 2, y: row.y + row.height / 2 };
    await eventually(async () => {
      await plain.mouse.move(at.x + Math.random(), at.y);
      return plain
        .locator(".tip")
        .textContent({ timeout: 500 })
        .catch(() => "");
    }).toMatch(/^NaNturns? [\d,–]+\d+ events?.*STATE \d+/);
    const marked = await site.open(`/runs/many?full=timeline&event=${event}&at=200`);
    await marked.locator(".lane-label", { hasText: "NaN" }).waitFor();
    const where = { x: box.x, y: row.y, width: box.width / 10, height: row.height };
    const before = await plain.screenshot({ clip: where });
    await eventually(async () => (await marked.screenshot({ clip: where })).equals(before)).toBe(false);
  });
});

describe("a filter by an agent that there is not", () => {
  it("says so, in the bar and where the world would be", async () => {
    const page = await site.open("/runs/names?agents=nobody");
    await page.locator(".world").getByText("There is no agent “nobody” in this run.").waitFor();
    await page.locator(".chip", { hasText: "no agent nobody" }).waitFor();
    await page.getByRole("button", { name: "Show all agents" }).first().click();
    await page.locator(".world-table tbody tr").nth(1).waitFor();
  });
});

describe("a browser whose locale Intl does not take", () => {
  it("draws charts as any other", async () => {
    site.faults.length = 0;
    const page = await site.open("/runs/names?world=charts", { language: "en-US@posix" });
    await page.locator(".u-over").first().waitFor();
    expect(site.faults).toEqual([]);
  });
});

describe("a narrow window", () => {
  /** Buttons that are not wholly within their panel. */
  const cutOff = (page: Page) =>
    page.evaluate(() =>
      [...document.querySelectorAll(".panel")].flatMap((panel) => {
        const room = panel.getBoundingClientRect();
        return [...panel.querySelectorAll(".panel-head button, .panel-head select")]
          .filter((button) => {
            const { left: from, right } = button.getBoundingClientRect();
            return from < room.left || right > room.right;
          })
          .map((button) => `${panel.className}: ${button.textContent}${button.getAttribute("aria-label")}`);
      }),
    );

  it.each([720, 768, 820, 900, 1024])("of %d pixels cuts off no button", async (width) => {
    const page = await site.open("/runs/names", { width, height: 1024 });
    await page.locator(".world-table td").first().waitFor();
    await eventually(() => cutOff(page)).toEqual([]);
  });

  it("stays where it is when something is selected", async () => {
    const page = await site.open("/runs/names", { width: 390, height: 844 });
    const value = page.locator(".world-table tbody .value").first();
    await value.waitFor();
    await value.scrollIntoViewIfNeeded();
    const before = await page.evaluate(() => scrollY);
    expect(before).toBeGreaterThan(300);
    await value.click();
    await eventually(() => new URL(page.url()).searchParams.has("event")).toBe(true);
    await page.waitForTimeout(150);
    expect(await page.evaluate(() => scrollY)).toBeGreaterThan(before - 60);
  });

  it("however narrow draws nothing of negative size", async () => {
    site.faults.length = 0;
    const page = await site.open("/runs/names/compare/names-2", { width: 100, height: 600 });
    await page.locator(".verdict").waitFor();
    await page.locator(".distance-row svg").waitFor({ state: "attached" });
    expect(await page.locator("svg[width^='-']").count()).toBe(0);
    expect(site.faults).toEqual([]);
  });
});
