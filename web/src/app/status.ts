import { useQuery } from "@tanstack/react-query";
import type { Status } from "#/api/nouns";
import { status as statusQuery } from "#/api/queries";
import { useLive } from "./live";

/** Returns the state of the server: that of the stream, or, before its first event, of a request. */
export function useStatus(): Status | undefined {
  const { status } = useLive();
  const first = useQuery({ ...statusQuery, enabled: status === null });
  return status ?? first.data;
}
