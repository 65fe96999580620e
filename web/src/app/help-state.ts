import { cell } from "#/lib/cell";

/** Whether the list of keys is shown. */
export const helpOpen = cell(false);
