import { directionOf, withCourseInOrder } from "../../logic/event-text/index.ts";

/** A sentence of a run's, with its names and values, in its own direction whatever stands beside it. */
export function Words({ text, className, title }: { text: string; className?: string; title?: string }) {
  return (
    <span className={className} title={title} dir={directionOf(text)}>
      {withCourseInOrder(text)}
    </span>
  );
}
