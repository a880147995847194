import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import {
  beginAskedRun,
  HEBREW,
  NEEDLE,
  SCRIPT,
  writeAskedRun,
  writeLargeQuestion,
  writeManyQuestions,
} from "./asked-run.test.fixture.ts";
import { violations } from "./axe.test.fixture.ts";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;

beforeAll(async () => {
  site = await openSite([{ id: "commons", config: "commons/simulation.yaml" }]);
  await writeAskedRun(site.outputDir, "asked");
  await writeAskedRun(site.outputDir, "hashed", { tape: "hash", turns: 1 });
  await writeAskedRun(site.outputDir, "untaped", { tape: "off", turns: 1 });
  await writeAskedRun(site.outputDir, "damaged", { turns: 1 });
  const tape = join(site.outputDir, "damaged", "tape.jsonl");
  const lines = (await readFile(tape, "utf8")).split("\n");
  const question = lines.findIndex((line) => line.includes('"role":"user"'));
  await writeFile(tape, lines.toSpliced(question, 1, '{"line":"mess').join("\n"));
  await writeAskedRun(site.outputDir, "long", { turns: 300 });
  await writeManyQuestions(site.outputDir, "many", ["bob", "carol"]);
  await writeLargeQuestion(site.outputDir, "large", 1_000_000);
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

async function decision(run: string, turn: number, agent = "alice"): Promise<string> {
  const query = `event_types=DECISION&turn_start=${turn}&turn_end=${turn}&agent_ids=${agent}`;
  const { events } = await (await fetch(`${site.server.url}/simulations/${run}/events?${query}`)).json();
  return events[0].event_id;
}

/** The inspector alone, at a decision. */
async function openDecision(run: string, turn: number, agent?: string, options = {}): Promise<Page> {
  const page = await site.open(
    `/runs/${run}?event=${await decision(run, turn, agent)}&full=inspector`,
    options,
  );
  await page.locator(".asked .facts-list").waitFor();
  return page;
}

const parts = (page: Page) => page.locator(".part h4").allTextContents();
const copied = (page: Page) => page.evaluate(() => navigator.clipboard.readText());
const parameter = (page: Page, name: string) => new URL(page.url()).searchParams.get(name);
const rows = (page: Page) => page.locator(".calls-table tbody tr[data-row]");

describe("beside a decision", () => {
  it("stands what the model was asked and answered, its figures, and the attempts before", async () => {
    const page = await openDecision("asked", 2);
    const attempts = page.getByRole("list", { name: "Attempts" }).getByRole("listitem");
    expect(await attempts.allTextContents()).toEqual([
      expect.stringMatching(/^attempt 1 of 3the server refused it \(429\)31 msToo many requests$/),
      expect.stringMatching(/^attempt 2 of 3the answer did not fit.*expected number/),
      "attempt 3 of 3answered642 ms",
    ]);
    const facts = await page.locator(".asked .facts-list div").allTextContents();
    expect(facts).toEqual([
      "modelllama3.1",
      "asked fordecide",
      "took642 ms",
      "tokens2,202 in (1,024 cached), 14 out (5 thinking)",
      "cost$0.0012",
      "to take itthinking left out",
      "temperature0.7",
    ]);
    // What is new in this question, for all that the attempt before had asked the same.
    expect(await parts(page)).toEqual(["assistant", "user", "tool (market)", "user", "thinking", "answer"]);
    await page.getByRole("button", { name: "2 messages as in the call before" }).click();
    await page.locator(".part-system").waitFor();
    expect((await parts(page)).slice(0, 3)).toEqual(["system", "user", "assistant"]);
    expect(await page.locator(".part-user .text-plain").first().textContent()).toContain(
      "100 wheat.\nWhat do you do?",
    );
    await attempts.nth(1).getByRole("button").click();
    await page.locator(".call-error", { hasText: "did not fit" }).waitFor();
    expect(await page.locator(".part-answer .text-plain").textContent()).toBe(`{"sell": "some"}`);
  });

  it("stands another model than the one asked, and what was only estimated or has no price", async () => {
    const page = await openDecision("asked", 1, "bob");
    const facts = await page.locator(".asked .facts-list div").allTextContents();
    expect(facts).toEqual(
      expect.arrayContaining([
        "modelllama3.1 answered by llama3.1-q4",
        "tokens≈ 700 in, 14 out estimated",
        "costno price known",
      ]),
    );
  });

  it("stands each of several questions, one at a time", async () => {
    const page = await openDecision("many", 1);
    const which = page.getByLabel("Which call");
    const choices = await which.locator("option").allTextContents();
    expect(choices.map((choice) => choice.replace(/^\d of /, "")).toSorted()).toEqual([
      "2: agent alice/1/judge:bob/0#1",
      "2: agent alice/1/judge:carol/0#1",
    ]);
    for (const name of ["bob", "carol"]) {
      await which.selectOption({ index: choices.findIndex((choice) => choice.includes(name)) });
      await eventually(() => page.locator(".part-answer .text-plain").textContent()).toBe(`${name} is fair`);
      expect(await page.locator(".asked .facts-list").textContent()).toContain(`judge: ${name}`);
    }
  });

  it("can be searched over folded parts and those of the call before", async () => {
    const page = await openDecision("asked", 2);
    const current = page.locator("mark[aria-current=true]");
    const field = page.getByLabel("Find in the conversation");
    await field.fill(NEEDLE.replace("in the", "IN  the"));
    await page.keyboard.press("Enter");
    await eventually(() => current.textContent()).toBe(NEEDLE);
    expect(await current.boundingBox()).not.toBe(null);
    await field.fill("nobody knows");
    await page.getByText("40 found").waitFor();
    for (const [key, place] of [
      ["Enter", 1],
      ["Enter", 2],
      ["Shift+Enter", 1],
      ["Shift+Enter", 40],
    ] as const) {
      await page.keyboard.press(key);
      await page.getByText(`${place} of 40`).waitFor();
    }
    // The rules, which stood in the call before, and of which the last lines were folded.
    expect(await page.locator(".part-system", { has: current }).count()).toBe(1);
    await page.getByRole("button", { name: "Fold" }).first().click();
    await field.fill("no such words");
    await page.getByText("0 found").waitFor();
  });

  it("is laid beside what the same speakers said in the question before", async () => {
    const page = await openDecision("asked", 3);
    await page.getByRole("button", { name: "Changes" }).click();
    const user = page.locator(".part-user").last();
    await user.locator("ins").first().waitFor();
    expect(await user.locator("ins").allTextContents()).toContain("3");
    expect(await page.locator(".part-answer del").allTextContents()).toContain("2");
    await page.getByRole("button", { name: "Text", exact: true }).click();
    expect(await page.locator("ins, del").count()).toBe(0);
  });

  it("is copied block by block, and as a whole", async () => {
    const page = await openDecision("asked", 2);
    await page.getByRole("button", { name: "Copy what answer said" }).click();
    await eventually(() => copied(page)).toBe(`{"sell": 2, "why": "The price is good."}`);
    await page.getByRole("button", { name: "Copy the whole conversation" }).click();
    await eventually(() => copied(page)).toMatch(
      /^system:\nYou are a trader[\s\S]*answer:\n\{"sell": 2.*\}\n$/,
    );
    expect(await copied(page)).toContain(`${SCRIPT}\n${HEBREW}\n`);
  });

  it("shows text as text, whoever wrote it, and in its own direction", async () => {
    for (const width of [1440, 390]) {
      const page = await openDecision("asked", 2, "alice", { width });
      const tool = page.locator(".part-tool");
      await tool.getByRole("button", { name: /characters more/ }).click();
      expect(await tool.locator(".text-plain").textContent()).toContain(SCRIPT);
      expect(await tool.locator("img, script").count()).toBe(0);
      expect(await page.title()).toBe("asked · llm-sim");
      const wide = await page.evaluate(() =>
        [document.documentElement, ...document.querySelectorAll(".inspector, .part")]
          .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
          .map(({ className }) => className),
      );
      expect(wide).toEqual([]);
      await page.close();
    }
    expect(site.faults).toEqual([]);
  });

  it("holds a question of a million characters: little of it at a time, and found at once", async () => {
    const page = await openDecision("large", 1);
    const shown = () =>
      page.locator(".part-user .text-plain").evaluate(({ textContent }) => textContent?.length);
    expect(await shown()).toBeLessThan(2000);
    await page.getByLabel("Find in the conversation").fill(NEEDLE);
    await page.keyboard.press("Enter");
    await eventually(() => page.locator("mark[aria-current=true]").textContent()).toBe(NEEDLE);
    expect(await shown()).toBeLessThan(30_000);
    await page.getByRole("button", { name: /characters before/ }).click();
    await eventually(shown).toBeGreaterThan(30_000);
  });

  it("says so where the tape does not have it", async () => {
    const hashed = await openDecision("hashed", 1);
    await hashed.getByText("The tape kept hashes alone").waitFor();
    expect(await hashed.locator(".part").count()).toBe(0);
    const damaged = await openDecision("damaged", 1);
    await damaged.getByText("1 text is not on the tape").waitFor();
    await damaged.getByText("A message that cannot be read from the tape").waitFor();
    expect(await parts(damaged)).toEqual(["system", "answer"]);
    const untaped = await openDecision("untaped", 1);
    await untaped.getByText("no tape.jsonl").waitFor();
    await untaped.getByText("2,201 in (1,024 cached)").waitFor();
  });

  it("has no serious fault in access, in either colours", async () => {
    for (const colorScheme of ["light", "dark"] as const) {
      const page = await openDecision("asked", 2, "alice", { colorScheme });
      await page.getByLabel("Find in the conversation").fill("wheat");
      await page.keyboard.press("Enter");
      await page.locator("mark[aria-current=true]").waitFor();
      expect(await violations(page)).toEqual([]);
      await page.close();
    }
  });
});

describe("why a value is what it is", () => {
  it("says what the answers that led to it cost", async () => {
    const query = "event_types=STATE&turn_start=2&agent_ids=alice";
    const { events } = await (await fetch(`${site.server.url}/simulations/asked/events?${query}`)).json();
    const page = await site.open(`/runs/asked?event=${events[0].event_id}&full=inspector`);
    await page
      .getByText(/^The answers behind it took \d+ calls and [\d,]+ tokens, and cost \$0\.00\d+/)
      .waitFor();
  });
});

describe("the calls of a run", () => {
  it("are listed where there are any, what came of each, and what they come to", async () => {
    const page = await site.open("/runs/asked");
    await page.getByRole("button", { name: "Calls" }).click();
    await rows(page).first().waitFor();
    expect(parameter(page, "list")).toBe("calls");
    expect(await rows(page).count()).toBe(8);
    expect(await rows(page).nth(3).locator("td, th").allTextContents()).toEqual([
      "2",
      "alice",
      "decide",
      "llama3.1",
      "2",
      "2,210 → 9",
      "812 ms",
      "$0.0004",
      "the answer did not fit what was asked for",
    ]);
    await page.locator(".calls-totals summary").click();
    const alice = page.locator(".calls-by tr", { hasText: "alice" });
    expect(await alice.locator("td").allTextContents()).toEqual(["5", "2", "8,816", "51", "2.8 s", "$0.004"]);
    await page.getByText("2 of them have no known price").waitFor();
    await rows(page).nth(3).click();
    await page.locator(".call-error", { hasText: "did not fit" }).waitFor();
    const other = await site.open("/runs/commons");
    await other.locator(".event-row .text").first().waitFor();
    expect(await other.getByRole("button", { name: "Calls" }).count()).toBe(0);
    expect(site.faults).toEqual([]);
  });

  it("are narrowed by agent and by what came of them, and the address holds it", async () => {
    const page = await site.open("/runs/asked?list=calls&outcome=failure");
    await eventually(() => rows(page).count()).toBe(1);
    await page.getByLabel("What came of them").selectOption("http_error");
    await eventually(() => parameter(page, "outcome")).toBe("http_error");
    await eventually(() => page.locator(".calls-table .call-outcome").last().textContent()).toMatch(/429/);
    await page.getByLabel("What came of them").selectOption("whatever came of them");
    await page.locator(".calls-totals summary").click();
    await page.locator(".calls-by").getByRole("button", { name: "bob" }).click();
    await eventually(() => rows(page).count()).toBe(3);
    await eventually(() => parameter(page, "involving")).toBe("bob");
    await page.getByRole("button", { name: "Clear all" }).click();
    await eventually(() => rows(page).count()).toBe(8);
  });

  it("are many, of which those in sight exist, and are walked with the keys", async () => {
    const page = await site.open("/runs/long?list=calls");
    await rows(page).first().waitFor();
    expect(await rows(page).count()).toBeLessThan(60);
    await page.getByRole("region", { name: "Calls" }).focus();
    await page.keyboard.press("End");
    await eventually(() => page.evaluate(() => document.activeElement?.closest("tr")?.textContent)).toMatch(
      /^300bob/,
    );
    await eventually(() => parameter(page, "at")).toMatch(/^300@/);
    await page.keyboard.press("k");
    await eventually(() => page.locator(".calls-table .selected").textContent()).toMatch(/^300alice/);
    await page.keyboard.press("Enter");
    expect(await page.evaluate(() => document.activeElement?.matches(".inspector"))).toBe(true);
    expect(await violations(page)).toEqual([]);
  });

  it("come while one looks: none goes, nothing moves", async () => {
    const { stream, play } = await beginAskedRun(site.outputDir, "live");
    for (let turn = 1; turn <= 30; turn++) await play(turn);
    const page = await site.open("/runs/live?list=calls");
    await rows(page).first().waitFor();
    await page.getByText("62 calls").waitFor();
    await page.locator(".calls-scroll").evaluate((element) => element.scrollTo(0, 400));
    await eventually(() => rows(page).first().getAttribute("data-row")).not.toBe("0");
    const before = await rows(page).allTextContents();
    const lost = page.evaluate(
      () =>
        new Promise<number>((resolve) => {
          let fewest = Number.POSITIVE_INFINITY;
          const timer = setInterval(() => {
            const there = document.querySelectorAll(".calls-table tbody tr[data-row]").length;
            fewest = Math.min(fewest, there);
            if (!document.body.textContent?.includes("66 calls")) return;
            clearInterval(timer);
            resolve(fewest);
          }, 5);
        }),
    );
    await play(31);
    await play(32);
    await page.getByText("66 calls").waitFor();
    expect(await lost).toBe(before.length);
    expect(await rows(page).allTextContents()).toEqual(before);
    await page.locator(".calls-scroll").evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await eventually(() => rows(page).last().textContent()).toMatch(/^32bob/);
    await stream.close();
  });
});
