import { useEffect, useState } from "react";

/** A value once it has stayed the same for a moment: while playing fast, not every event is asked about. */
export function useSettled<T>(value: T, milliseconds = 90): T {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
