/** Opens and closes the drawer, which is part of the address: Back closes it and links keep it. */
import { useCallback } from "react";
import { useNavigate } from "@tanstack/react-router";

export function useEvidence() {
  const navigate = useNavigate();
  const open = useCallback(
    (id: string) => void navigate({ to: ".", search: (search) => ({ ...search, evidence: id }), resetScroll: false }),
    [navigate],
  );
  const close = useCallback(
    () =>
      void navigate({
        to: ".",
        search: ({ evidence: _, ...search }: { evidence?: string }) => search,
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return { open, close };
}
