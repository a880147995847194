import { useEffect, useRef, useState } from "react";

/** A value at most every so many milliseconds, the latest always in the end: the world follows a fast playback without being asked for each event. */
export function useThrottled<T>(value: T, milliseconds = 110): T {
  const [shown, setShown] = useState(value);
  const lastChange = useRef(0);
  useEffect(() => {
    const wait = Math.max(0, lastChange.current + milliseconds - performance.now());
    const timer = setTimeout(() => {
      lastChange.current = performance.now();
      setShown(value);
    }, wait);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return shown;
}
