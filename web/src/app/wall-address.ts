import { cell } from "#/lib/cell";

/** The wall as it was left, filters and all: other screens lead back to it. */
export const wallAddress = cell("/");
