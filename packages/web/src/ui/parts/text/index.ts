export { FindField } from "./find-field.tsx";
export { ReadingForms, type ShownForm, useReadingForm } from "./reading-form.tsx";
export { Marked, TextBody } from "./text-body.tsx";
