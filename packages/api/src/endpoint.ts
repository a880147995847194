import type * as z from "zod";
import type { ApiErrorCode } from "./errors.ts";

/** What the API is about, as its documentation groups it. */
export const TAGS = {
  simulations: "Runs under the output directory",
  events: "What happened in a run",
  batches: "Runs that were made together, with other seeds and settings",
  calls: "What language models were asked, and what they answered",
  notes: "What people wrote about a run",
  explanations: "How things stood, why, and where two runs part ways",
  server: "The server itself",
} as const;
export type Tag = keyof typeof TAGS;

/** The names of a path's parts that are asked for: of `/simulations/:id/why` it is `id`. */
export type PathPart<Path extends string> = Path extends `${string}:${infer Part}/${infer Rest}`
  ? Part | PathPart<Rest>
  : Path extends `${string}:${infer Part}`
    ? Part
    : never;

/** One question that the API takes, by GET, and its answer: the one place that says so. */
export interface Endpoint<
  Path extends string = string,
  Parts extends z.ZodObject = z.ZodObject,
  Query extends z.ZodObject = z.ZodObject,
  Answer extends z.ZodType = z.ZodType,
> {
  /** Its parts that are asked for stand behind a colon. */
  path: Path;
  operationId: string;
  /** In a few words. */
  summary: string;
  description?: string;
  tag: Tag;
  parts: Parts;
  query: Query;
  answer: Answer;
  /** The answer in a few words. */
  answers: string;
  /** Where it is not application/json. */
  contentType?: string;
  /** Besides those that every question may come to. */
  errors: readonly ApiErrorCode[];
}

export function defineEndpoint<
  const Path extends string,
  Parts extends z.ZodObject<Record<PathPart<Path>, z.ZodString>>,
  Query extends z.ZodObject,
  Answer extends z.ZodType,
>(endpoint: Endpoint<Path, Parts, Query, Answer>): Endpoint<Path, Parts, Query, Answer> {
  return endpoint;
}

/** Something that the API does, by POST. */
export interface Command<
  Path extends string = string,
  Parts extends z.ZodObject = z.ZodObject,
  Body extends z.ZodObject = z.ZodObject,
  Answer extends z.ZodType = z.ZodType,
> extends Omit<Endpoint<Path, Parts, z.ZodObject, Answer>, "query" | "contentType"> {
  body: Body;
  /** Of the answer; 202, which says that it was begun, where it is not given. */
  status?: 201 | 202;
}

export function defineCommand<
  const Path extends string,
  Parts extends z.ZodObject<Record<PathPart<Path>, z.ZodString>>,
  Body extends z.ZodObject,
  Answer extends z.ZodType,
>(command: Command<Path, Parts, Body, Answer>): Command<Path, Parts, Body, Answer> {
  return command;
}

/** What is asked: the parts of the path and the parameters together. */
export type RequestOf<Asked extends Pick<Endpoint, "parts" | "query">> = Given<
  Asked["parts"],
  z.output<Asked["parts"]>
> &
  Given<Asked["query"], z.input<Asked["query"]>>;

/** What zod takes for an object without members refuses those of any other that it is joined with. */
type Given<Asked extends z.ZodObject, Values> = keyof Asked["shape"] extends never ? object : Values;

/** The answer once it is parsed. */
export type AnswerOf<Asked extends Pick<Endpoint, "answer">> = z.output<Asked["answer"]>;
