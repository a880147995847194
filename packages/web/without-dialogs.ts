// In place of @radix-ui/react-dialog, which the palette's library brings for a dialog of its own: ours lies in the browser's, which does
// without the 30 KB that a dialog made by hand takes.
export const Root = null;
export const Portal = null;
export const Overlay = null;
export const Content = null;
