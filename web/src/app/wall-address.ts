import { cell } from "#/lib/cell";

/** The last address of the wall with its filters; other screens link back to it. */
export const wallAddress = cell("/");
