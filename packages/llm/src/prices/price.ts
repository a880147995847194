import type { Usage } from "@llm-sim/events/tape/schema";
import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { modelName } from "./model-name.ts";

/** What an answer cost, by the provider's public list, which is a part of the package: nothing is looked up in a network. */
export interface Cost {
  usd: number;
  /** Whose list: `openai`. */
  provider: string;
  /** Which model of it. */
  model: string;
}

/** Where a model is asked: decides whose list counts, where several have a model of that name. */
export interface PricePlace {
  base_url?: string | undefined;
  /** Prices change: absent, today's. */
  at?: Date;
}

/**
 * What one call's usage costs; of several it is their sum, as long calls may be dearer by the token. The list is the provider's at `base_url`, where that is a known one; else the one named before the model
 * (`openai/gpt-4o`); else the maker's of a model of that name. A local model's name with a tag (`llama3.1:8b`) has no price.
 *
 * @returns `undefined` where no price is known
 */
export function costOf(usage: Usage, model: string, { base_url, at }: PricePlace = {}): Cost | undefined {
  const { input_tokens: input = 0, cached_tokens: cached } = usage;
  const counted = {
    input_tokens: input,
    output_tokens: usage.output_tokens ?? 0,
    // A server that counts its cache apart from the input would make the rest negative.
    ...(cached !== undefined && { cache_read_tokens: Math.min(cached, input) }),
  };
  for (const { id, providerId } of candidates(model, base_url)) {
    const price = calcPrice(counted, id, {
      ...(providerId !== undefined && { providerId }),
      ...(at !== undefined && { timestamp: at }),
    });
    if (price && Number.isFinite(price.total_price) && price.total_price >= 0)
      return { usd: price.total_price, provider: price.provider.id, model: price.model.id };
  }
  return undefined;
}

/** Whether a price is known. */
export function hasPrice(model: string, place: PricePlace = {}): boolean {
  return costOf({ input_tokens: 1, output_tokens: 1 }, model, place) !== undefined;
}

interface Candidate {
  id: string;
  providerId?: string;
}

function candidates(model: string, base_url: string | undefined): Candidate[] {
  const at = base_url === undefined ? undefined : findProvider({ providerApiUrl: base_url })?.id;
  const ids = [...new Set([model, model.replace(/^.*\//, ""), modelName(model).base])];
  if (at !== undefined) return ids.map((id) => ({ id, providerId: at }));
  // Ollama's `name:tag` runs on somebody's own machine, whatever hosted model has such a name.
  if (/:(?!\d+$|free$)/.test(model) && !model.includes("/")) return [];
  const prefix = /^([^/]+)\//.exec(model)?.[1];
  const named = prefix === undefined ? undefined : findProvider({ providerId: prefix })?.id;
  if (named !== undefined) return ids.map((id) => ({ id, providerId: named }));
  return ids.map((id) => ({ id }));
}
