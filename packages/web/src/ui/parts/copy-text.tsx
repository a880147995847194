import { useState } from "react";
import { Icon } from "./icon.tsx";

/** A line to be pasted elsewhere, with the button that copies it. */
export function CopyText({ text }: { text: string }) {
  return (
    <span className="copy-text">
      <code>{text}</code>
      <CopyButton text={text} label="Copy" />
    </span>
  );
}

export function CopyButton({
  text,
  label,
  children,
}: {
  text: string | (() => string | Promise<string>);
  label: string;
  children?: React.ReactNode;
}) {
  const [copied, setCopied] = useState(false);
  async function copy(): Promise<void> {
    await navigator.clipboard.writeText(typeof text === "string" ? text : await text());
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  }
  return (
    <button
      type="button"
      className="button quiet"
      title={label}
      aria-label={label}
      onClick={() => void copy()}
    >
      <Icon name={copied ? "check" : "copy"} />
      {children}
      <span className="sr-only" aria-live="polite">
        {copied ? "Copied" : ""}
      </span>
    </button>
  );
}
