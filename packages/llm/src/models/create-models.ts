import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Coordinate } from "@llm-sim/events/tape/schema";
import type { LlmSettings, Models, ShownRequest } from "@llm-sim/simulation";
import { type ClientSettings, createModelClient, withoutSecrets } from "../client/index.ts";
import { Budget, Concurrency, Rate, refuseUnpriced, type Spent } from "../limits/index.ts";
import { costOf, hasPrice } from "../prices/index.ts";
import { AnswersOnTape } from "./answers-on-tape.ts";
import { AskedModels } from "./asked-models.ts";
import { LiveSource } from "./live-source.ts";
import { DEFAULT_CONCURRENCY, retryPolicy } from "./settings.ts";
import { ShownSource } from "./shown-source.ts";
import { Spending } from "./spending.ts";
import { TapeSource } from "./tape-source.ts";

/** What a run's models are made of. */
export interface ModelPlan {
  /** The config's `llm` block. */
  settings: LlmSettings;
  /** Models that are asked beside the config's: those of agents, which the budget has to know the price of. */
  models?: readonly string[] | undefined;
  /** Where the key is looked up; the process's by default. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * A tape that is asked first, and what then: a model, or nobody, in which case no client is made and no key read. By default the one
   * that the settings name to `play` from, and then nobody. `mayAsk` says whether the model may be asked by now.
   */
  source?: { answers: AnswersOnTape; onMiss: "live" | "fail"; mayAsk?: () => boolean } | undefined;
  /**
   * What was spent before, on the run that is gone on with. Where there is a tape, that is its own: what is taken from it is a part of
   * this.
   */
  spent?: Partial<Spent> | undefined;
  /** A folder for what the runs of a batch share: their rate, and what they spend. Made where it is not there. */
  batch?: { directory: string } | undefined;
  /** Nobody is asked, and no client made: each request that would be made is shown here. What `source` has is answered from it. */
  onRequest?: ((coordinate: Coordinate, request: ShownRequest) => void) | undefined;
  /** Draws from [0, 1): for the jitter of retries. */
  random?: (() => number) | undefined;
}

/**
 * Makes what stands behind `ask` in a run.
 *
 * @throws ModelClientError where a client cannot be made as things are set up; BudgetError where a budget in money cannot be kept;
 * RangeError for a setting that is none
 */
export async function createModels(plan: ModelPlan): Promise<Models> {
  const { settings, random = Math.random } = plan;
  const retry = retryPolicy(settings);
  const source = plan.source ?? (await played(settings));
  if (source?.onMiss === "fail" || plan.onRequest) {
    const spending = new Spending(Budget.ofRun(settings.budget), true);
    const hint = plan.source ? undefined : "take llm.play out of the config to ask a model";
    const tape =
      source && new TapeSource(source.answers, undefined, (text) => withoutSecrets(text, []), hint);
    const shown = plan.onRequest ? new ShownSource(plan.onRequest, tape) : tape;
    if (shown) return new AskedModels({ settings, retry, source: shown, spending, random, isPlaying: true });
  }
  const live = await liveSource(plan);
  const spending = new Spending(live.budget, source !== undefined && plan.spent !== undefined && !plan.batch);
  const first = source
    ? new TapeSource(
        source.answers,
        live.source,
        (text) => live.source.withoutSecrets(text),
        undefined,
        source.mayAsk,
      )
    : live.source;
  return new AskedModels({ settings, retry, source: first, spending, random, isPlaying: false });
}

async function played({ play }: LlmSettings): Promise<ModelPlan["source"]> {
  return play === undefined ? undefined : { answers: await AnswersOnTape.read(play), onMiss: "fail" };
}

async function liveSource({ settings, models = [], env, source, spent, batch }: ModelPlan) {
  const place = { base_url: settings.base_url };
  const limit = settings.budget ?? {};
  const named = settings.model === undefined ? models : [settings.model, ...models];
  refuseUnpriced(limit, named, (model) => hasPrice(model, place));
  if (batch) mkdirSync(batch.directory, { recursive: true });
  const budget = batch
    ? Budget.ofBatch(limit, join(batch.directory, "spent.jsonl"))
    : Budget.ofRun(limit, source ? beside(source.answers.spent, spent) : spent);
  const rateLimit = { requests_per_minute: settings.requests_per_minute };
  return {
    budget,
    source: new LiveSource({
      client: await createModelClient(clientSettings(settings), env),
      concurrency: new Concurrency(settings.concurrency ?? DEFAULT_CONCURRENCY),
      rate: batch ? Rate.ofBatch(join(batch.directory, "rate"), rateLimit) : Rate.ofRun(rateLimit),
      budget,
      longestPauseMs: retryPolicy(settings).longest_retry_after_ms,
      costOf: ({ usage = {}, served_model = "" }, model) => {
        // By the model that has answered, where its price is known: it may be another, or a certain issue.
        const served =
          served_model === "" || served_model === model ? undefined : costOf(usage, served_model, place);
        return (served ?? costOf(usage, model, place))?.usd;
      },
      isPriced: (model) => limit.usd === undefined || hasPrice(model, place),
    }),
  };
}

/** What was spent beside what is on the tape. */
function beside(onTape: Spent, { tokens = 0, usd = 0 }: Partial<Spent> = {}): Spent {
  return { tokens: Math.max(0, tokens - onTape.tokens), usd: Math.max(0, usd - onTape.usd) };
}

function clientSettings({ provider, base_url, api_key_env, structured_output }: LlmSettings): ClientSettings {
  return { provider, base_url, api_key_env, structured_output };
}
