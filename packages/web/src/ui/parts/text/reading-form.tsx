import { createStore } from "../../../logic/store/index.ts";
import { useStore } from "../../use-store.ts";
import { Segmented } from "../segmented.tsx";

const FORMS = ["text", "markdown"] as const;
/** How a person reads texts: as they were written, or rendered. */
export type ReadingForm = (typeof FORMS)[number];
/** Beside that, what a text says otherwise than the one before it. */
export type ShownForm = ReadingForm | "changes";

const KEY = "llm-sim.reading";
const chosen = createStore<ReadingForm>(FORMS.find((form) => form === localStorage.getItem(KEY)) ?? "text");

function choose(form: ReadingForm): void {
  chosen.set(form);
  localStorage.setItem(KEY, form);
}

/** One choice for every text, kept by the browser. */
export function useReadingForm(): ReadingForm {
  return useStore(chosen);
}

interface ReadingFormsProps {
  shown: ShownForm;
  /** Whether there is a text before it to compare with. */
  canCompare: boolean;
  onChange: (form: ShownForm) => void;
}

/** As it was written, rendered, or what changed. */
export function ReadingForms({ shown, canCompare, onChange }: ReadingFormsProps) {
  const options: { value: ShownForm; label: string; title: string }[] = [
    { value: "text", label: "Text", title: "As it was written" },
    { value: "markdown", label: "Markdown", title: "Rendered as Markdown; nothing is loaded from elsewhere" },
  ];
  if (canCompare)
    options.push({
      value: "changes",
      label: "Changes",
      title: "What is said otherwise than the time before",
    });
  return (
    <Segmented
      label="Read as"
      value={shown}
      options={options}
      onChange={(form) => {
        if (form !== "changes") choose(form);
        onChange(form);
      }}
    />
  );
}
