import { openEventStream } from "@llm-sim/events";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { violations } from "./axe.test.fixture.ts";
import { eventually } from "./eventually.test.fixture.ts";
import { openSite, type Site } from "./site.test.fixture.ts";

let site: Site;
let eventId: string;
let decisionId: string;

const TAKEN = "document.title='taken over'";
const HOSTILE = `# Rules <b onmouseover="${TAKEN}">bold</b>

First line
second line with <think>a thought</think> in it

![a picture](https://evil.invalid/pixel.png) ![](https://evil.invalid/"onerror="${TAKEN})
<img src="https://evil.invalid/pixel.png" onerror="${TAKEN}"> <img src=x onerror=${TAKEN}>
<script>${TAKEN}</script>

<svg onload="${TAKEN}"><style>@import url(https://evil.invalid/a.css); body { display: none }</style></svg>
<iframe src="https://evil.invalid/"></iframe><form action="https://evil.invalid/"><input name=x autofocus></form>
<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=${TAKEN}&gt;">

[your bank](https://evil.invalid/login) [script](javascript:${TAKEN}) [data](data:text/html,x) [self](/simulations)
[ref][1] <javascript:${TAKEN}> <https://evil.invalid/auto> [apple](https://аррӏе.com/) someone@example.org
<a href="javascript:${TAKEN}" style="position:fixed;inset:0">cover</a>

[1]: javascript:${TAKEN} "title"

\`\`\`"><img src=x onerror=${TAKEN}>
code
\`\`\`

- [x] done **with** care
- [ ] not done

| a | b |
| --- | --- |
| 1 | <img src=x onerror=${TAKEN}> |
${"\nA line of the letter, as it was read aloud in the square.".repeat(60)}
the last word is wheat`;

beforeAll(async () => {
  site = await openSite([]);
  const stream = await openEventStream({
    outputDir: site.outputDir,
    simulationId: "texts",
    verbosity: "DETAIL",
    signals: false,
  });
  const scope = stream.startTurn(1);
  scope.action("alice", "write", {
    letter: HOSTILE,
    note: "short\nin two lines",
    messages: [
      { role: "system", content: "You are a miller." },
      { role: "user", content: "What is the price of wheat?\n".repeat(4) },
    ],
  });
  scope.decision("alice", "ask", {
    new_value: {
      plan: `${"Ask around. ".repeat(30)}Then sell.`,
      messages: [
        { role: "assistant", content: null, tool_calls: [{ function: { name: "look", arguments: "{}" } }] },
        { role: "tool", tool_call_id: "1", content: "no wind" },
      ],
    },
  });
  scope.end();
  await stream.close();
  const { events } = await (
    await fetch(`${site.server.url}/simulations/texts/events?event_types=ACTION,DECISION`)
  ).json();
  [eventId, decisionId] = events.map(({ event_id }: { event_id: string }) => event_id);
}, 60_000);
afterEach(() => site.closePages());
afterAll(() => site?.close());

async function openLetter(options = {}): Promise<Page> {
  const page = await site.open(`/runs/texts?event=${eventId}&full=inspector`, options);
  await page.getByRole("article", { name: "letter" }).waitFor();
  return page;
}

const letter = (page: Page) => page.getByRole("article", { name: "letter" });

describe("a long text", () => {
  it("has its lines, is folded, found in, and copied", async () => {
    const page = await openLetter();
    const box = letter(page);
    expect(await box.textContent()).toContain(
      "First line\nsecond line with <think>a thought</think> in it\n",
    );
    expect(
      await page.getByText("short\nin two lines").evaluate((one) => getComputedStyle(one).whiteSpace),
    ).toBe("pre-wrap");
    expect(await box.textContent()).not.toContain("the last word");
    await box.getByRole("button", { name: "Find in letter" }).click();
    await page.keyboard.type("LAST WORD");
    await box.getByText("1 found").waitFor();
    await page.keyboard.press("Enter");
    await eventually(() => box.locator("mark[aria-current=true]").textContent()).toBe("last word");
    await box.getByRole("button", { name: "Copy letter" }).click();
    await eventually(() => page.evaluate(() => navigator.clipboard.readText())).toBe(HOSTILE);
  });

  it("is read whole where a decision was made of it, too, and a message without words beside others", async () => {
    const page = await site.open(`/runs/texts?event=${decisionId}&full=inspector`);
    await page.locator(".conversation").waitFor();
    expect(await page.getByRole("article", { name: "plan" }).textContent()).toContain("Then sell.");
    expect(await page.locator(".conversation .part-role").allTextContents()).toEqual(["assistant", "tool"]);
    await page.locator(".conversation").getByText("look").waitFor();
  });

  it("is rendered as Markdown where that is wanted: nothing in it acts, nothing is fetched, links say where they lead", async () => {
    const page = await openLetter();
    const box = letter(page);
    await box.getByRole("button", { name: "Markdown" }).click();
    const more = box.getByRole("button", { name: "characters more" });
    await more.click();
    const rendered = box.locator(".text-markdown");
    await rendered.getByText("the last word").waitFor();
    expect(await rendered.locator("li").allTextContents()).toEqual(["☑ done with care", "☐ not done"]);
    expect(await rendered.locator("td").last().textContent()).toContain("<img src=x");
    expect(await rendered.textContent()).toContain("<think>a thought</think>");
    expect(await rendered.locator(".heading").textContent()).toContain('<b onmouseover="');
    const made = await rendered.evaluate((root) => ({
      names: [...new Set([...root.querySelectorAll("*")].map(({ localName }) => localName))],
      attributes: [
        ...new Set(
          [...root.querySelectorAll("*")].flatMap((one) => [...one.attributes].map(({ name }) => name)),
        ),
      ].sort(),
      links: [...root.querySelectorAll("a")].map((link) => `${link.rel} ${link.target} ${link.href}`),
      text: root.textContent,
    }));
    for (const name of ["img", "script", "svg", "style", "iframe", "form", "input", "math", "b"])
      expect(made.names).not.toContain(name);
    expect(made.attributes).toEqual(["class", "href", "rel", "target"]);
    expect(made.links.length).toBeGreaterThan(4);
    for (const link of made.links)
      expect(link).toMatch(
        /^noopener noreferrer _blank (https:\/\/(evil\.invalid|xn--80ak6aa92e\.com)\/|mailto:someone@)/,
      );
    expect(made.text).toContain("your bank (https://evil.invalid/login)");
    expect(made.text).toContain("image: a picture (https://evil.invalid/pixel.png)");
    expect(made.text).toContain("apple (https://xn--80ak6aa92e.com/)");
    // Every text is read so from now on, and what is found is marked in this form, too, over the edges of its elements.
    await box.getByRole("button", { name: "Find in letter" }).click();
    await page.keyboard.type("done with care");
    await page.keyboard.press("Enter");
    await eventually(() => rendered.locator("mark[aria-current=true]").allTextContents()).toEqual([
      "done ",
      "with",
      " care",
    ]);
    expect(await page.title()).not.toContain("taken");
    expect(site.faults).toEqual([]);
  });

  it.each(["light", "dark"] as const)("has no fault in access (%s)", async (colorScheme) => {
    const page = await openLetter({ colorScheme });
    await letter(page).getByRole("button", { name: "Markdown" }).click();
    await letter(page).locator(".text-markdown").waitFor();
    expect(await violations(page)).toEqual([]);
  });
});
