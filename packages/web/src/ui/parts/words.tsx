import { directionOf, withCourseInOrder } from "../../logic/event-text/index.ts";
import { Highlighted } from "./highlighted.tsx";

interface WordsProps {
  text: string;
  className?: string;
  title?: string;
  /** Marked where it stands. */
  wanted?: string;
}

/** A sentence of a run's, with its names and values, in its own direction whatever stands beside it. */
export function Words({ text, className, title, wanted = "" }: WordsProps) {
  const ordered = withCourseInOrder(text);
  return (
    <span className={className} title={title} dir={directionOf(text)}>
      {wanted === "" ? ordered : <Highlighted text={ordered} sought={wanted} />}
    </span>
  );
}
