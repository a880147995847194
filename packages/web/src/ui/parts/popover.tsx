import {
  type ReactNode,
  type RefObject,
  useEffect,
  useId,
  useImperativeHandle,
  useRef,
  useState,
} from "react";
import { Icon } from "./icon.tsx";

interface PopoverProps {
  label: ReactNode;
  /** Read out instead of the label where that is not text. */
  name?: string;
  className?: string;
  title?: string;
  align?: "start" | "end";
  /** Filled with what opens and closes it from elsewhere, as by a key. */
  toggle?: RefObject<(() => void) | null> | undefined;
  children: (close: () => void) => ReactNode;
}

/** A button and what it opens, whose first field takes the focus by `useFirstFocus`. Closes on Escape, on a click elsewhere, and when focus leaves. */
export function Popover({
  label,
  name,
  className = "",
  title,
  align = "start",
  toggle,
  children,
}: PopoverProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const id = useId();
  useImperativeHandle(toggle, () => () => {
    // From here Escape closes it; a field within it takes the focus over.
    button.current?.focus();
    setOpen((before) => !before);
  });

  useEffect(() => {
    if (!open) return;
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [open]);

  const close = () => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Escape is meant for what has the focus inside
    <div
      ref={root}
      className="popover-root"
      onKeyDown={(event) => {
        if (event.key !== "Escape" || !open) return;
        event.stopPropagation();
        close();
      }}
    >
      <button
        ref={button}
        type="button"
        className={`button ${className}`}
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        aria-label={name}
        title={title}
        onClick={() => setOpen(!open)}
      >
        {label}
        <Icon name="down" />
      </button>
      {open && (
        <div id={id} className={`popover popover-${align}`}>
          {children(close)}
        </div>
      )}
    </div>
  );
}
