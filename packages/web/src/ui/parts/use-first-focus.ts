import { type RefObject, useEffect, useRef } from "react";

/** For the element that has the focus once its part is there: what a person opened it for. */
export function useFirstFocus<T extends HTMLElement>(): RefObject<T | null> {
  const first = useRef<T>(null);
  useEffect(() => first.current?.focus(), []);
  return first;
}
